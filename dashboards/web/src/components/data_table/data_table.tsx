import type { Answer, Cell, Column } from "../../api/client";
import { count } from "../../text/format";

const rowsMax = 500;

function shown(cell: Cell | undefined, column: Column): string {
  if (cell === null || cell === undefined) return "–";
  if (typeof cell === "number" && column.type === "integer") return count(cell);
  if (column.type === "instant") return String(cell).replace("T", " ").slice(0, 16);
  return String(cell);
}

/** An answer as it is: every column, up to 500 rows; the CSV has them all. */
export function DataTable({ answer }: { answer: Answer }) {
  const rows = answer.rows.slice(0, rowsMax);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls has to be reachable by keyboard
    <section class="table-box" tabIndex={0} aria-label={`Table of ${answer.metric}`}>
      <table>
        <thead>
          <tr>
            {answer.columns.map((column) => (
              <th
                key={column.name}
                scope="col"
                class={column.type === "integer" || column.type === "decimal" ? "number" : ""}
              >
                {column.name.replaceAll("_", " ")}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows have no identity beyond their order
            <tr key={i}>
              {answer.columns.map((column, k) => (
                <td
                  key={column.name}
                  class={column.type === "integer" || column.type === "decimal" ? "number" : ""}
                >
                  {shown(row[k], column)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {answer.rows.length > rowsMax && (
        <p class="note">
          The first {rowsMax} of {count(answer.rows.length)} rows.
        </p>
      )}
    </section>
  );
}
