import { useEffect } from "preact/hooks";
import { listListeners } from "../api/client";
import { conditionKinds } from "./conditions";
import { onFirstVersion, useDataVersion } from "./live";
import { go, here, usePlace } from "./location";
import { shared, useShared } from "./shared";

/** Whose plays the server has; `names` is undefined until it has told. */
export interface Listeners {
  names?: string[];
  /** Whom the server means where the address names no one. */
  usual: string;
  /** The server did not tell; whoever it means by itself is asked about. */
  failed: boolean;
}

const known = shared<Listeners>({ usual: "", failed: false });
let asked: string | undefined;

/** Asks the server once for each data version, however many parts of the page want to know. */
async function ask(version: string) {
  if (asked === version) return;
  asked = version;
  let told: Listeners;
  try {
    const { listeners, default: usual } = await listListeners();
    // Someone new does not take the page from the one whose figures are on it.
    const shown = known.now().usual;
    told = { names: listeners, usual: listeners.includes(shown) ? shown : usual, failed: false };
  } catch {
    // Who they are stays as it was; the cards tell what is wrong with the server.
    told = { ...known.now(), failed: true };
  }
  if (asked !== version) return;
  known.tell(told);
}

onFirstVersion(() => {
  if (asked !== "") return;
  asked = undefined;
  ask("");
});

export function useListeners(): Listeners {
  const version = useDataVersion();
  const now = useShared(known);
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
