"""The part of a report that shows a viewpoint evaluation: figures, curves, and predictions drawn on their images."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath
from typing import Any

import numpy as np

from vantage.geometry.viewpoints import camera_from_object_rotation
from vantage.metrics.viewpoint import (
    ACCURACY_THRESHOLD_DEG,
    accuracy_curve,
    azimuth_confusion,
    azimuth_errors_deg,
    rotation_errors_deg,
)
from vantage.report import drawing, figures
from vantage.report.evaluations import StoredEvaluation, picture_groups
from vantage.report.html import Picture, Section, Stat, Table

TILE = 288
"""Side of a prediction's picture, px."""

TRUE_FRONT = (255, 255, 255)

LEGEND = (
    ("predicted front", drawing.FRONT_COLOUR),
    ("true front", TRUE_FRONT),
    *((f"{name} axis, predicted", colour) for name, colour in drawing.AXIS_COLOURS.items()),
)

COLUMNS = (
    ("views", "count", "{:d}"),
    ("acc π/6", "acc_pi_6", "{:.3f}"),
    ("median error", "med_err_deg", "{:.1f}°"),
    ("median, θ/√2", "med_err_deg_over_sqrt2", "{:.1f}°"),
    ("front-back flips", "front_back_flips", "{:.1%}"),
    ("azimuth within 30°", "azimuth_acc_30", "{:.3f}"),
    ("azimuth median", "azimuth_med_err_deg", "{:.1f}°"),
)


def evaluation_title(evaluation: StoredEvaluation) -> str:
    """Return what was scored, in a few words: the data's last folder and the split."""
    data, split = data_title(evaluation.summary.get("data")), evaluation.summary.get("split")
    if not data:
        return evaluation.name
    return f"{data}, {split}" if split else data


def data_title(data: Any) -> str:
    """Shorten ``cars:/a/b/set`` to ``set (photographs)`` and ``/a/b/renders`` to ``renders``; lists are joined."""
    if isinstance(data, (list, tuple)):
        return " and ".join(filter(None, map(data_title, data)))
    prefix, _, path = str(data or "").rpartition(":")
    name = PurePath(path).name or path
    return {"": name, "cars": f"{name} (photographs)"}.get(prefix, f"{prefix}:{name}")


def is_photographs(evaluation: StoredEvaluation) -> bool:
    """Whether the views are photographs whose labels have no tilt."""
    return str(evaluation.summary.get("data", "")).startswith("cars:")


def headline(evaluation: StoredEvaluation) -> list[Stat]:
    """Return the four figures that matter most."""
    overall = evaluation.summary["overall"]
    return [
        Stat("Accuracy within π/6 (30°)", number(overall, "acc_pi_6", "{:.3f}"), f"{overall.get('count', '?')} views"),
        Stat("Median error", number(overall, "med_err_deg", "{:.1f}°"), "true geodesic angle"),
        Stat("Front-back flips", number(overall, "front_back_flips", "{:.1%}"), "azimuth off by more than 150°"),
        Stat("Azimuth median error", number(overall, "azimuth_med_err_deg", "{:.1f}°"), "azimuth alone"),
    ]


def number(values: dict[str, Any], key: str, form: str) -> str:
    """Format ``values[key]``, or return a dash where it is missing or no number."""
    value = values.get(key)
    if not isinstance(value, (int, float)):
        return "-"
    return form.format(int(value) if form == "{:d}" else value)


def add_evaluation(section: Section, evaluation: StoredEvaluation) -> None:
    """Append table, figures and pictures of one evaluation to ``section``."""
    section.table(class_table(evaluation))
    if not len(evaluation.predicted):
        section.prose("The single predictions of this evaluation were not stored, so there are no curves or pictures.")
        return
    errors = rotation_errors_deg(evaluation.predicted, evaluation.true)
    section.figures(evaluation_figures(evaluation, errors))
    if len(evaluation.tiles):
        section.heading("Predictions").legend(LEGEND)
        section.prose(
            "Angles are azimuth, elevation, tilt. The crops are stretched as the network sees them, only larger."
        )
        for name, indices in picture_groups(errors).items():
            section.pictures(list(_pictures(evaluation, errors, indices)), name.capitalize())


