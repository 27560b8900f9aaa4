const whole = new Intl.NumberFormat("en");

/** 50243 -> "50,243". */
export function count(value: number): string {
  return whole.format(value);
}

/** Number and unit stay on one line. */
const space = "\u00a0";

/** Milliseconds as a person says them: "113 d", "4 d 3 h", "2 h 5 min", "45 s". */
export function duration(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  const hours = Math.floor(minutes / 60);
  const days = Math.floor(hours / 24);
  const parts: [number, string][] =
    days >= 100
      ? [[days, "d"]]
      : days >= 1
        ? [
            [days, "d"],
            [hours % 24, "h"],
          ]
        : hours >= 1
          ? [
              [hours, "h"],
              [minutes % 60, "min"],
            ]
          : minutes >= 1
            ? [[minutes, "min"]]
            : [[Math.floor(ms / 1000), "s"]];
  return parts
    .filter(([n], i) => i === 0 || n > 0)
    .map(([n, unit]) => count(n) + space + unit)
    .join(space);
}

/** "3 min" -> "≈ 3 min": it holds what is estimated. */
export function approximate(text: string): string {
  return `≈${space}${text}`;
}

/** Milliseconds in one number and a whole word: ["139", "days"], ["5", "hours"], ["1", "minute"]. */
export function durationWords(ms: number): [number: string, word: string] {
  const minutes = Math.floor(ms / 60_000);
  const [n, word] =
    minutes >= 2 * 1440
      ? [Math.floor(minutes / 1440), "day"]
      : minutes >= 120
        ? [Math.floor(minutes / 60), "hour"]
        : [minutes, "minute"];
  return [count(n), n === 1 ? word : `${word}s`];
}

/** 0.9134 -> "91 %"; shares that are not quite all or nothing do not round to it. */
export function percent(share: number): string {
  const rounded = Math.round(share * 100);
  if (rounded === 100 && share < 1) return `99${space}%`;
  if (rounded === 0 && share > 0) return `<${space}1${space}%`;
  return `${rounded}${space}%`;
}

export const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** "2015-01-12" (or an instant) -> "12 Jan 2015". */
export function day(text: string): string {
  const [year, month, date] = text.slice(0, 10).split("-");
  return `${Number(date)} ${months[Number(month) - 1]} ${year}`;
}

/** The day of an instant in a zone, "2015-01-12"; of a day, that day. */
export function dayIn(text: string, zone: string): string {
  if (text.length <= 10) return text;
  const form = { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" } as const;
  return new Intl.DateTimeFormat("sv-SE", form).format(new Date(text));
}

/** The hour and minute of an instant in a zone: "07:05". */
export function clockTime(text: string, zone: string): string {
  const form = new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit" });
  return form.format(new Date(text));
}

/** A period's name by its first day. */
export function period(text: string, grain: string): string {
  const [year, month] = text.split("-");
  if (grain === "year") return year ?? text;
  if (grain === "quarter") return `Q${Math.floor((Number(month) - 1) / 3) + 1} ${year}`;
  if (grain === "month") return `${months[Number(month) - 1]} ${year}`;
  return day(text);
}

/** A word with its number: plural(1, "day") -> "1 day". */
export function plural(n: number, word: string): string {
  return `${count(n)} ${word}${n === 1 ? "" : "s"}`;
}

export const weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
export const weekdayKeys = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
