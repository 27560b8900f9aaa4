import { type Answer, type Cell, rowsOf } from "../../api/client";
import { go, here, usePlace } from "../../state/location";
import { features } from "../../text/features";
import type { ProfileRow } from "../taste/profile_card";

/** A playlist, as the server lists it. */
export interface ListRow {
  playlist_id: string;
  name: string | null;
  /** Null: it may not be read. */
  tracks: number | null;
  ms: number;
  features_known: number | null;
  plays: number;
}

/** A row of a playlist's profile. */
export type ListProfileRow = Omit<ProfileRow, "plays" | "coverage_ms"> & {
  tracks: number;
  coverage_tracks: number;
};

/** Radars of more than these cannot be told apart. */
export const picksMax = 4;

export function listName(row: ListRow): string {
  return row.name || "(no name)";
}

/** The lists that are looked at: those that the address names and that exist, else the two most played of known sound. */
export function picksOf(wanted: string[], rows: ListRow[]): ListRow[] {
  const named = wanted.flatMap((id) => rows.filter((row) => row.playlist_id === id)).slice(0, picksMax);
  return named.length > 0 ? named : rows.filter((row) => row.features_known).slice(0, 2);
}

export function usePicks(rows: ListRow[]): ListRow[] {
  return picksOf(usePlace().params.getAll("list"), rows);
}

/** Looks at these lists; one step of the back button. */
export function pick(ids: string[]) {
  const { path, params } = here();
  params.delete("list");
  for (const id of ids) params.append("list", id);
  go(path, params);
}

/** One answer of several: each list's rows, with the list's name before them. */
export function joined(answers: Answer[], names: string[]): Answer | undefined {
  const [first] = answers;
  if (!first) return undefined;
  const rows = answers.flatMap((answer, i) => answer.rows.map((row): Cell[] => [names[i] ?? "", ...row]));
  return {
    ...first,
    columns: [{ name: "playlist", type: "text", unit: "" }, ...first.columns],
    rows,
    limits: {},
  };
}

/** What sets two lists apart: the features whose means differ most, measured by how much each varies within them. */
export function tellApart(answers: Answer[], names: string[]): string {
  const [a, b] = answers.map((answer) => rowsOf<ListProfileRow>(answer));
  if (!a || !b) return "";
  const apart = features
    .flatMap((f) => {
      const x = a.find((row) => row.feature === f.name);
      const y = b.find((row) => row.feature === f.name);
      if (!x || !y) return [];
      const usual = Math.max(0.02, (x.stddev + y.stddev) / 2);
      return [{ f, x: x.mean, y: y.mean, by: Math.abs(x.mean - y.mean) / usual }];
    })
    .filter(({ x, y }) => Math.abs(x - y) >= 0.02)
    .sort((p, q) => q.by - p.by)
    .slice(0, 2);
  if (apart.length === 0) return `${names[0]} and ${names[1]} sound alike.`;
  const words = (higher: (p: (typeof apart)[number]) => boolean) =>
    apart.map((p) => (higher(p) ? p.f.high : p.f.low)).join(" and ");
  const figures = apart.map(({ f, x, y }) => `${f.label} ${x.toFixed(2)} against ${y.toFixed(2)}`).join(", ");
  return `Against ${names[1]}, ${names[0]} leans ${words(({ x, y }) => x > y)} (${figures}).`;
}
