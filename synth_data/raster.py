"""Exact depth at pixel centres, by scan conversion in NumPy.

Cycles takes its depth pass at the first jittered sample of a pixel, so that it belongs to no known point of the pixel;
and a second pass of one sample at the centre costs as much again as the picture. Here 1/z, which is linear in the
image, is interpolated in float64: a few milliseconds for some thousand triangles at 128 px.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

NEAR = 1e-3
"""Triangles are clipped at this z-depth, object units."""

_CHUNK = 2_000_000
"""Candidates (triangle, pixel) that are looked at together."""


@dataclass(frozen=True, eq=False)
class ScreenTriangles:
    """Triangles in the image, ready to be asked at any point.

    Attributes:
        planes: float64 [F, 3, 3]; ``planes @ (x, y, 1)`` are the barycentric coordinates at pixel (x, y).
        inverse_depth: float64 [F, 3]; ``inverse_depth @ (x, y, 1)`` is 1/z there.
        low, high: float64 [F, 2], the box around each, px.
        source: int [F], the number of the triangle in the mesh.
    """

    planes: np.ndarray
    inverse_depth: np.ndarray
    low: np.ndarray
    high: np.ndarray
    source: np.ndarray


def screen_triangles(vertices: np.ndarray, triangles: np.ndarray, camera_from_world, intrinsics) -> ScreenTriangles:
    """Project a mesh; triangles behind the camera or seen edge-on are left out.

    Args:
        vertices: float [V, 3], world.
        triangles: int [F, 3].
        camera_from_world: [4, 4], OpenCV axes.
        intrinsics: [3, 3], pixels.
    """
    points = vertices @ np.asarray(camera_from_world)[:3, :3].T + np.asarray(camera_from_world)[:3, 3]
    corners, source = _clipped(points[triangles])
    image = corners @ np.asarray(intrinsics, np.float64).T
    xy = image[..., :2] / image[..., 2:]
    low, high = xy.min(axis=1), xy.max(axis=1)
    planes, area = _edge_functions(xy)
    keep = np.abs(area) > 1e-9
    planes = planes[keep] / area[keep, None, None]
    inverse_depth = np.einsum("fk,fkc->fc", 1.0 / corners[keep, :, 2], planes)
    return ScreenTriangles(planes, inverse_depth, low[keep], high[keep], source[keep])


def _edge_functions(xy: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the three edge functions [F, 3, 3] of triangles [F, 3, 2] and their doubled signed areas [F].

    Divided by the area they are the barycentric coordinates: the inverse of the corners' matrix in closed form, since
    LAPACK takes thousands of 3x3 matrices one by one.
    """
    x, y = xy[..., 0], xy[..., 1]
    x1, y1, x2, y2 = (np.roll(value, -turn, axis=1) for turn in (1, 2) for value in (x, y))
    edges = np.stack([y1 - y2, x2 - x1, x1 * y2 - x2 * y1], axis=-1)
    return edges, edges[..., 2].sum(axis=1)


def rasterise(screen: ScreenTriangles, width: int, height: int) -> tuple[np.ndarray, np.ndarray]:
    """Return what the nearest surface is at each pixel centre.

    Returns:
        z-depth float64 [height, width], 0 where there is nothing;
        number of the triangle int32 [height, width], -1 where there is nothing.
    """
    size = (width, height)
    first = np.ceil(np.clip(screen.low - 0.5, 0, size)).astype(np.int64)
    last = np.floor(np.clip(screen.high - 0.5, -1, np.subtract(size, 1))).astype(np.int64)
    extent = np.maximum(last - first + 1, 0)
    nearest = np.zeros(width * height)
    face = np.full(width * height, -1, np.int32)
    for chosen in _chunks(extent.prod(axis=1)):
        _draw(screen, chosen, first[chosen], extent[chosen], width, nearest, face)
    depth = np.divide(1.0, nearest, out=np.zeros_like(nearest), where=nearest > 0)
    return depth.reshape(height, width), face.reshape(height, width)


def nearest_depth(screen: ScreenTriangles, points: np.ndarray) -> np.ndarray:
    """Return the z-depth of the nearest surface at each of ``points`` [K, 2] px; inf where there is none."""
    result = np.full(len(points), np.inf)
    for number, (x, y) in enumerate(points):
        near = np.flatnonzero(((screen.low <= (x, y)) & (screen.high >= (x, y))).all(axis=1))
        weights = screen.planes[near] @ (x, y, 1.0)
        inside = near[(weights >= -1e-9).all(axis=1)]
        if len(inside):
            result[number] = 1.0 / (screen.inverse_depth[inside] @ (x, y, 1.0)).max()
    return result


def _draw(screen, chosen, first, extent, width, nearest, face) -> None:
    """Draw the triangles ``chosen`` into the flat buffers ``nearest`` (1/z) and ``face``."""
    counts = extent.prod(axis=1)
    local = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    triangle = np.repeat(np.arange(len(chosen)), counts)
    row = local // extent[triangle, 0]
    column = first[triangle, 0] + local - row * extent[triangle, 0]
    row += first[triangle, 1]
    x, y = column + 0.5, row + 0.5
    inside = np.ones(len(local), bool)
    for k in range(3):
        a, b, c = screen.planes[chosen, k].T
        inside &= a[triangle] * x + b[triangle] * y + c[triangle] >= -1e-9
    kept = np.flatnonzero(inside)
    triangle, pixel = triangle[kept], row[kept] * width + column[kept]
    a, b, c = screen.inverse_depth[chosen].T
    inverse = a[triangle] * x[kept] + b[triangle] * y[kept] + c[triangle]
    before = nearest[pixel]
    np.maximum.at(nearest, pixel, inverse)
    won = (nearest[pixel] == inverse) & (inverse > before)
    face[pixel[won]] = screen.source[chosen[triangle[won]]]


def _chunks(counts: np.ndarray):
    """Yield the numbers of the triangles that cover some pixel, so many at a time that memory stays small."""
    covered = np.flatnonzero(counts)
    if not len(covered):
        return
    group = np.cumsum(counts[covered]) // _CHUNK
    yield from np.split(covered, np.flatnonzero(np.diff(group)) + 1)


def _clipped(corners: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return triangles [F, 3, 3] (camera frame) cut at the near plane, and which each came from."""
    behind = corners[..., 2] < NEAR
    whole = ~behind.any(axis=1)
    if whole.all():
        return corners, np.arange(len(corners))
    pieces, source = [corners[whole]], [np.flatnonzero(whole)]
    for number in np.flatnonzero(~whole & ~behind.all(axis=1)):
        polygon = _cut(corners[number])
        fan = [polygon[[0, k, k + 1]] for k in range(1, len(polygon) - 1)]
        pieces.append(np.array(fan))
        source.append(np.full(len(fan), number))
    return np.concatenate(pieces), np.concatenate(source)


def _cut(triangle: np.ndarray) -> np.ndarray:
    """Return the part of one triangle beyond the near plane, [3 or 4, 3] (Sutherland-Hodgman)."""
    result = []
    for start, end in zip(triangle, np.roll(triangle, -1, axis=0)):
        if start[2] >= NEAR:
            result.append(start)
        if (start[2] >= NEAR) != (end[2] >= NEAR):
            result.append(start + (end - start) * ((NEAR - start[2]) / (end[2] - start[2])))
    return np.array(result)
