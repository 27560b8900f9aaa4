import { featureLabel } from "../../text/features";
import { weekdayKeys, weekdays } from "../../text/format";

/** A condition's value as a person reads it: "22-2" -> "22:00–2:00", "energy>=0.8" -> "Energy ≥ 0.8". */
export function shownValue(name: string, value: string): string {
  if (name === "hours") {
    const span = /^(\d+)-(\d+)$/.exec(value);
    return span ? `${span[1]}:00–${span[2]}:00` : value;
  }
  if (name === "weekdays") {
    return value
      .split(",")
      .map((key) => weekdays[weekdayKeys.indexOf(key.trim())] ?? key)
      .join(", ");
  }
  if (name === "feature") {
    const parts = /^([a-z_]+)(<=|>=|<|>)(.+)$/.exec(value);
    if (!parts) return value;
    const sign = (parts[2] ?? "").replace("<=", "≤").replace(">=", "≥");
    return `${featureLabel(parts[1] ?? "")} ${sign} ${parts[3]}`;
  }
  return name === "released" ? value.replace("-", "–") : value;
}
