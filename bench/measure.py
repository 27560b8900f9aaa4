"""Runs a command and tells its words, its seconds and its own peak memory."""

from __future__ import annotations

import dataclasses
import os
import pathlib
import re
import subprocess
import sys
import time


@dataclasses.dataclass(frozen=True)
class Run:
    words: str
    seconds: float
    peak_mb: float
    cpu_s: float = 0.0


def run(command: list[str]) -> Run:
    """Runs a command to its end; a bad end ends the bench, with what the command said.

    Units: seconds of wall-clock time from before the start of the process; MB of its largest resident set; seconds of its own
           processor time, over all cores, which says more than the clock on a busy machine.
    Note:  a new process counts the largest resident set of the one that started it as its own, so this one must stay small.
    """
    began = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        assert process.stdout is not None
        words = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{' '.join(command[:4])[:200]} … failed:\n{words[-3000:]}")
    return Run(words, time.perf_counter() - began, usage.ru_maxrss / 1024, usage.ru_utime + usage.ru_stime)


def resident_mb(pid: int) -> float:
    status = pathlib.Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    found = re.search(r"VmRSS:\s+(\d+)", status)
    assert found is not None
    return int(found[1]) / 1024


def machine() -> str:
    """What a time was measured on."""
    info = pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8")
    model = re.search(r"model name\s*:\s*(.+)", info)
    return f"{model[1] if model else 'unknown processor'}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the start"
