"""What the taste tests import: the real history and catalogues, and an invented history with invented catalogues."""

from __future__ import annotations

import csv
import dataclasses
import pathlib
import shutil
import unicodedata

import pandas as pd
from catalogue_reading import FEATURES, read
from feature_resolution import Catalogues, Track
from history_reading import (
    DATA,
    HISTORY,
    Store,
    demo_history,
    every_play,
    history_csv,
    lasted_to_the_end,
    statements,
)

CATALOGUES = DATA / "catalogues"
NAMES = ["invented", "real"] if HISTORY.exists() else ["invented"]
NOTES = ["C", "C#/Db", "D", "D#/Eb", "E", "F", "F#/Gb", "G", "G#/Ab", "A", "A#/Bb", "B"]


@dataclasses.dataclass(frozen=True)
class World:
    """A store, and the same plays and catalogues for Python."""

    store: Store
    plays: pd.DataFrame
    catalogues: Catalogues
    tracks: dict[str, Track]
    ways: dict[str, str]  # track id -> how its features were found
    values: dict[str, dict[str, int]]  # track id -> feature -> value x 10^6

    @property
    def favourite(self) -> str:
        return str(self.plays["artist_name"].mode()[0]).lower()


def make(name: str, folder: pathlib.Path) -> World:
    if name == "real":
        history, files = history_csv(folder), sorted(CATALOGUES.glob("*.csv*"))
    else:
        history = with_nameless_plays(demo_history(folder, 6_000))
        files = invent(history, folder)
    store = Store(folder / "store", history, *files)
    plays = every_play(history)
    catalogues = Catalogues(statement for file in files for statement in read(file))
    lasted = lasted_to_the_end(statements(history)).to_dict()
    latest = plays.sort_values(
        ["ended_ms", "track_name", "artist_name", "album_name"], ascending=[False, True, True, True]
    )
    tracks = {
        r.spotify_track_uri: Track(
            r.spotify_track_uri, r.track_name, r.artist_name, lasted.get(r.spotify_track_uri)
        )
        for r in latest.drop_duplicates("spotify_track_uri").itertuples()
    }
    found = {track_id: best for track_id, track in tracks.items() if (best := catalogues.resolve(track))}
    return World(
        store,
        plays,
        catalogues,
        tracks,
        {t: way for t, (way, _) in found.items()},
        {t: told.told() for t, (_, told) in found.items()},
    )


def with_nameless_plays(history: pathlib.Path) -> pathlib.Path:
    """Adds plays of ids without names, as Spotify tells of tracks that it took down."""
    with history.open("a", encoding="utf-8", newline="") as out:
        for i in range(40):
            csv.writer(out).writerow(
                [
                    f"{i % 4:022}",
                    f"2021-03-{1 + i % 28:02} 1{i % 10}:00:00",
                    "ios",
                    100_000 + i,
                    "",
                    "",
                    "",
                    "trackdone",
                    "trackdone",
                    "FALSE",
                    "FALSE",
                ]
            )
    return history


def respelt(text: str, turn: int) -> str:
    """A title as another source would write it: some spellings mean the same, some another recording."""
    ways = [
        text,
        text.upper(),
        f"{text} - 2011 Remaster",
        f"{text} [Mono]",
        f"{text} (feat. Somebody Else)",
        f"{text} - Live",
        unicodedata.normalize("NFD", text),
        text.replace("'", "’").replace(",", ""),
        f"{text} - Mono / Remastered 2009",
        f"{text} (2000) - Remastered 2014",
        f"{text} (Stereo) - 2014 Remastered Version",
        f"“{text}”",
        f"{text} - Radio Edit",
        f"{text} – Remastered",
    ]
    return ways[turn % len(ways)]


