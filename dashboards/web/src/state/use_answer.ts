import { useEffect, useState } from "preact/hooks";
import { type Answer, askMetric, Problem } from "../api/client";
import { conditionsIn } from "./conditions";
import { listenerOf, useListeners } from "./listeners";
import { useDataVersion } from "./live";
import { usePlace } from "./location";

/** What a view knows of an answer. While a newer one is awaited, the old one stays and `stale` is true. */
export interface Asked {
  answer?: Answer;
  problem?: Problem;
  stale: boolean;
}

/** Asks a metric about the listener and under the conditions of the address, again whenever these or the data change. */
export function useAnswer(metric: string, extra: Record<string, string> = {}): Asked {
  const { params } = usePlace();
  const version = useDataVersion();
  const query = conditionsIn(params);
  for (const [name, value] of Object.entries(extra)) query.set(name, value);
  const listener = listenerOf(params, useListeners());
  if (listener) query.set("listener", listener);
  const key = `${metric}?${query}`;
  const known = listener !== undefined;
  const [asked, setAsked] = useState<Asked>({ stale: true });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for metric and query
  useEffect(() => {
    if (!known) return;
    const abort = new AbortController();
    setAsked((before) => ({ ...before, stale: true }));
    askMetric(metric, query, abort.signal)
      .then((answer) => setAsked({ answer, stale: false }))
      .catch((error: unknown) => {
        if (abort.signal.aborted) return;
        const problem = error instanceof Problem ? error : new Problem(String(error));
        setAsked({ problem, stale: false });
      });
    return () => abort.abort();
  }, [key, version, known]);
  return asked;
}
