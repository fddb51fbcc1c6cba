"""Meshes that parts are made of: boxes, tubes, surfaces of revolution, grids. Each returns (vertices, faces).

Vertices are float64 [V, 3] in metres, faces int [F, 3] counter-clockwise seen from outside.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import numpy as np

Mesh = tuple[np.ndarray, np.ndarray]


def merged(meshes: Iterable[Mesh]) -> Mesh:
    """Return several meshes as one, without joining their vertices."""
    meshes = list(meshes)
    starts = np.cumsum([0] + [len(vertices) for vertices, _ in meshes[:-1]])
    vertices = np.concatenate([vertices for vertices, _ in meshes])
    return vertices, np.concatenate([faces + start for (_, faces), start in zip(meshes, starts)])


def moved(mesh: Mesh, offset) -> Mesh:
    """Return ``mesh`` shifted by ``offset`` [3]."""
    return mesh[0] + np.asarray(offset, np.float64), mesh[1]


def turned(mesh: Mesh, axis: str, angle_deg: float) -> Mesh:
    """Return ``mesh`` turned about the axis ``x``, ``y`` or ``z`` through the origin, right-handed."""
    i, j = {"x": (1, 2), "y": (2, 0), "z": (0, 1)}[axis]
    c, s = np.cos(np.radians(angle_deg)), np.sin(np.radians(angle_deg))
    vertices = mesh[0].copy()
    vertices[:, i], vertices[:, j] = c * mesh[0][:, i] - s * mesh[0][:, j], s * mesh[0][:, i] + c * mesh[0][:, j]
    return vertices, mesh[1]


def mirrored(mesh: Mesh) -> Mesh:
    """Return ``mesh`` under x -> -x, faces still counter-clockwise."""
    return mesh[0] * (-1, 1, 1), mesh[1][:, ::-1]


def both_sides(mesh: Mesh) -> Mesh:
    """Return ``mesh`` together with its mirror image under x -> -x."""
    return merged([mesh, mirrored(mesh)])


def shared(array: np.ndarray) -> np.ndarray:
    """Return ``array`` closed to writing: many meshes have it in common."""
    array.flags.writeable = False
    return array


@lru_cache(maxsize=1024)
def grid_faces(rows: int, columns: int, wrap_rows: bool = False, wrap_columns: bool = False) -> np.ndarray:
    """Return the triangles of a grid of ``rows`` x ``columns`` vertices (row-major), two a cell.

    The normal is (along columns) x (along rows). A wrapped axis joins its last line to its first. The array is shared.
    """
    i, j = np.meshgrid(
        np.arange(rows if wrap_rows else rows - 1), np.arange(columns if wrap_columns else columns - 1), indexing="ij"
    )
    a, b = i * columns + j, i * columns + (j + 1) % columns
    c, d = (i + 1) % rows * columns + (j + 1) % columns, (i + 1) % rows * columns + j
    return shared(np.stack([a, b, c, a, c, d], axis=-1).reshape(-1, 3))


def enclosed(front: np.ndarray, back: np.ndarray) -> Mesh:
    """Return the closed mesh between two grids [rows, columns, 3] whose rims are joined.

    ``front`` looks along (along columns) x (along rows); ``back`` lies behind it, point by point.
    """
    return np.concatenate([front.reshape(-1, 3), back.reshape(-1, 3)]), _enclosing_faces(*front.shape[:2])


@lru_cache(maxsize=256)
def _enclosing_faces(rows: int, columns: int) -> np.ndarray:
    """Return the triangles of `enclosed`."""
    face, index = grid_faces(rows, columns), np.arange(rows * columns).reshape(rows, columns)
    rim = np.concatenate([index[0, :-1], index[:-1, -1], index[-1, :0:-1], index[:0:-1, 0]])
    following, behind = np.roll(rim, -1), rows * columns
    sides = [np.stack([rim, rim + behind, following + behind], -1), np.stack([rim, following + behind, following], -1)]
    return shared(np.concatenate([face, face[:, ::-1] + behind, *sides]))


def box(size, center=(0.0, 0.0, 0.0)) -> Mesh:
    """Return an axis-aligned box of ``size`` [3] about ``center`` [3], 12 triangles."""
    corners = np.array([[x, y, z] for z in (-0.5, 0.5) for y in (-0.5, 0.5) for x in (-0.5, 0.5)])
    quads = np.array([[0, 2, 3, 1], [4, 5, 7, 6], [0, 1, 5, 4], [2, 6, 7, 3], [0, 4, 6, 2], [1, 3, 7, 5]])
    faces = quads[:, [0, 1, 2, 0, 2, 3]].reshape(-1, 3)
    return corners * np.asarray(size, np.float64) + np.asarray(center, np.float64), faces


def _cube_surface(steps: np.ndarray) -> Mesh:
    """Return the surface of the cube [-1, 1]^3 with the grid lines ``steps`` [n] on each axis, vertices joined."""
    where, faces = _cube_grid(len(steps))
    return steps[where].astype(np.float64), faces


@lru_cache(maxsize=32)
def _cube_grid(n: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the grid places [V, 3] on the surface of a cube of ``n`` lines an axis, and the triangles between them."""
    index = np.full((n, n, n), -1)
    surface = np.zeros((n, n, n), bool)
    for axis in range(3):
        np.moveaxis(surface, axis, 0)[[0, -1]] = True
    index[surface] = np.arange(surface.sum())
    faces = []
    for axis in range(3):
        sheet = np.moveaxis(index, axis, 0)
        for side, plane in ((0, sheet[0]), (1, sheet[-1])):
            quads = np.stack([plane[:-1, :-1], plane[1:, :-1], plane[1:, 1:], plane[:-1, 1:]], -1).reshape(-1, 4)
            outward = (side == 1) != (axis == 1)
            quads = quads if outward else quads[:, ::-1]
            faces.append(quads[:, [0, 1, 2, 0, 2, 3]].reshape(-1, 3))
    return shared(np.argwhere(surface)), shared(np.concatenate(faces))


