import { useEffect, useState } from "preact/hooks";
import { type Answer, askMetric, Problem } from "../api/client";
import { conditionsIn } from "./conditions";
import { listenerOf, useListeners } from "./listeners";
import { knownVersion, noteAnswer, useDataVersion } from "./live";
import { usePlace } from "./location";

/** What a view knows of an answer. While a newer one is awaited, the old one stays and `stale` is true. */
export interface Asked {
  answer?: Answer;
  problem?: Problem;
  stale: boolean;
}

/** What is known of several answers: all of them, or what went wrong first. */
export interface AskedAll {
  answers?: Answer[];
  problem?: Problem;
  stale: boolean;
}

/**
 * Asks a metric once for each of `extras`, about the listener and under the conditions of the address, again whenever
 * these or the data change. A parameter in `extras` takes the place of the address's, `listener` too, and an empty one takes
 * it away; those in `repeated` come to each.
 */
export function useAnswers(
  metric: string,
  extras: Record<string, string>[],
  repeated: [name: string, value: string][] = [],
): AskedAll {
  const { params } = usePlace();
  const version = useDataVersion();
  const meant = listenerOf(params, useListeners());
  const queries = extras.map((extra) => {
    const query = conditionsIn(params);
    for (const [name, value] of Object.entries(extra)) {
      if (value) query.set(name, value);
      else query.delete(name);
    }
    for (const [name, value] of repeated) query.append(name, value);
    if (meant && !("listener" in extra)) query.set("listener", meant);
    return query;
  });
  const key = `${metric}?${queries.join("?")}`;
  const known = meant !== undefined || extras.every((extra) => "listener" in extra);
  const [asked, setAsked] = useState<AskedAll>({ stale: true });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for metric and queries
  useEffect(() => {
    if (!known) return;
    const abort = new AbortController();
    setAsked((before) => ({ ...before, stale: true }));
    const under = knownVersion();
    Promise.all(queries.map((query) => askMetric(metric, query, abort.signal)))
      .then((answers) => {
        setAsked({ answers, stale: false });
        for (const { data_version } of answers) noteAnswer(under, data_version);
      })
      .catch((error: unknown) => {
        if (abort.signal.aborted) return;
        const problem = error instanceof Problem ? error : new Problem(String(error));
        setAsked({ problem, stale: false });
      });
    return () => abort.abort();
  }, [key, version, known]);
  return asked;
}

/** Asks a metric about the listener and under the conditions of the address, again whenever these or the data change. */
export function useAnswer(metric: string, extra: Record<string, string> = {}): Asked {
  const { answers, problem, stale } = useAnswers(metric, [extra]);
  return { answer: answers?.[0], problem, stale };
}
