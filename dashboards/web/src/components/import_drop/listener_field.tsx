import { useState } from "preact/hooks";

interface Props {
  names: string[];
  value: string;
  onChange(name: string): void;
}

const someoneElse = "\n";
const lengthMax = 30;

/** For whom files are imported: a listener who is here, or a new name. */
export function ListenerField({ names, value, onChange }: Props) {
  const [isNew, setIsNew] = useState(false);
  const known = isNew || names.includes(value) ? names : [...names, value];
  return (
    <div class="for-listener">
      <label class="pill">
        <span class="pill-label">For</span>
        <select
          aria-label="For"
          value={isNew ? someoneElse : value}
          onChange={(e) => {
            const name = e.currentTarget.value;
            setIsNew(name === someoneElse);
            onChange(name === someoneElse ? "" : name);
          }}
        >
          {known.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
          <option value={someoneElse}>someone else …</option>
        </select>
      </label>
      {isNew && (
        <input
          class="name"
          value={value}
          maxLength={lengthMax}
          placeholder="their name"
          aria-label="Name of the new listener"
          onInput={(e) => onChange(e.currentTarget.value)}
        />
      )}
    </div>
  );
}
