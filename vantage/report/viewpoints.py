"""The part of a report that shows a viewpoint evaluation: figures, curves, and predictions drawn on their images."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import PurePath
from typing import Any

import numpy as np

from vantage.geometry.viewpoints import camera_from_object_rotation
from vantage.metrics.calibration import reliability
from vantage.metrics.viewpoint import (
    ACCURACY_THRESHOLD_DEG,
    FLIP_THRESHOLD_DEG,
    accuracy_curve,
    azimuth_confusion,
    azimuth_errors_deg,
    rotation_errors_deg,
)
from vantage.report import drawing, error_figures, figures
from vantage.report.cards import RENDER_BACKGROUND
from vantage.report.evaluations import StoredEvaluation, picture_groups
from vantage.report.html import Picture, Section, Stat, Table
from vantage.report.renders import Renders, View, view_of

TILE = 288
"""Side of a prediction's picture, px."""

TRUE_FRONT = (255, 255, 255)

LEGEND = (
    ("predicted front", drawing.FRONT_COLOUR),
    ("true front", TRUE_FRONT),
    *((f"{name} axis, predicted", colour) for name, colour in drawing.AXIS_COLOURS.items()),
)

FLIPS = "{count:d} ({share:.1%})"

COLUMNS = (
    ("views", "count", "{:d}"),
    ("acc π/6", "acc_pi_6", "{:.3f}"),
    ("median error", "med_err_deg", "{:.1f}°"),
    ("median, θ/√2", "med_err_deg_over_sqrt2", "{:.1f}°"),
    ("front-back flips", "front_back_flips", FLIPS),
    ("azimuth within 30°", "azimuth_acc_30", "{:.3f}"),
    ("azimuth median", "azimuth_med_err_deg", "{:.1f}°"),
)


def evaluation_title(evaluation: StoredEvaluation) -> str:
    """Return what was scored, in a few words: the data's last folder and the split; not the last weights are named."""
    data, split = data_title(evaluation.summary.get("data")), evaluation.summary.get("split")
    if not data:
        return evaluation.name
    title = f"{data}, {split}" if split else data
    return f"{title}, best weights" if evaluation.summary.get("weights") == "best" else title


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
    """Return the four figures that matter most, and the calibration error where it is known."""
    overall, calibration = evaluation.summary["overall"], evaluation.summary.get("calibration", {})
    stats = [
        Stat("Accuracy within π/6 (30°)", number(overall, "acc_pi_6", "{:.3f}"), f"{overall.get('count', '?')} views"),
        Stat("Median error", number(overall, "med_err_deg", "{:.1f}°"), "true geodesic angle"),
        Stat("Front-back flips", number(overall, "front_back_flips", "{:.1%}"), "azimuth off by more than 150°"),
        Stat("Azimuth median error", number(overall, "azimuth_med_err_deg", "{:.1f}°"), "azimuth alone"),
    ]
    if calibration:
        error = number(calibration, "expected_calibration_error", "{:.3f}")
        stats.append(Stat("Calibration error", error, "expected, of the confidence"))
    return stats


def number(values: dict[str, Any], key: str, form: str) -> str:
    """Format ``values[key]``, or return a dash where it is missing or no number."""
    value = values.get(key)
    if not isinstance(value, (int, float)):
        return "-"
    if form == FLIPS:
        return form.format(count=round(value * values["count"]), share=value) if "count" in values else f"{value:.1%}"
    return form.format(int(value) if form == "{:d}" else value)


def add_evaluation(section: Section, evaluation: StoredEvaluation, renders: Renders | None = None) -> None:
    """Append table, figures and pictures of one evaluation to ``section``; ``renders`` is prepared already."""
    section.table(class_table(evaluation, evaluation.summary))
    if "easy" in evaluation.summary:
        title = "Objects that are neither truncated nor occluded nor difficult, as published figures have it"
        section.table(class_table(evaluation, evaluation.summary["easy"], title))
    if not len(evaluation.predicted):
        section.prose("The single predictions of this evaluation were not stored, so there are no curves or pictures.")
        return
    errors = errors_of(evaluation)
    section.figures(evaluation_figures(evaluation, errors))
    confusions = class_confusions(evaluation)
    if confusions:
        section.heading("Azimuth of each class, true and predicted").figures(confusions, small=True)
    if len(evaluation.tiles):
        section.heading("Predictions").legend(LEGEND)
        section.prose(
            "Angles are azimuth, elevation, tilt. The network sees the box stretched to a square."
            + (f" {BESIDE}" if renders else "")
        )
        for name, indices in picture_groups(errors).items():
            section.pictures(list(_pictures(evaluation, errors, indices, renders)), name.capitalize())


BESIDE = (
    "Beside each stands a model of its class, not the object itself: first as the network says it is seen, then as it "
    "truly is."
)


def errors_of(evaluation: StoredEvaluation) -> np.ndarray:
    """Return the rotation errors [n] in degrees, symmetry taken into account."""
    return rotation_errors_deg(evaluation.predicted, evaluation.true, evaluation.symmetry)


