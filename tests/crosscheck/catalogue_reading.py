"""Catalogues of audio features read a second time, by Python's csv module and words taken from docs/features.md alone."""

from __future__ import annotations

import csv
import dataclasses
import gzip
import io
import pathlib
import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

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
SHARES = {"danceability", "energy", "speechiness", "acousticness", "instrumentalness", "liveness", "valence"}

COLUMNS = {
    "id": ["trackid", "spotifyid", "songid", "spotifytrackid", "id", "trackuri", "spotifytrackuri", "uri"],
    "isrc": ["isrc"],
    "title": ["trackname", "songname", "title", "name", "track", "song"],
    "artist": ["artists", "artistsname", "trackartist", "artistname", "artist"],
    "duration": ["durationms", "duration", "dur"],
    "genre": ["trackgenre", "genre", "genres", "topgenre", "playlistgenre"],
    "danceability": ["danceability", "dnce"],
    "energy": ["energy", "nrgy"],
    "loudness": ["loudness", "db"],
    "speechiness": ["speechiness", "spch"],
    "acousticness": ["acousticness", "acous"],
    "instrumentalness": ["instrumentalness"],
    "liveness": ["liveness", "live"],
    "valence": ["valence", "val"],
    "tempo": ["tempo", "bpm"],
    "key": ["key", "chord"],
    "mode": ["mode"],
    "time_signature": ["timesignature"],
}
PITCHES = {
    "C": 0,
    "C#": 1,
    "DB": 1,
    "D": 2,
    "D#": 3,
    "EB": 3,
    "E": 4,
    "F": 5,
    "F#": 6,
    "GB": 6,
    "G": 7,
    "G#": 8,
    "AB": 8,
    "A": 9,
    "A#": 10,
    "BB": 10,
    "B": 11,
}
MISSING_NAMES = {"", "na", "n/a", "nan", "null"}
MISSING = MISSING_NAMES | {"none", "-", "--", "#n/a", "?"}
RANGES = {"loudness": (-100, 20), "tempo": (0, 400), "key": (0, 11), "time_signature": (0, 12)}
COMMA_NAMES = [
    "Tyler, The Creator",
    "Earth, Wind & Fire",
    "Peter, Paul and Mary",
    "Crosby, Stills, Nash & Young",
]
SAMPLE = 500


@dataclasses.dataclass(frozen=True)
class Statement:
    """What one row of a catalogue says of a track; values x 10^6, only those that are told."""

    catalogue: str
    track_id: str
    isrc: str
    title: str
    artist: str
    duration_ms: int | None
    values: tuple[tuple[str, int], ...]
    genres: frozenset[str]

    def told(self) -> dict[str, int]:
        return dict(self.values)


