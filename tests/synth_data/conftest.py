"""A small set, rendered once by the command line, that several modules look at."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

SMALL = (
    *("--categories", "table,chair", "--count", "40", "--size", "40", "--samples", "1", "--seed", "5"),
    *("--shard-size", "8", "--models", "6"),
)


def command(*args) -> list[str]:
    """Return the command line ``vantage ARGS`` of this interpreter."""
    return [sys.executable, "-m", "vantage", *map(str, args)]


def run(*args) -> subprocess.CompletedProcess:
    """Run ``vantage ARGS`` and return what came of it."""
    return subprocess.run(command(*args), capture_output=True, text=True, timeout=280)


def shards_of(folder: Path) -> dict[str, bytes]:
    """Return the bytes of all shards by name."""
    return {path.name: path.read_bytes() for path in sorted(folder.glob("vantage_records-*"))}


@pytest.fixture(scope="session")
def small_set(tmp_path_factory) -> Path:
    """The set of `SMALL`, by one worker."""
    folder = tmp_path_factory.mktemp("sets") / "small"
    done = run("render", "--out", folder, *SMALL, "--workers", "1", "--json", folder.with_suffix(".json"))
    assert done.returncode == 0, done.stderr
    return folder
