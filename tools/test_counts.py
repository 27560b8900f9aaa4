"""Reads from a test runner's words how many tests passed, failed and were skipped.

Shape:   in: everything a runner wrote; out: Counts. What cannot be read counts as nothing, and `settle` turns
         "nothing" and every skipped test into a failure, so that what was not run can never look green.
"""

from __future__ import annotations

import dataclasses
import re

_COLOUR = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


@dataclasses.dataclass(frozen=True)
class Counts:
    passed: int
    failed: int
    skipped: int = 0


def one_check(_words: str) -> Counts:
    """A command that is itself one check: its exit code says how it went."""
    return Counts(1, 0)


def settle(counts: Counts, exit_code: int) -> Counts:
    """Holds the counts against the exit code: a bad end, a run of no tests and a skipped test are failures."""
    if counts.skipped:
        return Counts(counts.passed, counts.failed + counts.skipped, counts.skipped)
    if exit_code != 0 and counts.failed == 0:
        return Counts(0 if counts == Counts(1, 0) else counts.passed, 1, counts.skipped)
    if counts.passed + counts.failed == 0:
        return Counts(0, 1, counts.skipped)
    return counts


def _last(pattern: str, words: str) -> int:
    found = re.findall(pattern, _COLOUR.sub("", words), re.MULTILINE)
    return int(found[-1]) if found else 0


def tidy(words: str) -> Counts:
    """'tidy: 17 rules hold, 2 broken'"""
    return Counts(
        _last(r"^tidy: (\d+) rules? hold", words), _last(r"^tidy: \d+ rules? hold, (\d+) broken", words)
    )


def ctest(words: str) -> Counts:
    """'98% tests passed, 2 tests failed out of 120', and the list of those not run."""
    total = _last(r"tests? failed out of (\d+)", words)
    failed = _last(r"(\d+) tests? failed out of \d+", words)
    skipped = len(re.findall(r"^ *\d+/\d+ Test +#\d+:.*\*\*\*(?:Skipped|Not Run)", words, re.MULTILINE))
    return Counts(total - failed - skipped, failed, skipped)


def pytest(words: str) -> Counts:
    """'3 failed, 117 passed, 2 skipped in 4.20s'; an error in a fixture or an import is a failure."""
    line = [row for row in _COLOUR.sub("", words).splitlines() if re.search(r"\d+ \w+.* in [\d.:]+ ?s", row)]
    tail = line[-1] if line else ""
    failed = _last(r"(\d+) failed", tail) + _last(r"(\d+) errors?", tail)
    return Counts(_last(r"(\d+) passed", tail), failed, _last(r"(\d+) skipped", tail))


def vitest(words: str) -> Counts:
    """'      Tests  2 failed | 117 passed | 1 skipped (120)'"""
    line = [row for row in _COLOUR.sub("", words).splitlines() if re.match(r"\s*Tests\s+\d", row)]
    tail = line[-1] if line else ""
    return Counts(_last(r"(\d+) passed", tail), _last(r"(\d+) failed", tail), _last(r"(\d+) skipped", tail))


def browser(words: str) -> Counts:
    """Node's test runner: '# pass 20' or 'ℹ pass 20', likewise fail, cancelled and skipped."""

    def told(what: str) -> int:
        return _last(rf"^(?:#|ℹ) {what} (\d+)", words)

    return Counts(told("pass"), told("fail") + told("cancelled"), told("skipped"))
