"""The voxels that a surface passes through, by the separating-axis test (Akenine-Moller, JGT 2001)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

_CHUNK = 1_000_000
"""Candidates (triangle, voxel) that are looked at together."""

_MOST = 6.0
"""Triangles that are longer than this, in voxels, are cut, so that few voxels of their boxes are beside them."""


def surface_voxels(vertices: np.ndarray, triangles: np.ndarray, size: int) -> np.ndarray:
    """Return the voxels that triangles touch, bool [size, size, size]; see `synth_data.voxels` for the grid.

    Args:
        vertices: float [V, 3], normalised object frame; what is outside the grid is left out.
        triangles: int [F, 3].
        size: voxels along each axis.
    """
    grid = np.zeros(size**3, bool)
    corners = _cut((np.asarray(vertices, np.float64) + 0.5)[triangles] * size, _MOST)
    first = np.clip(np.floor(corners.min(axis=1) - 1e-9), 0, size).astype(np.int64)
    extent = np.clip(np.floor(corners.max(axis=1) + 1e-9).astype(np.int64) + 1, 0, size) - first
    for chosen in _chunks(np.maximum(extent, 0).prod(axis=1)):
        owner, voxel = _candidates(first[chosen], extent[chosen])
        number = (voxel[:, 0] * size + voxel[:, 1]) * size + voxel[:, 2]
        new = ~grid[number]
        owner, voxel, number = owner[new], voxel[new], number[new]
        grid[number[_touch(corners[chosen], owner, voxel + 0.5)]] = True
    return grid.reshape(size, size, size)


def _cut(corners: np.ndarray, longest: float) -> np.ndarray:
    """Return triangles [F, 3, 3] whose long ones have been cut in four until none is longer."""
    done = []
    while len(corners):
        length = np.linalg.norm(corners - np.roll(corners, -1, axis=1), axis=2).max(axis=1)
        done.append(corners[length <= longest])
        corners = corners[length > longest]
        a, b, c = corners.transpose(1, 0, 2)
        ab, bc, ca = (a + b) / 2, (b + c) / 2, (c + a) / 2
        pieces = ((a, ab, ca), (ab, b, bc), (ca, bc, c), (ab, bc, ca))
        corners = np.concatenate([np.stack(piece, axis=1) for piece in pieces])
    return np.concatenate(done) if done else corners


def _chunks(counts: np.ndarray) -> Iterator[np.ndarray]:
    """Yield the numbers of triangles inside the grid, so many that memory stays small."""
    chosen = np.flatnonzero(counts)
    if len(chosen):
        group = np.cumsum(counts[chosen]) // _CHUNK
        yield from np.split(chosen, np.flatnonzero(np.diff(group)) + 1)


def _candidates(first: np.ndarray, extent: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return all pairs of triangle and voxel in its box: int [n] and [n, 3]."""
    count = extent.prod(axis=1)
    owner = np.repeat(np.arange(len(first)), count)
    local = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    local, z = np.divmod(local, extent[owner, 2])
    x, y = np.divmod(local, extent[owner, 1])
    return owner, np.stack([x, y, z], -1) + first[owner]


def _touch(corners: np.ndarray, owner: np.ndarray, centre: np.ndarray) -> np.ndarray:
    """Return the numbers of the pairs whose triangle meets the voxel of side 1 about the centre."""
    edges = np.roll(corners, -1, axis=1) - corners
    normal = np.cross(edges[:, 0], edges[:, 1])
    kept = _not_apart(np.arange(len(owner)), corners, owner, centre, normal)
    for edge in range(3):
        for axis in range(3):
            direction = np.cross(np.eye(3)[axis], edges[:, edge])
            kept = _not_apart(kept, corners, owner, centre, direction)
    return kept


def _not_apart(kept, corners, owner, centre, direction) -> np.ndarray:
    """Return which of the pairs ``kept`` are not separated along their triangle's ``direction`` [F, 3]."""
    along = np.einsum("fkc,fc->fk", corners, direction)
    reach = np.abs(direction).sum(axis=1) / 2 + 1e-9
    low, high = along.min(axis=1) - reach, along.max(axis=1) + reach
    which = owner[kept]
    place = np.einsum("nc,nc->n", centre[kept], direction[which])
    return kept[(place >= low[which]) & (place <= high[which])]