def class_table(evaluation: StoredEvaluation) -> Table:
    """Return one row per class, the overall row, and the best constant guess where predictions are stored."""
    columns = [column for column in COLUMNS if column[1] in evaluation.summary["overall"]]
    named = dict(evaluation.summary.get("per_class", {}))
    rows = [(name, named[name]) for name in sorted(named)] if len(named) > 1 else []
    rows.append(("all" if rows else next(iter(named), "all"), evaluation.summary["overall"]))
    cells = [[name, *(number(values, key, form) for _, key, form in columns)] for name, values in rows]
    note = ""
    if len(evaluation.true):
        accuracy, median = best_constant(evaluation.true)
        note = (
            f"For scale: one and the same viewpoint guessed for every view reaches at best {accuracy:.3f} within π/6 "
            f"(median error then {median:.1f}°)."
        )
    return Table(["", *(title for title, _, _ in columns)], cells, note=note, strong=frozenset([len(cells) - 1]))


def best_constant(true: np.ndarray) -> tuple[float, float]:
    """Return accuracy within 30 degrees and median error of the best of 72 azimuths, at median elevation and tilt.

    Args:
        true: [n, 3] degrees.
    """
    rest = np.median(np.asarray(true, float)[:, 1:], axis=0)
    guesses = (np.broadcast_to([azimuth, *rest], np.shape(true)) for azimuth in range(0, 360, 5))
    scores = []
    for guess in guesses:
        errors = rotation_errors_deg(guess, true)
        scores.append((float(np.mean(errors < ACCURACY_THRESHOLD_DEG)), float(np.median(errors))))
    return max(scores)


def evaluation_figures(evaluation: StoredEvaluation, errors: np.ndarray) -> list[figures.FigureSvg]:
    """Return accuracy over threshold, confusion over azimuth, and error over true azimuth."""
    thresholds = np.arange(0.0, 90.5, 1.0)
    classes = sorted(set(evaluation.categories.tolist()))
    curves = {}
    for name in classes if 1 < len(classes) <= 6 else ():
        curves[name] = (thresholds, accuracy_curve(errors[evaluation.categories == name], thresholds))
    curves["all views" if curves else (classes or ["all views"])[0]] = (thresholds, accuracy_curve(errors, thresholds))
    return [
        figures.accuracy_curves(curves),
        figures.azimuth_errors(evaluation.true[:, 0], azimuth_errors_deg(evaluation.predicted, evaluation.true)),
        figures.azimuth_confusion(azimuth_confusion(evaluation.predicted, evaluation.true, 24)),
    ]


def draw_prediction(image: np.ndarray, predicted, true=None, size: int = TILE, labels: bool = False) -> np.ndarray:
    """Draw a predicted viewpoint's axes on its image, and the true front as a white arrow.

    Args:
        image: uint8 [h, w, 3 or 4].
        predicted, true: azimuth, elevation, tilt in degrees.
        size: of the result's longer side, px.
        labels: write the axes' names.
    """
    canvas = drawing.Canvas(image, size / max(image.shape[:2]))
    if true is not None:  # below the prediction and longer, so that both show where they agree
        front = -camera_from_object_rotation(*np.asarray(true, float)[:3])[:2, 1]
        start = np.array([image.shape[1], image.shape[0]]) / 2.0
        canvas.arrow(start, start + 1.55 * drawing.axis_length(*image.shape[:2]) * front, TRUE_FRONT, 0.9)
    canvas.axes(camera_from_object_rotation(*np.asarray(predicted, float)[:3]), labels=labels)
    return canvas.array()


def _pictures(evaluation: StoredEvaluation, errors: np.ndarray, indices: np.ndarray) -> Iterator[Picture]:
    """Yield the stored pictures among ``indices``, drawn and captioned."""
    place = {int(view): tile for tile, view in enumerate(evaluation.tile_of)}
    for view in map(int, indices):
        if view in place:
            predicted, true = evaluation.predicted[view], evaluation.true[view]
            image = draw_prediction(evaluation.tiles[place[view]], predicted, true)
            yield Picture(image, _caption(evaluation, view, errors[view]))


def _caption(evaluation: StoredEvaluation, view: int, error: float) -> list[str]:
    """Return error, angles, class and name of a view."""
    lines = [
        f"{error:.1f}° off",
        f"said {_angles(evaluation.predicted[view])}",
        f"true {_angles(evaluation.true[view])}",
    ]
    name = PurePath(str(evaluation.names[view])).name if len(evaluation.names) else ""
    category = str(evaluation.categories[view]) if len(evaluation.categories) else ""
    return [*lines, " · ".join(filter(None, (category, name)))]


def _angles(viewpoint: np.ndarray) -> str:
    """Return azimuth, elevation and tilt in whole degrees."""
    azimuth, *others = (round(float(angle)) for angle in viewpoint[:3])
    return ", ".join(f"{angle}°" for angle in (azimuth % 360, *others))
