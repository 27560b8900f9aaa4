import type { EChartsType } from "echarts/core";
import { useCallback, useRef } from "preact/hooks";
import { rowsOf } from "../../api/client";
import { Chart } from "../../components/chart/chart";
import { axis, frame, type Palette } from "../../components/chart/palette";
import { periodAxis } from "../../components/chart/period_axis";
import { ChartCard } from "../../components/chart_card/chart_card";
import { useAnswer } from "../../state/use_answer";
import { count, percent, period } from "../../text/format";
import { GrainChoice, useGrain } from "../overview/timeline_card";

interface DiscoveryRow {
  period: string;
  new_tracks: number;
  new_artists: number;
  plays_of_new: number;
  plays: number;
}

export function DiscoveriesCard() {
  const grain = useGrain();
  const asked = useAnswer("discoveries", { grain });
  const chart = useRef<EChartsType | null>(null);
  const rows = asked.answer ? rowsOf<DiscoveryRow>(asked.answer) : [];
  const plays = rows.reduce((sum, r) => sum + r.plays, 0);
  const fresh = rows.reduce((sum, r) => sum + r.plays_of_new, 0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows follow from the answer
  const options = useCallback(
    (c: Palette) => ({
      ...frame(c),
      legend: {
        top: 0,
        left: 0,
        textStyle: { color: c.muted },
        itemWidth: 11,
        itemHeight: 11,
        itemGap: 16,
        icon: "roundRect",
      },
      grid: { left: 48, right: 8, top: 34, bottom: 26 },
      tooltip: {
        ...frame(c).tooltip,
        trigger: "axis",
        formatter: (p: { dataIndex: number }[]) => {
          const r = rows[p[0]?.dataIndex ?? 0];
          return r
            ? `<b>${period(r.period, grain)}</b><br>${count(r.new_tracks)} new tracks, ${count(r.new_artists)} new artists<br>${count(r.plays_of_new)} of ${count(r.plays)} streams`
            : "";
        },
      },
      xAxis: periodAxis(c, rows, grain, { boundaryGap: false }),
      yAxis: axis(c, {
        type: "value",
        splitNumber: 4,
        axisLine: { show: false },
        axisLabel: { color: c.muted, formatter: count },
      }),
      series: [
        {
          name: "new tracks",
          type: "line",
          stack: "all",
          symbol: "none",
          lineStyle: { width: 0 },
          areaStyle: { color: c.accent, opacity: 0.95 },
          itemStyle: { color: c.accent },
          data: rows.map((r) => r.plays_of_new),
        },
        {
          name: "known tracks",
          type: "line",
          stack: "all",
          symbol: "none",
          lineStyle: { width: 0 },
          areaStyle: { color: c.second, opacity: 0.35 },
          itemStyle: { color: c.second },
          data: rows.map((r) => r.plays - r.plays_of_new),
        },
      ],
    }),
    [asked.answer, grain],
  );
  return (
    <ChartCard
      wide
      title="New and known"
      note={
        plays > 0 &&
        `${percent(fresh / plays)} of streams were of tracks met for the first time in the same period.`
      }
      asked={asked}
      chartRef={chart}
      controls={<GrainChoice />}
    >
      {() => (
        <Chart
          options={options}
          height={280}
          chartRef={chart}
          label={`Streams of new and of known tracks, ${rows.length} periods.`}
        />
      )}
    </ChartCard>
  );
}

interface DiversityRow {
  period: string;
  artists: number;
  plays: number;
  effective_artists: number;
  top_share: number;
}

export function DiversityCard() {
  const grain = useGrain();
  const asked = useAnswer("diversity", { grain });
  const chart = useRef<EChartsType | null>(null);
  const rows = asked.answer ? rowsOf<DiversityRow>(asked.answer) : [];
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows follow from the answer
  const options = useCallback(
    (c: Palette) => ({
      ...frame(c),
      grid: { left: 44, right: 8, top: 14, bottom: 26 },
      tooltip: {
        ...frame(c).tooltip,
        trigger: "axis",
        formatter: (p: { dataIndex: number }[]) => {
          const r = rows[p[0]?.dataIndex ?? 0];
          return r
            ? `<b>${period(r.period, grain)}</b><br>as varied as ${r.effective_artists.toFixed(1)} artists<br>${count(r.artists)} artists played, the first has ${percent(r.top_share)}`
            : "";
        },
      },
      xAxis: periodAxis(c, rows, grain, { boundaryGap: false }),
      yAxis: axis(c, { type: "value", splitNumber: 3, axisLine: { show: false } }),
      series: [
        {
          type: "line",
          symbol: "none",
          smooth: 0.25,
          lineStyle: { color: c.series[3], width: 2.5 },
          areaStyle: { color: c.series[3], opacity: 0.12 },
          data: rows.map((r) => r.effective_artists),
        },
      ],
    }),
    [asked.answer, grain],
  );
  return (
    <ChartCard
      wide
      title="Variety"
      note="How many equally played artists would be as varied (exp of the Shannon entropy)."
      asked={asked}
      chartRef={chart}
      controls={<GrainChoice />}
      height={220}
    >
      {() => (
        <Chart
          options={options}
          height={220}
          chartRef={chart}
          label={`Effective number of artists, ${rows.length} periods.`}
        />
      )}
    </ChartCard>
  );
}
