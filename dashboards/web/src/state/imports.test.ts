import { expect, test } from "vitest";
import { type Import, shareDone } from "./imports";

const one = (state: Import["state"], share: number): Import => ({
  name: "a.json",
  state,
  share,
  text: "",
  files: [],
  listener: "",
});

test("nothing is under way when everything has ended, well or not", () => {
  expect(shareDone([])).toBeUndefined();
  expect(shareDone([one("done", 1), one("failed", 0.3)])).toBeUndefined();
});

test("progress is that of the files under way and those after them", () => {
  expect(shareDone([one("working", 0.5), one("waiting", 0)])).toBe(0.25);
  expect(shareDone([one("done", 1), one("working", 0.5)])).toBe(0.5);
});
