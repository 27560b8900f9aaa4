"""A fake Spotify for clients that we did not write: one program a profile, one set of tokens, ended at the end."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import urllib.request
from collections.abc import Iterator

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = pathlib.Path(
    os.environ.get("EARPRINT_FAKE_SPOTIFY", ROOT / "build" / "release" / "earprint-fake-spotify")
)


class Fake:
    """A running fake: its address, and what only a test may ask of it."""

    def __init__(self, profile: str) -> None:
        self.profile = profile
        self._process = subprocess.Popen(
            [
                str(PROGRAM),
                "--profile",
                profile,
                "--speed",
                "0",
                "--redirect-uri",
                "http://127.0.0.1/callback",
            ],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        self.address = self._process.stdout.readline().strip()
        assert self.address, "the fake did not start"

    def control(self, what: str, **body: object) -> dict:
        request = urllib.request.Request(
            f"{self.address}/fake/{what}", data=json.dumps(body).encode(), method="POST"
        )
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.load(answer)

    def tokens(self) -> dict:
        return self.control("tokens", listener="listener1")

    def items_of(self, playlist: str) -> list[dict]:
        """The entries of a playlist as they are served, all pages."""
        entries: list[dict] = []
        url = f"{self.address}/v1/playlists/{playlist}/tracks?limit=100"
        while url:
            request = urllib.request.Request(
                url, headers={"Authorization": f"Bearer {self.tokens()['access_token']}"}
            )
            with urllib.request.urlopen(request, timeout=20) as answer:
                page = json.load(answer)
            entries += page["items"]
            url = page["next"]
        return entries

    def play_track(self, item: int) -> None:
        """Lets the listener begin a track now, so that something plays."""
        self.control("plays", listener="listener1", item=item, played_ms=180_000)
        self.control("clock", advance_ms=20_000)

    def end(self) -> None:
        self._process.terminate()
        self._process.wait(20)


@pytest.fixture(scope="module")
def extended() -> Iterator[Fake]:
    fake = Fake("extended")
    yield fake
    fake.end()


@pytest.fixture(scope="module")
def dev_new() -> Iterator[Fake]:
    fake = Fake("dev-new")
    yield fake
    fake.end()
