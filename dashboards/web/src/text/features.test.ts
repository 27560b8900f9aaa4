import { expect, test } from "vitest";
import { allFeatures, binAt, binBounds, binNames, binRange, featureText } from "./features";

const of = (name: string) => featureText(name) ?? (allFeatures[0] as (typeof allFeatures)[0]);

test("every feature of the server has words and bins", () => {
  expect(allFeatures).toHaveLength(12);
  for (const feature of allFeatures) expect(binNames(feature)).toHaveLength(feature.bins.count);
});

test("a bin's bounds meet those of its neighbours, without the dust of floating point", () => {
  expect(binBounds(of("energy"), 3)).toEqual([
    ["feature", "energy>=0.15"],
    ["feature", "energy<0.2"],
  ]);
  expect(binBounds(of("tempo"), 8)[0]).toEqual(["feature", "tempo>=120"]);
});

test("the outermost bins are open, for what lies beyond the edges", () => {
  expect(binBounds(of("energy"), 19)).toEqual([["feature", "energy>=0.95"]]);
  expect(binBounds(of("loudness"), 0)).toEqual([["feature", "loudness<-57"]]);
});

test.each([
  ["energy", 0.15, "0.15–0.2"],
  ["tempo", 120, "120–130"],
  ["loudness", -9, "−9–−6"],
  ["key", 4, "E"],
  ["mode", 1, "major"],
  ["time_signature", 4, "4"],
])("%s from %s reads %s", (name, from, text) => {
  expect(binRange(of(name), binAt(of(name), from))).toBe(text);
});
