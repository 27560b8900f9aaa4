"""Every rule of the house finds the fault that is planted for it, and none in a sound tree."""

from __future__ import annotations

import pathlib
import shutil
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
import test_counts
import tidy
from house_rules.house import House


@pytest.fixture
def tree(tmp_path) -> pathlib.Path:
    """A copy of the files that the rules look at, without the large ones."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\0")
    for name in listed:
        source = ROOT / name
        if name and source.is_file() and source.stat().st_size < 300_000:
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, tmp_path / name)
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    return tmp_path


def findings(tree: pathlib.Path) -> dict[str, list[str]]:
    house = House(tree)
    return {f"{rule.__module__}.{rule.__name__}": rule(house) for rule in tidy.RULES}


FAULTS = {
    "an upward include": ("src/base/text.cpp", '#include "model/event.hpp"\n'),
    "a product outside its adapter": ("src/log/collector.cpp", "#include <duckdb.h>\n"),
    "a mark of unfinished work": ("src/log/collector.cpp", "// TO" + "DO later\n"),
    "a machine's path": ("docs/glossary.md", "see /" + "home/somebody/notes\n"),
    "a link that leads nowhere": ("README.md", "[gone](docs/gone.md)\n"),
    "a table that inputs do not tell": ("sql/raw/raw_play.sql", "union all select 1 from lake_saved_track\n"),
    "a metric that reads raw": ("sql/metrics/clock.sql", "-- \nunion all select a, b, c, d from raw_play\n"),
    "a README that differs": ("src/log/README.md", "one line more\n"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_found(tree, fault):
    before = findings(tree)
    path, line = FAULTS[fault]
    target = tree / path
    text = target.read_text(encoding="utf-8")
    target.write_text(line + text if line.startswith("#include") else text + line, encoding="utf-8")
    after = findings(tree)
    new = [found for rule, all_found in after.items() for found in all_found if found not in before[rule]]
    assert any(path in found for found in new), f"nothing new was found in {path}: {new}"


def test_a_long_file_is_found(tree):
    (tree / "src/base/long.cpp").write_text("// line\n" * 801, encoding="utf-8")
    assert any("src/base/long.cpp" in found for all_found in findings(tree).values() for found in all_found)


def test_counts_are_read_from_the_runners_words():
    assert test_counts.ctest("98% tests passed, 2 tests failed out of 120") == test_counts.Counts(118, 2)
    assert test_counts.pytest("1 failed, 3 passed in 0.20s") == test_counts.Counts(3, 1)
    assert test_counts.browser("# pass 20\n# fail 1\n# cancelled 0\n# skipped 1") == test_counts.Counts(
        20, 1, 1
    )


def test_a_run_of_no_tests_is_a_failure():
    assert test_counts.settle(test_counts.Counts(0, 0), 0).failed == 1
    assert test_counts.settle(test_counts.Counts(5, 0), 1).failed == 1
    assert test_counts.settle(test_counts.Counts(5, 0, 2), 0).failed == 2
