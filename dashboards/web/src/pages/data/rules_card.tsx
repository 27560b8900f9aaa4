import { useState } from "preact/hooks";
import { rowsOf } from "../../api/client";
import { ChartCard } from "../../components/chart_card/chart_card";
import { Choice } from "../../components/chart_card/choice";
import { RankedList } from "../../components/ranked_list/ranked_list";
import { useAnswer } from "../../state/use_answer";
import { count, duration, plural } from "../../text/format";
import { difference, ruleChoices, ruleWords } from "../../text/rules";

interface RuleRow {
  rule: string;
  plays: number;
  ms: number;
  difference: number;
}

interface DifferenceRow {
  counted_by: string;
  why: string;
  track_id: string | null;
  track: string | null;
  artist: string | null;
  plays: number;
  ms: number;
}

/** The same plays under each rule of counting. */
export function RulesCard() {
  const asked = useAnswer("rules");
  return (
    <ChartCard
      wide
      title="What counts as a play"
      note="The same plays under five rules; the figures of this page take 30 seconds or more"
      asked={asked}
      height={240}
      list
    >
      {(answer) => (
        <RankedList
          items={rowsOf<RuleRow>(answer).map((row) => ({
            key: row.rule,
            title: ruleWords[row.rule] ?? row.rule,
            detail: `${duration(row.ms)}${row.rule === "30s" ? "" : ` · ${difference(row.difference)}`}`,
            value: row.plays,
            shown: count(row.plays),
          }))}
        />
      )}
    </ChartCard>
  );
}

/** What one rule takes and another does not, and why, track by track. */
export function RuleDifferenceCard() {
  const [rule, setRule] = useState("any");
  const [against, setAgainst] = useState("30s");
  const asked = useAnswer("rule_difference", { rule, against, limit: "100" });
  return (
    <ChartCard
      wide
      title="Two rules, row by row"
      note="Tracks that one rule counts more often, and why the other does not"
      asked={asked}
      height={240}
      list
      empty="Both rules count the same plays."
      controls={
        <>
          <Choice label="Rule" value={rule} choices={ruleChoices} onChange={setRule} />
          <Choice label="Against" value={against} choices={ruleChoices} onChange={setAgainst} />
        </>
      }
    >
      {(answer) => {
        const rows = rowsOf<DifferenceRow>(answer);
        return (
          <RankedList
            label="Tracks on which the rules differ"
            scrolls={rows.length > 6}
            items={rows.map((row, i) => ({
              key: `${row.counted_by} ${row.why} ${row.track_id ?? i}`,
              title: row.track ?? "(no title)",
              detail: `${row.artist ?? ""} · ${row.why} · counted by “${ruleWords[row.counted_by]}”`,
              value: row.plays,
              shown: plural(row.plays, "play"),
            }))}
          />
        );
      }}
    </ChartCard>
  );
}
