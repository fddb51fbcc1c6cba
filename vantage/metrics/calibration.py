"""Calibration: whether a prediction said to be right with probability p is right that often."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vantage.errors import UserError

BINS = 15
"""As in Guo et al., "On calibration of modern neural networks" (ICML 2017)."""


@dataclass(frozen=True)
class Reliability:
    """Predictions sorted into bins of equal width by their confidence.

    Args:
        edges: [bins + 1], from 0 to 1.
        count: [bins] predictions.
        confidence: [bins] mean confidence, NaN in an empty bin.
        accuracy: [bins] share that is right, NaN in an empty bin.
    """

    edges: np.ndarray
    count: np.ndarray
    confidence: np.ndarray
    accuracy: np.ndarray

    @property
    def expected_error(self) -> float:
        """The expected calibration error: |accuracy - confidence| of each bin, weighted by its predictions."""
        gap = np.abs(self.accuracy - self.confidence)
        return float(np.nansum(gap * self.count) / self.count.sum())

    @property
    def largest_error(self) -> float:
        """The largest |accuracy - confidence| of a bin."""
        return float(np.nanmax(np.abs(self.accuracy - self.confidence)))


def reliability(confidence: np.ndarray, right: np.ndarray, bins: int = BINS) -> Reliability:
    """Sort predictions into bins (i / bins, (i + 1) / bins], the first with its lower edge.

    Args:
        confidence: [n] in [0, 1], the probability that a prediction is right, by its own account.
        right: bool [n].
        bins: how many.

    Raises:
        UserError: nothing given, different lengths, no bin, or confidences outside [0, 1].
    """
    confidence, right = np.asarray(confidence, np.float64), np.asarray(right, np.float64)
    if bins < 1 or not len(confidence) or confidence.shape != right.shape or confidence.ndim != 1:
        found = f"{bins} bins for confidences of shape {list(confidence.shape)} and truths of {list(right.shape)}"
        raise UserError(found, "at least one bin, and as many of both")
    if not (np.isfinite(confidence).all() and confidence.min() >= 0 and confidence.max() <= 1):
        raise UserError(f"confidences are in [{confidence.min():g}, {confidence.max():g}]", "numbers in [0, 1]")
    place = np.clip(np.ceil(confidence * bins).astype(int) - 1, 0, bins - 1)
    count = np.bincount(place, minlength=bins)
    total = np.maximum(count, 1)
    means = (np.bincount(place, values, bins) / total for values in (confidence, right))
    return Reliability(np.linspace(0, 1, bins + 1), count, *(np.where(count, mean, np.nan) for mean in means))


def expected_calibration_error(confidence: np.ndarray, right: np.ndarray, bins: int = BINS) -> float:
    """Return the expected calibration error in [0, 1]; arguments and errors as ``reliability``."""
    return reliability(confidence, right, bins).expected_error
