import type { EChartsType } from "echarts/core";
import { useCallback, useRef } from "preact/hooks";
import { rowsOf } from "../../api/client";
import { Chart } from "../../components/chart/chart";
import { shareLines } from "../../components/chart/lines";
import type { Palette } from "../../components/chart/palette";
import { ChartCard } from "../../components/chart_card/chart_card";
import { useNarrow } from "../../state/narrow";
import { useAnswer } from "../../state/use_answer";
import { featureLabel } from "../../text/features";
import { useWeight } from "./weight";

interface HourRow {
  hour: number;
  feature: string;
  mean: number;
  plays: number;
}

const drawn = ["energy", "valence", "danceability", "acousticness"];
const hours = Array.from({ length: 24 }, (_, h) => h);

export function HoursCard() {
  const asked = useAnswer("taste_clock", { weight: useWeight() });
  const narrow = useNarrow();
  const chart = useRef<EChartsType | null>(null);
  const rows = asked.answer ? rowsOf<HourRow>(asked.answer) : [];
  const energy = rows.filter((r) => r.feature === "energy").sort((a, b) => a.mean - b.mean);
  const note =
    energy.length > 1
      ? `Calmest at ${energy[0]?.hour}:00, most energetic at ${energy.at(-1)?.hour}:00.`
      : undefined;
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows follow from the answer
  const options = useCallback(
    (c: Palette) =>
      shareLines(c, {
        x: hours.map((h) => `${h}:00`),
        xLabel: { interval: narrow ? 5 : 2 },
        title: (text) => text,
        narrow,
        lines: drawn.map((feature) => {
          const own = new Map(rows.filter((r) => r.feature === feature).map((r) => [r.hour, r.mean]));
          return { name: featureLabel(feature), values: hours.map((h) => own.get(h) ?? null) };
        }),
      }),
    [asked.answer, narrow],
  );
  return (
    <ChartCard
      title="By the hour"
      note={note}
      asked={asked}
      chartRef={chart}
      height={320}
      empty="No audio features are known for these plays."
    >
      {() => (
        <Chart
          options={options}
          height={320}
          chartRef={chart}
          label={`Average sound by hour of the day. ${note ?? ""}`}
        />
      )}
    </ChartCard>
  );
}
