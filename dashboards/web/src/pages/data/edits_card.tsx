import { useState } from "preact/hooks";
import { rowsOf } from "../../api/client";
import { Wrong } from "../../components/action/action";
import { ChartCard } from "../../components/chart_card/chart_card";
import { EditList, useEdits } from "../../components/edit_list/edit_list";
import { ToldList } from "../../components/told_list/told_list";
import { useEdit } from "../../state/edits";
import { useAnswer } from "../../state/use_answer";
import { type EditRow, excludeOf, type ProposalRow, proposalWords, zoneOf } from "../../text/edits";

const shownMax = 50;

/** All that hold, and of those that were undone as many of the newest as there is room for; newest first. */
export function shownEdits(rows: EditRow[], max: number): EditRow[] {
  const room = Math.max(0, max - rows.filter((row) => row.in_force === "yes").length);
  const undone = new Set(rows.filter((row) => row.in_force !== "yes").slice(0, room));
  return rows.filter((row) => row.in_force === "yes" || undone.has(row));
}

/** What the listener corrected, newest first; each can be undone. */
export function EditsCard() {
  const asked = useEdits();
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
        id="corrections"
        note="Every figure obeys them at once. Nothing is erased: each can be undone."
        asked={asked}
        height={120}
        empty="None. Plays that were not yours, or artists that you never want to see, can be left out below; a single play in the list behind any figure, recordings beside the top tracks, travels beside the zone."
      >
        {(answer) => (
          <EditList
            label="Corrections"
            rows={shownEdits(rowsOf<EditRow>(answer), shownMax)}
            zone={zoneOf(answer.conditions)}
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
