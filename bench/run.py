"""Measures Earprint beside pandas, polars, DuckDB alone and simdjson, on the same data in the same run.

Shape:   in: sizes; out: a table of ratios, and with --out results.json and results.md. Answers are compared: where the tools
         disagree the bench says DIFFER and ends with exit code 1. Times are never held against a limit, only shown beside a target.
Units:   the best of --rounds; seconds or milliseconds of wall-clock time; MB of peak resident memory, of each process alone.
         warm: in a running process, data loaded, a question not asked before; cold: from the start of a new process (the
         operating system may have the files in memory).
Effects: writes invented data below --folder (default: build/bench-data) and leaves it there for the next run.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import math
import pathlib
import re
import shutil
import sys
import time
import urllib.request
from collections.abc import Iterator

import load
import peer_metrics
import stores
from measure import Run, machine, resident_mb, run
from report import Row, markdown
from stores import EARPRINT, FLOOR, ROOT

HERE = pathlib.Path(__file__).resolve().parent
PEERS = ["pandas", "polars", "duckdb"]
ZONE = ["--tz", peer_metrics.ZONE]
METRICS = [
    "overview",
    "top_tracks",
    "top_artists",
    "top_albums",
    "top_genres",
    "timeline",
    "clock",
    "calendar",
    "streaks",
    "sessions",
    "discoveries",
    "repeats",
    "skips",
    "habits",
    "diversity",
    "taste_profile",
    "taste_distribution",
    "taste_timeline",
    "taste_clock",
    "taste_map",
    "feature_sources",
    "feature_conflicts",
    "sources",
]
# Columns of Earprint's answers that the other tools' programs tell too.
SHARED = {
    "top_tracks": [1, 2, 3, 4, 5],
    "top_artists": [1, 2, 3, 4],
    "timeline": [0, 1, 2, 3, 4],
    "clock": [0, 1, 2, 3],
    "taste_profile": [0, 2, 3, 4, 5, 6, 7],
}


def bench_import(folder: pathlib.Path, megabytes: int, rounds: int) -> Iterator[Row]:
    """From an export to the most played artist, and to the bare parse."""
    files = [
        str(file)
        for file in stores.history_files(
            stores.export(folder, megabytes * 1_000_000 // stores.BYTES_PER_PLAY)
        )
    ]
    size = sum(pathlib.Path(file).stat().st_size for file in files) / 1e6
    best: dict[str, Run] = {}
    answers: dict[str, tuple] = {}
    data = folder / "import-store"
    for _ in range(rounds):
        shutil.rmtree(data, ignore_errors=True)
        read = run([str(EARPRINT), "--data", str(data), "import", *files])
        first = run(
            [str(EARPRINT), "--data", str(data), "--format", "json", "query", "top_artists", "--limit", "1"]
        )
        answers["earprint"] = tuple(json.loads(first.words)["rows"][0][1:4])
        keep(
            best,
            "earprint",
            Run(
                read.words,
                read.seconds + first.seconds,
                max(read.peak_mb, first.peak_mb),
                read.cpu_s + first.cpu_s,
            ),
        )
        for tool in PEERS:
            told = run([sys.executable, str(HERE / "peer_import.py"), tool, *files])
            artist, plays, ms = told.words.strip().split("\t")
            answers[tool] = (artist, int(plays), int(ms))
            keep(best, tool, told)
        keep(best, "simdjson", run([str(FLOOR), *files]))
    parsed = int(best["simdjson"].words.split()[0])
    recorded = int(re.findall(r"([\d,]+) read = ", best["earprint"].words)[-1].replace(",", ""))
    agree = len(set(answers.values())) == 1 and parsed == recorded
    if not agree:
        print(
            f"import: the tools disagree: {answers}; records parsed {parsed}, imported {recorded}",
            file=sys.stderr,
        )
    yield Row(
        f"import {size:.0f} MB ({recorded:,} records) to first figure",
        "s",
        best["earprint"].seconds,
        {tool: r.seconds for tool, r in best.items() if tool != "earprint"},
        agree,
        peak_mb={tool: r.peak_mb for tool, r in best.items()},
        cpu_s={tool: r.cpu_s for tool, r in best.items()},
    )


def keep(best: dict[str, Run], tool: str, measured: Run) -> None:
    if tool not in best or measured.seconds < best[tool].seconds:
        best[tool] = measured


def agrees(ours: list[list], others: list[list]) -> bool:
    """The same rows: texts and whole numbers exactly, decimals to the digits that Earprint writes (three at least)."""

    def same(a: object, b: object) -> bool:
        if isinstance(a, float) or isinstance(b, float):
            return a is not None and b is not None and math.isclose(float(a), float(b), abs_tol=0.000_6)  # type: ignore[arg-type]
        return a == b

    return len(ours) == len(others) and all(
        len(a) == len(b) and all(map(same, a, b)) for a, b in zip(ours, others, strict=True)
    )


def warm_ms(address: str, metric: str, rounds: int) -> float:
    """The best time of questions that differ in the least length of a play, so that no kept answer helps."""
    seconds = []
    for turn in range(rounds + 1):
        began = time.perf_counter()
        with urllib.request.urlopen(
            f"{address}/api/v1/metrics/{metric}?tz={peer_metrics.ZONE}&min-ms={30_001 + turn}"
        ) as answer:
            answer.read()
        seconds.append(time.perf_counter() - began)
    return min(seconds[1:]) * 1000


def bench_metrics(folder: pathlib.Path, plays: int, rounds: int, wrk_seconds: int) -> Iterator[Row]:
    """Every metric over a store of so many plays, the page's server under load, and what a process costs."""
    data = stores.store(folder, plays)
    ready = folder / f"peers-{plays}"
    if not (ready / "features.parquet").exists():
        run([sys.executable, str(HERE / "peer_data.py"), str(ready), str(stores.export(folder, plays))])
    of = f"{plays:,} plays"
    process, address = stores.serve(data)
    warm: dict[str, float] = {}
    try:
        yield Row(f"server while it audits, {of}", "MB", stores.wait_until_audited(process.pid, address))
        time.sleep(3)
        yield Row(f"idle server, {of}", "MB", resident_mb(process.pid))
        for metric in METRICS:
            warm[metric] = warm_ms(address, metric, rounds)
        loaded = load.under_load(address, folder, wrk_seconds)
        yield Row(f"server after all metrics, {of}", "MB", resident_mb(process.pid))
    finally:
        process.terminate()
        process.wait()
    for key, value in (loaded or {}).items():
        if not key.endswith("_refused"):
            unit = "ms" if key.endswith("_ms") else "requests/s"
            yield Row(
                f"page API, {load.CLIENTS} clients, {key.removesuffix('_ms').removesuffix('_per_s').replace('_', ', ')}, {of}",
                unit,
                value,
            )
        elif value:
            print(f"page API: {value:.0f} requests were refused ({key})", file=sys.stderr)
    for metric in METRICS:
        cold = min(
            (
                run([str(EARPRINT), "--data", str(data), "--format", "json", "query", metric, *ZONE])
                for _ in range(2)
            ),
            key=lambda r: r.seconds,
        )
        others_warm, others_cold, equal = {}, {}, None
        memory, processor = {"earprint": cold.peak_mb}, {"earprint": cold.cpu_s}
        if metric in peer_metrics.METRICS:
            ours = [[row[i] for i in SHARED[metric]] for row in stores.rows_of(cold.words)]
            equal = True
            for tool in PEERS:
                command = [sys.executable, str(HERE / "peer_metrics.py"), tool, str(ready), metric]
                told = json.loads(run([*command, str(rounds)]).words)
                first = run([*command, "1"])
                others_warm[tool], others_cold[tool] = (min(told["seconds"]) * 1000, first.seconds * 1000)
                memory[tool], processor[tool] = first.peak_mb, first.cpu_s
                if not agrees(ours, told["rows"]):
                    equal = False
                    print(
                        f"{metric}: {tool} disagrees: {first_difference(ours, told['rows'])}", file=sys.stderr
                    )
        yield Row(f"{metric}, warm, {of}", "ms", warm[metric], others_warm, equal)
        yield Row(
            f"{metric}, cold, {of}",
            "ms",
            cold.seconds * 1000,
            others_cold,
            equal,
            peak_mb=memory if others_cold else {},
            cpu_s=processor if others_cold else {},
        )
        if metric == "overview":
            yield Row(f"process to first answer, {of}", "ms", cold.seconds * 1000)


