import type { EChartsType } from "echarts/core";
import { useCallback, useRef } from "preact/hooks";
import { rowsOf } from "../../api/client";
import { Chart } from "../../components/chart/chart";
import { axis, frame, type Palette } from "../../components/chart/palette";
import { Ramp } from "../../components/chart/ramp";
import { ChartCard } from "../../components/chart_card/chart_card";
import { setParams } from "../../state/conditions";
import { useAnswer } from "../../state/use_answer";
import { count, duration, percent, weekdayKeys, weekdays } from "../../text/format";

interface ClockRow {
  weekday: number;
  hour: number;
  plays: number;
  ms: number;
}

/** A sentence about the hours: where the peak is, and how much is played at night. */
function tell(rows: ClockRow[]): string {
  const peak = rows.reduce<ClockRow | undefined>((a, b) => (!a || b.ms > a.ms ? b : a), undefined);
  const all = rows.reduce((sum, r) => sum + r.ms, 0);
  const night = rows.filter((r) => r.hour >= 23 || r.hour < 5).reduce((sum, r) => sum + r.ms, 0);
  if (!peak || all === 0) return "";
  return `Most on ${weekdays[peak.weekday - 1]} from ${peak.hour}:00; ${percent(night / all)} between 23:00 and 5:00.`;
}

export function ClockCard() {
  const asked = useAnswer("clock");
  const chart = useRef<EChartsType | null>(null);
  const rows = asked.answer ? rowsOf<ClockRow>(asked.answer) : [];
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows follow from the answer
  const options = useCallback(
    (c: Palette) => ({
      ...frame(c),
      grid: { left: 44, right: 4, top: 6, bottom: 26 },
      tooltip: {
        ...frame(c).tooltip,
        formatter: (p: { dataIndex: number }) => {
          const row = rows[p.dataIndex];
          if (!row) return "";
          return `<b>${weekdays[row.weekday - 1]}, ${row.hour}:00 to ${row.hour + 1}:00</b><br>${duration(row.ms)}<br>${count(row.plays)} streams`;
        },
      },
      xAxis: axis(c, {
        type: "category",
        data: Array.from({ length: 24 }, (_, h) => String(h)),
        splitLine: { show: false },
        axisLine: { show: false },
      }),
      yAxis: axis(c, {
        type: "category",
        inverse: true,
        data: weekdays.map((d) => d.slice(0, 3)),
        axisLine: { show: false },
        splitLine: { show: false },
      }),
      visualMap: {
        show: false,
        min: 0,
        max: Math.max(1, ...rows.map((r) => r.ms)),
        dimension: 2,
        inRange: { color: c.ramp },
      },
      series: [
        {
          type: "heatmap",
          data: rows.map((r) => [r.hour, r.weekday - 1, r.ms]),
          itemStyle: { borderColor: c.card, borderWidth: 2, borderRadius: 4 },
          emphasis: { itemStyle: { borderColor: c.ink, borderWidth: 2 } },
        },
      ],
    }),
    [asked.answer],
  );
  const pick = (hour: number, weekday: number) =>
    setParams({ hours: `${hour}-${hour + 1}`, weekdays: weekdayKeys[weekday] ?? "" });
  return (
    <ChartCard
      wide
      title="The week by the hour"
      note={tell(rows)}
      asked={asked}
      chartRef={chart}
      height={270}
      pick={(at) => rows[at] && pick(rows[at].hour, rows[at].weekday - 1)}
    >
      {() => (
        <>
          <Chart
            options={options}
            height={270}
            chartRef={chart}
            label={`Heat map of listening by weekday and hour. ${tell(rows)}`}
            onClick={(p) => {
              const value = p.value as [number, number, number] | undefined;
              if (value) pick(value[0], value[1]);
            }}
          />
          <Ramp from="nothing" to={duration(Math.max(0, ...rows.map((r) => r.ms)))} />
        </>
      )}
    </ChartCard>
  );
}
