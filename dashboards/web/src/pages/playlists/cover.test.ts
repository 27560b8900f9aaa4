import { expect, test } from "vitest";
import { hueOf, initialsOf } from "./cover";

test("a drawn cover shows the first letters of two words, of any script", () => {
  expect(initialsOf("Late Night Drive")).toBe("LN");
  expect(initialsOf("  été 2026 ")).toBe("É2");
  expect(initialsOf("宇多田")).toBe("宇");
  expect(initialsOf("… !")).toBe("");
});

test("the same list always has the same colour", () => {
  expect(hueOf("Gym")).toBe(hueOf("Gym"));
  expect(hueOf("Gym")).not.toBe(hueOf("Sleep"));
  expect(hueOf("")).toBeLessThan(360);
});
