import { rowsOf } from "../../api/client";
import { AuditCard } from "../../components/audit_card/audit_card";
import { ChartCard } from "../../components/chart_card/chart_card";
import { DataTable } from "../../components/data_table/data_table";
import { ForgetCard } from "../../components/forget_card/forget_card";
import { ImportDrop } from "../../components/import_drop/import_drop";
import { useFragment } from "../../state/fragment";
import { useAnswer } from "../../state/use_answer";
import { allFeatures } from "../../text/features";
import { count, duration, percent, plural } from "../../text/format";
import { CoverageCard } from "./coverage_card";
import { EditsCard, ProposalsCard } from "./edits_card";
import { LedgerCard } from "./ledger_card";
import { ReccoBeatsCard } from "./reccobeats_card";
import { RuleDifferenceCard, RulesCard } from "./rules_card";
import { OverlapsCard, SettlementCard } from "./settlement_card";
import { WrappedCard } from "./wrapped_card";

interface CoverageRow {
  provenance: string;
  tracks: number;
  plays: number;
  ms: number;
}

const provenances: Record<string, string> = {
  spotify: "told by Spotify",
  "catalogue id": "found by Spotify’s track id",
  isrc: "found by the recording’s code (ISRC)",
  "catalogue names": "found by title and artist",
  reccobeats: "told by ReccoBeats",
  none: "not known",
};

function Coverage() {
  const asked = useAnswer("feature_sources");
  return (
    <ChartCard
      wide
      id="features"
      title="Audio features"
      note="Where they come from, by listening time"
      asked={asked}
      height={200}
    >
      {(answer) => {
        const rows = rowsOf<CoverageRow>(answer);
        const all = rows.reduce((sum, r) => sum + r.ms, 0);
        return (
          <div>
            <div
              class="share-bar"
              role="img"
              aria-label={rows
                .map((r) => `${provenances[r.provenance] ?? r.provenance} ${percent(r.ms / all)}`)
                .join(", ")}
            >
              {rows.map((r) => (
                <span
                  key={r.provenance}
                  class={`share-${r.provenance.replace(" ", "-")}`}
                  style={{ width: `${(r.ms / all) * 100}%` }}
                />
              ))}
            </div>
            <dl class="legend">
              {rows.map((r) => (
                <div key={r.provenance}>
                  <dt>
                    <i class={`share-${r.provenance.replace(" ", "-")}`} />
                    {provenances[r.provenance] ?? r.provenance}
                  </dt>
                  <dd>
                    <b>{percent(r.ms / all)}</b> {duration(r.ms)} · {plural(r.tracks, "track")}
                  </dd>
                </div>
              ))}
            </dl>
          </div>
        );
      }}
    </ChartCard>
  );
}

const words = {
  source: {
    extended: "Extended streaming history",
    account: "Account data, last year",
    csv: "CSV of plays",
    player: "Spotify’s player, looked at",
    recent: "Spotify’s list of recent plays",
    listenbrainz: "ListenBrainz history",
    lastfm: "Last.fm history",
    maloja: "Maloja history",
    koito: "Koito history",
  },
};

function Sources() {
  const asked = useAnswer("sources");
  return (
    <ChartCard
      tabular
      title="Sources"
      note="Which file tells of the plays; merged ones were told twice and count once"
      asked={asked}
      height={160}
      empty="Nothing was imported yet."
    >
      {(answer) => <DataTable stacks daysOnly answer={answer} words={words} />}
    </ChartCard>
  );
}

function Catalogues() {
  const asked = useAnswer("catalogue");
  return (
    <ChartCard
      tabular
      title="Catalogues"
      note="Conflicts are tracks on which two statements differ; a fixed rule settles them"
      asked={asked}
      height={200}
      empty="No catalogue yet. Kaggle has many: search there for “Spotify tracks audio features” and drop the CSV above."
    >
      {(answer) => <DataTable stacks answer={answer} />}
    </ChartCard>
  );
}

const featureWords = { feature: Object.fromEntries(allFeatures.map((f) => [f.name, f.label])) };

function Conflicts() {
  const asked = useAnswer("feature_conflicts", { limit: "100" });
  return (
    <ChartCard
      wide
      tabular
      title="Catalogues that contradict each other"
      note="Of the tracks played: the statement that the figures believe, beside each that differs by more than 1 %"
      asked={asked}
      height={56}
      empty="None: where several catalogues know a track, they agree."
    >
      {(answer) => <DataTable stacks answer={answer} words={featureWords} />}
    </ChartCard>
  );
}

function Gaps() {
  const asked = useAnswer("gaps");
  if (asked.answer?.rows.length === 0) return null;
  return (
    <ChartCard
      tabular
      title="Gaps"
      note="When plays may be missing, because Spotify shows the last 50 alone"
      asked={asked}
      height={56}
    >
      {(answer) => <DataTable stacks answer={answer} />}
    </ChartCard>
  );
}

function Rejects() {
  const asked = useAnswer("rejects");
  return (
    <ChartCard
      wide
      tabular
      title="Refused records"
      note={
        asked.answer && asked.answer.rows.length > 0
          ? `${count(asked.answer.rows.length)} kept with their reason; the records around them were taken`
          : undefined
      }
      asked={asked}
      height={120}
      empty="None: every record could be read."
    >
      {(answer) => <DataTable stacks answer={answer} />}
    </ChartCard>
  );
}

export function Data() {
  useFragment();
  return (
    <>
      <section class="page-title">
        <h1>Data</h1>
        <p class="lead">What the figures rest on, and what is missing.</p>
      </section>
      <ImportDrop />
      <p class="note below">
        Plays from now on come in by themselves once <a href="/connect">Spotify is connected</a>.
      </p>
      <div class="grid">
        <ProposalsCard />
        <Sources />
        <Catalogues />
        <Coverage />
        <ReccoBeatsCard />
        <Conflicts />
        <LedgerCard />
        <SettlementCard />
        <CoverageCard />
        <Gaps />
        <OverlapsCard />
        <Rejects />
        <RulesCard />
        <RuleDifferenceCard />
        <WrappedCard />
        <EditsCard />
        <AuditCard />
        <ForgetCard />
      </div>
    </>
  );
}
