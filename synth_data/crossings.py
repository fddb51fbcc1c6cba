"""Where the lines through the centres of a voxel grid cross a mesh."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

_CHUNK = 4_000_000
"""Candidates (triangle, line) that are looked at together."""

SHIFT = np.array([6.18e-6, 4.14e-6])
"""Lines run this much beside the centres (object units), so that they seldom meet an edge of a regular model."""


@dataclass(frozen=True, eq=False)
class Crossings:
    """Crossings of a mesh with all lines along one axis.

    Attributes:
        line: int [n], ``i * size + j`` for the line through column (i, j) of the two other axes, in cyclic order.
        depth: float64 [n], the coordinate along the axis.
        triangle: int [n].
    """

    line: np.ndarray
    depth: np.ndarray
    triangle: np.ndarray


def crossings(vertices: np.ndarray, triangles: np.ndarray, size: int, axis: int) -> Crossings:
    """Return all crossings of a mesh inside the cube of side 1 about the origin with lines along ``axis``.

    A line that meets an edge crosses exactly one of the two triangles there, whatever the rounding, if they share its
    two vertices.
    """
    order = [(axis + 1) % 3, (axis + 2) % 3, axis]
    points = vertices[:, order]
    found = [_crossed(points, triangles, chosen, size) for chosen in _chunks(points, triangles, size)]
    line, depth, triangle = (np.concatenate(parts) for parts in zip(*found)) if found else (np.zeros(0, int),) * 3
    return Crossings(line, depth, triangle)


def turned_back(grid: np.ndarray, axis: int) -> np.ndarray:
    """Return a grid of (other axis, other axis, ``axis``), as `crossings` counts them, in the order x, y, z."""
    return np.moveaxis(grid, (0, 1, 2), ((axis + 1) % 3, (axis + 2) % 3, axis))


def _spans(points: np.ndarray, triangles: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the first line and the number of lines in the box of each triangle, int [F, 2]."""
    corners = points[triangles][..., :2] - SHIFT
    first = np.ceil(np.clip((corners.min(axis=1) + 0.5) * size - 0.5, 0, size)).astype(np.int64)
    last = np.floor(np.clip((corners.max(axis=1) + 0.5) * size - 0.5, -1, size - 1)).astype(np.int64)
    return first, np.maximum(last - first + 1, 0)


def _chunks(points: np.ndarray, triangles: np.ndarray, size: int) -> Iterator[np.ndarray]:
    """Yield the numbers of triangles that some line may cross, so many that memory stays small."""
    count = _spans(points, triangles, size)[1].prod(axis=1)
    chosen = np.flatnonzero(count)
    if len(chosen):
        group = np.cumsum(count[chosen]) // _CHUNK
        yield from np.split(chosen, np.flatnonzero(np.diff(group)) + 1)


def _crossed(points: np.ndarray, triangles: np.ndarray, chosen: np.ndarray, size: int) -> tuple[np.ndarray, ...]:
    """Return lines, depths and triangles of the crossings of ``chosen`` triangles."""
    corners = triangles[chosen]
    first, extent = _spans(points, corners, size)
    count = extent.prod(axis=1)
    owner = np.repeat(np.arange(len(chosen)), count)
    local = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    i, j = np.divmod(local, extent[owner, 1])
    i, j = i + first[owner, 0], j + first[owner, 1]
    x, y = ((k + 0.5) / size - 0.5 + shift for k, shift in zip((i, j), SHIFT))
    edges = [_edge(points, corners[owner, k], corners[owner, (k + 1) % 3], x, y) for k in range(3)]
    left = np.stack([side for _, side in edges])
    inside = np.flatnonzero(left.all(axis=0) | ~left.any(axis=0))
    weights = np.stack([edges[k][0][inside] for k in (1, 2, 0)])
    total = weights.sum(axis=0)
    good = total != 0
    inside, weights = inside[good], weights[:, good] / total[good]
    depth = (weights * points[corners[owner[inside]].T, 2]).sum(axis=0)
    return i[inside] * size + j[inside], depth, chosen[owner[inside]]


def _edge(points, start, end, x, y) -> tuple[np.ndarray, np.ndarray]:
    """Return twice the area of (edge, point), and whether the point is on its left, the same for both directions."""
    turned = start > end
    a, b = points[np.where(turned, end, start)], points[np.where(turned, start, end)]
    area = (b[:, 0] - a[:, 0]) * (y - a[:, 1]) - (b[:, 1] - a[:, 1]) * (x - a[:, 0])
    return np.where(turned, -area, area), (area >= 0) != turned
