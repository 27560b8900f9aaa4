"""Catalogues against each other, and names against names, by the rule in docs/features.md."""

from __future__ import annotations

import csv
import datetime

import pytest
import worlds
from feature_resolution import contradictions, normal
from history_reading import Store
from taste_figures import by_track, rounded
from test_figures import same, select

SAME = [
    ("Help! - Remastered 2009", "Help!"),
    ("From Me To You - Mono / Remastered", "from me to you"),
    ("Háblame De Ti", "Hablame de ti"),
    ("Can’t Stop", "Can't Stop"),
    ("¿Dónde Vas?", "DONDE VAS"),
    ("Anytime (Stereo) - 2014 Remastered Version", "Anytime"),
    ("Șapte", "sapte"),
    ("Picture Book - 2018 Stereo Remaster", "Picture Book"),
    ("Rebel Yell - 1999 - Remaster", "Rebel Yell"),
    ("Crazy (feat. Somebody)", "Crazy"),
    ("Encore 1 – Speeches", "Encore 1 - Speeches"),
    ("1999 - 2019 Remaster", "1999"),
    ("The End", "End"),
    ("???", "???"),
    ("Τέλος", "ΤΈΛΟΣ"),
]
OTHER = [
    ("Help!", "Help! - Live"),
    ("My Sweet Lord (2000) - Remastered 2014", "My Sweet Lord"),
    ("Ultra-Mono", "Ultra"),
    ("???", "!!!"),
    ("Everlong - Acoustic Version", "Everlong"),
    ("Stereo", "Mono"),
    ("Get Lucky - Radio Edit", "Get Lucky"),
    ("Help! - 2015 Stereo Mix", "Help!"),
]


def test_catalogue(world):
    answer = world.store.ask("catalogue")
    tracks, conflicts = world.catalogues.tracks_of(), world.catalogues.conflicts_of()
    assert len(tracks) > 4
    assert list(zip(answer["catalogue"], answer["tracks"], answer["conflicts"], strict=True)) == [
        (name, tracks[name], conflicts.get(name, 0)) for name in sorted(tracks)
    ]
    today = datetime.datetime.now(datetime.UTC).date()
    assert set(answer["added"]) <= {str(today), str(today - datetime.timedelta(days=1))}


@pytest.mark.parametrize(
    "given",
    [
        [],
        ["--min-ms", "0"],
        ["--tz", "Europe/Paris", "--hours", "22-2"],
        ["--artist", "nobody of that name"],
        ["--limit", "7"],
    ],
    ids=["default", "every play", "Paris nights", "nothing", "the first"],
)
def test_conflicts(world, given):
    conditions = given if "--tz" in given else [*given, "--tz", "UTC"]
    rows = set()
    for track, plays, _ in by_track(select(world.plays, conditions)[1]):
        found = world.catalogues.resolve(world.tracks[track])
        for other in world.catalogues.by_id.get(track, []):
            for feature in contradictions(found[1], other) if found else []:
                named = world.tracks[track]
                rows.add(
                    (
                        track,
                        named.title or None,
                        named.artist or None,
                        feature,
                        found[1].catalogue,
                        rounded(found[1].told()[feature], 1000) / 1000,
                        other.catalogue,
                        rounded(other.told()[feature], 1000) / 1000,
                        plays,
                    )
                )
    order = {f: i for i, f in enumerate(worlds.FEATURES)}
    want = sorted(rows, key=lambda r: (-r[8], r[0], order[r[3]], r[6], r[7]))
    limit = int(given[1]) if "--limit" in given else 100_000
    same(world.store.ask("feature_conflicts", *conditions, "--limit", str(limit)), want[:limit])
    assert want or "nobody of that name" in given


def known_after(folder, titles: list[tuple[str, str]]) -> list[bool]:
    """Of each (played title, title in a catalogue without ids): whether the play's features are known."""
    with (folder / "history.csv").open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerow(["spotify_track_uri", "ts", "ms_played", "track_name", "artist_name"])
        csv.writer(out).writerows(
            [f"{i:022}", f"2024-01-01 10:{i:02}:00", 60_000 + i, played, f"Artist {i}"]
            for i, (played, _) in enumerate(titles)
        )
    with (folder / "names.csv").open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerow(["track_name", "artist", "danceability", "energy", "valence"])
        csv.writer(out).writerows(
            [title, f"Artist {i}", 0.1, 0.2, 0.3] for i, (_, title) in enumerate(titles)
        )
    store = Store(folder / "store", folder / "history.csv", folder / "names.csv")
    return [not store.ask("taste_profile", "--track", f"{i:022}").empty for i in range(len(titles))]


