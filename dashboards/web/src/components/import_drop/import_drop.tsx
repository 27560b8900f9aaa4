import { useRef, useState } from "preact/hooks";
import { Problem } from "../../api/client";
import { type ImportFileReport, importFile } from "../../api/import_file";
import { useListeners } from "../../state/listeners";
import { count } from "../../text/format";

interface Work {
  name: string;
  state: "waiting" | "working" | "done" | "failed";
  share: number;
  text: string;
  hint?: string;
  files: ImportFileReport[];
}

function timeLeft(seconds: number): string {
  return seconds >= 0 ? `, ${Math.ceil(seconds)} s left` : "";
}

/** Takes files by drop or by choice and shows what became of each. */
export function ImportDrop() {
  const [works, setWorks] = useState<Work[]>([]);
  const [over, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const { listeners, current } = useListeners();
  const [person, setPerson] = useState<string>();
  const [other, setOther] = useState("");
  const isNew = person === "";
  const listener = isNew ? other.trim() : (person ?? current);
  const busy = works.some((w) => w.state === "working" || w.state === "waiting");

  const change = (index: number, part: Partial<Work>) =>
    setWorks((all) => all.map((w, i) => (i === index ? { ...w, ...part } : w)));

  async function run(files: File[]) {
    const first = works.length;
    setWorks((all) => [
      ...all,
      ...files.map((f): Work => ({ name: f.name, state: "waiting", share: 0, text: "waiting", files: [] })),
    ]);
    for (const [i, file] of files.entries()) {
      const at = first + i;
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
  }

  return (
    <section
      class={`drop${over ? " over" : ""}`}
      aria-label="Import"
      onDragOver={(e) => {
        e.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(e) => {
        e.preventDefault();
        setOver(false);
        const files = [...(e.dataTransfer?.files ?? [])];
        if (files.length > 0) run(files);
      }}
    >
      <div class="drop-text">
        <h2>Drop your Spotify export here</h2>
        <p>
          The zip as you got it, single JSON files, or a CSV of plays or of tracks with audio features.
          Dropping a file twice changes nothing. Network addresses, user names and user agents are thrown away
          before anything is kept.
        </p>
      </div>
      {listeners.length > 0 && (
        <div class="whose">
          <label class="field">
            <span>Whose plays</span>
            <select value={person ?? current} onChange={(e) => setPerson(e.currentTarget.value)}>
              {listeners.map((name) => (
                <option key={name} value={name}>
                  {name}
                </option>
              ))}
              <option value="">another person …</option>
            </select>
          </label>
          {isNew && (
            <label class="field">
              <span>Name</span>
              <input
                value={other}
                maxLength={60}
                placeholder="as it shall be shown"
                onInput={(e) => setOther(e.currentTarget.value)}
              />
            </label>
          )}
        </div>
      )}
      <input
        ref={input}
        id="import-files"
        class="visually-hidden"
        type="file"
        multiple
        accept=".zip,.json,.csv,.gz"
        tabIndex={-1}
        aria-label="Files to import"
        onChange={(e) => {
          const files = [...(e.currentTarget.files ?? [])];
          e.currentTarget.value = "";
          if (files.length > 0) run(files);
        }}
      />
      <button
        type="button"
        class="button primary"
        disabled={busy || (isNew && listener === "")}
        onClick={() => input.current?.click()}
      >
        {busy ? "Importing …" : "Choose files"}
      </button>
      {works.length > 0 && (
        <ul class="works" aria-live="polite">
          {works.map((work, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: works are only ever added
            <li key={i} class={work.state}>
              <b>{work.name}</b>
              <progress max={1} value={work.share} aria-label={`Progress of ${work.name}`} />
              <span>{work.text}</span>
              {work.hint && <span class="hint">Try: {work.hint}</span>}
              {work.files.some((f) => f.refused || f.note) && work.files.length > 1 && (
                <details>
                  <summary>{count(work.files.length)} files inside</summary>
                  <ul>
                    {work.files.map((f) => (
                      <li key={f.file}>
                        {f.file}: {f.refused ?? `${f.kind}, ${count(f.read)} read`} {f.note}
                      </li>
                    ))}
                  </ul>
                </details>
              )}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
