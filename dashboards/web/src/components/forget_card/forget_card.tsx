import { useState } from "preact/hooks";
import { type Erased, postJson } from "../../api/client";
import { useListener, useListeners } from "../../state/listeners";
import { go } from "../../state/location";
import { plural } from "../../text/format";
import { useAction, Wrong } from "../action/action";
import { ErasedCounts } from "../erased/erased_counts";

function ErasedList({ name, erased }: { name: string; erased: Erased }) {
  return (
    <div role="status">
      <p>
        <b>{name} is forgotten.</b> {plural(erased.events, "record")} erased,{" "}
        {plural(erased.kept_events, "record")} of others kept.
      </p>
      <ErasedCounts erased={erased} />
    </div>
  );
}

/** Has the listener erased from the lake and all that is derived from it, after their name was typed. */
export function ForgetCard() {
  const { names, usual } = useListeners();
  const chosen = useListener() || usual;
  const [typed, setTyped] = useState("");
  const [done, setDone] = useState<{ name: string; erased: Erased }>();
  const [busy, problem, run] = useAction();
  if (!done && !names?.includes(chosen)) return null;
  const forget = (event: Event) => {
    event.preventDefault();
    run(async () => {
      const erased = await postJson<Erased>("/api/v1/forget", { listener: chosen });
      setDone({ name: chosen, erased });
      setTyped("");
      go("/data", new URLSearchParams());
    });
  };
  return (
    <section class="card wide" aria-label="Leave">
      <h2>Leave</h2>
      {done && <ErasedList name={done.name} erased={done.erased} />}
      {names?.includes(chosen) && (
        <>
          <p class="note">
            Erases everything of <b>{chosen}</b> from this machine: plays, playlists, the login at Spotify,
            and every figure made of them. It cannot be taken back; the files that you imported are yours and
            stay where they are.
          </p>
          <form class="inline-form" onSubmit={forget}>
            <label class="field grow">
              <span>Type “{chosen}” to go on</span>
              <input
                value={typed}
                onInput={(e) => setTyped(e.currentTarget.value)}
                autocomplete="off"
                spellcheck={false}
              />
            </label>
            <button type="submit" class="button danger" disabled={busy || typed !== chosen}>
              {busy ? "Erasing…" : "Erase for good"}
            </button>
          </form>
        </>
      )}
      <Wrong problem={problem} />
    </section>
  );
}
