"""What the benches read: an invented listener's export of a given size, and stores made of it."""

from __future__ import annotations

import json
import pathlib
import re
import shutil
import subprocess
import sys
import time
import urllib.request

from measure import resident_mb, run

ROOT = pathlib.Path(__file__).resolve().parent.parent
EARPRINT = ROOT / "build" / "bench" / "earprint"
FLOOR = ROOT / "build" / "bench" / "json_floor"
BYTES_PER_PLAY = 800  # of the extended history that `demo --files-only` writes


def export(folder: pathlib.Path, plays: int) -> pathlib.Path:
    """The folder with the demo listener's history of so many plays and the catalogues; kept for the next run."""
    target = folder / f"export-{plays}"
    if not (target / "done").exists():
        shutil.rmtree(target, ignore_errors=True)
        run([str(EARPRINT), "demo", "--files-only", str(target), "--plays", str(plays)])
        (target / "done").touch()
    # A store of an earlier version is derived anew when it is opened, which is nothing to measure.
    run([str(EARPRINT), "--data", str(target), "--quiet", "query", "sources"])
    return target


def history_files(made: pathlib.Path) -> list[pathlib.Path]:
    return sorted((made / "Spotify Extended Streaming History").glob("*.json"))


def store(folder: pathlib.Path, plays: int) -> pathlib.Path:
    """A store with that history and its catalogues; kept for the next run, so nobody may write to it."""
    target = folder / f"store-{plays}"
    if not (target / "done").exists():
        shutil.rmtree(target, ignore_errors=True)
        made = export(folder, plays)
        run(
            [
                str(EARPRINT),
                "--data",
                str(target),
                "--quiet",
                "import",
                *map(str, history_files(made)),
                str(made / "catalogues"),
            ]
        )
        (target / "done").touch()
    # A store of an earlier version is derived anew when it is opened, which is nothing to measure.
    run([str(EARPRINT), "--data", str(target), "--quiet", "query", "sources"])
    return target


def ask(data: pathlib.Path, metric: str, *conditions: str) -> list[list]:
    return rows_of(
        run([str(EARPRINT), "--data", str(data), "--format", "json", "query", metric, *conditions]).words
    )


def rows_of(words: str) -> list[list]:
    """The rows of an answer as a command printed it; what is no answer ends the bench."""
    try:
        return json.loads(words)["rows"]
    except ValueError as error:
        sys.exit(f"no answer ({error}):\n{words[:2000]}")


def wait_until_audited(pid: int, address: str) -> float:
    """Waits for the audit that a server makes of a store which nobody has audited; MB of the most that was resident."""
    most = 0.0
    while True:
        most = max(most, resident_mb(pid))
        with urllib.request.urlopen(f"{address}/api/v1/audit") as answer:
            state = json.load(answer)
        if state["report"] is not None and not state["is_running"]:
            return most
        time.sleep(0.1)


def serve(data: pathlib.Path) -> tuple[subprocess.Popen[str], str]:
    """A server over a store, and its address."""
    return serve_by([str(EARPRINT), "--data", str(data), "serve"])


def serve_by(command: list[str]) -> tuple[subprocess.Popen[str], str]:
    """The server that a command begins, and its address."""
    process = subprocess.Popen(
        [*command, "--listen", "127.0.0.1:0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    for line in process.stdout:
        if address := re.search(r"http://[0-9.:]+", line):
            return process, address[0]
    sys.exit("the server did not start")
