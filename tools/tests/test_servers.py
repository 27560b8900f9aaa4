"""Servers are started around a command, their addresses handed to it, and nothing of them stays."""

from __future__ import annotations

import os
import pathlib
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
import servers


@pytest.fixture
def scripts(tmp_path) -> pathlib.Path:
    """Two scripts that write down what they are told; `broken` cannot start."""
    told = tmp_path / "told"
    made = tmp_path / "scripts"
    made.mkdir()
    for name, ending in (("first", "echo chatter; echo first://there"), ("broken", "echo no >&2; exit 1")):
        script = made / f"{name}.sh"
        script.write_text(
            f'#!/bin/sh\necho "{name} $1" >>{told}\n[ "$1" = start ] || exit 0\nmkdir -p "$2"\n{ending}\n'
        )
        script.chmod(0o755)
    (made / "common.sh").write_text("")
    return made


def told(scripts: pathlib.Path) -> list[str]:
    return (scripts.parent / "told").read_text().splitlines()


def test_names_are_those_of_the_scripts(scripts):
    assert servers.names(scripts) == ["broken", "first"]


def test_command_gets_the_address_and_its_exit_code_comes_back(scripts, tmp_path):
    seen = tmp_path / "seen"
    command = ["sh", "-c", f'echo "$EARPRINT_TEST_FIRST" >{seen}; exit 7']
    assert servers.run(["first"], command, scripts) == 7
    assert seen.read_text() == "first://there\n"
    assert told(scripts) == ["first start", "first kill"]


def test_server_that_does_not_start_is_a_failure_and_the_others_end(scripts, tmp_path, capsys):
    ran = tmp_path / "ran"
    assert servers.run(["broken", "first"], ["touch", str(ran)], scripts) == 1
    assert not ran.exists()
    assert "broken did not start:\nno" in capsys.readouterr().err
    assert sorted(told(scripts)) == ["broken kill", "broken start", "first kill", "first start"]


def test_every_script_of_the_house_can_be_run_and_tells_its_usage():
    for name in servers.names():
        script = servers.SCRIPTS / f"{name}.sh"
        assert os.access(script, os.X_OK), script
        usage = f"#   {name}.sh"
        assert all(f"{usage} {verb} DIR" in script.read_text() for verb in ("start", "stop", "kill")), script
