import { type Answer, rowsOf } from "../../api/client";
import { ChartCard } from "../../components/chart_card/chart_card";
import { RankedList } from "../../components/ranked_list/ranked_list";
import { addCondition } from "../../state/conditions";
import { useAnswer } from "../../state/use_answer";
import { count, duration, plural } from "../../text/format";

const shown = { limit: "10" };

interface TrackRow {
  track_id: string | null;
  track: string;
  artist: string;
  plays: number;
  ms: number;
}

export function TopTracks() {
  const asked = useAnswer("top_tracks", shown);
  const list = (answer: Answer) => (
    <RankedList
      items={rowsOf<TrackRow>(answer).map((row, i) => ({
        key: `${row.track_id}${i}`,
        title: row.track ?? "(no title)",
        detail: row.artist ?? "",
        value: row.plays,
        shown: count(row.plays),
        onClick: () => addCondition("track", row.track_id ?? row.track),
      }))}
    />
  );
  return (
    <ChartCard title="Top tracks" note="By streams" asked={asked} height={420}>
      {list}
    </ChartCard>
  );
}

interface ArtistRow {
  artist: string;
  plays: number;
  ms: number;
  tracks: number;
}

export function TopArtists() {
  const asked = useAnswer("top_artists", shown);
  return (
    <ChartCard title="Top artists" note="By streams" asked={asked} height={420}>
      {(answer) => (
        <RankedList
          items={rowsOf<ArtistRow>(answer).map((row) => ({
            key: row.artist,
            title: row.artist,
            detail: `${duration(row.ms)} · ${plural(row.tracks, "track")}`,
            value: row.plays,
            shown: count(row.plays),
            onClick: () => addCondition("artist", row.artist),
          }))}
        />
      )}
    </ChartCard>
  );
}

interface AlbumRow extends ArtistRow {
  album: string;
}

export function TopAlbums() {
  const asked = useAnswer("top_albums", shown);
  return (
    <ChartCard title="Top albums" note="By streams" asked={asked} height={420}>
      {(answer) => (
        <RankedList
          items={rowsOf<AlbumRow>(answer).map((row) => ({
            key: `${row.album}|${row.artist}`,
            title: row.album,
            detail: `${row.artist} · ${duration(row.ms)}`,
            value: row.plays,
            shown: count(row.plays),
            onClick: () => addCondition("album", row.album),
          }))}
        />
      )}
    </ChartCard>
  );
}

interface GenreRow {
  genre: string;
  plays: number;
  ms: number;
  artists: number;
}

export function TopGenres() {
  const asked = useAnswer("top_genres", shown);
  return (
    <ChartCard
      title="Top genres"
      note="As the catalogues name them; a track may have several"
      asked={asked}
      height={420}
      empty="No catalogue tells a genre of these tracks. Add one on the Data page."
    >
      {(answer) => (
        <RankedList
          items={rowsOf<GenreRow>(answer).map((row) => ({
            key: row.genre,
            title: row.genre,
            detail: `${duration(row.ms)} · ${plural(row.artists, "artist")}`,
            value: row.plays,
            shown: count(row.plays),
            onClick: () => addCondition("genre", row.genre),
          }))}
        />
      )}
    </ChartCard>
  );
}
