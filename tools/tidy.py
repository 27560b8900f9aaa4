"""The rules of the house as a test: `./dev tidy`, and with the other tests.

Shape:   in: the tree (tracked and new files); out: one line a finding, "path:line: what", then
         "tidy: N rules hold, N broken".
Effects: none; with --write, the rooms' READMEs and the table in ARCHITECTURE.md.
Errors:  exit code 1 when a rule is broken.
"""

from __future__ import annotations

import argparse
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from house_rules import cpp_rules, doc_rules, sql_rules, text_rules
from house_rules.house import House

RULES = [*cpp_rules.RULES, *sql_rules.RULES, *text_rules.RULES, *doc_rules.RULES]


def main() -> int:
    parser = argparse.ArgumentParser(prog="./dev tidy", description=__doc__)
    parser.add_argument(
        "--write", action="store_true", help="derive READMEs and tables from tools/rooms.toml"
    )
    parser.add_argument("--list", action="store_true", help="say every rule")
    options = parser.parse_args()
    if options.list:
        for rule in RULES:
            print(f"{rule.__module__.split('.')[-1]}.{rule.__name__}: {(rule.__doc__ or '').splitlines()[0]}")
        return 0
    house = House(pathlib.Path(__file__).resolve().parent.parent)
    if options.write:
        for path in doc_rules.write(house):
            print(f"written: {path}")
        house = House(house.root)
    broken = 0
    for rule in RULES:
        findings = rule(house)
        broken += bool(findings)
        for finding in findings:
            print(f"{finding}  [{rule.__name__}]")
    print(f"tidy: {len(RULES) - broken} rules hold, {broken} broken")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
