"""Solid and surface voxels of a mesh, also of one that is not watertight.

A grid of n voxels fills the cube of side 1 about the origin of the normalised object frame. Arrays are bool [n, n, n]
in the order **x, y, z**: the centre of voxel (i, j, k) is ``((i, j, k) + 0.5) / n - 0.5``.

Solid is decided part by part, after vertices at the same place have become one and triangles that lie there twice
(either way round) have become one; which way round a triangle is never matters:

1. Parts whose every edge has two faces are closed: inside is where a line has crossed them an odd number of times.
   Overlapping parts are united; a cavity that is a part of its own is filled.
2. Other parts that most lines still cross an even number of times (a sphere with a hole) are voted on by lines along
   x, y and z, each looking both ways; a line that leaves through a hole contradicts itself and so has no vote
   (Nooruddin and Turk, Simplification and repair of polygonal models using volumetric techniques, TVCG 2003).
3. All that is left (panels that touch but share no vertices) is voted on in the same way as one part.

Sheets and parts thinner than a voxel have no voxel centre inside: where the surface has no solid voxel around it, its
own voxels are added.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy.ndimage import maximum_filter
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from synth_data.crossings import crossings, turned_back
from synth_data.surface_voxels import surface_voxels

__all__ = ["solid_voxels", "surface_voxels", "voxel_centres"]

_MERGE = 1e-6
"""Vertices closer than this are one (object units)."""

_NEARLY_CLOSED = 0.6
"""Share of lines that must cross a part an even number of times for it to be voted on alone."""

_MAX_ALONE = 64
"""Open parts that are looked at one by one; smaller ones beyond are taken together."""


def voxel_centres(size: int) -> np.ndarray:
    """Return the coordinates of the centres along one axis, float64 [size]."""
    return (np.arange(size) + 0.5) / size - 0.5


def solid_voxels(vertices: np.ndarray, triangles: np.ndarray, size: int) -> np.ndarray:
    """Return which voxels are inside a mesh, or part of something thin; see the module's words.

    Args:
        vertices: float [V, 3], normalised object frame.
        triangles: int [F, 3].
        size: voxels along each axis.

    Returns:
        bool [size, size, size], x, y, z.
    """
    surface = surface_voxels(vertices, triangles, size)
    vertices, triangles = merged(vertices, triangles)
    solid = np.zeros((size,) * 3, bool)
    if len(triangles):
        part = _parts(len(vertices), triangles)
        closed = _closed(triangles, part)
        solid |= _united(vertices, triangles[closed[part]], part[closed[part]], size)
        for chosen in _open_parts(vertices, triangles, part, ~closed[part], size):
            solid |= _voted(vertices, triangles[chosen], size)
    return solid | (surface & ~maximum_filter(solid, 3))


def merged(vertices: np.ndarray, triangles: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the mesh with one vertex at each place, without triangles that are lines, or there already."""
    cells = np.round(vertices / _MERGE).astype(np.int64)
    _, first, number = np.unique(cells, axis=0, return_index=True, return_inverse=True)
    triangles = number.reshape(-1)[triangles]
    ordered = np.sort(triangles, axis=1)
    solid = (ordered[:, 0] != ordered[:, 1]) & (ordered[:, 1] != ordered[:, 2])
    triangles, ordered = triangles[solid], ordered[solid]
    _, kept = np.unique(_keys(ordered, len(first)), return_index=True)
    return vertices[first], triangles[np.sort(kept)]


def _keys(numbers: np.ndarray, count: int) -> np.ndarray:
    """Return one number for each row of vertex numbers [n, 2 or 3] below ``count``."""
    if numbers.shape[1] == 3:
        _, numbers = numbers[:, 0], np.stack([_keys(numbers[:, :2], count), numbers[:, 2]], -1)
        _, pairs = np.unique(numbers[:, 0], return_inverse=True)
        return pairs.reshape(-1) * np.int64(count) + numbers[:, 1]
    return numbers[:, 0] * np.int64(count) + numbers[:, 1]


