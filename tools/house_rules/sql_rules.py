"""Rules for the shelf: headers that tell the truth, layers that read downwards, sizes."""

from __future__ import annotations

import pathlib
import re

from .house import House

FILE_LINES_MAX = 130
LAYERS = ("prelude", "lake", "raw", "silver", "metrics", "checks")
TYPES = ("integer", "text", "instant", "date", "period", "decimal", "boolean")


def models(house: House) -> list[str]:
    return [path for path in house.under("sql/", ".sql") if path.split("/")[1] in LAYERS]


def header(text: str) -> dict[str, str]:
    """The fields of the comment block on top; continuation lines joined by newlines."""
    fields: dict[str, str] = {}
    key = ""
    for line in text.splitlines():
        if not line.startswith("--"):
            break
        if match := re.match(r"-- ([a-z]+):\s*(.*)$", line):
            key = match.group(1)
            fields[key] = match.group(2).strip()
        elif key:
            fields[key] += "\n" + line[2:].strip()
    return fields


def _body(text: str) -> str:
    code = re.sub(r"--[^\n]*", "", text)
    return re.sub(r"'(?:''|[^'])*'", "''", code)


def tables_read(text: str) -> set[str]:
    """Names after FROM, JOIN or a comma of FROM that are neither named subqueries nor table functions."""
    code = re.sub(r"\b(extract|substring|trim)\s*\([^()]*\)", "", _body(text), flags=re.IGNORECASE)
    code = re.sub(r"\bis\s+(not\s+)?distinct\s+from\b", " ", code, flags=re.IGNORECASE)
    own = set(
        re.findall(
            r"(?:\bwith(?:\s+recursive)?|,)\s*(\w+)\s*(?:\([\w\s,]*\))?\s+as\s+(?:not\s+materialized\s+|materialized\s+)?\(",
            code,
            re.IGNORECASE,
        )
    )
    named = re.findall(r"\b(?:from|join)\s+([a-z_][\w.]*)(?!\w*\s*\()\b(?!\s*\()", code, re.IGNORECASE)
    return {name for name in named if name not in own}


def _layer(table: str) -> str:
    return table.split("_")[0]


def names_match_paths(house: House) -> list[str]:
    """`name:` says where the file lies; an engine's own version adds .<engine>; no name twice."""
    found, seen = [], {}
    for path in models(house):
        stem = pathlib.PurePosixPath(path).name.removesuffix(".sql").split(".")[0]
        expected = f"{path.split('/')[1]}/{stem}"
        told = header(house.text(path)).get("name", "")
        if told != expected:
            found.append(f"{path}: name says '{told}', the path '{expected}'")
        other = seen.setdefault(stem, expected)
        if other != expected:
            found.append(f"{path}: {other} has this name already")
    return found


def headers_are_complete(house: House) -> list[str]:
    """Models say grain, inputs and columns; metrics question, columns (name | type | unit | meaning) and order."""
    found = []
    for path in models(house):
        fields = header(house.text(path))
        layer = path.split("/")[1]
        for key in ("question", "columns", "order") if layer == "metrics" else ("grain", "inputs"):
            if not fields.get(key) and not (layer == "prelude" and key == "inputs"):
                found.append(f"{path}: the header has no {key}")
        if layer in ("raw", "silver", "lake") and not fields.get("columns"):
            found.append(f"{path}: the header has no columns")
        for column in fields.get("columns", "").splitlines() if layer == "metrics" else []:
            parts = [part.strip() for part in column.split("|")]
            if len(parts) != 4 or not parts[0] or not parts[3]:
                found.append(f"{path}: column '{column}' is not: name | type | unit | meaning")
    return found


def inputs_are_the_tables_read(house: House) -> list[str]:
    """`inputs:` names the tables that the body reads, all of them and no other; `nothing` where it reads none."""
    found = []
    for path in models(house):
        if path.split("/")[1] not in ("raw", "silver"):
            continue
        told = {
            name.strip() for name in header(house.text(path)).get("inputs", "").split(",") if name.strip()
        }
        own = pathlib.PurePosixPath(path).name.split(".")[0]
        read = (tables_read(house.text(path)) - {own}) or {"nothing"}
        found += [f"{path}: reads {name}, which inputs do not tell" for name in sorted(read - told)]
        found += [f"{path}: inputs tell {name}, which is not read" for name in sorted(told - read)]
    return found


def layers_read_downwards(house: House) -> list[str]:
    """raw reads the lake's tables, silver raw and silver, a metric the selection and silver; nothing reads upwards."""
    found = []
    exceptions = house.settings["sql"].get("metrics_may_read", {})
    for path in models(house):
        layer, own = path.split("/")[1], pathlib.PurePosixPath(path).name.split(".")[0]
        for table in sorted(tables_read(house.text(path))):
            below = {
                "raw": _layer(table) == "lake",
                "silver": _layer(table) in ("raw", "silver", "touched"),
                "metrics": _layer(table) in ("selection", "silver") or table in exceptions.get(own, []),
            }.get(layer, True)
            if not below and table != own:
                found.append(f"{path}: {layer} may not read {table}")
    return found


def files_are_short(house: House) -> list[str]:
    """At most 130 lines a file of SQL."""
    return [
        f"{path}: {len(house.lines(path))} lines, more than {FILE_LINES_MAX}"
        for path in models(house)
        if len(house.lines(path)) > FILE_LINES_MAX
    ]


def columns_are_listed(house: House) -> list[str]:
    """No `select *` but as the last line."""
    found = []
    for path in models(house):
        lines = [line for line in _body(house.text(path)).splitlines() if line.strip()]
        found += [
            f"{path}: `select *` before the last line"
            for line in lines[:-1]
            if re.search(r"\bselect\s+(\w+\.)?\*", line, re.IGNORECASE)
        ]
    return found


RULES = [
    names_match_paths,
    headers_are_complete,
    inputs_are_the_tables_read,
    layers_read_downwards,
    files_are_short,
    columns_are_listed,
]
