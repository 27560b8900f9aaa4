"""The official TypeScript SDK against the fake, in the profile of an old application."""

from __future__ import annotations

import os
import pathlib
import subprocess

SCRIPT = pathlib.Path(__file__).with_name("ts_sdk.mjs")


def test_the_sdk_reads_what_it_can_read(extended):
    extended.play_track(4)
    environment = os.environ | {"FAKE": extended.address, "TOKEN": extended.tokens()["access_token"]}
    run = subprocess.run(
        ["node", "--test", "--test-reporter=tap", str(SCRIPT)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert run.returncode == 0, run.stdout[-4000:] + run.stderr[-2000:]
    assert "# pass 7" in run.stdout
