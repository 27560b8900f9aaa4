import type { Answer, Cell } from "../../api/client";

/** A play that was left out, as the list told it, and the edit that did it; an empty one where it was taken back. */
export interface LeftOut {
  cells: Cell[];
  edit: string;
}

/** A row's cell by its column's name. */
export function cellOf(answer: Answer, row: number, name: string): Cell {
  return answer.rows[row]?.[answer.columns.findIndex((column) => column.name === name)] ?? null;
}

/**
 * The list of plays with those that were left out since it was opened, each where it stood: so that what was done can be
 * seen and undone in its place. Latest first, those that end together by play, as the server has them.
 */
export function withLeftOut(answer: Answer, leftOut: Record<string, LeftOut>): Answer {
  const at = (name: string) => answer.columns.findIndex((column) => column.name === name);
  const [ended, play] = [at("ended"), at("play")];
  const there = new Set(answer.rows.map((row) => row[play]));
  const missing = Object.entries(leftOut).filter(([id]) => !there.has(id));
  if (missing.length === 0) return answer;
  const instant = (row: Cell[]) => Date.parse(String(row[ended]));
  const rows = [...answer.rows, ...missing.map(([, { cells }]) => cells)].sort(
    (a, b) => instant(b) - instant(a) || (String(a[play]) < String(b[play]) ? -1 : 1),
  );
  return { ...answer, rows };
}
