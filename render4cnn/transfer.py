"""Starting from the weights of another run: what is taken over, and what keeps its weights."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from render4cnn.config import ALEXNET, ANGLES, CATEGORY, OFFSET, Config
from render4cnn.evaluate import load_trained
from render4cnn.runs import find_run, read_settings
from vantage.errors import RunError, UserError
from vantage.training.checkpoint import model_arrays, set_model_arrays

TRUNK = "trunk"
"""For ``--freeze``: all layers but the heads and the dense layer before them."""

HEADS = (*ANGLES, *(name + OFFSET for name in ANGLES), CATEGORY)


def check_start(source: str, config: Config) -> None:
    """Fail before a run folder is made where the weights to start from are of another network.

    Raises:
        RunError: the run is missing, or its trunk is another one.
    """
    theirs, own = read_settings(find_run(source))[0].model, config.model
    if (theirs.trunk, theirs.width, theirs.features) != (own.trunk, own.width, own.features):
        found = f"--init {source} is a {theirs.trunk} of width {theirs.width:g}, features {theirs.features}"
        raise RunError(found, f"{own.trunk} of width {own.width:g}, features {own.features}", "choose its --preset")
    if own.trunk == ALEXNET and theirs.image_size != own.image_size:
        found = f"--init {source} is an {ALEXNET} for {theirs.image_size} px, whose dense layers fit no other size"
        raise RunError(found, f"an input of {theirs.image_size} px", "leave --preset and --image-size out")


def ancestors(source: str) -> list[dict[str, Any]]:
    """Return what weights have learned from: the sources and backgrounds of a run, then of those that it began with.

    Raises:
        RunError: the run is missing.
    """
    run = find_run(source)
    own = {"data": run.config["data"], "options": {"backgrounds": run.config["options"].get("backgrounds")}}
    return [own, *run.config.get("ancestors", [])]


def start_from(source: str, model: Any) -> None:
    """Take the weights of another run.

    Of the heads, the blocks of the classes that both know are taken, where bins agree; the rest, and temperatures,
    start anew.

    Raises:
        RunError: the run is missing, or its trunk is another one.
    """
    trained = load_trained(source)
    theirs, own = model_arrays(trained.model), model_arrays(model)
    for key, start in own.items():
        name = key.partition("/")[0]
        head = name.removesuffix("_dense")
        if name.endswith("_temperature"):
            theirs[key] = start
        elif head in HEADS and name != head:
            theirs[key] = _head(theirs.get(key), start, head, (trained.classes, model.classes))
    set_model_arrays(model, theirs, f"--init {source}")


def _head(
    theirs: np.ndarray | None, own: np.ndarray, head: str, classes: tuple[Sequence[str], Sequence[str]]
) -> np.ndarray:
    """Return a head's kernel or bias: theirs where the class and the shape agree, else its start."""
    if theirs is None or head.endswith(OFFSET):
        return theirs if theirs is not None and theirs.shape == own.shape else own
    from_blocks, to_blocks = (_blocks(value, len(names)) for value, names in zip((theirs, own), classes))
    if from_blocks.shape[:-2] != to_blocks.shape[:-2] or from_blocks.shape[-1] != to_blocks.shape[-1]:
        return own
    result = to_blocks.copy()
    for number, name in enumerate(classes[1]):
        if name in classes[0]:
            result[..., number, :] = from_blocks[..., classes[0].index(name), :]
    return result.reshape(own.shape)


def _blocks(value: np.ndarray, classes: int) -> np.ndarray:
    """Split the last axis into classes and what each has."""
    return value.reshape(*value.shape[:-1], classes, -1)


def freeze_layers(model: Any, names: str) -> None:
    """Keep the weights of layers as they are; their batch normalisation uses its running averages.

    Args:
        model: not yet compiled.
        names: ``trunk``, or what names of layers begin with, commas between; "" for none.

    Raises:
        UserError: a name that no layer begins with, or nothing is left that could learn.
    """
    chosen = [name.strip() for name in names.split(",") if name.strip()]
    for name in chosen:
        found = [layer for layer in model.layers if _belongs(layer.name, name)]
        if not found:
            known = ", ".join(dict.fromkeys(layer.name.split("_")[0] for layer in model.layers if layer.weights))
            raise UserError(f"--freeze {name}: no layer of this network begins with it", f"trunk, or one of {known}")
        for layer in found:
            layer.trainable = False
    if not model.trainable_weights:
        raise UserError(f"--freeze {names} leaves nothing to learn", "less of the network")


def _belongs(layer: str, name: str) -> bool:
    """Whether a layer is meant by ``name``."""
    if name != TRUNK:
        return layer.startswith(name)
    return not layer.startswith((*HEADS, "features"))
