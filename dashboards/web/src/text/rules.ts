/** What may count as a play, by the server's names. */
export const ruleWords: Record<string, string> = {
  any: "Any play",
  "30s": "30 seconds or more",
  half: "Half of it, or four minutes",
  end: "Played to its end",
  wrapped: "As Wrapped counts",
};

export const ruleChoices = Object.entries(ruleWords);

/** "+1,234", "−56", "the same". */
export function difference(n: number): string {
  if (n === 0) return "the same";
  return `${n > 0 ? "+" : "−"}${new Intl.NumberFormat("en").format(Math.abs(n))}`;
}

/** Figures that a Wrapped tells, as the server calls them. */
export const saidFigures: [name: string, label: string, kind: "number" | "text"][] = [
  ["minutes", "Minutes", "number"],
  ["artists", "Artists", "number"],
  ["tracks", "Songs", "number"],
  ["top_artist", "Top artist", "text"],
  ["top_artist_minutes", "Minutes of it", "number"],
  ["top_track", "Top song", "text"],
  ["top_track_plays", "Plays of it", "number"],
];

/** How far a candidate is off, in words. */
export function offWords(off: number | null): string {
  if (off === null) return "";
  if (off === 0) return "exactly as said";
  const share = off * 100;
  return `${share < 0.1 ? "<\u00a00.1" : share.toFixed(1)}\u00a0% off`;
}
