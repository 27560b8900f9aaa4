import { useState } from "preact/hooks";
import { rowsOf } from "../../api/client";
import { ChartCard } from "../../components/chart_card/chart_card";
import { Choice } from "../../components/chart_card/choice";
import { RankedList } from "../../components/ranked_list/ranked_list";
import { addCondition } from "../../state/conditions";
import { useAnswer } from "../../state/use_answer";
import { count, duration } from "../../text/format";
import { habit } from "../../text/habits";

interface HabitRow {
  dimension: string;
  value: string | null;
  plays_all: number;
  ms: number;
}

const conditionOf = new Set(["platform", "country", "shuffle", "offline"]);

interface Props {
  /** Dimensions to choose from; the first is the usual one. */
  dimensions: [name: string, title: string][];
}

/** How plays are spread over a dimension that sources tell of. */
export function HabitsCard({ dimensions }: Props) {
  const asked = useAnswer("habits");
  const [dimension, setDimension] = useState(dimensions[0]?.[0] ?? "");
  return (
    <ChartCard
      list
      title={dimensions.find(([name]) => name === dimension)?.[1] ?? dimension}
      note="Plays of any length"
      asked={asked}
      height={380}
      controls={<Choice label="Dimension" value={dimension} choices={dimensions} onChange={setDimension} />}
    >
      {(answer) => (
        <RankedList
          items={rowsOf<HabitRow>(answer)
            .filter((row) => row.dimension === dimension)
            .slice(0, 10)
            .map((row) => {
              const { title, spelt } = habit(dimension, row.value ?? "");
              return {
                key: row.value ?? "not told",
                title: row.value === null ? "not told by the source" : title,
                detail: [spelt, duration(row.ms)].filter(Boolean).join(" · "),
                value: row.plays_all,
                shown: count(row.plays_all),
                onClick:
                  row.value !== null && conditionOf.has(dimension)
                    ? () => addCondition(dimension, row.value ?? "")
                    : undefined,
              };
            })}
        />
      )}
    </ChartCard>
  );
}
