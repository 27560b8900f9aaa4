import { months, period } from "../../text/format";
import { axis, type Palette } from "./palette";

/** Which periods carry a label on a time axis, and what it says. */
export interface PeriodLabels {
  interval(index: number): boolean;
  formatter(value: string): string;
}

const days = (text: string) => Date.parse(`${text.slice(0, 10)}T00:00:00Z`) / 86_400_000;

/**
 * Labels for periods named by their first days, in order: years where they begin when there are many, months between
 * when there are few, days when there are very few.
 */
export function periodLabels(periods: string[], grain: string): PeriodLabels {
  const first = periods[0];
  const last = periods.at(-1);
  const span = first && last ? days(last) - days(first) : 0;
  if (grain === "year" || span < 70) {
    return {
      interval: () => true,
      formatter: (value) =>
        grain === "year" ? value.slice(0, 4) : period(value, grain).replace(/ \d{4}$/, ""),
    };
  }
  const yearsOnly = span > 3 * 366;
  const step = span > 400 ? 3 : 1;
  const shown = periods.map((text, i) => {
    const [year, month, date] = text.split("-");
    const [yearBefore, monthBefore] = (periods[i - 1] ?? "").split("-");
    // The first period is labelled where it begins a year or month, not where the history begins within one.
    const beginsYear = i === 0 ? month === "01" && date === "01" : year !== yearBefore;
    const beginsMonth = i === 0 ? date === "01" : beginsYear || month !== monthBefore;
    return yearsOnly ? beginsYear : beginsMonth && (Number(month) - 1) % step === 0;
  });
  return {
    interval: (index) => shown[index] ?? false,
    formatter: (value) => {
      const [year, month] = value.split("-");
      return yearsOnly || month === "01" ? (year ?? value) : (months[Number(month) - 1] ?? value);
    },
  };
}

/** A time axis: a place for each row's period, in order, with the labels of `periodLabels`. */
export function periodAxis(colours: Palette, rows: { period: string }[], grain: string, extra: object = {}) {
  const periods = rows.map((row) => row.period);
  return axis(colours, {
    type: "category",
    data: periods,
    splitLine: { show: false },
    axisLabel: { color: colours.muted, hideOverlap: true, ...periodLabels(periods, grain) },
    ...extra,
  });
}
