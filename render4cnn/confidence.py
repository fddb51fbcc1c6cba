"""How sure a network is of a viewpoint: the probability, by its own account, that the error is below 30 degrees.

The three angles' distributions are taken as independent. NumPy only.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from render4cnn.decoding import signed

WITHIN_DEG = 30.0
"""Pi/6: the error that `confidence_within` is about."""

CHUNK = 512
"""Views worked on at a time."""


def confidence_within(
    probabilities: Mapping[str, np.ndarray],
    viewpoints: np.ndarray,
    no_tilt: bool = False,
    folds: np.ndarray | None = None,
) -> np.ndarray:
    """Return the probability [n] that the rotation is within 30 degrees of ``viewpoints``.

    For turns of this size the squared angle between two viewpoints is, to about a degree,
    ``da^2 + dt^2 + de^2 - 2 da dt sin(elevation)``, since the axes of azimuth and tilt stand at 90 degrees minus the
    elevation.

    Args:
        probabilities: angle -> [n, bins] of the true class; bin i is centred at i * 360 / bins degrees.
        viewpoints: [n, 3] azimuth, elevation, tilt that were told, degrees.
        no_tilt: the tilt is known to be 0.
        folds: int [n], of the objects' symmetry: probability at the turns that show the same picture counts too.
    """
    count = len(viewpoints)
    folds = np.ones(count, int) if folds is None else np.asarray(folds)
    result = np.zeros(count)
    for start in range(0, count, CHUNK):
        part = slice(start, start + CHUNK)
        own = {name: values[part] for name, values in probabilities.items()}
        result[part] = _confidence(own, viewpoints[part], no_tilt, folds[part])
    return np.clip(result, 0.0, 1.0)


def _confidence(own: Mapping[str, np.ndarray], views: np.ndarray, no_tilt: bool, folds: np.ndarray) -> np.ndarray:
    """Return the probabilities of some views."""
    azimuth, turn = _near(folded(own["azimuth"], folds), views[:, 0])
    fold, any_turn = np.maximum(folds, 1)[:, None], (folds == 0)[:, None]
    azimuth = np.where(np.abs(turn) <= 180.0 / fold, azimuth, 0.0)  # beyond, the next turn is nearer
    azimuth, turn = np.where(any_turn, 1.0 / azimuth.shape[1], azimuth), np.where(any_turn, 0.0, turn)
    if no_tilt:
        tilt, roll = np.ones((len(views), 1)), np.zeros((len(views), 1))
    else:
        tilt, roll = _near(own["tilt"], views[:, 2])
    a, t = turn[:, :, None], roll[:, None, :]
    left = WITHIN_DEG**2 - (a * a + t * t - 2 * a * t * np.sin(np.radians(views[:, 1]))[:, None, None])
    reach = np.floor(np.sqrt(np.maximum(left, 0.0))).astype(int)
    raised = np.take_along_axis(_cumulative(*_near(own["elevation"], views[:, 1])), reach.reshape(len(views), -1), 1)
    within = np.where(left >= 0, raised.reshape(reach.shape), 0.0)
    return np.einsum("na,nt,nat->n", azimuth, tilt, within)


def folded(probabilities: np.ndarray, folds: np.ndarray) -> np.ndarray:
    """Add up what a symmetry cannot tell apart: [n, bins] -> the same, bins a fold's turn apart holding their sum.

    A turn that is no whole number of bins is rounded to one; fold 0 is left as it is.
    """
    bins = probabilities.shape[1]
    result = np.array(probabilities, np.float64)
    for fold in np.unique(folds[folds > 1]):
        chosen = folds == fold
        shifts = (round(step * bins / fold) for step in range(fold))
        result[chosen] = sum(np.roll(probabilities[chosen], shift, axis=1) for shift in shifts)
    return result


def _near(probabilities: np.ndarray, angles: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the probability of the bins around angles [n] and how far off they lie, degrees: both [n, m]."""
    bins = probabilities.shape[1]
    width = 360.0 / bins
    reach = min(int(WITHIN_DEG / width + 1), (bins - 1) // 2)
    places = np.rint(angles / width).astype(int)[:, None] + np.arange(-reach, reach + 1)
    return np.take_along_axis(probabilities, places % bins, axis=1), signed(places * width - angles[:, None])


def _cumulative(probabilities: np.ndarray, offsets: np.ndarray) -> np.ndarray:
    """Return the probability [n, 31] of an offset of at most 0, 1, .. 30 degrees."""
    limits = np.arange(int(WITHIN_DEG) + 1) + 0.5
    inside = np.abs(offsets)[:, :, None] <= limits
    return (probabilities[:, :, None] * inside).sum(axis=1)
