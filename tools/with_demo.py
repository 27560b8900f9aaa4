"""Runs a command while a demo server answers, with its address in E2E_URL and the program in E2E_PROGRAM, and ends the server afterwards.

Shape:   in: the command; out: its exit code. The server is build/release/earprint on a free port, with a store of its own.
Errors:  exit code 1 when the server does not come up.
"""

from __future__ import annotations

import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROGRAM = ROOT / "build/release/earprint"


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        server = subprocess.Popen(
            [str(PROGRAM), "demo", "--data", folder, "--port", "0"],
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            assert server.stdout is not None
            for line in server.stdout:
                if address := re.search(r"ready: (http://\S+?)/? ", line):
                    environment = os.environ | {
                        "E2E_URL": address[1],
                        "E2E_IMPORT": "1",
                        "E2E_PROGRAM": str(PROGRAM),
                    }
                    return subprocess.run(sys.argv[1:], env=environment, check=False).returncode
            print("the demo server did not come up")
            return 1
        finally:
            server.terminate()
            server.wait()


if __name__ == "__main__":
    sys.exit(main())
