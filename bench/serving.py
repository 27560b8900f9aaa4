"""Measures serve --store: what a listener costs to load, to ask and to keep, and what the ones whom nobody asks about cost.

Shape:   in: how many listeners are asked about, and how many more there are in the store; out: a row for each such number. Every
         answer must be that of the house from which the listeners were published.
Units:   milliseconds by the clock, medians; milliseconds of processor time a second, of the server and of the database; MB resident.
Note:    of those whom nobody asks about the store has what a server may read: who they are, their parts and slices, copied by the
         database from a published one. Beyond --whole there are names alone. Rows for people are of the published ones only.
Effects: as streams.py, of PostgreSQL alone.
"""

from __future__ import annotations

import argparse
import json
import pathlib
import re
import statistics
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import sinks
import stores
from measure import machine, resident_mb, run
from places import Places, started

IDLE_S = 10
METRICS = ("overview", "top_artists", "clock")
HEAD = (
    "| listeners in the store | asked about | bound, MB | first question, ms | another, ms | the same again, ms | "
    "idle, ms of processor a second: server, database, database without a server | resident, MB | loaded, MB | evicted | list of names, ms |\n"
    "|---|---|---|---|---|---|---|---|---|---|---|"
)


def name(number: int) -> str:
    return f"listener {number}"


class Server:
    """A server of Earprint that is asked."""

    def __init__(self, address: str, pid: int) -> None:
        self.address, self.pid = address, pid

    def get(self, path: str, **parameters: object) -> tuple[object, float]:
        """What it answers, and in how many milliseconds."""
        began = time.perf_counter()
        with urllib.request.urlopen(f"{self.address}{path}?{urllib.parse.urlencode(parameters)}") as answer:
            told = answer.read()
        return told, (time.perf_counter() - began) * 1000

    def rows(self, metric: str, listener: str) -> tuple[object, float]:
        told, ms = self.get(f"/api/v1/metrics/{metric}", listener=listener)
        return json.loads(told)["rows"], ms

    def figure(self, of: str) -> float:
        told, _ = self.get("/metrics")
        found = re.search(rf"^{of} ([\d.e+]+)$", told.decode(), re.MULTILINE)
        return float(found[1]) if found else sys.exit(f"no {of} in /metrics")


@contextmanager
def serving(command: list[str]) -> Iterator[Server]:
    process, address = stores.serve_by(command)
    with process:
        try:
            yield Server(address, process.pid)
        finally:
            process.terminate()


def house(program: str, folder: pathlib.Path, listeners: int, plays: int, seeds: int) -> list[str]:
    """A house with so many listeners; gives the beginning of a command on it."""
    begin = [program, "--data", str(folder / "house"), "--quiet"]
    for seed in range(1, seeds + 1):
        made = folder / f"export-{seed}"
        run([program, "demo", "--files-only", str(made), "--plays", str(plays), "--seed", str(seed)])
    for number in range(listeners):
        files = map(str, stores.history_files(folder / f"export-{number % seeds + 1}"))
        run([*begin, "--listener", name(number), "import", *files])
    return begin


def add_sleepers(url: str, there: int, listeners: int, whole: int, published: int) -> None:
    """Lets there be more listeners than were published: as many with parts and slices, and then names."""
    of = f"select 'sleeper ' || n as who, 'listener ' || (n % {published}) as of from generate_series({there}, {{}}) n"
    last = min(listeners, whole) - 1
    sinks.execute(
        url,
        "insert into earprint.listeners (listener, data_version) "
        f"select who, data_version from ({of.format(listeners - 1)}) s join earprint.listeners on listener = of",
        *(
            f"insert into earprint.{table} ({columns}) select who, {columns.partition(', ')[2]} "
            f"from ({of.format(last)}) s join earprint.{table} on listener = of"
            for table, columns in (
                ("parts", "listener, relation, chunk, fingerprint, row_count"),
                ("slices", "listener, relation, chunk, fingerprint, bytes"),
            )
        ),
        "vacuum analyze",
        "checkpoint",
    )


def ask(server: Server, asked: range, right: dict[tuple[str, str], object]) -> tuple[float, float, float]:
    """Milliseconds of a listener's first question, of another one, and of the same again; ends at a wrong answer."""
    first, another, again = [], [], []
    for number in asked:
        for at, metric in enumerate(METRICS):
            for times in (first if at == 0 else another, again):
                rows, ms = server.rows(metric, name(number))
                times.append(ms)
                if rows != right[name(number), metric]:
                    sys.exit(f"{metric} of {name(number)} is another than that of the house: {rows}")
    return statistics.median(first), statistics.median(another), statistics.median(again)


def idle_ms(*used: Callable[[], float]) -> list[float]:
    """Milliseconds of processor time a second while nobody asks."""
    before = [each() for each in used]
    time.sleep(IDLE_S)
    return [(each() - early) / IDLE_S * 1000 for each, early in zip(used, before, strict=True)]


def measure(places: Places, url: str, listeners: int, asked: range, memory_mb: int, right: dict) -> None:
    used = places.cpu_of("postgres")
    sinks.settled_cpu_s(used)
    (alone,) = idle_ms(used)
    words = [places.program, "--quiet", "serve", "--store", url, "--memory", str(memory_mb)]
    with serving(words) as server:
        server.get("/api/v1/listeners")
        times = ask(server, asked, right)
        time.sleep(2)
        own, database = idle_ms(lambda: sinks.tree_cpu_s(server.pid), used)
        resident = resident_mb(server.pid)
        loaded = server.figure("earprint_slices_bytes") / 1e6
        evicted = server.figure("earprint_slices_evicted_total")
        names_ms = statistics.median(server.get("/api/v1/listeners")[1] for _ in range(5))
        print(
            f"| {listeners:,} | {len(asked):,} | {memory_mb:,} | {times[0]:,.0f} | {times[1]:,.1f} | {times[2]:,.1f} | "
            f"{own:.0f}, {database:.0f}, {alone:.0f} | {resident:,.0f} | {loaded:,.0f} | {evicted:,.0f} | {names_ms:,.1f} |",
            flush=True,
        )


def main() -> int:
    parser = argparse.ArgumentParser(
        description="What serving from a store costs when there are many listeners."
    )
    parser.add_argument("--asked", type=int, default=40)
    parser.add_argument("--listeners", type=int, nargs="+", default=[40, 1_000, 100_000])
    parser.add_argument("--whole", type=int, default=1_000, help="so many have parts and slices")
    parser.add_argument("--plays", type=int, default=5_000)
    parser.add_argument("--seeds", type=int, default=8)
    parser.add_argument("--memory", type=int, nargs="+", default=[4_096, 256])
    parser.add_argument("--program", default=str(stores.EARPRINT))
    options = parser.parse_args()
    print(machine())
    with started(options.program, ["postgres"]) as places:
        begin = house(options.program, places.folder, options.asked, options.plays, options.seeds)
        asked = range(options.asked)
        with serving([*begin, "serve"]) as server:
            right = {
                (name(number), metric): server.rows(metric, name(number))[0]
                for number in asked
                for metric in METRICS
            }
        url = places.servers["postgres"]
        done = run([*begin, "publish", url])
        print(f"{options.asked} listeners published in {done.seconds:.0f} s, {done.cpu_s:.0f} s of processor")
        print(f"\n{HEAD}")
        there = options.asked
        for listeners in options.listeners:
            if listeners > there:
                add_sleepers(url, there, listeners, options.whole, options.asked)
                there = listeners
            for memory_mb in options.memory:
                measure(places, url, listeners, asked, memory_mb, right)
    return 0


if __name__ == "__main__":
    sys.exit(main())
