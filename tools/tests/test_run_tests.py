"""The runner of all tests: steps that mostly wait run beside each other, and none of their words or faults is lost."""

from __future__ import annotations

import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import run_tests
import test_counts


def step(name: str, words: str) -> run_tests.Step:
    return run_tests.Step(name, ["sh", "-c", words], test_counts.one_check)


def test_steps_in_a_row_run_beside_each_other(
    tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # Each waits for the other's file: one after the other they would never end.
    there = 'for i in $(seq 400); do [ -e "$0/{}" ] && break; sleep 0.05; done; [ -e "$0/{}" ]'
    first = f"echo one; touch {tmp_path}/a; " + there.replace("$0", str(tmp_path)).format("b", "b")
    second = (
        f"echo two; touch {tmp_path}/b; " + there.replace("$0", str(tmp_path)).format("a", "a") + " && exit 3"
    )
    row = [(step("first", first), tmp_path / "1.log"), (step("second", second), tmp_path / "2.log")]
    results = {done.name: counts for done, (counts, _) in run_tests.run_row(row)}
    assert results == {"first": test_counts.Counts(1, 0), "second": test_counts.Counts(0, 1)}
    assert capsys.readouterr().out.split() == ["==", "first", "one", "==", "second", "two"]
    assert (tmp_path / "2.log").read_text() == "two\n"


def test_a_step_that_cannot_be_started_has_failed(
    tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = run_tests.Step("missing", [str(tmp_path / "none")], test_counts.one_check)
    results = [counts for _, (counts, _) in run_tests.run_row([(missing, tmp_path / "log")])]
    assert results == [test_counts.Counts(0, 1)]
    assert "cannot start" in capsys.readouterr().out


def test_what_is_drawn_at_random_is_the_same_in_every_run_of_a_commit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def seeds() -> list[str]:
        drawn = [each.environment.get("RC_PARAMS", "") for each in run_tests.steps(quick=False)]
        return [seed for seed in drawn if seed]

    monkeypatch.delenv("RC_PARAMS", raising=False)
    assert len(seeds()) == 2
    assert seeds()[0].startswith("seed=")
    assert int(seeds()[0].removeprefix("seed=")) > 0
    assert len({*seeds(), *seeds()}) == 1
    monkeypatch.setenv("RC_PARAMS", "seed=7")
    assert seeds() == ["seed=7", "seed=7"]


def test_the_browser_steps_are_the_ones_that_wait() -> None:
    assert [each.name for each in run_tests.steps(quick=False) if each.waits] == [
        "page, in the browser",
        "page and Spotify, in the browser",
    ]
