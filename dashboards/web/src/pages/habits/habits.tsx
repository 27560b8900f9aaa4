import { rowsOf } from "../../api/client";
import { ChartCard } from "../../components/chart_card/chart_card";
import { RankedList } from "../../components/ranked_list/ranked_list";
import { addCondition, setParams } from "../../state/conditions";
import { useAnswer } from "../../state/use_answer";
import { count, day, percent, plural } from "../../text/format";
import { dayAfter } from "../overview/calendar_card";
import { ClockCard } from "./clock_card";
import { DevicesCard } from "./devices_card";
import { DiscoveriesCard, DiversityCard } from "./discoveries_card";
import { SessionsCard } from "./sessions_card";

interface StreakRow {
  start: string;
  end: string;
  days: number;
}

function Streaks() {
  const asked = useAnswer("streaks", { limit: "8" });
  const longest = asked.answer ? rowsOf<StreakRow>(asked.answer)[0] : undefined;
  return (
    <ChartCard
      title="Streaks"
      note={longest && `${plural(longest.days, "day")} in a row, from ${day(longest.start)}.`}
      asked={asked}
      height={340}
    >
      {(answer) => (
        <RankedList
          items={rowsOf<StreakRow>(answer).map((row) => ({
            key: row.start,
            title: `${day(row.start)} – ${day(row.end)}`,
            value: row.days,
            shown: plural(row.days, "day"),
            onClick: () => setParams({ from: row.start, to: dayAfter(row.end) }),
          }))}
        />
      )}
    </ChartCard>
  );
}

interface SkipRow {
  artist: string;
  plays_all: number;
  skipped: number;
  share: number;
}

function Skips() {
  const asked = useAnswer("skips", { limit: "10" });
  return (
    <ChartCard
      title="Skips"
      note="Flagged as skipped, or ended by the forward button"
      asked={asked}
      height={420}
      empty="No source tells of a skip."
    >
      {(answer) => (
        <RankedList
          items={rowsOf<SkipRow>(answer).map((row) => ({
            key: row.artist,
            title: row.artist,
            detail: `${percent(row.share)} of ${plural(row.plays_all, "play")}`,
            value: row.skipped,
            shown: count(row.skipped),
            onClick: () => addCondition("artist", row.artist),
          }))}
        />
      )}
    </ChartCard>
  );
}

interface RepeatRow {
  track_id: string | null;
  track: string;
  artist: string;
  date: string;
  plays: number;
}

function Repeats() {
  const asked = useAnswer("repeats", { limit: "10" });
  return (
    <ChartCard title="On repeat" note="Most streams of one track in one day" asked={asked} height={420}>
      {(answer) => (
        <RankedList
          items={rowsOf<RepeatRow>(answer).map((row, i) => ({
            key: `${row.track_id}${row.date}${i}`,
            title: row.track,
            detail: `${row.artist} · ${day(row.date)}`,
            value: row.plays,
            shown: `${count(row.plays)}×`,
            onClick: () => setParams({ from: row.date, to: dayAfter(row.date) }),
          }))}
        />
      )}
    </ChartCard>
  );
}

export function Habits() {
  return (
    <>
      <section class="page-title">
        <h1>Habits</h1>
        <p class="lead">When you play, for how long, on what, and what you do not hear to the end.</p>
      </section>
      <div class="grid">
        <ClockCard />
        <SessionsCard />
        <Streaks />
        <DiscoveriesCard />
        <DiversityCard />
        <Skips />
        <Repeats />
        <DevicesCard />
      </div>
    </>
  );
}
