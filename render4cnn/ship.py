"""Turn a finished run into weights that ship with the package: ``python -m render4cnn.ship RUN [--name cars]``.

They are a run folder too, but with ``weights.npz`` (kernels in half precision) instead of checkpoints, with the card's
results taken from the run's evaluations, and without the paths of the machine that trained it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tyro

from render4cnn.evaluate import load_trained
from render4cnn.model_card import run_card
from render4cnn.runs import PACKAGE, SHIPPED, WEIGHTS
from vantage.console import console, write_json
from vantage.errors import RunError
from vantage.training.checkpoint import save_weights
from vantage.training.run_folder import RunFolder, config_digest, open_run

_PATH = re.compile(r"(?<![\w.])/[\w.~+-]+(?:/[\w.~+-]*)*")
"""An absolute path: it starts where no word goes before, as in ``cars:/data`` and ``--out /runs/a``."""

LARGEST = 8_000_000
"""Bytes that a file of weights may have."""


@dataclass(frozen=True)
class Ship:
    """Write the weights of a run where the package ships them."""

    run_folder: tyro.conf.Positional[Path]
    """Run folder of a finished training, evaluated on what its card shall tell."""
    name: str = SHIPPED
    """Name of the shipped weights."""
    which: str = "last"
    """last or best weights."""
    out: Path = WEIGHTS
    """Folder of all shipped weights."""

    def run(self) -> Path:
        """Write the folder and return its path.

        Raises:
            RunError: the run is unfinished, or its weights are too large.
        """
        run = open_run(self.run_folder, PACKAGE)
        target = ship(run, self.out / self.name, self.which)
        console.print(f"{target}: {(target / 'weights.npz').stat().st_size / 1e6:.2f} MB", markup=False)
        return target


def ship(run: RunFolder, target: Path, which: str = "last") -> Path:
    """Write ``run`` as shipped weights into ``target``; see :class:`Ship`."""
    if not run.model_card.is_file():
        raise RunError(f"{run.path} has no model card", "a finished training", "finish it: add --resume")
    trained = load_trained(run.path, which)
    config = {key: value for key, value in portable(dict(run.config)).items() if key != "sha256"}
    shipped = RunFolder(target, config)
    target.mkdir(parents=True, exist_ok=True)
    save_weights(shipped.weights, trained.model, "float16")
    if shipped.weights.stat().st_size > LARGEST:
        size = shipped.weights.stat().st_size / 1e6
        shipped.weights.unlink()
        raise RunError(f"the weights have {size:.1f} MB", f"at most {LARGEST / 1e6:g} MB", "train a narrower network")
    write_json(shipped.environment, portable(json.loads(run.environment.read_text(encoding="utf-8"))))
    shipped.model_card.write_text(portable(run_card(run, trained.config, trained.classes, which)), encoding="utf-8")
    write_json(target / "config.json", {**config, "sha256": config_digest(config)})
    return target


def portable(value: Any) -> Any:
    """Return plain values with absolute paths cut to their last part (``cars:/data/cars`` to ``cars:cars``)."""
    if isinstance(value, Mapping):
        return {key: portable(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [portable(item) for item in value]
    if not isinstance(value, str) or "/" not in value:
        return value
    return _PATH.sub(lambda match: match[0].rstrip("/").rpartition("/")[2], value)


if __name__ == "__main__":
    tyro.cli(Ship).run()
