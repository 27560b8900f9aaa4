import { useEffect, useRef, useState } from "preact/hooks";
import type { Answer } from "../../api/client";
import { useEdit } from "../../state/edits";
import { useAnswer } from "../../state/use_answer";
import { deleteOf, effects } from "../../text/edits";
import { count, plural } from "../../text/format";
import { spotifyAddress } from "../../text/spotify";
import { Wrong } from "../action/action";
import { PlaysAttribution } from "../attribution/attribution";
import { RestsOn } from "../chart_card/limits";
import { DataTable } from "../data_table/data_table";
import { isEstimated } from "../length/length";
import { Problem } from "../problem/problem";
import { cellOf, type LeftOut, withLeftOut } from "./left_out";

interface Props {
  title: string;
  metric: "plays_behind" | "ledger_rows";
  /** Conditions beyond those of the address. */
  extra: Record<string, string>;
  onClose: () => void;
}

const rowsMax = 500;
const hidden = ["play", "track_id"];

interface PlayProps {
  extra: Record<string, string>;
  play: string;
  /** The play's length is estimated, so the statement that is believed told none. */
  estimated: boolean;
  onBack: () => void;
}

function Witnesses({ extra, play, estimated, onBack }: PlayProps) {
  // What a file told need not be a stream, nor lie in the span that the page shows.
  const asked = useAnswer("witnesses", { ...extra, play, min_ms: "0" });
  const { answer } = asked;
  return (
    <>
      <p class="note">
        Every statement that tells of this play; the first is believed.{" "}
        {estimated && "None of them tells how long it was heard: that is estimated. "}
        <button type="button" class="button quiet" onClick={onBack}>
          Back to the list
        </button>
      </p>
      {asked.problem && <Problem problem={asked.problem} />}
      {answer && (
        <DataTable
          stacks
          hidden={["play"]}
          answer={answer}
          isEstimated={(row) => estimated && cellOf(answer, row, "became") === "the play"}
        />
      )}
    </>
  );
}

/** Leaves one play out, and takes that back: one button in one place, so that whoever is on it by keyboard stays there. */
function NotMe({
  answer,
  row,
  known,
  keep,
}: {
  answer: Answer;
  row: number;
  known: LeftOut | undefined;
  keep: (play: string, leftOut: LeftOut) => void;
}) {
  const { busy, problem, edit } = useEdit();
  const text = (name: string) => cellOf(answer, row, name) as string | null;
  const stated = deleteOf({
    ended: text("ended") ?? "",
    track_id: text("track_id"),
    track: text("track"),
    artist: text("artist"),
  });
  if (!stated) return null;
  const cells = answer.rows[row] ?? [];
  const play = text("play") ?? "";
  const told = `${text("track") ?? "this play"}, ${(text("ended") ?? "").slice(0, 16).replace("T", " ")}`;
  return (
    <>
      <button
        type="button"
        class="button small"
        aria-disabled={busy}
        aria-label={known?.edit ? `Undo: ${told} counts again` : `Not me: leave out ${told}`}
        onClick={() => {
          if (busy) return;
          if (known?.edit) edit({ kind: "undo", edit: known.edit }, () => keep(play, { cells, edit: "" }));
          else edit(stated, (id) => keep(play, { cells, edit: id }));
        }}
      >
        {busy ? (known?.edit ? "Undoing …" : "Leaving out …") : known?.edit ? "Undo" : "Not me"}
      </button>
      <Wrong problem={problem} />
    </>
  );
}

/** The plays behind a figure; each can be left out, and stays in sight, with what takes that back. */
function Plays({ answer, onPick }: { answer: Answer; onPick: (play: string, mark: string) => void }) {
  const [leftOut, setLeftOut] = useState<Record<string, LeftOut>>({});
  const keep = (play: string, one: LeftOut) => setLeftOut((before) => ({ ...before, [play]: one }));
  const shown = withLeftOut(answer, leftOut);
  const playAt = (row: number) => String(cellOf(shown, row, "play") ?? "");
  const markAt = (row: number) => String(cellOf(shown, row, "mark") ?? "");
  const isOut = (row: number) => Boolean(leftOut[playAt(row)]?.edit);
  const out = Object.values(leftOut).filter((one) => one.edit).length;
  return (
    <>
      <p class="visually-hidden" role="status">
        {out > 0 && `${plural(out, "play")} left out.`}
      </p>
      <DataTable
        stacks
        hidden={hidden}
        answer={shown}
        links={{ track: (row) => spotifyAddress("track", cellOf(shown, row, "track_id")) }}
        pick={(row) => onPick(playAt(row), markAt(row))}
        canPick={(row) => playAt(row) !== "" && !isOut(row)}
        isEstimated={(row) => isEstimated(markAt(row))}
        isFaint={isOut}
        rowKey={playAt}
        action={(row) => <NotMe answer={shown} row={row} known={leftOut[playAt(row)]} keep={keep} />}
      />
    </>
  );
}

/** The plays or rows behind a figure, and behind each of them what was stated, by which file and row. */
export function RowsDialog({ title, metric, extra, onClose }: Props) {
  const box = useRef<HTMLDialogElement>(null);
  const [play, setPlay] = useState("");
  const [mark, setMark] = useState("");
  // A play is told by its own track, also where the figure counts recordings: that is how it is named when it is left out.
  const own: Record<string, string> = metric === "plays_behind" ? { by: "track" } : {};
  const asked = useAnswer(metric, { ...extra, ...own, limit: String(rowsMax) });
  useEffect(() => box.current?.showModal(), []);
  const { answer, problem } = asked;
  const playAt = (row: number) => String((answer && cellOf(answer, row, "play")) ?? "");
  return (
    <dialog ref={box} class="rows-dialog" aria-label={title} onClose={onClose}>
      <header class="card-header">
        <div>
          <h2>{title}</h2>
          {answer && <RestsOn limits={answer.limits} />}
        </div>
        <button type="button" class="button quiet" onClick={() => box.current?.close()}>
          Close
        </button>
      </header>
      {problem && <Problem problem={problem} />}
      {!answer && !problem && <div class="skeleton" style={{ height: "160px" }} />}
      {answer && play && (
        <Witnesses extra={extra} play={play} estimated={isEstimated(mark)} onBack={() => setPlay("")} />
      )}
      {answer && (
        <div hidden={play !== ""}>
          <p class="note">
            {answer.rows.length === rowsMax
              ? `The first ${count(rowsMax)}.`
              : `${count(answer.rows.length)} in all.`}{" "}
            Pick one to see which rows of which files tell of it.
            {metric === "plays_behind" &&
              ` “Not me” leaves one play out: ${effects.delete?.replace(/^N/, "n")} It can be undone here until you close the list, and always among the corrections on the Data page.`}
          </p>
          {metric === "plays_behind" ? (
            <Plays
              answer={answer}
              onPick={(picked, itsMark) => {
                setPlay(picked);
                setMark(itsMark);
              }}
            />
          ) : (
            <DataTable
              stacks
              hidden={hidden}
              answer={answer}
              pick={(row) => setPlay(playAt(row))}
              canPick={(row) => playAt(row) !== ""}
            />
          )}
          <PlaysAttribution />
        </div>
      )}
    </dialog>
  );
}