def rounded_box(size, center=(0.0, 0.0, 0.0), radius: float = 0.02, segments: int = 2, puff: float = 0.0,
                divisions: int = 1) -> Mesh:  # fmt: skip
    """Return a box with rounded edges: closed, every edge an arc of ``segments`` pieces.

    Args:
        size: outer size [3].
        center: its middle [3].
        radius: of the edges; at most half the smallest side is used.
        segments: pieces in a quarter of arc.
        puff: how far the middles of the faces swell out, as of a cushion, in metres.
        divisions: strips that the flat faces are cut in, so that they can be bent afterwards; at least 2 with ``puff``.
    """
    size = np.asarray(size, np.float64)
    radius = min(radius, 0.499 * size.min())
    arc = np.tan(np.linspace(0, np.pi / 4, segments + 1))
    middle = np.linspace(-1, 1, max(divisions, 2 if puff else 1) + 1)[1:-1]
    steps = np.concatenate([-(1 + arc)[::-1], middle, 1 + arc])
    cube, faces = _cube_surface(steps)
    inner = np.clip(cube, -1, 1)
    out = cube - inner
    length = np.linalg.norm(out, axis=1, keepdims=True)
    points = inner * (size / 2 - radius) + radius * out / np.maximum(length, 1e-9)
    if puff:
        flat = np.clip(np.abs(inner), 0, 1)
        swell = np.stack([(1 - flat[:, (k + 1) % 3] ** 2) * (1 - flat[:, (k + 2) % 3] ** 2) for k in range(3)], -1)
        points = points + puff * swell * np.sign(points) * (np.abs(cube) > 1)
    return points + np.asarray(center, np.float64), faces


def revolve(profile: np.ndarray, segments: int = 24) -> Mesh:
    """Return the surface of revolution of ``profile`` [n, 2] (radius, z) about the z axis.

    A profile that runs from bottom to top with the solid on its left (towards the axis) gives outward faces. Where
    it ends at radius 0, the ring there closes up in one vertex.
    """
    profile = np.asarray(profile, np.float64)
    angle = np.arange(segments) * (2 * np.pi / segments)
    ring = np.stack([np.cos(angle), np.sin(angle)], -1)
    first, last = profile[0, 0] <= 1e-9, profile[-1, 0] <= 1e-9
    body = profile[int(first) : len(profile) - int(last)]
    xy = body[:, None, :1] * ring[None]
    z = np.broadcast_to(body[:, 1, None, None], (*xy.shape[:2], 1))
    vertices = np.concatenate([xy, z], -1).reshape(-1, 3)
    faces = [grid_faces(len(body), segments, wrap_columns=True)]
    column = np.arange(segments)
    following = (column + 1) % segments
    if first:
        faces.append(np.stack([following, column, np.full(segments, len(vertices))], -1))
        vertices = np.concatenate([vertices, [[0, 0, profile[0, 1]]]])
    if last:
        top = (len(body) - 1) * segments
        faces.append(np.stack([top + column, top + following, np.full(segments, len(vertices))], -1))
        vertices = np.concatenate([vertices, [[0, 0, profile[-1, 1]]]])
    return vertices, np.concatenate(faces)


