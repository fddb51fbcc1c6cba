"""Trained networks: opening them, running them on crops, scoring them."""

from __future__ import annotations

import dataclasses
import functools
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from render4cnn.confidence import WITHIN_DEG, confidence_within
from render4cnn.config import CATEGORY, Config
from render4cnn.data import Crops, class_indices, load_crops
from render4cnn.decoding import decode_viewpoints, distributions, mirror_average
from render4cnn.runs import WEIGHTS, find_run, read_settings
from vantage.errors import DataError, RunError
from vantage.records.augment import crop_only
from vantage.records.sources import fine_views, has_tilt
from vantage.training.checkpoint import read_arrays, set_model_arrays
from vantage.training.run_folder import RunFolder

PREDICT_BATCH = 64

PICTURE_SIZE = 160
"""Side of the crops that are kept with an evaluation, pixels."""

COLUMNS = ("count", "acc_pi_6", "med_err_deg", "med_err_deg_over_sqrt2", "front_back_flips")

NO_TILT = "the labels of {spec} have no tilt: it is 0 in both the true and the predicted rotation"

LEFT_OUT = "{left} of {whole} objects have no fine viewpoint and are not scored"

WITH_IMAGENET = (
    "ImageNet's photographs are among these; published figures are of VOC's alone: --data DATA,source=pascal"
)

EASY = "neither truncated nor occluded nor difficult, as published figures have it"

MIRRORED = "each prediction is averaged with that of the mirror image; --no-flip leaves it out, as training's curves do"


@dataclass(frozen=True)
class Trained:
    """A trained network.

    Args:
        model: the Keras model.
        config: what it was trained with.
        classes: names, in the order of the blocks of logits.
        run: the run folder it came from.
        which: ``last`` or ``best`` weights of the training; ``shipped`` where there is one kind.
    """

    model: Any
    config: Config
    classes: tuple[str, ...]
    run: RunFolder
    which: str = "last"


@dataclass(frozen=True)
class EvaluationResult:
    """Predictions and what they are worth.

    Args:
        predicted, true: [n, 3] azimuth, elevation, tilt, degrees.
        categories, names: n each.
        summary: the JSON of ``vantage evaluate``.
        errors: [n] geodesic distances, degrees; of symmetric objects the least over the turns that show the same.
        crops: what the network saw.
        confidence: [n] probability of an error below 30 degrees, by the network's own account.
    """

    predicted: np.ndarray
    true: np.ndarray
    categories: tuple[str, ...]
    names: tuple[str, ...]
    summary: dict[str, Any]
    errors: np.ndarray
    crops: Crops
    confidence: np.ndarray


def load_trained(run: str | Path | None = None, which: str = "last") -> Trained:
    """Open a trained network.

    Args:
        run: a run folder, the name of shipped weights, or None for the default ones.
        which: ``last`` weights of the training, or the ``best`` on the validation views. Shipped runs have one.

    Raises:
        RunError: missing, broken, or of another version.
    """
    from render4cnn.model import build_model

    folder = find_run(run)
    config, classes = read_settings(folder)
    model = build_model(config, classes)
    path, arrays = _weights(folder, which)
    set_model_arrays(model, arrays, str(path))
    return Trained(model, config, classes, folder, _KINDS.get(path.name, "shipped"))


_KINDS = {"last.npz": "last", "best.npz": "best"}


def _weights(folder: RunFolder, which: str) -> tuple[Path, dict[str, np.ndarray]]:
    """Return the arrays of a run's weights, whichever of the two files there is."""
    order = [folder.last, folder.best] if which == "last" else [folder.best, folder.last]
    path = next((path for path in (folder.weights, *order) if path.is_file()), None)
    if path is None:
        raise RunError(f"{folder.path} has no weights yet", "a run that was trained", "train it: add --resume")
    arrays = read_arrays(path)
    if path == folder.last:
        arrays = {key.removeprefix("model/"): value for key, value in arrays.items() if key.startswith("model/")}
    return path, arrays


def forward(model: Any, images: np.ndarray, batch_size: int = PREDICT_BATCH) -> dict[str, np.ndarray]:
    """Return the network's outputs for images uint8 or float [n, S, S, 3]; see `ViewpointModel`.

    The last batch is filled up, so that every call has one shape and the graph is traced once.
    """
    size = min(batch_size, len(images))
    parts: dict[str, list[np.ndarray]] = {}
    for start in range(0, len(images), size):
        batch = as_float(images[start : start + size])
        count = len(batch)
        batch = np.concatenate([batch, np.repeat(batch[-1:], size - count, axis=0)]) if count < size else batch
        for name, value in model.predict_on_batch(batch).items():
            parts.setdefault(name, []).append(np.asarray(value)[:count])
    return {name: np.concatenate(values) for name, values in parts.items()}


