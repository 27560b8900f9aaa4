import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { Answer } from "../../api/client";
import { useAnswer } from "../../state/use_answer";
import { ChartCard } from "../chart_card/chart_card";
import { type RankedItem, RankedList } from "./ranked_list";

interface Props {
  metric: string;
  title: string;
  note?: ComponentChildren | ((answer: Answer) => ComponentChildren);
  empty?: string;
  items(answer: Answer): RankedItem[];
  controls?: ComponentChildren;
}

const lengths = [10, 50, 200];

/** A metric that ranks, as a list that can be made longer. */
export function RankedCard({ metric, title, note, empty, items, controls }: Props) {
  const [step, setStep] = useState(0);
  const length = lengths[step] ?? 10;
  const next = lengths[step + 1];
  const asked = useAnswer(metric, { limit: String(length) });
  const told = typeof note === "function" ? asked.answer && note(asked.answer) : note;
  return (
    <ChartCard list title={title} note={told} empty={empty} asked={asked} height={420} controls={controls}>
      {(answer) => (
        <>
          <RankedList items={items(answer)} scrolls={step > 0} label={title} />
          {(step > 0 || answer.rows.length === length) && (
            <p class="more">
              {next && answer.rows.length === length && (
                <button type="button" class="button quiet" onClick={() => setStep(step + 1)}>
                  Show {next}
                </button>
              )}
              {step > 0 && (
                <button type="button" class="button quiet" onClick={() => setStep(0)}>
                  Show {lengths[0]}
                </button>
              )}
            </p>
          )}
        </>
      )}
    </ChartCard>
  );
}
