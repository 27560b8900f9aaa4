/** Every zone that the browser knows by a place's name; the server knows the same names. */
export const namedZones: [zone: string, label: string][] = Intl.supportedValuesOf("timeZone")
  .filter((zone) => zone.includes("/"))
  .map((zone): [string, string] => [zone, zone.replaceAll("_", " ")]);

/** What a view can be told in: a zone, or one that follows the listener. */
export const zones: [zone: string, label: string][] = [
  ["", "my zone"],
  ["local", "wherever I was"],
  ["UTC", "UTC"],
  ...namedZones,
];
