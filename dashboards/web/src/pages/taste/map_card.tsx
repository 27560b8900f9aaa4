import type { EChartsType } from "echarts/core";
import { useCallback, useRef } from "preact/hooks";
import { rowsOf } from "../../api/client";
import { Chart } from "../../components/chart/chart";
import { axis, frame, type Palette } from "../../components/chart/palette";
import { ChartCard } from "../../components/chart_card/chart_card";
import { Choice } from "../../components/chart_card/choice";
import { addConditions, setParams } from "../../state/conditions";
import { usePlace } from "../../state/location";
import { useAnswer } from "../../state/use_answer";
import {
  allFeatures,
  binAt,
  binBounds,
  binNames,
  binRange,
  type FeatureText,
  featureText,
} from "../../text/features";
import { duration, plural } from "../../text/format";
import { useWeight } from "./weight";

interface MapRow {
  x_bin: number;
  y_bin: number;
  plays: number;
  ms: number;
}

const usual = { x: "valence", y: "energy" };
const choices: [string, string][] = allFeatures.map((f) => [f.name, f.label]);

/** The feature on an axis, as the address says; what is none is the usual one. */
function useAxis(name: "x" | "y"): FeatureText {
  const { params } = usePlace();
  return featureText(params.get(name) ?? "") ?? (featureText(usual[name]) as FeatureText);
}

export function MapCard() {
  const x = useAxis("x");
  const y = useAxis("y");
  const weight = useWeight();
  const asked = useAnswer("taste_map", { x: x.name, y: y.name });
  const chart = useRef<EChartsType | null>(null);
  // The answer may still be of the axes before.
  const of = asked.answer?.conditions as { x?: string; y?: string } | undefined;
  const fits = of?.x === x.name && of?.y === y.name;
  const rows = asked.answer && fits ? rowsOf<MapRow>(asked.answer) : [];
  const size = (r: MapRow) => (weight === "ms" ? r.ms : r.plays);
  const most = rows.reduce<MapRow | undefined>((a, b) => (!a || size(b) > size(a) ? b : a), undefined);
  const place = (row: MapRow) =>
    `${x.label} ${binRange(x, binAt(x, row.x_bin))}, ${y.label} ${binRange(y, binAt(y, row.y_bin))}`;
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows follow from the answer
  const options = useCallback(
    (c: Palette) => {
      const side = (feature: FeatureText, nameGap: number) =>
        axis(c, {
          type: "category",
          data: binNames(feature),
          splitLine: { show: false },
          axisLine: { show: false },
          axisLabel: { show: false },
          name: `${feature.low}  ←  ${feature.label}  →  ${feature.high}`,
          nameLocation: "middle",
          nameGap,
          nameTextStyle: { color: c.muted, fontSize: 12.5, fontWeight: 550 },
        });
      // Square roots, so that rare cells are seen beside common ones.
      const strength = (r: MapRow) => Math.sqrt(size(r));
      return {
        ...frame(c),
        grid: { left: 26, right: 2, top: 4, bottom: 30 },
        tooltip: {
          ...frame(c).tooltip,
          formatter: (p: { dataIndex: number }) => {
            const r = rows[p.dataIndex];
            return r ? `<b>${place(r)}</b><br>${duration(r.ms)}<br>${plural(r.plays, "stream")}` : "";
          },
        },
        xAxis: side(x, 14),
        yAxis: side(y, 10),
        visualMap: {
          show: false,
          min: 0,
          max: Math.max(1, ...rows.map(strength)),
          dimension: 2,
          inRange: { color: c.ramp.slice(1) },
        },
        series: [
          {
            type: "heatmap",
            data: rows.map((r) => [binAt(x, r.x_bin), binAt(y, r.y_bin), strength(r)]),
            itemStyle: { borderColor: c.card, borderWidth: 2, borderRadius: 5 },
            emphasis: { itemStyle: { borderColor: c.ink, borderWidth: 2 } },
          },
        ],
      };
    },
    [asked.answer, weight, fits],
  );
  const pick = (at: number) => {
    const row = rows[at];
    if (row) addConditions([...binBounds(x, binAt(x, row.x_bin)), ...binBounds(y, binAt(y, row.y_bin))]);
  };
  return (
    <ChartCard
      title="Map"
      note={most && `Most at ${place(most)}. Click a cell to hear of it alone.`}
      asked={asked}
      chartRef={chart}
      height={400}
      pick={pick}
      empty="No audio features are known for these plays."
      controls={
        <>
          <Choice
            label="Across"
            value={x.name}
            choices={choices}
            onChange={(v) => setParams({ x: v === usual.x ? "" : v }, true)}
          />
          <Choice
            label="Up"
            value={y.name}
            choices={choices}
            onChange={(v) => setParams({ y: v === usual.y ? "" : v }, true)}
          />
        </>
      }
    >
      {() => (
        <Chart
          options={options}
          height={400}
          chartRef={chart}
          onClick={(p) => pick(p.dataIndex ?? -1)}
          label={`Map of streams by ${x.label} and ${y.label}, ${plural(rows.length, "cell")}. ${most ? `Most at ${place(most)}.` : ""}`}
        />
      )}
    </ChartCard>
  );
}