def test_names_that_are_the_same(tmp_path):
    assert [normal(a) == normal(b) for a, b in SAME] == [True] * len(SAME)
    assert known_after(tmp_path, SAME) == [True] * len(SAME)


def test_names_that_are_not(tmp_path):
    assert [normal(a) == normal(b) for a, b in OTHER] == [False] * len(OTHER)
    assert known_after(tmp_path, OTHER) == [False] * len(OTHER)


def test_a_track_without_names_has_no_namesake(tmp_path):
    """Spotify tells no names of tracks that it took down, and some catalogues hold ids alone."""
    (tmp_path / "history.csv").write_text(
        "spotify_track_uri,ts,ms_played,track_name,artist_name\n0000000000000000000001,2024-01-01 10:00:00,60000,,\n",
        encoding="utf-8",
    )
    (tmp_path / "ids.csv").write_text(
        "id,danceability,energy,valence\n0000000000000000000002,0.1,0.2,0.3\n", encoding="utf-8"
    )
    store = Store(tmp_path / "store", tmp_path / "history.csv", tmp_path / "ids.csv")
    assert store.ask("taste_profile").empty


def test_who_agrees_has_no_part_in_a_conflict(tmp_path):
    """Two catalogues differ in energy; a third tells the same track without energy, a fourth within 1 % of one of them and of the other not."""
    for name, energy in {"first": "0.5", "second": "0.6", "silent": "", "near": "0.508"}.items():
        (tmp_path / f"{name}.csv").write_text(
            f"id,danceability,energy,valence\n{1:022},0.1,{energy},0.3\n{2:022},0.1,0.2,0.3\n",
            encoding="utf-8",
        )
    store = Store(tmp_path / "store", *tmp_path.glob("*.csv"))
    answer = store.ask("catalogue")
    assert dict(zip(answer["catalogue"], answer["conflicts"], strict=True)) == {
        "first": 1,
        "near": 1,
        "second": 1,
        "silent": 0,
    }


def test_a_namesake_must_be_as_long_as_the_plays(tmp_path):
    """No catalogue knows the id: plays that ran to the end tell its length, one that broke off does not."""
    plays = [(1, 180_000, "trackdone"), (2, 177_999, "trackdone"), (3, 90_000, "endplay")]
    rows = [f"{i:022},2024-01-01 10:0{i}:00,{ms},Song {i},Ann,{why}" for i, ms, why in plays]
    (tmp_path / "history.csv").write_text(
        "\n".join(["spotify_track_uri,ts,ms_played,track_name,artist_name,reason_end", *rows]),
        encoding="utf-8",
    )
    named = [f"Song {i},Ann,180000,0.1,0.2,0.3" for i, _, _ in plays]
    (tmp_path / "names.csv").write_text(
        "\n".join(["track_name,artist,duration_ms,danceability,energy,valence", *named]), encoding="utf-8"
    )
    store = Store(tmp_path / "store", *tmp_path.glob("*.csv"))
    found = [not store.ask("taste_profile", "--track", f"{i:022}").empty for i, _, _ in plays]
    assert found == [True, False, True]


def test_a_namesake_must_be_as_long(tmp_path):
    """The id's own row tells a length and nothing else, so names decide, within two seconds."""
    plays = [f"{i:022},2024-01-01 10:0{i}:00,60000,Song {i},Ann" for i in range(1, 4)]
    (tmp_path / "history.csv").write_text(
        "\n".join(["spotify_track_uri,ts,ms_played,track_name,artist_name", *plays]), encoding="utf-8"
    )
    (tmp_path / "ids.csv").write_text(
        "\n".join(
            ["id,duration_ms,danceability,energy,valence", *(f"{i:022},200000,0,0,0" for i in range(1, 4))]
        ),
        encoding="utf-8",
    )
    lengths = {1: "202000", 2: "202001", 3: ""}
    (tmp_path / "names.csv").write_text(
        "\n".join(
            [
                "track_name,artist,duration_ms,danceability,energy,valence",
                *(f"Song {i},Ann,{ms},0.1,0.2,0.3" for i, ms in lengths.items()),
            ]
        ),
        encoding="utf-8",
    )
    store = Store(tmp_path / "store", *tmp_path.glob("*.csv"))
    assert [not store.ask("taste_profile", "--track", f"{i:022}").empty for i in lengths] == [
        True,
        False,
        True,
    ]
