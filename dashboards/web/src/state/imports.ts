import { Problem } from "../api/client";
import { type ImportFileReport, importFile } from "../api/import_file";
import { count } from "../text/format";
import { askAgain } from "./live";
import { shared, useShared } from "./shared";

/** One file on its way in, or what became of it. */
export interface Import {
  name: string;
  state: "waiting" | "working" | "done" | "failed";
  /** From 0 to 1, of the whole way. */
  share: number;
  text: string;
  hint?: string;
  files: ImportFileReport[];
  /** For whom; empty is the only listener there is. */
  listener: string;
}

const imports = shared<readonly Import[]>([]);

function isUnderWay({ state }: Import): boolean {
  return state === "waiting" || state === "working";
}

/** An upload ends with the page, so the browser asks before it leaves. */
function onLeave(event: BeforeUnloadEvent) {
  event.preventDefault();
}

function set(now: readonly Import[]) {
  if (now.some(isUnderWay)) window.addEventListener("beforeunload", onLeave);
  else window.removeEventListener("beforeunload", onLeave);
  imports.tell(now);
}

function change(index: number, part: Partial<Import>) {
  set(imports.now().map((one, i) => (i === index ? { ...one, ...part } : one)));
}

function timeLeft(seconds: number): string {
  return seconds >= 0 ? `, ${Math.ceil(seconds)} s left` : "";
}

async function importOne(at: number, file: File, listener: string) {
  const reports: ImportFileReport[] = [];
  change(at, { state: "working", text: "uploading" });
  try {
    const done = await importFile(file, listener, {
      onUpload: (share) => change(at, { share: share * 0.3, text: "uploading" }),
      onProgress: (phase, share, rows, rate, left) =>
        change(
          at,
          phase === "build"
            ? { share: 0.95, text: "building the figures" }
            : {
                share: 0.3 + share * 0.6,
                text: `${count(rows)} rows, ${count(Math.round(rate))} a second${timeLeft(left)}`,
              },
        ),
      onFile: (report) => {
        reports.push(report);
        change(at, { files: [...reports] });
      },
    });
    const refused = reports.length > 0 && reports.every((r) => r.refused);
    const nothingNew = done.read > 0 && done.accepted === 0;
    const sum = `${count(done.read)} read = ${count(done.accepted)} accepted + ${count(done.duplicate)} duplicate + ${count(done.rejected)} rejected`;
    change(at, {
      share: 1,
      state: refused ? "failed" : "done",
      text: refused ? (reports[0]?.refused ?? "not read") : nothingNew ? `${sum}. Nothing new.` : sum,
    });
  } catch (error) {
    const problem = error instanceof Problem ? error : new Problem(String(error));
    change(at, { state: "failed", text: problem.message, hint: problem.hint });
  }
}

/** Imports files one after the other, whatever view is open meanwhile. */
export async function importAll(files: readonly File[], listener: string) {
  const first = imports.now().length;
  const added = files.map(
    ({ name }): Import => ({ name, state: "waiting", share: 0, text: "waiting", files: [], listener }),
  );
  set([...imports.now(), ...added]);
  for (const [i, file] of files.entries()) await importOne(first + i, file, listener.trim());
  askAgain();
}

/** Every file that was given to this page, in order. */
export function useImports(): readonly Import[] {
  return useShared(imports);
}

/** How much of what is under way is done, from 0 to 1; undefined when nothing is. */
export function shareDone(all: readonly Import[]): number | undefined {
  // What was finished before the files that are under way is no part of their progress.
  const first = all.findIndex(isUnderWay);
  if (first < 0) return undefined;
  const open = all.slice(first);
  return open.reduce((sum, { share }) => sum + share, 0) / open.length;
}
