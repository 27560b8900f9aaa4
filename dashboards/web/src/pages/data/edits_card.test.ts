import { expect, test } from "vitest";
import type { EditRow } from "../../text/edits";
import { shownEdits } from "./edits_card";

const row = (edit_id: string, in_force: string): EditRow => ({
  edit_id,
  kind: "delete",
  stated: "2024-01-01T00:00:00Z",
  from: null,
  to: null,
  what: "Rain",
  in_force,
  plays: 1,
});
const ids = (rows: EditRow[]) => rows.map((one) => one.edit_id).join("");

test("every edit in force is shown, however many were undone since; of these the newest", () => {
  const rows = [row("a", "no"), row("b", "no"), row("c", "yes"), row("d", "no"), row("e", "yes")];
  expect(ids(shownEdits(rows, 3))).toBe("ace");
  expect(ids(shownEdits(rows, 1))).toBe("ce");
  expect(ids(shownEdits(rows, 9))).toBe("abcde");
});