def sleeve(section: np.ndarray, segments: int = 24) -> Mesh:
    """Return a closed band about the z axis, none of it on the axis.

    Args:
        section: [n, 2] (radius, z) around what is swept, counter-clockwise with the radius to the right and z up.
        segments: around the axis.
    """
    section = np.asarray(section, np.float64)
    angle = np.arange(segments) * (2 * np.pi / segments)
    xy = section[:, None, :1] * np.stack([np.cos(angle), np.sin(angle)], -1)[None]
    z = np.broadcast_to(section[:, 1, None, None], (*xy.shape[:2], 1))
    faces = grid_faces(len(section), segments, wrap_rows=True, wrap_columns=True)
    return np.concatenate([xy, z], -1).reshape(-1, 3), faces


def cylinder(radius: float, z0: float, z1: float, segments: int = 16, top_radius: float | None = None) -> Mesh:
    """Return a closed upright cylinder (or cone frustum) about the z axis."""
    top = radius if top_radius is None else top_radius
    return revolve(np.array([[0, z0], [radius, z0], [top, z1], [0, z1]]), segments)


def tube(path: np.ndarray, radius, segments: int = 8, square: bool = False) -> Mesh:
    """Return a closed tube along ``path`` [n, 3].

    Args:
        path: its centre line, without repeated points.
        radius: one number, or one a point [n], or two half-widths [n, 2] across and along the frame's second axis.
        segments: sides of the tube.
        square: a bar of rectangular section with sides 2 * radius.
    """
    path = np.asarray(path, np.float64)
    radii = np.broadcast_to(
        np.asarray(radius, np.float64).reshape(-1, np.size(radius) if np.ndim(radius) == 0 else 1)
        if np.ndim(radius) < 2
        else radius,
        (len(path), 2 if np.ndim(radius) == 2 else 1),
    )
    side, up = _frames(path)
    if square:
        angle, stretch = np.pi / 4 + np.arange(4) * np.pi / 2, np.sqrt(2)
    else:
        angle, stretch = np.arange(segments) * (2 * np.pi / segments), 1.0
    across = stretch * np.cos(angle)[None, :, None] * side[:, None] * radii[:, None, :1]
    along = stretch * np.sin(angle)[None, :, None] * up[:, None] * radii[:, None, -1:]
    rings = path[:, None] + across + along
    count = len(angle)
    vertices = np.concatenate([rings.reshape(-1, 3), path[[0, -1]]])
    return vertices, tube_faces(len(path), count)


@lru_cache(maxsize=256)
def tube_faces(rings: int, count: int) -> np.ndarray:
    """Return the triangles of a closed tube: its rings of ``count`` vertices, then the middles of both ends. Shared."""
    column, following = np.arange(count), (np.arange(count) + 1) % count
    end, middle = (rings - 1) * count, rings * count
    caps = [
        np.stack([following, column, np.full(count, middle)], -1),
        np.stack([end + column, end + following, np.full(count, middle + 1)], -1),
    ]
    return shared(np.concatenate([grid_faces(rings, count, wrap_columns=True), *caps]))


def cross(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return the cross products of [..., 3]; several times as quick for small arrays as NumPy's."""
    (x, y, z), (u, v, w) = np.moveaxis(a, -1, 0), np.moveaxis(b, -1, 0)
    return np.stack([y * w - z * v, z * u - x * w, x * v - y * u], -1)


def _frames(path: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return two unit vectors [n, 3] across ``path`` at each point, turning as little as can be (transported)."""
    tangent = np.gradient(path, axis=0)
    tangent /= np.linalg.norm(tangent, axis=1, keepdims=True)
    start = np.array([1.0, 0, 0]) if abs(tangent[0, 0]) < 0.9 else np.array([0, 0, 1.0])
    side = np.empty_like(path)
    for i, t in enumerate(tangent):
        start = start - t * (start @ t)
        start = start / np.linalg.norm(start)
        side[i] = start
    return side, cross(tangent, side)


def extruded(outline: np.ndarray, z0: float, z1: float, bevel: float = 0.0) -> Mesh:
    """Return a closed prism over a star-shaped ``outline`` [n, 2] (counter-clockwise in x, y), from ``z0`` to ``z1``.

    ``bevel`` draws the outline in at the top and bottom edges, towards its middle, by that many metres.
    """
    outline = np.asarray(outline, np.float64)
    middle = outline.mean(axis=0)
    reach = np.linalg.norm(outline - middle, axis=1, keepdims=True)
    inner = middle + (outline - middle) * (1 - bevel / np.maximum(reach, 2 * bevel + 1e-9))
    levels = (
        [(inner, z0), (outline, z0 + bevel), (outline, z1 - bevel), (inner, z1)]
        if bevel
        else [(outline, z0), (outline, z1)]
    )
    n = len(outline)
    vertices = np.concatenate([np.column_stack([ring, np.full(n, z)]) for ring, z in levels])
    vertices = np.concatenate([vertices, [[*middle, z0], [*middle, z1]]])
    return vertices, tube_faces(len(levels), n)
