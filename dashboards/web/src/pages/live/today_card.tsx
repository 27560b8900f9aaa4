import { useEffect, useState } from "preact/hooks";
import { rowsOf } from "../../api/client";
import { Outward } from "../../components/attribution/outward";
import { ChartCard } from "../../components/chart_card/chart_card";
import { Length } from "../../components/length/length";
import { usePlace } from "../../state/location";
import { useAnswer } from "../../state/use_answer";
import { clockTime, dayIn } from "../../text/format";
import { spotifyAddress } from "../../text/spotify";
import { playsShown, zoneOfToday } from "./times";

interface PlayRow {
  ended: string;
  track_id: string;
  track: string;
  artist: string;
  ms: number;
  mark: string | null;
  play: string;
}

const shownAtFirst = 12;
const listedMax = 100;

/** What the listener played today, whatever span the address names. */
export function Today({ listener, now }: { listener: string; now: number }) {
  const [all, setAll] = useState(false);
  const [told, setTold] = useState<unknown>();
  const { params } = usePlace();
  const zone = zoneOfToday(params.get("tz"), told);
  const span = { listener, from: dayIn(new Date(now).toISOString(), zone), to: "" };
  const asked = useAnswer("plays_behind", { ...span, limit: String(listedMax), min_ms: "0", by: "track" });
  const totals = useAnswer("overview", span);
  const [total] = totals.answer ? rowsOf<{ plays_all: number }>(totals.answer) : [];
  const answered = asked.answer?.conditions.tz;
  useEffect(() => {
    if (answered) setTold(answered);
  }, [answered]);
  return (
    <ChartCard
      tabular
      list
      title="Today"
      note={asked.answer && total && playsShown(asked.answer.rows.length, total.plays_all)}
      asked={asked}
      height={300}
      empty="Nothing yet today."
    >
      {(answer) => (
        <>
          <ol class="plays">
            {rowsOf<PlayRow>(answer)
              .slice(0, all ? undefined : shownAtFirst)
              .map((play) => (
                <li key={play.play}>
                  <time dateTime={play.ended}>{clockTime(play.ended, zone)}</time>
                  <span class="what">
                    <b>
                      <Outward href={spotifyAddress("track", play.track_id)}>{play.track}</Outward>
                    </b>
                    <span>{play.artist}</span>
                  </span>
                  <Length ms={play.ms} mark={play.mark} />
                </li>
              ))}
          </ol>
          {answer.rows.length > shownAtFirst && (
            <p class="more">
              <button type="button" class="button quiet" onClick={() => setAll(!all)}>
                {all ? `Show the newest ${shownAtFirst}` : `Show all ${answer.rows.length}`}
              </button>
            </p>
          )}
        </>
      )}
    </ChartCard>
  );
}
