import { rowsOf } from "../../api/client";
import { StatRow } from "../../components/stat_row/stat_row";
import { useAnswer } from "../../state/use_answer";
import { count, day, duration, percent, plural } from "../../text/format";
import { CalendarCard } from "./calendar_card";
import { TimelineCard } from "./timeline_card";
import { TopAlbums, TopArtists, TopGenres, TopTracks } from "./top_cards";

interface OverviewRow {
  plays_all: number;
  plays: number;
  ms: number;
  tracks: number;
  artists: number;
  albums: number;
  first_play: string | null;
  last_play: string | null;
  active_days: number;
}

/** Days from the first to the last play, both counted. */
function spanDays(row: OverviewRow): number {
  if (!row.first_play || !row.last_play) return 1;
  return Math.floor((Date.parse(row.last_play) - Date.parse(row.first_play)) / 86_400_000) + 1;
}

export function Overview() {
  const asked = useAnswer("overview");
  const row = asked.answer ? rowsOf<OverviewRow>(asked.answer)[0] : undefined;
  return (
    <>
      <section class="hero" aria-label="Totals">
        {asked.problem && (
          <div class="problem" role="alert">
            <p>{asked.problem.message}</p>
            {asked.problem.hint && <p class="hint">Try: {asked.problem.hint}</p>}
          </div>
        )}
        {!row && !asked.problem && <div class="skeleton" style={{ height: "150px" }} />}
        {row && row.plays === 0 && <Nothing all={row.plays_all} />}
        {row && row.plays > 0 && (
          <>
            <h1>
              <em>{duration(row.ms)}</em> of music
            </h1>
            <p class="lead">
              From {day(row.first_play ?? "")} to {day(row.last_play ?? "")}: {count(row.plays)} streams, and{" "}
              {count(row.plays_all - row.plays)} shorter plays that do not count as one.
            </p>
            <StatRow
              stale={asked.stale}
              stats={[
                {
                  label: "Streams",
                  value: count(row.plays),
                  detail: `${(row.plays / Math.max(1, row.active_days)).toFixed(1)} a day`,
                },
                {
                  label: "Tracks",
                  value: count(row.tracks),
                  detail: `${(row.plays / Math.max(1, row.tracks)).toFixed(1)} plays each`,
                },
                { label: "Artists", value: count(row.artists), detail: plural(row.albums, "album") },
                {
                  label: "Days with music",
                  value: count(row.active_days),
                  detail: `${percent(Math.min(1, row.active_days / spanDays(row)))} of all days`,
                },
                {
                  label: "On such a day",
                  value: duration(row.ms / Math.max(1, row.active_days)),
                  detail: "of listening",
                },
              ]}
            />
          </>
        )}
      </section>
      <div class="grid">
        <TimelineCard />
        <TopArtists />
        <TopTracks />
        <TopAlbums />
        <TopGenres />
        <CalendarCard />
      </div>
    </>
  );
}

function Nothing({ all }: { all: number }) {
  return (
    <div class="notice">
      <h1>Nothing to count yet</h1>
      <p>
        {all > 0
          ? "No play is long enough under these conditions."
          : "No play satisfies these conditions. If nothing was imported yet, drop your Spotify export on the Data page."}
      </p>
      <a class="button primary" href="/data">
        Import your data
      </a>
    </div>
  );
}
