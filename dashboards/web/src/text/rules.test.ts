import { describe, expect, test } from "vitest";
import { difference, offWords } from "./rules";

describe("rules", () => {
  test("a difference has its sign", () => {
    expect(difference(1234)).toBe("+1,234");
    expect(difference(-5)).toBe("−5");
    expect(difference(0)).toBe("the same");
  });
  test("what is said exactly is told so, and what nearly is not", () => {
    expect(offWords(null)).toBe("");
    expect(offWords(0)).toBe("exactly as said");
    expect(offWords(0.0004)).toContain("<");
    expect(offWords(0.275)).toContain("27.5");
  });
});
