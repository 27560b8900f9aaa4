import { type Answer, rowsOf } from "../../api/client";
import { ChartCard } from "../../components/chart_card/chart_card";
import { RankedList } from "../../components/ranked_list/ranked_list";
import { useAnswers } from "../../state/use_answer";
import { featureLabel } from "../../text/features";
import { spotifyAddress } from "../../text/spotify";
import { featuresOf, type ListRow, listName } from "./lists";

interface OutlierRow {
  playlist_id: string;
  track_id: string | null;
  track: string | null;
  artist: string | null;
  distance: number;
  feature: string;
}

/** The tracks of the picked lists that do not fit, farthest first. */
export function OutliersCard({ picks }: { picks: ListRow[] }) {
  const { answers, problem, stale } = useAnswers(
    "playlist_outliers",
    picks.map((row) => ({ playlist: row.playlist_id, limit: "30" })),
  );
  const [first] = answers ?? [];
  const answer: Answer | undefined = first && { ...first, rows: (answers ?? []).flatMap((a) => a.rows) };
  const rows = answer ? rowsOf<OutlierRow>(answer).sort((a, b) => b.distance - a.distance) : [];
  const name = (id: string) => picks.filter((row) => row.playlist_id === id).map(listName)[0] ?? "";
  return (
    <ChartCard
      wide
      title="Does not fit"
      note="Tracks that lie over one and a half times as far from their list's average as its tracks usually do."
      limits={featuresOf(picks)}
      asked={{ answer, problem, stale }}
      height={420}
      list
      empty="Every track of known sound fits."
    >
      {() => (
        <RankedList
          label="Tracks that do not fit"
          scrolls={rows.length > 10}
          items={rows.map((row, i) => ({
            key: `${row.playlist_id} ${row.track_id ?? row.track ?? i}`,
            title: row.track ?? "(no title)",
            detail: `${row.artist ?? ""} · by ${featureLabel(row.feature)}${picks.length > 1 ? ` · ${name(row.playlist_id)}` : ""}`,
            value: row.distance,
            shown: row.distance.toFixed(2),
            href: spotifyAddress("track", row.track_id),
          }))}
        />
      )}
    </ChartCard>
  );
}
