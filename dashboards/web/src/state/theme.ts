import { useEffect, useState } from "preact/hooks";

export type Theme = "light" | "dark";

const dark = window.matchMedia("(prefers-color-scheme: dark)");
const listeners = new Set<(theme: Theme) => void>();

function stored(): Theme | undefined {
  const kept = localStorage.getItem("theme");
  return kept === "light" || kept === "dark" ? kept : undefined;
}

export function currentTheme(): Theme {
  return stored() ?? (dark.matches ? "dark" : "light");
}

export function applyTheme() {
  document.documentElement.dataset.theme = currentTheme();
  for (const listener of listeners) listener(currentTheme());
}

export function toggleTheme() {
  localStorage.setItem("theme", currentTheme() === "dark" ? "light" : "dark");
  applyTheme();
}

dark.addEventListener("change", applyTheme);

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
