import { describe, expect, it } from "vitest";
import type { Answer, Cell } from "../api/client";
import { behind, isOverPlays, periodEnd } from "./behind";

function answer(
  metric: string,
  names: string[],
  row: Cell[],
  conditions: Record<string, unknown> = {},
): Answer {
  return {
    metric,
    listener: "me",
    conditions,
    data_version: "1",
    columns: names.map((name) => ({ name, type: "text", unit: "" })),
    rows: [row],
    limits: {},
  };
}

describe("the conditions behind a figure", () => {
  it("are its period, within what was asked", () => {
    const asked = { grain: "month", from: "2024-02-10" };
    expect(behind(answer("timeline", ["period", "plays"], ["2024-02-01", 3], asked), 0)).toEqual({
      from: "2024-02-10",
      to: "2024-03-01",
    });
    expect(periodEnd("2024-12-30", "week")).toBe("2025-01-06");
    expect(periodEnd("2023-10-01", "quarter")).toBe("2024-01-01");
  });

  it("are not said of a recording, which may be several tracks, but of a track they are", () => {
    const row = (by: string) => answer("top_tracks", ["track_id", "track"], ["t1", "Rain"], { by });
    expect(behind(row("recording"), 0)).toBeUndefined();
    expect(behind(row("track"), 0)).toEqual({ track: "t1" });
    expect(behind(row("recording"))).toEqual({});
  });

  it("are its hour and weekday, midnight's too", () => {
    expect(behind(answer("clock", ["weekday", "hour"], [7, 23]), 0)).toEqual({
      weekdays: "7",
      hours: "23-24",
    });
  });

  it("are the moments of a session, its end included", () => {
    const row = ["2024-01-01T10:00:00Z", "2024-01-01T11:00:00Z"];
    expect(behind(answer("sessions", ["started", "ended"], row), 0)).toEqual({
      from: "2024-01-01T10:00:00Z",
      to: "2024-01-01T11:00:00.001Z",
    });
  });

  it("name what a ranking names", () => {
    const names = ["rank", "track_id", "track", "artist"];
    expect(behind(answer("top_tracks", names, [1, "0000000000000000000001", "Alpha", "Ann"]), 0)).toEqual({
      track: "0000000000000000000001",
      artist: "Ann",
    });
    expect(behind(answer("top_tracks", names, [1, null, "Alpha", "Ann"]), 0)?.track).toBe("Alpha");
  });

  it("take in short plays where the figure does", () => {
    const skips = answer("skips", ["artist", "plays_all", "skipped"], ["Ann", 5, 2]);
    expect(behind(skips, 0, "skipped")).toEqual({ artist: "Ann", min_ms: "0", skipped: "yes" });
    expect(behind(answer("overview", ["plays_all"], [5]), undefined, "plays_all")).toEqual({ min_ms: "0" });
  });

  it("are none where no condition says what the row says", () => {
    const names = ["dimension", "value"];
    expect(behind(answer("habits", names, ["reason_end", "endplay"]), 0)).toBeUndefined();
    expect(behind(answer("habits", names, ["platform", "ios"]), 0)).toEqual({ platform: "ios", min_ms: "0" });
    expect(isOverPlays(answer("gaps", [], []))).toBe(false);
  });
});
