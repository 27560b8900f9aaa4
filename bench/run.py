"""Measures Earprint beside pandas, polars, DuckDB and simdjson, all on the same data in the same run.

Shape:   in: sizes; out: a table of seconds and ratios, and bench/results.json. Every answer is checked: the tools must
         agree on the number of plays and the milliseconds of the top artists.
Units:   seconds of wall-clock time, the best of --rounds; MB of peak resident memory.
Effects: writes invented data below --folder (default: build/bench-data) and leaves it there for the next run.
"""

from __future__ import annotations

import argparse
import json
import pathlib
import re
import resource
import shutil
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
EARPRINT = ROOT / "build" / "bench" / "earprint"
FLOOR = ROOT / "build" / "bench" / "json_floor"


def run(command: list[str], **options) -> tuple[str, float, float]:
    """Runs a command; its words, seconds and peak memory in MB."""
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)
    words, errors = process.communicate()
    seconds = time.perf_counter() - began
    if process.returncode != 0:
        sys.exit(f"{' '.join(command[:4])} … failed:\n{errors}{words}")
    return words, seconds, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def history_files(folder: pathlib.Path, plays: int) -> list[pathlib.Path]:
    """The demo listener's history with so many plays, made where it is missing."""
    target = folder / f"export-{plays}"
    if not (target / "done").exists():
        shutil.rmtree(target, ignore_errors=True)
        run([str(EARPRINT), "demo", "--files-only", str(target), "--plays", str(plays)])
        (target / "done").touch()
    return sorted((target / "Spotify Extended Streaming History").glob("*.json"))


PEERS = {
    "pandas": """
import pandas as pd, sys
f = pd.concat([pd.read_json(p, dtype=False) for p in sys.argv[1:]])
f = f[pd.to_numeric(f.ms_played, errors="coerce").fillna(-1) >= 30000]
f = f[f.spotify_track_uri.notna() & f.ts.notna() & (f.ts < "2090")]
f = f.drop_duplicates(["spotify_track_uri", "ts", "ms_played"])
g = f.groupby("master_metadata_album_artist_name").ms_played.agg(["size", "sum"]).sort_values("size", ascending=False)
print(int(g["size"].iloc[0]), int(g["sum"].iloc[0]))
""",
    "polars": """
import polars as pl, sys, json
need = {"ts": pl.String, "ms_played": pl.Int64, "spotify_track_uri": pl.String, "master_metadata_album_artist_name": pl.String}
f = pl.concat([pl.read_json(p, schema_overrides={"ms_played": pl.String}, infer_schema_length=None).select(list(need)) for p in sys.argv[1:]])
f = f.with_columns(pl.col("ms_played").cast(pl.Int64, strict=False)).filter((pl.col("ms_played") >= 30000) & pl.col("spotify_track_uri").is_not_null() & pl.col("ts").is_not_null() & (pl.col("ts") < "2090"))
f = f.unique(["spotify_track_uri", "ts", "ms_played"])
g = f.group_by("master_metadata_album_artist_name").agg(pl.len(), pl.col("ms_played").sum()).sort("len", descending=True)
print(g["len"][0], g["ms_played"][0])
""",
    "duckdb": """
import duckdb, sys
c = duckdb.connect(); c.execute("set threads=2")
print(*c.execute('''select count(*), sum(ms) from (select distinct spotify_track_uri, ts, ms, a from (select spotify_track_uri, ts,
  try_cast(ms_played as bigint) ms, master_metadata_album_artist_name a from read_json(?, format='array', columns={
  ts: 'VARCHAR', ms_played: 'VARCHAR', spotify_track_uri: 'VARCHAR', master_metadata_album_artist_name: 'VARCHAR'}))
  where ms >= 30000 and spotify_track_uri is not null and ts < '2090') group by a order by 1 desc limit 1''', [sys.argv[1:]]).fetchone())
""",
}


def bench_import(folder: pathlib.Path, plays: int, rounds: int) -> dict:
    """Import to first figure, against the peers' read and group of the same files."""
    files = history_files(folder, plays)
    names = [str(file) for file in files]
    size_mb = sum(file.stat().st_size for file in files) / 1e6
    result: dict = {"plays": plays, "size_mb": round(size_mb)}
    answers = {}
    best = 1e9
    for _ in range(rounds):
        store = folder / "store"
        shutil.rmtree(store, ignore_errors=True)
        began = time.perf_counter()
        _, _, memory = run([str(EARPRINT), "--data", str(store), "--quiet", "import", str(files[0].parent)])
        words, _, _ = run([str(EARPRINT), "--data", str(store), "--format", "json", "query", "top_artists", "--limit", "1"])
        best = min(best, time.perf_counter() - began)
        row = json.loads(words)["rows"][0]
        answers["earprint"] = (row[2], row[3])
        result["earprint_peak_mb"] = round(memory)
    result["earprint"] = round(best, 3)
    for name, program in PEERS.items():
        best = 1e9
        for _ in range(1 if name == "pandas" else rounds):
            words, seconds, _ = run([sys.executable, "-c", program, *names])
            best = min(best, seconds)
        answers[name] = tuple(int(word) for word in words.split())
        result[name] = round(best, 3)
    best = min(float(run([str(FLOOR), *names])[0].split()[2]) for _ in range(rounds))
    result["simdjson"] = round(best, 3)
    result["answers_agree"] = len(set(answers.values())) == 1
    if not result["answers_agree"]:
        print(f"the tools disagree: {answers}")
    return result


