import { type Answer, type Cell, type Limits, rowsOf } from "../../api/client";
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
    limits: first.limits,
  };
}

/** The share of the lists' tracks whose features are known; a list that may not be read has none. */
export function featuresOf(lists: ListRow[]): Limits {
  const tracks = lists.reduce((sum, row) => sum + (row.tracks ?? 0), 0);
  const known = lists.reduce((sum, row) => sum + (row.features_known ?? 0), 0);
  return tracks > 0 ? { feature_coverage_tracks: known / tracks } : {};
}

/** A feature in which a list differs, and by how many usual deviations. */
interface Apart {
  feature: (typeof features)[number];
  mean: number;
  against: number;
  by: number;
}

/** The features in which a list differs from others, most first: by how much each varies within the lists. */
function apartOf(list: ListProfileRow[], others: ListProfileRow[][]): Apart[] {
  return features
    .flatMap((feature) => {
      const own = list.find((row) => row.feature === feature.name);
      const theirs = others.flatMap((rows) => rows.filter((row) => row.feature === feature.name));
      if (!own || theirs.length === 0) return [];
      const mean = (of: (row: ListProfileRow) => number) =>
        theirs.reduce((sum, row) => sum + of(row), 0) / theirs.length;
      const against = mean((row) => row.mean);
      const usual = Math.max(0.02, (own.stddev + mean((row) => row.stddev)) / 2);
      return [{ feature, mean: own.mean, against, by: Math.abs(own.mean - against) / usual }];
    })
    .filter(({ mean, against }) => Math.abs(mean - against) >= 0.02)
    .sort((p, q) => q.by - p.by);
}

const word = ({ feature, mean, against }: Apart) => (mean > against ? feature.high : feature.low);
const figures = ({ feature, mean, against }: Apart) =>
  `${feature.label} ${mean.toFixed(2)} against ${against.toFixed(2)}`;

/** What sets the lists apart: of two the features whose means differ most, of more the one of each. */
export function tellApart(answers: Answer[], names: string[]): string {
  const profiles = answers.map((answer) => rowsOf<ListProfileRow>(answer));
  const [first, second] = profiles;
  if (!first || !second) return "";
  if (profiles.length === 2) {
    const apart = apartOf(first, [second]).slice(0, 2);
    if (apart.length === 0) return `${names[0]} and ${names[1]} sound alike.`;
    return `Against ${names[1]}, ${names[0]} leans ${apart.map(word).join(" and ")} (${apart.map(figures).join(", ")}).`;
  }
  const told = profiles.flatMap((profile, i) => {
    const most = apartOf(
      profile,
      profiles.filter((_, other) => other !== i),
    )[0];
    return most ? [`${names[i]} leans ${word(most)} (${figures(most)})`] : [];
  });
  return told.length > 0 ? `Against the others, ${told.join("; ")}.` : "They sound alike.";
}
