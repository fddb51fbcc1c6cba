"""The room that is left: boxes that are taken, and how far a point is from them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np


def boxes_overlap(first: np.ndarray, second: np.ndarray, gap: float = 0.0) -> bool:
    """Tell whether two boxes [2, 3] come closer than ``gap`` on every axis."""
    return bool((first[0] < second[1] + gap - 1e-9).all() and (second[0] < first[1] + gap - 1e-9).all())


@dataclass(frozen=True, eq=False)
class Space:
    """Where a camera may be: inside a box, outside of others. One unit throughout.

    Attributes:
        low, high: float [3], the corners of what surrounds the scene (inner faces of walls; ground and sky).
        obstacles: float [n, 2, 3], the boxes that are taken.
    """

    low: np.ndarray
    high: np.ndarray
    obstacles: np.ndarray

    @classmethod
    def of(cls, low, high, boxes: Iterable[np.ndarray]) -> Space:
        """Return the space between two corners, without ``boxes`` [2, 3]."""
        taken = np.array(list(boxes), np.float64).reshape(-1, 2, 3)
        return cls(np.asarray(low, np.float64), np.asarray(high, np.float64), taken)

    def clearance(self, points: np.ndarray) -> np.ndarray:
        """Return the distance [n] of points [n, 3] to the nearest wall or obstacle; not above 0 where inside of one."""
        points = np.asarray(points, np.float64)
        shell = np.minimum(points - self.low, self.high - points).min(axis=-1)
        if not len(self.obstacles):
            return shell
        low, high = self.obstacles[:, 0], self.obstacles[:, 1]
        outside = np.maximum(np.maximum(low - points[:, None], points[:, None] - high), 0)
        return np.minimum(shell, np.linalg.norm(outside, axis=-1).min(axis=1))

    def sight(self, origins: np.ndarray, directions: np.ndarray) -> np.ndarray:
        """Return how far [n] rays from ``origins`` [n, 3] inside the space along unit ``directions`` [n, 3] go."""
        safe = np.where(np.abs(directions) < 1e-12, 1e-12, directions)
        walls = np.maximum((self.low - origins) / safe, (self.high - origins) / safe).min(axis=1)
        if not len(self.obstacles):
            return walls
        to_low = (self.obstacles[:, 0] - origins[:, None]) / safe[:, None]
        to_high = (self.obstacles[:, 1] - origins[:, None]) / safe[:, None]
        enter, leave = np.minimum(to_low, to_high).max(axis=-1), np.maximum(to_low, to_high).min(axis=-1)
        hits = np.where((enter <= leave) & (leave > 0), np.maximum(enter, 0), np.inf)
        return np.minimum(walls, hits.min(axis=1))

    def scaled(self, scale: float, offset) -> Space:
        """Return the space in other units: ``(point - offset) * scale``."""
        offset = np.asarray(offset, np.float64)
        return Space(*((corner - offset) * scale for corner in (self.low, self.high, self.obstacles)))
