import { useEffect, useState } from "preact/hooks";
import { getReccoBeats, type ReccoBeats } from "../api/client";
import { useDataVersion } from "./live";

/** A command may agree, too, which no stream tells; the server itself looks for that as often. */
const lookEveryMs = 60_000;
let known: ReccoBeats | undefined;
const followers = new Set<(now: ReccoBeats) => void>();

/** Takes the state in: what the server answered, to a question or to who agreed. */
export function tellReccoBeats(state: ReccoBeats) {
  known = state;
  for (const follower of followers) follower(state);
}

/** Asks how it stands. What was told meanwhile is newer than the answer. */
export async function lookAtReccoBeats() {
  const before = known;
  try {
    const answered = await getReccoBeats();
    if (known === before) tellReccoBeats(answered);
  } catch {
    // What is known stays; whether the server answers is told elsewhere.
  }
}

/** What was told last; undefined until then. */
export function knownReccoBeats(): ReccoBeats | undefined {
  return known;
}

/** Whether ReccoBeats may be asked; undefined until it is told. */
export function useReccoBeats(): ReccoBeats | undefined {
  const version = useDataVersion();
  const [now, setNow] = useState(known);
  useEffect(() => {
    followers.add(setNow);
    setNow(known);
    return () => {
      followers.delete(setNow);
    };
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: new data are a reason to ask again
  useEffect(() => {
    lookAtReccoBeats();
    const timer = setInterval(lookAtReccoBeats, lookEveryMs);
    return () => clearInterval(timer);
  }, [version]);
  return now;
}
