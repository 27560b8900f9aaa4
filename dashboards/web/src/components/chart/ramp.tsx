import { useTheme } from "../../state/theme";
import { palette } from "./palette";

/** What the colours of a heat map mean, from least to most. */
export function Ramp({ from, to }: { from: string; to: string }) {
  const { ramp } = palette(useTheme());
  return (
    <p class="ramp">
      <span>{from}</span>
      <i style={{ background: `linear-gradient(90deg, ${ramp.join(", ")})` }} />
      <span>{to}</span>
    </p>
  );
}
