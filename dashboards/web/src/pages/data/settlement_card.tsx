import { rowsOf } from "../../api/client";
import { ChartCard } from "../../components/chart_card/chart_card";
import { DataTable } from "../../components/data_table/data_table";
import { useAnswer } from "../../state/use_answer";
import { plural } from "../../text/format";

interface SettlementRow {
  settled: number;
  added: number;
  unmatched: number;
  ms_before: number;
  ms_after: number;
}

/** What exports changed in what was captured live, in a sentence. */
export function settlementText(rows: SettlementRow[]): string {
  const sum = (name: keyof SettlementRow) => rows.reduce((all, row) => all + row[name], 0);
  const change = sum("ms_before") > 0 ? (sum("ms_after") - sum("ms_before")) / sum("ms_before") : 0;
  const sign = change > 0 ? "+" : "";
  return `The export replaced ${plural(sum("settled"), "live play")}, added ${plural(sum("added"), "play")} that were missed; listening time changed by ${sign}${(change * 100).toFixed(1)}\u00a0%.`;
}

export function SettlementCard() {
  const asked = useAnswer("settlement");
  if (!asked.answer || asked.answer.rows.length === 0) return null;
  return (
    <ChartCard
      wide
      tabular
      title="Live capture, settled by exports"
      note={settlementText(rowsOf<SettlementRow>(asked.answer))}
      asked={asked}
      height={120}
    >
      {(answer) => <DataTable stacks answer={answer} />}
    </ChartCard>
  );
}

export function OverlapsCard() {
  const asked = useAnswer("overlaps", { grain: "year" });
  if (!asked.answer || asked.answer.rows.length === 0) return null;
  return (
    <ChartCard
      tabular
      title="Plays over each other"
      note="One account cannot play twice at once; these say it did. They are kept."
      asked={asked}
      height={80}
    >
      {(answer) => <DataTable stacks daysOnly answer={answer} />}
    </ChartCard>
  );
}
