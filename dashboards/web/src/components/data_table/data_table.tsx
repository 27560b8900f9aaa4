import type { ComponentChildren } from "preact";
import type { Answer, Cell, Column } from "../../api/client";
import { approximate, count, day, duration, percent } from "../../text/format";
import { Outward } from "../attribution/outward";

const rowsMax = 500;

function shown(cell: Cell | undefined, column: Column, daysOnly: boolean): string {
  if (cell === null || cell === undefined) return "–";
  if (typeof cell === "number") {
    if (column.unit === "ms") return duration(cell);
    if (column.unit === "share") return percent(cell);
    return column.type === "integer" ? count(cell) : String(cell);
  }
  if (column.type === "date" || (column.type === "instant" && daysOnly)) return day(cell);
  if (column.type === "instant") return `${day(cell)}, ${cell.slice(11, 16)}`;
  return String(cell);
}

/** `isNamed`: the column's ids are told by names. */
function heading(column: Column, isNamed: boolean): string {
  const told = isNamed ? column.name.replace(/_id$/, "") : column.name;
  const name = column.unit === "ms" ? told.replace(/^ms$/, "listened").replace(/_ms$/, "") : told;
  return name.charAt(0).toUpperCase() + name.slice(1).replaceAll("_", " ");
}

/** How an answer's columns are to be read. */
export interface TableForm {
  /** Words for what a column holds, by the column's name. */
  words?: Record<string, Record<string, string>>;
  /** Columns that are not for reading. */
  hidden?: string[];
  /** Where the cells of a column lead, by the column's name and the row's place. */
  links?: Record<string, (row: number) => string | undefined>;
}

interface Props extends TableForm {
  answer: Answer;
  /** Instants are told by their days. */
  daysOnly?: boolean;
  /** On a phone each row is a block of named values, instead of a line that is wider than the screen. */
  stacks?: boolean;
  /** What a click on the picture does, by the row's place in the answer; its first cell becomes a button. */
  pick?: (row: number) => void;
  /** Whether there is anything to pick in a row. */
  canPick?: (row: number) => boolean;
  /** Opens what stands behind a number; nothing where that cannot be said. */
  open?: (row: number, column: string) => (() => void) | undefined;
  /** Whether a row's milliseconds are estimated. */
  isEstimated?: (row: number) => boolean;
  /** Whether a row no longer counts. */
  isFaint?: (row: number) => boolean;
  /** What can be done about a row, at its end. */
  action?: (row: number) => ComponentChildren;
  /** What a row is known by while others come and go; its place where nothing is said. */
  rowKey?: (row: number) => string;
}

interface CellProps {
  text: string;
  href?: string | undefined;
  isFaint?: boolean | undefined;
  onPick?: (() => void) | undefined;
  onOpen?: (() => void) | undefined;
}

/** A cell's text; a button where a click on it does something, else a link where it leads somewhere. */
function CellText({ text, href, isFaint, onPick, onOpen }: CellProps) {
  if (isFaint) return <s>{text}</s>;
  if (!onPick && !onOpen) return <Outward href={href}>{text}</Outward>;
  return (
    <button
      type="button"
      class="pick"
      title={onPick ? "Look at it alone" : "See the plays behind it"}
      onClick={onPick ?? onOpen}
    >
      {text}
    </button>
  );
}

/** An answer as it is: every column, up to 500 rows, as a person reads it; the CSV has all of them, exactly. */
export function DataTable({
  answer,
  words = {},
  daysOnly = false,
  stacks = false,
  pick,
  canPick = () => true,
  hidden = [],
  open,
  links = {},
  isEstimated,
  isFaint,
  action,
  rowKey,
}: Props) {
  const text = (row: Cell[], column: Column, k: number, i: number) => {
    const told = words[column.name]?.[String(row[k])] ?? shown(row[k], column, daysOnly);
    return column.unit === "ms" && isEstimated?.(i) ? approximate(told) : told;
  };
  const rows = answer.rows.slice(0, rowsMax);
  const columns = answer.columns
    .map((column, k) => ({ column, k }))
    .filter(({ column }) => !hidden.includes(column.name));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls has to be reachable by keyboard
    <section class="table-box" tabIndex={0} aria-label={`Table of ${answer.metric}`}>
      <table class={stacks ? "stacks" : undefined}>
        <thead>
          <tr>
            {columns.map(({ column }) => (
              <th
                key={column.name}
                scope="col"
                class={column.type === "integer" || column.type === "decimal" ? "number" : ""}
              >
                {heading(column, column.name in words)}
              </th>
            ))}
            {action && (
              <th scope="col">
                <span class="visually-hidden">Correct</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, i) => (
            <tr key={rowKey?.(i) ?? i} class={isFaint?.(i) ? "faint" : undefined}>
              {columns.map(({ column, k }, at) => (
                <td
                  key={column.name}
                  data-name={heading(column, column.name in words)}
                  class={column.type === "integer" || column.type === "decimal" ? "number" : ""}
                >
                  <CellText
                    text={text(row, column, k, i)}
                    isFaint={isFaint?.(i)}
                    href={links[column.name]?.(i)}
                    onPick={pick && at === 0 && canPick(i) ? () => pick(i) : undefined}
                    onOpen={column.type === "integer" ? open?.(i, column.name) : undefined}
                  />
                </td>
              ))}
              {action && <td class="row-action">{action(i)}</td>}
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
