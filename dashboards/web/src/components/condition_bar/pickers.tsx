import { useState } from "preact/hooks";
import { allFeatures } from "../../text/features";
import { weekdayKeys, weekdays } from "../../text/format";

interface Props {
  onAdd(value: string): void;
}

const hours = Array.from({ length: 25 }, (_, h) => h);

/** From one hour until before another; a span may run over midnight. */
export function HoursPicker({ onAdd }: Props) {
  const [from, setFrom] = useState("22");
  const [to, setTo] = useState("2");
  return (
    <>
      <label class="field">
        <span>From</span>
        <select value={from} onChange={(e) => setFrom(e.currentTarget.value)}>
          {hours.slice(0, 24).map((h) => (
            <option key={h} value={String(h)}>{`${h}:00`}</option>
          ))}
        </select>
      </label>
      <label class="field">
        <span>until</span>
        <select value={to} onChange={(e) => setTo(e.currentTarget.value)}>
          {hours.map((h) => (
            <option key={h} value={String(h)}>{`${h}:00`}</option>
          ))}
        </select>
      </label>
      <button
        type="button"
        class="button primary"
        disabled={from === to}
        onClick={() => onAdd(`${from}-${to}`)}
      >
        Add
      </button>
    </>
  );
}

/** Any of the seven days. */
export function WeekdaysPicker({ onAdd }: Props) {
  const [chosen, setChosen] = useState<string[]>(["sat", "sun"]);
  const flip = (key: string) =>
    setChosen(chosen.includes(key) ? chosen.filter((k) => k !== key) : [...chosen, key]);
  const inOrder = weekdayKeys.filter((key) => chosen.includes(key));
  return (
    <>
      <fieldset class="segments">
        <legend class="visually-hidden">Weekdays</legend>
        {weekdayKeys.map((key, i) => (
          <button type="button" key={key} aria-pressed={chosen.includes(key)} onClick={() => flip(key)}>
            {weekdays[i]?.slice(0, 3)}
          </button>
        ))}
      </fieldset>
      <button
        type="button"
        class="button primary"
        disabled={inOrder.length === 0}
        onClick={() => onAdd(inOrder.join(","))}
      >
        Add
      </button>
    </>
  );
}

/** A bound on an audio feature. */
export function FeaturePicker({ onAdd }: Props) {
  const [feature, setFeature] = useState("energy");
  const [sign, setSign] = useState(">=");
  const [bound, setBound] = useState("0.8");
  const text = allFeatures.find((f) => f.name === feature);
  const valid = bound.trim() !== "" && Number.isFinite(Number(bound));
  return (
    <>
      <label class="field">
        <span>Feature</span>
        <select value={feature} onChange={(e) => setFeature(e.currentTarget.value)}>
          {allFeatures.map((f) => (
            <option key={f.name} value={f.name}>
              {f.label}
            </option>
          ))}
        </select>
      </label>
      <label class="field">
        <span>is</span>
        <select value={sign} onChange={(e) => setSign(e.currentTarget.value)}>
          <option value=">=">at least</option>
          <option value=">">above</option>
          <option value="<=">at most</option>
          <option value="<">below</option>
        </select>
      </label>
      <label class="field">
        <span>
          {text?.low} … {text?.high}
        </span>
        <input inputMode="decimal" value={bound} onInput={(e) => setBound(e.currentTarget.value)} />
      </label>
      <button
        type="button"
        class="button primary"
        disabled={!valid}
        onClick={() => onAdd(`${feature}${sign}${Number(bound)}`)}
      >
        Add
      </button>
    </>
  );
}
