import { useMemo } from "preact/hooks";
import { rowsOf } from "../../api/client";
import { setParams } from "../../state/conditions";
import { useAnswer } from "../../state/use_answer";
import { months, plural } from "../../text/format";
import { spiral, type Turn } from "./spiral";

const weeksMin = 26;

/** The history as one winding line: a turn a year, wide where much was played. Nothing where there is too little. */
export function Rings() {
  const { answer, stale } = useAnswer("timeline", { grain: "week" });
  const weeks = useMemo(() => (answer ? rowsOf<Turn>(answer) : []), [answer]);
  const { ridges } = useMemo(() => spiral(weeks), [weeks]);
  if (weeks.length < weeksMin) return null;
  return (
    <figure class={`rings${stale ? " stale" : ""}`}>
      <svg
        viewBox="-180 -178 360 354"
        role="img"
        aria-label={`The history as a spiral of ${plural(ridges.length, "year")}, from ${ridges[0]?.year} in the middle to ${ridges.at(-1)?.year} outside.`}
      >
        {months.map((month, i) => {
          const angle = (i / 12) * 2 * Math.PI - Math.PI / 2;
          return (
            <text
              key={month}
              x={168 * Math.cos(angle)}
              y={168 * Math.sin(angle)}
              text-anchor="middle"
              dominant-baseline="central"
            >
              {month}
            </text>
          );
        })}
        {ridges.map(({ year, path }, i) => (
          // biome-ignore lint/a11y/noStaticElementInteractions: the dates in the bar do the same by keyboard
          <path
            key={year}
            d={path}
            style={{ opacity: 0.35 + (0.65 * (i + 1)) / ridges.length }}
            onClick={() => setParams({ from: `${year}-01-01`, to: `${Number(year) + 1}-01-01` })}
          >
            <title>{`Only ${year}`}</title>
          </path>
        ))}
      </svg>
      <figcaption>
        {ridges.length > 1 && `One turn a year, ${ridges[0]?.year} in the middle. `}
        The wider the line, the more was played.
      </figcaption>
    </figure>
  );
}
