"""Five metrics with one other tool, over plays that lie ready as Parquet.

Usage:  peer_metrics.py pandas|polars|duckdb FOLDER METRIC ROUNDS. Prints JSON: the rows, and the seconds of each round within the
        process, without reading the files (warm). Starting and reading included (cold) is what the caller measures.
Shape:  FOLDER/plays.parquet (track, title, artist, ended as UTC timestamp, ms; each play once, at least 30 s),
        FOLDER/features.parquet (track, feature, value).
"""

from __future__ import annotations

import json
import pathlib
import sys
import time
from collections.abc import Callable

ZONE = "Europe/Paris"
METRICS = ["top_tracks", "top_artists", "timeline", "clock", "taste_profile"]
FEATURES = [
    "danceability",
    "energy",
    "loudness",
    "speechiness",
    "acousticness",
    "instrumentalness",
    "liveness",
    "valence",
    "tempo",
    "key",
    "mode",
    "time_signature",
]
Answer = Callable[[], list[tuple]]


def pandas_answers(folder: pathlib.Path, metric: str) -> Answer:
    import pandas as pd

    columns = {
        "top_tracks": ["track", "title", "artist", "ended", "ms"],
        "top_artists": ["artist", "track", "ms"],
        "timeline": ["ended", "ms", "track", "artist"],
        "clock": ["ended", "ms"],
        "taste_profile": ["track", "ms"],
    }[metric]
    p = pd.read_parquet(folder / "plays.parquet", columns=columns)
    for name in {"track", "artist", "title"} & set(columns):
        p[name] = p[name].astype("category")

    def top_tracks() -> list[tuple]:
        g = (
            p.groupby("track", observed=True)
            .agg(plays=("ms", "size"), ms=("ms", "sum"), first=("ended", "min"), last=("ended", "max"))
            .reset_index()
        )
        g["track"] = g["track"].astype(str)
        g = g.sort_values(["plays", "track"], ascending=[False, True]).head(100)
        latest = (
            p[p["track"].isin(g["track"])]
            .sort_values("ended")
            .drop_duplicates("track", keep="last")
            .set_index("track")
        )
        return [
            (t, latest.at[t, "title"], latest.at[t, "artist"], int(n), int(ms))
            for t, n, ms in zip(g["track"], g["plays"], g["ms"], strict=True)
        ]

    def top_artists() -> list[tuple]:
        g = (
            p.groupby("artist", observed=True)
            .agg(plays=("ms", "size"), ms=("ms", "sum"), tracks=("track", "nunique"))
            .reset_index()
        )
        g["artist"] = g["artist"].astype(str)
        return [
            tuple(r)
            for r in g.sort_values(["plays", "artist"], ascending=[False, True])
            .head(100)
            .itertuples(index=False)
        ]

    def timeline() -> list[tuple]:
        month = p["ended"].dt.tz_localize("UTC").dt.tz_convert(ZONE).dt.tz_localize(None).dt.to_period("M")
        g = p.groupby(month).agg(
            plays=("ms", "size"), ms=("ms", "sum"), tracks=("track", "nunique"), artists=("artist", "nunique")
        )
        g = g.reindex(pd.period_range(g.index.min(), g.index.max(), freq="M"), fill_value=0)
        return [(f"{m}-01", *map(int, r)) for m, r in zip(g.index, g.itertuples(index=False), strict=True)]

    def clock() -> list[tuple]:
        local = p["ended"].dt.tz_localize("UTC").dt.tz_convert(ZONE)
        g = p.groupby([local.dt.day_of_week + 1, local.dt.hour])["ms"].agg(["size", "sum"])
        return [
            (d, h, int(g["size"].get((d, h), 0)), int(g["sum"].get((d, h), 0)))
            for d in range(1, 8)
            for h in range(24)
        ]

    features = pd.read_parquet(folder / "features.parquet") if metric == "taste_profile" else None

    def taste_profile() -> list[tuple]:
        counts = (
            p["track"].value_counts().rename("w").rename_axis("track").reset_index().astype({"track": str})
        )
        rows = []
        for feature, f in features.merge(counts, on="track").groupby("feature"):
            f = f.sort_values("value")
            w, v = f["w"], f["value"]
            mean, upto = (w * v).sum() / w.sum(), w.cumsum()
            rows.append(
                (
                    feature,
                    mean,
                    ((w * v * v).sum() / w.sum() - mean**2) ** 0.5,
                    *(v[upto >= q * w.sum() - 1e-6].iloc[0] for q in (0.1, 0.5, 0.9)),
                    int(w.sum()),
                )
            )
        return sorted(rows, key=lambda r: FEATURES.index(r[0]))

    return locals()[metric]


