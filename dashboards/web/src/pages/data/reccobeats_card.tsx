import { postJson, type ReccoBeats } from "../../api/client";
import { useAction, Wrong } from "../../components/action/action";
import { tellReccoBeats, useReccoBeats } from "../../state/reccobeats";
import { day } from "../../text/format";

/** Lets a person agree that ReccoBeats is asked for what no catalogue knows, after telling what it is sent. */
export function ReccoBeatsCard() {
  const state = useReccoBeats();
  const [busy, problem, run] = useAction();
  if (!state?.offered) return null;
  const agreed = state.agreed_at !== null;
  const say = (agree: string) =>
    run(async () => tellReccoBeats(await postJson<ReccoBeats>("/api/v1/reccobeats", { agree })));
  return (
    <section class="card wide" aria-label="Ask ReccoBeats">
      <h2>Ask ReccoBeats</h2>
      <p class="note">
        A public service that knows the sound of many tracks that no catalogue knows. {state.what_is_sent}
      </p>
      <p class="agreement">
        {agreed ? (
          <>
            <span class="state good">Agreed, for everyone here, on {day(state.agreed_at ?? "")}.</span>
            <button type="button" class="button" disabled={busy} onClick={() => say("no")}>
              Ask it no more
            </button>
          </>
        ) : (
          <button type="button" class="button" disabled={busy} onClick={() => say("yes")}>
            I agree, for everyone here: ask it
          </button>
        )}
      </p>
      <Wrong problem={problem} />
    </section>
  );
}
