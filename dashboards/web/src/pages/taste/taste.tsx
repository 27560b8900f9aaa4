import { rowsOf } from "../../api/client";
import { knownFor } from "../../components/chart_card/limits";
import { useAnswer } from "../../state/use_answer";
import { features } from "../../text/features";
import { DistributionCard } from "./distribution_card";
import { DriftCard } from "./drift_card";
import { HoursCard } from "./hours_card";
import { MapCard } from "./map_card";
import { ProfileCard, type ProfileRow } from "./profile_card";
import { useWeight, WeightChoice } from "./weight";

/** The profile in a sentence: the two features that lie furthest from the middle. */
export function describe(rows: ProfileRow[]): string {
  const told = features
    .filter((f) => f.name !== "liveness" && f.name !== "speechiness" && f.name !== "instrumentalness")
    .map((f) => ({ f, row: rows.find((r) => r.feature === f.name) }))
    .filter((x): x is { f: (typeof features)[number]; row: ProfileRow } => x.row !== undefined)
    .sort((a, b) => Math.abs(b.row.mean - 0.5) - Math.abs(a.row.mean - 0.5))
    .slice(0, 2)
    .map(({ f, row }) => (row.mean >= 0.5 ? f.high : f.low));
  const tempo = rows.find((r) => r.feature === "tempo");
  if (told.length < 2) return "";
  return `Rather ${told[0]} and ${told[1]}${tempo ? `, around ${Math.round(tempo.p50)} beats a minute` : ""}.`;
}

export function Taste() {
  const asked = useAnswer("taste_profile", { weight: useWeight() });
  const rows = asked.answer ? rowsOf<ProfileRow>(asked.answer) : [];
  const coverage = asked.answer?.limits.feature_coverage_ms ?? 0;
  return (
    <>
      <section class="page-title with-tools">
        <h1>Taste</h1>
        <WeightChoice />
        <p class="lead">
          {describe(rows) || "What the music sounds like."}{" "}
          {asked.answer && (
            <span class={`coverage${coverage < 0.5 ? " low" : ""}`}>
              {knownFor(coverage, "the time heard")}
              {coverage < 0.5 && ": add a catalogue on the Data page to know more"}.
            </span>
          )}
        </p>
      </section>
      <div class="grid">
        <ProfileCard asked={asked} />
        <MapCard />
        <DriftCard />
        <DistributionCard />
        <HoursCard />
      </div>
    </>
  );
}
