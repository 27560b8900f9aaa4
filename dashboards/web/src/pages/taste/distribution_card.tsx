import type { EChartsType } from "echarts/core";
import { useCallback, useRef, useState } from "preact/hooks";
import { rowsOf } from "../../api/client";
import { Chart } from "../../components/chart/chart";
import { axis, frame, type Palette } from "../../components/chart/palette";
import { ChartCard } from "../../components/chart_card/chart_card";
import { Choice } from "../../components/chart_card/choice";
import { addConditions } from "../../state/conditions";
import { useAnswer } from "../../state/use_answer";
import { allFeatures, featureLabel } from "../../text/features";
import { count } from "../../text/format";

interface BinRow {
  feature: string;
  bin_from: number;
  bin_to: number;
  plays: number;
  ms: number;
}

const choices: [string, string][] = allFeatures.map((f) => [f.name, f.label]);

export function DistributionCard() {
  const asked = useAnswer("taste_distribution");
  const [feature, setFeature] = useState("energy");
  const chart = useRef<EChartsType | null>(null);
  const rows = asked.answer ? rowsOf<BinRow>(asked.answer).filter((r) => r.feature === feature) : [];
  const text = allFeatures.find((f) => f.name === feature);
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows follow from the answer and the feature
  const options = useCallback(
    (c: Palette) => ({
      ...frame(c),
      grid: { left: 48, right: 8, top: 12, bottom: 26 },
      tooltip: {
        ...frame(c).tooltip,
        trigger: "axis",
        axisPointer: { type: "none" },
        formatter: (p: { dataIndex: number }[]) => {
          const r = rows[p[0]?.dataIndex ?? 0];
          return r ? `<b>${r.bin_from} to ${r.bin_to}</b><br>${count(r.plays)} streams` : "";
        },
      },
      xAxis: axis(c, {
        type: "category",
        data: rows.map((r) => String(r.bin_from)),
        splitLine: { show: false },
        axisLabel: { color: c.muted, hideOverlap: true },
      }),
      yAxis: axis(c, { type: "value", splitNumber: 3, axisLine: { show: false } }),
      series: [
        {
          type: "bar",
          barCategoryGap: "8%",
          itemStyle: { color: c.accent, borderRadius: [3, 3, 0, 0] },
          data: rows.map((r) => r.plays),
        },
      ],
    }),
    [asked.answer, feature],
  );
  return (
    <ChartCard
      title="Distribution"
      note={text && `${text.meaning} From ${text.low} to ${text.high}.`}
      asked={asked}
      chartRef={chart}
      height={300}
      empty="No audio features are known for these plays."
      controls={<Choice label="Feature" value={feature} choices={choices} onChange={setFeature} />}
    >
      {() => (
        <Chart
          options={options}
          height={300}
          chartRef={chart}
          label={`Streams by ${featureLabel(feature)}.`}
          onClick={(p) => {
            const row = rows[p.dataIndex ?? -1];
            if (row)
              addConditions([
                ["feature", `${feature}>=${row.bin_from}`],
                ["feature", `${feature}<${row.bin_to}`],
              ]);
          }}
        />
      )}
    </ChartCard>
  );
}
