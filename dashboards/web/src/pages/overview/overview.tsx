import { useState } from "preact/hooks";
import { rowsOf } from "../../api/client";
import { PlaysAttribution } from "../../components/attribution/attribution";
import { RestsOn } from "../../components/chart_card/limits";
import { Problem } from "../../components/problem/problem";
import { Rings } from "../../components/rings/rings";
import { RowsDialog } from "../../components/rows_dialog/rows_dialog";
import { StatRow } from "../../components/stat_row/stat_row";
import { clearConditions, kept } from "../../state/conditions";
import { usePlace } from "../../state/location";
import { useAnswer } from "../../state/use_answer";
import { approximate, count, day, duration, durationWords, percent, plural } from "../../text/format";
import { CalendarCard } from "./calendar_card";
import { SpotifyCard } from "./spotify_card";
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

/** Plays that are left out for being short, if there are any. */
function shorter(row: OverviewRow): string {
  const left = row.plays_all - row.plays;
  return left > 0
    ? ` ${plural(left, "shorter play")} ${left === 1 ? "does" : "do"} not count as a stream.`
    : "";
}

/** Days from the first to the last play, both counted. */
function spanDays(row: OverviewRow): number {
  if (!row.first_play || !row.last_play) return 1;
  return Math.floor((Date.parse(row.last_play) - Date.parse(row.first_play)) / 86_400_000) + 1;
}

export function Overview() {
  const asked = useAnswer("overview");
  const [opened, setOpened] = useState(false);
  const row = asked.answer ? rowsOf<OverviewRow>(asked.answer)[0] : undefined;
  const streaks = useAnswer("streaks", { limit: "1" }).answer;
  const longest = streaks && rowsOf<{ start: string; days: number }>(streaks)[0];
  const [amount, unit] = durationWords(row?.ms ?? 0);
  const limits = asked.answer?.limits ?? {};
  const { rejects: refused = 0, estimated_plays: estimated = 0 } = limits;
  const { params } = usePlace();
  const query = kept(params).toString();
  const dataAddress = query ? `/data?${query}` : "/data";
  return (
    <>
      <section class="hero" aria-label="Totals">
        {asked.problem && <Problem problem={asked.problem} />}
        {!row && !asked.problem && <div class="skeleton" style={{ height: "380px" }} />}
        {row && row.plays === 0 && <Nothing all={row.plays_all} />}
        {row && row.plays > 0 && (
          <div class="hero-text">
            <h1>
              <em>
                {estimated > 0 && (
                  <span title="It holds plays of estimated length">
                    <span aria-hidden="true">≈ </span>
                    <span class="visually-hidden">about </span>
                  </span>
                )}
                {amount} {unit}
              </em>{" "}
              of music
            </h1>
            <p class="lead">
              From {day(row.first_play ?? "")} to {day(row.last_play ?? "")}.{shorter(row)}
            </p>
            <StatRow
              stale={asked.stale}
              stats={[
                {
                  label: "Streams",
                  value: count(row.plays),
                  onOpen: () => setOpened(true),
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
                  value: (estimated > 0 ? approximate : String)(
                    duration(row.ms / Math.max(1, row.active_days)),
                  ),
                  detail: "of listening",
                },
                {
                  label: "Longest streak",
                  value: longest ? plural(longest.days, "day") : "–",
                  detail: longest && `from ${day(longest.start)}`,
                },
              ]}
            />
          </div>
        )}
        {row && row.plays > 0 && <Rings />}
        {opened && (
          <RowsDialog
            title="The plays behind these figures"
            metric="plays_behind"
            extra={{}}
            onClose={() => setOpened(false)}
          />
        )}
      </section>
      {row && row.plays > 0 && (
        <div class="rests">
          {refused > 0 && (
            <p>
              {plural(refused, "record")} of the files could not be read and {refused === 1 ? "is" : "are"}{" "}
              not counted. <a href={dataAddress}>See more</a>
            </p>
          )}
          <RestsOn limits={limits} />
        </div>
      )}
      <div class="grid">
        <TimelineCard />
        <TopArtists />
        <TopTracks />
        <TopAlbums />
        <TopGenres />
        <CalendarCard />
        <SpotifyCard />
      </div>
      <PlaysAttribution />
    </>
  );
}

function Nothing({ all }: { all: number }) {
  return (
    <div class="notice">
      <h1>Nothing to count</h1>
      <p>
        {all > 0
          ? "No play is long enough under these conditions."
          : "No play satisfies these conditions. Take one away, or begin again."}
      </p>
      <button type="button" class="button primary" onClick={clearConditions}>
        Clear all conditions
      </button>
    </div>
  );
}