def _parts(count: int, triangles: np.ndarray) -> np.ndarray:
    """Return the number of the connected part that each triangle belongs to, int [F]."""
    rows, columns = triangles[:, [0, 1]].ravel(), triangles[:, [1, 2]].ravel()
    graph = coo_matrix((np.ones(len(rows), bool), (rows, columns)), (count, count))
    label = connected_components(graph, directed=False)[1][triangles[:, 0]]
    return np.unique(label, return_inverse=True)[1].reshape(-1)


def _closed(triangles: np.ndarray, part: np.ndarray) -> np.ndarray:
    """Return, for each part, whether all its edges have an even number of faces, bool [parts]."""
    edges = np.sort(np.stack([triangles, np.roll(triangles, -1, axis=1)], -1).reshape(-1, 2), axis=1)
    keys = _keys(edges, int(triangles.max()) + 1)
    _, number, count = np.unique(keys, return_inverse=True, return_counts=True)
    odd = count[number.reshape(-1)] % 2 == 1
    return np.bincount(np.repeat(part, 3), odd, minlength=part.max() + 1) == 0


def _united(vertices: np.ndarray, triangles: np.ndarray, part: np.ndarray, size: int) -> np.ndarray:
    """Return the inside of closed parts: between the first and second crossing of a line with one, and so on."""
    found = crossings(vertices, triangles, size, 2)
    order = np.lexsort((found.depth, part[found.triangle], found.line))
    line, index = found.line[order], _first_behind(found.depth[order], size)
    change = np.where(np.arange(len(order)) % 2 == 0, 1, -1)
    steps = np.bincount(line * (size + 1) + index, change, minlength=size * size * (size + 1))
    return np.cumsum(steps.reshape(size, size, size + 1), axis=2)[..., :size] > 0.5


def _open_parts(vertices, triangles, part, is_open, size) -> Iterator[np.ndarray]:
    """Yield the triangles of open parts to be voted on: nearly closed ones alone, then all the others together."""
    rest = np.flatnonzero(is_open)
    numbers, counts = np.unique(part[rest], return_counts=True)
    if len(numbers) > 1:
        alone = numbers[np.argsort(-counts, kind="stable")[:_MAX_ALONE]]
        groups = {number: rest[part[rest] == number] for number in alone if (part[rest] == number).sum() > 3}
        nearly = {n for n, chosen in groups.items() if _even_share(vertices, triangles[chosen], size) >= _NEARLY_CLOSED}
        yield from (groups[number] for number in sorted(nearly))
        rest = rest[~np.isin(part[rest], list(nearly))]
    if len(rest):
        yield rest


def _even_share(vertices: np.ndarray, triangles: np.ndarray, size: int) -> float:
    """Return the share of the lines along x, y and z through a part that cross it an even number of times."""
    counts = [np.bincount(crossings(vertices, triangles, size, axis).line) for axis in range(3)]
    hit = np.concatenate([count[count > 0] for count in counts])
    return float((hit % 2 == 0).mean()) if len(hit) else 0.0


def _voted(vertices: np.ndarray, triangles: np.ndarray, size: int) -> np.ndarray:
    """Return where more of the six directions have an odd number of crossings than have an even one."""
    votes = np.zeros((size,) * 3, np.int8)
    for axis in range(3):
        found = crossings(vertices, triangles, size, axis)
        index = found.line * (size + 1) + _first_behind(found.depth, size)
        steps = np.bincount(index, minlength=size * size * (size + 1)).reshape(size, size, size + 1)
        before = np.cumsum(steps, axis=2)
        behind = before[..., size:] - before
        odd = (before[..., :size] % 2).astype(np.int8) + (behind[..., :size] % 2).astype(np.int8)
        votes += turned_back(odd - 1, axis)
    return votes > 0


def _first_behind(depth: np.ndarray, size: int) -> np.ndarray:
    """Return the number of the first voxel along a line whose centre is not before ``depth``, 0 to ``size``."""
    return np.clip(np.ceil((depth + 0.5) * size - 0.5), 0, size).astype(np.int64)
