"""Exact depth at pixel centres, by scan conversion in NumPy.

Cycles takes its depth pass at the first jittered sample of a pixel, so that it belongs to no known point of the pixel;
and a second pass of one sample at the centre costs as much again as the picture. Here 1/z, which is linear in the
image, is interpolated in float64: a few milliseconds for some thousand triangles at 128 px.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

NEAR = 1e-3
"""Triangles are clipped at this z-depth, object units."""

_CHUNK = 2_000_000
"""Candidates (triangle, pixel) that are looked at together."""

_CORNERS = ((0, 1, 2), (1, 2, 0), (2, 0, 1))
"""Each corner, and the two ends of the edge opposite to it."""


@dataclass(frozen=True, eq=False)
class ScreenTriangles:
    """Triangles in the image, ready to be asked at any point.

    Attributes:
        x, y: float64 [3, F], the corners, px.
        inverse: float64 [3, F], 1/z at the corners.
        area: float64 [F], twice the area, px; negative where a triangle is seen from behind.
        low, high: float64 [2, F], the box around each, px.
        source: int [F], the number of the triangle in the mesh.
    """

    x: np.ndarray
    y: np.ndarray
    inverse: np.ndarray
    area: np.ndarray
    low: np.ndarray
    high: np.ndarray
    source: np.ndarray

    def planes(self, chosen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return what is linear over the image, of the ``chosen`` triangles alone (int [n]): few cover a pixel.

        Returns:
            float64 [3, 3, n]; ``planes[k] . (x, y, 1)`` is barycentric coordinate k at pixel (x, y);
            float64 [3, n]; ``inverse_depth . (x, y, 1)`` is 1/z there.
        """
        x, y, inverse = (values.take(chosen, axis=1) for values in (self.x, self.y, self.inverse))
        planes = np.empty((3, 3, len(chosen)))
        for k, a, b in _CORNERS:
            planes[k] = y[a] - y[b], x[b] - x[a], x[a] * y[b] - x[b] * y[a]
        planes /= self.area[chosen]
        return planes, planes[0] * inverse[0] + planes[1] * inverse[1] + planes[2] * inverse[2]

    def of(self, chosen: np.ndarray) -> ScreenTriangles:
        """Return those that come from the triangles ``chosen``, bool [number of triangles in the mesh]."""
        kept = chosen[self.source]
        return self if kept.all() else ScreenTriangles(*(getattr(self, f.name)[..., kept] for f in fields(self)))


def screen_triangles(vertices: np.ndarray, triangles: np.ndarray, camera_from_world, intrinsics) -> ScreenTriangles:
    """Project a mesh; triangles behind the camera or seen edge-on are left out.

    Args:
        vertices: float [V, 3], world.
        triangles: int [F, 3].
        camera_from_world: [4, 4], OpenCV axes.
        intrinsics: [3, 3], pixels.
    """
    transform = np.asarray(camera_from_world, np.float64)
    points = vertices @ transform[:3, :3].T + transform[:3, 3]
    if (points[:, 2] < NEAR).any():
        corners, source = _clipped(points[triangles])
        points, triangles = corners.reshape(-1, 3), np.arange(3 * len(corners)).reshape(-1, 3)
    else:
        source = np.arange(len(triangles))
    image = points @ np.asarray(intrinsics, np.float64).T
    corner = np.ascontiguousarray(triangles.T)
    x, y, inverse = (
        values.take(corner) for values in (image[:, 0] / image[:, 2], image[:, 1] / image[:, 2], 1 / points[:, 2])
    )
    area = sum(x[a] * y[b] - x[b] * y[a] for _, a, b in _CORNERS)
    seen = np.abs(area) > 1e-9
    if not seen.all():
        kept = np.flatnonzero(seen)
        area, x, y, inverse, source = (values.take(kept, axis=-1) for values in (area, x, y, inverse, source))
    low, high = np.stack([x.min(axis=0), y.min(axis=0)]), np.stack([x.max(axis=0), y.max(axis=0)])
    return ScreenTriangles(x, y, inverse, area, low, high, source)


def rasterise(screen: ScreenTriangles, width: int, height: int) -> tuple[np.ndarray, np.ndarray]:
    """Return what the nearest surface is at each pixel centre.

    Returns:
        z-depth float64 [height, width], 0 where there is nothing;
        number of the triangle int32 [height, width], -1 where there is nothing.
    """
    size = np.array([[width], [height]])
    first = np.ceil(np.clip(screen.low - 0.5, 0, size)).astype(np.int32)
    last = np.floor(np.clip(screen.high - 0.5, -1, size - 1)).astype(np.int32)
    covering = np.flatnonzero((last >= first).all(axis=0))
    first = first.take(covering, axis=1)
    extent = last.take(covering, axis=1) - first + 1
    nearest = np.zeros(width * height)
    face = np.full(width * height, -1, np.int32)
    for chosen in _chunks(extent[0] * extent[1]):
        boxes = first.take(chosen, axis=1), extent.take(chosen, axis=1)
        _draw(screen, covering[chosen], *boxes, width, nearest, face)
    depth = np.divide(1.0, nearest, out=np.zeros_like(nearest), where=nearest > 0)
    return depth.reshape(height, width), face.reshape(height, width)


