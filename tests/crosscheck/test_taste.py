"""The taste figures a second time: catalogues, resolution of features, means, quantiles, bins, all in plain Python.

Shape: two catalogues are made from the real ones where they are there (else invented), with the names that several
       different rows share left out, since which of those wins is decided by an event id that only the program knows.
"""

from __future__ import annotations

import csv
import gzip
import io
import pathlib
import random
import re
import unicodedata
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal

import pandas as pd
import pytest
from conftest import DATA, Store
from test_figures import same, select

FEATURES = ["danceability", "energy", "loudness", "speechiness", "acousticness", "instrumentalness", "liveness", "valence",
            "tempo", "key", "mode", "time_signature"]
UNITS = {"loudness": "dB", "tempo": "BPM", "key": "pitch class", "mode": "0/1", "time_signature": "beats"}
BINS = {"loudness": (-60, 3, 20), "tempo": (40, 10, 20), "key": (0, 1, 12), "mode": (0, 1, 2), "time_signature": (0, 1, 8)}
CATALOGUES = DATA / "catalogues"

CONDITIONS = {
    "default": [],
    "every play": ["--min-ms", "0"],
    "Paris nights": ["--tz", "Europe/Paris", "--hours", "22-2"],
    "an artist": ["--artist", "the beatles"],
    "nothing": ["--artist", "nobody of that name"],
}


def normal(text: str) -> str:
    """A title or artist without case, accents, edition and punctuation, as docs/decisions tells."""
    folded = []
    for c in text:
        lower = c.lower() if c != "İ" else "i"
        if ord(lower[0]) > 126 and lower in "àáâãäåāăąçćčďđèéêëēėęěğìíîïīįłñńňòóôõöøōőŕřśşšťùúûüūůűýÿźżž":
            base = unicodedata.normalize("NFD", lower)[0]
            lower = {"đ": "d", "ł": "l", "ø": "o"}.get(lower, base)
        folded.append(lower.replace("ς", "σ"))
    text = "".join(folded)
    text = re.sub(r"[(\[](feat\.?|ft\.?|featuring|with) [^)\]]*[)\]]", " ", text)
    edition = r" ?[(\[-] ?([0-9]{4} )?(digital(ly)? )?(remaster(ed)?|mono|stereo)( version)?( [0-9]{4})?( version)?[)\]]?$"
    text = re.sub(edition, " ", text)
    text = re.sub(r"[\t\n\r !-/:-@\[-`{-~]+", " ", text)
    return re.sub(r"^the ", "", text).strip(" ")


def e6(cell: str) -> int | None:
    """A decimal text x 10^6, halves away from zero."""
    return int((Decimal(cell) * 10**6).quantize(Decimal(1), ROUND_HALF_UP)) if cell.strip() not in ("", "NA") else None


def without_unanalysed(values: dict[str, int | None]) -> dict[str, int | None]:
    if values["tempo"] == 0 or values["time_signature"] == 0:
        for name in ("tempo", "time_signature", "danceability", "valence", "speechiness"):
            values[name] = values[name] or None
    return values


