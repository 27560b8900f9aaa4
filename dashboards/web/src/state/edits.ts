import { postJson } from "../api/client";
import { useAction } from "../components/action/action";
import { useListener, useListeners } from "./listeners";

/** What an edit states: its kind and what belongs to it. */
export type Stated = Record<string, string | string[]>;

/** Says a correction to the server; the page follows by itself. `then` is given the edit's id, which undoes it. */
export function useEdit() {
  const { usual } = useListeners();
  const listener = useListener() || usual;
  const [busy, problem, run] = useAction();
  const edit = (stated: Stated, then?: (id: string) => void) =>
    run(async () => {
      const told = await postJson<{ edit_id: string }>("/api/v1/edits", { listener, ...stated });
      then?.(told.edit_id);
    });
  return { busy, problem, edit };
}
