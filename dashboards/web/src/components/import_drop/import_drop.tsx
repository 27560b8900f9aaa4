import { useEffect, useRef, useState } from "preact/hooks";
import { setParams } from "../../state/conditions";
import { importAll, shareDone, useImports } from "../../state/imports";
import { chooseListener, useListeners } from "../../state/listeners";
import { usePlace } from "../../state/location";
import { count } from "../../text/format";
import { ListenerField } from "./listener_field";

/** Takes files by drop or by choice and shows what became of each. */
export function ImportDrop() {
  const works = useImports();
  const [over, setOver] = useState(false);
  const { params } = usePlace();
  const { names = [], usual } = useListeners();
  const shown = params.get("listener") ?? usual;
  const [chosen, setChosen] = useState<string>();
  const listener = chosen ?? (names.length > 1 || params.has("listener") ? shown : "");
  const input = useRef<HTMLInputElement>(null);
  const unnamed = chosen !== undefined && chosen.trim() === "";
  const busy = shareDone(works) !== undefined;

  function run(files: File[]) {
    // Nobody's plays may come to be another's for want of a name.
    if (unnamed || files.length === 0) return;
    // From now on there may be several: whose figures are shown stays as it is, after a reload, too.
    if (listener !== "" && names.length === 1 && shown !== "") setParams({ listener: shown }, true);
    importAll(files, listener);
  }

  const take = useRef(run);
  take.current = run;
  // The whole window takes files: one that falls beside the box must not replace the page.
  useEffect(() => {
    const onOver = (event: DragEvent) => {
      event.preventDefault();
      setOver(true);
    };
    const onLeave = (event: DragEvent) => {
      if (!event.relatedTarget) setOver(false);
    };
    const onDrop = (event: DragEvent) => {
      event.preventDefault();
      setOver(false);
      take.current([...(event.dataTransfer?.files ?? [])]);
    };
    window.addEventListener("dragover", onOver);
    window.addEventListener("dragleave", onLeave);
    window.addEventListener("drop", onDrop);
    return () => {
      window.removeEventListener("dragover", onOver);
      window.removeEventListener("dragleave", onLeave);
      window.removeEventListener("drop", onDrop);
    };
  }, []);

  return (
    <section class={`drop${over ? " over" : ""}`} aria-label="Import">
      <svg class="drop-mark" viewBox="0 0 48 48" width="48" height="48" aria-hidden="true">
        <path d="M24 31V12M16 19.5l8-8 8 8M10 30v5a3 3 0 0 0 3 3h22a3 3 0 0 0 3-3v-5" />
      </svg>
      <div class="drop-text">
        <h2>Drop your Spotify export here</h2>
        <p>
          The zip as you got it, single JSON files, or a CSV of plays or of tracks with audio features.
          Dropping a file twice changes nothing. Network addresses, user names and user agents are thrown away
          before anything is kept.
        </p>
      </div>
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
          run(files);
        }}
      />
      <div class="drop-tools">
        <button
          type="button"
          class="button primary"
          disabled={busy || unnamed}
          onClick={() => input.current?.click()}
        >
          {busy ? "Importing …" : "Choose files"}
        </button>
        <ListenerField names={names} value={chosen ?? shown} onChange={setChosen} />
      </div>
      {works.length > 0 && (
        <ul class="works" aria-live="polite">
          {works.map((work, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: imports are only ever added
            <li key={i} class={work.state}>
              <b>{work.name}</b>
              <progress max={1} value={work.share} aria-label={`Progress of ${work.name}`} />
              <span>{work.text}</span>
              {work.state === "done" && work.listener !== "" && work.listener !== shown && (
                <button type="button" class="button" onClick={() => chooseListener(work.listener)}>
                  Show {work.listener}
                </button>
              )}
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
