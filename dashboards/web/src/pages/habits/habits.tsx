import { rowsOf } from "../../api/client";
import { PlaysAttribution } from "../../components/attribution/attribution";
import { ChartCard } from "../../components/chart_card/chart_card";
import { RankedCard } from "../../components/ranked_list/ranked_card";
import { RankedList } from "../../components/ranked_list/ranked_list";
import { addCondition, setParams } from "../../state/conditions";
import { useAnswer } from "../../state/use_answer";
import { count, day, percent, plural } from "../../text/format";
import { spotifyAddress } from "../../text/spotify";
import { dayAfter } from "../overview/calendar_card";
import { ClockCard } from "./clock_card";
import { DiscoveriesCard, DiversityCard } from "./discoveries_card";
import { HabitsCard } from "./habits_card";
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
      list
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
  return (
    <RankedCard
      metric="skips"
      title="Skips"
      note="Flagged as skipped, or ended by the forward button"
      empty="No source tells of a skip."
      items={(answer) =>
        rowsOf<SkipRow>(answer).map((row) => ({
          key: row.artist,
          title: row.artist,
          detail: `${percent(row.share)} of ${plural(row.plays_all, "play")}`,
          value: row.skipped,
          shown: count(row.skipped),
          onClick: () => addCondition("artist", row.artist),
        }))
      }
    />
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
  return (
    <RankedCard
      metric="repeats"
      title="On repeat"
      note="Most streams of one track in one day"
      items={(answer) =>
        rowsOf<RepeatRow>(answer).map((row, i) => ({
          key: `${row.track_id}${row.date}${i}`,
          title: row.track,
          detail: `${row.artist} · ${day(row.date)}`,
          value: row.plays,
          shown: `${count(row.plays)}×`,
          href: spotifyAddress("track", row.track_id),
          onClick: () => setParams({ from: row.date, to: dayAfter(row.date) }),
        }))
      }
    />
  );
}

const devices: [string, string][] = [
  ["platform", "Devices"],
  ["country", "Countries"],
  ["offline", "Online and offline"],
];
const manners: [string, string][] = [
  ["reason_end", "How plays end"],
  ["reason_start", "How plays begin"],
  ["shuffle", "Shuffle"],
];

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
        <HabitsCard dimensions={devices} />
        <HabitsCard dimensions={manners} />
      </div>
      <PlaysAttribution />
    </>
  );
}
