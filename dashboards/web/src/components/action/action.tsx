import { useState } from "preact/hooks";
import { Problem as Told } from "../../api/client";

/** Runs what the server is asked for, one thing at a time, and keeps what went wrong. */
export function useAction(): [
  busy: boolean,
  problem: Told | undefined,
  run: (work: () => Promise<void>) => void,
] {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Told>();
  const run = (work: () => Promise<void>) => {
    setBusy(true);
    setProblem(undefined);
    work()
      .catch((error: unknown) => setProblem(error instanceof Told ? error : new Told(String(error))))
      .finally(() => setBusy(false));
  };
  return [busy, problem, run];
}

export function Wrong({ problem }: { problem: Told | undefined }) {
  if (!problem) return null;
  return (
    <div class="problem" role="alert">
      <p>{problem.message}</p>
      {problem.hint && <p class="hint">Try: {problem.hint}</p>}
    </div>
  );
}
