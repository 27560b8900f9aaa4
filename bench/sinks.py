"""Measures consume into lake, PostgreSQL and MongoDB beside Python and beside each store's own bulk load, in one run on real servers.

Shape:   a subject is brought to the same place by three ways: Earprint, the same work in Python, and the limit: rows or documents
         that are ready made, given to the store as fast as it takes them. Every way must end with the same events.
Units:   microseconds of processor time an event, of the client and of the server apart; events a second by the clock.
"""

from __future__ import annotations

import dataclasses
import os
import pathlib
import statistics
import sys
import time
from collections.abc import Callable, Iterator

from measure import Run, run

HERE = pathlib.Path(__file__).resolve().parent
TICKS = os.sysconf("SC_CLK_TCK")
OURS, PYTHON, LIMIT = "Earprint", "Python", "limit"


@dataclasses.dataclass
class Way:
    """How a subject is brought to its end: what is made ready first, the work, and what then is there."""

    name: str
    prepare: Callable[[], object]
    work: Callable[[], Run]
    answer: Callable[[], object]


@dataclasses.dataclass
class Subject:
    name: str
    events: int
    ways: list[Way]
    server: Callable[[], float]  # seconds of processor time that the server has used so far
    runs: dict[str, list[tuple[Run, float]]] = dataclasses.field(default_factory=dict)
    answers: set[str] = dataclasses.field(default_factory=set)


def tree_cpu_s(pid: int) -> float:
    """Seconds of processor time of a process, of its children, and of those that are gone and were waited for."""
    try:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    except OSError:
        return 0.0
    return sum(map(int, fields[11:15])) / TICKS + sum(tree_cpu_s(int(child)) for child in children)


def settled_cpu_s(server: Callable[[], float]) -> float:
    """What the server has used when it has nothing more to do: writing back goes on after a client has gone."""
    last = server()
    for _ in range(20):
        time.sleep(0.5)
        now = server()
        if now - last < 0.03:
            return now
        last = now
    return last


def go(subject: Subject, rounds: int) -> None:
    """Every way in turn, so that what else the machine does falls on all of them."""
    for number in range(rounds):
        for way in subject.ways if number % 2 == 0 else reversed(subject.ways):
            way.prepare()
            before = settled_cpu_s(subject.server)
            done = way.work()
            used = settled_cpu_s(subject.server) - before
            subject.runs.setdefault(way.name, []).append((done, used))
            subject.answers.add(str(way.answer()))
            print(
                f"  {subject.name}, {way.name}: {done.seconds:.2f} s, {done.cpu_s:.2f} s of processor, "
                f"{used:.2f} s of the server's",
                file=sys.stderr,
                flush=True,
            )


def ratios(subject: Subject, other: str) -> tuple[float, float]:
    """How many times Earprint's seconds and processor seconds another way needs: the median over the rounds."""
    pairs = list(zip(subject.runs[OURS], subject.runs[other], strict=True))
    return (
        statistics.median(theirs.seconds / ours.seconds for (ours, _), (theirs, _) in pairs),
        statistics.median(theirs.cpu_s / ours.cpu_s for (ours, _), (theirs, _) in pairs),
    )


def lines(subject: Subject) -> Iterator[str]:
    """Rows of the table whose head `HEAD` is."""
    for way in subject.ways:
        runs = subject.runs[way.name]
        seconds = statistics.median(done.seconds for done, _ in runs)
        client = statistics.median(done.cpu_s for done, _ in runs) / subject.events * 1e6
        server = statistics.median(used for _, used in runs) / subject.events * 1e6
        held = ""
        if way.name == PYTHON:
            by_clock, by_cpu = ratios(subject, PYTHON)
            held = f"Earprint is {by_clock:.1f}x as fast, with 1/{by_cpu:.1f} of the processor time"
        if way.name == LIMIT:
            held = f"Earprint reaches {ratios(subject, LIMIT)[0]:.0%}"
        peak = statistics.median(done.peak_mb for done, _ in runs)
        yield (
            f"| {subject.name} | {way.name} | {subject.events / seconds:,.0f} | {client:.1f} | {server:.1f} | "
            f"{peak:,.0f} | {held} |"
        )


