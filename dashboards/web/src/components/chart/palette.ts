import type { Theme } from "../../state/theme";

/** The colours that charts draw with; the same as in styles.css. */
export interface Palette {
  ink: string;
  muted: string;
  line: string;
  card: string;
  accent: string;
  second: string;
  series: string[];
  /** From nothing to much. */
  ramp: string[];
}

const light: Palette = {
  ink: "#1d1a17",
  muted: "#6b645c",
  line: "#e9e3db",
  card: "#ffffff",
  accent: "#d9481f",
  second: "#2d6a7a",
  series: ["#d9481f", "#2d6a7a", "#c98a1b", "#6d4a8f", "#4d7c3f", "#b0366b", "#3f5fa8"],
  ramp: ["#f5f0ea", "#fbd9c6", "#f6a882", "#ea6f42", "#c43e17", "#7d260d"],
};

const darkPalette: Palette = {
  ink: "#f3eee8",
  muted: "#a79f95",
  line: "#322e2a",
  card: "#1c1a18",
  accent: "#ff7a4d",
  second: "#62b3c6",
  series: ["#ff7a4d", "#62b3c6", "#e8b04a", "#b08ad6", "#8fc27d", "#e77aa8", "#86a3e8"],
  ramp: ["#262320", "#4a2a1d", "#7d3a22", "#b9502b", "#f0713f", "#ffb595"],
};

export function palette(theme: Theme): Palette {
  return theme === "dark" ? darkPalette : light;
}

/** Grid, axes and tooltip as every chart has them. */
export function frame(colours: Palette) {
  return {
    textStyle: { fontFamily: "Inter Variable, Inter, system-ui, sans-serif", color: colours.muted },
    animation: !window.matchMedia("(prefers-reduced-motion: reduce)").matches,
    animationDuration: 350,
    aria: { enabled: false },
    tooltip: {
      backgroundColor: colours.card,
      borderColor: colours.line,
      textStyle: { color: colours.ink, fontSize: 13 },
      padding: [8, 12],
      confine: true,
      extraCssText: "border-radius:10px;box-shadow:0 6px 24px -8px rgb(0 0 0 / 0.3)",
    },
  };
}

/** The accent, a little lighter towards the ground: many bars side by side do not become a wall. */
export function fade(colours: Palette, colour = colours.accent) {
  return {
    type: "linear" as const,
    x: 0,
    y: 0,
    x2: 0,
    y2: 1,
    colorStops: [
      { offset: 0, color: colour },
      { offset: 1, color: `${colour}b0` },
    ],
  };
}

export function axis(colours: Palette, extra: object = {}) {
  return {
    axisLine: { lineStyle: { color: colours.line } },
    axisTick: { show: false },
    axisLabel: { color: colours.muted, fontSize: 12 },
    splitLine: { lineStyle: { color: colours.line, type: [3, 4] } },
    ...extra,
  };
}
