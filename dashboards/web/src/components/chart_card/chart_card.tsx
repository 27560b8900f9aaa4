import type { EChartsType } from "echarts/core";
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { type Answer, type Limits, toCsv } from "../../api/client";
import { behind, isOverPlays } from "../../state/behind";
import type { Asked } from "../../state/use_answer";
import { DataTable, type TableForm } from "../data_table/data_table";
import { Problem } from "../problem/problem";
import { RowsDialog } from "../rows_dialog/rows_dialog";
import { RestsOn } from "./limits";
import { ToolIcon } from "./tool_icon";

interface Props {
  title: string;
  /** What the figure says or rests on, one sentence. */
  note?: ComponentChildren;
  asked: Asked;
  /** The picture; called only with rows. */
  children: (answer: Answer) => ComponentChildren;
  /** For saving the picture; cards without a chart leave it out. */
  chartRef?: { current: EChartsType | null };
  /** The picture is a table already, so there is no other one to show. */
  tabular?: boolean;
  controls?: ComponentChildren;
  empty?: string;
  wide?: boolean;
  height?: number;
  /** What is awaited is a list: waiting looks like one. */
  list?: boolean;
  /** What a click on the picture does, by the row's place in the answer: the table does it too, for those without a mouse. */
  pick?: (row: number) => void;
  /** What the figure rests on beyond what its answer tells. */
  limits?: Limits;
  /** How the table is to be read: names in the place of ids, and where they lead. */
  table?: TableForm;
  /** The part of an address that leads to the card. */
  id?: string;
}

function save(name: string, url: string) {
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
}

function saveCsv(answer: Answer) {
  const url = URL.createObjectURL(new Blob([toCsv(answer)], { type: "text/csv" }));
  save(`earprint-${answer.metric}.csv`, url);
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}

function savePng(answer: Answer, chart: EChartsType) {
  const background = getComputedStyle(document.documentElement).getPropertyValue("--card");
  save(`earprint-${answer.metric}.png`, chart.getDataURL({ pixelRatio: 2, backgroundColor: background }));
}

/** What is shown while an answer is awaited, in the shape of what comes. */
function Skeleton({ height, list }: { height: number; list: boolean }) {
  if (!list) return <div class="skeleton" style={{ height: `${height}px` }} />;
  const lines = Array.from({ length: Math.floor(height / 42) }, (_, i) => `${92 - i * 6}%`);
  return (
    <div class="skeleton-list">
      {lines.map((width) => (
        <div key={width} class="skeleton" style={{ width }} />
      ))}
    </div>
  );
}

/** A figure with its title, its table and its files; shows waiting, emptiness and failure the same way everywhere. */
export function ChartCard({
  title,
  note,
  asked,
  children,
  chartRef,
  tabular,
  controls,
  empty,
  wide,
  height = 280,
  list,
  pick,
  limits,
  table,
  id,
}: Props) {
  const [asTable, setAsTable] = useState(false);
  const [opened, setOpened] = useState<Record<string, string>>();
  const { answer, problem, stale } = asked;
  const hasRows = answer && answer.rows.length > 0;
  const opens = hasRows && isOverPlays(answer);
  const open = (row: number, column: string) => {
    const found = answer && opens ? behind(answer, row, column) : undefined;
    return found && (() => setOpened(found));
  };
  return (
    <section
      id={id}
      tabIndex={id ? -1 : undefined}
      class={`card${wide ? " wide" : ""}`}
      aria-busy={stale}
      aria-label={title}
    >
      <header class="card-header">
        <div>
          <h2>{title}</h2>
          {note && <p class="note">{note}</p>}
          {hasRows && <RestsOn limits={{ ...answer.limits, ...limits }} />}
        </div>
        <div class="card-tools">
          {controls}
          {hasRows && (
            <fieldset class="tools">
              <legend class="visually-hidden">{title}: other forms</legend>
              {!tabular && (
                <button
                  type="button"
                  title={asTable ? "Show the picture" : "Show the table"}
                  aria-label="Table"
                  aria-pressed={asTable}
                  onClick={() => setAsTable(!asTable)}
                >
                  <ToolIcon name={asTable ? "Chart" : "Table"} />
                </button>
              )}
              {opens && (
                <button
                  type="button"
                  title="See the plays behind these figures"
                  aria-label="Plays"
                  onClick={() => setOpened(behind(answer))}
                >
                  <ToolIcon name="Plays" />
                </button>
              )}
              {chartRef && (
                <button
                  type="button"
                  title="Save the picture (PNG)"
                  aria-label="PNG"
                  disabled={asTable}
                  onClick={() => chartRef.current && savePng(answer, chartRef.current)}
                >
                  <ToolIcon name="PNG" />
                </button>
              )}
              <button
                type="button"
                title="Save the figures (CSV)"
                aria-label="CSV"
                onClick={() => saveCsv(answer)}
              >
                <ToolIcon name="CSV" />
              </button>
            </fieldset>
          )}
        </div>
      </header>
      {problem && <Problem problem={problem} />}
      {!problem && !answer && <Skeleton height={height} list={list ?? false} />}
      {!problem && answer && !hasRows && (
        <p class="empty" style={{ minHeight: `${Math.min(height, 120)}px` }}>
          {empty ?? "No play satisfies these conditions."}
        </p>
      )}
      {!problem && hasRows && (
        <div class={stale ? "stale" : undefined}>
          {asTable ? <DataTable answer={answer} pick={pick} open={open} {...table} /> : children(answer)}
        </div>
      )}
      {opened && (
        <RowsDialog
          title={`${title}: the plays behind it`}
          metric="plays_behind"
          extra={opened}
          onClose={() => setOpened(undefined)}
        />
      )}
    </section>
  );
}
