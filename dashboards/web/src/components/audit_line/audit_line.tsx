import { useAudit } from "../../state/audit";
import { auditLine } from "../../text/audit";

/** How many figures were counted anew, and how many differ; leads to the details. */
export function AuditLine() {
  const state = useAudit();
  if (!state?.report) return null;
  const differs = state.report.differing > 0;
  return (
    <a class={differs ? "audit-line differs" : "audit-line"} href="/data#audit">
      {auditLine(state.report, Date.now())}
    </a>
  );
}
