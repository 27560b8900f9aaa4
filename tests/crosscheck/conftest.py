"""A store with the history, the same rows for pandas, and the worlds that the taste is asked of; each made once."""

from __future__ import annotations

import pathlib

import pandas as pd
import pytest
import worlds
from history_reading import Store, every_play, history_csv


@pytest.fixture(scope="session")
def history(tmp_path_factory) -> pathlib.Path:
    return history_csv(tmp_path_factory.mktemp("history"))


@pytest.fixture(scope="session")
def store(tmp_path_factory, history) -> Store:
    made = Store(tmp_path_factory.mktemp("store"))
    words = made.run("import", str(history))
    made.import_words = words
    return made


@pytest.fixture(scope="session")
def plays(history) -> pd.DataFrame:
    return every_play(history)


@pytest.fixture(scope="session", params=worlds.NAMES)
def world(request, tmp_path_factory) -> worlds.World:
    return worlds.make(request.param, tmp_path_factory.mktemp(request.param))
