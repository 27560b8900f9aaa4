/** A column of an answer, as the server describes it. */
export interface Column {
  name: string;
  type: "integer" | "decimal" | "text" | "date" | "instant";
  unit: string;
}

export type Cell = number | string | null;

/** What an answer cannot tell; a server may leave any of them out. */
export interface Limits {
  feature_coverage_ms?: number;
  rejects?: number;
  gaps?: number;
  estimated_plays?: number;
  /** Share of a list's tracks whose features are known; the page works it out where a figure rests on tracks. */
  feature_coverage_tracks?: number;
}

/** What a metric answers under conditions. */
export interface Answer {
  metric: string;
  listener: string;
  conditions: Record<string, unknown>;
  data_version: string;
  columns: Column[];
  rows: Cell[][];
  limits: Limits;
}

/** What was erased when somebody left, and what could not be yet. */
export interface Erased {
  events: number;
  kept_events: number;
  seconds: number;
  counts: { type: string; source: string; events: number }[];
  was_logged_in: boolean;
  /** Which hold nothing more of it; the addresses are without secrets. */
  stores: string[];
  pending_stores: { store: string; reason: string }[];
}

/** A figure in which a store and the events differ. */
export interface AuditDifference {
  metric: string;
  listener: string;
  conditions: string;
  row: number;
  row_key: string;
  column: string;
  expected: string;
  found: string;
  plays: number;
  events: { event: string; ended: string; ms: number; track: string; artist: string }[];
}

/** What an audit found. */
export interface AuditReport {
  store: string;
  data_version: string;
  finished: string;
  ms: number;
  seed: number;
  samples: number;
  lake_events: number;
  plays: number;
  answers: number;
  figures: number;
  differing: number;
  listeners: string[];
  unchanged: string[];
  metrics: string[];
  not_audited: string[];
  differences: AuditDifference[];
}

/** How auditing stands. */
export interface AuditState {
  is_running: boolean;
  progress: { answers: number; of_answers: number; figures: number; differing: number };
  data_version: string;
  report: AuditReport | null;
}

/** A failure as the server tells it (RFC 9457), or as the network does. */
export class Problem extends Error {
  readonly hint: string;

  constructor(detail: string, hint = "") {
    super(detail);
    this.hint = hint;
  }
}

async function readProblem(response: Response): Promise<Problem> {
  try {
    const body = (await response.json()) as { title?: string; detail?: string; hint?: string };
    return new Problem(body.detail || body.title || `The server answered ${response.status}.`, body.hint);
  } catch {
    return new Problem(`The server answered ${response.status}.`);
  }
}

async function getJson<T>(path: string, signal?: AbortSignal): Promise<T> {
  let response: Response;
  try {
    response = await fetch(path, { signal });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new Problem("The server cannot be reached.", "Is earprint still running?");
  }
  if (!response.ok) throw await readProblem(response);
  return (await response.json()) as T;
}

/** Sends a JSON object and gives the answer's. */
export async function postJson<T>(path: string, body: Record<string, string | string[]>): Promise<T> {
  let response: Response;
  try {
    response = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
  } catch {
    throw new Problem("The server cannot be reached.", "Is earprint still running?");
  }
  if (!response.ok) throw await readProblem(response);
  return (await response.json()) as T;
}

/** Asks a metric. Aborting gives an AbortError. */
export function askMetric(metric: string, params: URLSearchParams, signal?: AbortSignal): Promise<Answer> {
  const query = params.toString();
  return getJson<Answer>(`/api/v1/metrics/${metric}${query ? `?${query}` : ""}`, signal);
}

/** What is known of one track's sound, whoever played it and whether anyone did. */
export interface Sound {
  track_id: string;
  provenance: string | null;
  catalogue: string | null;
  /** The features that are known, by name. */
  features: Record<string, number>;
}

/** Asks for a track's sound: by its id, and by its names where catalogues do not know the id. */
export function askSound(track: string, title: string, artist: string, signal?: AbortSignal): Promise<Sound> {
  return getJson<Sound>(`/api/v1/sound?${new URLSearchParams({ track, title, artist })}`, signal);
}

export interface PickerValue {
  value: string;
  plays: number;
}

/** Values that a condition can take in a listener's plays, most played first. */
export async function listValues(
  dimension: string,
  text: string,
  listener: string,
  signal?: AbortSignal,
): Promise<PickerValue[]> {
  const params = new URLSearchParams({ dimension, q: text, limit: "12" });
  if (listener) params.set("listener", listener);
  return (await getJson<{ values: PickerValue[] }>(`/api/v1/values?${params}`, signal)).values;
}

/** Where the covers of a listener's playlists are on this server, by the lists' ids. */
export async function getCovers(listener: string, signal?: AbortSignal): Promise<Record<string, string>> {
  const params = new URLSearchParams({ listener });
  return (await getJson<{ covers: Record<string, string> }>(`/api/v1/playlists?${params}`, signal)).covers;
}

/** Whether ReccoBeats may be asked for audio features, and what it would be sent. */
export interface ReccoBeats {
  offered: boolean;
  what_is_sent: string;
  agreed_at: string | null;
}

export function getReccoBeats(): Promise<ReccoBeats> {
  return getJson("/api/v1/reccobeats");
}

/** Whose plays there are, and whose are meant where none is named. */
export function listListeners(): Promise<{ listeners: string[]; default: string }> {
  return getJson("/api/v1/listeners");
}

/** The last audit, and whether one runs. */
export function readAudit(): Promise<AuditState> {
  return getJson("/api/v1/audit");
}

/** The rows as objects keyed by column name. */
export function rowsOf<T>(answer: Answer): T[] {
  return answer.rows.map((row) => Object.fromEntries(answer.columns.map((c, i) => [c.name, row[i]])) as T);
}

/** RFC 4180 text of an answer. */
export function toCsv(answer: Answer): string {
  const quote = (cell: Cell | undefined) => {
    const text = cell === null || cell === undefined ? "" : String(cell);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const lines = [answer.columns.map((c) => quote(c.name)), ...answer.rows.map((row) => row.map(quote))];
  return `${lines.map((line) => line.join(",")).join("\r\n")}\r\n`;
}
