"""The rules of counting, and what fits a Wrapped, a second time by pandas from the same file."""

from __future__ import annotations

import datetime
import pathlib

import pandas as pd
import pytest
from history_reading import Store, lasted_to_the_end, statements

RULES = ["any", "30s", "half", "end", "wrapped"]


@pytest.fixture(scope="module")
def judged(history: pathlib.Path, plays: pd.DataFrame) -> pd.DataFrame:
    """Every play with a column for each rule."""
    rows = statements(history)
    length = rows.groupby("spotify_track_uri")["ms_played"].max()
    length.update(lasted_to_the_end(rows))
    frame = plays.copy()
    frame["length"] = frame["spotify_track_uri"].map(length)
    ms = frame["ms_played"]
    day = frame["ended"].dt.month * 100 + frame["ended"].dt.day
    frame["any"] = True
    frame["30s"] = ms >= 30_000
    half = (frame["length"] > 30_000) & ((ms * 2 >= frame["length"]) | (ms >= 240_000))
    frame["half"] = half.where(frame["length"].notna(), frame["30s"])
    told = frame["reason_end"] != ""
    frame["end"] = (told & (frame["reason_end"] == "trackdone")) | (~told & (ms + 2_000 >= frame["length"]))
    last = (frame["ended"].dt.year < 2023).map({True: 1031, False: 1115})
    frame["wrapped"] = frame["30s"] & (day <= last)  # a CSV tells of no private session
    return frame


def test_rules(store: Store, judged: pd.DataFrame):
    told = store.ask("rules")
    usual = int(judged["30s"].sum())
    want = [
        [rule, int(judged[rule].sum()), int(judged.loc[judged[rule], "ms_played"].sum())] for rule in RULES
    ]
    assert told.values.tolist() == [[*row, row[1] - usual] for row in want]


@pytest.mark.parametrize("pair", [("any", "30s"), ("half", "end"), ("wrapped", "30s")])
def test_rule_difference(store: Store, judged: pd.DataFrame, pair: tuple[str, str]):
    told = store.ask("rule_difference", "--rule", pair[0], "--against", pair[1], "--limit", "100000")
    for rule, other in (pair, pair[::-1]):
        missed = judged[judged[rule] & ~judged[other]]
        ours = told[told["counted_by"] == rule]
        assert int(ours["plays"].sum()) == len(missed), f"{rule} and not {other}"
        assert int(ours["ms"].sum()) == int(missed["ms_played"].sum())
        by_track = ours.groupby("track_id")["plays"].sum().to_dict()
        assert by_track == missed.groupby("spotify_track_uri").size().to_dict()


def test_wrapped_finds_the_rule_and_the_day_that_it_was_told_by(store: Store, judged: pd.DataFrame):
    cutoff = datetime.date(2019, 11, 20)
    dates = judged["ended"].dt.date
    told_of = judged[judged["half"] & (dates >= datetime.date(2019, 1, 1)) & (dates <= cutoff)]
    said = {
        "minutes": int(told_of["ms_played"].sum()) // 60_000,
        "plays": len(told_of),
        "artists": told_of["artist_name"].nunique(),
        "tracks": told_of["spotify_track_uri"].nunique(),
    }
    options = [word for name, value in said.items() for word in ("--said", f"{name}={value}")]
    best = store.ask("wrapped", "--year", "2019", *options, "--limit", "1").iloc[0]
    assert {name: int(best[name]) for name in said} == said
    assert float(best["off"]) == 0
    assert best["rule"] == "half"
