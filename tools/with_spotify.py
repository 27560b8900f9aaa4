"""Runs a command while a server answers that speaks with an invented Spotify; their addresses are in E2E_URL and E2E_FAKE.

Shape:   in: the command; out: its exit code. Both programs are of build/release, on free ports, with a store and a key of their own;
         the invented Spotify's tracks are two seconds long, and nobody plays any until the command makes them.
Errors:  exit code 1 when one of them does not come up.
"""

from __future__ import annotations

import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
TRACK_MS = 2000


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        fake = subprocess.Popen(
            [
                str(ROOT / "build/release/earprint-fake-spotify"),
                "--days",
                "0",
                "--past-days",
                "0",
                "--track-ms",
                str(TRACK_MS),
                "--from-ms",
                str(int(time.time() * 1000)),
            ],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert fake.stdout is not None
        spotify = fake.stdout.readline().strip()
        environment = os.environ | {
            "XDG_CONFIG_HOME": f"{folder}/configuration",
            "EARPRINT_SPOTIFY_ACCOUNTS_URL": spotify,
            "EARPRINT_SPOTIFY_API_URL": f"{spotify}/v1",
            "EARPRINT_RECCOBEATS_URL": spotify,
        }
        server = subprocess.Popen(
            [
                str(ROOT / "build/release/earprint"),
                "serve",
                "--data",
                f"{folder}/data",
                "--listen",
                "127.0.0.1:0",
                "--zone",
                "UTC",
            ],
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )
        try:
            assert server.stdout is not None
            for line in server.stdout:
                if address := re.search(r"ready: (http://\S+?)/? ", line):
                    given = os.environ | {
                        "E2E_URL": address[1],
                        "E2E_FAKE": spotify,
                        "E2E_DATA": f"{folder}/data",
                    }
                    return subprocess.run(sys.argv[1:], env=given, check=False).returncode
            print("the server did not come up")
            return 1
        finally:
            for process in (server, fake):
                process.terminate()
                process.wait()


if __name__ == "__main__":
    sys.exit(main())
