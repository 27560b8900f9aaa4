"""Rules for C++: who includes whom, names, sizes."""

from __future__ import annotations

import pathlib
import re

from . import cpp_text
from .house import CPP, House

FILE_LINES_MAX = 800
FILE_LINES_REASON = 400
FUNCTION_LINES_MAX = 70
UNITS_MAX = 14


def _units(house: House) -> list[str]:
    return house.under("src/", *CPP)


def _is_test(path: str) -> bool:
    return "/tests/" in path or path.startswith("tests/")


def _vendor_of(house: House, header: str) -> str | None:
    for vendor, starts in house.settings["vendors"].items():
        if any(
            header == start
            or (start.endswith("/") and header.startswith(start))
            or (not start.endswith(".h") and header.startswith(start))
            for start in starts
        ):
            return vendor
    return None


def rooms_include_downwards(house: House) -> list[str]:
    """A room includes only what tools/rooms.toml allows it, as "room/file.hpp" from src/."""
    found = []
    for path in _units(house):
        room = house.room_of(path)
        if room is None:
            found.append(f"{path}: no room of tools/rooms.toml holds this file")
            continue
        allowed = {room, *house.rooms[room]["includes"]}
        for line, quoted, header in cpp_text.includes(house.text(path)):
            target = house.room_of("src/" + header) if "/" in header else None
            support = _is_test(path) and header.startswith("tests/")
            if quoted and not support and not house.has("src/" + header):
                found.append(f'{path}:{line}: "{header}" is no file under src/')
            elif not quoted and house.has("src/" + header):
                found.append(f"{path}:{line}: own header <{header}> in angle brackets")
            elif quoted and target is not None and target not in allowed:
                found.append(f"{path}:{line}: {room} may not include {target} ({header})")
    return found


def vendors_stay_where_they_belong(house: House) -> list[str]:
    """A product's headers only in the rooms, and the adapter folders, that tools/rooms.toml names for it."""
    found = []
    for path in _units(house):
        room = house.room_of(path)
        if room is None:
            continue
        allowed = set(house.rooms[room]["vendors"])
        folder = path.removeprefix("src/adapters/").split("/")[0]
        if room == "adapters":
            allowed |= set(house.settings["adapters"].get(folder, []))
        if _is_test(path):
            allowed |= {"tests", "posix"}
        for line, quoted, header in cpp_text.includes(house.text(path)):
            vendor = None if quoted else _vendor_of(house, header)
            if vendor and vendor not in allowed:
                found.append(f"{path}:{line}: <{header}> ({vendor}) does not belong here")
            if not quoted and vendor is None and ("/" in header or header.endswith((".h", ".hpp"))):
                found.append(f"{path}:{line}: <{header}> belongs to no product in tools/rooms.toml")
            if (
                quoted
                and room == "adapters"
                and header.startswith("adapters/")
                and header.split("/")[1] != folder
            ):
                found.append(f"{path}:{line}: adapters/{folder} includes another product's folder ({header})")
    return found


def no_circles(house: House) -> list[str]:
    """Neither rooms nor headers run in a circle."""
    headers = {
        path: [f"src/{h}" for _, quoted, h in cpp_text.includes(house.text(path)) if quoted]
        for path in _units(house)
        if path.endswith(".hpp")
    }
    rooms = {name: list(room["includes"]) for name, room in house.rooms.items()}
    return [f"circle: {' -> '.join(circle)}" for graph in (rooms, headers) if (circle := _circle(graph))]


def _circle(graph: dict[str, list[str]]) -> list[str] | None:
    done: set[str] = set()

    def walk(node: str, path: list[str]) -> list[str] | None:
        if node in path:
            return [*path[path.index(node) :], node]
        if node in done:
            return None
        for target in graph.get(node, []):
            if circle := walk(target, [*path, node]):
                return circle
        done.add(node)
        return None

    return next((circle for node in graph if (circle := walk(node, []))), None)


def stems_are_unique(house: House) -> list[str]:
    """One name, one unit: no second types.hpp anywhere in src/."""
    seen: dict[str, str] = {}
    found = []
    for path in _units(house):
        stem, folder = (pathlib.PurePosixPath(path).stem, str(pathlib.PurePosixPath(path).parent))
        other = seen.setdefault(stem, folder)
        if other != folder:
            found.append(f"{path}: {other} has a {stem} already")
    return found


