"""What the other tools start from: the plays cleaned and the features resolved, as Parquet. Made once, not timed.

Usage: peer_data.py TARGET EXPORT, a process of its own, so that the bench itself stays small (see measure.run).
"""

from __future__ import annotations

import pathlib
import sys

import duckdb
import stores

sys.path.insert(0, str(stores.ROOT / "tests" / "crosscheck"))
from catalogue_reading import read
from feature_resolution import Catalogues, Track


def prepare(target: pathlib.Path, made: pathlib.Path) -> None:
    """Makes plays.parquet and features.parquet (see peer_metrics.py) of an export."""
    target.mkdir(parents=True, exist_ok=True)
    con = duckdb.connect()
    con.execute(
        f"""copy (select distinct on (track, ended, ms) * from (
        select spotify_track_uri[15:] as track, master_metadata_track_name as title, master_metadata_album_artist_name as artist,
          try_cast(ts as timestamp) as ended, try_cast(ms_played as bigint) as ms
        from read_json(?, format = 'array', columns = {{ts: 'VARCHAR', ms_played: 'VARCHAR', spotify_track_uri: 'VARCHAR',
          master_metadata_track_name: 'VARCHAR', master_metadata_album_artist_name: 'VARCHAR'}})
        where spotify_track_uri is not null) where ms >= 30000 and ended < timestamp '2090-01-01'
        order by ended) to '{target / "plays.parquet"}'""",
        [[str(file) for file in stores.history_files(made)]],
    )
    catalogues = Catalogues(
        told for file in sorted((made / "catalogues").glob("*.csv")) for told in read(file)
    )
    named = con.execute(
        f"select track, arg_max(title, ended), arg_max(artist, ended) from '{target / 'plays.parquet'}' group by track"
    ).fetchall()
    rows = [
        (track, feature, value / 1e6)
        for track, title, artist in named
        if (found := catalogues.resolve(Track(track, title or "", artist or "")))
        for feature, value in found[1].values
    ]
    columns = {"track": [r[0] for r in rows], "feature": [r[1] for r in rows], "value": [r[2] for r in rows]}
    con.execute("create table features (track varchar, feature varchar, value double)")
    con.execute("insert into features select unnest($track), unnest($feature), unnest($value)", columns)
    con.execute(f"copy features to '{target / 'features.parquet'}'")


if __name__ == "__main__":
    prepare(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
