const shapes = {
  Table: "M2.5 3.5h11v9h-11zM2.5 6.5h11M2.5 9.5h11M6.5 6.5v6",
  Chart: "M3 13V8M6.5 13V4M10 13V6.500M13.5 13V9.5",
  PNG: "M2.5 3h11v10h-11zM2.5 11l3.5-3.5 2.5 2.5 2-2 3 3M10.2 6.2h.01",
  Plays: "M3 4h10M3 8h10M3 12h6",
  CSV: "M8 2.5v7.500M5 7.2 8 10.2l3-3M3 13.5h10",
};

/** The picture of a card's tool; its word is beside it for those who do not see it. */
export function ToolIcon({ name }: { name: keyof typeof shapes }) {
  return (
    <svg
      viewBox="0 0 16 16"
      width="16"
      height="16"
      fill="none"
      stroke="currentColor"
      stroke-width="1.4"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      <path d={shapes[name]} />
    </svg>
  );
}