def as_float(images: np.ndarray) -> np.ndarray:
    """Return images as float32 in [0, 1]."""
    return images.astype(np.float32) / 255.0 if images.dtype == np.uint8 else images.astype(np.float32)


def predict_probabilities(model: Any, images: np.ndarray, class_index: np.ndarray, flip: bool) -> dict[str, np.ndarray]:
    """Return the probability of every bin within each image's class.

    Args:
        model: the network.
        images: uint8, or float in [0, 1], [n, S, S, 3].
        class_index: int [n].
        flip: average with the mirror image's (twice the time).

    Returns:
        as `distributions`.
    """
    straight = distributions(forward(model, images), class_index)
    if not flip:
        return straight
    return mirror_average(straight, distributions(forward(model, images[:, :, ::-1]), class_index))


@dataclass(frozen=True)
class Told:
    """What a network says of n crops.

    Args:
        viewpoints: [n, 3] azimuth, elevation, tilt, degrees.
        confidence: [n] probability of an error below 30 degrees.
        classes: int [n], the class that each looks most like; None where the network does not tell it.
    """

    viewpoints: np.ndarray
    confidence: np.ndarray
    classes: np.ndarray | None = None


def decode(trained: Trained, probabilities: dict[str, np.ndarray], no_tilt: bool, folds: np.ndarray) -> Told:
    """Turn the probabilities of each crop's class into viewpoints.

    Args:
        trained: the network that they come from.
        probabilities: as `distributions`.
        no_tilt: the tilt is known to be 0.
        folds: int [n], of the objects' symmetry, which the confidence takes into account.
    """
    viewpoints = decode_viewpoints(probabilities, trained.config.model.decode)
    if no_tilt:
        viewpoints[:, 2] = 0.0
    classes = probabilities[CATEGORY].argmax(axis=1) if CATEGORY in probabilities else None
    return Told(viewpoints, confidence_within(probabilities, viewpoints, no_tilt, folds), classes)


def tell(trained: Trained, crops: Crops, flip: bool, no_tilt: bool = False) -> Told:
    """Return the viewpoints of crops whose class is given.

    Raises:
        DataError: a class that the weights do not know.
    """
    index = class_indices(crops.categories, trained.classes)
    return decode(trained, predict_probabilities(trained.model, crops.images, index, flip), no_tilt, crops.folds)


def evaluate_crops(trained: Trained, crops: Crops, flip: bool, no_tilt: bool) -> EvaluationResult:
    """Score a network on crops.

    Args:
        trained: the network.
        crops: at least one.
        flip: average with the mirror images.
        no_tilt: the labels have no tilt: set the predicted one to 0, as the true one is.
    """
    from vantage.metrics.viewpoint import evaluation_summary, rotation_errors_deg

    told = tell(trained, crops, flip, no_tilt)
    predicted, true = told.viewpoints, crops.viewpoints
    summary = evaluation_summary(predicted, true, crops.categories, crops.folds)
    errors = rotation_errors_deg(predicted, true, crops.folds)
    summary["calibration"] = _calibration(told.confidence, errors)
    if told.classes is not None:
        summary["class_accuracy"] = float(np.mean(told.classes == class_indices(crops.categories, trained.classes)))
    if 0 < crops.hard.sum() < len(crops):
        names = [name for name, hard in zip(crops.categories, crops.hard) if not hard]
        summary["easy"] = evaluation_summary(
            *(v[~crops.hard] for v in (predicted, true)), names, crops.folds[~crops.hard]
        )
    return EvaluationResult(predicted, true, crops.categories, crops.names, summary, errors, crops, told.confidence)


def _calibration(confidence: np.ndarray, errors: np.ndarray) -> dict[str, Any]:
    """Return how well the confidence tells the share of errors below 30 degrees, with its reliability curve."""
    from vantage.metrics.calibration import reliability

    curve = reliability(confidence, errors < WITHIN_DEG)
    rows = zip(curve.edges[1:], curve.count, curve.confidence, curve.accuracy)
    names = ("up_to", "count", "confidence", "accuracy")
    return {
        "expected_calibration_error": curve.expected_error,
        "largest_calibration_error": curve.largest_error,
        "mean_confidence": float(np.mean(confidence)),
        "bins": [dict(zip(names, map(float, row))) for row in rows if row[1]],
    }