def first_difference(ours: list[list], others: list[list]) -> str:
    for a, b in zip(ours, others, strict=False):
        if not agrees([a], [b]):
            return f"{a} against {b}"
    return f"{len(ours)} rows against {len(others)}"


def bench_one_play(folder: pathlib.Path, sizes: list[int], rounds: int) -> Iterator[Row]:
    """Importing a file with one new play, process included, into copies of stores of different sizes."""
    seconds: dict[int, float] = {}
    for plays in sizes:
        data = folder / "one-play-store"
        shutil.rmtree(data, ignore_errors=True)
        shutil.copytree(stores.store(folder, plays), data)
        times = []
        for turn in range(rounds + 1):
            record = {
                "ts": f"2024-05-{turn + 1:02}T12:00:00Z",
                "ms_played": 200_000 + turn,
                "platform": "ios",
                "spotify_track_uri": "spotify:track:0000000000000000000001",
                "master_metadata_track_name": "One more",
                "master_metadata_album_artist_name": "Somebody",
                "master_metadata_album_album_name": "Something",
            }
            file = folder / "Streaming_History_Audio_one.json"
            file.write_text(json.dumps([record]), encoding="utf-8")
            done = run([str(EARPRINT), "--data", str(data), "import", str(file)])
            if "1 read = 1 accepted" not in done.words:
                sys.exit(f"the play was not taken as new:\n{done.words}")
            times.append(done.seconds)
        seconds[plays] = min(times[1:])
        yield Row(f"one new play into {plays:,}", "ms", seconds[plays] * 1000)
        shutil.rmtree(data)
    yield Row(
        f"one new play: {sizes[-1]:,} against {sizes[0]:,}", "times", seconds[sizes[-1]] / seconds[sizes[0]]
    )


