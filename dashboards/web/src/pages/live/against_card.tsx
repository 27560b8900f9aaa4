import { useEffect, useState } from "preact/hooks";
import { askSound, Problem, rowsOf, type Sound } from "../../api/client";
import { ChartCard } from "../../components/chart_card/chart_card";
import { chipsOf } from "../../state/conditions";
import { useDataVersion } from "../../state/live";
import { usePlace } from "../../state/location";
import type { Playing } from "../../state/spotify";
import { useAnswer } from "../../state/use_answer";
import { features } from "../../text/features";
import { onScale, type ProfileRow } from "../taste/profile_card";

/** What is known of the sound of what plays, and what went wrong; both undefined while it is asked for. */
function useSound({ track_id: id, title, artist }: Playing): { sound?: Sound; problem?: string } {
  const version = useDataVersion();
  const [told, setTold] = useState<{ sound?: Sound; problem?: string }>({});
  // biome-ignore lint/correctness/useExhaustiveDependencies: a catalogue that comes in may know it
  useEffect(() => {
    const abort = new AbortController();
    askSound(id, title, artist, abort.signal)
      .then((sound) => setTold({ sound }))
      .catch((error: unknown) => {
        if (!abort.signal.aborted)
          setTold({ problem: error instanceof Problem ? error.message : String(error) });
      });
    return () => abort.abort();
  }, [id, title, artist, version]);
  // What was told of the track before is not this one's.
  return told.sound && told.sound.track_id !== id ? {} : told;
}

/** The features of what plays, which no condition touches, against those of what the listener plays under the conditions. */
export function Against({ playing, listener }: { playing: Playing; listener: string }) {
  const { params } = usePlace();
  const profile = useAnswer("taste_profile", { listener });
  const { sound, problem } = useSound(playing);
  const isChosen = chipsOf(params).length > 0 || params.has("from") || params.has("to");
  const yours = isChosen ? "your plays under these conditions" : "your plays";
  return (
    <ChartCard
      title="How it fits"
      note={`The band is where 8 of 10 of ${yours} lie, the line their mean, the dot this track`}
      asked={profile}
      height={300}
      empty={`No audio features are known of ${yours}. A catalogue tells them: drop one on the Data page.`}
    >
      {(answer) => {
        const rows = rowsOf<ProfileRow>(answer);
        return (
          <>
            <ul class="fits">
              {features.map((feature) => {
                const row = rows.find((r) => r.feature === feature.name);
                if (!row) return null;
                const value = sound?.features[feature.name];
                const at = (place: number) => `${onScale(place, row.unit) * 100}%`;
                return (
                  <li key={feature.name}>
                    <span>{feature.label}</span>
                    <span
                      class="fit"
                      role="img"
                      aria-label={
                        value === undefined
                          ? `not known; your mean is ${row.mean.toFixed(2)}`
                          : `${value.toFixed(2)}, your mean is ${row.mean.toFixed(2)}`
                      }
                    >
                      <i
                        class="band"
                        style={{
                          left: at(row.p10),
                          width: `${(onScale(row.p90, row.unit) - onScale(row.p10, row.unit)) * 100}%`,
                        }}
                      />
                      <i class="mean" style={{ left: at(row.mean) }} />
                      {value !== undefined && <i class="dot" style={{ left: at(value) }} />}
                    </span>
                  </li>
                );
              })}
            </ul>
            {sound && Object.keys(sound.features).length === 0 && (
              <p class="note">No catalogue knows this track, neither by its id nor by its names.</p>
            )}
            {problem && <p class="note">The sound of this track cannot be told: {problem}</p>}
          </>
        );
      }}
    </ChartCard>
  );
}
