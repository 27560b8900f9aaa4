import { useState } from "preact/hooks";
import { rowsOf } from "../../api/client";
import { ChartCard } from "../../components/chart_card/chart_card";
import { Choice } from "../../components/chart_card/choice";
import { useAnswer } from "../../state/use_answer";
import { count, day, plural } from "../../text/format";
import { daysOf, type HourRow, tally, type Witnessed, witnessOf } from "./hours";

const words: Record<Witnessed, string> = {
  nothing: "nothing played",
  live: "seen live",
  export: "told by an export",
  both: "both",
  gap: "plays may be missing",
};
const shown: Witnessed[] = ["live", "export", "both", "gap"];
const hours = Array.from({ length: 24 }, (_, i) => i);
const named = hours.filter((hour) => hour % 3 === 0);

function Month({ month, rows }: { month: string; rows: HourRow[] }) {
  const known = new Map(rows.map((row) => [`${row.date} ${row.hour}`, row]));
  const told = tally(rows);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls has to be reachable by keyboard
    <section class="hours-box" tabIndex={0} aria-label={`Calendar of ${month}`}>
      <div
        class="hours"
        role="img"
        aria-label={`Hours of ${month}: ${shown.map((kind) => `${words[kind]} ${count(told[kind])}`).join(", ")}`}
      >
        <div class="hours-day hours-axis">
          <i />
          {named.map((hour) => (
            <span key={hour}>{`${hour}:00`}</span>
          ))}
        </div>
        {daysOf(month).map((date) => (
          <div key={date} class="hours-day">
            <span class="hours-date">{date.slice(8)}</span>
            {hours.map((hour) => {
              const row = known.get(`${date} ${hour}`);
              const kind = row ? witnessOf(row) : "nothing";
              const plays = row
                ? `, ${plural(row.live, "play")} live, ${plural(row.export, "play")} by export, ${plural(row.gap, "minute")} of gap`
                : "";
              return (
                <i
                  key={hour}
                  class={`hour hour-${kind}`}
                  title={`${day(date)}, ${hour}:00: ${words[kind]}${plays}`}
                />
              );
            })}
          </div>
        ))}
      </div>
      <ul class="hours-legend">
        {shown.map((kind) => (
          <li key={kind}>
            <i class={`hour hour-${kind}`} /> {words[kind]} <b>{count(told[kind])}</b>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** For every hour of a month: seen live, told by an export, both, or known to be missing. */
export function CoverageCard() {
  const asked = useAnswer("coverage");
  const [chosen, setChosen] = useState("");
  const rows = asked.answer ? rowsOf<HourRow>(asked.answer) : [];
  const months = [...new Set(rows.map((row) => row.date.slice(0, 7)))].sort().reverse();
  const month = months.includes(chosen) ? chosen : (months[0] ?? "");
  const gaps = rows.filter((row) => witnessOf(row) === "gap").length;
  return (
    <ChartCard
      wide
      id="hours"
      title="How well each hour is witnessed"
      note={
        gaps > 0 ? `In ${plural(gaps, "hour")} of all plays may be missing` : "No hour is known to be missing"
      }
      asked={asked}
      height={300}
      controls={
        months.length > 1 && (
          <Choice label="Month" value={month} choices={months.map((m) => [m, m])} onChange={setChosen} />
        )
      }
    >
      {() => <Month month={month} rows={rows.filter((row) => row.date.startsWith(month))} />}
    </ChartCard>
  );
}
