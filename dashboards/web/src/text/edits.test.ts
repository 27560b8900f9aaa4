import { describe, expect, test } from "vitest";
import { type EditRow, editWords, excludeOf, type ProposalRow, proposalWords, span } from "./edits";

const edit: EditRow = {
  edit_id: "a1",
  kind: "exclude",
  stated: "2026-11-28T10:00:00Z",
  from: "2024-01-01T00:00:00Z",
  to: "2024-01-03T00:00:00Z",
  what: "US",
  in_force: "yes",
  plays: 1,
};
const loop: ProposalRow = {
  reason: "loop",
  from: "2024-01-01T23:00:00Z",
  to: "2024-01-02T05:00:00.001Z",
  plays: 40,
  ms: 7_200_000,
  what: "2J3n32GeLmMjwuAzyhcSNe",
  track: "Rain",
};

describe("edits", () => {
  test("a span may be open, and one day is one", () => {
    expect(span(null, null)).toBe("");
    expect(span("2024-01-01", null)).toBe("from 1 Jan 2024");
    expect(span(null, "2024-01-01")).toBe("until 1 Jan 2024");
    expect(span("2024-01-01T10:00:00Z", "2024-01-01T11:00:00Z")).toBe("1 Jan 2024");
  });
  test("tell what they are and what they leave out", () => {
    expect(editWords(edit)).toEqual({
      title: "Not me: US",
      detail: "1 Jan 2024 to 3 Jan 2024 · 1 play left out · said on 28 Nov 2026",
    });
    expect(editWords({ ...edit, in_force: "no" }).detail).not.toContain("left out");
  });
  test("a proposal is excluded as narrowly as it was seen", () => {
    expect(proposalWords(loop).title).toBe("Rain, over and over through the night");
    expect(excludeOf(loop)).toEqual({ kind: "exclude", from: loop.from, to: loop.to, track: loop.what });
    expect(excludeOf({ ...loop, reason: "device", what: "tv" })).toHaveProperty("platform", "tv");
  });
});
