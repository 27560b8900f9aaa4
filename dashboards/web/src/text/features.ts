/** What an audio feature means, in words, and the bins in which the server counts it. */
export interface FeatureText {
  name: string;
  label: string;
  low: string;
  high: string;
  meaning: string;
  bins: { low: number; width: number; count: number };
  /** What a bin is called where its lower edge says nothing. */
  names?: string[];
}

const unit = { low: 0, width: 0.05, count: 20 };

export const features: FeatureText[] = [
  {
    name: "energy",
    label: "Energy",
    low: "calm",
    high: "intense",
    meaning: "Fast, loud and noisy against quiet and slow.",
    bins: unit,
  },
  {
    name: "valence",
    label: "Mood",
    low: "dark",
    high: "bright",
    meaning: "How cheerful it sounds (valence).",
    bins: unit,
  },
  {
    name: "danceability",
    label: "Dance",
    low: "free",
    high: "danceable",
    meaning: "Steady rhythm, strong beat, even tempo.",
    bins: unit,
  },
  {
    name: "acousticness",
    label: "Acoustic",
    low: "electric",
    high: "acoustic",
    meaning: "Played on instruments that need no plug.",
    bins: unit,
  },
  {
    name: "instrumentalness",
    label: "Instrumental",
    low: "sung",
    high: "instrumental",
    meaning: "How likely there is no singing at all.",
    bins: unit,
  },
  {
    name: "liveness",
    label: "Live",
    low: "studio",
    high: "on stage",
    meaning: "An audience can be heard.",
    bins: unit,
  },
  {
    name: "speechiness",
    label: "Speech",
    low: "music",
    high: "spoken",
    meaning: "Spoken words; rap lies in the middle.",
    bins: unit,
  },
];

export const otherFeatures: FeatureText[] = [
  {
    name: "tempo",
    label: "Tempo",
    low: "slow",
    high: "fast",
    meaning: "Beats per minute.",
    bins: { low: 40, width: 10, count: 20 },
  },
  {
    name: "loudness",
    label: "Loudness",
    low: "quiet",
    high: "loud",
    meaning: "Decibels below full scale.",
    bins: { low: -60, width: 3, count: 20 },
  },
];

/** Features that are names rather than amounts: they have no average, but they are distributed. */
export const namedFeatures: FeatureText[] = [
  {
    name: "key",
    label: "Key",
    low: "C",
    high: "B",
    meaning: "The note that the music rests on.",
    bins: { low: 0, width: 1, count: 12 },
    names: ["C", "C♯", "D", "D♯", "E", "F", "F♯", "G", "G♯", "A", "A♯", "B"],
  },
  {
    name: "mode",
    label: "Mode",
    low: "minor",
    high: "major",
    meaning: "Minor or major.",
    bins: { low: 0, width: 1, count: 2 },
    names: ["minor", "major"],
  },
  {
    name: "time_signature",
    label: "Beats in a bar",
    low: "few",
    high: "many",
    meaning: "Beats in a bar; four is the usual number.",
    bins: { low: 0, width: 1, count: 8 },
  },
];

export const allFeatures = [...features, ...otherFeatures, ...namedFeatures];

export function featureText(name: string): FeatureText | undefined {
  return allFeatures.find((f) => f.name === name);
}

export function featureLabel(name: string): string {
  return featureText(name)?.label ?? name.replace("_", " ");
}

/** A bin's edge without the dust of floating point: 0.15000000000000002 -> "0.15". */
function edge(value: number): string {
  return String(Number(value.toFixed(3)));
}

/** The bin that a lower edge begins. */
export function binAt(feature: FeatureText, from: number): number {
  return Math.round((from - feature.bins.low) / feature.bins.width);
}

/** The lower edges of every bin, or their names. */
export function binNames(feature: FeatureText): string[] {
  const { low, width, count } = feature.bins;
  return Array.from({ length: count }, (_, i) => feature.names?.[i] ?? edge(low + i * width));
}

/** A bin as a person reads it: "0.15–0.2", "E", "4". */
export function binRange(feature: FeatureText, bin: number): string {
  const { low, width } = feature.bins;
  if (feature.names) return feature.names[bin] ?? "";
  if (namedFeatures.includes(feature)) return edge(low + bin * width);
  return `${edge(low + bin * width)}–${edge(low + (bin + 1) * width)}`.replace(/-(\d)/g, "−$1");
}

/** The bounds that a bin stands for. The outermost bins hold what lies beyond the edges, so they are open there. */
export function binBounds(feature: FeatureText, bin: number): [name: string, value: string][] {
  const { low, width, count } = feature.bins;
  const bounds: [string, string][] = [];
  if (bin > 0) bounds.push(["feature", `${feature.name}>=${edge(low + bin * width)}`]);
  if (bin < count - 1) bounds.push(["feature", `${feature.name}<${edge(low + (bin + 1) * width)}`]);
  return bounds;
}
