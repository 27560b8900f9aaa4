import type { Erased } from "../api/client";
import { plural } from "./format";

const kinds: Record<string, string> = {
  play: "play",
  playlist: "playlist",
  saved_track: "saved track",
  spotify_list: "list of favourites",
  gap: "gap",
  dead_letter: "refused record",
  source_file: "imported file",
};

/** What was erased here and elsewhere, a line each. */
export function erasedLines({ counts, was_logged_in, stores }: Erased): string[] {
  return [
    ...counts.map(
      (each) => `${plural(each.events, kinds[each.type] ?? each.type.replaceAll("_", " "))} (${each.source})`,
    ),
    ...(was_logged_in ? ["the login at Spotify"] : []),
    ...stores.map((store) => `what was published of it to ${store}`),
  ];
}

/** What could not be erased yet, and why, a line each. */
export function pendingLines({ pending_stores }: Erased): string[] {
  return pending_stores.map(({ store, reason }) => `${store}: ${reason}`);
}
