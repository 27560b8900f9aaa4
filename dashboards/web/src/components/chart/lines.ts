import { axis, frame, type Palette } from "./palette";

export interface Line {
  name: string;
  /** One value for each place on the x axis; null where there is none. */
  values: (number | null)[];
}

interface Options {
  x: string[];
  xLabel: object;
  /** Names a place in the tooltip. */
  title(value: string): string;
  lines: Line[];
  /** A narrow box has no room for names at the ends of lines; a legend tells them. */
  narrow: boolean;
}

/** Shares from 0 to 1 as lines, each named where it ends; the axis spans what they need, in tenths. */
export function shareLines(c: Palette, { x, xLabel, title, lines, narrow }: Options) {
  const values = lines.flatMap((line) => line.values).filter((v): v is number => v !== null);
  const low = Math.max(0, Math.floor((Math.min(1, ...values) - 0.02) * 10) / 10);
  const high = Math.min(1, Math.ceil((Math.max(0, ...values) + 0.02) * 10) / 10);
  return {
    ...frame(c),
    // Names at the ends stay with their lines when the box changes.
    animationDurationUpdate: 0,
    legend: {
      show: narrow,
      top: 0,
      left: 0,
      textStyle: { color: c.muted },
      itemWidth: 14,
      itemHeight: 3,
      itemGap: 12,
      icon: "roundRect",
    },
    grid: { left: 34, right: narrow ? 8 : 76, top: narrow ? 34 : 12, bottom: 26 },
    tooltip: {
      ...frame(c).tooltip,
      trigger: "axis",
      axisPointer: { lineStyle: { color: c.muted } },
      formatter: (
        points: { axisValue: string; marker: string; seriesName: string; value: number | null }[],
      ) =>
        [
          `<b>${title(points[0]?.axisValue ?? "")}</b>`,
          ...points.map(
            (p) =>
              `${p.marker}${p.seriesName} <b>${typeof p.value === "number" ? p.value.toFixed(2) : "–"}</b>`,
          ),
        ].join("<br>"),
    },
    xAxis: axis(c, {
      type: "category",
      boundaryGap: false,
      data: x,
      splitLine: { show: false },
      axisLabel: { color: c.muted, hideOverlap: true, ...xLabel },
    }),
    yAxis: axis(c, {
      type: "value",
      min: low,
      max: high,
      interval: high - low > 0.55 ? 0.2 : 0.1,
      axisLine: { show: false },
      axisLabel: { color: c.muted, formatter: (v: number) => v.toFixed(1) },
    }),
    series: lines.map((line, i) => ({
      name: line.name,
      type: "line",
      symbol: "circle",
      symbolSize: 6,
      showSymbol: false,
      connectNulls: true,
      lineStyle: { width: 2.2, color: c.series[i] },
      itemStyle: { color: c.series[i] },
      endLabel: {
        show: !narrow,
        formatter: "{a}",
        color: c.series[i],
        fontSize: 12,
        fontWeight: 600,
        distance: 8,
      },
      labelLayout: { moveOverlap: "shiftY" },
      emphasis: { focus: "series" },
      data: line.values,
    })),
  };
}
