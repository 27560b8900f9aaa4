"""Measures what a play costs and what memory is used when there are 1, 10, 100 and 1,000 listeners, through Kafka to every end.

Shape:   in: counts of listeners, plays of each; out: a table with a row for each count and step: produced, landed in lake and
         warehouse, published to PostgreSQL and MongoDB, and landed in them as events. Every step must have every play.
Units:   microseconds of processor time a play, of the client and of the server; MB at the client's peak; bytes a play at rest.
Note:    there are --seeds invented histories; the listeners that share one have other ids and names, and plays of their own.
Effects: as streams.py: three servers on free ports, gone afterwards.
"""

from __future__ import annotations

import argparse
import hashlib
import pathlib
import shutil
import subprocess
import sys

import sinks
import stores
from measure import Run, machine, run
from places import Places, started, whole

PUBLISHED_MAX = 10  # listeners: a listener's publication costs seconds, and the next one's the same
HEAD = (
    "| listeners | step | plays a second | client, µs a play | server, µs a play | client, peak MB | bytes a play at rest |\n"
    "|---|---|---|---|---|---|---|"
)


def bytes_of(folder: pathlib.Path) -> int:
    """What it takes of the disk: an index file of Kafka's is mostly a hole."""
    return sum(file.stat().st_blocks * 512 for file in folder.rglob("*") if file.is_file())


def told(places: Places, folder: pathlib.Path, seed: int, plays: int) -> list[bytes]:
    """The plays of one invented listener as events."""
    made = folder / f"export-{seed}"
    run([places.program, "demo", "--files-only", str(made), "--plays", str(plays), "--seed", str(seed)])
    prefix = f"seed{seed}"
    files = map(str, stores.history_files(made))
    run(places.earprint(prefix, "--listener", "L", "produce", "--partitions", "1", *files))
    return subprocess.run(places.reading(prefix), capture_output=True, check=True).stdout.splitlines()


def messages(seeds: list[list[bytes]], listeners: int, file: pathlib.Path) -> int:
    """Writes key, tab, event of every play of every listener, in turn, as collectors bring them; gives how many."""
    count = 0
    with file.open("wb") as out:
        for n in range(listeners):
            name = b"listener %d" % n
            block = []
            for line in seeds[n % len(seeds)]:
                # The identity of an event is a hash of what it states, its listener too.
                identity = hashlib.blake2b(name + line[27:57], digest_size=8).hexdigest()[:15].encode()
                named = (
                    line[:27] + identity + line[42:].replace(b'"subject":"L"', b'"subject":"%s"' % name, 1)
                )
                block.append(b"%s\t%s\n" % (name, named))
            out.writelines(block)
            count += len(block)
    return count


