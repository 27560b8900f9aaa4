import { shared, useShared } from "./shared";

export type Theme = "light" | "dark";

const theme = shared<Theme>("light");

function stored(): Theme | undefined {
  const kept = localStorage.getItem("theme");
  return kept === "light" || kept === "dark" ? kept : undefined;
}

function systemDark(): MediaQueryList {
  return window.matchMedia("(prefers-color-scheme: dark)");
}

function currentTheme(): Theme {
  return stored() ?? (systemDark().matches ? "dark" : "light");
}

function applyTheme() {
  theme.tell(currentTheme());
  document.documentElement.dataset.theme = theme.now();
}

export function toggleTheme() {
  localStorage.setItem("theme", theme.now() === "dark" ? "light" : "dark");
  applyTheme();
}

/** Applies the theme, again whenever the system changes its own. */
export function followTheme() {
  applyTheme();
  systemDark().addEventListener("change", applyTheme);
}

export function useTheme(): Theme {
  return useShared(theme);
}
