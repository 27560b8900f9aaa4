import { useState } from "preact/hooks";
import { type Answer, rowsOf } from "../../api/client";
import { ChartCard } from "../../components/chart_card/chart_card";
import { DataTable } from "../../components/data_table/data_table";
import { RowsDialog } from "../../components/rows_dialog/rows_dialog";
import { useAnswer } from "../../state/use_answer";
import { plural } from "../../text/format";

interface LedgerRow {
  source: string;
  file: string;
  bucket: string;
  rows: number;
}

const words = {
  file: { "": "(no file)" },
  source: { player: "Spotify’s player", recent: "Spotify’s list of recent plays" },
};

/** Plays are listed row by row; of what a catalogue or a library told only the number is kept. */
const isListed = (row: LedgerRow) => row.bucket !== "accepted" || !row.file || row.source.includes("history");

/** Where every row of every file ended; each number opens to the rows. */
export function LedgerCard() {
  const asked = useAnswer("ledger");
  const [opened, setOpened] = useState<LedgerRow>();
  const rowAt = (answer: Answer, row: number) => rowsOf<LedgerRow>(answer)[row];
  const rows = asked.answer ? rowsOf<LedgerRow>(asked.answer) : [];
  const files = new Set(rows.filter((r) => r.file).map((r) => `${r.source}|${r.file}`)).size;
  const all = rows.reduce((sum, r) => sum + r.rows, 0);
  return (
    <>
      <ChartCard
        wide
        tabular
        title="Ledger"
        note={
          all > 0 &&
          `${plural(all, "row")} of ${plural(files, "file")} and of Spotify: where each of them ended. The numbers open.`
        }
        asked={asked}
        height={200}
        empty="Nothing was imported yet."
      >
        {(answer) => (
          <DataTable
            stacks
            answer={answer}
            words={words}
            open={(row) => {
              const told = rowAt(answer, row);
              return told && isListed(told) ? () => setOpened(told) : undefined;
            }}
          />
        )}
      </ChartCard>
      {opened && (
        <RowsDialog
          title={`${opened.file || opened.source}: ${opened.bucket}`}
          metric="ledger_rows"
          extra={{ bucket: opened.bucket, ...(opened.file ? { file: opened.file } : {}) }}
          onClose={() => setOpened(undefined)}
        />
      )}
    </>
  );
}