def polars_answers(folder: pathlib.Path, metric: str) -> Answer:
    import polars as pl

    columns = {
        "top_tracks": ["track", "title", "artist", "ended", "ms"],
        "top_artists": ["artist", "track", "ms"],
        "timeline": ["ended", "ms", "track", "artist"],
        "clock": ["ended", "ms"],
        "taste_profile": ["track", "ms"],
    }[metric]
    p = pl.read_parquet(folder / "plays.parquet", columns=columns)
    local = pl.col("ended").dt.replace_time_zone("UTC").dt.convert_time_zone(ZONE)

    def top_tracks() -> list[tuple]:
        g = p.group_by("track").agg(
            pl.len().alias("plays"),
            pl.col("ms").sum(),
            pl.col("ended").min().alias("first"),
            pl.col("ended").max().alias("last"),
        )
        g = g.sort(["plays", "track"], descending=[True, False]).head(100)
        latest = (
            p.join(g.select("track"), on="track")
            .group_by("track")
            .agg(pl.col("title", "artist").sort_by("ended").last())
        )
        return (
            g.join(latest, on="track", maintain_order="left")
            .select("track", "title", "artist", "plays", "ms")
            .rows()
        )

    def top_artists() -> list[tuple]:
        g = p.group_by("artist").agg(
            pl.len().alias("plays"), pl.col("ms").sum(), pl.col("track").n_unique().alias("tracks")
        )
        return g.sort(["plays", "artist"], descending=[True, False]).head(100).rows()

    def timeline() -> list[tuple]:
        month = local.dt.replace_time_zone(None).dt.truncate("1mo").dt.date().alias("month")
        g = p.group_by(month).agg(
            pl.len(),
            pl.col("ms").sum(),
            pl.col("track").n_unique().alias("tracks"),
            pl.col("artist").n_unique().alias("artists"),
        )
        g = g.sort("month").upsample("month", every="1mo").fill_null(0)
        return [(str(m), *r) for m, *r in g.rows()]

    def clock() -> list[tuple]:
        g = p.group_by(local.dt.weekday().alias("d"), local.dt.hour().alias("h")).agg(
            pl.len(), pl.col("ms").sum()
        )
        found = {(d, h): (n, ms) for d, h, n, ms in g.rows()}
        return [(d, h, *found.get((d, h), (0, 0))) for d in range(1, 8) for h in range(24)]

    features = pl.read_parquet(folder / "features.parquet") if metric == "taste_profile" else None

    def taste_profile() -> list[tuple]:
        counts = p.group_by("track").agg(pl.len().cast(pl.Int64).alias("w"))
        f = (
            features.join(counts, on="track")
            .sort("feature", "value")
            .with_columns(upto=pl.col("w").cum_sum().over("feature"), whole=pl.col("w").sum().over("feature"))
        )
        w, v = pl.col("w"), pl.col("value")
        mean = (w * v).sum() / w.sum()
        g = f.group_by("feature").agg(
            mean.alias("mean"),
            ((w * v * v).sum() / w.sum() - mean**2).sqrt().alias("stddev"),
            *(
                v.filter(pl.col("upto") >= q * pl.col("whole") - 1e-6).min().alias(str(q))
                for q in (0.1, 0.5, 0.9)
            ),
            w.sum().alias("plays"),
        )
        return sorted(g.rows(), key=lambda r: FEATURES.index(r[0]))

    return locals()[metric]


DUCKDB = {
    "top_tracks": """with g as (select track, count(*) as plays, sum(ms) as ms, min(ended), max(ended), arg_max(title, ended) as title, arg_max(artist, ended) as artist
        from plays group by track) select track, title, artist, plays, ms from g order by plays desc, track limit 100""",
    "top_artists": "select artist, count(*) as plays, sum(ms), count(distinct track) from plays group by artist order by plays desc, artist limit 100",
    "timeline": """with g as (select date_trunc('month', ended at time zone 'UTC' at time zone 'Europe/Paris')::date as month, count(*) as n, sum(ms) as ms,
        count(distinct track) as tracks, count(distinct artist) as artists from plays group by 1)
        select m::date::varchar, coalesce(n, 0), coalesce(ms, 0), coalesce(tracks, 0), coalesce(artists, 0)
        from (select unnest(generate_series(min(month), max(month), interval 1 month)) as m from g) left join g on month = m order by 1""",
    "clock": """with g as (select isodow(t) as d, hour(t) as h, count(*) as n, sum(ms) as ms
        from (select ended at time zone 'UTC' at time zone 'Europe/Paris' as t, ms from plays) group by 1, 2)
        select a.d, b.h, coalesce(n, 0), coalesce(ms, 0) from range(1, 8) a(d) cross join range(0, 24) b(h) left join g using (d, h) order by 1, 2""",
    "taste_profile": """with c as (select track, count(*) as w from plays group by track),
        o as (select feature, value, w, sum(w) over (partition by feature order by value rows unbounded preceding) as upto, sum(w) over (partition by feature) as whole
          from features join c using (track)),
        g as (select feature, sum(w * value) / sum(w) as mean, sum(w * value * value) / sum(w) as square, min(case when upto >= 0.1 * whole then value end) as p10,
          min(case when upto >= 0.5 * whole then value end) as p50, min(case when upto >= 0.9 * whole then value end) as p90, sum(w) as plays from o group by feature)
        select feature, mean, sqrt(square - mean * mean), p10, p50, p90, plays from g""",
}


def duckdb_answers(folder: pathlib.Path, metric: str) -> Answer:
    import duckdb

    con = duckdb.connect()
    con.execute(f"create table plays as from '{folder / 'plays.parquet'}'")
    if metric == "taste_profile":
        con.execute(f"create table features as from '{folder / 'features.parquet'}'")

    def answer() -> list[tuple]:
        rows = con.execute(DUCKDB[metric]).fetchall()
        return sorted(rows, key=lambda r: FEATURES.index(r[0])) if metric == "taste_profile" else rows

    return answer


def main() -> None:
    tool, folder, metric, rounds = (sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3], int(sys.argv[4]))
    answer = {"pandas": pandas_answers, "polars": polars_answers, "duckdb": duckdb_answers}[tool](
        folder, metric
    )
    seconds, rows = [], []
    for _ in range(rounds):
        began = time.perf_counter()
        rows = answer()
        seconds.append(time.perf_counter() - began)
    print(
        json.dumps(
            {"rows": rows, "seconds": seconds},
            default=lambda number: number.item() if hasattr(number, "item") else int(number),
        )
    )


if __name__ == "__main__":
    main()
