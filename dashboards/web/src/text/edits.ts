import { clockTime, day, dayIn, duration, plural } from "./format";

export interface EditRow {
  edit_id: string;
  kind: string;
  stated: string;
  from: string | null;
  to: string | null;
  what: string | null;
  in_force: string;
  plays: number;
}

export interface ProposalRow {
  reason: string;
  from: string;
  to: string;
  plays: number;
  ms: number;
  what: string | null;
  track: string | null;
}

/** A play as a list of plays tells it. */
export interface PlayRow {
  ended: string;
  track_id: string | null;
  track: string | null;
  artist: string | null;
}

const kinds: Record<string, string> = {
  delete: "Play left out",
  exclude: "Not me",
  hide: "Artist hidden",
  merge: "One recording",
  split: "Recordings of their own",
  travel: "I was in",
};

/** What an edit of a kind changes, in one sentence. */
export const effects: Record<string, string> = {
  delete: "No figure counts this play.",
  exclude: "No figure counts the plays of this span.",
  hide: "No figure counts plays of this artist.",
  merge: "Figures by recording count these tracks as one.",
  split: "Figures by recording count each by itself, whatever its ISRC says.",
  travel: "In the zone “wherever I was”, hours, weekdays and dates are those of that place.",
};

/** "12 Jan 2024 to 14 Jan 2024": the first and the last day in a zone, of instants of which the later is not in the span. */
export function span(from: string | null, to: string | null, zone = "UTC"): string {
  const last = to && to.length > 10 && to !== from ? new Date(Date.parse(to) - 1).toISOString() : to;
  const told = (at: string) => day(dayIn(at, zone));
  if (!from && !last) return "";
  if (!from) return `until ${told(last ?? "")}`;
  if (!last) return `from ${told(from)}`;
  return told(from) === told(last) ? told(from) : `${told(from)} to ${told(last)}`;
}

/** When an edit's plays were, as its kind has it: a play has an instant, a travel the day of coming back. */
function when({ kind, from, to }: EditRow, zone: string): string {
  const told = (at: string) => day(dayIn(at, zone));
  if (kind === "delete" && from) return `${told(from)}, ${clockTime(from, zone)}`;
  if (kind === "travel" && from && to) return `${told(from)}, back on ${told(to)}`;
  return span(from, to, zone);
}

/** "Europe/Lisbon" -> "Lisbon". */
export function placeOf(zone: string): string {
  return (zone.split("/").at(-1) ?? zone).replaceAll("_", " ");
}

/** An edit in words: what it is and what it names, when, and, unless that is told beside it, what it changes. */
export function editWords(row: EditRow, zone = "UTC", isBrief = false): { title: string; detail: string } {
  const inForce = row.in_force === "yes";
  const taken = ["delete", "exclude", "hide"].includes(row.kind) && inForce;
  const what = row.kind === "travel" && row.what ? placeOf(row.what) : row.what;
  return {
    title: [kinds[row.kind] ?? row.kind, what].filter(Boolean).join(row.kind === "travel" ? " " : ": "),
    detail: [
      when(row, zone),
      taken
        ? `${plural(row.plays, "play")} left out`
        : inForce && !isBrief
          ? effects[row.kind]?.replace(/\.$/, "")
          : "",
      `said on ${day(dayIn(row.stated, zone))}`,
    ]
      .filter(Boolean)
      .join(" · "),
  };
}

/** The zone in which an answer tells its days; what is no zone by name is where this browser is. */
export function zoneOf(conditions: Record<string, unknown> | undefined): string {
  const told = conditions?.tz;
  return typeof told === "string" && told.includes("/")
    ? told
    : told === "UTC"
      ? "UTC"
      : Intl.DateTimeFormat().resolvedOptions().timeZone;
}

const reasons: Record<string, (row: ProposalRow) => string> = {
  loop: (row) => `${row.track ?? "One track"}, over and over through the night`,
  country: (row) => `In ${row.what}, between two plays at home`,
  device: (row) => `On ${row.what}, a device met only then`,
};

/** A proposal in words. */
export function proposalWords(row: ProposalRow): { title: string; detail: string } {
  return {
    title: reasons[row.reason]?.(row) ?? row.reason,
    detail: `${span(row.from, row.to)} · ${plural(row.plays, "play")}, ${duration(row.ms)}`,
  };
}

/** What excluding a proposal says to the server. */
export function excludeOf(row: ProposalRow): Record<string, string> {
  const narrowed: Record<string, string> = { loop: "track", country: "country", device: "platform" };
  const name = narrowed[row.reason];
  const only = name && row.what ? { [name]: row.what } : {};
  return { kind: "exclude", from: row.from, to: row.to, ...only };
}

/** What leaving one play out says to the server; nothing where the play has no name by which to find it. */
export function deleteOf(row: PlayRow): Record<string, string> | undefined {
  const names: Record<string, string> =
    row.track && row.artist ? { title: row.track, artist: row.artist } : {};
  // The names stand in the list of corrections.
  if (row.track_id) return { kind: "delete", at: row.ended, track: row.track_id, ...names };
  return names.title ? { kind: "delete", at: row.ended, ...names } : undefined;
}

/** What is chosen, in a sentence: “Rain”, “Rain” and “Snow”, “Rain” and 2 more. */
export function named(titles: string[]): string {
  const [first, second] = titles.map((title) => `“${title}”`);
  if (!first) return "";
  if (!second) return first;
  return titles.length === 2 ? `${first} and ${second}` : `${first} and ${titles.length - 1} more`;
}
