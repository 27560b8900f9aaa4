import { expect, test } from "vitest";
import { saidOf } from "./spotify_card";

test("a list is told over its range, and followed artists whatever the range", () => {
  const row = (list: string, range: string | null, name: string) => ({
    list,
    range,
    rank: 1,
    id: "i",
    name,
    artist: null,
    stated: "2026-11-24T00:00:00Z",
  });
  const rows = [
    row("top_tracks", "short_term", "a"),
    row("top_tracks", "long_term", "b"),
    row("followed_artists", null, "c"),
  ];
  expect(saidOf(rows, "top_tracks", "long_term").map((r) => r.name)).toEqual(["b"]);
  expect(saidOf(rows, "followed_artists", "long_term").map((r) => r.name)).toEqual(["c"]);
  expect(saidOf(rows, "top_artists", "long_term")).toEqual([]);
});
