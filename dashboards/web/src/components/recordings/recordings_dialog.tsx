import { useEffect, useRef, useState } from "preact/hooks";
import { rowsOf } from "../../api/client";
import { addCondition } from "../../state/conditions";
import { useEdit } from "../../state/edits";
import { useAnswer, useAnswers } from "../../state/use_answer";
import { effects, named } from "../../text/edits";
import { plural } from "../../text/format";
import { Wrong } from "../action/action";
import { EditsInForce } from "../edit_list/edit_list";
import { Problem } from "../problem/problem";
import { ToldList } from "../told_list/told_list";
import { type Choosable, found } from "./found";

const tracksMax = 1000;
const shownMax = 40;

/** The chosen tracks as figures by recording count them, now and at once after each edit. */
function ByRecording({ tracks }: { tracks: Choosable[] }) {
  const [first, ...rest] = tracks.map((track) => track.track_id ?? "");
  const { answers } = useAnswers(
    "top_tracks",
    [{ by: "recording", limit: "100", track: first ?? "" }],
    rest.map((id): [string, string] => ["track", id]),
  );
  const rows = answers?.[0] ? rowsOf<Choosable>(answers[0]) : [];
  if (rows.length === 0) return null;
  return (
    <section aria-label="By recording">
      <p class="note" role="status">
        By recording, {tracks.length === 1 ? "this track counts" : `these ${tracks.length} tracks count`} as{" "}
        <b>{plural(rows.length, "recording")}</b>
        {rows.length === 1 && tracks.length > 1 ? "." : ":"}
      </p>
      <ToldList
        label="By recording"
        items={rows.map((row) => ({
          key: row.track_id ?? "",
          title: row.track ?? "(no title)",
          detail: `${row.artist ?? ""} · ${plural(row.plays, "stream")}`,
        }))}
      />
    </section>
  );
}

/** Says which tracks are one recording and which are not. It holds for the whole house, and can be undone. */
export function RecordingsDialog({ onClose }: { onClose: () => void }) {
  const box = useRef<HTMLDialogElement>(null);
  useEffect(() => box.current?.showModal(), []);
  const asked = useAnswer("top_tracks", { by: "track", track: "", limit: String(tracksMax) });
  const { busy, problem, edit } = useEdit();
  const [text, setText] = useState("");
  const [chosen, setChosen] = useState<Choosable[]>([]);
  const [told, setTold] = useState("");
  const all = asked.answer ? rowsOf<Choosable>(asked.answer) : [];
  const others = found(all, text, chosen, shownMax);
  const isChosen = (row: Choosable) => chosen.some((one) => one.track_id === row.track_id);
  const flip = (row: Choosable) => {
    setTold("");
    setChosen(isChosen(row) ? chosen.filter((one) => one.track_id !== row.track_id) : [...chosen, row]);
  };
  const titles = named(chosen.map((row) => row.track ?? "(no title)"));
  const ids = chosen.flatMap((row) => row.track_id ?? []);
  const say = (kind: "merge" | "split") => edit({ kind, track: ids }, () => setTold(effects[kind] ?? ""));
  return (
    <dialog ref={box} class="rows-dialog recordings" aria-label="Recordings" onClose={onClose}>
      <header class="card-header">
        <div>
          <h2>Recordings</h2>
          <p class="note">
            One recording can have several tracks: a single, an album, a compilation. Choose tracks and say
            which they are. It holds for everyone in this house, and only where figures count by recording.
          </p>
        </div>
        <button type="button" class="button quiet" onClick={() => box.current?.close()}>
          Close
        </button>
      </header>
      {asked.problem && <Problem problem={asked.problem} />}
      <div class="recordings-parts">
        <div>
          <label class="field">
            <span>Find a track among those that you played most</span>
            <input
              type="search"
              value={text}
              placeholder="title or artist"
              onInput={(e) => setText(e.currentTarget.value)}
            />
          </label>
          <fieldset class="choosing">
            <legend class="visually-hidden">Tracks</legend>
            {[...chosen, ...others].map((row) => (
              <label key={row.track_id}>
                <input type="checkbox" checked={isChosen(row)} onChange={() => flip(row)} />
                <span>
                  <b>{row.track ?? "(no title)"}</b>
                  <span class="detail">
                    {row.artist} · {plural(row.plays, "stream")}
                  </span>
                </span>
              </label>
            ))}
            {asked.answer && chosen.length + others.length === 0 && (
              <p class="empty">No track is called so.</p>
            )}
          </fieldset>
        </div>
        <div>
          <p class="note">
            {chosen.length === 0
              ? "Choose two tracks or more that are one recording, or one that is wrongly counted with another."
              : `Chosen: ${titles}.`}
          </p>
          <div class="recordings-tools">
            <button
              type="button"
              class="button primary"
              disabled={busy || ids.length < 2}
              title={effects.merge}
              onClick={() => say("merge")}
            >
              Count as one
            </button>
            <button
              type="button"
              class="button"
              disabled={busy || ids.length < 1}
              title={effects.split}
              onClick={() => say("split")}
            >
              {ids.length > 1 ? "Count each by itself" : "Count by itself"}
            </button>
          </div>
          <p class="note" role="status">
            {told}
          </p>
          <Wrong problem={problem} />
          {chosen.length > 0 && <ByRecording tracks={chosen} />}
          <h3>What you said</h3>
          <p class="note">
            A track that you counted as one with others stays so until that is undone, also when you count it
            by itself.
          </p>
          <EditsInForce kinds={["merge", "split"]} label="What you said of recordings" />
          <button
            type="button"
            class="button"
            onClick={() => {
              addCondition("by", "recording");
              box.current?.close();
            }}
          >
            Show figures by recording
          </button>
        </div>
      </div>
    </dialog>
  );
}
