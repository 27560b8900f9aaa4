import { useEffect, useState } from "preact/hooks";

/** Where the person is: a view and its conditions. The address bar is the only place where this is kept. */
export interface Place {
  path: string;
  params: URLSearchParams;
}

const listeners = new Set<() => void>();

export function here(): Place {
  return { path: window.location.pathname, params: new URLSearchParams(window.location.search) };
}

function tell() {
  for (const listener of listeners) listener();
}

/** Goes to a place; `replace` leaves no step for the back button. */
export function go(path: string, params: URLSearchParams, replace = false) {
  const query = params.toString();
  const address = query ? `${path}?${query}` : path;
  if (replace) window.history.replaceState(null, "", address);
  else window.history.pushState(null, "", address);
  tell();
}

export function usePlace(): Place {
  const [place, setPlace] = useState(here);
  useEffect(() => {
    const update = () => setPlace(here());
    listeners.add(update);
    window.addEventListener("popstate", update);
    return () => {
      listeners.delete(update);
      window.removeEventListener("popstate", update);
    };
  }, []);
  return place;
}
