"""Fixtures that several test modules share."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

ROOT = Path(__file__).resolve().parents[1]
DATA = Path(os.environ.get("VANTAGE_DATA", ROOT.parent / "shared" / "data"))


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def vantage_data() -> Path:
    """The folder of real input (cars, CAD files, viewpoint statistics), which no checkout holds."""
    if not DATA.is_dir():
        pytest.skip(f"no real data at {DATA}; VANTAGE_DATA names the folder")
    return DATA


@pytest.fixture
def rng() -> np.random.Generator:
    """A generator that starts each test alike."""
    return np.random.default_rng(0)


@pytest.fixture
def run_vantage(capsys):
    """Run the command line in this process: ``run_vantage("render", "--help") -> (status, stdout, stderr)``."""
    from vantage.cli import main

    def run(*args: object) -> tuple[int, str, str]:
        capsys.readouterr()
        try:
            status = main([str(arg) for arg in args])
        except SystemExit as stop:  # tyro's --help
            status = stop.code or 0
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return run
