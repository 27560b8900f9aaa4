import { describe, expect, test } from "vitest";
import {
  deleteOf,
  type EditRow,
  editWords,
  excludeOf,
  named,
  type ProposalRow,
  placeOf,
  proposalWords,
  span,
  zoneOf,
} from "./edits";

const edit: EditRow = {
  edit_id: "a1",
  kind: "exclude",
  stated: "2026-11-28T10:00:00Z",
  from: "2024-01-01T00:00:00Z",
  to: "2024-01-03T00:00:00Z",
  what: "US",
  in_force: "yes",
  plays: 1,
};
const loop: ProposalRow = {
  reason: "loop",
  from: "2024-01-01T23:00:00Z",
  to: "2024-01-02T05:00:00.001Z",
  plays: 40,
  ms: 7_200_000,
  what: "2J3n32GeLmMjwuAzyhcSNe",
  track: "Rain",
};

describe("edits", () => {
  test("a span may be open, and one day is one", () => {
    expect(span(null, null)).toBe("");
    expect(span("2024-01-01", null)).toBe("from 1 Jan 2024");
    expect(span(null, "2024-01-01")).toBe("until 1 Jan 2024");
    expect(span("2024-01-01T10:00:00Z", "2024-01-01T11:00:00Z")).toBe("1 Jan 2024");
  });
  test("a span's days are those of the listener's zone, and its end is not in it", () => {
    const [from, to] = ["2024-06-30T22:00:00Z", "2024-07-02T22:00:00Z"];
    expect(span(from, to, "Europe/Paris")).toBe("1 Jul 2024 to 2 Jul 2024");
    expect(span(from, "2024-07-01T22:00:00Z", "Europe/Paris")).toBe("1 Jul 2024");
    expect(span(from, to)).toBe("30 Jun 2024 to 2 Jul 2024");
  });
  test("a play that was left out has its minute, a travel the day of coming back, a recording what it changes", () => {
    const play = { ...edit, kind: "delete", what: "Rain, Ann", to: edit.from };
    expect(editWords(play, "Europe/Paris")).toEqual({
      title: "Play left out: Rain, Ann",
      detail: "1 Jan 2024, 01:00 · 1 play left out · said on 28 Nov 2026",
    });
    const travel = { ...edit, kind: "travel", what: "America/New_York", plays: 0 };
    expect(editWords(travel).title).toBe("I was in New York");
    expect(editWords(travel).detail).toMatch(
      /^1 Jan 2024, back on 3 Jan 2024 · In the zone “wherever I was”/,
    );
    const merge = { ...edit, kind: "merge", from: null, to: null, what: "Rain, Ann, and 1 more", plays: 0 };
    expect(editWords(merge).detail).toBe(
      "Figures by recording count these tracks as one · said on 28 Nov 2026",
    );
    expect(editWords({ ...merge, in_force: "no" }).detail).toBe("said on 28 Nov 2026");
  });
  test("a play is left out by its track and end, or by its names; one that has neither cannot be", () => {
    const ended = "2024-01-01T10:00:00.250Z";
    expect(deleteOf({ ended, track_id: "t1", track: "Rain", artist: "Ann" })).toEqual({
      kind: "delete",
      at: ended,
      track: "t1",
      title: "Rain",
      artist: "Ann",
    });
    expect(deleteOf({ ended, track_id: "t1", track: null, artist: null })).toEqual({
      kind: "delete",
      at: ended,
      track: "t1",
    });
    expect(deleteOf({ ended, track_id: null, track: "Rain", artist: "Ann" })).toEqual({
      kind: "delete",
      at: ended,
      title: "Rain",
      artist: "Ann",
    });
    expect(deleteOf({ ended, track_id: null, track: "Rain", artist: null })).toBeUndefined();
  });
  test("what is chosen is named in a few words", () => {
    expect(named([])).toBe("");
    expect(named(["Rain"])).toBe("“Rain”");
    expect(named(["Rain", "Snow"])).toBe("“Rain” and “Snow”");
    expect(named(["Rain", "Snow", "Fog"])).toBe("“Rain” and 2 more");
    expect(placeOf("America/Argentina/Buenos_Aires")).toBe("Buenos Aires");
  });
  test("days are told in the zone of the answer, or in the browser's where that is no place", () => {
    const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
    expect(zoneOf({ tz: "Europe/Paris" })).toBe("Europe/Paris");
    expect(zoneOf({ tz: "UTC" })).toBe("UTC");
    expect(zoneOf({ tz: "local" })).toBe(here);
    expect(zoneOf(undefined)).toBe(here);
  });
  test("tell what they are and what they leave out", () => {
    expect(editWords(edit)).toEqual({
      title: "Not me: US",
      detail: "1 Jan 2024 to 2 Jan 2024 · 1 play left out · said on 28 Nov 2026",
    });
    expect(editWords({ ...edit, in_force: "no" }).detail).not.toContain("left out");
  });
  test("a proposal is excluded as narrowly as it was seen", () => {
    expect(proposalWords(loop).title).toBe("Rain, over and over through the night");
    expect(excludeOf(loop)).toEqual({ kind: "exclude", from: loop.from, to: loop.to, track: loop.what });
    expect(excludeOf({ ...loop, reason: "device", what: "tv" })).toHaveProperty("platform", "tv");
  });
});
