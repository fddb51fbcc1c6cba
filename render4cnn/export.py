"""Trained networks for other programs: SavedModel, ONNX, LiteRT, with all that is needed to use them without Vantage.

OUT/saved_model/    TensorFlow
OUT/model.onnx      ONNX Runtime and others
OUT/model.tflite    LiteRT (phones, microcontrollers)
OUT/model.json      classes, input, outputs, the decoding rule, checksums
OUT/predict.py      uses any of them; needs NumPy, Pillow and the runtime
OUT/model_card.md   what the network was trained on, where the run has one
"""

from __future__ import annotations

import hashlib
import importlib.util
import logging
import shutil
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from render4cnn.config import ANGLES, CATEGORY, OFFSET, Config
from render4cnn.decoding import OFFSET_BINS, PEAK_WINDOW, decode_viewpoints, distributions
from render4cnn.evaluate import Trained
from vantage.console import console, write_json
from vantage.errors import UserError
from vantage.quiet import withheld
from vantage.staging import refuse_occupied, staged

FORMAT_VERSION = 1
"""Of model.json."""

INSTALL = "pip install 'vantage[export]'"


@dataclass(frozen=True)
class Format:
    """One format.

    Args:
        file: its place in the folder.
        keras: what Keras calls it.
        packages: Python packages that writing it needs.
    """

    file: str
    keras: str
    packages: tuple[str, ...] = ()


FORMATS = {
    "onnx": Format("model.onnx", "onnx", ("tf2onnx", "onnx")),
    "litert": Format("model.tflite", "litert"),
    "savedmodel": Format("saved_model", "tf_saved_model"),
}


def check_formats(out: Path, formats: Sequence[str]) -> None:
    """Refuse what cannot be written before the network is opened.

    Raises:
        UserError: no format, ``out`` is not empty, a package is missing, or Keras runs on another backend.
    """
    if not formats:
        raise UserError("no --to was given", f"one or more of {', '.join(FORMATS)}")
    refuse_occupied(out)
    for name in formats:
        for package in FORMATS[name].packages:
            if importlib.util.find_spec(package) is None:
                found = f"--to {name} needs the Python package {package!r}, which is not installed"
                raise UserError(found, do=INSTALL)
    import keras

    if keras.backend.backend() != "tensorflow":
        found = f"Keras runs on {keras.backend.backend()}"
        raise UserError(found, "TensorFlow, which alone writes all formats", "set KERAS_BACKEND=tensorflow")


def export_model(trained: Trained, out: Path, formats: Sequence[str]) -> dict[str, Any]:
    """Write a network in each of ``formats``; the folder is whole or not there.

    Returns:
        What model.json says.

    Raises:
        UserError: see ``check_formats``.
    """
    check_formats(out, formats)
    formats = [name for name in FORMATS if name in formats]
    described = describe(trained)  # first, since Keras exports only what has been called
    with staged(out) as folder:
        for name in formats:
            console.print(f"writing {FORMATS[name].file}", markup=False)
            _write(trained.model, folder / FORMATS[name].file, FORMATS[name].keras)
        files = {name: _facts(folder, FORMATS[name].file) for name in formats}
        described |= {"files": files}
        write_json(folder / "model.json", described)
        shutil.copyfile(Path(__file__).with_name("standalone.py"), folder / "predict.py")
        card = trained.run.path / "model_card.md"
        if card.is_file():
            shutil.copyfile(card, folder / "model_card.md")
    return described


