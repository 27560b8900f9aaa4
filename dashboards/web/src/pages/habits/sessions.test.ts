import { expect, test } from "vitest";
import { byLength } from "./sessions_card";

test("a session on an edge belongs to the longer class, and none is lost", () => {
  const minutes = [4, 5, 14, 60, 600];
  const rows = minutes.map((m) => ({ started: "", ended: "", plays: 1, ms: m * 60_000 }));
  expect(byLength(rows)).toEqual([1, 2, 0, 0, 1, 0, 1]);
});
