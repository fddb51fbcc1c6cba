"""Sets to export, made once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.exporters.samples import toy_model, write_toy_set


@pytest.fixture(scope="session")
def toy_models():
    """A chair and a car."""
    return toy_model("chair", 1), toy_model("car", 2)


@pytest.fixture(scope="session")
def toy_set(tmp_path_factory, toy_models) -> Path:
    """Four views of each; not to be changed."""
    return write_toy_set(tmp_path_factory.mktemp("sets") / "toy", toy_models)


@pytest.fixture(scope="session")
def chair_set(tmp_path_factory, toy_models) -> Path:
    """Five views of one model: a single scene; not to be changed."""
    return write_toy_set(tmp_path_factory.mktemp("sets") / "chair", toy_models[:1], 5)


@pytest.fixture
def export(run_vantage, tmp_path):
    """Export a set and return the folder: ``export(folder, "coco", "--limit", 3)``."""

    def run(dataset: Path, to: str, *options: object) -> Path:
        out = tmp_path / f"as-{to}-{len(list(tmp_path.iterdir()))}"
        status, _, err = run_vantage("export", dataset, "--to", to, out, *options)
        assert status == 0, err
        return out

    return run
