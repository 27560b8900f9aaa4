import { go, here } from "./location";

/** A condition that the bar offers. `many`: several values mean any of them. */
export interface ConditionKind {
  name: string;
  label: string;
  many: boolean;
  /** Dimension of /api/v1/values that suggests values. */
  dimension?: string;
  choices?: [value: string, label: string][];
  placeholder?: string;
}

const yesNo: [string, string][] = [
  ["yes", "yes"],
  ["no", "no"],
];

export const conditionKinds: ConditionKind[] = [
  { name: "artist", label: "Artist", many: true, dimension: "artist" },
  { name: "album", label: "Album", many: true, dimension: "album" },
  { name: "track", label: "Track", many: true, dimension: "track" },
  { name: "genre", label: "Genre", many: true, dimension: "genre" },
  { name: "playlist", label: "Playlist", many: true, dimension: "playlist" },
  { name: "hours", label: "Hours", many: false },
  { name: "weekdays", label: "Weekdays", many: false },
  { name: "feature", label: "Sound", many: true },
  { name: "released", label: "Released", many: false, placeholder: "1990-1999" },
  { name: "platform", label: "Platform", many: true, dimension: "platform" },
  { name: "country", label: "Country", many: true, dimension: "country" },
  { name: "source", label: "Source", many: true, dimension: "source" },
  { name: "shuffle", label: "Shuffle", many: false, choices: yesNo },
  { name: "skipped", label: "Skipped", many: false, choices: yesNo },
  { name: "offline", label: "Offline", many: false, choices: yesNo },
  {
    name: "by",
    label: "Count by",
    many: false,
    choices: [
      ["track", "track"],
      ["recording", "recording (ISRC)"],
    ],
  },
];

const shared = ["from", "to", "tz", "min_ms", ...conditionKinds.map((kind) => kind.name)];

/** The part of an address that goes with a person from view to view: whose figures, and under which conditions. */
export function kept(params: URLSearchParams): URLSearchParams {
  const all = conditionsIn(params);
  const listener = params.get("listener");
  if (listener) all.set("listener", listener);
  return all;
}

/** The conditions that every view obeys. */
export function conditionsIn(params: URLSearchParams): URLSearchParams {
  const kept = new URLSearchParams();
  for (const name of shared) for (const value of params.getAll(name)) kept.append(name, value);
  return kept;
}

/** The conditions as chips: one for each value. */
export function chipsOf(params: URLSearchParams): { name: string; label: string; value: string }[] {
  const chips: { name: string; label: string; value: string }[] = [];
  for (const kind of conditionKinds) {
    for (const value of params.getAll(kind.name)) chips.push({ name: kind.name, label: kind.label, value });
  }
  return chips;
}

/** Adds values (or sets them, where only one makes sense); all of them are one step of the back button. */
export function addConditions(added: [name: string, value: string][]) {
  const { path, params } = here();
  for (const [name, value] of added) {
    if (!conditionKinds.find((k) => k.name === name)?.many) params.set(name, value);
    else if (!params.getAll(name).includes(value)) params.append(name, value);
  }
  go(path, params);
}

export function addCondition(name: string, value: string) {
  addConditions([[name, value]]);
}

export function removeCondition(name: string, value: string) {
  const { path, params } = here();
  const left = params.getAll(name).filter((v) => v !== value);
  params.delete(name);
  for (const v of left) params.append(name, v);
  go(path, params);
}

/** Sets or, with an empty value, removes parameters; several at once are one step. */
export function setParams(changes: Record<string, string>, replace = false) {
  const { path, params } = here();
  for (const [name, value] of Object.entries(changes)) {
    if (value) params.set(name, value);
    else params.delete(name);
  }
  go(path, params, replace);
}

export function clearConditions() {
  const { path, params } = here();
  for (const name of shared) params.delete(name);
  go(path, params);
}
