import { expect, test } from "vitest";
import { limitHints } from "./limits";

const plain = (text: string) => text.replaceAll("\u00a0", " ");

test("a figure that rests on everything has no hint", () => {
  expect(limitHints({ feature_coverage_ms: 1, feature_coverage_tracks: 1, rejects: 8, gaps: 0 })).toEqual([]);
});

test("coverage, gaps and estimates are told, and where more is told of each", () => {
  const hints = limitHints({ feature_coverage_ms: 0.9134, gaps: 2, estimated_plays: 1 });
  expect(hints.map(({ text, place }) => [plain(text), place])).toEqual([
    ["Features known for 91 % of the time heard", "features"],
    ["2 known gaps: figures may be low", "hours"],
    ["1 play of estimated length: times are approximate", "hours"],
  ]);
});

test("a playlist's figures rest on tracks, and not on time", () => {
  const [hint] = limitHints({ feature_coverage_tracks: 0.5 });
  expect(plain(hint?.text ?? "")).toBe("Features known for 50 % of the tracks");
});
