"""The page's questions under many clients at once, by wrk."""

from __future__ import annotations

import pathlib
import re
import shutil

from measure import run

CLIENTS = 16
UNITS_MS = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}
ANOTHER_EACH_TIME = """local asked = 0
request = function()
  asked = asked + 1
  return wrk.format("GET", string.format("%s&min-ms=%d", wrk.path, 30000 + asked % 100000))
end
local threads = 0
setup = function(thread) thread:set("first", threads * 50000); threads = threads + 1 end
init = function(arguments) asked = first end
"""


def under_load(address: str, folder: pathlib.Path, seconds: int) -> dict[str, float] | None:
    """p50 and p99 in ms and requests a second, of a kept answer and of questions never asked before; nothing without wrk."""
    if not shutil.which("wrk"):
        return None
    result: dict[str, float] = {}
    script = folder / "another.lua"
    script.write_text(ANOTHER_EACH_TIME, encoding="utf-8")
    for kind, extra in (("cached", []), ("uncached", ["-s", str(script)])):
        words = run(
            [
                "wrk",
                "-t2",
                f"-c{CLIENTS}",
                f"-d{seconds}s",
                "--latency",
                *extra,
                f"{address}/api/v1/metrics/top_artists?tz=Europe/Paris&limit=50",
            ]
        ).words
        for mark in ("50", "99"):
            value, unit = re.search(rf"\s{mark}%\s+([\d.]+)(us|ms|s|m)\b", words).groups()
            result[f"{kind}_p{mark}_ms"] = float(value) * UNITS_MS[unit]
        result[f"{kind}_per_s"] = float(re.search(r"Requests/sec:\s+([\d.]+)", words)[1])
        refused = re.search(r"Non-2xx or 3xx responses: (\d+)", words)
        result[f"{kind}_refused"] = float(refused[1]) if refused else 0.0
    return result
