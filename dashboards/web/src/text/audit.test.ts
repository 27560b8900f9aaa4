import { expect, test } from "vitest";
import type { AuditReport } from "../api/client";
import { ago, auditLine, auditProgress } from "./audit";

const report: AuditReport = {
  store: "warehouse",
  data_version: "0",
  finished: "2026-11-28T10:00:00Z",
  ms: 1200,
  seed: 7,
  samples: 20,
  lake_events: 10,
  plays: 8,
  answers: 200,
  figures: 42318,
  differing: 0,
  listeners: ["me"],
  unchanged: [],
  metrics: ["overview"],
  not_audited: [],
  differences: [],
};

test("an audit is told in one line", () => {
  const now = Date.parse("2026-11-28T10:06:30Z");
  expect(auditLine(report, now)).toBe("42,318 figures checked 6 minutes ago, 0 differ");
  expect(auditLine({ ...report, differing: 1 }, now)).toBe("42,318 figures checked 6 minutes ago, 1 differs");
});

test("time goes by in whole words", () => {
  expect(ago(-5)).toBe("just now");
  expect(ago(60_000)).toBe("1 minute ago");
  expect(ago(3 * 3_600_000)).toBe("3 hours ago");
  expect(ago(48 * 3_600_000)).toBe("2 days ago");
});

test("a running audit says how far it is", () => {
  const state = { is_running: true, data_version: "0", report: null };
  const progress = { answers: 0, of_answers: 0, figures: 0, differing: 0 };
  expect(auditProgress({ ...state, progress })).toBe("reading the lake");
  expect(auditProgress({ ...state, progress: { ...progress, answers: 31, of_answers: 99 } })).toBe(
    "checking 31\u00a0%",
  );
});