HEAD = (
    "| what | way | events a second | client, µs of processor an event | server, the same | client, peak MB | held together |\n"
    "|---|---|---|---|---|---|---|"
)


def execute(url: str, *statements: str) -> list[tuple]:
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements:
            cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []


def subject(name: str, events: int, server: Callable[[], float], commands, prepare, answer) -> Subject:
    return Subject(
        name,
        events,
        [
            Way(
                way, lambda way=way: prepare(way), lambda words=words: run(words), lambda way=way: answer(way)
            )
            for way, words in commands.items()
        ],
        server,
    )


COLUMNS = "event_id, type, listener, source, body"


def copying(rows: pathlib.Path, url: str) -> list[str]:
    """A command that copies ready rows into the events of a database."""
    return ["psql", "-q", "-d", url, "-c", f"\\copy earprint.events ({COLUMNS}) from '{rows}'"]


def postgresql(
    url: str,
    prepare: list[str],
    ours: list[str],
    peer: list[str],
    folder: pathlib.Path,
    events: int,
    server: Callable[[], float],
) -> Subject:
    """`prepare`, `ours` and `peer` are commands that want the address of a database behind them; the limit is COPY into the same
    table, of the rows that Earprint wrote."""
    base = url.rpartition("/")[0]
    rows = folder / "rows.copy"
    address = {way: f"{base}/bench_{way.lower()}" for way in (OURS, PYTHON, LIMIT)}
    execute(f"{base}/postgres", "create database empty")
    run([*prepare, f"{base}/empty"])

    def fresh(way: str) -> None:
        if way == LIMIT and not rows.exists():
            told = f"\\copy (select {COLUMNS} from earprint.events where type = 'play') to '{rows}'"
            run(["psql", "-q", "-d", address[OURS], "-c", told])
        name = address[way].rpartition("/")[2]
        execute(
            f"{base}/postgres",
            f"drop database if exists {name}",
            f"create database {name} template empty",
            "checkpoint",
        )

    def answer(way: str) -> list[tuple]:
        return execute(
            address[way],
            "select count(*), sum(hashtextextended(event_id || type || listener || source || body::text, 0))"
            " from earprint.events where type = 'play'",
        )

    commands = {
        OURS: [*ours, address[OURS]],
        PYTHON: [*peer, address[PYTHON]],
        LIMIT: copying(rows, address[LIMIT]),
    }
    return subject("consume into PostgreSQL", events, server, commands, fresh, answer)


def mongodb(
    url: str,
    prepare: list[str],
    ours: list[str],
    peer: list[str],
    folder: pathlib.Path,
    events: int,
    server: Callable[[], float],
) -> Subject:
    """As postgresql; the limit is an unordered insert of the documents that Earprint wrote, as they lie in MongoDB."""
    import pymongo

    client = pymongo.MongoClient(url)
    documents = folder / "documents.bson"
    address = {way: url.replace("/?", f"/bench_{way.lower()}?") for way in (OURS, PYTHON, LIMIT)}
    bulk_load = [sys.executable, str(HERE / "bulk_load.py")]

    def fresh(way: str) -> None:
        if way == LIMIT and not documents.exists():
            run([*bulk_load, "dump", address[OURS], str(documents)])
        client.drop_database(f"bench_{way.lower()}")
        run([*prepare, address[way]])

    def answer(way: str) -> object:
        group = {
            "_id": None,
            "events": {"$sum": 1},
            "bytes": {"$sum": {"$strLenBytes": "$body"}},
            "played_ms": {"$sum": "$data.played_ms"},
            "ended_at_ms": {"$sum": "$data.ended_at_ms"},
            "first": {"$min": "$_id"},
            "last": {"$max": "$_id"},
        }
        events = client[f"bench_{way.lower()}"].events
        return next(events.aggregate([{"$match": {"type": "play"}}, {"$group": group}]), None)

    commands = {
        OURS: [*ours, address[OURS]],
        PYTHON: [*peer, address[PYTHON]],
        LIMIT: [*bulk_load, "mongodb", str(documents), address[LIMIT]],
    }
    return subject("consume into MongoDB", events, server, commands, fresh, answer)
