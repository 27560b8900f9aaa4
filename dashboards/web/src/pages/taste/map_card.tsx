import type { EChartsType } from "echarts/core";
import { useCallback, useRef, useState } from "preact/hooks";
import { rowsOf } from "../../api/client";
import { Chart } from "../../components/chart/chart";
import { axis, frame, type Palette } from "../../components/chart/palette";
import { ChartCard } from "../../components/chart_card/chart_card";
import { Choice } from "../../components/chart_card/choice";
import { addConditions } from "../../state/conditions";
import { useAnswer } from "../../state/use_answer";
import { featureLabel, features } from "../../text/features";
import { duration, plural } from "../../text/format";

interface MapRow {
  x_bin: number;
  y_bin: number;
  plays: number;
  ms: number;
}

const bins = Array.from({ length: 20 }, (_, i) => (i * 0.05).toFixed(2));
const choices: [string, string][] = features.map((f) => [f.name, f.label]);

export function MapCard() {
  const [x, setX] = useState("valence");
  const [y, setY] = useState("energy");
  const asked = useAnswer("taste_map", { x, y });
  const chart = useRef<EChartsType | null>(null);
  const rows = asked.answer ? rowsOf<MapRow>(asked.answer) : [];
  const text = (name: string) => features.find((f) => f.name === name);
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows follow from the answer
  const options = useCallback(
    (c: Palette) => ({
      ...frame(c),
      grid: { left: 56, right: 12, top: 12, bottom: 44 },
      tooltip: {
        ...frame(c).tooltip,
        formatter: (p: { dataIndex: number }) => {
          const r = rows[p.dataIndex];
          return r
            ? `${featureLabel(x)} ${r.x_bin.toFixed(2)}–${(r.x_bin + 0.05).toFixed(2)}, ${featureLabel(y)} ${r.y_bin.toFixed(2)}–${(r.y_bin + 0.05).toFixed(2)}<br>${duration(r.ms)}, ${plural(r.plays, "stream")}`
            : "";
        },
      },
      xAxis: axis(c, {
        type: "category",
        data: bins,
        splitLine: { show: false },
        axisLine: { show: false },
        axisLabel: { show: false },
        name: `${text(x)?.low}  ←  ${featureLabel(x)}  →  ${text(x)?.high}`,
        nameLocation: "middle",
        nameGap: 18,
        nameTextStyle: { color: c.muted },
      }),
      yAxis: axis(c, {
        type: "category",
        data: bins,
        splitLine: { show: false },
        axisLine: { show: false },
        axisLabel: { show: false },
        name: `${text(y)?.low}  ←  ${featureLabel(y)}  →  ${text(y)?.high}`,
        nameLocation: "middle",
        nameGap: 22,
        nameTextStyle: { color: c.muted },
      }),
      visualMap: {
        show: false,
        min: 0,
        max: Math.sqrt(Math.max(1, ...rows.map((r) => r.plays))),
        dimension: 2,
        inRange: { color: c.ramp },
      },
      series: [
        {
          type: "heatmap",
          // Square roots, so that rare cells are seen beside common ones.
          data: rows.map((r) => [Math.round(r.x_bin / 0.05), Math.round(r.y_bin / 0.05), Math.sqrt(r.plays)]),
          itemStyle: { borderColor: c.card, borderWidth: 1.5, borderRadius: 3 },
        },
      ],
    }),
    [asked.answer],
  );
  return (
    <ChartCard
      title="Map"
      note="Where the streams lie between two features"
      asked={asked}
      chartRef={chart}
      height={360}
      empty="No audio features are known for these plays."
      controls={
        <>
          <Choice label="Across" value={x} choices={choices} onChange={setX} />
          <Choice label="Up" value={y} choices={choices} onChange={setY} />
        </>
      }
    >
      {() => (
        <Chart
          options={options}
          height={360}
          chartRef={chart}
          onClick={(p) => {
            const row = rows[p.dataIndex ?? -1];
            if (row)
              addConditions([
                ["feature", `${x}>=${row.x_bin.toFixed(2)}`],
                ["feature", `${x}<${(row.x_bin + 0.05).toFixed(2)}`],
                ["feature", `${y}>=${row.y_bin.toFixed(2)}`],
                ["feature", `${y}<${(row.y_bin + 0.05).toFixed(2)}`],
              ]);
          }}
          label={`Map of streams by ${featureLabel(x)} and ${featureLabel(y)}, ${rows.length} cells.`}
        />
      )}
    </ChartCard>
  );
}
