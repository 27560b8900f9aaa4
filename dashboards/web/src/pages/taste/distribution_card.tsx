import type { EChartsType } from "echarts/core";
import { useCallback, useRef, useState } from "preact/hooks";
import { rowsOf } from "../../api/client";
import { Chart } from "../../components/chart/chart";
import { axis, fade, frame, type Palette } from "../../components/chart/palette";
import { ChartCard } from "../../components/chart_card/chart_card";
import { Choice } from "../../components/chart_card/choice";
import { addConditions } from "../../state/conditions";
import { useAnswer } from "../../state/use_answer";
import {
  allFeatures,
  binBounds,
  binNames,
  binRange,
  type FeatureText,
  featureText,
} from "../../text/features";
import { count, duration, plural } from "../../text/format";
import { useWeight, type Weight } from "./weight";

interface BinRow {
  feature: string;
  bin_from: number;
  bin_to: number;
  plays: number;
  ms: number;
}

const choices: [string, string][] = allFeatures.map((f) => [f.name, f.label]);

/** The bin that holds most, in words. */
export function tellPeak(feature: FeatureText, rows: Pick<BinRow, Weight>[], by: Weight): string {
  const most = rows.reduce((best, row, i) => (row[by] > (rows[best]?.[by] ?? 0) ? i : best), 0);
  return rows.length > 0 ? `Most at ${binRange(feature, most)}.` : "";
}

export function DistributionCard() {
  const asked = useAnswer("taste_distribution");
  const weight = useWeight();
  const [name, setName] = useState("energy");
  const chart = useRef<EChartsType | null>(null);
  const rows = asked.answer ? rowsOf<BinRow>(asked.answer).filter((r) => r.feature === name) : [];
  const feature = featureText(name);
  const byTime = weight === "ms";
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows follow from the answer and the feature
  const options = useCallback(
    (c: Palette) => ({
      ...frame(c),
      grid: { left: 46, right: 4, top: 12, bottom: 26 },
      tooltip: {
        ...frame(c).tooltip,
        trigger: "axis",
        axisPointer: { type: "none" },
        formatter: (p: { dataIndex: number }[]) => {
          const at = p[0]?.dataIndex ?? 0;
          const r = rows[at];
          return r && feature
            ? `<b>${feature.label} ${binRange(feature, at)}</b><br>${plural(r.plays, "stream")}<br>${duration(r.ms)}`
            : "";
        },
      },
      xAxis: axis(c, {
        type: "category",
        data: feature ? binNames(feature) : [],
        splitLine: { show: false },
        axisLabel: { color: c.muted, hideOverlap: true },
      }),
      yAxis: axis(c, {
        type: "value",
        splitNumber: 3,
        axisLine: { show: false },
        axisLabel: { color: c.muted, formatter: (v: number) => (byTime ? `${count(v)} h` : count(v)) },
      }),
      series: [
        {
          type: "bar",
          barCategoryGap: "8%",
          itemStyle: { color: fade(c), borderRadius: [4, 4, 0, 0] },
          emphasis: { itemStyle: { color: c.ink } },
          data: rows.map((r) => (byTime ? Math.round(r.ms / 36_000) / 100 : r.plays)),
        },
      ],
    }),
    [asked.answer, name, weight],
  );
  return (
    <ChartCard
      title="Distribution"
      note={feature && `${feature.meaning} From ${feature.low} to ${feature.high}.`}
      asked={asked}
      chartRef={chart}
      height={320}
      empty="No audio features are known for these plays."
      pick={(at) => {
        const all = asked.answer ? rowsOf<BinRow>(asked.answer) : [];
        const of = featureText(all[at]?.feature ?? "");
        if (of) addConditions(binBounds(of, at - all.findIndex((r) => r.feature === of.name)));
      }}
      controls={<Choice label="Feature" value={name} choices={choices} onChange={setName} />}
    >
      {() => (
        <Chart
          options={options}
          height={320}
          chartRef={chart}
          label={`${byTime ? "Hours" : "Streams"} by ${feature?.label}. ${feature ? tellPeak(feature, rows, weight) : ""}`}
          onClick={(p) => {
            if (feature && p.dataIndex !== undefined) addConditions(binBounds(feature, p.dataIndex));
          }}
        />
      )}
    </ChartCard>
  );
}
