import { expect, test } from "vitest";
import { featureText } from "../../text/features";
import { tellPeak } from "./distribution_card";
import { tellDrift } from "./drift_card";
import { onScale, type ProfileRow } from "./profile_card";
import { describe as describeTaste } from "./taste";

const row = (feature: string, mean: number): ProfileRow => ({
  feature,
  unit: "0..1",
  mean,
  stddev: 0.1,
  p10: 0,
  p50: mean,
  p90: 1,
  plays: 10,
  coverage_ms: 1,
});

test("the sentence names the two features furthest from the middle", () => {
  const rows = [row("energy", 0.9), row("valence", 0.45), row("danceability", 0.5), row("acousticness", 0.2)];
  expect(describeTaste(rows)).toBe("Rather intense and electric.");
});

test("nothing is said where too little is known", () => {
  expect(describeTaste([row("energy", 0.9)])).toBe("");
});

test("tempo and loudness stay on their axes", () => {
  expect(onScale(130, "BPM")).toBe(0.5);
  expect(onScale(-15, "dB")).toBe(0.5);
  expect(onScale(300, "BPM")).toBe(1);
});

test("the peak is told by what a stream weighs", () => {
  const rows = [
    { plays: 3, ms: 100 },
    { plays: 1, ms: 900 },
  ];
  const mode = featureText("mode") ?? expect.fail("mode is a feature");
  expect(tellPeak(mode, rows, "plays")).toBe("Most at minor.");
  expect(tellPeak(mode, rows, "ms")).toBe("Most at major.");
  expect(tellPeak(mode, [], "ms")).toBe("");
});

test("drift weighs each period by its plays and names the largest move", () => {
  const at = (period: string, feature: string, mean: number, plays: number) => ({
    period,
    feature,
    mean,
    plays,
  });
  const rows = [
    at("2020", "energy", 0.4, 10),
    at("2020", "valence", 0.5, 10),
    at("2021", "energy", 0.6, 10),
    at("2021", "valence", 0.45, 10),
  ];
  expect(tellDrift(rows)).toBe("Energy has risen most, by 0.20.");
});
