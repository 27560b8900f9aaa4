import type { EChartsType } from "echarts/core";
import { useCallback, useRef } from "preact/hooks";
import { rowsOf } from "../../api/client";
import { Chart } from "../../components/chart/chart";
import { frame, type Palette } from "../../components/chart/palette";
import { ChartCard } from "../../components/chart_card/chart_card";
import type { Asked } from "../../state/use_answer";
import { features, otherFeatures } from "../../text/features";

export interface ProfileRow {
  feature: string;
  unit: string;
  mean: number;
  stddev: number;
  p10: number;
  p50: number;
  p90: number;
  plays: number;
  coverage_ms: number;
}

function shown(row: ProfileRow): string {
  if (row.unit === "dB") return `${row.mean.toFixed(1)} dB`;
  if (row.unit === "BPM") return `${Math.round(row.mean)} BPM`;
  return row.mean.toFixed(2);
}

export function ProfileCard({ asked }: { asked: Asked }) {
  const chart = useRef<EChartsType | null>(null);
  const rows = asked.answer ? rowsOf<ProfileRow>(asked.answer) : [];
  const of = (name: string) => rows.find((r) => r.feature === name);
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows follow from the answer
  const options = useCallback(
    (c: Palette) => ({
      ...frame(c),
      radar: {
        indicator: features.map((f) => ({ name: f.label, max: 1, min: 0 })),
        radius: "70%",
        splitNumber: 4,
        axisName: { color: c.ink, fontSize: 12, fontWeight: 600 },
        axisLine: { lineStyle: { color: c.line } },
        splitLine: { lineStyle: { color: c.line } },
        splitArea: { show: false },
      },
      series: [
        {
          type: "radar",
          symbol: "none",
          silent: true,
          data: [
            {
              value: features.map((f) => of(f.name)?.p90 ?? 0),
              lineStyle: { width: 0 },
              areaStyle: { color: c.accent, opacity: 0.1 },
            },
            {
              value: features.map((f) => of(f.name)?.p10 ?? 0),
              lineStyle: { width: 0 },
              areaStyle: { color: c.card, opacity: 0.85 },
            },
            {
              value: features.map((f) => of(f.name)?.mean ?? 0),
              lineStyle: { width: 2.5, color: c.accent },
              areaStyle: { color: c.accent, opacity: 0.22 },
            },
          ],
        },
      ],
    }),
    [asked.answer],
  );
  return (
    <ChartCard
      wide
      title="Profile"
      note="The line is the average stream; the pale band holds the middle four fifths."
      asked={asked}
      chartRef={chart}
      height={380}
      empty="No audio features are known for these plays. Spotify gives none to new applications; a catalogue does: drop one on the Data page."
    >
      {() => (
        <div class="profile">
          <Chart
            options={options}
            height={380}
            chartRef={chart}
            label={`Radar of the profile: ${features.map((f) => `${f.label} ${of(f.name)?.mean.toFixed(2) ?? "unknown"}`).join(", ")}.`}
          />
          <dl class="axes">
            {[...features, ...otherFeatures].map((f) => {
              const row = of(f.name);
              if (!row) return null;
              const share =
                row.unit === "0..1"
                  ? row.mean
                  : row.unit === "BPM"
                    ? (row.mean - 40) / 180
                    : (row.mean + 30) / 30;
              return (
                <div key={f.name}>
                  <dt>
                    {f.label} <b>{shown(row)}</b>
                  </dt>
                  <dd>
                    <span class="scale" aria-hidden="true">
                      <span>{f.low}</span>
                      <i>
                        <i style={{ left: `${Math.max(0, Math.min(1, share)) * 100}%` }} />
                      </i>
                      <span>{f.high}</span>
                    </span>
                    {f.meaning}
                  </dd>
                </div>
              );
            })}
          </dl>
        </div>
      )}
    </ChartCard>
  );
}
