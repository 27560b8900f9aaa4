import type { EChartsType } from "echarts/core";
import { useCallback, useRef, useState } from "preact/hooks";
import { rowsOf } from "../../api/client";
import { Chart } from "../../components/chart/chart";
import { frame, type Palette } from "../../components/chart/palette";
import { Ramp } from "../../components/chart/ramp";
import { ChartCard } from "../../components/chart_card/chart_card";
import { Choice } from "../../components/chart_card/choice";
import { setParams } from "../../state/conditions";
import { useAnswer } from "../../state/use_answer";
import { count, day, duration, plural } from "../../text/format";

interface DayRow {
  date: string;
  plays: number;
  ms: number;
}

const yearsShown = 4;
const cell = 16;
const rowHeight = 7 * cell + 16;
const monthsHeight = 22;

/** The day after a date, as a condition's exclusive end. */
export function dayAfter(date: string): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
}

export function CalendarCard() {
  const asked = useAnswer("calendar");
  const chart = useRef<EChartsType | null>(null);
  const [last, setLast] = useState("");
  const rows = asked.answer ? rowsOf<DayRow>(asked.answer) : [];
  const all = [...new Set(rows.map((r) => r.date.slice(0, 4)))].sort().reverse();
  const from = Math.max(0, all.indexOf(last));
  const years = all.slice(from, from + yearsShown);
  const peak = rows.reduce<DayRow | undefined>((a, b) => (!a || b.ms > a.ms ? b : a), undefined);
  // One extreme day must not make all others pale.
  const sorted = rows.map((r) => r.ms).sort((a, b) => a - b);
  const high = sorted[Math.floor(sorted.length * 0.95)] ?? 1;
  // biome-ignore lint/correctness/useExhaustiveDependencies: all of it follows from the answer and the year
  const options = useCallback(
    (c: Palette) => ({
      ...frame(c),
      tooltip: {
        ...frame(c).tooltip,
        formatter: (p: { value: [string, number, number] }) =>
          `<b>${day(p.value[0])}</b><br>${duration(p.value[1])}<br>${plural(p.value[2], "stream")}`,
      },
      visualMap: { show: false, min: 0, max: high, dimension: 1, inRange: { color: c.ramp } },
      calendar: years.map((year, i) => ({
        range: year,
        top: monthsHeight + i * rowHeight,
        left: 54,
        right: 2,
        cellSize: ["auto", cell],
        itemStyle: { color: c.ramp[0], borderColor: c.card, borderWidth: 3 },
        splitLine: { show: false },
        yearLabel: { show: false },
        dayLabel: { show: false },
        monthLabel: { show: i === 0, color: c.muted, fontSize: 11.5 },
      })),
      graphic: years.map((year, i) => ({
        type: "text",
        left: 0,
        top: monthsHeight + i * rowHeight + 1,
        silent: true,
        style: { text: year, fill: c.ink, font: "650 14px Inter Variable, Inter, sans-serif" },
      })),
      series: years.map((year, i) => ({
        type: "heatmap",
        coordinateSystem: "calendar",
        calendarIndex: i,
        itemStyle: { borderRadius: 4 },
        emphasis: { itemStyle: { borderColor: c.ink, borderWidth: 1 } },
        data: rows.filter((r) => r.date.startsWith(year)).map((r) => [r.date, r.ms, r.plays]),
      })),
    }),
    [asked.answer, last],
  );
  const choices: [string, string][] = all.map((year) => [year, `up to ${year}`]);
  const pick = (date: string) => setParams({ from: date, to: dayAfter(date) });
  return (
    <ChartCard
      wide
      title="Every day"
      note={
        peak &&
        `The longest day was ${day(peak.date)} with ${duration(peak.ms)}. Click a day to look at it alone.`
      }
      asked={asked}
      chartRef={chart}
      height={rowHeight * 3}
      pick={(row) => pick(rows[row]?.date ?? "")}
      controls={
        all.length > yearsShown && (
          <Choice label="Years" value={years[0] ?? ""} choices={choices} onChange={setLast} />
        )
      }
    >
      {() => (
        <>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls has to be reachable by keyboard */}
          <section class="scroll-x" tabIndex={0} aria-label="Calendar">
            <div style={{ minWidth: "680px" }}>
              <Chart
                options={options}
                height={monthsHeight + years.length * rowHeight}
                chartRef={chart}
                label={`Calendar of ${years.join(", ")}: ${count(rows.length)} days with music.`}
                onClick={(p) => {
                  const value = p.value as [string, number, number] | undefined;
                  if (value) pick(value[0]);
                }}
              />
            </div>
          </section>
          <Ramp from="less" to={`${duration(high)} a day or more`} />
        </>
      )}
    </ChartCard>
  );
}
