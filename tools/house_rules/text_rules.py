"""Rules for every file: marks, words, paths, hosts."""

from __future__ import annotations

import re

from . import cpp_text
from .house import CPP, TEXT, House

# Put together here so that this file does not hold what it forbids.
MARKS = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "X" + "XX", "HA" + "CK")) + r")\b")
PATHS = re.compile(
    r"(?<![\w.$}/:-])/(" + "|".join(("wo" + "rk", "ro" + "ot", "ho" + "me", "Us" + "ers")) + r")/[\w.]"
)
HOSTS = re.compile(
    "|".join(
        re.escape(name + "." + end)
        for name, end in (
            ("registry.npmjs", "org"),
            ("registry.yarnpkg", "com"),
            ("files.pythonhosted", "org"),
            ("pypi", "org"),
            ("proxy.golang", "org"),
            ("sum.golang", "org"),
            ("deb.debian", "org"),
            ("static.crates", "io"),
            ("crates", "io"),
            ("rubygems", "org"),
            ("repo1.maven", "org"),
            ("repo.maven.apache", "org"),
            ("conda.anaconda", "org"),
        )
    )
)
SILENCED = re.compile(r"NOLINT(NEXTLINE|BEGIN)?(?!END)\b")
SILENCED_WELL = re.compile(r"NOLINT(NEXTLINE|BEGIN)?\([\w.,*-]+\): \S")
LISTENING_ROOMS = ("server", "app", "app/serving", "app/stores", "fakes")  # they listen on sockets


def _texts(house: House) -> list[str]:
    return [
        path
        for path in house.files
        if "." + path.rsplit(".", 1)[-1] in TEXT or "." not in path.rsplit("/", 1)[-1]
    ]


def no_marks(house: House) -> list[str]:
    """Nothing left for later in a comment: do it, or write it where it is planned."""
    return [
        f"{path}:{number}: a mark for later"
        for path in _texts(house)
        if not path.endswith("package-lock.json")
        for number, line in enumerate(house.lines(path), 1)
        if MARKS.search(line)
    ]


def silenced_with_a_reason(house: House) -> list[str]:
    """A linter is silenced for one named check, with the reason after a colon."""
    found = []
    for path in [*house.under("src/", *CPP), *house.under("tests/", *CPP), *house.under("bench/", *CPP)]:
        for number, line in enumerate(house.lines(path), 1):
            if SILENCED.search(line) and "NOLINTEND" not in line and not SILENCED_WELL.search(line):
                found.append(f"{path}:{number}: NOLINT without a check's name and a reason")
    return found


def words_of_the_house(house: House) -> list[str]:
    """No name is made of 'scrobble', nor of 'listen' for a play; the words are play, stream, listener."""
    found = []
    ends = (*CPP, ".sql", ".ts", ".tsx", ".py")
    for path in house.files:
        if not path.endswith(ends) or path.startswith("tools/"):
            continue
        text = house.text(path)
        code = (
            cpp_text.without_words(text)
            if path.endswith((*CPP, ".ts", ".tsx"))
            else re.sub(r"--[^\n]*|#[^\n]*|'[^'\n]*'|\"[^\"\n]*\"", "", text)
        )
        in_sockets = path.endswith(CPP) and (
            house.room_of(path) in LISTENING_ROOMS or path.startswith("tests/")
        )
        for number, line in enumerate(code.splitlines(), 1):
            for name in re.findall(r"[A-Za-z_]\w*", line):
                parts = [part.lower() for part in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)]
                wrong = any(part.startswith("scrobbl") for part in parts) or (
                    path.endswith((*CPP, ".sql"))
                    and not in_sockets
                    and any(part in ("listen", "listens") for part in parts)
                )
                if wrong:
                    found.append(f"{path}:{number}: '{name}'; the words are play, stream and listener")
    return found


def no_machine_paths(house: House) -> list[str]:
    """No path of somebody's machine."""
    return [
        f"{path}:{number}: a path of one machine: {line.strip()[:80]}"
        for path in _texts(house)
        for number, line in enumerate(house.lines(path), 1)
        if PATHS.search(line)
    ]


def no_registry_hosts(house: House) -> list[str]:
    """Packages come through whatever registry the machine's clients are set to; no host is written down."""
    return [
        f"{path}:{number}: a registry's host name"
        for path in _texts(house)
        for number, line in enumerate(house.lines(path), 1)
        if HOSTS.search(line)
    ]


RULES = [no_marks, silenced_with_a_reason, words_of_the_house, no_machine_paths, no_registry_hosts]
