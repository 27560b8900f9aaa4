/** What an audio feature means, in words. */
export interface FeatureText {
  name: string;
  label: string;
  low: string;
  high: string;
  meaning: string;
}

export const features: FeatureText[] = [
  {
    name: "energy",
    label: "Energy",
    low: "calm",
    high: "intense",
    meaning: "Fast, loud and noisy against quiet and slow.",
  },
  {
    name: "valence",
    label: "Mood",
    low: "dark",
    high: "bright",
    meaning: "How cheerful it sounds (valence).",
  },
  {
    name: "danceability",
    label: "Dance",
    low: "free",
    high: "danceable",
    meaning: "Steady rhythm, strong beat, even tempo.",
  },
  {
    name: "acousticness",
    label: "Acoustic",
    low: "electric",
    high: "acoustic",
    meaning: "Played on instruments that need no plug.",
  },
  {
    name: "instrumentalness",
    label: "Instrumental",
    low: "sung",
    high: "instrumental",
    meaning: "How likely there is no singing at all.",
  },
  { name: "liveness", label: "Live", low: "studio", high: "on stage", meaning: "An audience can be heard." },
  {
    name: "speechiness",
    label: "Speech",
    low: "music",
    high: "spoken",
    meaning: "Spoken words; rap lies in the middle.",
  },
];

export const otherFeatures: FeatureText[] = [
  { name: "tempo", label: "Tempo", low: "slow", high: "fast", meaning: "Beats per minute." },
  { name: "loudness", label: "Loudness", low: "quiet", high: "loud", meaning: "Decibels below full scale." },
];

export const allFeatures = [...features, ...otherFeatures];

export function featureLabel(name: string): string {
  return allFeatures.find((f) => f.name === name)?.label ?? name.replace("_", " ");
}
