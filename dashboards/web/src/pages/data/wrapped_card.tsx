import { useState } from "preact/hooks";
import { rowsOf } from "../../api/client";
import { ChartCard } from "../../components/chart_card/chart_card";
import { ToldList } from "../../components/told_list/told_list";
import { useAnswers } from "../../state/use_answer";
import { count, day, plural } from "../../text/format";
import { offWords, ruleWords, saidFigures } from "../../text/rules";

interface CandidateRow {
  rank: number;
  rule: string;
  cutoff: string;
  off: number | null;
  minutes: number;
  plays: number;
  artists: number;
  tracks: number;
  top_artist: string | null;
  top_artist_minutes: number;
  top_track: string | null;
  top_track_plays: number;
}

function figures(row: CandidateRow): string {
  return [
    `${count(row.minutes)} minutes`,
    plural(row.artists, "artist"),
    plural(row.tracks, "song"),
    row.top_artist ? `${row.top_artist} (${count(row.top_artist_minutes)} min)` : "",
    row.top_track ? `${row.top_track} (${plural(row.top_track_plays, "play")})` : "",
  ]
    .filter(Boolean)
    .join(" · ");
}

/** Finds the rule and the last day under which the figures come out as a Wrapped said. */
export function WrappedCard() {
  const [year, setYear] = useState("");
  const [said, setSaid] = useState<Record<string, string>>({});
  const stated = saidFigures
    .map(([name, , kind]) => ({ name, kind, value: (said[name] ?? "").trim() }))
    .filter(({ kind, value }) => (kind === "number" ? /^\d{1,9}$/.test(value) : value !== ""));
  const extra: Record<string, string> = { limit: "5" };
  if (/^20\d\d$/.test(year)) extra.year = year;
  const asked = useAnswers(
    "wrapped",
    [extra],
    stated.map(({ name, value }): [string, string] => ["said", `${name}=${value}`]),
  );
  return (
    <ChartCard
      wide
      tabular
      title="What did Wrapped count?"
      note="Type what it said of a year: the nearest rules and last days of counting, and how far each is off"
      asked={{ answer: asked.answers?.[0], problem: asked.problem, stale: asked.stale }}
      height={240}
      empty="Nothing was played in that year."
      controls={
        <label class="field">
          <span>Year</span>
          <input
            inputMode="numeric"
            pattern="20[0-9][0-9]"
            placeholder="the last"
            size={8}
            value={year}
            onInput={(e) => setYear(e.currentTarget.value)}
          />
        </label>
      }
    >
      {(answer) => (
        <>
          <form class="inline-form said" onSubmit={(event) => event.preventDefault()}>
            {saidFigures.map(([name, label, kind]) => (
              <label key={name} class="field">
                <span>{label}</span>
                <input
                  inputMode={kind === "number" ? "numeric" : "text"}
                  autocomplete="off"
                  value={said[name] ?? ""}
                  onInput={(e) => setSaid({ ...said, [name]: e.currentTarget.value })}
                />
              </label>
            ))}
          </form>
          <ToldList
            label="Rules and last days, the nearest first"
            items={rowsOf<CandidateRow>(answer).map((row) => ({
              key: `${row.rule} ${row.cutoff}`,
              title: `${ruleWords[row.rule] ?? row.rule}, until ${day(row.cutoff)}`,
              detail: figures(row),
              action: <span class="note">{offWords(row.off)}</span>,
            }))}
          />
        </>
      )}
    </ChartCard>
  );
}
