import { beforeEach, expect, test, vi } from "vitest";
import {
  addCondition,
  addConditions,
  chipsOf,
  clearConditions,
  conditionsIn,
  kept,
  removeCondition,
} from "./conditions";

const steps: string[] = [];

beforeEach(() => {
  steps.length = 0;
  const location = { pathname: "/taste", search: "" };
  const history = {
    pushState: (_: unknown, __: string, address: string) => {
      steps.push(address);
      location.search = address.includes("?") ? address.slice(address.indexOf("?")) : "";
    },
  };
  vi.stubGlobal("window", { location, history });
});

const now = () => steps.at(-1);

test("a kind that takes several values keeps each once", () => {
  addCondition("artist", "A & B");
  addCondition("artist", "C");
  addCondition("artist", "C");
  expect(now()).toBe("/taste?artist=A+%26+B&artist=C");
});

test("a kind that takes one value takes the last", () => {
  addCondition("hours", "22-2");
  addCondition("hours", "8-9");
  expect(now()).toBe("/taste?hours=8-9");
});

test("conditions added together are one step of the back button", () => {
  addConditions([
    ["feature", "energy>=0.8"],
    ["feature", "energy<0.85"],
  ]);
  expect(steps).toHaveLength(1);
  expect(chipsOf(new URLSearchParams(now()?.split("?")[1])).map((c) => c.value)).toEqual([
    "energy>=0.8",
    "energy<0.85",
  ]);
});

test("removing one value leaves the others", () => {
  addConditions([
    ["artist", "A"],
    ["artist", "B"],
  ]);
  removeCondition("artist", "A");
  expect(now()).toBe("/taste?artist=B");
});

test("clearing takes every condition and leaves how a view is shown", () => {
  window.location.search = "?artist=A&from=2020-01-01&grain=week";
  clearConditions();
  expect(now()).toBe("/taste?grain=week");
});

test("only conditions go to another view", () => {
  const kept = conditionsIn(new URLSearchParams("artist=A&grain=week&min_ms=0&nonsense=1"));
  expect(kept.toString()).toBe("min_ms=0&artist=A");
});

test("the listener goes along to another view, and clearing conditions leaves them", () => {
  expect(kept(new URLSearchParams("listener=ann&artist=A&weight=ms")).toString()).toBe(
    "artist=A&listener=ann",
  );
  window.location.search = "?listener=ann&artist=A";
  clearConditions();
  expect(now()).toBe("/taste?listener=ann");
});
