import { Problem } from "./client";
import { EventParser } from "./events";

export interface ImportFileReport {
  file: string;
  kind: string;
  read: number;
  accepted: number;
  duplicate: number;
  rejected: number;
  refused?: string;
  note?: string;
}

export interface ImportDone {
  read: number;
  accepted: number;
  duplicate: number;
  rejected: number;
  seconds: number;
}

export interface ImportObserver {
  onUpload(share: number): void;
  onProgress(phase: string, share: number, rows: number, rowsPerSecond: number, secondsLeft: number): void;
  onFile(report: ImportFileReport): void;
}

/** Uploads one file and follows its import. An empty listener is the only one there is. XHR, because fetch does not tell how far an upload is. */
export function importFile(file: File, listener: string, observer: ImportObserver): Promise<ImportDone> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const parser = new EventParser();
    let seen = 0;
    let failure: Problem | undefined;
    let done: ImportDone | undefined;
    const read = () => {
      const events = parser.take(request.responseText.slice(seen));
      seen = request.responseText.length;
      for (const { event, data } of events) {
        const body = JSON.parse(data);
        if (event === "progress") {
          const share = body.total_bytes > 0 ? body.bytes / body.total_bytes : 0;
          observer.onProgress(body.phase, share, body.rows, body.rows_per_s, body.seconds_left);
        } else if (event === "file") {
          observer.onFile(body);
        } else if (event === "done") {
          done = body;
        } else if (event === "error") {
          failure = new Problem(body.detail ?? body.title, body.hint);
        }
      }
    };
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) observer.onUpload(event.loaded / event.total);
    };
    request.onprogress = read;
    request.onload = () => {
      if (request.status !== 200) {
        let problem: { detail?: string; hint?: string } = {};
        try {
          problem = JSON.parse(request.responseText);
        } catch {
          // Not even a problem document: the status has to do.
        }
        reject(new Problem(problem.detail ?? `The server answered ${request.status}.`, problem.hint));
        return;
      }
      read();
      if (done) resolve(done);
      else
        reject(failure ?? new Problem("The server ended before the import did.", "Import the file again."));
    };
    request.onerror = () =>
      reject(new Problem("The connection broke.", "Import the file again; nothing is counted twice."));
    const target = new URLSearchParams({ name: file.name });
    if (listener) target.set("listener", listener);
    request.open("POST", `/api/v1/import?${target}`);
    request.send(file);
  });
}
