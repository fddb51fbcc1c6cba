"""How well viewpoints are told: geodesic error, accuracy within pi/6, azimuth alone, front-back flips.

A viewpoint is a row ``azimuth, elevation, tilt`` in degrees, PASCAL3D+ meaning. Data without a tilt (the car
photographs) have it as 0 in both arguments.

Metrics of Tulsiani and Malik, "Viewpoints and keypoints" (CVPR 2015), as used by Su et al., "Render for CNN" (ICCV
2015): the error is the geodesic distance of the two rotations. Render for CNN's released script
(``view_estimation/compute_vp_acc_mederror.m``) takes MATLAB's ``norm(logm(..)) / sqrt(2)``, where the norm is the
spectral one, and so reports the angle divided by sqrt(2); here the true angle is reported, and the other beside it
as ``med_err_deg_over_sqrt2`` for comparison with tables that used the script.

Where objects have a symmetry (`vantage.geometry.symmetry`), ``folds`` says so, one a view: 1 for none, n for a turn
by 360 / n about the vertical axis, 0 for any turn. A prediction that shows the same picture is then no error.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from vantage.errors import UserError
from vantage.geometry.symmetry import Symmetry, symmetric_geodesic
from vantage.geometry.viewpoints import camera_from_object_rotation, viewpoint_distance_deg, wrap_degrees

ACCURACY_THRESHOLD_DEG = 30.0
"""Pi/6."""

FLIP_THRESHOLD_DEG = 150.0
"""An azimuth error above this is a front-back flip."""

CURVE_DEG = (*range(5, 95, 5), 120, 150, 181)
"""Thresholds of the accuracy curve that is part of a summary."""

ANGLES = ("azimuth", "elevation", "tilt")


def rotation_errors_deg(predicted: np.ndarray, true: np.ndarray, folds: np.ndarray | None = None) -> np.ndarray:
    """Return the geodesic angle [n] in degrees between predicted and true viewpoints.

    Args:
        predicted, true: [n, 3] azimuth, elevation, tilt, degrees.
        folds: int [n], of the objects' symmetry; none without it. The angle is the least over the turns that leave
            the object as it is; with fold 0 that is the one between the two images of the vertical axis.

    Raises:
        UserError: for NaN or infinity, other shapes, different lengths, or no rows.
    """
    predicted, true = _checked(predicted, true)
    errors = viewpoint_distance_deg(predicted, true)
    for fold, chosen in _by_fold(folds, len(true)):
        rotations = (camera_from_object_rotation(*values[chosen].T) for values in (predicted, true))
        errors[chosen] = symmetric_geodesic(*rotations, Symmetry(fold=fold))
    return errors


def azimuth_errors_deg(predicted: np.ndarray, true: np.ndarray, folds: np.ndarray | None = None) -> np.ndarray:
    """Return the absolute azimuth difference [n] in [0, 180] degrees; arguments and errors as above.

    With a symmetry of fold n it is at most 180 / n, and with fold 0 it is 0.
    """
    predicted, true = _checked(predicted, true)
    difference = predicted[:, 0] - true[:, 0]
    errors = np.abs(wrap_degrees(difference))
    for fold, chosen in _by_fold(folds, len(true)):
        period = 360.0 / fold if fold else 360.0
        near = np.mod(difference[chosen], period)
        errors[chosen] = np.minimum(near, period - near) if fold else 0.0
    return errors


def viewpoint_summary(
    predicted: np.ndarray, true: np.ndarray, folds: np.ndarray | None = None
) -> dict[str, float | int]:
    """Return the metrics of a set of views.

    - ``count``: views.
    - ``acc_pi_6``: share with a geodesic error below 30 degrees.
    - ``med_err_deg``: median geodesic error, degrees.
    - ``med_err_deg_over_sqrt2``: the same divided by sqrt(2), which released Render-for-CNN code reports.
    - ``mean_err_deg``: mean geodesic error, degrees.
    - ``azimuth_acc_30``, ``azimuth_med_err_deg``: the same of the azimuth alone.
    - ``elevation_med_err_deg``, ``tilt_med_err_deg``: median absolute difference of these angles.
    - ``front_back_flips``: share with an azimuth error above 150 degrees.
    - ``acc_pi_6_no_symmetry``, ``med_err_deg_no_symmetry``: where an object has a symmetry, what the first two are
      without taking it into account.

    Args:
        predicted, true: [n, 3] azimuth, elevation, tilt, degrees.
        folds: int [n], of the objects' symmetry; none without it.

    Raises:
        UserError: as `rotation_errors_deg`.
    """
    errors = rotation_errors_deg(predicted, true, folds)
    azimuth = azimuth_errors_deg(predicted, true, folds)
    differences = np.abs(wrap_degrees(np.asarray(predicted, np.float64) - np.asarray(true, np.float64)))
    median = float(np.median(errors))
    summary = {
        "count": len(errors),
        "acc_pi_6": float(np.mean(errors < ACCURACY_THRESHOLD_DEG)),
        "med_err_deg": median,
        "med_err_deg_over_sqrt2": median / float(np.sqrt(2.0)),
        "mean_err_deg": float(np.mean(errors)),
        "azimuth_acc_30": float(np.mean(azimuth < ACCURACY_THRESHOLD_DEG)),
        "azimuth_med_err_deg": float(np.median(azimuth)),
        **{f"{name}_med_err_deg": float(np.median(differences[:, i])) for i, name in enumerate(ANGLES) if i},
        "front_back_flips": float(np.mean(azimuth > FLIP_THRESHOLD_DEG)),
    }
    if folds is not None and (np.asarray(folds) != 1).any():
        plain = rotation_errors_deg(predicted, true)
        summary["acc_pi_6_no_symmetry"] = float(np.mean(plain < ACCURACY_THRESHOLD_DEG))
        summary["med_err_deg_no_symmetry"] = float(np.median(plain))
    return summary


def evaluation_summary(
    predicted: np.ndarray, true: np.ndarray, class_names: Sequence[str], folds: np.ndarray | None = None
) -> dict[str, dict]:
    """Return ``{"overall": {...}, "mean": {...}, "per_class": {name: {...}}, "accuracy_curve": {...}}``.

    ``overall`` and each class are as `viewpoint_summary` gives them; ``overall`` counts every view alike. ``mean`` is
    that of the classes (without their counts), which is what published tables give. ``accuracy_curve`` holds
    ``below_deg`` and the share of errors below these, ``overall`` and ``per_class``.

    Args:
        predicted, true: [n, 3] azimuth, elevation, tilt, degrees.
        class_names: n names, one a view.
        folds: int [n], of the objects' symmetry; none without it.

    Raises:
        UserError: as `rotation_errors_deg`, and for another number of names.
    """
    predicted, true = _checked(predicted, true)
    names = np.asarray([str(name) for name in class_names])
    if len(names) != len(true):
        raise UserError(f"{len(names)} class names were given for {len(true)} views", "one name a view")
    folds = np.ones(len(true), int) if folds is None else np.asarray(folds)
    per_class = {
        str(name): viewpoint_summary(*(values[names == name] for values in (predicted, true, folds)))
        for name in np.unique(names)
    }
    overall = viewpoint_summary(predicted, true, folds)
    errors = rotation_errors_deg(predicted, true, folds)
    shares = {str(name): accuracy_curve(errors[names == name], CURVE_DEG).tolist() for name in np.unique(names)}
    curve = {"below_deg": list(CURVE_DEG), "overall": accuracy_curve(errors, CURVE_DEG).tolist(), "per_class": shares}
    mean = _class_mean(list(per_class.values()), overall)
    return {"overall": overall, "mean": mean, "per_class": per_class, "accuracy_curve": curve}


def _class_mean(rows: list[dict[str, float]], overall: dict[str, float]) -> dict[str, float]:
    """Return the mean of each figure over classes; one without symmetry has the same figure both ways."""
    values = {
        key: [row.get(key, row.get(key.removesuffix("_no_symmetry"))) for row in rows]
        for key in overall
        if key != "count"
    }
    return {key: float(np.mean(column)) for key, column in values.items()}


def accuracy_curve(errors: np.ndarray, thresholds: np.ndarray) -> np.ndarray:
    """Return, for each threshold [m], the share of ``errors`` [n] below it.

    Raises:
        UserError: for NaN or no errors.
    """
    errors = np.sort(_numbers("errors", errors).ravel())
    if not len(errors):
        raise UserError("no errors were given", "at least one")
    if np.isnan(errors).any():
        raise UserError(f"{int(np.isnan(errors).sum())} of {len(errors)} errors are NaN", "numbers")
    return np.searchsorted(errors, np.asarray(thresholds, np.float64), side="left") / len(errors)


def azimuth_confusion(predicted: np.ndarray, true: np.ndarray, bins: int) -> np.ndarray:
    """Return counts [bins, bins]: rows true azimuth, columns predicted, the first bin centred on 0 degrees.

    Args:
        predicted, true: azimuths [n], or viewpoints [n, 2 or more] whose first column it is; degrees.
        bins: of width 360 / bins.

    Raises:
        UserError: for NaN, different lengths, or fewer than one bin.
    """
    if bins < 1:
        raise UserError(f"{bins} bins were asked for", "at least one")
    predicted, true = (_azimuths(name, values) for name, values in (("predicted", predicted), ("true", true)))
    if predicted.shape != true.shape:
        raise UserError(f"{len(predicted)} predicted and {len(true)} true azimuths were given", "as many of both")
    rows, columns = (azimuth_bins(values, bins) for values in (true, predicted))
    return np.bincount(rows * bins + columns, minlength=bins * bins).reshape(bins, bins)


def azimuth_bins(azimuth: np.ndarray, bins: int) -> np.ndarray:
    """Return the bin [n] of azimuths in degrees; bin 0 is centred on 0 (the convention of AVP in PASCAL3D+)."""
    width = 360.0 / bins
    return np.floor(np.mod(np.asarray(azimuth, np.float64) + 0.5 * width, 360.0) / width).astype(np.int64) % bins


def _by_fold(folds: np.ndarray | None, count: int) -> Iterator[tuple[int, np.ndarray]]:
    """Yield each fold other than 1, and which views have it, bool [n]."""
    if folds is None:
        return
    folds = np.asarray(folds)
    if folds.shape != (count,) or folds.dtype.kind not in "iu" or (folds < 0).any():
        found = f"folds of {count} views have shape {list(folds.shape)} and kind {folds.dtype}"
        raise UserError(found, "one whole number a view: 1 for no symmetry, 0 for any turn")
    for fold in np.unique(folds[folds != 1]):
        yield int(fold), folds == fold


def _azimuths(name: str, values: np.ndarray) -> np.ndarray:
    """Return azimuths [n] of azimuths or viewpoints."""
    values = _numbers(f"{name} azimuths", values)
    values = values[:, 0] if values.ndim == 2 and values.shape[1] else values
    if values.ndim != 1 or not np.isfinite(values).all():
        raise UserError(f"{name} azimuths have shape {list(values.shape)} or are not finite", "finite numbers [n]")
    return values


def _checked(predicted: np.ndarray, true: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return both as float64 [n, 3], or raise."""
    predicted, true = (_rows(name, values) for name, values in (("predicted", predicted), ("true", true)))
    if len(predicted) != len(true):
        raise UserError(f"{len(predicted)} predicted and {len(true)} true viewpoints were given", "as many of both")
    if not len(true):
        raise UserError("no viewpoints were given to score", "at least one", "check the split and the class")
    return predicted, true


def _rows(name: str, values: np.ndarray) -> np.ndarray:
    """Return viewpoints as finite float64 [n, 3], or raise."""
    values = _numbers(f"{name} viewpoints", values)
    if values.ndim != 2 or values.shape[1] != 3:
        found = f"{name} viewpoints have shape {list(values.shape)}"
        raise UserError(found, "[n, 3]: azimuth, elevation, tilt (0 where there is none)")
    bad = ~np.isfinite(values).all(axis=1)
    if bad.any():
        found = f"{int(bad.sum())} of {len(values)} {name} viewpoints are not finite (first: row {int(bad.argmax())})"
        raise UserError(found, "finite degrees")
    return values


def _numbers(name: str, values: np.ndarray) -> np.ndarray:
    """Return ``values`` as float64, or raise."""
    try:
        return np.asarray(values, np.float64)
    except (TypeError, ValueError):
        raise UserError(f"{name} are no numbers", "an array of degrees") from None
