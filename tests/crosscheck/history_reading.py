"""The 2013-2020 history (or, where that is not there, an invented one), a store made of it, and its rows for pandas."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import pathlib
import subprocess

import pandas as pd

ROOT = pathlib.Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "data"
HISTORY = DATA / "history" / "spotify_history_2013_2020.csv.gz"
BINARY = pathlib.Path(os.environ.get("EARPRINT_BINARY", ROOT / "build" / "release" / "earprint"))


class Store:
    """A data folder with files imported, and the program over it."""

    def __init__(self, folder: pathlib.Path, *files: pathlib.Path) -> None:
        self.folder = folder
        self.import_words = self.run("import", *map(str, files))

    def run(self, *arguments: str) -> str:
        done = subprocess.run(
            [str(BINARY), "--data", str(self.folder), *arguments], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{arguments}: {done.stderr}{done.stdout}"
        return done.stdout

    def ask(self, metric: str, *conditions: str) -> pd.DataFrame:
        answer = json.loads(self.run("--format", "json", "query", metric, *conditions))
        return pd.DataFrame(answer["rows"], columns=[column["name"] for column in answer["columns"]])


def history_csv(folder: pathlib.Path) -> pathlib.Path:
    """The history as a CSV file: the real one unpacked, or the demo listener's."""
    if not HISTORY.exists():
        return demo_history(folder, 20_000)
    target = folder / "spotify_history.csv"
    target.write_bytes(gzip.decompress(HISTORY.read_bytes()))
    return target


def demo_history(folder: pathlib.Path, plays: int) -> pathlib.Path:
    """An invented listener's history as a CSV file; the export it was made of lies beside it."""
    target = folder / "spotify_history.csv"
    export = folder / "export"
    subprocess.run([str(BINARY), "demo", "--files-only", str(export), "--plays", str(plays)], check=True)
    columns = [
        "spotify_track_uri",
        "ts",
        "platform",
        "ms_played",
        "track_name",
        "artist_name",
        "album_name",
        "reason_start",
        "reason_end",
        "shuffle",
        "skipped",
    ]
    with target.open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(columns)
        for file in sorted(export.glob("*/Streaming_History_Audio_*.json")):
            for r in json.loads(file.read_text(encoding="utf-8")):
                if (
                    not isinstance(r.get("ms_played"), int)
                    or r["ms_played"] < 0
                    or not r.get("ts")
                    or r["ts"] > "2090"
                    or not r["spotify_track_uri"]
                ):
                    continue
                rows.writerow(
                    [
                        r["spotify_track_uri"].split(":")[-1],
                        r["ts"].replace("T", " ").rstrip("Z"),
                        r["platform"],
                        r["ms_played"],
                        r["master_metadata_track_name"],
                        r["master_metadata_album_artist_name"],
                        r["master_metadata_album_album_name"],
                        r["reason_start"],
                        r["reason_end"],
                        str(r["shuffle"]).upper(),
                        str(bool(r["skipped"])).upper(),
                    ]
                )
    return target


def every_play(history: pathlib.Path) -> pd.DataFrame:
    """Every play once, by pandas alone: rows that agree in track, end and milliseconds are one."""
    text = history.read_text(encoding="utf-8")
    frame = pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False)
    frame["ms_played"] = frame["ms_played"].astype("int64")
    frame["ended"] = pd.to_datetime(frame["ts"], utc=True)
    frame["ended_ms"] = (frame["ended"] - pd.Timestamp("1970-01-01", tz="UTC")) // pd.Timedelta(
        milliseconds=1
    )
    frame.attrs["rows"] = len(frame)
    # Rows that tell one play differently: the first by these columns speaks for it, empty ones last.
    telling = ["platform", "reason_start", "reason_end", "shuffle", "skipped"]
    order = (
        frame.assign(**{c: frame[c].map(lambda v: (v == "", v.encode())) for c in telling})
        .sort_values(telling, kind="stable")
        .index
    )
    kept = (
        frame.loc[order]
        .drop_duplicates(["spotify_track_uri", "ts", "ms_played"])
        .sort_index()
        .reset_index(drop=True)
    )
    kept.attrs["rows"] = len(frame)
    return kept


def statements(history: pathlib.Path) -> pd.DataFrame:
    """Every row that tells something of its own and of some milliseconds, as the file has it."""
    rows = pd.read_csv(history, dtype=str, keep_default_na=False).drop_duplicates()
    rows["ms_played"] = rows["ms_played"].astype("int64")
    return rows[rows["ms_played"] > 0]


def lasted_to_the_end(rows: pd.DataFrame) -> pd.Series:
    """By track id, what most of its plays lasted that ran to the end, the longest of several."""
    done = rows[rows["reason_end"] == "trackdone"]
    lasted = done.groupby(["spotify_track_uri", "ms_played"]).size().reset_index(name="plays")
    lasted = lasted.sort_values(["plays", "ms_played"]).drop_duplicates("spotify_track_uri", keep="last")
    return lasted.set_index("spotify_track_uri")["ms_played"]
