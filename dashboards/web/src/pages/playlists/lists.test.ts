import { expect, test } from "vitest";
import type { Answer, Cell } from "../../api/client";
import {
  distancesOf,
  distanceWords,
  featuresOf,
  joined,
  type ListRow,
  picksOf,
  tellApart,
  unmovedBy,
} from "./lists";
import { outliersCut, outliersMore } from "./outliers_card";
import { ordered, tracksTold } from "./tracks_card";

const list = (playlist_id: string, features_known: number | null): ListRow => ({
  playlist_id,
  name: playlist_id,
  tracks: features_known,
  ms: 0,
  features_known,
  plays: 0,
});

const answer = (columns: string[], rows: Cell[][]): Answer => ({
  metric: "m",
  listener: "me",
  conditions: {},
  data_version: "1",
  columns: columns.map((name) => ({ name, type: "text", unit: "" })),
  rows,
  limits: {},
});

const profile = (energy: number, valence: number) =>
  answer(
    ["feature", "mean", "stddev"],
    [
      ["energy", energy, 0.2],
      ["valence", valence, 0.1],
    ],
  );

test("the address picks the lists, else the two most played whose sound is known", () => {
  const rows = [list("a", null), list("b", 3), list("c", 0), list("d", 4), list("e", 9)];
  expect(picksOf([], rows).map((r) => r.playlist_id)).toEqual(["b", "d"]);
  expect(picksOf(["e", "gone", "a"], rows).map((r) => r.playlist_id)).toEqual(["e", "a"]);
  expect(picksOf(["a", "b", "c", "d", "e"], rows)).toHaveLength(4);
});

test("what sets two lists apart is measured by how much each varies", () => {
  expect(tellApart([profile(0.8, 0.5), profile(0.5, 0.3)], ["Gym", "Sleep"])).toBe(
    "Against Sleep, Gym leans bright and intense (Mood 0.50 against 0.30, Energy 0.80 against 0.50).",
  );
  expect(tellApart([profile(0.5, 0.5), profile(0.51, 0.5)], ["A", "B"])).toBe("A and B sound alike.");
  expect(tellApart([profile(0.5, 0.5)], ["A"])).toBe("");
});

test("of three lists each is told by what sets it apart from the others", () => {
  const three = [profile(0.9, 0.5), profile(0.3, 0.5), profile(0.6, 0.1)];
  expect(tellApart(three, ["Gym", "Sleep", "Rain"])).toBe(
    "Against the others, Gym leans intense (Energy 0.90 against 0.45); Sleep leans calm (Energy 0.30 against 0.75); Rain leans dark (Mood 0.10 against 0.50).",
  );
  const same = [profile(0.5, 0.5), profile(0.5, 0.5), profile(0.5, 0.5)];
  expect(tellApart(same, ["A", "B", "C"])).toBe("They sound alike.");
});

test("several answers are one table with the list's name before each row", () => {
  const one = joined([profile(0.8, 0.5), profile(0.5, 0.3)], ["Gym", "Sleep"]);
  expect(one?.columns[0]?.name).toBe("playlist");
  expect(one?.rows.map((r) => r[0])).toEqual(["Gym", "Gym", "Sleep", "Sleep"]);
  expect(joined([], [])).toBeUndefined();
});

test("tracks are ordered by a column either way, the unknown last", () => {
  const tracks = answer(
    ["track", "energy"],
    [
      ["b", 0.2],
      ["a", null],
      ["c", 0.9],
      ["d", 0.2],
    ],
  );
  const names = (by: string, rising: boolean) => ordered(tracks, by, rising).rows.map((r) => r[0]);
  expect(names("energy", false)).toEqual(["c", "b", "d", "a"]);
  expect(names("energy", true)).toEqual(["b", "d", "c", "a"]);
  expect(names("track", true)).toEqual(["a", "b", "c", "d"]);
});

test("of a list that is too long to order, it is told that only the first by title are", () => {
  const long = { ...list("Everything", 0), tracks: 10_412 };
  expect(tracksTold(10_000, long)).toBe(
    "10,412 in Everything. Only the first 10,000 by title are here, whatever they are ordered by.",
  );
  expect(tracksTold(10_000, { ...long, tracks: 10_000 })).toBe("10,000 in Everything.");
  // The list and its tracks are two answers: one may be older.
  expect(tracksTold(40, { ...long, tracks: 41 })).toBe("40 in Everything.");
});

test("tracks that do not fit and are not in sight are counted, and it is told where more may be", () => {
  expect(outliersMore(30, false)).toBe("");
  expect(outliersMore(1214, false)).toBe("Show all 1,214");
  expect(outliersMore(1214, true)).toBe("Show the farthest 30");
  expect(outliersCut([999, 12])).toBe("");
  expect(outliersCut([12, 1000])).toBe("Of each list the farthest 1,000 at most.");
  expect(outliersCut([])).toBe("");
});

test("what lists sound like rests on the tracks whose features are known", () => {
  const rows = [
    { ...list("a", 30), tracks: 40 },
    { ...list("b", 50), tracks: 60 },
    { ...list("c", null), tracks: null },
  ];
  expect(featuresOf(rows)).toEqual({ feature_coverage_tracks: 0.8 });
  expect(featuresOf([list("c", null)])).toEqual({});
});

test("tempo and loudness set lists apart as well, each by what can be heard of it", () => {
  const sound = (tempo: number, loudness: number) =>
    answer(
      ["feature", "unit", "mean", "stddev"],
      [
        ["energy", "0..1", 0.5, 0.2],
        ["tempo", "BPM", tempo, 20],
        ["loudness", "dB", loudness, 3],
      ],
    );
  expect(tellApart([sound(128, -6), sound(96, -12.5)], ["Gym", "Sleep"])).toBe(
    "Against Sleep, Gym leans loud and fast (Loudness −6.0 dB against −12.5 dB, Tempo 128 BPM against 96 BPM).",
  );
  expect(tellApart([sound(100, -8), sound(101.5, -8.5)], ["A", "B"])).toBe("A and B sound alike.");
});

test("the picked lists' distances are told pair by pair, whichever way round the server has them", () => {
  const [a, b, c] = [list("a", 1), list("b", 1), list("c", 1)] as [ListRow, ListRow, ListRow];
  const rows = [
    { playlist_a: "a", playlist_b: "b", distance: 0.2 },
    { playlist_a: "b", playlist_b: "c", distance: null },
    { playlist_a: "b", playlist_b: "z", distance: 3 },
  ];
  expect(distancesOf([b, a, c], rows)).toEqual([
    { a: b, b: a, distance: 0.2 },
    { a: b, b: c, distance: null },
  ]);
  expect([0.1, 0.5, 1, 2].map(distanceWords)).toEqual(["very close", "close", "apart", "far apart"]);
});

test("conditions on plays that do not change a list's figures are named", () => {
  const told = (query: string) => unmovedBy(new URLSearchParams(query));
  expect(told("")).toBe("");
  expect(told("artist=A&genre=folk&to=2024-01-01&feature=energy>0.5&list=x&tz=UTC")).toBe("");
  expect(told("from=2024-01-01&hours=22-4&platform=ios")).toBe(
    "A list is told by its tracks, played or not: what chooses plays (the first day, hours, platform) does not change this.",
  );
});
