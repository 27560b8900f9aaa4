import type { EChartsType } from "echarts/core";
import { useCallback, useRef } from "preact/hooks";
import { rowsOf } from "../../api/client";
import { Chart } from "../../components/chart/chart";
import { axis, frame, type Palette } from "../../components/chart/palette";
import { Ramp } from "../../components/chart/ramp";
import { ChartCard } from "../../components/chart_card/chart_card";
import { usePlace } from "../../state/location";
import type { Asked } from "../../state/use_answer";
import { count } from "../../text/format";
import { Lines } from "./lines";
import {
  type DistanceRow,
  distancesOf,
  distanceWords,
  featuresOf,
  type ListRow,
  listName,
  pick,
  unmovedBy,
} from "./lists";

/** More would be too small to read; the table and the file have all. */
const listsMax = 24;

interface Props {
  lists: ListRow[];
  picks: ListRow[];
  asked: Asked;
}

/** How far apart every two lists are, as a matrix; a cell puts its two lists side by side. */
export function DistanceCard({ lists, picks, asked }: Props) {
  const { params } = usePlace();
  const chart = useRef<EChartsType | null>(null);
  const rows = asked.answer ? rowsOf<DistanceRow>(asked.answer) : [];
  const drawn = lists.filter((row) => row.features_known).slice(0, listsMax);
  const at = new Map(drawn.map((row, i) => [row.playlist_id, i]));
  const names = Object.fromEntries(lists.map((row) => [row.playlist_id, listName(row)]));
  const name = (id: string) => names[id] ?? id;
  const known = rows.filter(
    (row) => row.distance !== null && at.has(row.playlist_a) && at.has(row.playlist_b),
  );
  const cells = known.flatMap((row) => {
    const [a, b] = [at.get(row.playlist_a) ?? 0, at.get(row.playlist_b) ?? 0];
    return [
      [a, b, row.distance ?? 0],
      [b, a, row.distance ?? 0],
    ];
  });
  const [nearest, farthest] = [known[0], known.at(-1)];
  const tell = (row: DistanceRow) =>
    `${name(row.playlist_a)} and ${name(row.playlist_b)} (${row.distance?.toFixed(2)})`;
  const note =
    nearest && farthest && known.length > 1
      ? `Closest: ${tell(nearest)}. Farthest: ${tell(farthest)}. 1 is a usual deviation in every feature.`
      : "1 is a usual deviation in every feature.";
  // What a cell says when the pointer is on it, for those who have none: a tap picks its lists.
  const [picked] = picks.length === 2 ? distancesOf(picks, rows) : [];
  const leftOut =
    drawn.length < lists.length
      ? `The picture shows ${count(drawn.length)} of ${count(lists.length)} lists: the most played of known sound. The table has all.`
      : "";
  const height = Math.max(220, drawn.length * 26 + 90);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the cells follow from the answer and the lists
  const options = useCallback(
    (c: Palette) => {
      const side = (extra: object) =>
        axis(c, {
          type: "category",
          data: drawn.map((_, i) => String(i)),
          splitLine: { show: false },
          axisLine: { show: false },
          axisLabel: {
            color: c.muted,
            width: 110,
            overflow: "truncate",
            interval: 0,
            formatter: (i: string) => listName(drawn[Number(i)] as ListRow),
            ...extra,
          },
        });
      return {
        ...frame(c),
        grid: { left: 120, right: 8, top: 4, bottom: 84 },
        tooltip: {
          ...frame(c).tooltip,
          formatter: ({ value: [x, y, distance] }: { value: [number, number, number] }) =>
            `${listName(drawn[x] as ListRow)}<br>${listName(drawn[y] as ListRow)}<br><b>${distance.toFixed(2)}</b>`,
        },
        xAxis: side({ rotate: 40, width: 90 }),
        yAxis: { ...side({}), inverse: true },
        visualMap: {
          show: false,
          min: 0,
          max: Math.max(0.5, ...known.map((row) => row.distance ?? 0)),
          dimension: 2,
          inRange: { color: [...c.ramp].reverse() },
        },
        series: [
          {
            type: "heatmap",
            data: cells,
            itemStyle: { borderColor: c.card, borderWidth: 2, borderRadius: 5 },
            emphasis: { itemStyle: { borderColor: c.ink, borderWidth: 2 } },
          },
        ],
      };
    },
    [asked.answer, lists],
  );
  return (
    <ChartCard
      title="How far apart"
      note={<Lines of={[note, leftOut, unmovedBy(params)]} />}
      table={{ words: { playlist_a: names, playlist_b: names } }}
      limits={featuresOf(lists)}
      asked={asked}
      chartRef={chart}
      height={height}
      pick={(i) => {
        const row = rows[i];
        if (row) pick([row.playlist_a, row.playlist_b]);
      }}
      empty="It takes two playlists to be apart."
    >
      {() => (
        <>
          <Chart
            options={options}
            height={height}
            chartRef={chart}
            label={`Distances of ${drawn.length} playlists. ${note}`}
            onClick={({ value }) => {
              const [x, y] = value as [number, number];
              const [a, b] = [drawn[x], drawn[y]];
              if (a && b) pick([a.playlist_id, b.playlist_id]);
            }}
          />
          <Ramp from="far" to="close" />
          {picked && picked.distance !== null && (
            <p class="note" role="status">
              Picked: {listName(picked.a)} and {listName(picked.b)}, <b>{picked.distance.toFixed(2)}</b>,{" "}
              {distanceWords(picked.distance)}.
            </p>
          )}
        </>
      )}
    </ChartCard>
  );
}
