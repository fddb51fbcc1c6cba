"""Polygons of any number of corners become triangles that cover the same area, hollow corners too."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

MAX_HOLLOW = 5000
"""Corners of the largest polygon whose hollows are looked for; the search grows with their square."""

_OTHER = np.array([(1, 2, 3), (1, 3, 0)])


def split_polygons(vertices: np.ndarray, polygons: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Split polygons of k corners each, which are flat or nearly so.

    Args:
        vertices: float [V, 3].
        polygons: int [n, k] into them, k of 3 or more, in order around each polygon.

    Returns:
        int [m], the polygon of each triangle, and int [m, 3], which of its k corners the triangle has. A triangle
        turns as its polygon does.
    """
    count, size = polygons.shape
    fan = np.stack([np.zeros(size - 2, int), np.arange(1, size - 1), np.arange(2, size)], axis=1)
    if size == 3 or not count:
        return np.arange(count), np.broadcast_to(fan, (count, 1, 3)).reshape(-1, 3)
    hollow = np.flatnonzero(~_fans(vertices[polygons], fan)) if size <= MAX_HOLLOW else np.zeros(0, int)
    plain = np.setdiff1d(np.arange(count), hollow)
    rows, corners = [np.repeat(plain, size - 2)], [np.tile(fan, (len(plain), 1))]
    for row in hollow:
        triangles = ears(_flattened(vertices[polygons[row]])) if size > 4 else _OTHER
        rows.append(np.full(len(triangles), row))
        corners.append(triangles)
    return np.concatenate(rows), np.concatenate(corners)


def _fans(points: np.ndarray, fan: np.ndarray) -> np.ndarray:
    """Return whether each polygon [n, k, 3] is covered by the triangles around its first corner, bool [n]."""
    first, second, third = (points[:, fan[:, place]] for place in range(3))
    with np.errstate(invalid="ignore", over="ignore"):
        crosses = np.cross(second - first, third - first)
        along = np.einsum("nfi,ni->nf", crosses, crosses.sum(axis=1))
    # what is not finite is refused elsewhere
    return ~(along < 0).any(axis=1)


def _flattened(points: np.ndarray) -> np.ndarray:
    """Return the corners of one polygon [k, 3] in its plane, [k, 2], counter-clockwise."""
    points = points - points.mean(axis=0)
    normal = np.cross(points, np.roll(points, -1, axis=0)).sum(axis=0)
    drop = int(np.argmax(np.abs(normal)))
    flat = points[:, [(drop + 1) % 3, (drop + 2) % 3]]
    return flat if normal[drop] > 0 else flat * (1, -1)


def ears(points: np.ndarray) -> np.ndarray:
    """Cut one corner after the other off a counter-clockwise polygon [k, 2]; return triangles int [k - 2, 3].

    Where the outline crosses itself and no corner can be cut, the rest is split like a convex one.
    """
    left, triangles = list(range(len(points))), []
    place = stuck = 0
    while len(left) > 3 and stuck < len(left):
        place %= len(left)
        corner = left[place - 1], left[place], left[(place + 1) % len(left)]
        if _can_be_cut(points, corner, left):
            triangles.append(corner)
            del left[place]
            stuck = 0
        else:
            place, stuck = place + 1, stuck + 1
    triangles += [(left[0], second, third) for second, third in pairwise(left[1:])]
    return np.array(triangles)


def _can_be_cut(points: np.ndarray, corner: tuple[int, int, int], left: list[int]) -> bool:
    """Whether a corner is not hollow, and no other one lies inside its triangle."""
    a, b, c = points[list(corner)]
    if _turn(a, b, c) < 0:
        return False
    others = points[left]
    inside = (_turn(a, b, others) > 0) & (_turn(b, c, others) > 0) & (_turn(c, a, others) > 0)
    return not inside.any()


def _turn(a: np.ndarray, b: np.ndarray, c: np.ndarray) -> np.ndarray:
    """Return twice the signed area of a, b, c (each [..., 2])."""
    return (b[..., 0] - a[..., 0]) * (c[..., 1] - a[..., 1]) - (b[..., 1] - a[..., 1]) * (c[..., 0] - a[..., 0])
