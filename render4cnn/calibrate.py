"""Temperatures: one for each head, so that its probabilities say how often they are right (Guo et al. 2017)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from render4cnn.config import ANGLES, CATEGORY
from render4cnn.data import Crops, class_indices
from render4cnn.decoding import class_block, softmax
from render4cnn.evaluate import forward
from vantage.archives import write_archive
from vantage.training.checkpoint import read_arrays, set_model_arrays
from vantage.training.run_folder import RunFolder

RANGE = (0.2, 5.0)
"""Between these a temperature is looked for."""

_PREFIX = "model/"


def calibrate(run: RunFolder, model: Any, sets: Sequence[tuple[Crops, bool]], classes: Sequence[str]) -> None:
    """Fit the temperatures of a run's weights on validation views, and store them in its checkpoints.

    Args:
        run: a finished training.
        model: its network; it ends with the last weights.
        sets: crops, and whether their labels lack a tilt.
        classes: names.
    """
    heads = [name for name in (*ANGLES, CATEGORY) if f"{name}_temperature" in {layer.name for layer in model.layers}]
    if not heads or not sets:
        return
    for path in (run.best, run.last):
        if path.is_file():
            _calibrate_file(path, model, heads, sets, classes)


def _calibrate_file(path: Path, model: Any, heads: Sequence[str], sets: Any, classes: Sequence[str]) -> None:
    """Fit the temperatures of one file of weights."""
    arrays = read_arrays(path)
    prefix = _PREFIX if any(key.startswith(_PREFIX) for key in arrays) else ""
    keys = {name: f"{prefix}{name}_temperature/temperature" for name in heads}
    arrays |= {key: np.ones((), np.float32) for key in keys.values()}
    own = {key.removeprefix(prefix): value for key, value in arrays.items() if key.startswith(prefix)}
    set_model_arrays(model, own, str(path))
    for name, value in fit_temperatures(model, heads, sets, classes).items():
        arrays[keys[name]] = np.float32(value)
        model.get_layer(f"{name}_temperature").temperature.assign(value)
    write_archive(path, arrays)


def fit_temperatures(
    model: Any, heads: Sequence[str], sets: Sequence[tuple[Crops, bool]], classes: Sequence[str]
) -> dict[str, float]:
    """Return the temperature of each head; those of the model must be 1.

    Heads that the views tell nothing of (a tilt that is not labelled, azimuths of symmetric objects) get 1.
    """
    logits: dict[str, list[np.ndarray]] = {name: [] for name in heads}
    truth: dict[str, list[np.ndarray]] = {name: [] for name in heads}
    for crops, no_tilt in sets:
        index, outputs = class_indices(crops.categories, classes), forward(model, crops.images)
        for name in heads:
            usable = np.full(len(crops), not (name == "tilt" and no_tilt))
            usable &= (crops.folds == 1) | (name != "azimuth")
            values = outputs[name] if name == CATEGORY else class_block(outputs[name], index)
            logits[name].append(values[usable])
            truth[name].append((index if name == CATEGORY else _bins(crops, name, values.shape[-1]))[usable])
    return {name: temperature(np.concatenate(logits[name]), np.concatenate(truth[name])) for name in heads}


def _bins(crops: Crops, name: str, bins: int) -> np.ndarray:
    """Return the bin of each view's angle."""
    angles = crops.viewpoints[:, ANGLES.index(name)]
    return np.rint(angles / 360.0 * bins).astype(int) % bins


def temperature(logits: np.ndarray, truth: np.ndarray) -> float:
    """Return the temperature in [0.2, 5] under which the truth is likeliest.

    Args:
        logits: [n, bins].
        truth: int [n], the true bin.
    """
    from scipy.optimize import minimize_scalar

    if not len(truth):
        return 1.0

    def surprise(log_temperature: float) -> float:
        told = softmax(logits / np.exp(log_temperature))
        return -float(np.mean(np.log(np.maximum(told[np.arange(len(truth)), truth], 1e-12))))

    return float(np.exp(minimize_scalar(surprise, bounds=np.log(RANGE), method="bounded").x))
