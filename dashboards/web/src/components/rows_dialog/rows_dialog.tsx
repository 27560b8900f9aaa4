import { useEffect, useRef, useState } from "preact/hooks";
import type { Answer } from "../../api/client";
import { useAnswer } from "../../state/use_answer";
import { count } from "../../text/format";
import { DataTable } from "../data_table/data_table";
import { Problem } from "../problem/problem";

interface Props {
  title: string;
  metric: "plays_behind" | "ledger_rows";
  /** Conditions beyond those of the address. */
  extra: Record<string, string>;
  onClose: () => void;
}

const rowsMax = 500;
const hidden = ["play", "track_id"];

function Witnesses({
  extra,
  play,
  onBack,
}: {
  extra: Record<string, string>;
  play: string;
  onBack: () => void;
}) {
  // What a file told need not be a stream, nor lie in the span that the page shows.
  const asked = useAnswer("witnesses", { ...extra, play, min_ms: "0" });
  return (
    <>
      <p class="note">
        Every statement that tells of this play; the first is believed.{" "}
        <button type="button" class="button quiet" onClick={onBack}>
          Back to the list
        </button>
      </p>
      {asked.problem && <Problem problem={asked.problem} />}
      {asked.answer && <DataTable stacks hidden={["play"]} answer={asked.answer} />}
    </>
  );
}

function playAt(answer: Answer, row: number): string {
  const at = answer.columns.findIndex((column) => column.name === "play");
  return String(answer.rows[row]?.[at] ?? "");
}

/** The plays or rows behind a figure, and behind each of them what was stated, by which file and row. */
export function RowsDialog({ title, metric, extra, onClose }: Props) {
  const box = useRef<HTMLDialogElement>(null);
  const [play, setPlay] = useState("");
  const asked = useAnswer(metric, { ...extra, limit: String(rowsMax) });
  useEffect(() => box.current?.showModal(), []);
  const { answer, problem } = asked;
  return (
    <dialog ref={box} class="rows-dialog" aria-label={title} onClose={onClose}>
      <header class="card-header">
        <h2>{title}</h2>
        <button type="button" class="button quiet" onClick={() => box.current?.close()}>
          Close
        </button>
      </header>
      {problem && <Problem problem={problem} />}
      {!answer && !problem && <div class="skeleton" style={{ height: "160px" }} />}
      {answer && play && <Witnesses extra={extra} play={play} onBack={() => setPlay("")} />}
      {answer && !play && (
        <>
          <p class="note">
            {answer.rows.length === rowsMax
              ? `The first ${count(rowsMax)}.`
              : `${count(answer.rows.length)} in all.`}{" "}
            Pick one to see which rows of which files tell of it.
          </p>
          <DataTable
            stacks
            hidden={hidden}
            answer={answer}
            pick={(row) => setPlay(playAt(answer, row))}
            canPick={(row) => playAt(answer, row) !== ""}
          />
        </>
      )}
    </dialog>
  );
}
