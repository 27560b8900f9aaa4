import { expect, test } from "vitest";
import { periodLabels } from "./period_axis";

const monthsFrom = (year: number, count: number) =>
  Array.from(
    { length: count },
    (_, i) => `${year + Math.floor(i / 12)}-${String((i % 12) + 1).padStart(2, "0")}-01`,
  );

function shown(periods: string[], grain: string): string[] {
  const labels = periodLabels(periods, grain);
  return periods.filter((_, i) => labels.interval(i)).map((p) => labels.formatter(p));
}

test("many years are told by their beginnings", () => {
  expect(shown(monthsFrom(2019, 60), "month")).toEqual(["2019", "2020", "2021", "2022", "2023"]);
});

test("a year is told by its months, and January by the year", () => {
  expect(shown(monthsFrom(2023, 13).slice(6), "month")).toEqual([
    "Jul",
    "Aug",
    "Sep",
    "Oct",
    "Nov",
    "Dec",
    "2024",
  ]);
});

test("two years are told by quarters", () => {
  expect(shown(monthsFrom(2023, 24), "month")).toEqual([
    "2023",
    "Apr",
    "Jul",
    "Oct",
    "2024",
    "Apr",
    "Jul",
    "Oct",
  ]);
});

test("weeks and days carry the month in which they begin", () => {
  const days = Array.from({ length: 120 }, (_, i) =>
    new Date(Date.UTC(2024, 0, 15) + i * 86_400_000).toISOString().slice(0, 10),
  );
  expect(shown(days, "day")).toEqual(["Feb", "Mar", "Apr", "May"]);
  expect(shown(days.slice(0, 3), "day")).toEqual(["15 Jan", "16 Jan", "17 Jan"]);
});

test("years are themselves, and nothing has no labels", () => {
  expect(shown(["2020-01-01", "2021-01-01"], "year")).toEqual(["2020", "2021"]);
  expect(shown([], "month")).toEqual([]);
});
