import { expect, test } from "vitest";
import { isEstimated } from "./length";

test("a length is estimated where the list marks it so, whatever else it marks", () => {
  expect(isEstimated("length estimated, not in the export")).toBe(true);
  expect(isEstimated("not in the export")).toBe(false);
  expect(isEstimated(null)).toBe(false);
});
