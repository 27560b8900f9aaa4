"""The taste figures of docs/features.md in whole numbers of any size: each function gives the rows of one metric."""

from __future__ import annotations

import math
from collections import defaultdict

import pandas as pd
from catalogue_reading import FEATURES, SHARES

UNITS = {"loudness": "dB", "tempo": "BPM", "key": "pitch class", "mode": "0/1", "time_signature": "beats"}
BINS_E6 = {
    "loudness": (-60_000_000, 3_000_000, 20),
    "tempo": (40_000_000, 10_000_000, 20),
    "key": (0, 1_000_000, 12),
    "mode": (0, 1_000_000, 2),
    "time_signature": (0, 1_000_000, 8),
} | dict.fromkeys(SHARES, (0, 50_000, 20))

Values = dict[str, dict[str, int]]  # track id -> feature -> value x 10^6


def rounded(numerator: int, denominator: int) -> int:
    """Halves away from zero."""
    half = (2 * abs(numerator) + denominator) // (2 * denominator)
    return -half if numerator < 0 else half


def root_rounded(numerator: int, denominator: int) -> int:
    """The root of a fraction, rounded half up."""
    floor = math.isqrt(numerator // denominator)
    return floor + (4 * numerator >= (2 * floor + 1) ** 2 * denominator)


def by_track(plays: pd.DataFrame) -> list[tuple[str, int, int]]:
    """Each track's plays and milliseconds."""
    g = plays.groupby("spotify_track_uri")["ms_played"].agg(["size", "sum"])
    return list(zip(g.index.tolist(), g["size"].tolist(), g["sum"].tolist(), strict=True))


def told(tracks: list[tuple[str, int, int]], values: Values, feature: str) -> list[tuple[int, int, int]]:
    """(value x 10^6, plays, milliseconds) of the tracks whose value is known."""
    return [(values[t][feature], n, ms) for t, n, ms in tracks if feature in values.get(t, {})]


def profile(plays: pd.DataFrame, values: Values, weight: str) -> list[tuple]:
    tracks, rows = by_track(plays), []
    all_ms = sum(ms for *_, ms in tracks)
    for feature in FEATURES:
        known = sorted(
            (v, n if weight == "plays" else ms, n, ms) for v, n, ms in told(tracks, values, feature)
        )
        whole = sum(w for _, w, *_ in known)
        if not whole:
            continue
        total, squares = (sum(w * v for v, w, *_ in known), sum(w * v * v for v, w, *_ in known))
        marks = []
        for tenths in (1, 5, 9):
            upto = 0
            for v, w, *_ in known:
                upto += w
                if 10 * upto >= tenths * whole:
                    marks.append(rounded(v, 1000) / 1000)
                    break
        deviation = root_rounded(whole * squares - total * total, whole * whole * 10**6)
        rows.append(
            (
                feature,
                UNITS.get(feature, "0..1"),
                rounded(total, whole) / 1e6,
                deviation / 1000,
                *marks,
                sum(n for *_, n, _ in known),
                rounded(10_000 * sum(ms for *_, ms in known), all_ms) / 10_000,
            )
        )
    return rows


def bin_of(feature: str, value: int) -> int:
    low, width, count = BINS_E6[feature]
    return max(0, min(count - 1, (value - low) // width))


def edge(feature: str, number: int) -> float:
    low, width, _ = BINS_E6[feature]
    return (low + number * width) / 1e6


def distribution(plays: pd.DataFrame, values: Values) -> list[tuple]:
    tracks, rows = by_track(plays), []
    for feature in FEATURES:
        cells = [[0, 0] for _ in range(BINS_E6[feature][2])]
        known = told(tracks, values, feature)
        for v, n, ms in known:
            cells[bin_of(feature, v)][0] += n
            cells[bin_of(feature, v)][1] += ms
        rows += [
            (feature, edge(feature, i), edge(feature, i + 1), n, ms)
            for i, (n, ms) in enumerate(cells)
            if known
        ]
    return rows


def means_by(plays: pd.DataFrame, places: pd.Series, values: Values, weight: str) -> list[tuple]:
    """Of each place (hour or period) and feature, the mean and the plays."""
    rows = []
    for place, part in plays.groupby(places):
        tracks = by_track(part)
        for feature in FEATURES:
            known = told(tracks, values, feature)
            whole = sum(n if weight == "plays" else ms for _, n, ms in known)
            if whole:
                total = sum(v * (n if weight == "plays" else ms) for v, n, ms in known)
                rows.append((place, feature, rounded(total, whole) / 1e6, sum(n for _, n, _ in known)))
    return rows


def pairs(plays: pd.DataFrame, values: Values, x: str, y: str) -> list[tuple]:
    cells: dict[tuple[int, int], list[int]] = defaultdict(lambda: [0, 0])
    for track, n, ms in by_track(plays):
        known = values.get(track, {})
        if x in known and y in known:
            cell = cells[bin_of(x, known[x]), bin_of(y, known[y])]
            cell[0] += n
            cell[1] += ms
    return [(edge(x, i), edge(y, j), *cells[i, j]) for i, j in sorted(cells)]
