import { palette } from "../../components/chart/palette";
import { ChartCard } from "../../components/chart_card/chart_card";
import { useTheme } from "../../state/theme";
import type { Asked } from "../../state/use_answer";
import { count, percent, plural } from "../../text/format";
import { spotifyAddress } from "../../text/spotify";
import { Cover, useCovers } from "./cover";
import { type ListRow, listName, pick, picksMax } from "./lists";

function detail(row: ListRow): string {
  if (row.tracks === null) return "may not be read";
  const known =
    row.tracks > 0 ? `, features known for ${percent((row.features_known ?? 0) / row.tracks)}` : "";
  return `${plural(row.tracks, "track")}${known}`;
}

/** Every playlist, to be picked; those picked wear the colours that the charts draw them in. */
export function ListCard({ asked, rows, picks }: { asked: Asked; rows: ListRow[]; picks: ListRow[] }) {
  const colours = palette(useTheme()).series;
  const ids = picks.map((row) => row.playlist_id);
  const full = ids.length >= picksMax;
  const covers = useCovers();
  return (
    <ChartCard
      title="Your playlists"
      note={`Pick up to ${picksMax} to see them side by side.`}
      asked={asked}
      height={420}
      list
      empty="No playlists are known yet. They are in the account data that Spotify sends, and come by themselves once Spotify is connected."
    >
      {() => (
        <ul class="picks" aria-label="Playlists">
          {rows.map((row) => {
            const at = ids.indexOf(row.playlist_id);
            const others = ids.filter((id) => id !== row.playlist_id);
            return (
              <li key={row.playlist_id}>
                <button
                  type="button"
                  aria-pressed={at >= 0}
                  disabled={at < 0 && full}
                  title={at < 0 && full ? `Only ${picksMax} at a time` : undefined}
                  onClick={() => pick(at >= 0 ? others : [...ids, row.playlist_id])}
                >
                  <i
                    aria-hidden="true"
                    style={at >= 0 ? { background: colours[at], borderColor: colours[at] } : {}}
                  />
                  <Cover row={row} src={covers[row.playlist_id]} />
                  <span class="what">
                    <span class="title">{listName(row)}</span>
                    <span class="detail">{detail(row)}</span>
                  </span>
                  <span class="value">{`${count(row.plays)} streams`}</span>
                </button>
                {spotifyAddress("playlist", row.playlist_id) && (
                  <a
                    class="outward"
                    href={spotifyAddress("playlist", row.playlist_id)}
                    target="_blank"
                    rel="noreferrer"
                    aria-label={`Open ${listName(row)} in Spotify`}
                  >
                    ↗
                  </a>
                )}
              </li>
            );
          })}
        </ul>
      )}
    </ChartCard>
  );
}
