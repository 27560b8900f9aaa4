import { useState } from "preact/hooks";
import { type Answer, rowsOf } from "../../api/client";
import { ChartCard } from "../../components/chart_card/chart_card";
import { RankedList } from "../../components/ranked_list/ranked_list";
import { usePlace } from "../../state/location";
import { useAnswers } from "../../state/use_answer";
import { allFeatures, featureLabel } from "../../text/features";
import { count } from "../../text/format";
import { spotifyAddress } from "../../text/spotify";
import { Lines } from "./lines";
import { featuresOf, type ListRow, listName, unmovedBy } from "./lists";

interface OutlierRow {
  playlist_id: string;
  track_id: string | null;
  track: string | null;
  artist: string | null;
  distance: number;
  feature: string;
}

const shownAtFirst = 30;
/** Of each list. Fewer than 4 in 9 tracks can lie so far out, so it is more than most lists have. */
const askedMax = 1000;

/** That a list may hold more than were asked for; nothing where all are here. A list that is full need not have more. */
export function outliersCut(ofEach: number[]): string {
  return ofEach.some((n) => n >= askedMax) ? `Of each list the farthest ${count(askedMax)} at most.` : "";
}

/** What the button below the list says: how many there are, or the way back; nothing where all are in sight at once. */
export function outliersMore(total: number, all: boolean): string {
  if (total <= shownAtFirst) return "";
  return all ? `Show the farthest ${shownAtFirst}` : `Show all ${count(total)}`;
}

/** The tracks of the picked lists that do not fit, farthest first. */
export function OutliersCard({ picks }: { picks: ListRow[] }) {
  const { answers, problem, stale } = useAnswers(
    "playlist_outliers",
    picks.map((row) => ({ playlist: row.playlist_id, limit: String(askedMax) })),
  );
  const [all, setAll] = useState(false);
  const [first] = answers ?? [];
  const at = first?.columns.findIndex((column) => column.name === "distance") ?? 0;
  const answer: Answer | undefined = first && {
    ...first,
    rows: (answers ?? []).flatMap((a) => a.rows).sort((a, b) => Number(b[at]) - Number(a[at])),
  };
  const rows = answer ? rowsOf<OutlierRow>(answer) : [];
  const shown = all ? rows : rows.slice(0, shownAtFirst);
  const more = outliersMore(rows.length, all);
  const names = Object.fromEntries(picks.map((row) => [row.playlist_id, listName(row)]));
  const name = (id: string) => names[id] ?? "";
  const { params } = usePlace();
  return (
    <ChartCard
      wide
      title="Does not fit"
      note={
        <Lines
          of={[
            "Tracks that lie over one and a half times as far from their list's average as its tracks usually do.",
            outliersCut(answers?.map((each) => each.rows.length) ?? []),
            unmovedBy(params),
          ]}
        />
      }
      table={{
        words: {
          playlist_id: names,
          feature: Object.fromEntries(allFeatures.map((feature) => [feature.name, feature.label])),
        },
        hidden: ["track_id"],
        links: { track: (i) => spotifyAddress("track", rows[i]?.track_id) },
      }}
      limits={featuresOf(picks)}
      asked={{ answer, problem, stale }}
      height={420}
      list
      empty="Every track of known sound fits."
    >
      {() => (
        <>
          <RankedList
            label="Tracks that do not fit"
            scrolls={shown.length > 10}
            items={shown.map((row, i) => ({
              key: `${row.playlist_id} ${row.track_id ?? row.track ?? i}`,
              title: row.track ?? "(no title)",
              detail: `${row.artist ?? ""} · by ${featureLabel(row.feature)}${picks.length > 1 ? ` · ${name(row.playlist_id)}` : ""}`,
              value: row.distance,
              shown: row.distance.toFixed(2),
              href: spotifyAddress("track", row.track_id),
            }))}
          />
          {more && (
            <p class="more">
              <button type="button" class="button quiet" onClick={() => setAll(!all)}>
                {more}
              </button>
            </p>
          )}
        </>
      )}
    </ChartCard>
  );
}