def class_table(evaluation: StoredEvaluation, summary: dict[str, Any], caption: str = "") -> Table:
    """Return one row per class, their mean, the row of all views, and the best constant guess where it can be told."""
    columns = [column for column in COLUMNS if column[1] in summary["overall"]]
    named = dict(summary.get("per_class", {}))
    rows = [(name, named[name]) for name in sorted(named)] if len(named) > 1 else []
    if rows and "mean" in summary:
        rows.append(("mean of classes", summary["mean"]))
    rows.append(("all views" if rows else next(iter(named), "all"), summary["overall"]))
    cells = [[name, *(number(values, key, form) for _, key, form in columns)] for name, values in rows]
    notes = []
    if "acc_pi_6_no_symmetry" in summary["overall"]:
        overall = summary["overall"]
        notes.append(
            "A turn that shows the same picture of a symmetric object is no error. With it counted, accuracy is "
            f"{overall['acc_pi_6_no_symmetry']:.3f} and the median error {overall['med_err_deg_no_symmetry']:.1f}°."
        )
    if len(evaluation.true) and not caption:
        accuracy, median = best_constant(evaluation.true)
        notes.append(
            f"For scale: one and the same viewpoint guessed for every view reaches at best {accuracy:.3f} within π/6 "
            f"(median error then {median:.1f}°)."
        )
    titles = ["", *(title for title, _, _ in columns)]
    return Table(titles, cells, caption, " ".join(notes), strong=frozenset([len(cells) - 1]))


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
    """Return accuracy over threshold, calibration, confusion over azimuth, and error over azimuth, elevation, size."""
    thresholds = np.arange(0.0, 90.5, 1.0)
    classes = sorted(set(evaluation.categories.tolist()))
    curves = {}
    for name in classes if 1 < len(classes) <= 6 else ():
        curves[name] = (thresholds, accuracy_curve(errors[evaluation.categories == name], thresholds))
    curves["all views" if curves else (classes or ["all views"])[0]] = (thresholds, accuracy_curve(errors, thresholds))
    drawn = [figures.accuracy_curves(curves)]
    if len(evaluation.confidence):
        curve = reliability(evaluation.confidence, errors < ACCURACY_THRESHOLD_DEG)
        drawn.append(error_figures.calibration_curve(curve))
    drawn += [
        figures.azimuth_confusion(azimuth_confusion(evaluation.predicted, evaluation.true, 24)),
        figures.azimuth_errors(evaluation.true[:, 0], _azimuth_errors(evaluation)),
        error_figures.error_over_elevation(evaluation.true[:, 1], errors),
    ]
    if len(evaluation.sizes):
        drawn.append(error_figures.error_over_size(evaluation.sizes, errors))
    return drawn


def class_confusions(evaluation: StoredEvaluation) -> list[figures.FigureSvg]:
    """Return the confusion over azimuth of each class, where there are several."""
    classes = sorted(set(evaluation.categories.tolist()))
    flipped = _azimuth_errors(evaluation) > FLIP_THRESHOLD_DEG
    drawn = []
    for name in classes if len(classes) > 1 else ():
        own = evaluation.categories == name
        counts = azimuth_confusion(evaluation.predicted[own], evaluation.true[own], 16)
        drawn.append(error_figures.class_confusion(counts, name, int(flipped[own].sum())))
    return drawn


def _azimuth_errors(evaluation: StoredEvaluation) -> np.ndarray:
    """Return azimuth errors [n] in degrees, symmetry taken into account."""
    return azimuth_errors_deg(evaluation.predicted, evaluation.true, evaluation.symmetry)


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


def views_shown(evaluation: StoredEvaluation) -> list[View]:
    """Return class and viewpoint, predicted and true, of the views whose pictures a report shows."""
    if not len(evaluation.tiles):
        return []
    shown = {int(view) for group in picture_groups(errors_of(evaluation)).values() for view in group}
    shown &= {int(view) for view in evaluation.tile_of}
    both = (evaluation.predicted, evaluation.true)
    return [view_of(str(evaluation.categories[view]), angles[view]) for view in sorted(shown) for angles in both]


def _pictures(
    evaluation: StoredEvaluation, errors: np.ndarray, indices: np.ndarray, renders: Renders | None
) -> Iterator[Picture]:
    """Yield the stored pictures among ``indices``, drawn and captioned."""
    place = {int(view): tile for tile, view in enumerate(evaluation.tile_of)}
    for view in map(int, indices):
        if view in place:
            predicted, true = evaluation.predicted[view], evaluation.true[view]
            image = draw_prediction(evaluation.tiles[place[view]], predicted, true)
            category = str(evaluation.categories[view])
            drawn = [renders.get(category, angles) for angles in (predicted, true)] if renders else []
            yield Picture(_with_renders(image, drawn), _caption(evaluation, view, errors[view]))


def _with_renders(image: np.ndarray, drawn: Sequence[np.ndarray | None]) -> np.ndarray:
    """Lay the drawings at the predicted and at the true viewpoint beside a picture, where there are both."""
    if not drawn or any(render is None for render in drawn):
        return image
    panels = [image]
    for render, name in zip(drawn, ("predicted", "true")):
        canvas = drawing.Canvas(drawing.as_rgb(render, RENDER_BACKGROUND), image.shape[0] / render.shape[0])
        canvas.text((4, 2), name, size=30)
        panels.append(canvas.array()[: image.shape[0]])
    return np.concatenate(panels, axis=1)


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