class Many:
    def __init__(self, places: Places, folder: pathlib.Path, is_lake_only: bool) -> None:
        self.places, self.folder, self.is_lake_only = places, folder, is_lake_only
        self.first = 0  # what made the topics is there too

    def row(
        self, listeners: int, step: str, plays: int, done: Run, server_s: float, at_rest: float | None
    ) -> None:
        rest = "" if at_rest is None else f"{at_rest / plays:,.0f}"
        print(
            f"| {listeners:,} | {step} | {plays / done.seconds:,.0f} | {done.cpu_s / plays * 1e6:.1f} | "
            f"{server_s / plays * 1e6:.1f} | {done.peak_mb:,.0f} | {rest} |",
            flush=True,
        )

    def step(self, server: str | None, command: list[str]) -> tuple[Run, float]:
        used = self.places.cpu_of(server) if server else lambda: 0.0
        before = sinks.settled_cpu_s(used) if server else 0.0
        done = run(command)
        return done, (sinks.settled_cpu_s(used) - before if server else 0.0)

    def through(self, seeds: list[list[bytes]], listeners: int) -> bool:
        import pymongo

        places, prefix = self.places, f"many{listeners}"
        file = self.folder / "messages"
        plays = messages(seeds, listeners, file)
        own = len(seeds[0])
        self.first = places.topics(prefix)
        sent = [*places.sending(f"{prefix}.play"), "-K", "\t", "-l", str(file)]
        done, used = self.step("kafka", sent)
        topic = sum(map(bytes_of, (self.folder / "kafka" / "data").glob(f"{prefix}.play-*")))
        self.row(listeners, "sent to Kafka by kcat", plays, done, used, topic)
        file.unlink()

        data = self.folder / "house"
        done, _ = self.step(None, places.earprint(prefix, "--data", str(data), "consume", "--once"))
        lake = bytes_of(data / "lake")
        self.row(listeners, "Kafka to lake, warehouse and figures", plays, done, 0.0, lake)
        print(
            f"  of it the warehouse: {(data / 'warehouse.duckdb').stat().st_size / plays:,.0f} bytes a play"
        )
        landed = whole(done.words, r"([\d,]+) new")

        if self.is_lake_only:
            shutil.rmtree(data)
            return landed == plays + self.first
        base = places.servers["postgres"].rpartition("/")[0]
        client = pymongo.MongoClient(places.servers["mongo"])
        # Publishing goes listener by listener: what one costs among so many tells what all do.
        one = [places.program, "--data", str(data), "--quiet", "--listener", "listener 0"]
        events = places.earprint(prefix, "consume", "--once", "--to")
        done, _ = self.step(None, [*one, "query", "overview"])
        self.row(listeners, "one listener's overview asked", own, done, 0.0, None)
        counts = [landed]
        ways = [("one listener published", [*one, "publish"], own), ("all events", events, plays)]
        if 1 < listeners <= PUBLISHED_MAX:
            ways.append(("all published", [places.program, "--data", str(data), "--quiet", "publish"], plays))
        for what, words, share in ways:
            table = "events" if what == "all events" else "plays"
            name = f"many_{table}"
            sinks.execute(
                f"{base}/postgres", f"drop database if exists {name}", f"create database {name}", "checkpoint"
            )
            done, used = self.step("postgres", [*words, f"{base}/{name}"])
            ((size,),) = sinks.execute(f"{base}/{name}", "select pg_database_size(current_database())")
            ((nothing,),) = sinks.execute(f"{base}/postgres", "select pg_database_size('template0')")
            self.row(listeners, f"{what} to PostgreSQL", share, done, used, size - nothing)
            counts.append(sinks.execute(f"{base}/{name}", f"select count(*) from earprint.{table}")[0][0])
            sinks.execute(f"{base}/postgres", f"drop database {name}")

            client.drop_database(name)
            done, used = self.step("mongo", [*words, places.servers["mongo"].replace("/?", f"/{name}?")])
            client.admin.command("fsync")
            stats = client[name].command("dbStats")
            at_rest = stats["storageSize"] + stats["indexSize"]
            self.row(listeners, f"{what} to MongoDB", share, done, used, at_rest)
            counts.append(client[name][table].count_documents({}))
            client.drop_database(name)
        shutil.rmtree(data)
        print(
            f"  {plays:,} plays; in the lake, of one listener in PostgreSQL and MongoDB, and as events there: {counts}",
            flush=True,
        )
        every = plays + self.first
        # Of what made the topics some is no play.
        are_published = all(plays <= count <= every for count in counts[5:])
        return counts[:5] == [every, own, own, every, every] and are_published


def main() -> int:
    parser = argparse.ArgumentParser(description="What a play costs when there are many listeners.")
    parser.add_argument("--listeners", type=int, nargs="+", default=[1, 10, 100, 1000])
    parser.add_argument("--plays", type=int, default=5_000)
    parser.add_argument("--seeds", type=int, default=8)
    parser.add_argument("--lake-only", action="store_true", help="leave the stores out")
    parser.add_argument("--program", default=str(stores.EARPRINT))
    options = parser.parse_args()
    print(machine())
    print(HEAD)
    with started(options.program) as places:
        seeds = [told(places, places.folder, seed, options.plays) for seed in range(1, options.seeds + 1)]
        many = Many(places, places.folder, options.lake_only)
        whole_ones = [many.through(seeds, listeners) for listeners in options.listeners]
        return 0 if all(whole_ones) else 1


if __name__ == "__main__":
    sys.exit(main())