def invent(history: pathlib.Path, folder: pathlib.Path) -> list[pathlib.Path]:
    """Catalogues in seven layouts, so that played tracks are told by id, by ISRC, by names, by both, twice, or not at all."""
    tracks = (
        pd.read_csv(history, dtype=str, keep_default_na=False)
        .drop_duplicates("spotify_track_uri")
        .sort_values("spotify_track_uri")
    )
    made = folder / "made"
    made.mkdir()
    for file in (folder / "export" / "catalogues").glob("*.csv"):
        rows = file.read_text(encoding="utf-8").splitlines()
        if file.name == "tracks.csv":  # half of it, else nothing is left for the others
            (made / "demo.csv").write_text("\n".join([rows[0], *rows[1::2]]) + "\n", encoding="utf-8")
        else:
            shutil.copy(file, made / file.name)
    songs = [(r.spotify_track_uri, r.track_name, r.artist_name, i) for i, r in enumerate(tracks.itertuples())]

    def value(feature: str, i: int) -> float:
        return {
            "loudness": -(i * 7 % 4100) / 100,
            "tempo": 55 + i * 13 % 1600 / 10,
            "key": i % 12,
            "mode": i % 2,
            "time_signature": 3 + i % 3,
        }.get(feature, (i * (FEATURES.index(feature) + 3) * 37 % 1000) / 1000)

    def write(name: str, header: list[str], rows: list[list]) -> None:
        with (made / f"{name}.csv").open("w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows([header, *rows])

    short = {
        "bpm": "tempo",
        "nrgy": "energy",
        "dnce": "danceability",
        "dB": "loudness",
        "live": "liveness",
        "val": "valence",
        "acous": "acousticness",
        "spch": "speechiness",
    }
    write(
        "percents",
        ["", "title", "artist", "top genre", *short, "dur"],
        [
            [
                i,
                respelt(title, i),
                artist,
                f"Genre {i % 5}",
                *(
                    round(value(f, i) * (100 if f not in ("tempo", "loudness") else 1))
                    for f in short.values()
                ),
                180 + i % 90,
            ]
            for _, title, artist, i in songs
            if title and i % 3 != 0
        ],
    )
    write(
        "lists",
        [
            "Song Name",
            "Artist",
            "uri",
            "Genre",
            *(f.title() for f in FEATURES[:9]),
            "Chord",
            "Mode",
            "Duration",
        ],
        [
            [
                respelt(title, i // 7),
                str([artist, "Somebody Else"]),
                f"spotify:track:{track}",
                str([f"genre {i % 4}", "Wide"]),
                *(f"{value(f, i + again) + again * 0.0004:.4f}" for f in FEATURES[:9]),
                NOTES[i % 12],
                "Major" if i % 2 else "Minor",
                f"3:{i % 60:02}",
            ]
            for track, title, artist, i in songs
            for again in (0, 1, 5)[: 1 + i % 3]
            if title and i % 4 == 0
        ],
    )
    write(
        "unanalysed",
        ["track_id", "track_name", "artists", "duration_ms", *FEATURES],
        [
            [
                track,
                title,
                artist,
                181_000 + i % 5 * 1000,
                *(0 if i % 2 or f in ("tempo", "valence", "speechiness") else value(f, i) for f in FEATURES),
            ]
            for track, title, artist, i in songs
            if i % 9 == 1
        ],
    )
    write(
        "wrong",
        ["id", "danceability", "energy", "tempo"],
        [
            [
                track,
                value("danceability", i) + i % 3 * 0.005,
                "NA" if i % 2 else 1.5,
                value("tempo", i) + i % 4,
            ]
            for track, title, _, i in songs
            if i % 5 == 0 and title
        ],
    )
    # Of some tracks only the ISRC is told, and their sound under another id of the same recording.
    coded = [(track, i) for track, _, _, i in songs if i % 8 == 3]
    write(
        "codes",
        ["track_id", "isrc", "danceability", "energy", "valence"],
        [[track, f"QZX{i:09}", "NA", "NA", "NA"] for track, i in coded],
    )
    write(
        "reissues",
        ["track_id", "isrc", *FEATURES],
        [[track[::-1], f"QZX{i:09}", *(value(f, i + 2) for f in FEATURES)] for track, i in coded],
    )
    return sorted(made.glob("*.csv"))
