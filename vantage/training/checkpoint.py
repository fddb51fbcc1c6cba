"""Weights and checkpoints as NumPy archives: one file each, so that a rename makes it whole or absent.

A weight is stored under its variable's path, which is stable because every layer of a model is named; a checkpoint
also holds the optimiser and a JSON state (step, data position, running means).
"""

from __future__ import annotations

import itertools
import json
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from vantage.archives import write_archive
from vantage.errors import RunError

_STATE = "state"
_RANDOM = "random_state"


def model_arrays(model: Any) -> dict[str, np.ndarray]:
    """Return every variable of a Keras model, the random state of its dropout included, by name.

    Raises:
        ValueError: two layers of the model share a name.
    """
    import keras

    named = list(_named_variables(model))
    arrays = {name: keras.ops.convert_to_numpy(variable.value) for name, variable in named}
    if len(arrays) != len(named):
        raise ValueError("two variables of the model share a path; give every layer a name of its own")
    return arrays


def _named_variables(model: Any) -> Iterator[tuple[str, Any]]:
    """Yield names and variables: the path, but for random states, whose paths count up within a process."""
    seeds = itertools.count()
    for variable in model.variables:
        random = "seed_generator" in variable.path
        yield (f"{_RANDOM}/{next(seeds)}" if random else variable.path), variable


def set_model_arrays(model: Any, arrays: Mapping[str, np.ndarray], source: str) -> None:
    """Assign stored arrays to a model, cast to each variable's dtype.

    Raises:
        RunError: ``source`` lacks a variable, or one has another shape.
    """
    for key, variable in _named_variables(model):
        if key not in arrays:
            if key.startswith(_RANDOM):  # weights made for use leave it out
                continue
            raise RunError(f"{source} has no weight {key}", "weights of the same model", "check the configuration")
        if arrays[key].shape != tuple(variable.shape):
            found = f"{source}: weight {key} has shape {arrays[key].shape}"
            raise RunError(found, f"{tuple(variable.shape)}", "check the configuration")
        variable.assign(arrays[key])


def save_weights(path: str | Path, model: Any, dtype: str | None = None) -> None:
    """Write a model's weights for use; kernels in ``dtype`` float16 halve the file."""
    arrays = {key: value for key, value in model_arrays(model).items() if not key.startswith(_RANDOM)}
    if dtype:
        arrays = {key: _cast(value, dtype) for key, value in arrays.items()}
    write_archive(path, arrays)


def _cast(value: np.ndarray, dtype: str) -> np.ndarray:
    """Cast a kernel; vectors (biases, means and variances), which weigh little, and what overflows stay as they are."""
    if value.dtype.kind != "f" or value.ndim < 2:
        return value
    fits = np.abs(value).max(initial=0) <= np.finfo(dtype).max
    return value.astype(dtype) if fits else value


def load_weights(path: str | Path, model: Any) -> None:
    """Read weights into a model.

    Raises:
        RunError: the file is missing, broken or of another model.
    """
    set_model_arrays(model, read_arrays(path), str(path))


def read_arrays(
    path: str | Path, expected: str = "the weights of a run", do: str = "train again"
) -> dict[str, np.ndarray]:
    """Return all arrays of an archive; ``expected`` and ``do`` go into the message where it is broken.

    Raises:
        RunError: missing or broken.
    """
    try:
        with np.load(path, allow_pickle=False) as archive:
            if damaged := archive.zip.testzip():  # NumPy alone may read an array without looking at its checksum
                raise zipfile.BadZipFile(f"wrong checksum of {damaged}")
            return {name: archive[name] for name in archive.files}
    except FileNotFoundError:
        raise RunError(f"{path} does not exist", expected, "check the run folder") from None
    except (OSError, ValueError, EOFError, AttributeError, zipfile.BadZipFile) as error:
        raise RunError(f"{path} cannot be read ({error})", expected, do) from error


def save_checkpoint(path: str | Path, model: Any, state: Mapping[str, Any]) -> None:
    """Write weights, optimiser and ``state`` (JSON values), replacing the old checkpoint at once."""
    text = np.frombuffer(json.dumps(state).encode(), np.uint8)
    arrays = {f"model/{key}": value for key, value in model_arrays(model).items()}
    write_archive(path, {**arrays, **_optimiser_arrays(model), _STATE: text})


def _optimiser_arrays(model: Any) -> dict[str, np.ndarray]:
    """Return the optimiser's variables by number (their paths may repeat)."""
    import keras

    variables = _optimiser_variables(model)
    return {f"optimiser/{n}": keras.ops.convert_to_numpy(variable.value) for n, variable in enumerate(variables)}


def _optimiser_variables(model: Any) -> list[Any]:
    """Return the optimiser's variables, made now where no step was taken yet."""
    if not model.optimizer.built:
        model.optimizer.build(model.trainable_variables)
    return model.optimizer.variables


def load_checkpoint(path: str | Path, model: Any) -> dict[str, Any]:
    """Read a checkpoint into a compiled model and return its state.

    Raises:
        RunError: the file is missing, broken or of another model.
    """
    arrays = read_arrays(path, "a checkpoint to continue", "start a new run")
    weights = {key.removeprefix("model/"): value for key, value in arrays.items() if key.startswith("model/")}
    set_model_arrays(model, weights, str(path))
    variables = _optimiser_variables(model)
    values = [arrays[f"optimiser/{n}"] for n in range(len(arrays)) if f"optimiser/{n}" in arrays]
    if [value.shape for value in values] != [tuple(variable.shape) for variable in variables]:
        raise RunError(f"{path} holds the state of another optimiser", do="start a new run")
    for variable, value in zip(variables, values):
        variable.assign(value)
    if _STATE not in arrays:
        raise RunError(f"{path} is no checkpoint", "weights, optimiser and state")
    return json.loads(arrays[_STATE].tobytes())
