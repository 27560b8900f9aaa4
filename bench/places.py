"""Where the stream benches run: Earprint's program, a folder, and the servers that were started below it."""

from __future__ import annotations

import dataclasses
import os
import pathlib
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import sinks
import stores
from measure import run

sys.path.append(str(stores.ROOT / "tools"))
import servers as starter

NAMES = ["kafka", "postgres", "mongo"]
PARTITIONS = 8


def whole(text: str, pattern: str) -> int:
    found = re.search(pattern, text)
    if found is None:
        sys.exit(f"not said: {pattern}\n{text[-2000:]}")
    return int(found[1].replace(",", ""))


@dataclasses.dataclass
class Places:
    program: str
    folder: pathlib.Path
    servers: dict[str, str]  # addresses by name

    def earprint(self, prefix: str, *words: str) -> list[str]:
        return [self.program, "--log", f"kafka://{self.servers['kafka']}/{prefix}", *words]

    def reading(self, prefix: str) -> list[str]:
        """A command that writes the plays of a log as lines."""
        return ["kcat", "-C", "-e", "-q", "-b", self.servers["kafka"], "-t", f"{prefix}.play"]

    def sending(self, topic: str) -> list[str]:
        """The beginning of a command that sends lines as Earprint does: what librdkafka reaches."""
        words = ["kcat", "-P", "-b", self.servers["kafka"], "-t", topic, "-z", "zstd"]
        for setting in (
            "acks=all",
            "enable.idempotence=true",
            "linger.ms=20",
            "queue.buffering.max.kbytes=65536",
            "partitioner=murmur2_random",
        ):
            words += ["-X", setting]
        return words

    def topics(self, prefix: str) -> int:
        """Makes them; a listener with a handful of plays does, of which as many events are there as this gives."""
        words = ["produce", "--partitions", str(PARTITIONS), str(stores.ROOT / "sql/cases/given/history.csv")]
        told = run(self.earprint(prefix, "--listener", "first", *words))
        return whole(told.words, r"([\d,]+) events are on the log")

    def cpu_of(self, name: str) -> Callable[[], float]:
        file = self.folder / name / "pid"
        if name == "postgres":
            file = self.folder / "postgres" / "data" / "postmaster.pid"
        pid = int(file.read_text(encoding="utf-8").split("\n")[0])
        return lambda: sinks.tree_cpu_s(pid)


@contextmanager
def started(program: str, names: list[str] = NAMES) -> Iterator[Places]:
    """Fresh servers, gone afterwards with all they held. Not below the tree: one runs as a user who cannot see into it."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="earprint-streams-"))
    folder.chmod(0o755)
    os.environ.update(KAFKA_HEAP="512m", KAFKA_JIT="")
    stores.EARPRINT = pathlib.Path(program)
    try:
        addresses, failed = starter.start_all(names, folder)
        if failed:
            sys.exit("\n".join(failed))
        yield Places(program, folder, addresses)
    finally:
        for name in names:
            starter.stop(name, folder, verb="kill")
        shutil.rmtree(folder, ignore_errors=True)