def barycentric(corners: np.ndarray, camera_from_world, rays: np.ndarray) -> np.ndarray:
    """Return the barycentric coordinates, float64 [n, 3], of the points where rays meet the planes of triangles.

    Each is the volume that the ray spans with the opposite edge, over the sum of the three; nothing is divided by a
    depth, so that triangles through the camera's plane need no clipping (Olano and Greer, "Triangle scan conversion
    using 2D homogeneous coordinates", 1997).

    Args:
        corners: float [n, 3, 3], world.
        camera_from_world: [4, 4], OpenCV axes.
        rays: float [n, 3], points on the rays in the camera frame.
    """
    transform = np.asarray(camera_from_world, np.float64)
    a, b, c = (corners @ transform[:3, :3].T + transform[:3, 3]).transpose(1, 0, 2)
    volumes = np.stack([np.einsum("nc,nc->n", rays, np.cross(p, q)) for p, q in ((b, c), (c, a), (a, b))], -1)
    return volumes / volumes.sum(axis=-1, keepdims=True)


def nearest_depth(screen: ScreenTriangles, points: np.ndarray) -> np.ndarray:
    """Return the z-depth of the nearest surface at each of ``points`` [K, 2] px, finite; inf where there is none."""
    result = np.full(len(points), np.inf)
    if not len(points) or not len(screen.source):
        return result
    reached = _in_reach(screen, points[:, 0])
    (left, top), (right, bottom) = screen.low.take(reached, axis=1), screen.high.take(reached, axis=1)
    x, y = points[:, :1], points[:, 1:]
    point, near = np.nonzero((left <= x) & (right >= x) & (top <= y) & (bottom >= y))
    x, y = points[point].T
    planes, inverse_depth = screen.planes(reached[near])
    inside = (planes[:, 0] * x + planes[:, 1] * y + planes[:, 2] >= -1e-9).all(axis=0)
    a, b, c = inverse_depth
    np.minimum.at(result, point[inside], 1.0 / (a * x + b * y + c)[inside])
    return result


def _in_reach(screen: ScreenTriangles, x: np.ndarray) -> np.ndarray:
    """Return the numbers of the triangles that have one of the columns ``x`` [K] px; most have none."""
    start = np.floor(x.min())
    width = int(min(x.max() - start, 1e6)) + 1
    before = np.zeros(width + 1, np.int64)
    np.cumsum(np.bincount((x - start).clip(0, width - 1).astype(np.int64), minlength=width), out=before[1:])
    low = (np.floor(screen.low[0]) - start).clip(0, width - 1).astype(np.int64)
    high = (np.floor(screen.high[0]) - start).clip(-1, width - 1).astype(np.int64)
    return np.flatnonzero(before[high + 1] > before[low])


def nearest_depths(screen: ScreenTriangles, points: np.ndarray, width: int, height: int) -> np.ndarray:
    """Return what `nearest_depth` does, for many ``points`` [K, 2] px, all inside the frame: only what covers the pixel
    of a point is looked at."""
    cell = points.astype(np.int64) @ (1, width)
    order = np.argsort(cell, kind="stable")
    counts = np.bincount(cell, minlength=width * height)
    starts = np.cumsum(counts) - counts
    size = np.array([[width], [height]])
    first = np.floor(np.clip(screen.low, 0, size)).astype(np.int64)
    extent = np.maximum(np.floor(np.clip(screen.high, -1, size - 1)).astype(np.int64) - first + 1, 0)
    nearest = np.zeros(len(points))
    for chosen in _chunks(extent[0] * extent[1]):
        triangle, row, column = _covered(first[:, chosen], extent[:, chosen])
        found = row * width + column
        triangle = np.repeat(triangle, counts[found])
        point = order[_runs(starts[found], counts[found])]
        x, y = points[point].T
        planes, inverse_depth = screen.planes(chosen)
        inside = np.ones(len(point), bool)
        for a, b, c in planes[..., triangle]:
            inside &= a * x + b * y + c >= -1e-9
        a, b, c = inverse_depth[:, triangle[inside]]
        np.maximum.at(nearest, point[inside], a * x[inside] + b * y[inside] + c)
    return np.divide(1.0, nearest, out=np.full(len(points), np.inf), where=nearest > 0)


def _draw(screen, chosen, first, extent, width, nearest, face) -> None:
    """Draw the triangles ``chosen`` into the flat buffers ``nearest`` (1/z) and ``face``."""
    triangle, row, column = _covered(first, extent)
    x, y = column + 0.5, row + 0.5
    planes, inverse_depth = screen.planes(chosen)
    inside = np.flatnonzero(np.logical_and.reduce([_at(plane, triangle, x, y) >= -1e-9 for plane in planes]))
    triangle, pixel = triangle.take(inside), (row * width + column).take(inside)
    inverse = _at(inverse_depth, triangle, x.take(inside), y.take(inside))
    before = nearest[pixel]
    np.maximum.at(nearest, pixel, inverse)
    won = (nearest[pixel] == inverse) & (inverse > before)
    face[pixel[won]] = screen.source[chosen[triangle[won]]]


def _at(plane: np.ndarray, number: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return ``plane[:, number] . (x, y, 1)``, arrays of equal length; ``take`` has several times an index's speed."""
    a, b, c = plane.take(number, axis=1)
    return a * x + b * y + c


def _covered(first: np.ndarray, extent: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return triangle, row and column of all pairs of a triangle and a pixel in its box (``first`` and ``extent``)."""
    counts = extent[0] * extent[1]
    triangle = np.repeat(np.arange(len(counts)), counts)
    local = _runs(np.zeros_like(counts), counts)
    width = extent[0].take(triangle)
    row = local // width
    column = first[0].take(triangle) + local - row * width
    return triangle, row + first[1].take(triangle), column


def _runs(starts: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Return ``start, start + 1, ...``, ``count`` numbers of each, one run after another."""
    before = np.cumsum(counts, dtype=counts.dtype) - counts
    return np.arange(counts.sum(), dtype=counts.dtype) + np.repeat(starts - before, counts)


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
