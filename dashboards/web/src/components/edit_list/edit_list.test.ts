import { expect, test } from "vitest";
import type { Answer } from "../../api/client";
import { editsInForce } from "./edit_list";

const answer: Answer = {
  metric: "edits",
  listener: "me",
  conditions: {},
  data_version: "1",
  columns: ["edit_id", "kind", "in_force"].map((name) => ({ name, type: "text", unit: "" })),
  rows: [
    ["a", "merge", "yes"],
    ["b", "merge", "no"],
    ["c", "travel", "yes"],
    ["d", "split", "yes"],
  ],
  limits: {},
};

test("the edits of some kinds are those that hold", () => {
  const ids = editsInForce(answer, ["merge", "split"]).map((row) => row.edit_id);
  expect(ids).toEqual(["a", "d"]);
  expect(editsInForce(undefined, ["merge"])).toEqual([]);
});
