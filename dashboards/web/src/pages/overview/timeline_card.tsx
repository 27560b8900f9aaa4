import type { EChartsType } from "echarts/core";
import { useCallback, useRef } from "preact/hooks";
import { rowsOf } from "../../api/client";
import { Chart } from "../../components/chart/chart";
import { axis, fade, frame, type Palette } from "../../components/chart/palette";
import { periodAxis } from "../../components/chart/period_axis";
import { ChartCard } from "../../components/chart_card/chart_card";
import { Choice } from "../../components/chart_card/choice";
import { setParams } from "../../state/conditions";
import { usePlace } from "../../state/location";
import { useAnswer } from "../../state/use_answer";
import { count, duration, period } from "../../text/format";

export interface PeriodRow {
  period: string;
  plays: number;
  ms: number;
  tracks: number;
  artists: number;
}

const grains: [string, string][] = [
  ["day", "by day"],
  ["week", "by week"],
  ["month", "by month"],
  ["quarter", "by quarter"],
  ["year", "by year"],
];

/** The grain that the address asks for; unless it says, the card's usual one. */
export function useGrain(usual = "month"): string {
  return usePlace().params.get("grain") ?? usual;
}

export function GrainChoice({ usual = "month" }: { usual?: string }) {
  const grain = useGrain(usual);
  return (
    <Choice
      label="Length of a period"
      value={grain}
      choices={grains}
      onChange={(v) => setParams({ grain: v }, true)}
    />
  );
}

export function TimelineCard() {
  const grain = useGrain();
  const { params } = usePlace();
  const asked = useAnswer("timeline", { grain });
  const chart = useRef<EChartsType | null>(null);
  const rows = asked.answer ? rowsOf<PeriodRow>(asked.answer) : [];
  const best = rows.reduce<PeriodRow | undefined>((a, b) => (!a || b.ms > a.ms ? b : a), undefined);
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows follow from the answer
  const options = useCallback(
    (c: Palette) => ({
      ...frame(c),
      grid: { left: 44, right: 4, top: 12, bottom: 26 },
      tooltip: {
        ...frame(c).tooltip,
        trigger: "axis",
        axisPointer: { type: "shadow", shadowStyle: { color: c.line, opacity: 0.5 } },
        formatter: (points: { dataIndex: number }[]) => {
          const row = rows[points[0]?.dataIndex ?? 0];
          if (!row) return "";
          return `<b>${period(row.period, grain)}</b><br>${duration(row.ms)}<br>${count(row.plays)} streams of ${count(row.tracks)} tracks`;
        },
      },
      xAxis: periodAxis(c, rows, grain),
      yAxis: axis(c, {
        type: "value",
        axisLine: { show: false },
        axisLabel: { color: c.muted, formatter: (v: number) => `${count(v)} h` },
        splitNumber: 4,
      }),
      series: [
        {
          type: "bar",
          data: rows.map((r) => Math.round(r.ms / 36_000) / 100),
          itemStyle: { color: fade(c), borderRadius: rows.length > 200 ? 0 : [3, 3, 0, 0] },
          emphasis: { itemStyle: { color: c.ink } },
          barCategoryGap: rows.length > 60 ? "14%" : "24%",
          large: rows.length > 800,
        },
      ],
    }),
    [asked.answer, grain],
  );
  const pick = (at: number) => {
    const row = rows[at];
    const from = params.get("from") ?? "";
    if (row)
      setParams({
        from: [row.period, from].sort().at(-1) ?? "",
        to: rows[at + 1]?.period ?? params.get("to") ?? "",
      });
  };
  return (
    <ChartCard
      wide
      title="Listening over time"
      note={
        best &&
        `Most in ${period(best.period, grain)}: ${duration(best.ms)}. Click a bar to look at it alone.`
      }
      asked={asked}
      chartRef={chart}
      controls={<GrainChoice />}
      height={300}
      pick={pick}
    >
      {() => (
        <Chart
          options={options}
          height={300}
          chartRef={chart}
          onClick={(p) => pick(p.dataIndex ?? -1)}
          label={`Hours of listening, ${rows.length} periods. ${best ? `Most in ${period(best.period, grain)}.` : ""}`}
        />
      )}
    </ChartCard>
  );
}
