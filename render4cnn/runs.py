"""What a run folder says of itself: where it is, its configuration and classes; nothing here loads a network."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from render4cnn.config import Config
from vantage.choices import nearest
from vantage.errors import RunError, UserError
from vantage.training.configs import from_plain
from vantage.training.run_folder import RunFolder, open_run

PACKAGE = "render4cnn"
WEIGHTS = Path(__file__).resolve().parent / "weights"
"""Run folders that ship with the package."""

SHIPPED = "cars"
"""The weights used where no run is named."""


def find_run(run: str | Path | None) -> RunFolder:
    """Open a run folder, the shipped weights of that name, or the default ones where ``run`` is None.

    Raises:
        RunError: there is no such run, or it cannot be read.
    """
    name, names = SHIPPED if run is None else str(run), shipped_names()
    path = Path(name)
    if name in names and (run is None or not (path / "config.json").exists()):
        return open_run(WEIGHTS / name, PACKAGE)  # a folder of photographs may have the same name
    if run is None:
        raise RunError("no weights ship with this version", "a trained run", "train one and name it with --run RUN")
    if not path.exists():
        expected = f"a run folder that vantage train wrote, or weights that ship: {', '.join(names)}"
        raise RunError(f"run folder {path} does not exist{nearest(str(path), names)}", expected, "check the path")
    return open_run(path, PACKAGE)


def shipped_names() -> list[str]:
    """Return the names of the weights that ship with the package."""
    return sorted(path.parent.name for path in WEIGHTS.glob("*/config.json"))


def read_settings(folder: RunFolder) -> tuple[Config, tuple[str, ...]]:
    """Return configuration and classes of a run.

    Raises:
        RunError: the configuration is of another version of this package.
    """
    try:
        return from_plain(Config, folder.config["config"]), tuple(folder.config["classes"])
    except (KeyError, TypeError, ValueError) as error:
        found = f"{folder.path / 'config.json'} does not fit this version ({error})"
        raise RunError(found, do="use the Vantage that wrote it, or train again") from error


def check_category(category: str | None, classes: Sequence[str]) -> None:
    """Refuse a class that a network does not know.

    Raises:
        UserError: naming those it knows.
    """
    if category is not None and category not in classes:
        raise UserError(f"unknown category {category!r}{nearest(category, classes)}", f"one of {', '.join(classes)}")