METRICS = ["overview", "top_tracks", "top_artists", "top_albums", "top_genres", "timeline", "clock", "calendar", "streaks",
           "sessions", "discoveries", "repeats", "skips", "habits", "diversity", "taste_profile", "taste_distribution",
           "taste_timeline", "taste_clock", "taste_map", "sources", "feature_sources"]


def serve(store: pathlib.Path) -> tuple[subprocess.Popen, str]:
    process = subprocess.Popen([str(EARPRINT), "--data", str(store), "serve", "--listen", "127.0.0.1:0"],
                               stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    for line in process.stdout:
        if match := re.search(r"http://[0-9.:]+", line):
            return process, match[0]
    sys.exit("the server did not start")


def bench_metrics(folder: pathlib.Path, plays: int) -> dict:
    """Each metric's time inside a warm server, every request another question so that no kept answer helps."""
    import urllib.request

    store = folder / f"store-{plays}"
    if not (store / "warehouse.duckdb").exists():
        run([str(EARPRINT), "--data", str(store), "--quiet", "import", str(history_files(folder, plays)[0].parent.parent)])
    process, address = serve(store)
    result: dict = {"plays": plays}
    try:
        with open(f"/proc/{process.pid}/status", encoding="ascii") as status:
            result["idle_mb"] = round(int(re.search(r"VmRSS:\s+(\d+)", status.read())[1]) / 1024)
        for metric in METRICS:
            best = 1e9
            for turn in range(6):
                began = time.perf_counter()
                url = f"{address}/api/v1/metrics/{metric}?tz=Europe/Paris&limit={90 + turn}"
                with urllib.request.urlopen(url) as answer:
                    answer.read()
                if turn > 0:
                    best = min(best, time.perf_counter() - began)
            result[metric] = round(best * 1000, 1)
        if shutil.which("wrk"):
            words, _, _ = run(["wrk", "-t2", "-c16", "-d8s", "--latency", f"{address}/api/v1/metrics/top_artists"])
            result["wrk_p99"] = re.search(r"99%\s+(\S+)", words)[1]
            result["wrk_requests_per_s"] = float(re.search(r"Requests/sec:\s+(\S+)", words)[1])
    finally:
        process.terminate()
        process.wait()
    began = time.perf_counter()
    run([str(EARPRINT), "--data", str(store), "query", "overview"])
    result["process_to_first_answer_ms"] = round((time.perf_counter() - began) * 1000)
    return result


def bench_one_play(folder: pathlib.Path, plays: int) -> float:
    """Seconds to import a file with one new play into a store of so many."""
    base = folder / f"store-{plays}"
    if not (base / "warehouse.duckdb").exists():
        run([str(EARPRINT), "--data", str(base), "--quiet", "import", str(history_files(folder, plays)[0].parent.parent)])
    best = 1e9
    for turn in range(5):
        record = {"ts": f"2024-05-0{turn + 1}T12:00:{int(time.time()) % 60:02}Z", "ms_played": 200_000 + int(time.time()) % 9999, "platform": "ios",
                  "spotify_track_uri": "spotify:track:0000000000000000000001", "master_metadata_track_name": "One more",
                  "master_metadata_album_artist_name": "Somebody", "master_metadata_album_album_name": "Something"}
        file = folder / "Streaming_History_Audio_one.json"
        file.write_text(json.dumps([record]), encoding="utf-8")
        _, seconds, _ = run([str(EARPRINT), "--data", str(base), "--quiet", "import", str(file)])
        best = min(best, seconds)
    return best


def main() -> None:
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=pathlib.Path, default=ROOT / "build" / "bench-data")
    parser.add_argument("--import-plays", type=int, default=1_350_000, help="about 1 GB of history")
    parser.add_argument("--metric-plays", type=int, nargs="*", default=[120_000, 1_000_000])
    parser.add_argument("--rounds", type=int, default=2)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    results: dict = {"metrics": []}
    for plays in options.metric_plays:
        results["metrics"].append(bench_metrics(options.folder, plays))
        print(json.dumps(results["metrics"][-1]))
    small, large = bench_one_play(options.folder, 10_000), bench_one_play(options.folder, 1_000_000)
    results["one_play"] = {"to_10k_s": round(small, 3), "to_1m_s": round(large, 3), "ratio": round(large / small, 2)}
    print(json.dumps(results["one_play"]))
    if options.import_plays:
        r = results["import"] = bench_import(options.folder, options.import_plays, options.rounds)
        for peer in [*PEERS, "simdjson"]:
            r[f"{peer}_ratio"] = round(r[peer] / r["earprint"], 2)
        print(json.dumps(r))
    (options.folder / "results.json").write_text(json.dumps(results, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
