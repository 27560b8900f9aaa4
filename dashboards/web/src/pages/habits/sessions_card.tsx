import type { EChartsType } from "echarts/core";
import { useCallback, useRef } from "preact/hooks";
import { rowsOf } from "../../api/client";
import { Chart } from "../../components/chart/chart";
import { axis, fade, frame, type Palette } from "../../components/chart/palette";
import { ChartCard } from "../../components/chart_card/chart_card";
import { useAnswer } from "../../state/use_answer";
import { count, day, duration } from "../../text/format";

interface SessionRow {
  started: string;
  ended: string;
  plays: number;
  ms: number;
}

const edges: [minutes: number, label: string][] = [
  [5, "< 5 min"],
  [15, "5–15"],
  [30, "15–30"],
  [60, "30–60"],
  [120, "1–2 h"],
  [240, "2–4 h"],
  [Number.POSITIVE_INFINITY, "> 4 h"],
];

/** How many sessions fall into each length. */
export function byLength(rows: SessionRow[]): number[] {
  const counts = edges.map(() => 0);
  for (const row of rows) {
    const at = edges.findIndex(([minutes]) => row.ms < minutes * 60_000);
    counts[at] = (counts[at] ?? 0) + 1;
  }
  return counts;
}

export function SessionsCard() {
  const asked = useAnswer("sessions", { limit: "100000" });
  const chart = useRef<EChartsType | null>(null);
  const rows = asked.answer ? rowsOf<SessionRow>(asked.answer) : [];
  const longest = rows.reduce<SessionRow | undefined>((a, b) => (!a || b.ms > a.ms ? b : a), undefined);
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows follow from the answer
  const options = useCallback(
    (c: Palette) => ({
      ...frame(c),
      grid: { left: 2, right: 2, top: 24, bottom: 26 },
      tooltip: {
        ...frame(c).tooltip,
        trigger: "axis",
        axisPointer: { type: "none" },
        formatter: (p: { name: string; value: number }[]) =>
          `<b>${p[0]?.name}</b><br>${count(p[0]?.value ?? 0)} sessions`,
      },
      xAxis: axis(c, { type: "category", data: edges.map(([, label]) => label), splitLine: { show: false } }),
      yAxis: { type: "value", show: false },
      series: [
        {
          type: "bar",
          data: byLength(rows),
          itemStyle: { color: fade(c, c.second), borderRadius: [5, 5, 0, 0] },
          barCategoryGap: "22%",
          label: {
            show: true,
            position: "top",
            color: c.ink,
            fontWeight: 600,
            fontSize: 12,
            formatter: (p: { value: number }) => count(p.value),
          },
        },
      ],
    }),
    [asked.answer],
  );
  const note =
    longest &&
    `${count(rows.length)} sessions; a pause over half an hour ends one. The longest: ${duration(longest.ms)} on ${day(longest.started)}.`;
  return (
    <ChartCard title="Sessions" note={note} asked={asked} chartRef={chart} height={332}>
      {() => (
        <Chart options={options} height={332} chartRef={chart} label={`Sessions by length. ${note ?? ""}`} />
      )}
    </ChartCard>
  );
}
