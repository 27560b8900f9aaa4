"""Measures produce and consume beside the same work in Python and beside what broker and stores take at most, in one run.

Shape:   in: plays, listeners, rounds; out: a table of produce and of consume into lake, PostgreSQL and MongoDB, each by three ways
         (sinks.py), then one, two and four readers in a group with how the work fell to them. Answers are compared: the ways of a
         subject must end with the same events, or the exit code is 1.
Units:   events a second of wall-clock time; microseconds of processor time an event, which a busy machine changes less.
Effects: a broker with 512 MB, a PostgreSQL and a mongod on free ports, gone afterwards; invented data below --folder (default:
         build/bench-data).
"""

from __future__ import annotations

import argparse
import pathlib
import shutil
import subprocess
import sys
import time

import sinks
import stores
from measure import Run, machine, run
from places import PARTITIONS, Places, started, whole
from sinks import LIMIT, OURS, PYTHON, Subject, Way

HERE = pathlib.Path(__file__).resolve().parent
PEER = [sys.executable, str(HERE / "peer_stream.py")]


def group(commands: list[list[str]]) -> tuple[float, list[str]]:
    """All at once: seconds until the last one ends, and what each of them said."""
    began = time.perf_counter()
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for command in commands]
    words = [process.communicate()[0] for process in running]
    seconds = time.perf_counter() - began
    if any(process.returncode for process in running):
        sys.exit(f"one of a group failed: {words}")
    return seconds, words


