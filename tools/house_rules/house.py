"""The tree as the rules see it: files, their text, and the rooms."""

from __future__ import annotations

import functools
import pathlib
import subprocess
import tomllib
from typing import Any

CPP = (".cpp", ".hpp")
TEXT = (
    *CPP,
    ".sql",
    ".md",
    ".toml",
    ".json",
    ".py",
    ".ts",
    ".tsx",
    ".css",
    ".html",
    ".cmake",
    ".txt",
    ".mjs",
    ".yml",
    ".yaml",
    "",
)


class House:
    """Shape: paths are relative to the root, with '/', sorted; a generated or ignored file is not among them."""

    def __init__(self, root: pathlib.Path, files: list[str] | None = None) -> None:
        self.root = root
        if files is None:
            listed = subprocess.run(
                ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
                cwd=root,
                capture_output=True,
                text=True,
                check=True,
            )
            files = [name for name in listed.stdout.split("\0") if name]
        self.files = sorted(name for name in set(files) if (root / name).is_file())

    @functools.cache  # noqa: B019 - one house lives as long as the program
    def text(self, path: str) -> str:
        return (self.root / path).read_text(encoding="utf-8", errors="replace")

    def lines(self, path: str) -> list[str]:
        return self.text(path).splitlines()

    def under(self, folder: str, *ends: str) -> list[str]:
        return [name for name in self.files if name.startswith(folder) and (not ends or name.endswith(ends))]

    def has(self, path: str) -> bool:
        return (self.root / path).exists()

    @functools.cached_property
    def settings(self) -> dict[str, Any]:
        return tomllib.loads(self.text("tools/rooms.toml"))

    @functools.cached_property
    def rooms(self) -> dict[str, dict[str, Any]]:
        return {room["name"]: room for room in self.settings["room"]}

    @functools.cached_property
    def ratchet(self) -> dict[str, Any]:
        return tomllib.loads(self.text("tools/ratchet.toml"))

    def room_of(self, path: str) -> str | None:
        """The room of 'src/sources/demo/x.cpp' is 'sources/demo': the longest name that fits."""
        inside = path.removeprefix("src/")
        fitting = [name for name in self.rooms if inside.startswith(name + "/")]
        return max(fitting, key=len) if fitting else None
