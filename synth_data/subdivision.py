"""Cutting long edges in two, so that a mesh of few triangles can bend."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from synth_data.models import Model

MAX_TRIANGLES = 400_000
"""No edge is cut where this many triangles would come out."""

_ROUNDS = 12

_PIECES = (
    ((0, 1, 2),),
    ((0, 3, 2), (3, 1, 2)),
    ((0, 1, 4), (0, 4, 2)),
    ((3, 1, 4), (0, 3, 4), (0, 4, 2)),
    ((0, 1, 5), (5, 1, 2)),
    ((0, 3, 5), (3, 1, 2), (3, 2, 5)),
    ((5, 4, 2), (0, 1, 4), (0, 4, 5)),
    ((0, 3, 5), (3, 1, 4), (5, 4, 2), (3, 4, 5)),
)
"""What a triangle becomes, by its cut edges (bits: ab, bc, ca); nodes are a, b, c and the middles of ab, bc, ca."""


def with_short_edges(model: Model, longest: float) -> Model:
    """Return a model of the same surface whose edges are at most ``longest`` object units long.

    Triangles that share an edge are cut at the same point of it, so that no cracks open; normals, texture coordinates
    and colours of new corners are the means of their neighbours'.
    """
    vertices, triangles = model.vertices, np.asarray(model.triangles, np.int64)
    origin, (corners, widths) = np.arange(len(triangles)), _packed(model)
    for _ in range(_ROUNDS):
        edges = np.sort(np.stack([triangles, np.roll(triangles, -1, axis=1)], -1), axis=-1)
        cut = np.linalg.norm(vertices[edges[..., 0]] - vertices[edges[..., 1]], axis=-1) > longest
        if not cut.any() or len(triangles) + 2 * cut.sum() > MAX_TRIANGLES:
            break
        vertices, middles = _with_middles(vertices, edges, cut)
        triangles, source, corners = _cut(np.concatenate([triangles, middles], axis=1), cut, corners)
        origin = origin[source]
    return _unpacked(model, vertices, triangles, origin, corners, widths)


def _packed(model: Model) -> tuple[np.ndarray, dict[str, int]]:
    """Return what corners have, side by side, [F, 3, n], and how wide each is."""
    arrays = {name: value for name in ("normals", "uv", "colors") if (value := getattr(model, name)) is not None}
    widths = {name: value.shape[2] for name, value in arrays.items()}
    return np.concatenate(list(arrays.values()), axis=2), widths


def _unpacked(model: Model, vertices, triangles, origin, corners, widths: dict[str, int]) -> Model:
    """Return ``model`` with another mesh, whose triangles come from those numbered ``origin``."""
    ends = np.cumsum(list(widths.values()))
    arrays = dict(zip(widths, np.split(corners, ends[:-1], axis=2)))
    length = np.linalg.norm(arrays["normals"], axis=2, keepdims=True)
    arrays["normals"] = arrays["normals"] / np.where(length > 1e-12, length, 1)
    for name in ("surface_of", "instance_of", "part_of"):
        if (numbers := getattr(model, name)) is not None:
            arrays[name] = numbers[origin]
    return replace(model, vertices=vertices, triangles=triangles.astype(np.int32), **arrays)


def _with_middles(vertices: np.ndarray, edges: np.ndarray, cut: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the vertices with those in the middle of cut edges, and the number of each edge's middle [F, 3]."""
    keys = edges[..., 0] * len(vertices) + edges[..., 1]
    found, number = np.unique(keys[cut], return_inverse=True)
    ends = np.divmod(found, len(vertices))
    middles = np.zeros(cut.shape, np.int64)
    middles[cut] = len(vertices) + number.ravel()
    return np.concatenate([vertices, (vertices[ends[0]] + vertices[ends[1]]) / 2]), middles


def _cut(nodes: np.ndarray, cut: np.ndarray, corners: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return triangles, the triangle that each came from, and corners, after cutting at the nodes [F, 6]."""
    pattern = cut @ np.array([1, 2, 4])
    all_corners = np.concatenate([corners, (corners + np.roll(corners, -1, axis=1)) / 2], axis=1)
    triangles, sources, values = [], [], []
    for number, pieces in enumerate(_PIECES):
        chosen = np.flatnonzero(pattern == number)
        for piece in pieces:
            triangles.append(nodes[chosen][:, piece])
            sources.append(chosen)
            values.append(all_corners[chosen][:, piece])
    return np.concatenate(triangles), np.concatenate(sources), np.concatenate(values)
