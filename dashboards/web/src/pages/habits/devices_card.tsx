import { useState } from "preact/hooks";
import { rowsOf } from "../../api/client";
import { ChartCard } from "../../components/chart_card/chart_card";
import { Choice } from "../../components/chart_card/choice";
import { RankedList } from "../../components/ranked_list/ranked_list";
import { addCondition } from "../../state/conditions";
import { useAnswer } from "../../state/use_answer";
import { count, duration, platform } from "../../text/format";

interface HabitRow {
  dimension: string;
  value: string | null;
  plays_all: number;
  ms: number;
}

const dimensions: [string, string][] = [
  ["platform", "Devices"],
  ["country", "Countries"],
  ["reason_start", "How plays begin"],
  ["reason_end", "How plays end"],
  ["shuffle", "Shuffle"],
  ["offline", "Offline"],
];
const conditionOf = new Set(["platform", "country", "shuffle", "offline"]);

export function DevicesCard() {
  const asked = useAnswer("habits");
  const [dimension, setDimension] = useState("platform");
  return (
    <ChartCard
      wide
      title={dimensions.find(([name]) => name === dimension)?.[1] ?? "Devices"}
      note="Plays of any length"
      asked={asked}
      height={300}
      controls={<Choice label="Dimension" value={dimension} choices={dimensions} onChange={setDimension} />}
    >
      {(answer) => (
        <RankedList
          items={rowsOf<HabitRow>(answer)
            .filter((row) => row.dimension === dimension)
            .slice(0, 12)
            .map((row) => ({
              key: row.value ?? "not told",
              title: row.value === null ? "not told by the source" : platform(row.value),
              detail: duration(row.ms),
              value: row.plays_all,
              shown: count(row.plays_all),
              onClick:
                row.value !== null && conditionOf.has(dimension)
                  ? () => addCondition(dimension, row.value ?? "")
                  : undefined,
            }))}
        />
      )}
    </ChartCard>
  );
}
