import { useState } from "preact/hooks";
import type { Answer } from "../../api/client";
import { ChartCard } from "../../components/chart_card/chart_card";
import { Choice } from "../../components/chart_card/choice";
import { DataTable } from "../../components/data_table/data_table";
import { useAnswer } from "../../state/use_answer";
import { allFeatures } from "../../text/features";
import { count } from "../../text/format";
import { spotifyAddress } from "../../text/spotify";
import { featuresOf, type ListRow, listName } from "./lists";

/** What a list can be ordered by, beside every feature. */
const orders: [string, string][] = [
  ["track", "title"],
  ["added", "added"],
  ["plays", "streams"],
  ...allFeatures.map((f): [string, string] => [f.name, f.label]),
];

/** The answer's rows ordered by a column, what is unknown last; ties keep the order of the answer. */
export function ordered(answer: Answer, by: string, rising: boolean): Answer {
  const at = answer.columns.findIndex((column) => column.name === by);
  const known = answer.rows.filter((row) => row[at] !== null && row[at] !== undefined);
  const unknown = answer.rows.filter((row) => row[at] === null || row[at] === undefined);
  const sign = rising ? 1 : -1;
  known.sort((a, b) => {
    const [x, y] = [a[at] ?? 0, b[at] ?? 0];
    return (
      sign * (typeof x === "number" && typeof y === "number" ? x - y : String(x).localeCompare(String(y)))
    );
  });
  return { ...answer, rows: [...known, ...unknown] };
}

/** More than nearly every list holds. The answer comes by title, and the page orders what came. */
const askedMax = 10_000;

/** How many tracks there are, and that only those first by title are ordered where that is so. */
export function tracksTold(asked: number, list: ListRow): string {
  const all = list.tracks ?? 0;
  if (asked < askedMax || all <= asked) return `${count(asked)} in ${listName(list)}.`;
  return `${count(all)} in ${listName(list)}. Only the first ${count(asked)} by title are here, whatever they are ordered by.`;
}

const shownAlways = ["track", "artist", "added", "plays"];
const shownFeatures = ["energy", "valence", "danceability", "acousticness", "tempo"];

/** A list's tracks, ordered by what the person chooses. */
export function TracksCard({ picks }: { picks: ListRow[] }) {
  const [wanted, setWanted] = useState("");
  const [by, setBy] = useState("energy");
  const [rising, setRising] = useState(false);
  const list = picks.find((row) => row.playlist_id === wanted) ?? picks[0];
  const asked = useAnswer("playlist_tracks", { playlist: list?.playlist_id ?? "", limit: String(askedMax) });
  const answer = asked.answer && ordered(asked.answer, by, rising);
  const columns = new Set([...shownAlways, ...shownFeatures, by]);
  return (
    <ChartCard
      wide
      tabular
      title="Tracks"
      note={answer && list && tracksTold(answer.rows.length, list)}
      limits={featuresOf(list ? [list] : [])}
      asked={{ ...asked, answer }}
      height={420}
      list
      empty="This list holds no track that satisfies these conditions."
      controls={
        <>
          {picks.length > 1 && (
            <Choice
              label="List"
              value={list?.playlist_id ?? ""}
              choices={picks.map((row) => [row.playlist_id, listName(row)])}
              onChange={setWanted}
            />
          )}
          <Choice labelled label="Order by" value={by} choices={orders} onChange={setBy} />
          <button type="button" class="button quiet" aria-pressed={rising} onClick={() => setRising(!rising)}>
            {rising ? "Lowest first" : "Highest first"}
          </button>
        </>
      }
    >
      {(whole) => {
        const idAt = whole.columns.findIndex((column) => column.name === "track_id");
        const kept = whole.columns
          .map((column, i) => ({ column, i }))
          .filter(({ column }) => columns.has(column.name));
        return (
          <DataTable
            daysOnly
            stacks
            links={{ track: (i) => spotifyAddress("track", whole.rows[i]?.[idAt]) }}
            answer={{
              ...whole,
              columns: kept.map(({ column }) => column),
              rows: whole.rows.map((row) => kept.map(({ i }) => row[i] ?? null)),
            }}
          />
        );
      }}
    </ChartCard>
  );
}
