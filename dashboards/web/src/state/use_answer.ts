import { useEffect, useState } from "preact/hooks";
import { type Answer, askMetric, Problem } from "../api/client";
import { conditionsIn } from "./conditions";
import { useDataVersion } from "./live";
import { usePlace } from "./location";

/** What a view knows of an answer. While a newer one is awaited, the old one stays and `stale` is true. */
export interface Asked {
  answer?: Answer;
  problem?: Problem;
  stale: boolean;
}

/** Asks a metric under the conditions of the address, again whenever these or the data change. */
export function useAnswer(metric: string, extra: Record<string, string> = {}): Asked {
  const { params } = usePlace();
  const version = useDataVersion();
  const query = conditionsIn(params);
  for (const [name, value] of Object.entries(extra)) query.set(name, value);
  const key = `${metric}?${query}`;
  const [asked, setAsked] = useState<Asked>({ stale: true });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for metric and query
  useEffect(() => {
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
  }, [key, version]);
  return asked;
}
