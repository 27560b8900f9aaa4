import { expect, test } from "vitest";
import { chosenListener } from "./listeners";

test("the only listener needs no name", () => {
  expect(chosenListener(["ann"], null)).toBe("ann");
  expect(chosenListener([], null)).toBe("");
});

test("of several, the named one is meant", () => {
  expect(chosenListener(["ann", "bob"], "bob")).toBe("bob");
});

test("of several, none is meant where none or a stranger is named", () => {
  expect(chosenListener(["ann", "bob"], null)).toBeUndefined();
  expect(chosenListener(["ann", "bob"], "zoe")).toBeUndefined();
});

test("a new person does not take the page from the one who was shown", () => {
  expect(chosenListener(["ann", "bob"], null, "bob")).toBe("bob");
  expect(chosenListener(["ann", "bob"], null, "zoe")).toBeUndefined();
});

test("a stranger's name in an address of a household of one is passed over", () => {
  expect(chosenListener(["ann"], "zoe")).toBe("ann");
});
