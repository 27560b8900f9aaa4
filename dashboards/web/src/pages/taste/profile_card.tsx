import type { EChartsType } from "echarts/core";
import { useCallback, useRef } from "preact/hooks";
import { rowsOf } from "../../api/client";
import { Chart } from "../../components/chart/chart";
import { frame, type Palette } from "../../components/chart/palette";
import { ChartCard } from "../../components/chart_card/chart_card";
import { useNarrow } from "../../state/narrow";
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

/** A mean as a person reads it: "−7.2 dB", "118 BPM", "0.64". */
export function shown(row: Pick<ProfileRow, "unit" | "mean">): string {
  if (row.unit === "dB") return `${row.mean.toFixed(1).replace("-", "−")} dB`;
  if (row.unit === "BPM") return `${Math.round(row.mean)} BPM`;
  return row.mean.toFixed(2);
}

/** Where a value lies on its axis, 0..1: tempo from 40 to 220 BPM, loudness from -30 to 0 dB. */
export function onScale(value: number, unit: string): number {
  const share = unit === "BPM" ? (value - 40) / 180 : unit === "dB" ? (value + 30) / 30 : value;
  return Math.max(0, Math.min(1, share));
}

export function ProfileCard({ asked }: { asked: Asked }) {
  const chart = useRef<EChartsType | null>(null);
  const narrow = useNarrow();
  const rows = asked.answer ? rowsOf<ProfileRow>(asked.answer) : [];
  const of = (name: string) => rows.find((r) => r.feature === name);
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows follow from the answer
  const options = useCallback(
    (c: Palette) => ({
      ...frame(c),
      radar: {
        indicator: features.map((f) => ({ name: f.label, max: 1, min: 0 })),
        radius: narrow ? "60%" : "76%",
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
              lineStyle: { width: 1, color: c.accent, opacity: 0.35 },
              areaStyle: { color: c.accent, opacity: 0.07 },
            },
            {
              value: features.map((f) => of(f.name)?.p10 ?? 0),
              lineStyle: { width: 1, color: c.accent, opacity: 0.5, type: "dashed" },
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
    [asked.answer, narrow],
  );
  return (
    <ChartCard
      wide
      title="Profile"
      note="The strong line and the dots are the average; four streams in five lie within the pale edge and the dashes, and within the pale bars."
      asked={asked}
      chartRef={chart}
      height={narrow ? 300 : 360}
      empty="No audio features are known for these plays. Spotify gives none to new applications; a catalogue does: drop one on the Data page."
    >
      {() => (
        <div class="profile">
          <Chart
            options={options}
            height={narrow ? 300 : 360}
            chartRef={chart}
            label={`Radar of the profile: ${features.map((f) => `${f.label} ${of(f.name)?.mean.toFixed(2) ?? "unknown"}`).join(", ")}.`}
          />
          <dl class="axes">
            {[...features, ...otherFeatures].map((f) => {
              const row = of(f.name);
              if (!row) return null;
              const at = (value: number) => onScale(value, row.unit) * 100;
              return (
                <div key={f.name} title={f.meaning}>
                  <dt>
                    {f.label} <b>{shown(row)}</b>
                  </dt>
                  <dd>
                    <span class="scale" aria-hidden="true">
                      <s style={{ left: `${at(row.p10)}%`, width: `${at(row.p90) - at(row.p10)}%` }} />
                      <i style={{ left: `${at(row.mean)}%` }} />
                    </span>
                    <span class="ends">
                      <span>{f.low}</span>
                      <span>{f.high}</span>
                    </span>
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
