import type { Problem as Told } from "../../api/client";
import { askAgain } from "../../state/live";

/** What went wrong, what to try, and the way to try it. */
export function Problem({ problem }: { problem: Told }) {
  return (
    <div class="problem" role="alert">
      <p>{problem.message}</p>
      {problem.hint && <p class="hint">Try: {problem.hint}</p>}
      <button type="button" class="button" onClick={askAgain}>
        Ask again
      </button>
    </div>
  );
}
