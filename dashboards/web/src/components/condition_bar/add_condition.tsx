import { useEffect, useId, useState } from "preact/hooks";
import { listValues, type PickerValue } from "../../api/client";
import { conditionKinds } from "../../state/conditions";
import { useListener } from "../../state/listeners";
import { count } from "../../text/format";
import { FeaturePicker, HoursPicker, WeekdaysPicker } from "./pickers";

const pickers = { hours: HoursPicker, weekdays: WeekdaysPicker, feature: FeaturePicker };

interface Props {
  onAdd(name: string, value: string): void;
}

/** Chooses a kind of condition and a value; suggests the values that there are. */
export function AddCondition({ onAdd }: Props) {
  const [name, setName] = useState("artist");
  const [text, setText] = useState("");
  const [found, setFound] = useState<PickerValue[]>([]);
  const list = useId();
  const listener = useListener();
  const kind = conditionKinds.find((k) => k.name === name);
  const Picker = name in pickers ? pickers[name as keyof typeof pickers] : undefined;
  useEffect(() => {
    if (!kind?.dimension || listener === undefined) {
      setFound([]);
      return;
    }
    const abort = new AbortController();
    const wait = setTimeout(() => {
      listValues(kind.dimension ?? "", text, listener, abort.signal).then(setFound, () => setFound([]));
    }, 120);
    return () => {
      clearTimeout(wait);
      abort.abort();
    };
  }, [kind, text, listener]);
  return (
    <form
      class="add-condition"
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim()) onAdd(name, text.trim());
      }}
    >
      <label class="field">
        <span>Kind</span>
        <select
          value={name}
          onChange={(e) => {
            setName(e.currentTarget.value);
            setText("");
          }}
        >
          {conditionKinds.map((k) => (
            <option key={k.name} value={k.name}>
              {k.label}
            </option>
          ))}
        </select>
      </label>
      {Picker && <Picker onAdd={(value) => onAdd(name, value)} />}
      {Picker ? null : kind?.choices ? (
        <div class="choices">
          {kind.choices.map(([value, label]) => (
            <button type="button" class="button" key={value} onClick={() => onAdd(name, value)}>
              {label}
            </button>
          ))}
        </div>
      ) : (
        <>
          <label class="field grow">
            <span>Value</span>
            <input
              value={text}
              list={list}
              placeholder={kind?.placeholder ?? "type to search"}
              onInput={(e) => setText(e.currentTarget.value)}
            />
            <datalist id={list}>
              {found.map((f) => (
                <option key={f.value} value={f.value}>
                  {count(f.plays)} plays
                </option>
              ))}
            </datalist>
          </label>
          <button type="submit" class="button primary">
            Add
          </button>
        </>
      )}
      {found.length > 0 && (
        <ul class="suggestions" aria-label="Most played">
          {found.slice(0, 8).map((f) => (
            <li key={f.value}>
              <button type="button" onClick={() => onAdd(name, f.value)}>
                {f.value}
              </button>
            </li>
          ))}
        </ul>
      )}
    </form>
  );
}
