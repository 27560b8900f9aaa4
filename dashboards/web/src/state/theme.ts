import { useEffect, useState } from "preact/hooks";

export type Theme = "light" | "dark";

const listeners = new Set<(theme: Theme) => void>();

function stored(): Theme | undefined {
  const kept = localStorage.getItem("theme");
  return kept === "light" || kept === "dark" ? kept : undefined;
}

function systemDark(): MediaQueryList {
  return window.matchMedia("(prefers-color-scheme: dark)");
}

export function currentTheme(): Theme {
  return stored() ?? (systemDark().matches ? "dark" : "light");
}

export function applyTheme() {
  document.documentElement.dataset.theme = currentTheme();
  for (const listener of listeners) listener(currentTheme());
}

export function toggleTheme() {
  localStorage.setItem("theme", currentTheme() === "dark" ? "light" : "dark");
  applyTheme();
}

/** Applies the theme, again whenever the system changes its own. */
export function followTheme() {
  applyTheme();
  systemDark().addEventListener("change", applyTheme);
}

export function useTheme(): Theme {
  const [theme, setTheme] = useState(currentTheme);
  useEffect(() => {
    listeners.add(setTheme);
    return () => {
      listeners.delete(setTheme);
    };
  }, []);
  return theme;
}
