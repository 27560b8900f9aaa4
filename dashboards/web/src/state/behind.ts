import type { Answer } from "../api/client";

/** Metrics whose figures are sums over plays, so that the plays behind a figure can be listed. */
const overPlays =
  /^(overview|timeline|clock|calendar|streaks|sessions|discoveries|repeats|skips|habits|diversity|coverage|overlaps|settlement|top_\w+|taste_\w+|feature_sources)$/;

const grains: Record<string, (date: Date) => void> = {
  day: (date) => date.setUTCDate(date.getUTCDate() + 1),
  week: (date) => date.setUTCDate(date.getUTCDate() + 7),
  month: (date) => date.setUTCMonth(date.getUTCMonth() + 1),
  quarter: (date) => date.setUTCMonth(date.getUTCMonth() + 3),
  year: (date) => date.setUTCFullYear(date.getUTCFullYear() + 1),
};

/** The first day after a period, as a condition's exclusive end. */
export function periodEnd(period: string, grain: string): string {
  const date = new Date(`${period}T00:00:00Z`);
  (grains[grain] ?? grains.month)?.(date);
  return date.toISOString().slice(0, 10);
}

/** A span within the one that the answer was asked for. */
function spanIn(answer: Answer, from: string, to: string): Record<string, string> {
  const asked = answer.conditions as { from?: string; to?: string };
  return {
    from: asked.from && asked.from > from ? asked.from : from,
    to: asked.to && asked.to < to ? asked.to : to,
  };
}

const yesNo: Record<string, string> = { yes: "yes", no: "no", true: "yes", false: "no" };

/** What a row of `habits` says of its plays; nothing where no condition says it. */
function habit(dimension: string, value: string): Record<string, string> | undefined {
  if (dimension === "platform" || dimension === "country") return value ? { [dimension]: value } : undefined;
  if (dimension !== "shuffle" && dimension !== "offline") return undefined;
  const said = yesNo[value];
  return said ? { [dimension]: said } : undefined;
}

/** Whether the plays behind this answer's figures can be listed. */
export function isOverPlays(answer: Answer): boolean {
  return overPlays.test(answer.metric);
}

/**
 * The conditions, beyond those of the address, under which `plays_behind` lists the plays of one figure; nothing where
 * no condition says it, as where recordings are counted. Without a row: those of the whole answer.
 */
export function behind(answer: Answer, row?: number, column = ""): Record<string, string> | undefined {
  const every =
    /^(plays_all|skipped|overlaps|live|export)$/.test(column) || /coverage|overlaps/.test(answer.metric);
  const found: Record<string, string> = every ? { min_ms: "0" } : {};
  if (column === "skipped") found.skipped = "yes";
  if (row === undefined) return found;
  const cells = Object.fromEntries(answer.columns.map((c, i) => [c.name, answer.rows[row]?.[i]]));
  const text = (name: string) => String(cells[name] ?? "");
  // A recording may be several tracks, and only one of them is named.
  if (answer.conditions.by === "recording" && (cells.track_id || cells.track)) return undefined;
  if (answer.metric === "habits") {
    const said = habit(text("dimension"), text("value"));
    return said && { min_ms: "0", ...said };
  }
  if (/^(taste_(profile|distribution|map)|feature_sources)$/.test(answer.metric)) return undefined;
  const grain = String(answer.conditions.grain ?? "month");
  if (cells.period) Object.assign(found, spanIn(answer, text("period"), periodEnd(text("period"), grain)));
  if (cells.date) Object.assign(found, spanIn(answer, text("date"), periodEnd(text("date"), "day")));
  if (cells.start && cells.end)
    Object.assign(found, spanIn(answer, text("start"), periodEnd(text("end"), "day")));
  if (cells.started && cells.ended) {
    const end = new Date(Date.parse(text("ended")) + 1).toISOString();
    Object.assign(found, spanIn(answer, text("started"), end));
  }
  if (typeof cells.weekday === "number") found.weekdays = String(cells.weekday);
  if (typeof cells.hour === "number") found.hours = `${cells.hour}-${cells.hour + 1}`;
  if (cells.track_id || cells.track) found.track = text(cells.track_id ? "track_id" : "track");
  for (const name of ["artist", "album", "genre"]) if (cells[name]) found[name] = text(name);
  return found;
}