def scored_views(source: Any, spec: str) -> Any:
    """Return the views of a source that can be scored: those with a fine viewpoint.

    Raises:
        DataError: there is none.
    """
    fine = fine_views(source)
    if not len(fine):
        count = f"{len(source)} view{'s' * (len(source) != 1)}" if len(source) else "no view"
        found = f"{spec} has {count}" + (", none with azimuth and elevation" if len(source) else "")
        raise DataError(found, "at least one that can be scored", "choose another split or other options")
    return fine


def evaluate(trained: Trained, source: Any, spec: str, split: str, flip: bool = True) -> EvaluationResult:
    """Score a network on every view of a source whose viewpoint is fine.

    Raises:
        DataError: a class that the weights do not know, a view that cannot be read, or none to score.
    """
    start = time.monotonic()
    whole, source = len(source), scored_views(source, spec)
    tilted = has_tilt(source)
    crops = load_crops(source, trained.config.model.image_size)
    loaded = time.monotonic()
    result = evaluate_crops(trained, crops, flip, not tilted)
    end = time.monotonic()
    notes = [] if tilted else [NO_TILT.format(spec=spec)]
    notes += [LEFT_OUT.format(left=whole - len(crops), whole=whole)] if len(crops) < whole else []
    notes += [WITH_IMAGENET] if spec.startswith("pascal3d:") and ",source=" not in spec else []
    notes += [MIRRORED] if flip else []
    extra = {"data": spec, "split": split, "run": str(trained.run.path), "flip": flip, "notes": notes}
    extra["weights"] = trained.which
    times = {"seconds": end - start, "images_per_second": len(crops) / max(end - loaded, 1e-9)}
    summary = {**result.summary, **extra, **times}
    return dataclasses.replace(result, summary=summary)


def own_folder(run: str | Path | None) -> Path | None:
    """Return the folder of a run that the user named, where it can be written; shipped weights keep no evaluations."""
    folder = None if run is None else find_run(run).path
    own = folder is not None and folder.resolve().parent != WEIGHTS and os.access(folder, os.W_OK)
    return folder if own else None


def store(result: EvaluationResult, folder: str | Path, source: Any) -> Path:
    """Keep an evaluation of ``source`` in a folder, such as its run's, for the report; return the JSON's path."""
    from vantage.report.evaluations import store_evaluation

    source = fine_views(source)
    name = scored_name(result.summary)
    truth = (result.predicted, result.true, result.categories, result.names, result.errors)
    further = {"confidence": result.confidence, "folds": result.crops.folds, "sizes": result.crops.sizes}
    picture = functools.partial(_picture, source)
    return store_evaluation(folder, name, result.summary, *truth, picture, **further)


def scored_name(summary: Mapping[str, Any]) -> str:
    """Return what tells a score from the others of its run: data and split, and the best weights where it is theirs."""
    return f"{summary['data']} {summary['split']}{' best' * (summary['weights'] == 'best')}"


def _picture(source: Any, number: int) -> np.ndarray:
    """Return the box of a view as people shall see it, not stretched: uint8 [S, S, 3]."""
    from vantage.report.cards import RENDER_BACKGROUND

    view = {**source[number], "real": False}  # what lies outside a photograph is background too
    shown = crop_only(view, PICTURE_SIZE, 0.04, keep_aspect=True, background=RENDER_BACKGROUND)["image"]
    return np.rint(shown * 255).astype(np.uint8)


def show(summary: dict[str, Any]) -> None:
    """Print the metrics as a table."""
    from rich.table import Table

    from vantage.console import results

    scored = {"": summary, **({EASY: summary["easy"]} if "easy" in summary else {})}
    for title, part in scored.items():
        table = Table("", *COLUMNS, title=title or None, title_justify="left")
        rows = part["per_class"] if len(part["per_class"]) > 1 else {}
        mean = {"mean": part["mean"]} if rows else {}
        for name, metrics in {**rows, **mean, "all": part["overall"]}.items():
            table.add_row(name, *(f"{metrics[column]:.4g}" if column in metrics else "" for column in COLUMNS))
        results.print(table)
    error = summary["calibration"]["expected_calibration_error"]
    results.print(f"expected calibration error of the confidence: {error:.3f}", markup=False)
    if "class_accuracy" in summary:
        results.print(f"class told rightly where it is not given: {summary['class_accuracy']:.3f}", markup=False)
    for note in summary["notes"]:
        results.print(note, markup=False, soft_wrap=True)
