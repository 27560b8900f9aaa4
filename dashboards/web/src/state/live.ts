import { useEffect, useState } from "preact/hooks";

let version = "";
const listeners = new Set<(version: string) => void>();
let source: EventSource | undefined;

/** Follows the server's data version over server-sent events; the browser reconnects by itself. */
function follow() {
  if (source) return;
  source = new EventSource("/api/v1/live");
  source.addEventListener("version", (event) => {
    const told = JSON.parse((event as MessageEvent<string>).data).data_version as string;
    if (told === version) return;
    const first = version === "";
    version = told;
    // The first version is the one that the views have asked under already.
    if (!first) for (const listener of listeners) listener(told);
  });
}

/** Changes whenever the server has new data, so that views ask again. */
export function useDataVersion(): string {
  const [known, setKnown] = useState("");
  useEffect(() => {
    follow();
    listeners.add(setKnown);
    return () => {
      listeners.delete(setKnown);
    };
  }, []);
  return known;
}
