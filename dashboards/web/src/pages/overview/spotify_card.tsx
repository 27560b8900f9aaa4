import { useState } from "preact/hooks";
import { rowsOf } from "../../api/client";
import { ChartCard } from "../../components/chart_card/chart_card";
import { Choice } from "../../components/chart_card/choice";
import { useAnswer } from "../../state/use_answer";
import { day } from "../../text/format";

interface SaidRow {
  list: string;
  range: string | null;
  rank: number;
  id: string;
  name: string;
  artist: string | null;
  stated: string;
}

const lists: [string, string][] = [
  ["top_tracks", "Top tracks"],
  ["top_artists", "Top artists"],
  ["followed_artists", "Followed artists"],
];
const ranges: [string, string][] = [
  ["short_term", "4 weeks"],
  ["medium_term", "6 months"],
  ["long_term", "a year"],
];

/** The rows of one list; followed artists have no range. */
export function saidOf(rows: SaidRow[], list: string, range: string): SaidRow[] {
  return rows.filter((row) => row.list === list && (row.range === null || row.range === range));
}

/** What Spotify itself says, apart from all that is counted here; nothing where it never said anything. */
export function SpotifyCard() {
  const asked = useAnswer("spotify_lists");
  const [list, setList] = useState("top_tracks");
  const [range, setRange] = useState("short_term");
  const all = asked.answer ? rowsOf<SaidRow>(asked.answer) : [];
  if (all.length === 0) return null;
  const rows = saidOf(all, list, range);
  const kind = list === "top_tracks" ? "track" : "artist";
  return (
    <ChartCard
      wide
      tabular
      list
      title="What Spotify says"
      note={`Spotify's own list, by rules that it does not tell; nothing of it enters the figures above.${
        rows[0] ? ` So since ${day(rows[0].stated)}.` : ""
      }`}
      asked={asked}
      controls={
        <>
          <Choice label="List" value={list} choices={lists} onChange={setList} />
          {list !== "followed_artists" && (
            <Choice labelled label="Over" value={range} choices={ranges} onChange={setRange} />
          )}
        </>
      }
    >
      {() =>
        rows.length > 0 ? (
          <ol class="stated-list">
            {rows.map((row) => (
              <li key={row.rank}>
                <span class="place">{list === "followed_artists" ? "" : row.rank}</span>
                <span class="what">
                  <a
                    href={`https://open.spotify.com/${kind}/${row.id}`}
                    target="_blank"
                    rel="noreferrer"
                    title="Open in Spotify"
                  >
                    {row.name}
                  </a>
                  {row.artist && <span class="detail">{row.artist}</span>}
                </span>
              </li>
            ))}
          </ol>
        ) : (
          <p class="empty">This list is empty.</p>
        )
      }
    </ChartCard>
  );
}