def _write(model: Any, path: Path, keras_format: str) -> None:
    """Write one format without the converters' chatter."""
    with withheld(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        before = logging.root.manager.disable
        logging.disable(logging.WARNING)
        try:
            model.export(str(path), format=keras_format, verbose=False)
        finally:
            logging.disable(before)


def _facts(folder: Path, name: str) -> dict[str, Any]:
    """Return size and checksum of a file; of a folder its size."""
    path = folder / name
    if path.is_dir():
        return {"file": name, "bytes": sum(item.stat().st_size for item in path.rglob("*") if item.is_file())}
    content = path.read_bytes()
    return {"file": name, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def describe(trained: Trained) -> dict[str, Any]:
    """Return what model.json says of a network, but for its files."""
    size, value = trained.config.model.image_size, 0.5
    grey = np.full((1, size, size, 3), value, np.float32)
    outputs = {name: np.asarray(found) for name, found in trained.model.predict_on_batch(grey).items()}
    return {
        "format_version": FORMAT_VERSION,
        "model": "render4cnn",
        "preset": trained.config.preset,
        "run": trained.run.path.name,
        "classes": list(trained.classes),
        "input": {
            "name": "image",
            "shape": [None, size, size, 3],
            "dtype": "float32",
            "layout": "batch, rows from the top, columns from the left, RGB",
            "range": [0.0, 1.0],
            "normalisation": "pixel values / 255, nothing else: means and deviations are inside the network",
            "crop": "the object's box, clamped to the upright photograph (EXIF orientation applied), stretched to the "
            "square with antialiased bilinear resampling",
        },
        "outputs": {name: _output(name, values) for name, values in outputs.items()},
        "decoding": decoding_rule(trained.config, outputs),
        "angles": {
            "azimuth": "[0, 360) degrees: 0 sees the object's front, 90 has the front pointing to the image's left",
            "elevation": "[-90, 90] degrees: positive from above",
            "tilt": "(-180, 180] degrees: positive turns the content of the picture counter-clockwise",
            "rotation": "camera_from_object = diag(1, -1, -1) Rz(tilt) Rx(elevation - 90) Rz(-azimuth); the object has "
            "z up and its front along -y, the camera x right, y down, z forward",
        },
        "check": {**_check(trained, outputs), "every_value": value},
    }


def _output(name: str, values: np.ndarray) -> dict[str, Any]:
    """Return what is said of one output."""
    shape = [None, *values.shape[1:]]
    if name == CATEGORY:
        return {"shape": shape, "meaning": "logits of the classes"}
    bins = {"shape": shape, "bins": shape[-1], "bin_width_deg": 360.0 / shape[-1]}
    if name.endswith(OFFSET):
        meaning = "how far beside each bin's centre the angle lies if it is of that bin, in bin widths; for all classes"
    else:
        meaning = "logits; block c is class c; bin i is centred at i * bin_width_deg"
    return {**bins, "meaning": meaning}


def decoding_rule(config: Config, outputs: Mapping[str, Any]) -> dict[str, Any]:
    """Return how outputs become angles, in words and in numbers."""
    peak = "p = softmax over the bins of the class; k is the bin with the largest p; the angle is bin_width_deg * "
    plain = "(k + sum(s * p[(k + s) mod bins]) / sum(p[(k + s) mod bins])), s from -r to r, "
    plain += "r = max(1, floor(window_deg / bin_width_deg))"
    beside = "(k + sum((s + offset[(k + s) mod bins]) * p[(k + s) mod bins]) / sum(p[(k + s) mod bins])), "
    beside += "s from -offset_bins to offset_bins"
    has_offsets = f"{ANGLES[0]}{OFFSET}" in outputs
    rule = "k" if config.model.decode == "argmax" else beside if has_offsets else plain
    told = "the largest logit of the output category, or one that the caller knows"
    known = "one that the caller knows: the network does not compare classes"
    return {
        "method": config.model.decode,
        "window_deg": PEAK_WINDOW,
        "offset_bins": OFFSET_BINS,
        "rule": peak + rule,
        "ranges": "azimuth modulo 360; elevation, tilt 180 - ((180 - angle) mod 360); elevation clipped to [-90, 90]",
        "class": told if CATEGORY in outputs else known,
    }


def _check(trained: Trained, outputs: Mapping[str, np.ndarray]) -> dict[str, Any]:
    """Return the viewpoint that an input which anybody can make must give."""
    own = distributions(outputs, np.zeros(1, int))
    angles = decode_viewpoints(own, trained.config.model.decode)[0]
    return {
        "category": trained.classes[0],
        "viewpoint": {name: round(float(angle), 4) for name, angle in zip(ANGLES, angles)},
        "tolerance_deg": 0.05,
    }
