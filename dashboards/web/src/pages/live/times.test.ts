import { expect, test } from "vitest";
import { ago, clock, playsShown, zoneOfToday } from "./times";

test("times are said as people say them", () => {
  expect(clock(187_999)).toBe("3:07");
  expect(clock(0)).toBe("0:00");
  expect(clock(-5)).toBe("0:00");
  expect(ago(4_999)).toBe("just now");
  expect(ago(42_000)).toBe("42 s ago");
  expect(ago(61_000)).toBe("1 min ago");
  expect(ago(2 * 3_600_000)).toBe("2 h ago");
});

test("today is the day of the zone in which the server reads it", () => {
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  expect(zoneOfToday("Asia/Tokyo", "Europe/Paris")).toBe("Asia/Tokyo");
  expect(zoneOfToday(null, "Europe/Paris")).toBe("Europe/Paris");
  expect(zoneOfToday("local", "local")).toBe(here);
  expect(zoneOfToday(null, undefined)).toBe(here);
});

test("a list that holds the newest only does not pass for all", () => {
  expect(playsShown(1, 1)).toBe("1 play, also the short ones");
  expect(playsShown(100, 100)).toBe("100 plays, also the short ones");
  expect(playsShown(100, 1430)).toBe("The newest 100 of 1,430 plays, also the short ones");
  // The list and the count are two answers: a play may have come between them.
  expect(playsShown(13, 12)).toBe("13 plays, also the short ones");
});
