import { expect, test } from "vitest";
import { spiral } from "./spiral";

const weeks = (count: number, ms = 3_600_000) =>
  Array.from({ length: count }, (_, i) => ({
    period: new Date(Date.UTC(2020, 0, 6) + i * 7 * 86_400_000).toISOString().slice(0, 10),
    ms,
  }));

const radii = (path: string) =>
  path
    .slice(1, -1)
    .split("L")
    .map((point) => Math.hypot(...(point.split(" ").map(Number) as [number, number])));

test("each year is one ridge, and each begins where the year before ended", () => {
  const { ridges } = spiral(weeks(3 * 52));
  expect(ridges.map((r) => r.year)).toEqual(["2020", "2021", "2022"]);
  for (const { path } of ridges) expect(path).not.toContain("NaN");
});

test("the line winds outward and stays within its edge", () => {
  const { ridges, inner } = spiral(weeks(8 * 52));
  const all = ridges.flatMap((r) => radii(r.path));
  expect(Math.max(...all)).toBeLessThanOrEqual(160);
  expect(Math.min(...all)).toBeGreaterThan(0);
  expect(inner).toBeGreaterThan(0);
});

test("a week that begins in December belongs to the year that has most of it", () => {
  const weeks = ["2025-12-29", "2026-01-05", "2026-01-12"].map((period) => ({ period, ms: 1 }));
  expect(spiral(weeks).ridges.map((r) => r.year)).toEqual(["2026"]);
});

test("weeks without music have no width", () => {
  const [ridge] = spiral(weeks(20, 0)).ridges;
  const points = ridge?.path.slice(1, -1).split("L") ?? [];
  expect(points[0]).toBe(points.at(-1));
});

test("too little makes no spiral", () => {
  expect(spiral([]).ridges).toEqual([]);
  expect(spiral(weeks(1)).ridges).toEqual([]);
});
