"""What the music sounds like, a second time: catalogues read, features resolved and figures summed by plain Python."""

from __future__ import annotations

import pandas as pd
import pytest
import taste_figures
import worlds
from history_reading import Store
from test_figures import period, same, select

CONDITIONS = {
    "default": [],
    "every play": ["--min-ms", "0"],
    "New York": ["--tz", "America/New_York"],
    "Paris nights": ["--tz", "Europe/Paris", "--hours", "22-2"],
    "an artist": ["--artist", "THE FAVOURITE"],
    "loud music": ["--feature", "energy>=0.6", "--feature", "loudness<-4.5"],
    "nothing": ["--artist", "nobody of that name"],
}


@pytest.fixture(params=CONDITIONS.values(), ids=CONDITIONS.keys())
def conditions(request, world) -> list[str]:
    given = [world.favourite if word == "THE FAVOURITE" else word for word in request.param]
    return given if "--tz" in given else [*given, "--tz", "UTC"]


@pytest.fixture
def selected(world, conditions) -> pd.DataFrame:
    frame = select(world.plays, conditions)[1]
    if "--feature" in conditions:
        loud = {
            t
            for t, v in world.values.items()
            if v.get("energy", -1) >= 600_000 and v.get("loudness", 0) < -4_500_000
        }
        frame = frame[frame["spotify_track_uri"].isin(loud)]
    return frame


@pytest.fixture(params=["plays", "ms"])
def weight(request) -> str:
    return request.param


def test_the_world_has_something_of_everything(world):
    """Else the tests below could pass on empty answers."""
    ways = list(world.ways.values())
    found = [ways.count(way) for way in ("catalogue id", "catalogue names")]
    assert min(*found, len(world.tracks) - len(ways)) > 50
    refused = [t for t in set(world.tracks) - set(world.ways) if world.catalogues.called(world.tracks[t])]
    assert len(refused) > 10, "some are of another length"
    tells_codes = any(told.isrc for told in world.catalogues.statements)
    assert not tells_codes or ways.count("isrc") > 50, "no published catalogue at hand has any"
    assert sum(world.catalogues.conflicts_of().values()) > 10
    assert len({len(values) for values in world.values.values()}) > 2, (
        "some rows tell more features than others"
    )
    assert any(
        "tempo" not in told.told() and "energy" in told.told() for told in world.catalogues.statements
    ), "some zeros are missing"


def test_profile(world: worlds.World, selected, conditions, weight):
    same(
        world.store.ask("taste_profile", *conditions, "--weight", weight),
        taste_figures.profile(selected, world.values, weight),
    )


def test_distribution(world, selected, conditions):
    same(
        world.store.ask("taste_distribution", *conditions), taste_figures.distribution(selected, world.values)
    )


def test_clock(world, selected, conditions, weight):
    want = taste_figures.means_by(selected, selected["hour"], world.values, weight)
    same(world.store.ask("taste_clock", *conditions, "--weight", weight), want)


def test_timeline(world, selected, conditions, weight):
    want = taste_figures.means_by(selected, period(selected, "month"), world.values, weight)
    same(world.store.ask("taste_timeline", *conditions, "--grain", "month", "--weight", weight), want)


@pytest.mark.parametrize("grain", ["day", "week", "quarter", "year"])
def test_timeline_of_every_grain(world, grain):
    conditions = ["--tz", "Europe/Paris"]
    selected = select(world.plays, conditions)[1]
    want = taste_figures.means_by(selected, period(selected, grain), world.values, "plays")
    same(world.store.ask("taste_timeline", *conditions, "--grain", grain), want)


@pytest.mark.parametrize(
    ("x", "y"), [("valence", "energy"), ("tempo", "loudness"), ("key", "time_signature")]
)
def test_map(world, selected, conditions, x, y):
    same(
        world.store.ask("taste_map", *conditions, "--x", x, "--y", y),
        taste_figures.pairs(selected, world.values, x, y),
    )


def test_feature_sources(world, selected, conditions):
    sums: dict[str, list[int]] = {}
    for track, plays, ms in taste_figures.by_track(selected):
        row = sums.setdefault(world.ways.get(track, "none"), [0, 0, 0])
        row[0], row[1], row[2] = row[0] + 1, row[1] + plays, row[2] + ms
    want = sorted(((way, *row) for way, row in sums.items()), key=lambda r: (-r[2], r[0]))
    same(world.store.ask("feature_sources", *conditions), want)


def test_genres(world, selected, conditions):
    genres = {
        t: sorted(world.catalogues.genres(world.tracks[t])) for t in selected["spotify_track_uri"].unique()
    }
    long = (
        selected.assign(genre=selected["spotify_track_uri"].map(genres))
        .explode("genre")
        .dropna(subset="genre")
    )
    g = (
        long.groupby("genre")
        .agg(plays=("ms_played", "size"), ms=("ms_played", "sum"), artists=("artist_name", "nunique"))
        .reset_index()
    )
    g = (
        g.assign(text=g["genre"].map(lambda t: t.encode()))
        .sort_values(["plays", "text"], ascending=[False, True])
        .head(100)
    )
    same(
        world.store.ask("top_genres", *conditions),
        [(i + 1, r.genre, r.plays, r.ms, r.artists) for i, r in enumerate(g.itertuples())],
    )


def test_no_catalogue_no_taste(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bare")
    store = Store(folder / "store", worlds.demo_history(folder, 300))
    for metric in (
        "taste_profile",
        "taste_distribution",
        "taste_timeline",
        "taste_clock",
        "taste_map",
        "top_genres",
        "catalogue",
        "feature_conflicts",
    ):
        assert store.ask(metric).empty, metric
    assert list(store.ask("feature_sources")["provenance"]) == ["none"]


def test_songs_that_are_loved(tmp_path):
    """Weeks of two tracks: a sum of their milliseconds times the square of their tempo has more digits than 64 bits."""
    plays = [
        f"{1 + i % 2:022},2024-{1 + i // 700:02}-{1 + i % 700 // 25:02} {i % 24:02}:{i // 24 % 60:02}:{i % 60:02},200000,Loved,Ann"
        for i in range(2_000)
    ]
    assert len(set(plays)) == 2_000
    (tmp_path / "history.csv").write_text(
        "\n".join(["spotify_track_uri,ts,ms_played,track_name,artist_name", *plays]), encoding="utf-8"
    )
    (tmp_path / "two.csv").write_text(
        "id,danceability,energy,tempo\n0000000000000000000001,0.3,0.6,120\n0000000000000000000002,0.4,0.6,240\n",
        encoding="utf-8",
    )
    store = Store(tmp_path / "store", tmp_path / "history.csv", tmp_path / "two.csv")
    answer = store.ask("taste_profile", "--weight", "ms").set_index("feature")
    assert (list(answer["mean"]), list(answer["stddev"])) == ([0.35, 0.6, 180], [0.05, 0, 60])
