"""A store with the history, the same rows for pandas, and the worlds that the taste is asked of; each made once."""

from __future__ import annotations

import pathlib

import pandas as pd
import pytest
import worlds
from history_reading import HISTORY, Store, every_play, history_csv


def pytest_terminal_summary(terminalreporter) -> None:
    terminalreporter.write_line(
        f"histories: the invented one{', and that of 2013-2020' if HISTORY.exists() else ''}"
    )


@pytest.fixture(scope="session")
def history(tmp_path_factory) -> pathlib.Path:
    return history_csv(tmp_path_factory.mktemp("history"))


@pytest.fixture(scope="session")
def store(tmp_path_factory, history) -> Store:
    return Store(tmp_path_factory.mktemp("store"), history)


@pytest.fixture(scope="session")
def plays(history) -> pd.DataFrame:
    return every_play(history)


@pytest.fixture(scope="session", params=worlds.NAMES)
def world(request, tmp_path_factory) -> worlds.World:
    return worlds.make(request.param, tmp_path_factory.mktemp(request.param))
