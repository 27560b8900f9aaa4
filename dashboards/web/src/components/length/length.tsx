import { approximate, duration } from "../../text/format";

export const estimatedMeans = "Nobody told how long this was heard: it is the track's length.";

/** Whether a list of plays marks a play's milliseconds as estimated. */
export function isEstimated(mark: unknown): boolean {
  return String(mark ?? "").includes("length estimated");
}

/** How long a play was heard; where that is estimated it says so to the eye and to the ear. */
export function Length({ ms, mark }: { ms: number; mark: string | null }) {
  if (!isEstimated(mark)) return <span class="ms">{duration(ms)}</span>;
  return (
    <span class="ms" title={estimatedMeans}>
      {approximate(duration(ms))}
      <span class="visually-hidden"> (estimated)</span>
    </span>
  );
}
