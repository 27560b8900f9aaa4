import { type Answer, type Cell, type Limits, rowsOf } from "../../api/client";
import { conditionKinds } from "../../state/conditions";
import { go, here, usePlace } from "../../state/location";
import { features, otherFeatures } from "../../text/features";
import { type ProfileRow, shown } from "../taste/profile_card";

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

/** How far apart two lists are, as the server tells it. */
export interface DistanceRow {
  playlist_a: string;
  playlist_b: string;
  /** In usual deviations of a feature; null: there is nothing to compare. */
  distance: number | null;
}

/** A distance in words, for whoever has no feeling for the number. */
export function distanceWords(distance: number): string {
  if (distance < 0.35) return "very close";
  if (distance < 0.75) return "close";
  if (distance < 1.25) return "apart";
  return "far apart";
}

/** How far apart every two of the picked lists are, in the order in which they were picked. */
export function distancesOf(
  picks: ListRow[],
  rows: DistanceRow[],
): { a: ListRow; b: ListRow; distance: number | null }[] {
  return picks.flatMap((a, i) =>
    picks.slice(i + 1).flatMap((b) => {
      const ids = [a.playlist_id, b.playlist_id];
      const row = rows.find((each) => ids.includes(each.playlist_a) && ids.includes(each.playlist_b));
      return row ? [{ a, b, distance: row.distance }] : [];
    }),
  );
}

const ofPlays = ["hours", "weekdays", "platform", "country", "source", "shuffle", "skipped", "offline"];

/** Why figures of lists do not move with conditions that choose plays; nothing where there are none. */
export function unmovedBy(params: URLSearchParams): string {
  const chosen = [
    params.has("from") ? "the first day" : "",
    params.has("min_ms") ? "what counts" : "",
    ...conditionKinds
      .filter((kind) => ofPlays.includes(kind.name) && params.has(kind.name))
      .map((kind) => kind.label.toLowerCase()),
  ].filter(Boolean);
  return chosen.length > 0
    ? `A list is told by its tracks, played or not: what chooses plays (${chosen.join(", ")}) does not change this.`
    : "";
}

/** What every two lists are compared in: the features that are measured, as in their distance. */
const measured = [...features, ...otherFeatures];
/** Less than this is no difference that can be heard, in the feature's own unit. */
const audible: Record<string, number> = { tempo: 2, loudness: 0.6 };
const leastOf = (feature: string) => audible[feature] ?? 0.02;

/** A feature in which a list differs, and by how many usual deviations. */
interface Apart {
  feature: (typeof features)[number];
  unit: string;
  mean: number;
  against: number;
  by: number;
}

/** The features in which a list differs from others, most first: by how much each varies within the lists. */
function apartOf(list: ListProfileRow[], others: ListProfileRow[][]): Apart[] {
  return measured
    .flatMap((feature) => {
      const own = list.find((row) => row.feature === feature.name);
      const theirs = others.flatMap((rows) => rows.filter((row) => row.feature === feature.name));
      if (!own || theirs.length === 0) return [];
      const mean = (of: (row: ListProfileRow) => number) =>
        theirs.reduce((sum, row) => sum + of(row), 0) / theirs.length;
      const against = mean((row) => row.mean);
      const usual = Math.max(leastOf(feature.name), (own.stddev + mean((row) => row.stddev)) / 2);
      const by = Math.abs(own.mean - against) / usual;
      return [{ feature, unit: own.unit, mean: own.mean, against, by }];
    })
    .filter(({ feature, mean, against }) => Math.abs(mean - against) >= leastOf(feature.name))
    .sort((p, q) => q.by - p.by);
}

const word = ({ feature, mean, against }: Apart) => (mean > against ? feature.high : feature.low);
const figures = ({ feature, unit, mean, against }: Apart) =>
  `${feature.label} ${shown({ unit, mean })} against ${shown({ unit, mean: against })}`;

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
