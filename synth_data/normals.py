"""Shading normals: smooth over an edge that bends little, sharp over the others."""

from __future__ import annotations

import numpy as np


def face_normals(vertices: np.ndarray, triangles: np.ndarray) -> np.ndarray:
    """Return the normals of triangles, as long as twice their area, float64 [F, 3]."""
    a, b, c = vertices[triangles].transpose(1, 0, 2)
    return np.cross(b - a, c - a)


def corner_normals(vertices: np.ndarray, triangles: np.ndarray, sharp_angle_deg: float | np.ndarray) -> np.ndarray:
    """Return the shading normal of each corner of each triangle.

    The normal of a corner is the mean, weighted by area, over the faces around its vertex that bend less than the
    angle from its own face.

    Args:
        vertices: float [V, 3].
        triangles: int [F, 3].
        sharp_angle_deg: 0 gives flat faces, 180 a smooth surface; one number, or one for each face [F].

    Returns:
        float32 [F, 3, 3], unit length (z where a triangle has no area).
    """
    weighted = face_normals(vertices, triangles)
    flat = _unit(weighted)
    vertex = np.asarray(triangles).ravel()
    own = np.arange(len(vertex)) // 3
    angle = np.broadcast_to(np.asarray(sharp_angle_deg, np.float64), len(triangles))
    sums = _summed(vertex, np.repeat(weighted, 3, axis=0), len(vertices))
    bent = _dots(np.repeat(flat, 3, axis=0), _unit(sums).take(vertex, axis=0)) < np.cos(np.radians(angle / 2)).take(own)
    edgy = np.bincount(vertex, bent | (angle <= 0).take(own), minlength=len(vertices)) > 0
    normals = sums.take(vertex, axis=0)
    corners = np.flatnonzero(edgy.take(vertex))
    least = np.where(angle > 0, np.cos(np.radians(angle)), 2.0)
    normals[corners] = _near_sums(corners, vertex, flat, weighted, least)
    return _unit(normals).astype(np.float32).reshape(-1, 3, 3)


def unit_normals(normals: np.ndarray, vertices: np.ndarray, triangles: np.ndarray) -> np.ndarray:
    """Return the normals of corners [F, 3, 3] at length 1; where one has no length, its triangle's (z without area).

    Args:
        normals: float [F, 3, 3].
        vertices: float [V, 3].
        triangles: int [F, 3].
    """
    length = np.linalg.norm(normals, axis=-1, keepdims=True)
    lacking = length[..., 0] < 1e-6
    result = normals / np.maximum(length, 1e-6)
    if lacking.any():
        result[lacking] = _unit(face_normals(vertices, triangles))[np.nonzero(lacking)[0]]
    return result


def sharp_edges(triangles: np.ndarray, normals: np.ndarray) -> np.ndarray:
    """Return the names (`edge_names`) of the edges at which shading changes abruptly.

    These are the edges of two triangles that turn the same way and whose normals differ there; of two that turn against
    each other; and of more than two.

    Args:
        triangles: int [F, 3].
        normals: float [F, 3, 3], of their corners.
    """
    start, end = triangles.ravel(), np.roll(triangles, -1, axis=1).ravel()
    names = edge_names(np.stack([start, end], axis=-1))
    order = np.argsort(names, kind="stable")
    names = names[order]
    same = names[1:] == names[:-1]
    first, second = order[:-1][same], order[1:][same]
    after = first // 3 * 3 + (first + 1) % 3, second // 3 * 3 + (second + 1) % 3
    flat = np.asarray(normals).reshape(-1, 3)
    apart = [np.abs(flat[a] - flat[b]).max(axis=1) > 1e-4 for a, b in ((first, after[1]), (after[0], second))]
    against = start[first] == start[second]
    more = np.zeros(len(same), bool)
    more[1:] = same[1:] & same[:-1]
    return np.unique(names[1:][same][apart[0] | apart[1] | against | more[same]])


def edge_names(ends: np.ndarray) -> np.ndarray:
    """Return one number for each edge int [n, 2], whichever end comes first."""
    ends = np.sort(ends.astype(np.int64), axis=1)
    return ends[:, 0] << 32 | ends[:, 1]


def _near_sums(corners, vertex, flat, weighted, least) -> np.ndarray:
    """Return, for ``corners`` that hold all corners of their vertices, the sum over the faces that bend little."""
    place, face = _faces_around(vertex.take(corners), corners // 3)
    own = (corners // 3).take(place)
    close = (_dots(flat.take(own, axis=0), flat.take(face, axis=0)) >= least.take(own)) | (own == face)
    return _summed(place[close], weighted.take(face[close], axis=0), len(corners))


def _dots(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Return the scalar products of vectors [n, 3]."""
    return np.einsum("ij,ij->i", first, second)


def _faces_around(vertex: np.ndarray, face: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return all pairs (place, face): corner number ``place`` of the list, and a face with the same vertex."""
    order = np.argsort(vertex, kind="stable")
    degree = np.bincount(vertex)
    first = np.cumsum(degree) - degree
    repeats = degree.take(vertex)
    place = np.repeat(np.arange(len(vertex)), repeats)
    start = first.take(vertex) - (np.cumsum(repeats) - repeats)
    return place, face.take(order).take(np.repeat(start, repeats) + np.arange(len(place)))


def _summed(number: np.ndarray, vectors: np.ndarray, count: int) -> np.ndarray:
    """Return the sums of the vectors [n, 3] with equal ``number``, [count, 3]."""
    return np.stack([np.bincount(number, vectors[:, axis], count) for axis in range(3)], -1)


def _unit(vectors: np.ndarray) -> np.ndarray:
    """Return ``vectors`` at length 1; z where the length is 0."""
    length = np.sqrt(np.einsum("...k,...k->...", vectors, vectors))[..., None]
    result = vectors / np.maximum(length, 1e-30)
    result[length[..., 0] <= 1e-30] = (0.0, 0.0, 1.0)
    return result
