import type { AuditReport, AuditState } from "../api/client";
import { count, plural } from "./format";

/** How long ago: "just now", "6 minutes ago", "3 days ago". */
export function ago(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) return "just now";
  if (minutes < 60) return `${plural(minutes, "minute")} ago`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${plural(hours, "hour")} ago`;
  return `${plural(Math.floor(hours / 24), "day")} ago`;
}

/** "42,318 figures checked 6 minutes ago, 0 differ". */
export function auditLine(report: AuditReport, now: number): string {
  const differ = report.differing === 1 ? "1 differs" : `${count(report.differing)} differ`;
  return `${count(report.figures)} figures checked ${ago(now - Date.parse(report.finished))}, ${differ}`;
}

/** What a running audit has done so far: "checking 31 %". */
export function auditProgress(state: AuditState): string {
  const { answers, of_answers } = state.progress;
  return of_answers > 0 ? `checking ${Math.floor((100 * answers) / of_answers)}\u00a0%` : "reading the lake";
}
