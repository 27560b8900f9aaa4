import type { EChartsType } from "echarts/core";
import { useCallback, useRef } from "preact/hooks";
import { rowsOf } from "../../api/client";
import { Chart } from "../../components/chart/chart";
import { axis, frame, type Palette } from "../../components/chart/palette";
import { ChartCard } from "../../components/chart_card/chart_card";
import { useAnswer } from "../../state/use_answer";
import { featureLabel } from "../../text/features";
import { period } from "../../text/format";
import { GrainChoice, useGrain } from "../overview/timeline_card";

interface DriftRow {
  period: string;
  feature: string;
  mean: number;
  plays: number;
}

const drawn = ["energy", "valence", "danceability", "acousticness"];

/** The feature that moved most between the first and the last fifth of the periods. */
export function tellDrift(rows: DriftRow[]): string {
  let best = { feature: "", by: 0 };
  for (const feature of drawn) {
    const own = rows.filter((r) => r.feature === feature);
    const fifth = Math.max(1, Math.floor(own.length / 5));
    const mean = (part: DriftRow[]) =>
      part.reduce((s, r) => s + r.mean * r.plays, 0) /
      Math.max(
        1,
        part.reduce((s, r) => s + r.plays, 0),
      );
    const by = mean(own.slice(-fifth)) - mean(own.slice(0, fifth));
    if (own.length >= 2 && Math.abs(by) > Math.abs(best.by)) best = { feature, by };
  }
  if (Math.abs(best.by) < 0.02) return "Steady: nothing has moved by more than 0.02.";
  return `${featureLabel(best.feature)} has ${best.by > 0 ? "risen" : "fallen"} most, by ${Math.abs(best.by).toFixed(2)}.`;
}

export function DriftCard({ weight }: { weight: string }) {
  const grain = useGrain("quarter");
  const asked = useAnswer("taste_timeline", { grain, weight });
  const chart = useRef<EChartsType | null>(null);
  const rows = asked.answer ? rowsOf<DriftRow>(asked.answer) : [];
  const periods = [...new Set(rows.map((r) => r.period))];
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows follow from the answer
  const options = useCallback(
    (c: Palette) => ({
      ...frame(c),
      legend: {
        top: 0,
        left: 0,
        textStyle: { color: c.muted },
        itemWidth: 16,
        itemHeight: 3,
        itemGap: 18,
        icon: "roundRect",
      },
      grid: { left: 36, right: 10, top: 34, bottom: 26 },
      tooltip: {
        ...frame(c).tooltip,
        trigger: "axis",
        valueFormatter: (v: number) => (typeof v === "number" ? v.toFixed(2) : "–"),
      },
      xAxis: axis(c, {
        type: "category",
        boundaryGap: false,
        data: periods.map((p) => period(p, grain)),
        splitLine: { show: false },
        axisLabel: { color: c.muted, hideOverlap: true },
      }),
      yAxis: axis(c, { type: "value", min: 0, max: 1, interval: 0.25, axisLine: { show: false } }),
      series: drawn.map((feature, i) => {
        const own = new Map(rows.filter((r) => r.feature === feature).map((r) => [r.period, r.mean]));
        return {
          name: featureLabel(feature),
          type: "line",
          symbol: "none",
          smooth: 0.2,
          connectNulls: true,
          lineStyle: { width: 2.2, color: c.series[i] },
          itemStyle: { color: c.series[i] },
          data: periods.map((p) => own.get(p) ?? null),
        };
      }),
    }),
    [asked.answer, grain],
  );
  return (
    <ChartCard
      title="Drift"
      note={rows.length > 0 ? tellDrift(rows) : undefined}
      asked={asked}
      chartRef={chart}
      height={360}
      controls={<GrainChoice usual="quarter" />}
      empty="No audio features are known for these plays."
    >
      {() => (
        <Chart
          options={options}
          height={360}
          chartRef={chart}
          label={`Average energy, mood, dance and acousticness over ${periods.length} periods. ${tellDrift(rows)}`}
        />
      )}
    </ChartCard>
  );
}
