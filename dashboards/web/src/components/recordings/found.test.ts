import { expect, test } from "vitest";
import { found } from "./found";

const row = (track_id: string | null, track: string, artist: string) => ({
  track_id,
  track,
  artist,
  plays: 1,
});
const rows = [
  row("a", "Golden Brown", "The Stranglers"),
  row("b", "Golden", "Ann"),
  row(null, "Golden", "Nobody"),
];

test("a track is found by words of its title and artist, in any order and case", () => {
  expect(found(rows, "stranglers GOLDEN", [], 9).map((one) => one.track_id)).toEqual(["a"]);
});

test("what has no id, is chosen already or is too much is not offered", () => {
  expect(found(rows, "", [], 9).map((one) => one.track_id)).toEqual(["a", "b"]);
  expect(found(rows, "golden", rows.slice(0, 1), 9).map((one) => one.track_id)).toEqual(["b"]);
  expect(found(rows, "", [], 1)).toHaveLength(1);
});
