interface Props {
  label: string;
  value: string;
  choices: [value: string, label: string][];
  onChange(value: string): void;
  /** The label stands before the value instead of being told to screen readers alone. */
  labelled?: boolean;
}

/** A small select. A value that is no choice of its own is shown as it is. */
export function Choice({ label, value, choices, onChange, labelled }: Props) {
  const all: [string, string][] = choices.some(([v]) => v === value) ? choices : [...choices, [value, value]];
  return (
    <label class="pill">
      {labelled && <span class="pill-label">{label}</span>}
      <select aria-label={label} value={value} onChange={(e) => onChange(e.currentTarget.value)}>
        {all.map(([v, text]) => (
          <option key={v} value={v}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}