def text_of(path: pathlib.Path) -> str:
    raw = path.read_bytes()
    return (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8-sig")


def columns_of(header: list[str]) -> dict[str, int]:
    bare = [re.sub(r"[^a-z]", "", cell.lower()) for cell in header]
    return {
        name: bare.index(word)
        for name, words in reversed(COLUMNS.items())
        for word in reversed(words)
        if word in bare
    }


def number(cell: str) -> Decimal | None:
    try:
        return Decimal(cell.strip())
    except InvalidOperation:
        return None


def listed(cell: str, at_commas: bool) -> list[str]:
    """The names in a cell: a quoted list, or parted by semicolons, or at will by commas; else one."""
    cell = cell.strip()
    if re.fullmatch(r"\[\s*(['\"].*)?\]", cell):
        return [
            (a or b).replace("\\'", "'")
            for a, b in re.findall(r"'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\"", cell)
        ]
    if ";" in cell or not at_commas:
        return [part.strip() for part in cell.split(";") if part.strip()]
    for name in COMMA_NAMES:
        if cell == name or cell.startswith(name + ", "):
            return [name, *listed(cell[len(name) + 2 :], True)]
    return [part.strip() for part in cell.split(", ") if part.strip()]


def commas_part_artists(header: str, cells: list[str]) -> bool:
    if any(";" in cell or cell.startswith(("['", '["')) for cell in cells):
        return False
    alone = {cell for cell in cells if ", " not in cell}
    several = [cell.split(", ") for cell in cells if ", " in cell]
    met = sum(names[0] in alone or names[-1] in alone for names in several)
    return "artists" in header or header.endswith("names") or (met > 0 and 4 * met >= len(several))


def milliseconds_in(header: str, cells: list[str]) -> int:
    """How many milliseconds one of the column's units has."""
    for ends, unit in (("ms", 1), ("min", 60_000), ("sec", 1000)):
        if header.endswith(ends):
            return unit
    values = sorted(value for cell in cells if (value := number(cell)) is not None)
    median = values[len(values) // 2] if values else 5000
    return 1 if median >= 5000 else 1000 if median >= 25 else 60_000


def duration_ms(cell: str, unit: int) -> int | None:
    if clock := re.fullmatch(r"(\d+):(\d\d)", cell):
        return (int(clock[1]) * 60 + int(clock[2])) * 1000 or None
    value = number(cell)
    return int((value * unit).quantize(Decimal(1), ROUND_HALF_UP)) or None if value is not None else None


def percents(columns: dict[str, tuple[str, list[str]]]) -> set[str]:
    """Which of the shares' columns are in percent."""
    above, between = {}, {}
    for feature, (_, cells) in columns.items():
        values = [value for cell in cells if (value := number(cell)) is not None]
        above[feature] = sum(1 < value <= 100 for value in values)
        between[feature] = sum(0 < value < 1 for value in values)
    sure = {f for f, (header, _) in columns.items() if "%" in header or above[f] > between[f]}
    shares = {f for f in columns if f not in sure and between[f]}
    return sure | (set(columns) - shares if len(sure) > len(shares) else set())


def value_e6(feature: str, cell: str, percent: bool) -> int | None:
    cell = cell.strip()
    if feature == "key" and cell.split("/")[0].upper() in PITCHES:
        return PITCHES[cell.split("/")[0].upper()] * 10**6
    if feature == "mode" and cell.lower() in ("major", "minor"):
        return 10**6 if cell.lower() == "major" else 0
    value = number(cell)
    if value is None:
        return None
    if percent:
        value /= 100
    low, high = RANGES.get(feature, (0, 1))
    return int((value * 10**6).quantize(Decimal(1), ROUND_HALF_UP)) if low <= value <= high else None


def without_unanalysed(values: dict[str, int]) -> dict[str, int]:
    """docs/features.md, "Missing zeros"."""
    looked_at = [
        value in (0, -60 * 10**6) if name == "loudness" else value == 0
        for name, value in values.items()
        if name not in ("key", "mode")
    ]
    if len(looked_at) >= 3 and all(looked_at):
        return {}
    if values.get("tempo") == 0 or values.get("time_signature") == 0:
        mute = {"tempo", "time_signature", "danceability", "valence", "speechiness"}
        values = {name: value for name, value in values.items() if value or name not in mute}
    return values


def read(path: pathlib.Path) -> list[Statement]:
    """Every row of a catalogue."""
    rows = [row for row in csv.reader(io.StringIO(text_of(path), newline=""), skipinitialspace=True) if row]
    header = [cell.strip().lower() for cell in rows.pop(0)]
    at = columns_of(header)

    def cell(row: list[str], column: str) -> str:
        text = row[at[column]].strip() if column in at else ""
        return "" if text.lower() in (MISSING_NAMES if column in ("title", "artist") else MISSING) else text

    def sample(column: str) -> list[str]:
        return [text for row in rows[:SAMPLE] if (text := cell(row, column))]

    percent = percents({f: (header[at[f]], sample(f)) for f in SHARES if f in at})

    def plain_header(column: str) -> str:
        return re.sub(r"[^a-z]", "", header[at[column]]) if column in at else ""

    at_commas = commas_part_artists(plain_header("artist"), sample("artist"))
    unit = milliseconds_in(plain_header("duration"), sample("duration"))
    made = []
    for row in rows:
        found = re.search(r"(?:^|[:/])([0-9A-Za-z]{22})$", cell(row, "id"))
        values = {
            f: v for f in FEATURES if f in at and (v := value_e6(f, cell(row, f), f in percent)) is not None
        }
        made.append(
            Statement(
                catalogue=path.name.removesuffix(".gz").removesuffix(".csv"),
                track_id=found[1] if found else "",
                isrc=cell(row, "isrc"),
                title=cell(row, "title"),
                artist=next(iter(listed(cell(row, "artist"), at_commas)), ""),
                duration_ms=duration_ms(cell(row, "duration"), unit),
                values=tuple(without_unanalysed(values).items()),
                genres=frozenset(g.lower() for g in listed(cell(row, "genre"), True)),
            )
        )
    return made
