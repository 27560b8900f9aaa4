import { useState } from "preact/hooks";
import {
  addCondition,
  chipsOf,
  clearConditions,
  conditionsIn,
  removeCondition,
  setParams,
} from "../../state/conditions";
import { usePlace } from "../../state/location";
import { Choice } from "../chart_card/choice";
import { AddCondition } from "./add_condition";
import { shownValue } from "./shown_value";
import { TrackTitle } from "./track_title";
import { Travels } from "./travels";
import { zones } from "./zones";

const thresholds: [string, string][] = [
  ["0", "every play"],
  ["", "from 30 s"],
  ["60000", "from 1 min"],
  ["240000", "from 4 min"],
];

/** First day and the day after the last of a preset, counted from today. */
function preset(name: string): { from: string; to: string } {
  const now = new Date();
  const iso = (date: Date) => date.toISOString().slice(0, 10);
  const back = (days: number) => iso(new Date(now.getTime() - days * 86_400_000));
  const year = now.getFullYear();
  if (name === "4w") return { from: back(28), to: "" };
  if (name === "6m") return { from: back(182), to: "" };
  if (name === "year") return { from: `${year}-01-01`, to: "" };
  if (name === "last") return { from: `${year - 1}-01-01`, to: `${year}-01-01` };
  return { from: "", to: "" };
}

const presets: [string, string][] = [
  ["all", "All time"],
  ["4w", "4 weeks"],
  ["6m", "6 months"],
  ["year", "This year"],
  ["last", "Last year"],
];

/** The conditions that every view obeys. They live in the address, so a view can be shared. */
export function ConditionBar() {
  const { params } = usePlace();
  const [open, setOpen] = useState<"condition" | "travels">();
  const flip = (part: "condition" | "travels") => setOpen(open === part ? undefined : part);
  const from = params.get("from") ?? "";
  const to = params.get("to") ?? "";
  const [custom, setCustom] = useState(false);
  const known = presets.some(([name]) => preset(name).from === from && preset(name).to === to);
  const dates = custom || !known;
  const chips = chipsOf(params);
  const changed = [...conditionsIn(params).keys()].length > 0;
  return (
    <section class="bar" aria-label="Conditions">
      <div class="bar-row">
        <fieldset class="segments">
          <legend class="visually-hidden">Period</legend>
          {presets.map(([name, label]) => {
            const span = preset(name);
            return (
              <button
                type="button"
                key={name}
                aria-pressed={!dates && span.from === from && span.to === to}
                onClick={() => {
                  setCustom(false);
                  setParams(span);
                }}
              >
                {label}
              </button>
            );
          })}
          <button type="button" aria-pressed={dates} onClick={() => setCustom(true)}>
            Dates …
          </button>
        </fieldset>
        {dates && (
          <>
            <label class="pill">
              <span class="pill-label">From</span>
              <input type="date" value={from} onChange={(e) => setParams({ from: e.currentTarget.value })} />
            </label>
            <label class="pill">
              <span class="pill-label">to before</span>
              <input type="date" value={to} onChange={(e) => setParams({ to: e.currentTarget.value })} />
            </label>
          </>
        )}
        <Choice
          labelled
          label="Count"
          value={params.get("min_ms") ?? ""}
          choices={thresholds}
          onChange={(value) => setParams({ min_ms: value })}
        />
        <Choice
          labelled
          label="Zone"
          value={params.get("tz") ?? ""}
          choices={zones}
          onChange={(value) => setParams({ tz: value })}
        />
        <button
          type="button"
          class="button"
          aria-expanded={open === "travels"}
          title="Say where you were, for the zone “wherever I was”"
          onClick={() => flip("travels")}
        >
          Where I was
        </button>
        <button
          type="button"
          class="button"
          aria-expanded={open === "condition"}
          onClick={() => flip("condition")}
        >
          + Condition
        </button>
        {changed && (
          <button type="button" class="button quiet" onClick={clearConditions}>
            Clear
          </button>
        )}
      </div>
      {open === "travels" && <Travels />}
      {open === "condition" && (
        <AddCondition
          onAdd={(name, value) => {
            addCondition(name, value);
            setOpen(undefined);
          }}
        />
      )}
      {chips.length > 0 && (
        <ul class="chips" aria-label="Active conditions">
          {chips.map(({ name, label, value }) => (
            <li key={`${name}=${value}`}>
              <span>
                {label}: <b>{name === "track" ? <TrackTitle track={value} /> : shownValue(name, value)}</b>
              </span>
              <button
                type="button"
                aria-label={`Remove ${label} ${value}`}
                onClick={() => removeCondition(name, value)}
              >
                ×
              </button>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
