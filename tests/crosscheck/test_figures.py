"""Every figure a second time, by pandas, from the same file; any cell that differs fails."""

from __future__ import annotations

import dataclasses
import math
import pathlib

import pandas as pd
import pytest
from history_reading import HISTORY, Store

DAY_MS = 86_400_000

CONDITIONS = {
    "default": [],
    "every play": ["--min-ms", "0"],
    "Paris": ["--tz", "Europe/Paris"],
    "New York": ["--tz", "America/New_York"],
    "Kolkata, four minutes": ["--tz", "Asia/Kolkata", "--min-ms", "240000"],
    "at night": ["--hours", "22-2", "--tz", "Europe/Paris"],
    "weekends": ["--weekdays", "sat,sun"],
    "one year": ["--from", "2019-01-01", "--to", "2020-01-01", "--tz", "Europe/Paris"],
    "shuffled": ["--shuffle", "yes"],
    "not skipped": ["--skipped", "no"],
    "an artist": ["--artist", "the beatles"],
    "nothing": ["--artist", "nobody of that name"],
}


def option(conditions: list[str], name: str, default: str = "") -> str:
    return conditions[conditions.index(name) + 1] if name in conditions else default


def select(plays: pd.DataFrame, conditions: list[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The plays under the conditions: of any length, and those that are long enough."""
    frame = plays.copy()
    zone = option(conditions, "--tz", "UTC")
    local = frame["ended"].dt.tz_convert(zone)
    frame["date"] = local.dt.strftime("%Y-%m-%d")
    frame["hour"] = local.dt.hour
    frame["weekday"] = local.dt.day_of_week + 1
    frame["local"] = local.dt.tz_localize(None)
    frame["was_skipped"] = (frame["skipped"] == "TRUE") | frame["reason_end"].isin(["fwdbtn", "nextbtn"])
    if begin := option(conditions, "--from"):
        frame = frame[frame["ended"] >= pd.Timestamp(begin, tz=zone)]
    if end := option(conditions, "--to"):
        frame = frame[frame["ended"] < pd.Timestamp(end, tz=zone)]
    if option(conditions, "--hours"):
        frame = frame[(frame["hour"] >= 22) | (frame["hour"] < 2)]
    if option(conditions, "--weekdays"):
        frame = frame[frame["weekday"] >= 6]
    if option(conditions, "--shuffle"):
        frame = frame[frame["shuffle"] == "TRUE"]
    if option(conditions, "--skipped"):
        frame = frame[~frame["was_skipped"]]
    if artist := option(conditions, "--artist"):
        frame = frame[frame["artist_name"].str.lower() == artist]
    return frame, frame[frame["ms_played"] >= int(option(conditions, "--min-ms", "30000"))]


def names(plays: pd.DataFrame) -> pd.DataFrame:
    """Title and artist of each track id, as its latest play spells them; the smaller text among equals."""
    ordered = plays.sort_values(
        ["ended_ms", "track_name", "artist_name", "album_name"], ascending=[False, True, True, True]
    )
    return ordered.drop_duplicates("spotify_track_uri").set_index("spotify_track_uri")[
        ["track_name", "artist_name"]
    ]


def instant(ms: float) -> str:
    return (
        pd.Timestamp(int(ms), unit="ms").strftime("%Y-%m-%dT%H:%M:%SZ")
        if ms % 1000 == 0
        else pd.Timestamp(int(ms), unit="ms").strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
    )


def half_up(numerator: int, denominator: int, decimals: int) -> float:
    scaled = (2 * numerator * 10**decimals + denominator) // (2 * denominator)
    return scaled / 10**decimals


def same(answer: pd.DataFrame, expected: list[tuple]) -> None:
    """Cell by cell; texts and whole numbers exactly, decimals to their last digit."""
    got = [
        tuple(
            None if value is None or (isinstance(value, float) and math.isnan(value)) else value
            for value in row
        )
        for row in answer.astype(object).itertuples(index=False, name=None)
    ]
    for place, (have, want) in enumerate(zip(got, expected, strict=False)):
        for column, a, b in zip(answer.columns, have, want, strict=True):
            equal = abs(a - b) < 1e-9 if isinstance(b, float) and a is not None else a == b
            assert equal, f"row {place}, {column}: {a!r}, but pandas says {b!r}"
    assert len(got) == len(expected), f"{len(got)} rows, but pandas has {len(expected)}"


def period(frame: pd.DataFrame, grain: str) -> pd.Series:
    return (
        frame["local"]
        .dt.to_period({"month": "M", "year": "Y", "week": "W", "quarter": "Q", "day": "D"}[grain])
        .dt.start_time.dt.strftime("%Y-%m-%d")
    )


def with_zone(conditions: list[str]) -> list[str]:
    return conditions if "--tz" in conditions else [*conditions, "--tz", "UTC"]


@pytest.fixture(params=CONDITIONS.values(), ids=CONDITIONS.keys())
def conditions(request) -> list[str]:
    return with_zone(request.param)


@pytest.fixture
def selected(plays, conditions):
    return select(plays, conditions)


def test_overview(store, selected, conditions):
    every, s = selected
    albums = s[s["album_name"] != ""]
    row = (
        len(every),
        len(s),
        int(s["ms_played"].sum()),
        s["spotify_track_uri"].nunique(),
        s["artist_name"].nunique(),
        len(albums[["album_name", "artist_name"]].drop_duplicates()),
        instant(s["ended_ms"].min()) if len(s) else None,
        instant(s["ended_ms"].max()) if len(s) else None,
        s["date"].nunique(),
    )
    same(store.ask("overview", *conditions), [row])


def test_top_tracks(store, plays, selected, conditions):
    _, s = selected
    named = names(plays)
    g = (
        s.groupby("spotify_track_uri")
        .agg(
            plays=("ms_played", "size"),
            ms=("ms_played", "sum"),
            first=("ended_ms", "min"),
            last=("ended_ms", "max"),
        )
        .reset_index()
    )
    g = g.sort_values(["plays", "spotify_track_uri"], ascending=[False, True]).head(50)
    want = [
        (
            i + 1,
            r.spotify_track_uri,
            named.track_name[r.spotify_track_uri],
            named.artist_name[r.spotify_track_uri],
            r.plays,
            r.ms,
            instant(r.first),
            instant(r.last),
        )
        for i, r in enumerate(g.itertuples())
    ]
    same(store.ask("top_tracks", *conditions, "--limit", "50"), want)


def by_bytes(texts: pd.Series) -> pd.Series:
    return texts.map(lambda text: text.encode())


def test_top_artists(store, selected, conditions):
    _, s = selected
    g = (
        s.groupby("artist_name")
        .agg(plays=("ms_played", "size"), ms=("ms_played", "sum"), tracks=("spotify_track_uri", "nunique"))
        .reset_index()
    )
    g["key"] = by_bytes(g["artist_name"])
    g = g.sort_values(["plays", "key"], ascending=[False, True]).head(100)
    same(
        store.ask("top_artists", *conditions),
        [(i + 1, r.artist_name, r.plays, r.ms, r.tracks) for i, r in enumerate(g.itertuples())],
    )


def test_top_albums(store, selected, conditions):
    _, s = selected
    s = s[s["album_name"] != ""]
    g = (
        s.groupby(["album_name", "artist_name"])
        .agg(plays=("ms_played", "size"), ms=("ms_played", "sum"), tracks=("spotify_track_uri", "nunique"))
        .reset_index()
    )
    g["key"], g["key2"] = by_bytes(g["album_name"]), by_bytes(g["artist_name"])
    g = g.sort_values(["plays", "key", "key2"], ascending=[False, True, True]).head(100)
    same(
        store.ask("top_albums", *conditions),
        [(i + 1, r.album_name, r.artist_name, r.plays, r.ms, r.tracks) for i, r in enumerate(g.itertuples())],
    )


@pytest.mark.parametrize("grain", ["day", "week", "month", "quarter", "year"])
def test_timeline(store, plays, grain):
    conditions = ["--tz", "Europe/Paris"]
    _, s = select(plays, conditions)
    s = s.assign(period=period(s, grain))
    g = s.groupby("period").agg(
        plays=("ms_played", "size"),
        ms=("ms_played", "sum"),
        tracks=("spotify_track_uri", "nunique"),
        artists=("artist_name", "nunique"),
    )
    code = {"month": "M", "year": "Y", "week": "W", "quarter": "Q", "day": "D"}[grain]
    every = pd.period_range(s["local"].min(), s["local"].max(), freq=code).start_time.strftime("%Y-%m-%d")
    g = g.reindex(every, fill_value=0)
    same(
        store.ask("timeline", *conditions, "--grain", grain),
        [
            (i, int(r.plays), int(r.ms), int(r.tracks), int(r.artists))
            for i, r in zip(g.index, g.itertuples(index=False), strict=True)
        ],
    )


def test_clock(store, selected, conditions):
    _, s = selected
    g = s.groupby(["weekday", "hour"])["ms_played"].agg(["size", "sum"])
    want = []
    for weekday in range(1, 8):
        for hour in range(24):
            found = (weekday, hour) in g.index
            want.append(
                (
                    weekday,
                    hour,
                    int(g.loc[(weekday, hour), "size"]) if found else 0,
                    int(g.loc[(weekday, hour), "sum"]) if found else 0,
                )
            )
    same(store.ask("clock", *conditions), want)


def test_calendar(store, selected, conditions):
    _, s = selected
    g = s.groupby("date")["ms_played"].agg(["size", "sum"])
    same(
        store.ask("calendar", *conditions), [(day, int(r["size"]), int(r["sum"])) for day, r in g.iterrows()]
    )


def test_streaks(store, selected, conditions):
    _, s = selected
    days = pd.to_datetime(pd.Series(sorted(s["date"].unique())))
    runs: list[list] = []
    for day in days:
        if runs and (day - runs[-1][1]).days == 1:
            runs[-1][1] = day
        else:
            runs.append([day, day])
    rows = [(a.strftime("%Y-%m-%d"), b.strftime("%Y-%m-%d"), (b - a).days + 1) for a, b in runs]
    rows.sort(key=lambda r: (-r[2], r[0]))
    same(store.ask("streaks", *conditions), rows[:100])


def test_sessions(store, plays, selected, conditions):
    _, s = selected
    sessions: list[list] = []
    latest = None
    for ended, ms in s.sort_values("ended_ms", kind="stable")[["ended_ms", "ms_played"]].itertuples(
        index=False
    ):
        if latest is None or ended - ms - latest > 1_800_000:
            sessions.append([ended - ms, ended, 0, 0])
        current = sessions[-1]
        current[0], current[1] = min(current[0], ended - ms), max(current[1], ended)
        current[2] += 1
        current[3] += ms
        latest = ended if latest is None else max(latest, ended)
    # Plays that end in one instant may come in any order; where that decides over a border, only the sums are fixed.
    answer = store.ask("sessions", *conditions, "--limit", "100000")
    assert answer["plays"].sum() == len(s) and answer["ms"].sum() == s["ms_played"].sum()
    if not s["ended_ms"].duplicated().any():
        sessions.sort(key=lambda r: (-r[0], -r[1]))
        same(answer, [(instant(a), instant(b), n, m) for a, b, n, m in sessions])
    else:
        assert abs(len(answer) - len(sessions)) <= s["ended_ms"].duplicated().sum()


def test_discoveries(store, plays, selected, conditions):
    _, s = selected
    minimum = int(option(conditions, "--min-ms", "30000"))
    long_enough = plays[plays["ms_played"] >= minimum]
    first_track = long_enough.groupby("spotify_track_uri")["ended_ms"].min()
    first_artist = long_enough.groupby("artist_name")["ended_ms"].min()
    s = s.assign(period=period(s, "month"))
    want = []
    for name, part in s.groupby("period"):
        earliest = part.groupby("spotify_track_uri")["ended_ms"].min()
        new = set(earliest.index[earliest == first_track[earliest.index]])
        artists = part.groupby("artist_name")["ended_ms"].min()
        want.append(
            (
                name,
                len(new),
                int((artists == first_artist[artists.index]).sum()),
                int(part["spotify_track_uri"].isin(new).sum()),
                len(part),
            )
        )
    same(store.ask("discoveries", *conditions), want)


def test_repeats(store, plays, selected, conditions):
    _, s = selected
    named = names(plays)
    g = s.groupby(["spotify_track_uri", "date"]).size().reset_index(name="plays")
    g = (
        g[g["plays"] > 1]
        .sort_values(["plays", "spotify_track_uri", "date"], ascending=[False, True, True])
        .head(100)
    )
    same(
        store.ask("repeats", *conditions),
        [
            (
                r.spotify_track_uri,
                named.track_name[r.spotify_track_uri],
                named.artist_name[r.spotify_track_uri],
                r.date,
                r.plays,
            )
            for r in g.itertuples()
        ],
    )


def test_plays(store, plays, selected, conditions):
    _, s = selected
    named = names(plays)
    g = s.sort_values(["ended_ms", "spotify_track_uri", "ms_played"], ascending=[False, True, False]).head(
        100
    )
    same(
        store.ask("plays", *conditions),
        [
            (
                instant(r.ended_ms),
                r.spotify_track_uri,
                named.track_name[r.spotify_track_uri],
                named.artist_name[r.spotify_track_uri],
                r.ms_played,
            )
            for r in g.itertuples()
        ],
    )


def test_skips(store, selected, conditions):
    every, _ = selected
    g = every.groupby("artist_name")["was_skipped"].agg(["size", "sum"]).reset_index()
    g = g[g["sum"] > 0]
    g["key"] = by_bytes(g["artist_name"])
    g = g.sort_values(["sum", "key"], ascending=[False, True]).head(100)
    same(
        store.ask("skips", *conditions),
        [
            (r.artist_name, r.size_, int(r.sum_), half_up(int(r.sum_), r.size_, 4))
            for r in g.rename(columns={"size": "size_", "sum": "sum_"}).itertuples()
        ],
    )


def test_habits(store, selected, conditions):
    every, _ = selected
    want = []
    for dimension in ("country", "offline", "platform", "reason_end", "reason_start", "shuffle"):
        if dimension in ("country", "offline"):
            values = pd.Series([None] * len(every), index=every.index, dtype=object)
        elif dimension == "shuffle":
            values = every["shuffle"].map({"TRUE": "yes", "FALSE": "no"})
        else:
            values = every[dimension].map(lambda v: v or None)
        g = (
            every.assign(value=values.astype(object))
            .groupby("value", dropna=False)["ms_played"]
            .agg(["size", "sum"])
        )
        rows = [
            (dimension, None if pd.isna(v) else v, int(r["size"]), int(r["sum"])) for v, r in g.iterrows()
        ]
        want += sorted(rows, key=lambda r: (-r[2], r[1] is None, (r[1] or "").encode()))
    same(store.ask("habits", *conditions), want)


def test_diversity(store, selected, conditions):
    _, s = selected
    s = s.assign(period=period(s, "month"))
    answer = store.ask("diversity", *conditions)
    want = []
    for name, part in s.groupby("period"):
        sizes = part.groupby("artist_name").size()
        shares = sizes / len(part)
        effective = math.exp(-sum(p * math.log(p) for p in shares))
        want.append((name, len(sizes), len(part), effective, half_up(int(sizes.max()), len(part), 4)))
    assert len(answer) == len(want)
    for have, expected in zip(answer.itertuples(index=False), want, strict=True):
        assert tuple(have)[:3] == expected[:3] and have.top_share == pytest.approx(expected[4], abs=1e-9)
        assert abs(have.effective_artists - expected[3]) <= 0.0051, f"{have} against {expected}"


def test_sources_tell_every_row(store, plays):
    row = store.ask("sources").iloc[0]
    assert (row["source"], row["plays"]) == ("csv", len(plays))


def test_importing_again_changes_nothing(store, history, plays):
    before = store.run("--format", "json", "query", "overview", "--tz", "UTC")
    words = store.run("import", str(history))
    assert (
        f"{plays.attrs['rows']:,} read = 0 accepted + {plays.attrs['rows']:,} duplicate + 0 rejected" in words
    )
    assert "Nothing new" in words
    assert store.run("--format", "json", "query", "overview", "--tz", "UTC") == before


def test_the_report_adds_up(store, plays):
    rows = plays.attrs["rows"]
    assert (
        f"{rows:,} read = {len(plays):,} accepted + {rows - len(plays):,} duplicate + 0 rejected"
        in store.import_words
    )


@dataclasses.dataclass(frozen=True)
class Headlines:
    """What is known of a history before anything reads it."""

    every_play: tuple[int, int]  # plays and milliseconds of any length
    overview: tuple[int, int, int, int, int]  # plays, ms, tracks, artists, active days
    streak_utc: tuple[str, str, int]
    streak_paris: tuple[str, str, int]
    top_artist: tuple[int, str, int]


def evenings(folder: pathlib.Path) -> Store:
    """Ten plays of Ann half an hour before midnight in UTC, which is past midnight in Paris; then five of Bob at noon; three too short; one told twice."""
    plays = [f"{i % 4:022},2020-01-{1 + i:02} 23:30:00,180000,Song {i % 4},Ann" for i in range(10)]
    plays += [f"{10 + i:022},2020-01-{11 + i} 12:00:00,200000,Song {10 + i},Bob" for i in range(5)]
    plays += [f"{20:022},2020-02-01 12:0{i}:00,10000,Song 20,Cid" for i in range(3)]
    file = folder / "history.csv"
    file.write_text(
        "\n".join(["spotify_track_uri,ts,ms_played,track_name,artist_name", *plays, plays[0], ""]),
        encoding="utf-8",
    )
    return Store(folder / "store", file)


HEADLINES = {
    "evenings": Headlines(
        (18, 2_830_000),
        (15, 2_800_000, 9, 2, 15),
        ("2020-01-01", "2020-01-15", 15),
        ("2020-01-02", "2020-01-15", 14),
        (1, "Ann", 10),
    )
}
if HISTORY.exists():
    HEADLINES["2013-2020"] = Headlines(
        (88581, 9927190590),
        (50243, 9764383352, 7838, 1446, 1486),
        ("2020-10-11", "2020-12-27", 78),
        ("2020-08-09", "2020-12-27", 141),
        (1, "The Beatles", 5361),
    )


@pytest.mark.parametrize("name", HEADLINES)
def test_headline_figures(request, tmp_path, name):
    known = HEADLINES[name]
    store = evenings(tmp_path) if name == "evenings" else request.getfixturevalue("store")
    every = store.ask("overview", "--min-ms", "0", "--tz", "UTC").iloc[0]
    assert (every["plays"], every["ms"]) == known.every_play
    row = store.ask("overview", "--tz", "UTC").iloc[0]
    assert (row["plays"], row["ms"], row["tracks"], row["artists"], row["active_days"]) == known.overview
    assert tuple(store.ask("streaks", "--tz", "UTC").iloc[0]) == known.streak_utc
    assert tuple(store.ask("streaks", "--tz", "Europe/Paris").iloc[0]) == known.streak_paris
    assert tuple(store.ask("top_artists").iloc[0])[:3] == known.top_artist
