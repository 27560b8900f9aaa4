import type { EChartsCoreOption, EChartsType } from "echarts/core";
import { useEffect, useRef } from "preact/hooks";
import { useTheme } from "../../state/theme";
import { type Palette, palette } from "./palette";

interface Props {
  /** Makes the chart's options with the colours of the theme. */
  options: (colours: Palette) => EChartsCoreOption;
  /** What the picture shows, in a sentence, for those who cannot see it. */
  label: string;
  height: number;
  onClick?: (params: { value?: unknown; name?: string; dataIndex?: number }) => void;
  chartRef?: { current: EChartsType | null };
}

/** A chart that follows its box and the theme. */
export function Chart({ options, label, height, onClick, chartRef }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType | null>(null);
  const click = useRef(onClick);
  click.current = onClick;
  const theme = useTheme();
  // biome-ignore lint/correctness/useExhaustiveDependencies: made once; options and theme are set below
  useEffect(() => {
    let gone = false;
    let watch: ResizeObserver | undefined;
    import("./echarts").then(({ init }) => {
      if (gone || !box.current) return;
      chart.current = init(box.current, null, { renderer: "canvas" });
      if (chartRef) chartRef.current = chart.current;
      chart.current.setOption(options(palette(theme)), true);
      chart.current.on("click", (params) => click.current?.(params as { value?: unknown; name?: string }));
      watch = new ResizeObserver(() => chart.current?.resize());
      watch.observe(box.current);
    });
    return () => {
      gone = true;
      watch?.disconnect();
      chart.current?.dispose();
      chart.current = null;
    };
  }, []);
  useEffect(() => {
    chart.current?.setOption(options(palette(theme)), true);
  }, [options, theme]);
  return <div ref={box} class="chart" style={{ height: `${height}px` }} role="img" aria-label={label} />;
}
