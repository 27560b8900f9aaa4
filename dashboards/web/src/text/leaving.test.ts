import { expect, test } from "vitest";
import type { Erased } from "../api/client";
import { erasedLines, pendingLines } from "./leaving";

const plain = (lines: string[]) => lines.map((line) => line.replaceAll("\u00a0", " "));

const nothing: Erased = {
  events: 0,
  kept_events: 7,
  seconds: 0.1,
  counts: [],
  was_logged_in: false,
  stores: [],
  pending_stores: [],
};

test("whatever was erased is told: events by kind and source, the login, the stores", () => {
  const erased: Erased = {
    ...nothing,
    events: 3,
    counts: [
      { type: "play", source: "recent", events: 2 },
      { type: "spotify_list", source: "spotify", events: 1 },
    ],
    was_logged_in: true,
    stores: ["postgresql://there/earprint"],
  };
  expect(plain(erasedLines(erased))).toEqual([
    "2 plays (recent)",
    "1 list of favourites (spotify)",
    "the login at Spotify",
    "what was published of it to postgresql://there/earprint",
  ]);
  expect(pendingLines(erased)).toEqual([]);
});

test("where the lake was empty already, the stores are told all the same", () => {
  expect(erasedLines({ ...nothing, stores: ["parquet:there"] })).toEqual([
    "what was published of it to parquet:there",
  ]);
});

test("a store that is away is told with its reason, and is not among what was erased", () => {
  const erased = { ...nothing, pending_stores: [{ store: "mongodb://away", reason: "nobody answers" }] };
  expect(erasedLines(erased)).toEqual([]);
  expect(pendingLines(erased)).toEqual(["mongodb://away: nobody answers"]);
});
