/** One week (or another short period) of a history. */
export interface Turn {
  period: string;
  ms: number;
}

/** A year's part of the spiral. */
export interface Ridge {
  year: string;
  path: string;
}

export interface Spiral {
  ridges: Ridge[];
  /** Where the line begins, from the centre, in the units of the path. */
  inner: number;
}

const outer = 142;
const widest = 36;
const msPerDay = 86_400_000;
const steps = 4;

/** The middle of a week, in years: a week belongs to the year that has most of it. */
function turnOf(period: string): number {
  const at = Date.parse(`${period.slice(0, 10)}T00:00:00Z`) + 3 * msPerDay;
  const year = new Date(at).getUTCFullYear();
  const begin = Date.UTC(year, 0, 1);
  return year + (at - begin) / (Date.UTC(year + 1, 0, 1) - begin);
}

/** Between two values without a kink at either. */
const ease = (a: number, b: number, t: number) => a + ((b - a) * (1 - Math.cos(Math.PI * t))) / 2;

/**
 * A line that winds outward, one turn a year from January at the top, as wide as the listening of each week is long.
 *
 * Shape:   in: periods in order, none left out; out: one closed path for each year, oldest first, around 0 0.
 * Units:   the outer edge is 160 from the centre. The widest week is as wide as the turns lie apart, less a gap.
 */
export function spiral(weeks: Turn[]): Spiral {
  const first = weeks[0];
  const last = weeks.at(-1);
  if (!first || !last || weeks.length < 2) return { ridges: [], inner: outer };
  const begin = Math.floor(turnOf(first.period));
  const turns = Math.max(1, turnOf(last.period) - begin);
  const pitch = Math.min(widest, (outer - 18) / turns);
  const inner = outer - pitch * turns;
  // One extreme week must not make all others thin.
  const sorted = weeks.map((w) => w.ms).sort((a, b) => a - b);
  const high = Math.max(1, sorted[Math.floor(sorted.length * 0.98)] ?? 1);
  const half = (ms: number) => (Math.min(1, ms / high) * (pitch * 0.86)) / 2;
  const place = (turn: number, offset: number) => {
    const angle = 2 * Math.PI * turn - Math.PI / 2;
    const radius = inner + pitch * (turn - begin) + offset;
    return `${(radius * Math.cos(angle)).toFixed(1)} ${(radius * Math.sin(angle)).toFixed(1)}`;
  };
  const edges = new Map<string, { out: string[]; back: string[] }>();
  for (const [i, week] of weeks.entries()) {
    const next = weeks[i + 1];
    if (!next) break;
    const year = String(Math.floor(turnOf(week.period)));
    const edge = edges.get(year) ?? { out: [], back: [] };
    edges.set(year, edge);
    const from = turnOf(week.period);
    const to = turnOf(next.period);
    for (let s = 0; s <= steps; s += 1) {
      const t = s / steps;
      const turn = from + (to - from) * t;
      const offset = ease(half(week.ms), half(next.ms), t);
      edge.out.push(place(turn, offset));
      edge.back.unshift(place(turn, -offset));
    }
  }
  const ridges = [...edges].map(([year, { out, back }]) => ({
    year,
    path: `M${[...out, ...back].join("L")}Z`,
  }));
  return { ridges, inner };
}
