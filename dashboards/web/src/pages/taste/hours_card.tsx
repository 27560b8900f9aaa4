import type { EChartsType } from "echarts/core";
import { useCallback, useRef } from "preact/hooks";
import { rowsOf } from "../../api/client";
import { Chart } from "../../components/chart/chart";
import { axis, frame, type Palette } from "../../components/chart/palette";
import { ChartCard } from "../../components/chart_card/chart_card";
import { useAnswer } from "../../state/use_answer";
import { featureLabel } from "../../text/features";

interface HourRow {
  hour: number;
  feature: string;
  mean: number;
  plays: number;
}

const drawn = ["energy", "valence", "danceability", "acousticness"];
const hours = Array.from({ length: 24 }, (_, h) => h);

export function HoursCard({ weight }: { weight: string }) {
  const asked = useAnswer("taste_clock", { weight });
  const chart = useRef<EChartsType | null>(null);
  const rows = asked.answer ? rowsOf<HourRow>(asked.answer) : [];
  const energy = rows.filter((r) => r.feature === "energy").sort((a, b) => a.mean - b.mean);
  const note =
    energy.length > 1
      ? `Calmest at ${energy[0]?.hour}:00, most energetic at ${energy.at(-1)?.hour}:00.`
      : undefined;
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
        data: hours.map((h) => `${h}:00`),
        splitLine: { show: false },
        axisLabel: { color: c.muted, hideOverlap: true },
      }),
      yAxis: axis(c, {
        type: "value",
        scale: true,
        splitNumber: 4,
        axisLine: { show: false },
        axisLabel: { color: c.muted, formatter: (v: number) => v.toFixed(2) },
      }),
      series: drawn.map((feature, i) => {
        const own = new Map(rows.filter((r) => r.feature === feature).map((r) => [r.hour, r.mean]));
        return {
          name: featureLabel(feature),
          type: "line",
          symbol: "none",
          smooth: 0.3,
          connectNulls: true,
          lineStyle: { width: 2.2, color: c.series[i] },
          itemStyle: { color: c.series[i] },
          data: hours.map((h) => own.get(h) ?? null),
        };
      }),
    }),
    [asked.answer],
  );
  return (
    <ChartCard
      title="By the hour"
      note={note}
      asked={asked}
      chartRef={chart}
      height={300}
      empty="No audio features are known for these plays."
    >
      {() => (
        <Chart
          options={options}
          height={300}
          chartRef={chart}
          label={`Average sound by hour of the day. ${note ?? ""}`}
        />
      )}
    </ChartCard>
  );
}
