import { rowsOf } from "../../api/client";
import { Attribution } from "../../components/attribution/attribution";
import { useAnswer } from "../../state/use_answer";
import { plural } from "../../text/format";
import { spotifyAddress } from "../../text/spotify";
import { CompareCard } from "./compare_card";
import { DistanceCard } from "./distance_card";
import { ListCard } from "./list_card";
import { type ListRow, usePicks } from "./lists";
import { OutliersCard } from "./outliers_card";
import { TracksCard } from "./tracks_card";

export function Playlists() {
  const asked = useAnswer("playlists");
  const rows = asked.answer ? rowsOf<ListRow>(asked.answer) : [];
  const picks = usePicks(rows);
  const distances = useAnswer("playlist_distance");
  const tracks = rows.reduce((sum, row) => sum + (row.tracks ?? 0), 0);
  return (
    <>
      <section class="page-title">
        <h1>Playlists</h1>
        <p class="lead">
          {rows.length > 0
            ? `${plural(rows.length, "list")} with ${plural(tracks, "track")}, as they stand at the end of the period.`
            : "What your playlists sound like."}
        </p>
      </section>
      <div class="grid">
        {picks.length > 0 && <CompareCard picks={picks} distances={distances} />}
        <ListCard asked={asked} rows={rows} picks={picks} />
        {rows.length > 1 && <DistanceCard lists={rows} picks={picks} asked={distances} />}
        {picks.length > 0 && <OutliersCard picks={picks} />}
        {picks.length > 0 && <TracksCard picks={picks} />}
      </div>
      {rows.some((row) => spotifyAddress("playlist", row.playlist_id)) && (
        <Attribution what="Playlists, titles and covers" />
      )}
    </>
  );
}