def text_of(path: pathlib.Path) -> str:
    raw = path.read_bytes()
    return (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8-sig")


def invented(history: pathlib.Path) -> dict[str, list[dict[str, str]]]:
    """Catalogues about the tracks of an invented history: every third by id, every third by names, the rest unknown."""
    draw = random.Random(11)
    tracks = pd.read_csv(history, dtype=str, keep_default_na=False).drop_duplicates("spotify_track_uri")
    made: dict[str, list[dict[str, str]]] = {"by_id": [], "by_name": []}
    for i, r in enumerate(tracks.itertuples()):
        row = {f: f"{draw.random():.4f}" for f in FEATURES}
        row |= {"loudness": f"{-draw.random() * 40:.3f}", "tempo": f"{60 + draw.random() * 120:.3f}", "key": str(draw.randrange(12)),
                "mode": str(draw.randrange(2)), "time_signature": draw.choice(["3", "4"])}
        if i % 17 == 0:
            row |= {"tempo": "0", "time_signature": "0", "danceability": "0"}
        names = {"name": r.track_name, "artist": r.artist_name, "duration_ms": "200000"}
        if i % 3 == 0:
            made["by_id"].append({"id": r.spotify_track_uri} | names | {f: v for f, v in row.items() if f != "time_signature"})
        elif i % 3 == 1:
            made["by_name"].append(names | row)
    return made


def real() -> dict[str, list[dict[str, str]]]:
    made: dict[str, list[dict[str, str]]] = {}
    songs = csv.DictReader(io.StringIO(text_of(CATALOGUES / "spotify_songs.csv.gz")))
    made["by_id"] = [{"id": r["track_id"], "name": r["track_name"], "artist": r["track_artist"], "duration_ms": r["duration_ms"]}
                     | {f: r[f] for f in FEATURES if f in r} for r in songs if r["track_name"] != "NA"]
    tens = csv.DictReader(io.StringIO(text_of(CATALOGUES / "dataset-of-10s.csv")))
    made["by_name"] = [{"name": r["track"], "artist": r["artist"], "duration_ms": r["duration_ms"]} | {f: r[f] for f in FEATURES} for r in tens]
    return made


def unambiguous(catalogues: dict[str, list[dict[str, str]]]) -> None:
    """Leaves one row for each id, and none of those that share normalised names with a different one."""
    for rows in catalogues.values():
        by_name = defaultdict(set)
        for r in rows:
            by_name[normal(r["name"]), normal(r["artist"])].add((r.get("id"), *(r.get(f) for f in FEATURES)))
        seen: set[str] = set()
        kept = []
        for r in rows:
            key = r.get("id") or r["name"] + "\0" + r["artist"]
            if key not in seen and len(by_name[normal(r["name"]), normal(r["artist"])]) == 1:
                kept.append(r)
            seen.add(key)
        rows[:] = kept


@pytest.fixture(scope="module")
def catalogues(history):
    made = real() if (CATALOGUES / "spotify_songs.csv.gz").exists() else invented(history)
    unambiguous(made)
    return made


@pytest.fixture(scope="module")
def taste(tmp_path_factory, history, catalogues) -> Store:
    folder = tmp_path_factory.mktemp("catalogues")
    files = []
    for name, rows in catalogues.items():
        files.append(str(folder / f"{name}.csv"))
        with open(files[-1], "w", encoding="utf-8", newline="") as out:
            writer = csv.DictWriter(out, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    made = Store(tmp_path_factory.mktemp("taste"))
    made.run("import", str(history), *files)
    return made


@pytest.fixture(scope="module")
def known(plays, catalogues) -> dict[str, tuple[str, dict[str, int | None]]]:
    """Provenance and features of each track id: by id first, then by names; the fuller row, then the first catalogue."""
    rows = {name: [(r, without_unanalysed({f: e6(r.get(f, "")) for f in FEATURES})) for r in told] for name, told in catalogues.items()}
    by_id = {r["id"]: values for r, values in rows["by_id"]}
    by_name: dict[tuple[str, str], list] = defaultdict(list)
    for name in sorted(rows):
        for r, values in rows[name]:
            by_name[normal(r["name"]), normal(r["artist"])].append((-sum(v is not None for v in values.values()), name, values))
    found = {}
    latest = plays.sort_values(["ended_ms", "track_name", "artist_name", "album_name"], ascending=[False, True, True, True])
    for r in latest.drop_duplicates("spotify_track_uri").itertuples():
        named = sorted(by_name.get((normal(r.track_name), normal(r.artist_name)), []), key=lambda c: c[:2])
        if r.spotify_track_uri in by_id:
            found[r.spotify_track_uri] = ("catalogue id", by_id[r.spotify_track_uri])
        elif named:
            found[r.spotify_track_uri] = ("catalogue names", named[0][2])
    return found


@pytest.fixture(params=CONDITIONS.values(), ids=CONDITIONS.keys())
def conditions(request) -> list[str]:
    return request.param if "--tz" in request.param else [*request.param, "--tz", "UTC"]


@pytest.fixture
def selected(plays, conditions) -> pd.DataFrame:
    return select(plays, conditions)[1]


@pytest.fixture
def by_track(selected) -> pd.DataFrame:
    return summed(selected, [])


@pytest.fixture(params=["plays", "ms"])
def weight(request) -> str:
    return request.param


def rounded(numerator: int, denominator: int) -> int:
    """Halves away from zero."""
    sign = -1 if numerator < 0 else 1
    return sign * ((2 * abs(numerator) + denominator) // (2 * denominator))


def summed(plays: pd.DataFrame, keys: list) -> pd.DataFrame:
    """Plays and milliseconds of each track, within each value of the keys."""
    return plays.groupby([*keys, "spotify_track_uri"]).agg(plays=("ms_played", "size"), ms=("ms_played", "sum")).reset_index()


def told(tracks: pd.DataFrame, known, feature: str):
    """(value x 10^6, plays, milliseconds) of each track whose value is known."""
    for track, plays, ms in zip(tracks["spotify_track_uri"], tracks["plays"], tracks["ms"], strict=True):
        value = known.get(track, ("", {}))[1].get(feature)
        if value is not None:
            yield value, int(plays), int(ms)


def test_enough_is_known_to_mean_something(known):
    kinds = [kind for kind, _ in known.values()]
    assert min(kinds.count("catalogue id"), kinds.count("catalogue names")) > 50


def test_profile(taste, by_track, conditions, known, weight):
    total_ms = int(by_track["ms"].sum())
    want = []
    for feature in FEATURES:
        values = sorted((v, plays if weight == "plays" else ms, plays, ms) for v, plays, ms in told(by_track, known, feature))
        if not values:
            continue
        whole = sum(w for _, w, *_ in values)
        thousandths = [(rounded(v, 1000), w) for v, w, *_ in values]
        mean = sum(v * w for v, w in thousandths) / whole
        spread = (sum(v * v * w for v, w in thousandths) / whole - mean * mean) ** 0.5 if len(values) > 1 else 0.0
        marks, upto = [], 0
        shares = [whole / 10, whole / 2, whole * 9 / 10]
        for v, w in thousandths:
            upto += w
            while len(marks) < 3 and upto >= shares[len(marks)] - 1e-9 * whole:
                marks.append(v / 1000)
        want.append((feature, UNITS.get(feature, "0..1"), rounded(sum(v * w for v, w, *_ in values), whole) / 1e6, float(round(spread)) / 1000, *marks,
                     sum(plays for _, _, plays, _ in values), rounded(sum(ms for *_, ms in values) * 10_000, total_ms) / 10_000))
    answer = taste.ask("taste_profile", *conditions, "--weight", weight)
    # The deviation's last digit may hang on a float's half; the program's and ours may differ by one there.
    for got, row in zip(answer["stddev"], want, strict=True):
        assert abs(got - row[3]) < 0.0015, (row[0], got, row[3])
    same(answer.drop(columns="stddev"), [row[:3] + row[4:] for row in want])


def test_distribution(taste, by_track, conditions, known):
    want = []
    for feature in FEATURES:
        low, width, count = BINS.get(feature, (0, 0.05, 20))
        bins: dict[int, list[int]] = defaultdict(lambda: [0, 0])
        for value, plays, ms in told(by_track, known, feature):
            cell = bins[max(0, min(count - 1, (value - low * 10**6) // round(width * 10**6)))]
            cell[0] += plays
            cell[1] += ms
        if bins:
            want += [(feature, round(low + i * width, 3), round(low + (i + 1) * width, 3), *bins[i]) for i in range(count)]
    same(taste.ask("taste_distribution", *conditions), [tuple(float(c) if 0 < i < 3 else c for i, c in enumerate(row)) for row in want])


@pytest.mark.parametrize(("metric", "options"), [("taste_clock", []), ("taste_timeline", ["--grain", "year"]), ("taste_timeline", ["--grain", "month"])])
def test_over_time(taste, selected, conditions, known, weight, metric, options):
    if metric == "taste_clock":
        keyed = selected.assign(place=selected["hour"])
    else:
        grain = {"year": "Y", "month": "M"}[options[1]]
        keyed = selected.assign(place=selected["local"].dt.to_period(grain).dt.start_time.dt.strftime("%Y-%m-%d"))
    want = []
    for place, part in summed(keyed, ["place"]).groupby("place"):
        for feature in FEATURES:
            values = [(v, plays if weight == "plays" else ms, plays) for v, plays, ms in told(part, known, feature)]
            if values:
                mean = rounded(sum(v * w for v, w, _ in values), sum(w for _, w, _ in values)) / 1e6
                want.append((place, feature, mean, sum(plays for *_, plays in values)))
    same(taste.ask(metric, *conditions, *options, "--weight", weight), want)


@pytest.mark.parametrize(("x", "y"), [("valence", "energy"), ("tempo", "loudness")])
def test_map(taste, by_track, conditions, known, x, y):
    cells: dict[tuple[float, float], list[int]] = defaultdict(lambda: [0, 0])
    for r in by_track.itertuples():
        values = known.get(r.spotify_track_uri, ("", {}))[1]
        if values.get(x) is None or values.get(y) is None:
            continue
        place = []
        for feature in (x, y):
            low, width, count = BINS.get(feature, (0, 0.05, 20))
            place.append(round(low + width * max(0, min(count - 1, (values[feature] - low * 10**6) // round(width * 10**6))), 3))
        cells[float(place[0]), float(place[1])][0] += r.plays
        cells[float(place[0]), float(place[1])][1] += r.ms
    same(taste.ask("taste_map", *conditions, "--x", x, "--y", y), [(*place, *cells[place]) for place in sorted(cells)])


def test_feature_sources(taste, by_track, conditions, known):
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for r in by_track.itertuples():
        kind = sums[known.get(r.spotify_track_uri, ("none",))[0]]
        kind[0] += 1
        kind[1] += r.plays
        kind[2] += r.ms
    want = sorted(((kind, *sums[kind]) for kind in sums), key=lambda row: (-row[2], row[0]))
    same(taste.ask("feature_sources", *conditions), want)


def test_genres(taste, selected, conditions, catalogues):
    """No catalogue here tells genres, so nothing may be listed; where one does, test_genres_of_a_catalogue counts them."""
    same(taste.ask("top_genres", *conditions), [])


def test_genres_of_a_catalogue(tmp_path_factory, history, plays):
    tracks = sorted(plays["spotify_track_uri"].unique())
    genres = {track: ["folk", "rock", "électro"][i % 3] for i, track in enumerate(tracks) if i % 5}
    genres_of = {track: {genre} | ({"pop"} if genre == "rock" else set()) for track, genre in genres.items()}
    file = tmp_path_factory.mktemp("genres") / "genres.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["track_id", "track_name", "artists", "danceability", "energy", "valence", "track_genre"])
        for track, told_genres in genres_of.items():
            writer.writerows([track, "t", "a", 0.5, 0.5, 0.5, genre] for genre in sorted(told_genres))
    store = Store(tmp_path_factory.mktemp("genre_store"))
    store.run("import", str(history), str(file))
    for conditions in ([], ["--min-ms", "0"], ["--artist", "the beatles"]):
        chosen = select(plays, [*conditions, "--tz", "UTC"])[1]
        long = chosen.assign(genre=chosen["spotify_track_uri"].map(lambda t: sorted(genres_of.get(t, ())))).explode("genre").dropna(subset="genre")
        g = long.groupby("genre").agg(plays=("ms_played", "size"), ms=("ms_played", "sum"), artists=("artist_name", "nunique")).reset_index()
        g = g.assign(text=g["genre"].map(lambda t: t.encode())).sort_values(["plays", "text"], ascending=[False, True])
        want = [(i + 1, r.genre, r.plays, r.ms, r.artists) for i, r in enumerate(g.itertuples())]
        same(store.ask("top_genres", *conditions, "--tz", "UTC"), want)


def test_catalogue(taste, catalogues):
    answer = taste.ask("catalogue")
    assert list(answer["catalogue"]) == ["by_id", "by_name"]
    assert list(answer["tracks"]) == [len({r["id"] for r in catalogues["by_id"]}), len({(normal(r["name"]), normal(r["artist"])) for r in catalogues["by_name"]})]
    assert list(answer["conflicts"]) == [0, 0]
