import { useEffect } from "preact/hooks";
import { getReccoBeats, type ReccoBeats } from "../api/client";
import { useDataVersion } from "./live";
import { shared, useShared } from "./shared";

/** A command may agree, too, which no stream tells; the server itself looks for that as often. */
const lookEveryMs = 60_000;
const known = shared<ReccoBeats | undefined>(undefined);

/** Takes the state in: what the server answered, to a question or to who agreed. */
export const tellReccoBeats: (state: ReccoBeats) => void = known.tell;

/** Asks how it stands. What was told meanwhile is newer than the answer. */
export async function lookAtReccoBeats() {
  const before = known.now();
  try {
    const answered = await getReccoBeats();
    if (known.now() === before) tellReccoBeats(answered);
  } catch {
    // What is known stays; whether the server answers is told elsewhere.
  }
}

/** What was told last; undefined until then. */
export const knownReccoBeats: () => ReccoBeats | undefined = known.now;

/** Whether ReccoBeats may be asked; undefined until it is told. */
export function useReccoBeats(): ReccoBeats | undefined {
  const version = useDataVersion();
  const now = useShared(known);
  // biome-ignore lint/correctness/useExhaustiveDependencies: new data are a reason to ask again
  useEffect(() => {
    lookAtReccoBeats();
    const timer = setInterval(lookAtReccoBeats, lookEveryMs);
    return () => clearInterval(timer);
  }, [version]);
  return now;
}
