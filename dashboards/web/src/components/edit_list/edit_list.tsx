import { useRef } from "preact/hooks";
import { type Answer, rowsOf } from "../../api/client";
import { useEdit } from "../../state/edits";
import { useAnswer } from "../../state/use_answer";
import { type EditRow, editWords, zoneOf } from "../../text/edits";
import { Wrong } from "../action/action";
import { ToldList } from "../told_list/told_list";

/** The edits of some kinds that hold, in an answer's order. */
export function editsInForce(answer: Answer | undefined, kinds: string[]): EditRow[] {
  if (!answer) return [];
  return rowsOf<EditRow>(answer).filter((row) => row.in_force === "yes" && kinds.includes(row.kind));
}

/** What the listener corrected; its days are those of the listener's own zone, whatever zone the figures are asked in. */
export function useEdits() {
  return useAnswer("edits", { tz: "" });
}

interface Props {
  rows: EditRow[];
  zone: string;
  label: string;
  /** What such edits change is told beside the list. */
  isBrief?: boolean;
}

/** Edits in words, each with what takes it back. */
export function EditList({ rows, zone, label, isBrief }: Props) {
  const { busy, problem, edit } = useEdit();
  const box = useRef<HTMLDivElement>(null);
  return (
    <div ref={box} class="edit-list" tabIndex={-1}>
      <ToldList
        label={label}
        items={rows.map((row) => {
          const words = editWords(row, zone, isBrief);
          return {
            key: row.edit_id,
            ...words,
            faint: row.in_force !== "yes",
            action:
              row.in_force === "yes" ? (
                <button
                  type="button"
                  class="button"
                  disabled={busy}
                  aria-label={`Undo: ${words.title}`}
                  // The button goes with what it undoes: whoever is on it by keyboard stays in the list.
                  onClick={() => edit({ kind: "undo", edit: row.edit_id }, () => box.current?.focus())}
                >
                  Undo
                </button>
              ) : (
                <span class="note">undone</span>
              ),
          };
        })}
      />
      <Wrong problem={problem} />
    </div>
  );
}

/** The edits of some kinds that hold, the latest span first; nothing where there are none. */
export function EditsInForce({ kinds, label, isBrief }: Omit<Props, "rows" | "zone"> & { kinds: string[] }) {
  const { answer } = useEdits();
  const rows = editsInForce(answer, kinds).sort((a, b) => (b.from ?? "").localeCompare(a.from ?? ""));
  if (rows.length === 0) return null;
  return <EditList rows={rows} zone={zoneOf(answer?.conditions)} label={label} isBrief={isBrief} />;
}
