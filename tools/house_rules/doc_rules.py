"""Rules for documents: READMEs and tables that agree with tools/rooms.toml, references that lead somewhere."""

from __future__ import annotations

import pathlib
import re
from typing import Any

from .house import House

TABLE_HEAD = "| room | one sentence | may include |"
KINDS = ("added", "changed", "fixed", "removed", "security")


def _list(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names) if names else "nothing of ours"


def readme(room: dict[str, Any], adapters: dict[str, list[str]]) -> str:
    """The four lines of a room."""
    vendors = [v for v in room["vendors"] if v != "posix"]
    if room["name"] == "adapters":
        vendors = sorted({v for some in adapters.values() for v in some if v != "posix"} | set(vendors))
    products = (
        f"; of others: {', '.join(sorted(vendors))}" if vendors else "; of others: the standard library only"
    )
    return (
        f"# src/{room['name']}\n\n"
        f"- For: {room['sentence']}\n"
        f"- Here: {room['here']}. Not here: {room['not_here']}.\n"
        f"- Enter by: `{room['entry']}`\n"
        f"- May include: {_list(room['includes'])}{products}.\n"
    )


def table(house: House) -> str:
    """The rooms as ARCHITECTURE.md shows them, top floor first."""
    rows = [
        f"| `src/{room['name']}` | {room['sentence']} | {_list(room['includes'])} |"
        for room in reversed(house.settings["room"])
    ]
    return "\n".join([TABLE_HEAD, "|---|---|---|", *rows])


def readmes_agree(house: House) -> list[str]:
    """Every room of src/ has its README, word for word as tools/rooms.toml says, and its entry file."""
    found = []
    for name, room in house.rooms.items():
        path = f"src/{name}/README.md"
        if not house.has(path):
            found.append(f"{path}: missing; ./dev tidy --write makes it")
        elif house.text(path) != readme(room, house.settings["adapters"]):
            found.append(f"{path}: differs from tools/rooms.toml; ./dev tidy --write mends it")
        if not house.has(f"src/{name}/{room['entry']}"):
            found.append(f"tools/rooms.toml: {name} has no entry file {room['entry']}")
    folders = {path.split("/")[1] for path in house.under("src/") if path.count("/") > 1}
    found += [f"src/{folder}: no room of tools/rooms.toml" for folder in sorted(folders - house.rooms.keys())]
    return found


def architecture_agrees(house: House) -> list[str]:
    """The table of rooms in ARCHITECTURE.md is the one of tools/rooms.toml."""
    if not house.has("ARCHITECTURE.md") or table(house) not in house.text("ARCHITECTURE.md"):
        return [
            "ARCHITECTURE.md: its table of rooms differs from tools/rooms.toml; ./dev tidy --write mends it"
        ]
    return []


def references_lead_somewhere(house: House) -> list[str]:
    """A document or file that is named in a comment, a header or a link exists."""
    found = []
    named = re.compile(
        r"(?<![\w/.-])((?:docs|sql|tools|bench|src|tests|dashboards)/[\w./-]*\.(?:md|toml|txt|py|sql|png))(?![\w-])"
    )
    link = re.compile(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)")
    for path in house.files:
        if not path.endswith((".md", ".cpp", ".hpp", ".sql", ".cmake", "CMakeLists.txt")):
            continue
        folder = pathlib.PurePosixPath(path).parent
        for number, line in enumerate(house.lines(path), 1):
            found += [
                f"{path}:{number}: there is no {target}"
                for target in named.findall(line)
                if not house.has(target)
            ]
            if path.endswith(".md"):
                found += [
                    f"{path}:{number}: the link to {target} leads nowhere"
                    for target in link.findall(line)
                    if not house.has(str(folder / target))
                ]
    return found


def decisions_and_fragments(house: House) -> list[str]:
    """docs/decisions/<yyyymmdd>_<slug>.md with its five parts; changelog.d/<yyyymmdd>_<slug>.<kind>.md."""
    found = []
    for path in house.under("docs/decisions/"):
        if not re.fullmatch(r"docs/decisions/\d{8}_[a-z0-9_]+\.md", path):
            found.append(f"{path}: not <yyyymmdd>_<slug>.md")
        for part in ("Status:", "## Context", "## Decision", "## What follows", "## Turned down"):
            if part not in house.text(path):
                found.append(f"{path}: no '{part}'")
    for path in house.under("changelog.d/"):
        if path != "changelog.d/README.md" and not re.fullmatch(
            rf"changelog\.d/\d{{8}}_[a-z0-9_]+\.({'|'.join(KINDS)})\.md", path
        ):
            found.append(f"{path}: not <yyyymmdd>_<slug>.<{'|'.join(KINDS)}>.md")
    return found


def write(house: House) -> list[str]:
    """Writes every README of a room and the table in ARCHITECTURE.md; gives the files that changed."""
    changed = []
    for name, room in house.rooms.items():
        path = house.root / "src" / name / "README.md"
        text = readme(room, house.settings["adapters"])
        if path.parent.is_dir() and (not path.exists() or path.read_text(encoding="utf-8") != text):
            path.write_text(text, encoding="utf-8")
            changed.append(f"src/{name}/README.md")
    page = house.root / "ARCHITECTURE.md"
    if page.exists():
        old = page.read_text(encoding="utf-8")
        new = re.sub(re.escape(TABLE_HEAD) + r"\n(\|.*\n)*", lambda _: table(house) + "\n", old)
        if new != old:
            page.write_text(new, encoding="utf-8")
            changed.append("ARCHITECTURE.md")
    return changed


RULES = [readmes_agree, architecture_agrees, references_lead_somewhere, decisions_and_fragments]
