"""Shading normals: smooth over an edge that bends little, sharp over the others."""

from __future__ import annotations

import numpy as np


def face_normals(vertices: np.ndarray, triangles: np.ndarray) -> np.ndarray:
    """Return the normals of triangles, as long as twice their area, float64 [F, 3]."""
    a, b, c = vertices[triangles].transpose(1, 0, 2)
    return np.cross(b - a, c - a)


def corner_normals(vertices: np.ndarray, triangles: np.ndarray, sharp_angle_deg: float) -> np.ndarray:
    """Return the shading normal of each corner of each triangle.

    The normal of a corner is the mean, weighted by area, over the faces around its vertex that bend less than the
    angle from its own face.

    Args:
        vertices: float [V, 3].
        triangles: int [F, 3].
        sharp_angle_deg: 0 gives flat faces, 180 a smooth surface.

    Returns:
        float32 [F, 3, 3], unit length (z where a triangle has no area).
    """
    weighted = face_normals(vertices, triangles)
    flat = _unit(weighted)
    if sharp_angle_deg <= 0 or not len(triangles):
        return np.repeat(flat[:, None], 3, axis=1).astype(np.float32)
    corner, face = _faces_around_corners(triangles)
    close = np.einsum("ij,ij->i", flat[corner // 3], flat[face]) >= np.cos(np.radians(sharp_angle_deg))
    close |= corner // 3 == face
    sums = [np.bincount(corner[close], weighted[face[close], axis], 3 * len(triangles)) for axis in range(3)]
    return _unit(np.stack(sums, -1)).astype(np.float32).reshape(-1, 3, 3)


def _faces_around_corners(triangles: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return all pairs (corner, face) where the face has the corner's vertex; corners are numbered 3 * face + place."""
    vertex = triangles.ravel()
    order = np.argsort(vertex, kind="stable")
    degree = np.bincount(vertex)
    first = np.cumsum(degree) - degree
    repeats = degree[vertex]
    corner = np.repeat(np.arange(len(vertex)), repeats)
    place = np.arange(len(corner)) - np.repeat(np.cumsum(repeats) - repeats, repeats)
    return corner, order[first[vertex[corner]] + place] // 3


def _unit(vectors: np.ndarray) -> np.ndarray:
    """Return ``vectors`` at length 1; z where the length is 0."""
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.where(length > 1e-30, vectors / np.maximum(length, 1e-30), (0.0, 0.0, 1.0))
