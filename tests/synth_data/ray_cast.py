"""Ray casting by trimesh, an oracle for the rasteriser: every triangle is tried, so that no spatial index is needed."""

from __future__ import annotations

import numpy as np
from trimesh.ray.ray_triangle import ray_triangle_id
from trimesh.triangles import points_to_barycentric


class _EveryTriangle:
    """Stands in for the R-tree that trimesh asks which triangles a ray may hit."""

    def __init__(self, triangles: np.ndarray):
        self.bounds = np.concatenate([triangles.min(axis=(0, 1)), triangles.max(axis=(0, 1))])
        self._all = range(len(triangles))

    def intersection(self, box):
        return self._all


def first_hits(model, origins, directions) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the number of the triangle that each ray [n, 3] hits first int [n], the ray's number [n], the point [n, 3]
    for those rays that hit something."""
    corners = model.vertices[model.triangles]
    flat = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    flat /= np.linalg.norm(flat, axis=1, keepdims=True)  # of others trimesh misses those of small triangles
    return ray_triangle_id(corners, origins, directions, flat, _EveryTriangle(corners), multiple_hits=False)


def cast(model, camera) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return what the ray through each pixel centre hits first.

    Returns:
        number of the triangle int [h, w], -1 for none; point float64 [h, w, 3]; barycentric coordinates [h, w, 3].
    """
    origins, directions = (part.reshape(-1, 3) for part in camera.rays(camera.pixel_centres()))
    triangle, ray, place = first_hits(model, origins, directions)
    face = np.full(len(origins), -1)
    points, weights = np.zeros((2, len(origins), 3))
    face[ray], points[ray] = triangle, place
    weights[ray] = points_to_barycentric(model.vertices[model.triangles[triangle]], place)
    shape = (camera.height, camera.width)
    return face.reshape(shape), points.reshape(*shape, 3), weights.reshape(*shape, 3)
