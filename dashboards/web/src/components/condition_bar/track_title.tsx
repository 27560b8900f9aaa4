import { useEffect, useState } from "preact/hooks";
import { askMetric, rowsOf } from "../../api/client";
import { useListener } from "../../state/listeners";

const known = new Map<string, string>();

/** The title of a track that a condition names by its id; what is no known id is shown as it is. */
export function TrackTitle({ track }: { track: string }) {
  const [title, setTitle] = useState(known.get(track));
  const listener = useListener();
  useEffect(() => {
    setTitle(known.get(track));
    if (known.has(track) || listener === undefined) return;
    const abort = new AbortController();
    const query = new URLSearchParams({ track, min_ms: "0", limit: "1" });
    if (listener) query.set("listener", listener);
    askMetric("top_tracks", query, abort.signal)
      .then((answer) => {
        const row = rowsOf<{ track: string; artist: string }>(answer)[0];
        if (!row) return;
        known.set(track, `${row.track} · ${row.artist}`);
        setTitle(known.get(track));
      })
      .catch(() => {
        // The chip keeps the id; the cards tell what went wrong.
      });
    return () => abort.abort();
  }, [track, listener]);
  return <>{title ?? track}</>;
}
