import type { Limits } from "../../api/client";
import { kept } from "../../state/conditions";
import { usePlace } from "../../state/location";
import { percent, plural } from "../../text/format";

export interface LimitHint {
  text: string;
  /** Where on the Data page more is told. */
  place: string;
  share?: number;
}

/** How much of something has features, in the words that are used everywhere. */
export function knownFor(share: number, whole: string): string {
  return `Features known for ${percent(share)} of ${whole}`;
}

/** What a figure rests on, as far as its answer tells; in the same words wherever it is told. */
export function limitHints(limits: Limits): LimitHint[] {
  const hints: LimitHint[] = [];
  const { feature_coverage_ms, feature_coverage_tracks, gaps, estimated_plays: estimated } = limits;
  for (const [share, whole] of [
    [feature_coverage_ms, "the time heard"],
    [feature_coverage_tracks, "the tracks"],
  ] as const) {
    if (share !== undefined && share < 1)
      hints.push({ text: knownFor(share, whole), place: "features", share });
  }
  if (gaps) hints.push({ text: `${plural(gaps, "known gap")}: figures may be low`, place: "hours" });
  if (estimated)
    hints.push({
      text: `${plural(estimated, "play")} of estimated length: times are approximate`,
      place: "hours",
    });
  return hints;
}

const around = 2 * Math.PI * 6;

/** The hints beside a figure that they touch, each leading to where the Data page tells more. */
export function RestsOn({ limits }: { limits: Limits }) {
  const { params } = usePlace();
  const hints = limitHints(limits);
  if (hints.length === 0) return null;
  const query = kept(params).toString();
  return (
    <p class="rests-on">
      {hints.map(({ text, place, share }) => (
        <a
          key={text}
          class={share !== undefined && share < 0.5 ? "low" : undefined}
          href={`/data${query ? `?${query}` : ""}#${place}`}
        >
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
          <span>{text}</span>
        </a>
      ))}
    </p>
  );
}