def bench_anchor(folder: pathlib.Path, rounds: int) -> Iterator[Row]:
    """A long listening life, 120,000 plays: imported in under a second, its top list there in under 10 ms."""
    plays = 120_000
    files = [str(file) for file in stores.history_files(stores.export(folder, plays))]
    data = folder / "anchor-store"
    times = []
    for _ in range(rounds):
        shutil.rmtree(data, ignore_errors=True)
        times.append(run([str(EARPRINT), "--data", str(data), "--quiet", "import", *files]).seconds)
    yield Row(f"import {plays:,} plays", "s", min(times), target=1)
    process, address = stores.serve(data)
    try:
        yield Row(
            f"all-time top list of {plays:,} plays, warm",
            "ms",
            warm_ms(address, "top_tracks", rounds * 3),
            target=10,
        )
    finally:
        process.terminate()
        process.wait()
    shutil.rmtree(data)


def main() -> int:
    parser = argparse.ArgumentParser(prog="./dev bench", description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "--folder",
        type=pathlib.Path,
        default=ROOT / "build" / "bench-data",
        help="where invented data is kept",
    )
    parser.add_argument(
        "--import-mb", type=int, default=1000, help="size of the extended history to import (0: not at all)"
    )
    parser.add_argument(
        "--metric-plays", type=int, nargs="*", default=[1_000_000], help="sizes to ask the metrics of"
    )
    parser.add_argument("--large", action="store_true", help="the metrics of 10 million plays too")
    parser.add_argument(
        "--one-play", type=int, nargs="*", default=[10_000, 1_000_000], help="stores to add one play to"
    )
    parser.add_argument("--no-anchor", action="store_true", help="without the 120,000 plays")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--wrk-seconds", type=int, default=8)
    parser.add_argument(
        "--small", action="store_true", help="everything at a twentieth of the size, to see that it runs"
    )
    parser.add_argument("--out", type=pathlib.Path, help="folder for results.json and results.md")
    options = parser.parse_args()
    if options.small:
        (options.import_mb, options.metric_plays, options.one_play, options.wrk_seconds) = (
            40,
            [100_000],
            [10_000, 100_000],
            3,
        )
    if options.large:
        options.metric_plays.append(10_000_000)
    options.folder.mkdir(parents=True, exist_ok=True)
    where, rows = machine(), []

    def measured() -> Iterator[Row]:
        if not options.no_anchor:
            yield from bench_anchor(options.folder, options.rounds)
        if options.import_mb:
            yield from bench_import(options.folder, options.import_mb, options.rounds)
        for plays in options.metric_plays:
            yield from bench_metrics(options.folder, plays, options.rounds, options.wrk_seconds)
        if options.one_play:
            yield from bench_one_play(options.folder, sorted(options.one_play), options.rounds)

    for row in measured():
        print(f"{row.what}: {row.ours:.3g} {row.unit}", file=sys.stderr, flush=True)
        rows.append(row)
    table = markdown(rows, where)
    print(table)
    if options.out:
        options.out.mkdir(parents=True, exist_ok=True)
        (options.out / "results.md").write_text(table, encoding="utf-8")
        (options.out / "results.json").write_text(
            json.dumps({"machine": where, "rows": [dataclasses.asdict(row) for row in rows]}, indent=1),
            encoding="utf-8",
        )
    return 1 if any(row.agree is False for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
