"""Curves that outlines are made of."""

from __future__ import annotations

import numpy as np


def smoothstep(x: np.ndarray | float, low: float = 0.0, high: float = 1.0) -> np.ndarray:
    """Return 0 below ``low``, 1 above ``high`` and 3t^2 - 2t^3 between."""
    t = np.clip((np.asarray(x, np.float64) - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)


def monotone_cubic(x: np.ndarray, knots: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Return the cubic through (knots, values) at ``x``, held constant outside; it never overshoots its data.

    Tangents are harmonic means of the neighbouring slopes (Fritsch and Butland 1984).
    """
    knots, values = np.asarray(knots, np.float64), np.asarray(values, np.float64)
    step = np.diff(knots)
    slope = np.diff(values) / step
    product = slope[:-1] * slope[1:]
    inner = np.where(product > 0, 2 * product / np.where(product > 0, slope[:-1] + slope[1:], 1), 0)
    tangent = np.concatenate([slope[:1], inner, slope[-1:]])
    x = np.clip(x, knots[0], knots[-1])
    i = np.clip(np.searchsorted(knots, x, side="right") - 1, 0, len(step) - 1)
    t, h = (x - knots[i]) / step[i], step[i]
    a, b = values[i] * (1 + 2 * t) * (1 - t) ** 2, values[i + 1] * t * t * (3 - 2 * t)
    return a + b + h * (tangent[i] * t * (1 - t) ** 2 + tangent[i + 1] * t * t * (t - 1))


def smoothed(points: np.ndarray, sigma: float) -> np.ndarray:
    """Return a line [n, d] under a Gaussian of ``sigma`` samples, its ends held (odd reflection)."""
    reach = int(np.ceil(3 * sigma))
    reach = min(reach, len(points) - 1)
    if reach < 1:
        return points
    before = 2 * points[0] - points[reach:0:-1]
    after = 2 * points[-1] - points[-2 : -reach - 2 : -1]
    padded = np.concatenate([before, points, after])
    weight = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    weight /= weight.sum()
    return np.stack([np.convolve(column, weight, mode="valid") for column in padded.T], axis=-1)


def resampled(points: np.ndarray, count: int) -> np.ndarray:
    """Return ``count`` points evenly spaced along the polyline ``points`` [n, d]."""
    points = np.asarray(points, np.float64)
    length = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))])
    at = np.linspace(0, length[-1], count)
    return np.stack([np.interp(at, length, column) for column in points.T], axis=-1)
