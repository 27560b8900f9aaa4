import { expect, test } from "vitest";
import { type Playing, progressNow } from "../../state/spotify";
import { ago, clock, localDate } from "./times";

test("times are said as people say them", () => {
  expect(clock(187_999)).toBe("3:07");
  expect(clock(0)).toBe("0:00");
  expect(clock(-5)).toBe("0:00");
  expect(ago(4_999)).toBe("just now");
  expect(ago(42_000)).toBe("42 s ago");
  expect(ago(61_000)).toBe("1 min ago");
  expect(ago(2 * 3_600_000)).toBe("2 h ago");
  expect(localDate(new Date(2026, 0, 5, 23, 59))).toBe("2026-01-05");
});

test("a track plays on since it was seen, and not beyond its end", () => {
  const playing = { is_playing: true, progress_ms: 10_000, length_ms: 60_000 } as Playing;
  expect(progressNow(playing, 5_000, 2_000)).toBe(13_000);
  expect(progressNow(playing, 1_000, 2_000)).toBe(10_000);
  expect(progressNow(playing, 500_000, 2_000)).toBe(60_000);
  expect(progressNow({ ...playing, is_playing: false }, 5_000, 2_000)).toBe(10_000);
});
