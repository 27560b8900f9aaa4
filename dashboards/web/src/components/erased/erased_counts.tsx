import type { Erased } from "../../api/client";
import { plural } from "../../text/format";

const kinds: Record<string, string> = {
  play: "play",
  playlist: "playlist",
  saved_track: "saved track",
  spotify_list: "list of favourites",
  gap: "gap",
  dead_letter: "refused record",
  source_file: "imported file",
};

/** What was erased, kind by kind. */
export function ErasedCounts({ erased }: { erased: Erased }) {
  return (
    <ul class="plain">
      {erased.counts.map((each) => (
        <li key={`${each.type} ${each.source}`}>
          {plural(each.events, kinds[each.type] ?? each.type.replaceAll("_", " "))} ({each.source})
        </li>
      ))}
    </ul>
  );
}
