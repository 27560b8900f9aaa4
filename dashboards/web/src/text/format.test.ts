import { describe, expect, test } from "vitest";
import { clockTime, count, day, dayIn, duration, durationWords, percent, period, plural } from "./format";

/** Numbers and units are kept together by spaces that do not break. */
const kept = (text: string) => text.replaceAll(" ", "\u00a0");

describe("duration", () => {
  test.each([
    [45_999, "45 s"],
    [59 * 60_000, "59 min"],
    [7_500_000, "2 h 5 min"],
    [7_200_000, "2 h"],
    [4 * 86_400_000 + 3 * 3_600_000, "4 d 3 h"],
    [9_764_383_352, "113 d"],
  ])("%d ms is %s", (ms, text) => expect(duration(ms)).toBe(kept(text)));
});

test.each([
  [12_084_421_278, ["139", "days"]],
  [36 * 3_600_000, ["36", "hours"]],
  [119 * 60_000, ["119", "minutes"]],
  [60_000, ["1", "minute"]],
])("%d ms in one number is %s", (ms, words) => expect(durationWords(ms)).toEqual(words));

describe("percent", () => {
  test.each([
    [0, "0 %"],
    [0.001, "< 1 %"],
    [0.914, "91 %"],
    [0.999, "99 %"],
    [1, "100 %"],
  ])("%d is %s, and only nothing is 0 and only all is 100", (share, text) =>
    expect(percent(share)).toBe(kept(text)),
  );
});

describe("period", () => {
  test.each([
    ["2015-04-01", "year", "2015"],
    ["2015-04-01", "quarter", "Q2 2015"],
    ["2015-04-01", "month", "Apr 2015"],
    ["2015-04-06", "week", "6 Apr 2015"],
  ])("%s by %s is %s", (text, grain, told) => expect(period(text, grain)).toBe(told));
});

test("numbers and words agree", () => {
  expect(count(50243)).toBe("50,243");
  expect(plural(1, "day")).toBe("1 day");
  expect(plural(78, "day")).toBe("78 days");
  expect(day("2020-10-11T23:00:00Z")).toBe("11 Oct 2020");
});

test("an instant has its day and its minute where the listener is, and a day stays that day", () => {
  expect(dayIn("2024-06-30T22:30:00Z", "Europe/Paris")).toBe("2024-07-01");
  expect(clockTime("2024-06-30T22:30:00Z", "Europe/Paris")).toBe("00:30");
  expect(dayIn("2024-06-30", "Pacific/Auckland")).toBe("2024-06-30");
});
