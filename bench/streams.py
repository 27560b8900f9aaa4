"""Measures produce and consume beside confluent-kafka in Python, on one real broker in the same run.

Shape:   in: plays, listeners; out: a table of events a second and their ratios, then two and four readers in a group with how
         the work fell to them. Answers are compared: the events that came home against those that were sent.
Units:   events a second of wall-clock time; seconds of processor time of the client alone, which a busy machine does not change.
Effects: a broker with 512 MB on a free port, gone afterwards; invented data below --folder (default: build/bench-data).
"""

from __future__ import annotations

import argparse
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

import stores
from measure import Run, machine, run

ROOT = stores.ROOT
HERE = pathlib.Path(__file__).resolve().parent
SERVER = ROOT / "tools" / "servers" / "kafka.sh"
PARTITIONS = 8


def whole(text: str, pattern: str) -> int:
    found = re.search(pattern, text)
    if found is None:
        sys.exit(f"not said: {pattern}\n{text[-2000:]}")
    return int(found[1].replace(",", ""))


def line(name: str, events: int, measured: Run) -> None:
    print(
        f"{name:44} {events:9,} events {measured.seconds:7.2f} s {events / measured.seconds:10,.0f}/s "
        f"{measured.cpu_s:7.2f} s of processor {events / measured.cpu_s:10,.0f}/s",
        flush=True,
    )


def group(program: pathlib.Path, log: str, folder: pathlib.Path, readers: int) -> tuple[float, list[int]]:
    """So many readers at once: seconds until the last one ends, and what each of them read."""
    began = time.perf_counter()
    running = [
        subprocess.Popen(
            [
                str(program),
                "--log",
                log,
                "--data",
                str(folder / f"{readers}-{n}"),
                "consume",
                "--once",
                "--group",
                f"g{readers}",
            ],
            stdout=subprocess.PIPE,
            text=True,
        )
        for n in range(readers)
    ]
    words = [process.communicate()[0] for process in running]
    seconds = time.perf_counter() - began
    if any(process.returncode for process in running):
        sys.exit(f"a reader failed: {words}")
    return seconds, [whole(text, r"([\d,]+) read =") for text in words]


def measure(options: argparse.Namespace, broker: str, folder: pathlib.Path) -> bool:
    program = pathlib.Path(options.program)
    stores.EARPRINT = program
    made = stores.export(pathlib.Path(options.folder), options.plays)
    files = [str(file) for file in stores.history_files(made)]
    log = f"kafka://{broker}/bench"
    peer = [sys.executable, str(HERE / "peer_stream.py")]
    # Topics first: making them is nothing to measure.
    base = [str(program), "--log", log]
    run(
        [
            *base,
            "produce",
            "--partitions",
            str(PARTITIONS),
            "--listener",
            "demo",
            str(ROOT / "sql/cases/given/history.csv"),
        ]
    )
    before = run([*base, "--data", str(folder / "before"), "consume", "--once"])
    first = whole(before.words, r"([\d,]+) read =")
    ours = run([*base, "--listener", "demo", "produce", *files])
    sent = whole(ours.words, r"([\d,]+) events are on the log")
    line("earprint produce", sent, ours)
    run(
        [
            str(program),
            "--log",
            f"kafka://{broker}/peer",
            "produce",
            "--partitions",
            str(PARTITIONS),
            str(ROOT / "sql/cases/given/history.csv"),
        ]
    )
    theirs = run([*peer, "produce", broker, "peer.saved_track", *files])
    line("confluent-kafka in Python, produce", int(theirs.words.split()[-1]), theirs)
    home = run([*base, "--data", str(folder / "home"), "consume", "--once"])
    came = whole(home.words, r"([\d,]+) read =")
    line("earprint consume (lake, warehouse, figures)", came, home)
    away = run([*peer, "consume", broker, "peer.saved_track", str(folder / "peer.duckdb")])
    line("confluent-kafka in Python, consume (rows)", int(away.words.split()[-1]), away)
    rate = theirs.cpu_s / int(theirs.words.split()[-1]) / (ours.cpu_s / sent)
    print(
        f"\nproduce: {theirs.seconds / ours.seconds:.1f}x by the clock, {rate:.1f}x an event of processor time"
    )
    print(
        f"consume: {away.seconds / home.seconds:.1f}x by the clock, {away.cpu_s / home.cpu_s:.1f}x of processor time"
    )
    # Listeners enough that every partition has some.
    several = f"kafka://{broker}/several"
    for n in range(options.listeners):
        run(
            [
                str(program),
                "--log",
                several,
                "--listener",
                f"listener {n}",
                "produce",
                "--partitions",
                str(PARTITIONS),
                files[0],
            ]
        )
    alone = None
    for readers in (1, 2, 4):
        seconds, shares = group(program, several, folder, readers)
        alone = alone or seconds
        total = sum(shares)
        balance = ", ".join(f"{share / total:.0%}" for share in shares)
        print(
            f"{readers} readers in a group: {total:,} events, {seconds:.2f} s, {total / seconds:,.0f}/s, {alone / seconds:.2f}x; {balance}"
        )
    if came != sent + first:
        print(f"DIFFER: {sent:,} were sent and {first:,} were there, {came:,} came home")
        return False
    return True


def main() -> int:
    parser = argparse.ArgumentParser(description="Kafka: produce and consume beside Python.")
    parser.add_argument("--plays", type=int, default=300_000)
    parser.add_argument("--listeners", type=int, default=24)
    parser.add_argument("--folder", default=str(ROOT / "build" / "bench-data"))
    parser.add_argument("--program", default=str(stores.EARPRINT))
    options = parser.parse_args()
    print(machine())
    folder = pathlib.Path(tempfile.mkdtemp(prefix="earprint-streams-"))
    server = ["env", "KAFKA_HEAP=512m", "KAFKA_JIT=", str(SERVER)]
    broker = subprocess.run(
        [*server, "start", str(folder / "kafka")], check=True, capture_output=True, text=True
    )
    try:
        return 0 if measure(options, broker.stdout.split()[-1], folder) else 1
    finally:
        subprocess.run([*server, "kill", str(folder / "kafka")], check=False)
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
