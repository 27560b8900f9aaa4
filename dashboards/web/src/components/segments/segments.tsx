interface Props {
  label: string;
  value: string;
  choices: [value: string, label: string][];
  onChange(value: string): void;
}

/** A few choices side by side, of which one holds. */
export function Segments({ label, value, choices, onChange }: Props) {
  return (
    <fieldset class="segments">
      <legend class="visually-hidden">{label}</legend>
      {choices.map(([v, text]) => (
        <button type="button" key={v} aria-pressed={v === value} onClick={() => onChange(v)}>
          {text}
        </button>
      ))}
    </fieldset>
  );
}
