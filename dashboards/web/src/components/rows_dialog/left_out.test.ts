import { expect, test } from "vitest";
import type { Answer } from "../../api/client";
import { cellOf, withLeftOut } from "./left_out";

const answer: Answer = {
  metric: "plays_behind",
  listener: "me",
  conditions: {},
  data_version: "1",
  columns: [
    { name: "ended", type: "instant", unit: "UTC" },
    { name: "track", type: "text", unit: "" },
    { name: "play", type: "text", unit: "" },
  ],
  rows: [
    ["2024-12-01T08:00:10Z", "Rain", "0c"],
    ["2024-12-01T08:00:00Z", "Snow", "0a"],
  ],
  limits: {},
};
const fog = { cells: ["2024-12-01T08:00:00.500Z", "Fog", "0b"], edit: "e1" };

test("a play that was left out stays where it stood, by the instant and not by its text", () => {
  const shown = withLeftOut(answer, { "0b": fog });
  expect(shown.rows.map((row) => row[1])).toEqual(["Rain", "Fog", "Snow"]);
  expect(cellOf(shown, 1, "play")).toBe("0b");
});

test("a play that is back in the list, or not yet out of it, stands there once", () => {
  const snow = { cells: answer.rows[1] ?? [], edit: "e2" };
  expect(withLeftOut(answer, { "0a": snow })).toBe(answer);
});

test("of plays that end together the smaller id comes first, as the server has it", () => {
  const twin = { cells: ["2024-12-01T08:00:10Z", "Hail", "0d"], edit: "e3" };
  expect(withLeftOut(answer, { "0d": twin }).rows.map((row) => row[1])).toEqual(["Rain", "Hail", "Snow"]);
});