def names_of_files(house: House) -> list[str]:
    """C++ and SQL files and folders are snake_case; tests end in _test."""
    found = []
    for path in [*_units(house), *house.under("sql/"), *house.under("tests/", *CPP)]:
        if path.endswith(".md"):
            continue
        for part in pathlib.PurePosixPath(path).parts:
            if not re.fullmatch(r"[a-z0-9_]+(\.[a-z0-9_]+)*", part):
                found.append(f"{path}: '{part}' is not snake_case")
        if "src/" in path and "/tests/" in path and path.endswith(".cpp") and not path.endswith("_test.cpp"):
            found.append(f"{path}: a unit of a tests folder ends in _test.cpp")
    return found


def headers_are_well_formed(house: House) -> list[str]:
    """`#pragma once`, the room's namespace, and a unit's own header first in its .cpp."""
    found = []
    for path in _units(house):
        text = house.text(path)
        room = house.room_of(path) or ""
        if path.endswith(".hpp"):
            if "#pragma once" not in text:
                found.append(f"{path}: no #pragma once")
            if f"namespace earprint::{room.split('/')[0]}" not in text:
                found.append(f"{path}: not in namespace earprint::{room.split('/')[0]}")
        own = path.removesuffix(".cpp") + ".hpp"
        if path.endswith(".cpp") and house.has(own):
            first = next(iter(cpp_text.includes(text)), (0, True, ""))
            if first[2] != own.removeprefix("src/"):
                found.append(f"{path}: its own header is not its first include")
    return found


def files_are_short(house: House) -> list[str]:
    """C++: at most 800 lines, and over 400 only with a reason in tools/ratchet.toml, never longer than it says."""
    found = []
    known = house.ratchet.get("files", {})
    paths = [*_units(house), *house.under("tests/", *CPP), *house.under("bench/", *CPP)]
    for path in paths:
        length = len(house.lines(path))
        entry = known.get(path)
        if length > FILE_LINES_MAX:
            found.append(f"{path}: {length} lines, more than {FILE_LINES_MAX}")
        elif length > FILE_LINES_REASON and entry is None:
            found.append(f"{path}: {length} lines need a reason in tools/ratchet.toml, [files]")
        elif entry is not None and length > entry["lines"]:
            found.append(f"{path}: grew from {entry['lines']} to {length} lines; split it")
        elif entry is not None and length <= FILE_LINES_REASON:
            found.append(f"{path}: {length} lines need no entry in tools/ratchet.toml any more")
    found += [f"tools/ratchet.toml: no file {path}" for path in known if path not in paths]
    found += [
        f"tools/ratchet.toml: {path} has no reason"
        for path, entry in known.items()
        if not entry.get("reason")
    ]
    return found


def functions_are_short(house: House) -> list[str]:
    """At most 70 lines a function; those that were longer may only shrink."""
    found = []
    known = dict(house.ratchet.get("functions", {}))
    for path in [*_units(house), *house.under("tests/", *CPP), *house.under("bench/", *CPP)]:
        for name, line, length in cpp_text.functions(house.text(path)):
            key = f"{path}:{name}"
            allowed = max(FUNCTION_LINES_MAX, known.get(key, 0))
            if length > allowed:
                found.append(f"{path}:{line}: {name} has {length} lines, more than {allowed}")
            if length > FUNCTION_LINES_MAX:
                known.pop(key, None)
    found += [f"tools/ratchet.toml: {key} is short enough or gone; drop the entry" for key in known]
    return found


def rooms_stay_small(house: House) -> list[str]:
    """About a dozen units a folder; beyond that, an inner room with its own sentence."""
    counts: dict[str, set[str]] = {}
    for path in _units(house):
        if not _is_test(path):
            place = pathlib.PurePosixPath(path)
            counts.setdefault(str(place.parent), set()).add(place.stem)
    return [
        f"{folder}: {len(stems)} units, more than {UNITS_MAX}"
        for folder, stems in counts.items()
        if len(stems) > UNITS_MAX
    ]


RULES = [
    rooms_include_downwards,
    vendors_stay_where_they_belong,
    no_circles,
    stems_are_unique,
    names_of_files,
    headers_are_well_formed,
    files_are_short,
    functions_are_short,
    rooms_stay_small,
]
