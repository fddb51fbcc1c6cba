"""Fixtures of the bad inputs."""

from __future__ import annotations

import pytest

from render4cnn.config import PRESETS
from tests.bad_inputs.goods import Goods
from tests.bad_inputs.table import Place
from tests.render4cnn.micro import config


@pytest.fixture(scope="session")
def goods(tmp_path_factory) -> Goods:
    """Good input, each piece made once."""
    return Goods(tmp_path_factory.mktemp("goods"))


@pytest.fixture
def place(tmp_path, goods, monkeypatch) -> Place:
    """An empty place, the working folder; the preset tiny is tinier still, so that a training takes seconds."""
    monkeypatch.setitem(PRESETS, "tiny", lambda: config(steps=4, validations=2))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VANTAGE_CACHE", str(tmp_path / "cache"))
    return Place(tmp_path, goods)
