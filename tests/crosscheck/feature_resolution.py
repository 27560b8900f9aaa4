"""Which catalogue row tells a track's features: the rule of docs/features.md a second time."""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable

from catalogue_reading import FEATURES, Statement

NEAR_MS = 2_000
EDITION = {"remaster", "remastered", "remasterizado", "mono", "stereo"}
EDITION_EXTRAS = {"digital", "digitally", "version"}
TOLERANCE_E6 = {"loudness": 600_000, "tempo": 2_000_000, "key": 0, "mode": 0, "time_signature": 0}


@dataclasses.dataclass(frozen=True)
class Track:
    """A played track, as its latest play spells it, and what plays of it lasted that ran to the end (None: none did)."""

    track_id: str
    title: str
    artist: str
    lasted_ms: int | None = None


def folded(text: str) -> str:
    """Lower case; Latin letters without their accents, composed or not; letters of other scripts stay as they are."""
    made = ""
    for c in text:
        c = {"İ": "i"}.get(c) or c.lower()
        base = unicodedata.normalize("NFD", c)[0]
        made += {"đ": "d", "ħ": "h", "ı": "i", "ł": "l", "ø": "o", "ŧ": "t", "ς": "σ"}.get(c) or (
            base if "a" <= base <= "z" else c
        )
    return "".join(c for c in made if not "\u0300" <= c <= "\u036f")


def is_punctuation(c: str) -> bool:
    return not c.isalnum() and (
        c.isascii() or unicodedata.category(c)[0] in "PZ" or unicodedata.category(c) == "Cf" or c == "´"
    )


def without_edition(text: str) -> str:
    """Without the tags at the end that tell of a remaster, of mono or stereo, and of nothing else."""
    for mark in re.finditer(r"[(\[]| - ", text):
        tail = text[mark.end() :].strip().removesuffix(")").removesuffix("]")
        words = [word for word in re.split(r"[ /-]+", tail) if word]
        if all(
            w in EDITION | EDITION_EXTRAS or re.fullmatch(r"[0-9]{4}", w) for w in words
        ) and EDITION & set(words):
            return without_edition(text[: mark.start()].strip())
    return text


def normal(text: str) -> str:
    made = re.sub(r"[(\[](feat\.?|ft\.?|featuring|with) [^)\]]*[)\]]", " ", folded(text))
    made = without_edition(made.strip())
    made = " ".join("".join(" " if is_punctuation(c) else c for c in made).split()).removeprefix("the ")
    return made or text.lower()


class Catalogues:
    """Every statement of the catalogues, found by id or by names."""

    def __init__(self, statements: Iterable[Statement]) -> None:
        self.statements = list(statements)
        self.by_id: dict[str, list[Statement]] = defaultdict(list)
        self.by_isrc: dict[str, list[Statement]] = defaultdict(list)
        self.by_names: dict[tuple[str, str], list[Statement]] = defaultdict(list)
        for told in self.statements:
            if told.track_id:
                self.by_id[told.track_id].append(told)
            if told.isrc:
                self.by_isrc[told.isrc].append(told)
            if told.title and told.artist:
                self.by_names[normal(told.title), normal(told.artist)].append(told)

    def called(self, track: Track) -> list[Statement]:
        """The rows with a track's names."""
        return (
            self.by_names.get((normal(track.title), normal(track.artist)), [])
            if track.title and track.artist
            else []
        )

    def length(self, track: Track) -> int | None:
        """How long a track is known to be, by a catalogue or by its plays."""
        own = self.by_id.get(track.track_id, [])
        return max((told.duration_ms for told in own if told.duration_ms), default=track.lasted_ms)

    def resolve(self, track: Track) -> tuple[str, Statement] | None:
        """How a track's features are found, and the row that tells them."""
        own = self.by_id.get(track.track_id, [])
        length = self.length(track)
        named = [
            told
            for told in self.called(track)
            if length is None or told.duration_ms is None or abs(told.duration_ms - length) <= NEAR_MS
        ]
        isrc = min((told.isrc for told in own if told.isrc), default="")
        candidates = (
            [("catalogue id", told) for told in own]
            + [("isrc", told) for told in (self.by_isrc[isrc] if isrc else [])]
            + [("catalogue names", told) for told in named]
        )
        best = min((c for c in candidates if c[1].values), key=preference, default=None)
        return best

    def genres(self, track: Track) -> frozenset[str]:
        by_id = frozenset[str]().union(*(told.genres for told in self.by_id.get(track.track_id, [])))
        return by_id or frozenset[str]().union(*(told.genres for told in self.called(track)))

    def tracks_of(self) -> dict[str, int]:
        """How many tracks each catalogue tells of."""
        seen: dict[str, set] = defaultdict(set)
        for told in self.statements:
            seen[told.catalogue].add(told.track_id or (normal(told.title), normal(told.artist)))
        return {name: len(tracks) for name, tracks in seen.items()}

    def conflicts_of(self) -> dict[str, int]:
        """On how many ids each catalogue contradicts another statement."""
        disputed: dict[str, set[str]] = defaultdict(set)
        for track_id, statements in self.by_id.items():
            for one in statements:
                if any(contradictions(one, other) for other in statements):
                    disputed[one.catalogue].add(track_id)
        return {name: len(ids) for name, ids in disputed.items()}


def preference(candidate: tuple[str, Statement]) -> tuple:
    """Smaller is better."""
    way, told = candidate
    values = told.told()
    return (
        ["catalogue id", "isrc", "catalogue names"].index(way),
        -len(values),
        told.catalogue.encode(),
        not told.track_id,
        told.track_id.encode(),
        [(f not in values, values.get(f, 0)) for f in FEATURES],
    )


def contradictions(one: Statement, other: Statement) -> list[str]:
    """The features on which two rows differ by more than 1 % of the range."""
    a, b = one.told(), other.told()
    return [f for f in FEATURES if f in a and f in b and abs(a[f] - b[f]) > TOLERANCE_E6.get(f, 10_000)]
