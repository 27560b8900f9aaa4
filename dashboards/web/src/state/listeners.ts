import { useEffect, useState } from "preact/hooks";
import { listListeners } from "../api/client";
import { setParams } from "./conditions";
import { useDataVersion } from "./live";
import { usePlace } from "./location";

let known: string[] | undefined;
let shown: string | undefined; // whose figures were on the page last

/** Which of the listeners an address is about: the named one, else the one shown before, else the only one. */
export function chosenListener(
  listeners: string[],
  named: string | null,
  before?: string,
): string | undefined {
  if (named !== null && listeners.includes(named)) return named;
  if (named === null && before && listeners.includes(before)) return before;
  return listeners.length <= 1 ? (listeners[0] ?? "") : undefined;
}

/**
 * The household's listeners, and whose figures are shown. `ready` is false until that is settled: with several listeners
 * and none named in the address, the first is put there.
 */
export function useListeners(): { listeners: string[]; current: string; ready: boolean } {
  const { params } = usePlace();
  const version = useDataVersion();
  const [listeners, setListeners] = useState(known);
  // biome-ignore lint/correctness/useExhaustiveDependencies: new data may bring a new listener
  useEffect(() => {
    listListeners()
      .then((list) => {
        known = list;
        setListeners(list);
      })
      .catch(() => setListeners((before) => before ?? [])); // the cards tell that the server is gone
  }, [version]);
  const named = params.get("listener");
  const current = listeners ? chosenListener(listeners, named, shown) : undefined;
  const first = current ?? listeners?.[0];
  if (current) shown = current;
  useEffect(() => {
    if (listeners && listeners.length > 1 && named !== first && first) setParams({ listener: first }, true);
    else if (listeners && listeners.length <= 1 && named !== null) setParams({ listener: "" }, true);
  }, [listeners, first, named]);
  const settled = current !== undefined && (named === null || listeners?.includes(named) === true);
  return { listeners: listeners ?? [], current: current ?? "", ready: settled };
}
