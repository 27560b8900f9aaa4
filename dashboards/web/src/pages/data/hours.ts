/** One hour of the coverage, as `coverage` tells it. */
export interface HourRow {
  date: string;
  hour: number;
  live: number;
  export: number;
  gap: number;
}

export const witnessed = ["nothing", "live", "export", "both", "gap"] as const;
export type Witnessed = (typeof witnessed)[number];

/** How well an hour is witnessed. A gap shows where no export fills it. */
export function witnessOf(hour: { live: number; export: number; gap: number }): Witnessed {
  if (hour.live > 0 && hour.export > 0) return "both";
  if (hour.export > 0) return "export";
  if (hour.gap > 0) return "gap";
  return hour.live > 0 ? "live" : "nothing";
}

/** The days of a month, "2024-02" first to last. */
export function daysOf(month: string): string[] {
  const [year = 0, number = 1] = month.split("-").map(Number);
  const days = new Date(Date.UTC(year, number, 0)).getUTCDate();
  return Array.from({ length: days }, (_, i) => `${month}-${String(i + 1).padStart(2, "0")}`);
}

/** How many hours of the rows are witnessed in which way. */
export function tally(rows: HourRow[]): Record<Witnessed, number> {
  const counts = { nothing: 0, live: 0, export: 0, both: 0, gap: 0 };
  for (const row of rows) counts[witnessOf(row)] += 1;
  return counts;
}
