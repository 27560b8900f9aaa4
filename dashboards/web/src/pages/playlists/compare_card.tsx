import type { EChartsType } from "echarts/core";
import { useCallback, useRef } from "preact/hooks";
import { rowsOf } from "../../api/client";
import { Chart } from "../../components/chart/chart";
import { frame, type Palette, palette } from "../../components/chart/palette";
import { ChartCard } from "../../components/chart_card/chart_card";
import { usePlace } from "../../state/location";
import { useNarrow } from "../../state/narrow";
import { useTheme } from "../../state/theme";
import { type Asked, useAnswers } from "../../state/use_answer";
import { features, otherFeatures } from "../../text/features";
import { percent } from "../../text/format";
import { onScale, shown } from "../taste/profile_card";
import { Lines } from "./lines";
import {
  type DistanceRow,
  distancesOf,
  distanceWords,
  featuresOf,
  joined,
  type ListProfileRow,
  type ListRow,
  listName,
  tellApart,
  unmovedBy,
} from "./lists";

/** How far apart the lists are, pair by pair. */
function Distances({ picks, asked }: { picks: ListRow[]; asked: Asked }) {
  const pairs = distancesOf(picks, asked.answer ? rowsOf<DistanceRow>(asked.answer) : []);
  if (pairs.length === 0) return null;
  return (
    <ul class="distances" aria-label="How far apart they are">
      {pairs.map(({ a, b, distance }) => (
        <li key={`${a.playlist_id} ${b.playlist_id}`}>
          <b>{distance === null ? "–" : distance.toFixed(2)}</b> {listName(a)} and {listName(b)}
          <span> {distance === null ? "cannot be compared" : distanceWords(distance)}</span>
        </li>
      ))}
    </ul>
  );
}

/** The picked lists as radars over one another, and feature by feature. */
export function CompareCard({ picks, distances }: { picks: ListRow[]; distances: Asked }) {
  const { params } = usePlace();
  const chart = useRef<EChartsType | null>(null);
  const narrow = useNarrow();
  const colours = palette(useTheme()).series;
  const names = picks.map(listName);
  const { answers, problem, stale } = useAnswers(
    "playlist_profile",
    picks.map((row) => ({ playlist: row.playlist_id })),
  );
  // While other lists are awaited, the answers are still of those before.
  const fits = answers?.length === picks.length;
  const asked = { answer: answers && fits ? joined(answers, names) : undefined, problem, stale };
  const profiles = answers && fits ? answers.map((answer) => rowsOf<ListProfileRow>(answer)) : [];
  const of = (i: number, feature: string) => profiles[i]?.find((row) => row.feature === feature);
  // biome-ignore lint/correctness/useExhaustiveDependencies: profiles follow from the answers
  const options = useCallback(
    (c: Palette) => ({
      ...frame(c),
      radar: {
        indicator: features.map((f) => ({ name: f.label, max: 1, min: 0 })),
        radius: narrow ? "60%" : "74%",
        splitNumber: 4,
        axisName: { color: c.ink, fontSize: 12, fontWeight: 600 },
        axisLine: { lineStyle: { color: c.line } },
        splitLine: { lineStyle: { color: c.line } },
        splitArea: { show: false },
      },
      series: [
        {
          type: "radar",
          symbol: "none",
          silent: true,
          data: profiles.map((_, i) => ({
            value: features.map((f) => of(i, f.name)?.mean ?? 0),
            lineStyle: { width: 2.5, color: c.series[i] },
            areaStyle: { color: c.series[i], opacity: profiles.length > 1 ? 0.1 : 0.22 },
          })),
        },
      ],
    }),
    [answers, narrow],
  );
  const covered = profiles.map((rows) => Math.max(0, ...rows.map((row) => row.coverage_tracks)));
  const told = picks.length > 1 && fits ? tellApart(answers ?? [], names) : "";
  return (
    <ChartCard
      wide
      title={picks.length > 1 ? "Side by side" : "Profile"}
      note={
        <Lines of={[told || "The average of all tracks in the list, played or not.", unmovedBy(params)]} />
      }
      limits={featuresOf(picks)}
      asked={asked}
      chartRef={chart}
      height={narrow ? 300 : 360}
      empty="The sound of these tracks is not known. A catalogue tells it: drop one on the Data page."
    >
      {() => (
        <>
          <ul class="sides">
            {names.map((name, i) => (
              <li key={picks[i]?.playlist_id}>
                <i aria-hidden="true" style={{ background: colours[i] }} />
                {name} <span>features known for {percent(covered[i] ?? 0)}</span>
              </li>
            ))}
          </ul>
          <Distances picks={picks} asked={distances} />
          <div class="profile">
            <Chart
              options={options}
              height={narrow ? 300 : 360}
              chartRef={chart}
              label={`Radar of ${names.join(", ")}. ${told}`}
            />
            <dl class="axes">
              {[...features, ...otherFeatures].map((f) => (
                <div key={f.name} title={f.meaning}>
                  <dt>{f.label}</dt>
                  <dd>
                    {names.map((name, i) => {
                      const row = of(i, f.name);
                      return (
                        <span class="scale-line" key={picks[i]?.playlist_id}>
                          <span class="visually-hidden">{name}: </span>
                          <span class="scale" aria-hidden="true">
                            {row && (
                              <i
                                style={{
                                  left: `${onScale(row.mean, row.unit) * 100}%`,
                                  background: colours[i],
                                }}
                              />
                            )}
                          </span>
                          <b>{row ? shown(row) : "–"}</b>
                        </span>
                      );
                    })}
                  </dd>
                </div>
              ))}
            </dl>
          </div>
        </>
      )}
    </ChartCard>
  );
}
