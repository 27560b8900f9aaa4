"""Export to first figure with one other tool: `peer_import.py pandas|polars|duckdb FILE…` prints the most played artist.

The same question as Earprint's: valid plays of 30 s and more, each once, counted by artist.
"""

from __future__ import annotations

import sys

NEEDED = ["ts", "ms_played", "spotify_track_uri", "master_metadata_album_artist_name"]
KEY = ["spotify_track_uri", "ts", "ms_played"]
ARTIST = "master_metadata_album_artist_name"


def with_pandas(files: list[str]) -> tuple:
    import pandas as pd

    f = pd.concat([pd.read_json(file, dtype=False)[NEEDED] for file in files])
    f = f[
        (pd.to_numeric(f["ms_played"], errors="coerce") >= 30_000)
        & f["spotify_track_uri"].notna()
        & (f["ts"] < "2090")
    ].drop_duplicates(KEY)
    g = (
        f.groupby(ARTIST)["ms_played"]
        .agg(["size", "sum"])
        .reset_index()
        .sort_values(["size", ARTIST], ascending=[False, True])
    )
    return tuple(g.iloc[0])


def with_polars(files: list[str]) -> tuple:
    import polars as pl

    f = pl.concat(
        [
            pl.read_json(file, schema_overrides={"ms_played": pl.String}, infer_schema_length=None).select(
                NEEDED
            )
            for file in files
        ]
    )
    f = f.with_columns(pl.col("ms_played").cast(pl.Int64, strict=False))
    f = f.filter(
        (pl.col("ms_played") >= 30_000) & pl.col("spotify_track_uri").is_not_null() & (pl.col("ts") < "2090")
    ).unique(KEY)
    return (
        f.group_by(ARTIST)
        .agg(pl.len(), pl.col("ms_played").sum())
        .sort(["len", ARTIST], descending=[True, False])
        .row(0)
    )


def with_duckdb(files: list[str]) -> tuple:
    import duckdb

    return (
        duckdb.connect()
        .execute(
            """
        select a, count(*), sum(ms) from (select distinct spotify_track_uri, ts, ms, a from (
          select spotify_track_uri, ts, try_cast(ms_played as bigint) as ms, master_metadata_album_artist_name as a
          from read_json(?, format = 'array', columns = {ts: 'VARCHAR', ms_played: 'VARCHAR', spotify_track_uri: 'VARCHAR',
            master_metadata_album_artist_name: 'VARCHAR'}))
          where ms >= 30000 and spotify_track_uri is not null and ts < '2090')
        group by a order by 2 desc, 1 limit 1""",
            [files],
        )
        .fetchone()
        or ()
    )


if __name__ == "__main__":
    artist, plays, ms = {"pandas": with_pandas, "polars": with_polars, "duckdb": with_duckdb}[sys.argv[1]](
        sys.argv[2:]
    )
    print(artist, int(plays), int(ms), sep="\t")
