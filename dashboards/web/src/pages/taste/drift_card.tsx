import type { EChartsType } from "echarts/core";
import { useCallback, useRef } from "preact/hooks";
import { rowsOf } from "../../api/client";
import { Chart } from "../../components/chart/chart";
import { shareLines } from "../../components/chart/lines";
import type { Palette } from "../../components/chart/palette";
import { periodLabels } from "../../components/chart/period_axis";
import { ChartCard } from "../../components/chart_card/chart_card";
import { useNarrow } from "../../state/narrow";
import { useAnswer } from "../../state/use_answer";
import { featureLabel } from "../../text/features";
import { period } from "../../text/format";
import { GrainChoice, useGrain } from "../overview/timeline_card";
import { useWeight } from "./weight";

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

export function DriftCard() {
  const grain = useGrain("quarter");
  const weight = useWeight();
  const narrow = useNarrow();
  const asked = useAnswer("taste_timeline", { grain, weight });
  const chart = useRef<EChartsType | null>(null);
  const rows = asked.answer ? rowsOf<DriftRow>(asked.answer) : [];
  const periods = [...new Set(rows.map((r) => r.period))];
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows follow from the answer
  const options = useCallback(
    (c: Palette) =>
      shareLines(c, {
        x: periods,
        xLabel: periodLabels(periods, grain),
        title: (text) => period(text, grain),
        narrow,
        lines: drawn.map((feature) => {
          const own = new Map(rows.filter((r) => r.feature === feature).map((r) => [r.period, r.mean]));
          return { name: featureLabel(feature), values: periods.map((p) => own.get(p) ?? null) };
        }),
      }),
    [asked.answer, grain, narrow],
  );
  return (
    <ChartCard
      title="Drift"
      note={rows.length > 0 ? tellDrift(rows) : undefined}
      asked={asked}
      chartRef={chart}
      height={442}
      controls={<GrainChoice usual="quarter" />}
      empty="No audio features are known for these plays."
    >
      {() => (
        <Chart
          options={options}
          height={442}
          chartRef={chart}
          label={`Average energy, mood, dance and acousticness over ${periods.length} periods. ${tellDrift(rows)}`}
        />
      )}
    </ChartCard>
  );
}