class Bench:
    def __init__(self, options: argparse.Namespace, places: Places) -> None:
        self.options, self.places, self.folder = options, places, places.folder
        self.earprint, self.broker = places.earprint, places.servers["kafka"]
        made = stores.export(pathlib.Path(options.folder), options.plays)
        self.files = [str(file) for file in stores.history_files(made)]
        # What every way reads, and the same lines in a file.
        self.lines = self.folder / "lines"
        words = ["--listener", "demo", "produce", "--partitions", str(PARTITIONS), *self.files]
        told = run(self.earprint("lines", *words))
        with self.lines.open("wb") as file:
            subprocess.run(places.reading("lines"), stdout=file, check=True)
        with self.lines.open("rb") as file:
            self.plays = sum(1 for _ in file)
        self.others = whole(told.words, r"([\d,]+) events are on the log") - self.plays

    def facts(self, prefix: str) -> str:
        return run([*PEER, "facts", self.broker, f"{prefix}.play"]).words

    def produce(self) -> Subject:
        """The limit sends the lines that Earprint made, from a file."""
        number = {OURS: 0, PYTHON: 0, LIMIT: 0}

        def prefix(way: str) -> str:
            return f"{way.lower()}{number[way]}"

        def prepare(way: str) -> None:
            number[way] += 1
            self.places.topics(prefix(way))

        def work(way: str) -> list[str]:
            topic = f"{prefix(way)}.play"
            return {
                OURS: self.earprint(prefix(way), "--listener", "demo", "produce", *self.files),
                PYTHON: [*PEER, "produce", self.broker, topic, *self.files],
                LIMIT: [*self.places.sending(topic), "-k", "demo", "-l", str(self.lines)],
            }[way]

        return Subject(
            "produce",
            self.plays,
            [
                Way(
                    way,
                    lambda way=way: prepare(way),
                    lambda way=way: run(work(way)),
                    lambda way=way: self.facts(prefix(way)),
                )
                for way in (OURS, PYTHON, LIMIT)
            ],
            self.places.cpu_of("kafka"),
        )

    def lake(self) -> Subject:
        """Earprint's has the figures too when it ends, which no other way makes; the limit is DuckDB's, from a file of lines."""
        places = {way: self.folder / f"lake-{way}" for way in (OURS, PYTHON, LIMIT)}

        def clear(way: str) -> None:
            shutil.rmtree(places[way], ignore_errors=True)
            if places[way].exists():
                places[way].unlink()

        works = {
            OURS: self.earprint("lines", "--data", str(places[OURS]), "consume", "--once"),
            PYTHON: [*PEER, "consume", self.broker, "lines.play", str(places[PYTHON])],
            LIMIT: [
                sys.executable,
                str(HERE / "bulk_load.py"),
                "duckdb",
                str(self.lines),
                str(places[LIMIT]),
            ],
        }

        said: dict[str, str] = {}

        def work(way: str) -> Run:
            done = run(works[way])
            said[way] = done.words
            return done

        def plays(way: str) -> int:
            if way != OURS:
                return int(said[way].split()[-1])
            return whole(said[way], r"([\d,]+) new") - self.others

        return Subject(
            "consume into the lake",
            self.plays,
            [
                Way(way, lambda way=way: clear(way), lambda way=way: work(way), lambda way=way: plays(way))
                for way in works
            ],
            lambda: 0.0,
        )

    def stores(self) -> list[Subject]:
        common = [
            self.earprint("nothing", "consume", "--once", "--to"),
            self.earprint("lines", "consume", "--once", "--to"),
        ]
        peer = [*PEER, "{}", self.broker, "lines.play"]
        return [
            make(
                self.places.servers[name],
                *common,
                [word.format(way) for word in peer],
                self.folder,
                self.plays,
                self.places.cpu_of(name),
            )
            for make, name, way in (
                (sinks.postgresql, "postgres", "postgresql"),
                (sinks.mongodb, "mongo", "mongodb"),
            )
        ]

    def groups(self) -> None:
        """Listeners enough that every partition has some; and work enough that the group's sharing out is a small part of it."""
        for n in range(self.options.listeners):
            words = ["produce", "--partitions", str(PARTITIONS), *self.files[:3]]
            run(self.earprint("several", "--listener", f"listener {n}", *words))
        base = self.places.servers["postgres"].rpartition("/")[0]
        alone = None
        for readers in (1, 2, 4):
            sinks.execute(f"{base}/postgres", f"create database group_{readers} template empty", "checkpoint")
            words = ["consume", "--once", "--to", f"{base}/group_{readers}"]
            seconds, told = group([self.earprint("several", *words)] * readers)
            alone = alone or seconds
            shares = [whole(text, r"([\d,]+) read =") for text in told]
            total = sum(shares)
            ((kept,),) = sinks.execute(f"{base}/group_{readers}", "select count(*) from earprint.events")
            balance = ", ".join(f"{share / total:.0%}" for share in shares)
            print(
                f"{readers} readers of a group into PostgreSQL: {kept:,} events of {total:,} read, {seconds:.2f} s, "
                f"{kept / seconds:,.0f}/s, {alone / seconds:.2f}x; {balance}",
                flush=True,
            )

    def copies(self) -> None:
        """What PostgreSQL gains by several at once, with nothing of a client's own: `COPY` of ready rows, cut among them."""
        base = self.places.servers["postgres"].rpartition("/")[0]
        rows = (self.folder / "rows.copy").read_bytes().splitlines(keepends=True)
        alone = None
        for writers in (1, 2, 4):
            sinks.execute(
                f"{base}/postgres", f"create database copies_{writers} template empty", "checkpoint"
            )
            commands = []
            for n in range(writers):
                part = self.folder / f"rows-{writers}-{n}.copy"
                part.write_bytes(b"".join(rows[n * len(rows) // writers : (n + 1) * len(rows) // writers]))
                commands.append(sinks.copying(part, f"{base}/copies_{writers}"))
            seconds, _ = group(commands)
            alone = alone or seconds
            print(
                f"{writers} copies of ready rows at once: {len(rows) / seconds:,.0f}/s, {alone / seconds:.2f}x",
                flush=True,
            )

    def measure(self) -> bool:
        subjects = [self.produce(), self.lake(), *self.stores()]
        for subject in subjects:
            sinks.go(subject, self.options.rounds)
        print(sinks.HEAD)
        for subject in subjects:
            print("\n".join(sinks.lines(subject)))
        print(
            f"\n{self.plays:,} events; bytes of an event as it was told: {self.lines.stat().st_size / self.plays:.0f}\n"
        )
        self.groups()
        self.copies()
        differing = [subject.name for subject in subjects if len(subject.answers) > 1]
        for name in differing:
            print(f"DIFFER: the ways of {name} did not end with the same events")
        return not differing


def main() -> int:
    parser = argparse.ArgumentParser(
        description="Kafka and stores: produce and consume beside Python and the limits."
    )
    parser.add_argument("--plays", type=int, default=500_000)
    parser.add_argument("--listeners", type=int, default=48)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", default=str(stores.ROOT / "build" / "bench-data"))
    parser.add_argument("--program", default=str(stores.EARPRINT))
    options = parser.parse_args()
    print(machine())
    with started(options.program) as places:
        return 0 if Bench(options, places).measure() else 1


if __name__ == "__main__":
    sys.exit(main())
