import { useEffect, useState } from "preact/hooks";
import { listListeners } from "../api/client";
import { conditionKinds } from "./conditions";
import { onFirstVersion, useDataVersion } from "./live";
import { go, here, usePlace } from "./location";

/** Whose plays the server has; `names` is undefined until it has told. */
export interface Listeners {
  names?: string[];
  /** Whom the server means where the address names no one. */
  usual: string;
  /** The server did not tell; whoever it means by itself is asked about. */
  failed: boolean;
}

let known: Listeners = { usual: "", failed: false };
let asked: string | undefined;
const followers = new Set<(now: Listeners) => void>();

/** Asks the server once for each data version, however many parts of the page want to know. */
async function ask(version: string) {
  if (asked === version) return;
  asked = version;
  let told: Listeners;
  try {
    const { listeners, default: usual } = await listListeners();
    // Someone new does not take the page from the one whose figures are on it.
    told = { names: listeners, usual: listeners.includes(known.usual) ? known.usual : usual, failed: false };
  } catch {
    // Who they are stays as it was; the cards tell what is wrong with the server.
    told = { ...known, failed: true };
  }
  if (asked !== version) return;
  known = told;
  for (const follower of followers) follower(known);
}

onFirstVersion(() => {
  if (asked !== "") return;
  asked = undefined;
  ask("");
});

export function useListeners(): Listeners {
  const version = useDataVersion();
  const [now, setNow] = useState(known);
  useEffect(() => {
    followers.add(setNow);
    setNow(known);
    return () => {
      followers.delete(setNow);
    };
  }, []);
  useEffect(() => {
    ask(version);
  }, [version]);
  return now;
}

/**
 * Whom a view asks about: the one in the address, else the usual one where there are several, else no one by name.
 * Undefined while this is not known yet.
 */
export function listenerOf(params: URLSearchParams, { names, usual, failed }: Listeners): string | undefined {
  const named = params.get("listener");
  if (named) return named;
  if (!names) return failed ? "" : undefined;
  return names.length > 1 ? usual : "";
}

/** The listener that the address means. */
export function useListener(): string | undefined {
  const { params } = usePlace();
  return listenerOf(params, useListeners());
}

/** Shows another listener's figures. What names music or devices goes, for others have other ones. */
export function chooseListener(name: string) {
  const { path, params } = here();
  for (const kind of conditionKinds) if (kind.dimension) params.delete(kind.name);
  params.set("listener", name);
  go(path, params);
}
