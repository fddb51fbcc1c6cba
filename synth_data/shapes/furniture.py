"""Pieces that furniture is made of: legs, beams, slabs with soft edges, bent sheets, castors, cushions.

Each returns (vertices, faces) in metres like `primitives`, closed and with its faces outwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from synth_data.shapes.mesh import Material, Part, assembled
from synth_data.shapes.primitives import (
    Mesh,
    cylinder,
    enclosed,
    grid_faces,
    merged,
    moved,
    revolve,
    rounded_box,
    tube,
    tube_faces,
    turned,
)

Pieces = list[tuple[Mesh, Material]]
"""Meshes with what they are made of, as `assembled` takes them."""

LEGS: dict[str, tuple[tuple[float, ...], tuple[float, ...]]] = {
    "straight": ((0, 0.012, 1), (0.85, 1, 1)),
    "tapered": ((0, 0.01, 1), (0.5, 0.55, 1)),
    "turned": (
        (0, 0.03, 0.10, 0.14, 0.16, 0.19, 0.30, 0.45, 0.60, 0.66, 0.69, 0.72, 0.75, 0.78, 1),
        (0.42, 0.55, 0.62, 0.50, 0.78, 0.52, 0.72, 0.95, 0.80, 0.55, 0.92, 0.92, 0.58, 0.98, 1.0),
    ),
    "block": ((0, 0.05, 1), (0.9, 1, 1)),
}
"""Kind of leg -> heights (parts of the leg's, from the floor) and widths there (parts of the width at the top)."""


def loft(rings: np.ndarray) -> Mesh:
    """Return the closed surface through ``rings`` [n, m, 3], each counter-clockwise seen from the last one's side."""
    n, m, _ = rings.shape
    return np.concatenate([rings.reshape(-1, 3), rings[[0, -1]].mean(axis=1)]), tube_faces(n, m)


def _section(square: bool, segments: int = 14) -> np.ndarray:
    """Return a unit section [m, 2]: a circle, or a square of half-side 1 with cut corners."""
    if square:
        b = 0.78
        return np.array([[1, -b], [1, b], [b, 1], [-b, 1], [-1, b], [-1, -b], [-b, -1], [b, -1]], np.float64)
    angle = np.arange(segments) * (2 * np.pi / segments)
    return np.stack([np.cos(angle), np.sin(angle)], -1)


def leg(foot, top, radius: float, kind: str = "straight", square: bool = False, sweep=(0.0, 0.0)) -> Mesh:
    """Return a leg with level ends from ``foot`` [3] to ``top`` [3].

    Args:
        foot, top: middles of its ends.
        radius: half its width at the top.
        kind: a key of `LEGS`.
        square: of square section, else round.
        sweep: how far [x, y] its middle bows out (a sabre leg), in metres.
    """
    at, width = (np.array(values, np.float64) for values in LEGS[kind])
    if np.any(sweep):
        fine = np.union1d(at, np.linspace(0, 1, 9))
        at, width = fine, np.interp(fine, at, width)
    path = np.outer(1 - at, foot) + np.outer(at, top)
    path[:, :2] += np.outer(4 * at * (1 - at), sweep)
    ring = _section(square)
    rings = np.repeat(path[:, None], len(ring), axis=1)
    rings[:, :, :2] += radius * width[:, None, None] * ring
    return loft(rings)


def beam(start, end, across: float, up: float, cut: float = 0.2) -> Mesh:
    """Return a straight bar of rectangular section with cut edges.

    Args:
        start, end: middles of its ends [3].
        across: width along the level direction across it (along x where it stands upright).
        up: its other width.
        cut: how much of the half-width the edges lose, 0 to 1.
    """
    start, end = np.asarray(start, np.float64), np.asarray(end, np.float64)
    length = np.linalg.norm(end - start)
    ahead = (end - start) / length
    side = np.cross(ahead, (0, 0, 1.0))
    side = side / np.linalg.norm(side) if np.linalg.norm(side) > 1e-3 else np.array([1.0, 0, 0])
    other = np.cross(ahead, side)
    w, h = across / 2, up / 2
    c = cut * min(w, h)
    corners = [(w, c - h), (w, h - c), (w - c, h), (c - w, h), (-w, h - c), (-w, c - h), (c - w, -h), (w - c, -h)]
    ring = np.array(corners) @ np.stack([side, other])
    inset = min(c, 0.2 * length)
    shrunk = 1 - c / max(w, h)
    steps = [(0, shrunk), (inset, 1), (length - inset, 1), (length, shrunk)]
    return loft(np.stack([start + ahead * along + ring * scale for along, scale in steps]))


def fillet(points, radius: float, segments: int = 6) -> np.ndarray:
    """Return the polyline ``points`` [n, 3] with its corners rounded, [m, 3]; ``radius`` is cut off at each."""
    points = np.asarray(points, np.float64)
    line = [points[0]]
    t = np.linspace(0, 1, segments + 1)[:, None]
    for before, corner, after in zip(points[:-2], points[1:-1], points[2:]):
        a, b = before - corner, after - corner
        reach_a, reach_b = np.linalg.norm(a), np.linalg.norm(b)
        cut = min(radius, 0.48 * reach_a, 0.48 * reach_b)
        p, q = corner + a / reach_a * cut, corner + b / reach_b * cut
        line.extend((1 - t) ** 2 * p + 2 * t * (1 - t) * corner + t**2 * q)
    line.append(points[-1])
    return np.array(line)


def ring_tube(radius: float, thickness: float, height: float, segments: int = 32) -> Mesh:
    """Return a torus about the z axis at ``height``: ``radius`` of its centre line, ``thickness`` of the tube."""
    angle = np.arange(segments) * (2 * np.pi / segments)
    turn = np.arange(10) * (2 * np.pi / 10)
    reach = radius + thickness / 2 * np.cos(turn)[None, :]
    x, y = reach * np.cos(angle)[:, None], reach * np.sin(angle)[:, None]
    z = np.broadcast_to(height + thickness / 2 * np.sin(turn)[None, :], x.shape)
    faces = grid_faces(segments, 10, wrap_rows=True, wrap_columns=True)
    return np.stack([x, y, z], -1).reshape(-1, 3), faces[:, ::-1]


def trapezoid(front: float, back: float, depth: float, corner: float, bow: float = 0.0) -> np.ndarray:
    """Return the outline [n, 2] of a seat: ``front`` (at -y) and ``back`` widths, rounded corners, counter-clockwise.

    ``bow`` swells the front edge forwards, in metres.
    """
    corners = [(-front / 2, -depth / 2), (front / 2, -depth / 2), (back / 2, depth / 2), (-back / 2, depth / 2)]
    ring = []
    for i, here in enumerate(corners):
        path = np.array([[*corners[i - 1], 0], [*here, 0], [*corners[(i + 1) % 4], 0]])
        ring.append(fillet(path, corner, 8)[1:-1])
        following = np.array([*corners[(i + 1) % 4], 0])
        start = ring[-1][-1]
        stop = following + (start - following) / np.linalg.norm(start - following) * min(corner, 0.48 * depth)
        ring.append(start + (stop - start) * np.array([[0.2], [0.4], [0.6], [0.8]]))
    outline = np.concatenate(ring)[:, :2]
    ahead = np.clip(-outline[:, 1] / (depth / 2), 0, 1) ** 2
    outline[:, 1] -= bow * ahead * (1 - np.clip(np.abs(outline[:, 0]) / (front / 2), 0, 1) ** 2)
    return outline


def ellipse(width: float, depth: float, segments: int = 56, power: float = 2.0) -> np.ndarray:
    """Return an ellipse's outline [n, 2], counter-clockwise; a ``power`` above 2 squares it (superellipse)."""
    angle = np.arange(segments) * (2 * np.pi / segments)
    c, s = np.cos(angle), np.sin(angle)
    bulge = 2 / power
    return np.stack([width / 2 * np.sign(c) * np.abs(c) ** bulge, depth / 2 * np.sign(s) * np.abs(s) ** bulge], -1)


@dataclass(frozen=True, kw_only=True)
class TopParams:
    """What tables and desks have in common, in metres.

    Attributes:
        style: the kind.
        wood: material of the top (it may be glass or stone).
        frame: material of what carries it.
        metal: material of handles.
        width, depth, height: of the main top; ``width`` runs along x.
        thickness, corner: of the top; the corner's radius seen from above.
        overhang: of the top over what carries it.
        leg_radius: half the width of a leg.
        drawers: in the front.
        side: 1 left (+x), -1 right, 0 both or none, of what is on one side.
    """

    style: str
    wood: Material
    frame: Material
    metal: Material
    width: float
    depth: float
    height: float
    thickness: float
    corner: float
    overhang: float
    leg_radius: float
    drawers: int = 0
    side: int = 0

    @property
    def under(self) -> float:
        """Height of the top's underside."""
        return self.height - self.thickness


def slab(
    outline: np.ndarray, z0: float, z1: float, radius: float, puff: float = 0.0, under: float | None = None
) -> Mesh:
    """Return a plate over a convex ``outline`` [n, 2] with round edges.

    Args:
        outline: counter-clockwise seen from above.
        z0, z1: heights of its underside and of its top's edge.
        radius: of the upper edge; across, less where the outline's corners are sharper, lest the edge fold over itself.
        puff: how far the middle of the top rises (a cushion) or, below 0, sinks (a hollowed seat).
        under: radius of the lower edge; None: the same as above.
    """
    thickness = z1 - z0
    radius = min(radius, 0.49 * thickness)
    under = radius if under is None else min(under, 0.49 * thickness)
    tangent = np.roll(outline, -1, axis=0) - np.roll(outline, 1, axis=0)
    normal = np.stack([tangent[:, 1], -tangent[:, 0]], -1)
    normal /= np.linalg.norm(normal, axis=1, keepdims=True)
    most = 0.95 * _tightest(outline, normal)
    quarter = np.linspace(0, np.pi / 2, 5)
    levels = [(min(under, most) * (1 - np.sin(a)), z0 + under * (1 - np.cos(a))) for a in quarter]
    levels += [(min(radius, most) * (1 - np.cos(a)), z1 - radius * (1 - np.sin(a))) for a in quarter]
    rings = [np.column_stack([outline - normal * inset, np.full(len(outline), z)]) for inset, z in levels]
    edge, middle = rings[-1], rings[-1].mean(axis=0)
    for scale in (0.92, 0.78, 0.6, 0.4, 0.2):
        ring = middle + (edge - middle) * scale
        ring[:, 2] = z1 + puff * (1 - scale**2)
        rings.append(ring)
    vertices, faces = loft(np.stack(rings))
    vertices[-1, 2] = z1 + puff
    return vertices, faces


def _tightest(outline: np.ndarray, normal: np.ndarray) -> float:
    """Return how far a convex outline [n, 2] can be moved against its normals before an edge of it turns round."""
    edge, turn = (np.roll(values, -1, axis=0) - values for values in (outline, normal))
    along = (edge * turn).sum(axis=1)
    return float(((edge**2).sum(axis=1) / np.maximum(along, 1e-12)).min())


def sheet(points: np.ndarray, thickness: float) -> Mesh:
    """Return a bent sheet: ``points`` [rows, columns, 3] is its face, the body lies ``thickness`` behind it.

    The face looks along (along columns) x (along rows).
    """
    normal = np.cross(np.gradient(points, axis=1), np.gradient(points, axis=0))
    normal /= np.linalg.norm(normal, axis=-1, keepdims=True)
    return enclosed(points, points - thickness * normal)


def castor(radius: float = 0.027) -> Mesh:
    """Return a twin-wheeled castor that stands on the floor at the origin."""
    wheel = turned(cylinder(radius, -0.009, 0.009, 16), "y", 90)
    wheels = [moved(wheel, (x, 0.012, radius)) for x in (-0.014, 0.014)]
    hood = rounded_box((0.016, 0.045, 0.035), (0, 0.006, radius + 0.012), 0.008, segments=1)
    return merged([*wheels, hood, cylinder(0.006, radius, 2.4 * radius, 8)])


def star_base(arms: int, reach: float, turn_deg: float) -> tuple[Mesh, Mesh, np.ndarray]:
    """Return the star of a swivel chair, its castors, and the points [arms, 3] where they touch the floor.

    The first arm looks along -y turned by ``turn_deg``; the others follow counter-clockwise seen from above.
    """
    star, castors, ends = [], [], []
    for k in range(arms):
        angle = turn_deg - 90 + 360 * k / arms
        path = np.array([[0.03, 0, 0.115], [0.5 * reach, 0, 0.098], [reach, 0, 0.074]])
        star.append(turned(tube(path, np.array([[0.020, 0.024], [0.016, 0.020], [0.012, 0.014]]), 10), "z", angle))
        castors.append(turned(moved(turned(castor(), "z", 90), (reach + 0.004, 0, 0)), "z", angle))
        ends.append(((reach - 0.008) * np.cos(np.radians(angle)), (reach - 0.008) * np.sin(np.radians(angle)), 0.0))
    star.append(revolve(np.array([[0, 0.075], [0.035, 0.075], [0.042, 0.10], [0.030, 0.15], [0, 0.15]]), 20))
    return merged(star), merged(castors), np.array(ends)


def disc_base(radius: float, column: float, top: float) -> Mesh:
    """Return a flat round foot with a column of radius ``column`` up to height ``top``."""
    foot = [[0, 0], [radius, 0], [radius, 0.008], [0.96 * radius, 0.016], [0.3 * radius, 0.03], [1.3 * column, 0.05]]
    return revolve(np.array([*foot, [column, 0.08], [column, top], [0, top]]), 32)


def cushion(size, center=(0.0, 0.0, 0.0), puff: float = 0.03, radius: float = 0.05) -> Mesh:
    """Return a stuffed cushion: round edges, its two broad faces swollen by ``puff``, the narrow ones by a third."""
    flat, faces = rounded_box(size, center, radius, segments=4, divisions=6)
    full, _ = rounded_box(size, center, radius, segments=4, puff=puff, divisions=6)
    share = np.full(3, 1 / 3)
    share[np.argmin(size)] = 1.0
    return flat + (full - flat) * share, faces


def pillow(width: float, height: float, thickness: float) -> Mesh:
    """Return a loose pillow about the origin, flat in y: two skins that meet in a seam, its corners drawn out."""
    n = 13
    t = np.sin(np.linspace(-np.pi / 2, np.pi / 2, n))
    u, v = np.meshgrid(t, t)
    swell = ((1 - u**2) * (1 - v**2)) ** 0.42
    waist = 0.07
    x, z = width / 2 * u * (1 - waist * (1 - v**2)), height / 2 * v * (1 - waist * (1 - u**2))
    front = np.stack([x, -thickness / 2 * swell - 0.004, z], -1)
    return enclosed(front, front * (1, -1, 1))


def drawer_front(width: float, height: float, center, handle: str) -> tuple[Mesh, Mesh]:
    """Return a drawer's front that looks along -y, and its handle (``knob``, ``bar`` or ``cup``)."""
    x, y, z = center
    front = rounded_box((width, 0.018, height), center, 0.003, segments=2)
    if handle == "knob":
        knob = revolve(np.array([[0, 0], [0.006, 0], [0.006, 0.012], [0.014, 0.018], [0.012, 0.027], [0, 0.03]]), 14)
        return front, moved(turned(knob, "x", 90), (x, y - 0.009, z))
    if handle == "cup":
        return front, rounded_box((min(0.09, 0.5 * width), 0.022, 0.028), (x, y - 0.018, z), 0.01)
    half = min(0.08, 0.35 * width)
    path = [(x - half, y - 0.008, z), (x - half, y - 0.035, z), (x + half, y - 0.035, z), (x + half, y - 0.008, z)]
    return front, tube(fillet(path, 0.012), 0.005, 8)


def snapped(meshes: Iterable[Mesh], target) -> np.ndarray:
    """Return the vertex of ``meshes`` nearest to ``target`` [3]: a keypoint that lies on the surface."""
    vertices = np.concatenate([vertices for vertices, _ in meshes])
    return vertices[np.argmin(np.linalg.norm(vertices - np.asarray(target, np.float64), axis=1))].copy()


def snapped_pair(meshes: Iterable[Mesh], target) -> tuple[np.ndarray, np.ndarray]:
    """Return the vertices nearest to ``target`` [3], on the left, and to what that becomes under x -> -x."""
    meshes = list(meshes)
    left = snapped(meshes, target)
    return left, snapped(meshes, left * (-1, 1, 1))


def four_snapped(meshes: Iterable[Mesh], x: float, y: float, z: float) -> dict[str, np.ndarray]:
    """Return ``front_left`` ... ``back_right`` -> the vertices of ``meshes`` nearest to (+-x, +-y, z)."""
    meshes = list(meshes)
    points = {}
    for end, sign in (("front", -1), ("back", 1)):
        points[f"{end}_left"], points[f"{end}_right"] = snapped_pair(meshes, (x, sign * y, z))
    return points


def lengthwise(stations, cut: float = 0.3) -> Mesh:
    """Return a closed bar along y, of rectangular sections with cut edges.

    Args:
        stations: (y, lowest z, highest z, half its width) of each section, from the front (-y) to the back.
        cut: how much of a section's half-width and half-height its edges lose, 0 to 1.
    """
    b = 1 - cut
    unit = np.array([(-1, -b), (-1, b), (-b, 1), (b, 1), (1, b), (1, -b), (b, -1), (-b, -1)])
    rings = []
    for y, low, high, half in stations:
        xz = unit * (half, (high - low) / 2) + (0, (high + low) / 2)
        rings.append(np.column_stack([xz[:, 0], np.full(8, y), xz[:, 1]]))
    return loft(np.stack(rings))


def box_corners(low, high) -> dict[str, np.ndarray]:
    """Return the corners of a box by name, ``bottom_front_left`` ... ``top_back_right``."""
    points = {}
    for level, z in (("bottom", low[2]), ("top", high[2])):
        for end, y in (("front", low[1]), ("back", high[1])):
            points[f"{level}_{end}_left"] = np.array([high[0], y, z])
            points[f"{level}_{end}_right"] = np.array([low[0], y, z])
    return points


BOX_EDGES = tuple(
    (f"{level}_{a}", f"{level}_{b}")
    for level in ("bottom", "top")
    for a, b in (("front_left", "front_right"), ("front_right", "back_right"), ("back_right", "back_left"),
                 ("back_left", "front_left"))
) + tuple(
    (f"bottom_{corner}", f"top_{corner}") for corner in ("front_left", "front_right", "back_left", "back_right")
)  # fmt: skip
"""The twelve edges between `box_corners`."""


def parts_of(groups: Mapping[str, Sequence[tuple[Mesh, Material]]], sharp_angle_deg: float = 40.0) -> tuple[Part, ...]:
    """Return one part for each name with (mesh, material) pieces; names without any are left out."""
    return tuple(assembled(name, pieces, sharp_angle_deg=sharp_angle_deg) for name, pieces in groups.items() if pieces)
