import type { AuditDifference, AuditReport } from "../../api/client";
import { auditNow, useAudit } from "../../state/audit";
import { auditLine, auditProgress } from "../../text/audit";
import { count, day, plural } from "../../text/format";
import { useAction, Wrong } from "../action/action";

function Differing({ each }: { each: AuditDifference }) {
  return (
    <li>
      <p>
        <b>{each.metric}</b> of {each.listener}
        {each.row_key && `, ${each.row_key}`}: <b>{each.column}</b> is {each.found}, and from the events
        follows {each.expected}.
      </p>
      <details>
        <summary>Conditions, and {plural(each.plays, "play")} behind it</summary>
        <code>{each.conditions}</code>
        <ul class="plain">
          {each.events.map((play) => (
            <li key={play.event}>
              {day(play.ended)} {play.ended.slice(11, 19)} UTC · {play.artist} – {play.track} ·{" "}
              {count(play.ms)} ms · <code>{play.event}</code>
            </li>
          ))}
        </ul>
      </details>
    </li>
  );
}

function Details({ report }: { report: AuditReport }) {
  const left = report.unchanged.length > 0 ? `; unchanged since: ${report.unchanged.join(", ")}` : "";
  const facts: [string, string][] = [
    ["Read", `${plural(report.lake_events, "event")} of the lake, ${plural(report.plays, "play")}`],
    ["Compared", `${plural(report.answers, "answer")} of ${plural(report.metrics.length, "metric")}`],
    ["Whose", (report.listeners.join(", ") || "nobody’s") + left],
    ["Conditions", `the usual ones and ${count(report.samples)} drawn with seed ${report.seed}`],
    [
      "When",
      `${day(report.finished)}, ${report.finished.slice(11, 16)} UTC, in ${(report.ms / 1000).toFixed(1)} s`,
    ],
  ];
  if (report.not_audited.length > 0) facts.push(["Not audited", report.not_audited.join(", ")]);
  return (
    <dl class="audit-facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** What the last audit checked, when, with which seed, and what differs. */
export function AuditCard() {
  const state = useAudit();
  const [busy, problem, run] = useAction();
  if (!state) return null;
  const { report } = state;
  const running = state.is_running || busy;
  return (
    <section class="card wide" id="audit" aria-label="Audit">
      <h2>Audit</h2>
      <p class="note">
        Every figure is counted anew from the events as they lie on this machine, by code that shares nothing
        with what answers here, and compared cell by cell: after imports, and every night.
      </p>
      <p role="status">
        {report ? <b>{auditLine(report, Date.now())}.</b> : "Nothing was checked yet."}
        {running && ` Now ${auditProgress(state)}…`}
      </p>
      {report && <Details report={report} />}
      {report && report.differences.length > 0 && (
        <ul class="plain audit-differences">
          {report.differences.map((each) => (
            <Differing key={`${each.metric} ${each.conditions} ${each.row} ${each.column}`} each={each} />
          ))}
        </ul>
      )}
      <button type="button" class="button quiet" disabled={running} onClick={() => run(auditNow)}>
        {running ? "Checking…" : "Check everything now"}
      </button>
      <Wrong problem={problem} />
    </section>
  );
}
