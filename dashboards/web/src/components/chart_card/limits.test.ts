import { expect, test } from "vitest";
import { limitHints } from "./limits";

test("a figure that rests on everything has no hint", () => {
  expect(limitHints({ feature_coverage_ms: 1, rejects: 8 })).toEqual([]);
});

test("coverage, gaps and estimates are told, shortly and in full", () => {
  const hints = limitHints({ feature_coverage_ms: 0.9134, gaps: 2, estimated_plays: 1 });
  expect(hints.map((h) => h.short.replaceAll("\u00a0", " "))).toEqual(["91 %", "2 gaps", "1 play estimated"]);
  expect(hints[0]?.full.replaceAll("\u00a0", " ")).toContain("91 % of the listening time");
});
