import { useState } from "preact/hooks";
import { rowsOf } from "../../api/client";
import { RankedCard } from "../../components/ranked_list/ranked_card";
import { RecordingsDialog } from "../../components/recordings/recordings_dialog";
import { addCondition } from "../../state/conditions";
import { count, duration, plural } from "../../text/format";
import { spotifyAddress } from "../../text/spotify";

interface TrackRow {
  track_id: string | null;
  track: string;
  artist: string;
  plays: number;
  ms: number;
}

export function TopTracks() {
  const [open, setOpen] = useState(false);
  return (
    <>
      <RankedCard
        metric="top_tracks"
        title="Top tracks"
        note="By streams"
        controls={
          <button
            type="button"
            class="button quiet"
            title="Say which tracks are one recording"
            onClick={() => setOpen(true)}
          >
            Recordings …
          </button>
        }
        items={(answer) =>
          rowsOf<TrackRow>(answer).map((row, i) => ({
            key: `${row.track_id}${i}`,
            title: row.track ?? "(no title)",
            detail: row.artist ?? "",
            value: row.plays,
            shown: count(row.plays),
            href: spotifyAddress("track", row.track_id),
            onClick: () => addCondition("track", row.track_id ?? row.track),
          }))
        }
      />
      {open && <RecordingsDialog onClose={() => setOpen(false)} />}
    </>
  );
}

interface ArtistRow {
  artist: string;
  plays: number;
  ms: number;
  tracks: number;
}

export function TopArtists() {
  return (
    <RankedCard
      metric="top_artists"
      title="Top artists"
      note="By streams"
      items={(answer) =>
        rowsOf<ArtistRow>(answer).map((row) => ({
          key: row.artist,
          title: row.artist,
          detail: `${duration(row.ms)} · ${plural(row.tracks, "track")}`,
          value: row.plays,
          shown: count(row.plays),
          onClick: () => addCondition("artist", row.artist),
        }))
      }
    />
  );
}

interface AlbumRow extends ArtistRow {
  album: string;
}

export function TopAlbums() {
  return (
    <RankedCard
      metric="top_albums"
      title="Top albums"
      note="By streams"
      items={(answer) =>
        rowsOf<AlbumRow>(answer).map((row) => ({
          key: `${row.album}|${row.artist}`,
          title: row.album,
          detail: `${row.artist} · ${duration(row.ms)}`,
          value: row.plays,
          shown: count(row.plays),
          onClick: () => addCondition("album", row.album),
        }))
      }
    />
  );
}

interface GenreRow {
  genre: string;
  plays: number;
  ms: number;
  artists: number;
}

export function TopGenres() {
  return (
    <RankedCard
      metric="top_genres"
      title="Top genres"
      note="As the catalogues name them; a track may have several"
      empty="No catalogue tells a genre of these tracks. Add one on the Data page."
      items={(answer) =>
        rowsOf<GenreRow>(answer).map((row) => ({
          key: row.genre,
          title: row.genre,
          detail: `${duration(row.ms)} · ${plural(row.artists, "artist")}`,
          value: row.plays,
          shown: count(row.plays),
          onClick: () => addCondition("genre", row.genre),
        }))
      }
    />
  );
}
