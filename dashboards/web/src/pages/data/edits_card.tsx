import { useState } from "preact/hooks";
import { postJson, rowsOf } from "../../api/client";
import { useAction, Wrong } from "../../components/action/action";
import { ChartCard } from "../../components/chart_card/chart_card";
import { ToldList } from "../../components/told_list/told_list";
import { useListener, useListeners } from "../../state/listeners";
import { useAnswer } from "../../state/use_answer";
import { type EditRow, editWords, excludeOf, type ProposalRow, proposalWords } from "../../text/edits";

/** Says a correction to the server; the page follows by itself. */
function useEdit() {
  const { usual } = useListeners();
  const listener = useListener() || usual;
  const [busy, problem, run] = useAction();
  const edit = (stated: Record<string, string>, then?: () => void) =>
    run(async () => {
      await postJson("/api/v1/edits", { listener, ...stated });
      then?.();
    });
  return { busy, problem, edit };
}

const shownMax = 50;

/** What the listener corrected, newest first; each can be undone. */
export function EditsCard() {
  const asked = useAnswer("edits");
  const { busy, problem, edit } = useEdit();
  const [artist, setArtist] = useState("");
  const [from, setFrom] = useState("");
  const [to, setTo] = useState("");
  const hide = (event: Event) => {
    event.preventDefault();
    edit({ kind: "hide", artist }, () => setArtist(""));
  };
  const exclude = (event: Event) => {
    event.preventDefault();
    edit({ kind: "exclude", from, to }, () => {
      setFrom("");
      setTo("");
    });
  };
  return (
    <>
      <ChartCard
        tabular
        title="Corrections"
        note="Every figure obeys them at once. Nothing is erased: each can be undone."
        asked={asked}
        height={120}
        empty="None. Plays that were not yours, or artists that you never want to see, can be left out below."
      >
        {(answer) => (
          <ToldList
            label="Corrections"
            items={rowsOf<EditRow>(answer)
              .slice(0, shownMax)
              .map((row) => ({
                key: row.edit_id,
                ...editWords(row),
                faint: row.in_force !== "yes",
                action:
                  row.in_force === "yes" ? (
                    <button
                      type="button"
                      class="button"
                      disabled={busy}
                      aria-label={`Undo: ${editWords(row).title}`}
                      onClick={() => edit({ kind: "undo", edit: row.edit_id })}
                    >
                      Undo
                    </button>
                  ) : (
                    <span class="note">undone</span>
                  ),
              }))}
          />
        )}
      </ChartCard>
      <section class="card" aria-label="Correct">
        <h2>Correct</h2>
        <p class="note">That was not you? Leave a span out, the last day not included, or hide an artist.</p>
        <form class="inline-form" onSubmit={exclude}>
          <label class="field grow">
            <span>From</span>
            <input type="date" required value={from} onInput={(e) => setFrom(e.currentTarget.value)} />
          </label>
          <label class="field grow">
            <span>To before</span>
            <input type="date" required value={to} onInput={(e) => setTo(e.currentTarget.value)} />
          </label>
          <button type="submit" class="button" disabled={busy || !from || !to}>
            Leave out
          </button>
        </form>
        <form class="inline-form" onSubmit={hide}>
          <label class="field grow">
            <span>Artist</span>
            <input
              value={artist}
              onInput={(e) => setArtist(e.currentTarget.value)}
              autocomplete="off"
              spellcheck={false}
            />
          </label>
          <button type="submit" class="button" disabled={busy || !artist.trim()}>
            Hide
          </button>
        </form>
        <Wrong problem={problem} />
      </section>
    </>
  );
}

/** Spans that may have been somebody else's; nothing is left out before the listener says so. */
export function ProposalsCard() {
  const asked = useAnswer("proposed_edits");
  const { busy, problem, edit } = useEdit();
  if (asked.answer?.rows.length === 0) return null;
  return (
    <ChartCard
      wide
      tabular
      title="Was that you?"
      note="Loops through the night, plays in another country between two at home, devices met only once"
      asked={asked}
      height={120}
    >
      {(answer) => (
        <>
          <ToldList
            label="Spans that may not have been you"
            items={rowsOf<ProposalRow>(answer)
              .slice(0, shownMax)
              .map((row) => ({
                key: `${row.reason} ${row.from} ${row.what}`,
                ...proposalWords(row),
                action: (
                  <button
                    type="button"
                    class="button"
                    disabled={busy}
                    aria-label={`That was not me: ${proposalWords(row).title}`}
                    onClick={() => edit(excludeOf(row))}
                  >
                    Not me
                  </button>
                ),
              }))}
          />
          <Wrong problem={problem} />
        </>
      )}
    </ChartCard>
  );
}
