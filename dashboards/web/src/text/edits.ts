import { day, duration, plural } from "./format";

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

const kinds: Record<string, string> = {
  delete: "Play deleted",
  exclude: "Not me",
  hide: "Artist hidden",
  merge: "One recording",
  split: "A recording of its own",
  travel: "Travel",
};

/** "12 Jan 2024 to 14 Jan 2024", one day as that day, an open end as such. */
export function span(from: string | null, to: string | null): string {
  if (!from && !to) return "";
  if (!from) return `until ${day(to ?? "")}`;
  if (!to) return `from ${day(from)}`;
  return day(from) === day(to) ? day(from) : `${day(from)} to ${day(to)}`;
}

/** An edit in words: what it is, and what it names. */
export function editWords(row: EditRow): { title: string; detail: string } {
  const taken = ["delete", "exclude", "hide"].includes(row.kind) && row.in_force === "yes";
  return {
    title: [kinds[row.kind] ?? row.kind, row.what].filter(Boolean).join(": "),
    detail: [
      span(row.from, row.to),
      taken ? `${plural(row.plays, "play")} left out` : "",
      `said on ${day(row.stated)}`,
    ]
      .filter(Boolean)
      .join(" · "),
  };
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
