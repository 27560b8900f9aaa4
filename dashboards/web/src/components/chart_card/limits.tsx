import type { Limits } from "../../api/client";
import { percent, plural } from "../../text/format";

/** What a figure rests on, as far as its answer tells: short for the eye, in full for the ear and on hover. */
export function limitHints(limits: Limits): { short: string; full: string; share?: number }[] {
  const hints: { short: string; full: string; share?: number }[] = [];
  const { feature_coverage_ms: share, gaps, estimated_plays: estimated } = limits;
  if (share !== undefined && share < 1) {
    hints.push({
      short: percent(share),
      full: `Rests on ${percent(share)} of the listening time; the sound of the rest is not known.`,
      share,
    });
  }
  if (gaps) {
    hints.push({
      short: plural(gaps, "gap"),
      full: `${plural(gaps, "span")} of time in which plays may be missing.`,
    });
  }
  if (estimated) {
    hints.push({
      short: `${plural(estimated, "play")} estimated`,
      full: `The length of ${plural(estimated, "play")} is estimated.`,
    });
  }
  return hints;
}

const around = 2 * Math.PI * 6;

/** The hints beside a figure that they touch. */
export function LimitHints({ limits }: { limits: Limits }) {
  return (
    <>
      {limitHints(limits).map(({ short, full, share }) => (
        <span key={full} class={`limit${share !== undefined && share < 0.5 ? " low" : ""}`} title={full}>
          {share !== undefined && (
            <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
              <circle class="ring" cx="8" cy="8" r="6" />
              <circle
                class="part"
                cx="8"
                cy="8"
                r="6"
                stroke-dasharray={`${share * around} ${around}`}
                transform="rotate(-90 8 8)"
              />
            </svg>
          )}
          <span aria-hidden="true">{short}</span>
          <span class="visually-hidden">{full}</span>
        </span>
      ))}
    </>
  );
}
