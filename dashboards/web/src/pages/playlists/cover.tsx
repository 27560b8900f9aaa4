import { useEffect, useState } from "preact/hooks";
import { getCovers } from "../../api/client";
import { useListener, useListeners } from "../../state/listeners";
import { useDataVersion } from "../../state/live";
import { useSpotify } from "../../state/spotify";
import { type ListRow, listName } from "./lists";

/** Where the covers of the listener's lists are, by the lists' ids; only who is connected to Spotify has any. */
export function useCovers(): Record<string, string> {
  const { usual } = useListeners();
  const listener = useListener() || usual;
  const version = useDataVersion();
  const isConnected = useSpotify()?.listeners.some((each) => each.listener === listener) ?? false;
  const [covers, setCovers] = useState<Record<string, string>>({});
  // biome-ignore lint/correctness/useExhaustiveDependencies: other data may have other lists
  useEffect(() => {
    const abort = new AbortController();
    if (isConnected && listener) getCovers(listener, abort.signal).then(setCovers, () => {});
    else setCovers({});
    return () => abort.abort();
  }, [listener, isConnected, version]);
  return covers;
}

/** A colour that follows from a text, always the same. */
export function hueOf(text: string): number {
  let sum = 0;
  for (const letter of text) sum = (sum * 33 + (letter.codePointAt(0) ?? 0)) % 65_521;
  // Spread by the golden angle, so that names that are alike are not in colour.
  return Math.round(sum * 137.508) % 360;
}

/** "Late Night Drive" -> "LN". */
export function initialsOf(name: string): string {
  const words = name.match(/[\p{L}\p{N}]+/gu) ?? [];
  return words
    .slice(0, 2)
    .map((word) => [...word][0]?.toUpperCase())
    .join("");
}

/** A list's cover, as Spotify has it, else one that is drawn from its name. */
export function Cover({ row, src }: { row: ListRow; src: string | undefined }) {
  const [failed, setFailed] = useState(false);
  const name = listName(row);
  if (src && !failed) {
    return (
      <img
        class="cover"
        src={src}
        alt=""
        width={44}
        height={44}
        loading="lazy"
        onError={() => setFailed(true)}
      />
    );
  }
  const hue = hueOf(name);
  return (
    <span
      class="cover drawn"
      aria-hidden="true"
      style={{
        background: `linear-gradient(135deg, hsl(${hue} 42% 46%), hsl(${(hue + 50) % 360} 45% 32%))`,
      }}
    >
      {initialsOf(name)}
    </span>
  );
}
