import { expect, it } from "vitest";
import { settlementText } from "./settlement_card";

it("what an export changed is said over all months", () => {
  const row = { settled: 300, added: 9, unmatched: 1, ms_before: 1_000_000, ms_after: 959_000 };
  const text = settlementText([row, { settled: 12, added: 0, unmatched: 0, ms_before: 0, ms_after: 0 }]);
  expect(text).toContain("replaced 312 live plays, added 9 plays");
  expect(text).toMatch(/-4\.1\s?%|−4\.1\s?%/);
});
