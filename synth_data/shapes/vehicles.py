"""Pieces that vehicles are made of: lofted skins and the panels on them, wheels, paints, paired keypoints.

Skins run along y from front to back. Their rings start at the bottom and go up on the right (-x), over the top, and
down on the left (+x). Everything is in metres, closed, with its faces outwards.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from synth_data.shapes.bounds import uniform
from synth_data.shapes.furniture import loft
from synth_data.shapes.materials import hsv, srgb
from synth_data.shapes.mesh import Color, Material
from synth_data.shapes.primitives import Mesh, cross, cylinder, enclosed, mirrored, moved, revolve, turned
from vantage.geometry.symmetry import Symmetry

Surface = Callable[[np.ndarray, np.ndarray], np.ndarray]
"""An end of a body: y at (x, z)."""

Piece = tuple[Mesh, Material]


def oval(count: int, top=2.0, bottom=2.0) -> np.ndarray:
    """Return unit superellipses [..., count, 2] (x, z) that start at the bottom and go up on the right.

    ``top`` and ``bottom`` [...] are the powers of the upper and the lower half: 2 is round, above 2 boxy, 1 a rhombus.
    """
    angle = np.arange(count) * (2 * np.pi / count)
    x, z = np.round(-np.sin(angle), 12), np.round(-np.cos(angle), 12)
    power = np.where(z > 0, np.expand_dims(top, -1), np.expand_dims(bottom, -1))
    return np.stack([np.sign(x) * np.abs(x) ** (2 / power), np.sign(z) * np.abs(z) ** (2 / power)], -1)


def rings(y, half_width, low, high, top=2.0, bottom=2.0, waist=0.5, count: int = 24) -> np.ndarray:
    """Return upright rings [n, count, 3], one a station.

    Args:
        y, half_width, low, high: [n] or numbers, the stations and the extent of the ring there.
        top, bottom: powers of the upper and lower half (`oval`), [n] or numbers.
        waist: height of the widest place, 0 at ``low`` to 1 at ``high``, [n] or a number.
        count: points of a ring; even.
    """
    arrays = np.broadcast_arrays(*(np.asarray(a, np.float64) for a in (y, half_width, low, high, top, bottom, waist)))
    y, half_width, low, high, top, bottom, waist = (np.atleast_1d(a) for a in arrays)
    unit = oval(count, top, bottom)
    middle = (low + waist * (high - low))[:, None]
    reach = np.where(unit[..., 1] > 0, high[:, None] - middle, middle - low[:, None])
    across, along = half_width[:, None] * unit[..., 0], np.repeat(y[:, None], count, axis=1)
    return np.stack([across, along, middle + reach * unit[..., 1]], -1)


@dataclass(frozen=True)
class Skin:
    """A closed surface through rings [n, count, 3], and places on it."""

    points: np.ndarray

    def mesh(self) -> Mesh:
        """Return the closed surface."""
        return loft(self.points)

    def ring(self, y: float) -> np.ndarray:
        """Return the ring [count, 3] at ``y``, measured at the widest place."""
        along = self.points[:, 3 * self.points.shape[1] // 4, 1]
        row = float(np.interp(y, along, np.arange(len(along))))
        low = min(int(row), len(along) - 2)
        return self.points[low] + (row - low) * (self.points[low + 1] - self.points[low])

    def side(self, y: float, z) -> np.ndarray:
        """Return the points [n, 3] of the left side at ``y`` and the heights ``z`` [n]."""
        ring = self.ring(y)
        left = np.concatenate([ring[len(ring) // 2 :], ring[:1]])[::-1]
        z = np.atleast_1d(np.asarray(z, np.float64))
        return np.stack([np.interp(z, left[:, 2], left[:, 0]), np.interp(z, left[:, 2], left[:, 1]), z], -1)

    def top(self, x, y: float) -> np.ndarray:
        """Return the points [n, 3] of the upper side at ``x`` [n] and ``y``."""
        ring = self.ring(y)
        upper = ring[len(ring) // 4 : 3 * len(ring) // 4 + 1]
        x = np.atleast_1d(np.asarray(x, np.float64))
        return np.stack([x, np.interp(x, upper[:, 0], upper[:, 1]), np.interp(x, upper[:, 0], upper[:, 2])], -1)

    def side_panel(self, y, z, lift: float = 0.008, depth: float = 0.02) -> Mesh:
        """Return a plate on the left side over the positions ``y`` [n] and heights ``z`` [m] or [n, m], increasing.

        Between two heights [2] come those of the ring's points, so that the plate bends where the skin does.
        """
        if np.shape(z) == (2,):
            ring = self.ring(0.5 * (y[0] + y[-1]))
            z = _with_knots(z, ring[len(ring) // 2 :, 2])
        heights = np.broadcast_to(z, (len(y), np.shape(z)[-1]))
        return plate(np.stack([self.side(at, row) for at, row in zip(y, heights)], axis=1), lift, depth)

    def top_panel(self, x, y, lift: float = 0.008, depth: float = 0.02) -> Mesh:
        """Return a plate on the upper side over ``x`` [m] or [n, m] and the positions ``y`` [n], increasing."""
        across = np.broadcast_to(x, (len(y), np.shape(x)[-1]))
        return plate(np.stack([self.top(row, at) for at, row in zip(y, across)]), lift, depth)


def _with_knots(ends, knots: np.ndarray) -> np.ndarray:
    """Return the two ``ends`` and the ``knots`` well between them, increasing."""
    margin = 0.06 * (ends[1] - ends[0])
    return np.array([ends[0], *np.sort(knots[(knots > ends[0] + margin) & (knots < ends[1] - margin)]), ends[1]])


def plate(points: np.ndarray, lift: float, depth: float) -> Mesh:
    """Return a closed plate over ``points`` [rows, columns, 3]: ``lift`` above them, ``depth`` deep below.

    It looks along (along columns) x (along rows).
    """
    normal = cross(_steps(points, 1), _steps(points, 0))
    normal /= np.sqrt((normal * normal).sum(axis=-1, keepdims=True))
    return enclosed(points + lift * normal, points - depth * normal)


def _steps(points: np.ndarray, axis: int) -> np.ndarray:
    """Return the differences along ``axis`` between the neighbours of each point (one-sided at the ends)."""
    before, after = np.arange(points.shape[axis]) - 1, np.arange(points.shape[axis]) + 1
    return points.take(after, axis, mode="clip") - points.take(before, axis, mode="clip")


def end_panel(surface: Surface, x, z, lift: float = 0.008, depth: float = 0.02, back: bool = False) -> Mesh:
    """Return a plate on an end of a body over ``x`` [n] and ``z`` [m], increasing; ``back``: it looks along +y."""
    across, up = np.meshgrid(np.asarray(x, np.float64)[:: -1 if back else 1], np.asarray(z, np.float64))
    return plate(np.stack([across, surface(across, up), up], -1), lift, depth)


def body_section(half_width: float, low: float, high: float, top: float, bottom: float, tumble: float = 0.0,
                 count: int = 28) -> np.ndarray:  # fmt: skip
    """Return the section [count, 2] of a long body; its sides lean in by ``tumble`` from the middle to the top."""
    section = rings(0.0, half_width, low, high, top, bottom, count=count)[0][:, [0, 2]]
    rise = np.clip((section[:, 1] - (low + high) / 2) / (high - low) * 2, 0, 1)
    section[:, 0] -= tumble * rise * section[:, 0] / half_width
    return section


def long_body(section: np.ndarray, front: Surface, back: Surface, stations, edges=(0.1, 0.1)) -> Skin:
    """Return a body of constant ``section`` [count, 2] (x, z) between two end surfaces with round edges.

    Args:
        section: as `oval` runs.
        front, back: y of the ends at (x, z).
        stations: y of upright rings between them, increasing.
        edges: radii of the edges at the front and at the back.
    """
    first = _end_rings(section, front, edges[0], 1.0)
    last = _end_rings(section, back, edges[1], -1.0)[::-1]
    middle = [np.column_stack([section[:, 0], np.full(len(section), y), section[:, 1]]) for y in stations]
    return Skin(np.stack([*first, *middle, *last]))


def _end_rings(section: np.ndarray, surface: Surface, edge: float, inwards: float) -> list[np.ndarray]:
    """Return the rings [count, 3] of an end from its middle outwards."""
    low, high = section.min(axis=0), section.max(axis=0)
    center, half = (low + high) / 2, (high - low) / 2
    angle = np.linspace(0, np.pi / 2, 4)
    inner = 1 - edge / half
    steps = [(0.35 * inner, 0.0), (0.7 * inner, 0.0)]
    steps += [(1 - edge * (1 - np.sin(a)) / half, edge * (1 - np.cos(a))) for a in angle]
    found = []
    for scale, depth in steps:
        x, z = (center + (section - center) * scale).T
        found.append(np.stack([x, surface(x, z) + inwards * depth, z], -1))
    return found


def wheel(radius: float, width: float, rim: float = 0.62, segments: int = 16, bulge: float = 0.18) -> tuple[Mesh, Mesh]:
    """Return tyre and rim of a left wheel about the x axis through the origin, its outer face towards +x.

    ``rim`` is the rim's radius as a part of ``radius``, ``bulge`` how far the hub stands out as a part of ``width``.
    """
    inner = rim * radius
    shoulder = 0.93 * radius
    tyre = [(0, -0.5), (shoulder, -0.5), (radius, -0.36), (radius, 0.36), (shoulder, 0.5), (inner, 0.46), (0, 0.2)]
    disc = [(0, 0.1), (inner, 0.1), (1.02 * inner, 0.48), (0.88 * inner, 0.46), (0.72 * inner, 0.26),
            (0.34 * inner, 0.26), (0.26 * inner, 0.26 + bulge), (0, 0.26 + bulge)]  # fmt: skip
    return tuple(turned(revolve(np.array(p) * (1, width), segments), "y", 90) for p in (tyre, disc))


def arch(radius: float, center, low: float, depth: float = 0.1, segments: int = 20) -> Mesh:
    """Return the dark disc behind a left wheel at ``center`` [3], its face at x = ``center[0]``, cut off at ``low``."""
    vertices, faces = moved(turned(cylinder(radius, -depth, 0.0, segments), "y", 90), center)
    vertices[:, 2] = np.maximum(vertices[:, 2], min(low, center[2] - 0.1 * radius))
    return vertices, faces


def lamp(center, radius: float, depth: float = 0.03, segments: int = 10, back: bool = False) -> Mesh:
    """Return a round lamp that looks along -y (``back``: +y) with the middle of its face at ``center`` [3]."""
    profile = np.array([[0, -2 * depth], [radius, -2 * depth], [radius, -0.4 * depth], [0, 0]])
    return moved(turned(revolve(profile, segments), "x", -90 if back else 90), center)


def sided(points: Mapping[str, np.ndarray], form: str = "{side}_{name}") -> dict[str, np.ndarray]:
    """Return left points [3] under their names, each followed by its mirror image on the right."""
    found = {}
    for name, point in points.items():
        for side, sign in (("left", 1), ("right", -1)):
            found[form.format(side=side, name=name)] = np.asarray(point, np.float64) * (sign, 1, 1)
    return found


def on_side(mesh: Mesh, left: bool) -> Mesh:
    """Return a mesh of the left side on the left, or mirrored on the right."""
    return mesh if left else mirrored(mesh)


def sample_bright(rng: np.random.Generator) -> Color:
    """Return a paint of linear RGB: white and greys at times, else any hue, clean."""
    if rng.random() < 0.25:
        value = float(rng.choice([0.12, 0.5, 0.75, 0.93]))
        return srgb(value, value, value)
    return hsv(float(rng.random()), uniform(rng, (0.55, 0.95)), uniform(rng, (0.35, 0.95)))


def lacquer(name: str, color: Color, metallic: float = 0.0, roughness: float = 0.3) -> Material:
    """Return paint under a clear coat."""
    return Material(name, color, metallic=metallic, roughness=roughness, coat=1.0)


MIRROR = Symmetry(mirror=True)

DARK_GLASS = Material("glass", (0.012, 0.015, 0.017), roughness=0.03, coat=0.5)
"""Windows of a closed body: nothing is seen through them."""
