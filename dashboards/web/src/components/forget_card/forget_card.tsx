import { useState } from "preact/hooks";
import { type Erased, postJson } from "../../api/client";
import { useListener, useListeners } from "../../state/listeners";
import { go } from "../../state/location";
import { plural } from "../../text/format";
import { useAction, Wrong } from "../action/action";
import { ErasedCounts, PendingStores } from "../erased/erased_counts";

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

/** What still holds something of a listener who is not here any more. */
function PendingList({ name, erased }: { name: string; erased: Erased }) {
  return (
    <div class="problem" role="alert">
      <p>{name} is still in a store that could not be reached:</p>
      <PendingStores erased={erased} />
      <p class="hint">It is tried again by itself until it succeeds.</p>
    </div>
  );
}

/**
 * Has the listener erased from the lake, all that is derived from it and the stores, after their name was typed. Whose
 * erasure is not over stays here, though the server knows the name no more, to be tried again.
 */
export function ForgetCard() {
  const { names, usual } = useListeners();
  const chosen = useListener() || usual;
  const [typed, setTyped] = useState("");
  const [begun, setBegun] = useState<string>();
  const [done, setDone] = useState<{ name: string; erased: Erased }>();
  const [busy, problem, run] = useAction();
  const isThere = names?.includes(chosen) ?? false;
  const isLeft =
    begun !== undefined && (problem !== undefined || (done?.erased.pending_stores.length ?? 0) > 0);
  if (!done && !isThere && begun === undefined) return null;
  const forget = (name: string) => {
    setBegun(name);
    run(async () => {
      const erased = await postJson<Erased>("/api/v1/forget", { listener: name });
      setDone({ name, erased });
      setTyped("");
      if (name === chosen) go("/data", new URLSearchParams());
    });
  };
  const submit = (event: Event) => {
    event.preventDefault();
    setDone(undefined);
    forget(chosen);
  };
  return (
    <section class="card wide" aria-label="Leave">
      <h2>Leave</h2>
      {done && <ErasedList name={done.name} erased={done.erased} />}
      {done && done.erased.pending_stores.length > 0 && <PendingList name={done.name} erased={done.erased} />}
      {isThere && (
        <>
          <p class="note">
            Erases everything of <b>{chosen}</b>: plays, playlists, the login at Spotify, and every figure
            made of them, from this machine and from every store that they were published to. It cannot be
            taken back; the files that you imported are yours and stay where they are.
          </p>
          <form class="inline-form" onSubmit={submit}>
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
      {isLeft && (
        <button type="button" class="button" disabled={busy} onClick={() => forget(begun)}>
          {busy ? "Erasing…" : `Erase what is left of ${begun}`}
        </button>
      )}
    </section>
  );
}
