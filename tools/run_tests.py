"""Runs every test of the house, one runner after the other, and says how many passed.

Shape:   in: the tree, set up by `./dev`; out: each runner's words as they come, then a table, then one line
         "N passed, N failed" alone. A runner that counts nothing, or ends badly without a failed test, is a failure.
Effects: builds in build/asan and build/release; logs in .deps/logs.
Errors:  exit code 1 when anything failed or was skipped.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import dataclasses
import itertools
import os
import pathlib
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import servers
import test_counts

ROOT = pathlib.Path(__file__).resolve().parent.parent
WEB = ROOT / "dashboards" / "web"
LOGS = ROOT / ".deps" / "logs"
JOBS = os.environ.get("EARPRINT_JOBS") or str(os.cpu_count() or 1)


@dataclasses.dataclass(frozen=True)
class Step:
    """One runner: what it is called, what it runs, and how its words are counted."""

    name: str
    command: list[str]
    count: Callable[[str], test_counts.Counts]
    folder: pathlib.Path = ROOT
    slow: bool = False
    servers: bool = False  # needs the real servers that tools/servers.py starts
    needs: str = ""  # a step that must have passed for this one to mean anything
    waits: bool = False  # mostly, for what it watches: such steps in a row run beside each other
    environment: dict[str, str] = dataclasses.field(default_factory=dict)


def cpp_files() -> list[str]:
    patterns = [f"{folder}/*.{end}" for folder in ("src", "tests", "bench") for end in ("cpp", "hpp")]
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [line for line in listed.stdout.splitlines() if (ROOT / line).exists()]


def property_seed() -> str:
    """From what RapidCheck draws: another with every commit, and the same wherever that one is tested."""
    command = ["git", "rev-parse", "HEAD^{tree}"]
    tree = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return f"seed={int(tree[:15], 16)}"


def steps(quick: bool) -> Iterator[Step]:
    once = test_counts.one_check
    python = sys.executable
    yield Step("rules of the house", [python, "tools/tidy.py"], test_counts.tidy)
    yield Step("tests of the tools", [python, "-m", "pytest", "-q", "tools/tests"], test_counts.pytest)
    yield Step("C++ is formatted", ["clang-format-19", "--dry-run", "-Werror", *cpp_files()], once)
    yield Step(
        "Python is clean",
        [str(pathlib.Path(python).parent / "ruff"), "check", "tools", "tests", "bench"],
        once,
    )
    yield Step(
        "Python is formatted",
        [str(pathlib.Path(python).parent / "ruff"), "format", "--check", "tools", "tests", "bench"],
        once,
    )
    yield Step("TypeScript is typed and clean", ["npm", "run", "--silent", "check"], once, WEB)
    yield Step("page, unit tests", ["npm", "test", "--silent"], test_counts.vitest, WEB)
    preset = "dev" if quick else "asan"
    yield Step(f"configure {preset}", ["cmake", "--preset", preset], once)
    yield Step(
        f"compile {preset}",
        ["cmake", "--build", f"build/{preset}", "-j", JOBS],
        once,
        needs=f"configure {preset}",
    )
    # A server publishes at this priority: beside tests of a higher one, which take all there is, it would not.
    ctest = ["nice", "-n", "10", "ctest", "--test-dir", f"build/{preset}", "--output-on-failure", "-j"]
    settings = {
        "UBSAN_OPTIONS": "print_stacktrace=1",
        "RC_PARAMS": os.environ.get("RC_PARAMS") or property_seed(),
    }
    # One more than there are processors: some wait for a server, for a program, or for time to pass.
    jobs = str(int(JOBS) + 1)
    yield Step(
        "C++ tests",
        [*ctest, jobs, "-LE", "servers|slow" if quick else "servers"],
        test_counts.ctest,
        needs=f"compile {preset}",
        environment=settings,
    )
    yield Step(
        f"C++ tests on {', '.join(servers.names())}",
        # They wait for servers to die, to come back and to give up: so many keep the processors busy.
        [python, "tools/servers.py", "run", *ctest, str(int(JOBS) + 2), "-L", "servers"],
        test_counts.ctest,
        servers=True,
        needs=f"compile {preset}",
        environment=settings,
    )
    yield Step("configure release", ["cmake", "--preset", "release"], once, slow=True)
    yield Step(
        "compile release",
        ["cmake", "--build", "build/release", "-j", JOBS],
        once,
        slow=True,
        needs="configure release",
    )
    yield Step(
        "figures against pandas",
        [python, "-m", "pytest", "-q", "tests/crosscheck"],
        test_counts.pytest,
        slow=True,
        needs="compile release",
        environment={"EARPRINT_BINARY": str(ROOT / "build/release/earprint")},
    )
    yield Step(
        "clients of others against the fakes",
        [python, "-m", "pytest", "-q", "tests/foreign"],
        test_counts.pytest,
        slow=True,
        needs="compile release",
        environment={"EARPRINT_BINARY": str(ROOT / "build/release/earprint")},
    )
    yield Step(
        "page, in the browser",
        [python, str(ROOT / "tools/with_demo.py"), "npm", "run", "--silent", "e2e"],
        test_counts.browser,
        WEB,
        slow=True,
        needs="compile release",
        waits=True,
    )
    yield Step(
        "page and Spotify, in the browser",
        [python, str(ROOT / "tools/with_spotify.py"), "npm", "run", "--silent", "e2e:spotify"],
        test_counts.browser,
        WEB,
        slow=True,
        needs="compile release",
        waits=True,
    )


def run(step: Step, log: pathlib.Path, show: Callable[[str], object]) -> tuple[test_counts.Counts, float]:
    """Runs one step, shows and keeps its words, and counts them."""
    began = time.monotonic()
    environment = os.environ | {"CI": "1", "NO_COLOR": "1"} | step.environment
    words: list[str] = []
    with log.open("w", encoding="utf-8") as kept:
        try:
            process = subprocess.Popen(
                step.command,
                cwd=step.folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
            )
        except OSError as error:
            show(f"cannot start {step.command[0]}: {error}\n")
            return test_counts.Counts(0, 1), 0.0
        assert process.stdout is not None
        for line in process.stdout:
            show(line)
            kept.write(line)
            words.append(line)
        code = process.wait()
    counts = test_counts.settle(step.count("".join(words)), code)
    return counts, time.monotonic() - began


def show_at_once(line: str) -> None:
    sys.stdout.write(line)
    sys.stdout.flush()


def run_row(row: list[tuple[Step, pathlib.Path]]) -> Iterator[tuple[Step, tuple[test_counts.Counts, float]]]:
    """Runs steps beside each other. The first one's words come as they are said, the others' after it."""
    with concurrent.futures.ThreadPoolExecutor() as pool:
        later: list[tuple[Step, list[str], concurrent.futures.Future[tuple[test_counts.Counts, float]]]] = []
        for step, log in row[1:]:
            words: list[str] = []
            later.append((step, words, pool.submit(run, step, log, words.append)))
        first, log = row[0]
        print(f"\n== {first.name}", flush=True)
        yield first, run(first, log, show_at_once)
        for step, words, future in later:
            result = future.result()
            print(f"\n== {step.name}")
            show_at_once("".join(words))
            yield step, result


def main() -> int:
    parser = argparse.ArgumentParser(prog="./dev test", description="Run every test of the house.")
    parser.add_argument(
        "--quick", action="store_true", help="no release build, no browser, no servers, no slow tests"
    )
    quick = parser.parse_args().quick
    LOGS.mkdir(parents=True, exist_ok=True)
    results: dict[str, tuple[test_counts.Counts, float]] = {}
    left_out: list[str] = []
    numbered = enumerate(steps(quick))
    for _, group in itertools.groupby(numbered, lambda each: -1 if each[1].waits else each[0]):
        row: list[tuple[Step, pathlib.Path]] = []
        for number, step in group:
            if quick and (step.slow or step.servers):
                left_out.append(step.name)
            elif step.needs and results[step.needs][0].failed:
                print(f"\n== {step.name}\nnot run, since this failed: {step.needs}", flush=True)
                results[step.name] = (test_counts.Counts(0, 1), 0.0)
            else:
                row.append((step, LOGS / f"test-{number:02d}.log"))
        if row:
            results.update((step.name, result) for step, result in run_row(row))
    print("\n== all together")
    for name, (counts, seconds) in results.items():
        skipped = f" ({counts.skipped} of them SKIPPED)" if counts.skipped else ""
        print(
            f"{'FAILED' if counts.failed else 'ok':7} {name:30} {counts.passed:5} passed, "
            f"{counts.failed} failed{skipped} ({seconds:.0f} s)"
        )
    if left_out:
        print(f"left out by --quick: {'; '.join(left_out)}; and every test that is labelled slow")
    passed = sum(counts.passed for counts, _ in results.values())
    failed = sum(counts.failed for counts, _ in results.values())
    print(f"{passed} passed, {failed} failed", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
