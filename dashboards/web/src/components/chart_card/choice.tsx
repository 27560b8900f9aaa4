interface Props {
  label: string;
  value: string;
  choices: [value: string, label: string][];
  onChange(value: string): void;
}

/** A small select in a card's corner. */
export function Choice({ label, value, choices, onChange }: Props) {
  return (
    <label class="choice">
      <span class="visually-hidden">{label}</span>
      <select value={value} onChange={(e) => onChange(e.currentTarget.value)}>
        {choices.map(([v, text]) => (
          <option key={v} value={v}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}
