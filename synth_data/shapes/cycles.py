"""Pieces that bicycles and motorbikes are made of: hoops, spokes, mudguards, bent tubes, side panels.

Wheels are made about the x axis through the origin. All meshes are closed, in metres, faces outwards.
"""

from __future__ import annotations

import numpy as np

from synth_data.shapes.furniture import fillet
from synth_data.shapes.primitives import Mesh, cylinder, grid_faces, merged, tube, turned
from synth_data.shapes.vehicles import plate


def hoop(radius: float, height: float, width: float, segments: int = 24, sides: int = 6) -> Mesh:
    """Return a ring about the x axis: ``radius`` of its centre line, ``height`` (radial) and ``width`` of its section.

    Four ``sides`` make a flat band, more an oval.
    """
    turn = np.arange(sides) * (2 * np.pi / sides) + (np.pi / 4 if sides == 4 else 0.0)
    stretch = np.sqrt(2) / 2 if sides == 4 else 0.5
    reach, x = radius + height * stretch * np.cos(turn), -width * stretch * np.sin(turn)
    angle = np.arange(segments)[:, None] * (2 * np.pi / segments)
    y, z = reach * np.cos(angle), reach * np.sin(angle)
    faces = grid_faces(segments, sides, wrap_rows=True, wrap_columns=True)
    return np.stack([np.broadcast_to(x, y.shape), y, z], -1).reshape(-1, 3), faces


def axle(radius: float, half: float, segments: int = 10) -> Mesh:
    """Return a cylinder about the x axis from -``half`` to ``half``."""
    return turned(cylinder(radius, -half, half, segments), "y", 90)


def wire_spokes(count: int, hub: float, half: float, rim: float, thickness: float) -> Mesh:
    """Return thin spokes from a hub's flanges (radius ``hub``, at x = +-``half``) to a ``rim``, crossing in pairs.

    ``count`` is a multiple of four.
    """
    four = []
    for k in range(4):
        angle = 2 * np.pi * k / count
        lean = angle + (0.9 if k // 2 else -0.9)
        flange = half if k % 2 else -half
        ends = [(flange, hub * np.cos(lean), hub * np.sin(lean)), (0.0, rim * np.cos(angle), rim * np.sin(angle))]
        four.append(tube(np.array(ends), thickness, 3))
    group = merged(four)
    return merged([turned(group, "x", 360 * k / count) for k in range(0, count, 4)])


def cast_spokes(count: int, hub: float, rim: float, width: float, twist_deg: float = 0.0) -> Mesh:
    """Return the spokes of a cast wheel; at the rim they have turned by ``twist_deg``."""
    radius = np.array([0.6 * hub, 0.5 * (hub + rim), 1.02 * rim])
    angle = np.radians(twist_deg) * np.array([0, 0.35, 1.0])
    path = np.stack([np.zeros(3), radius * np.cos(angle), radius * np.sin(angle)], -1)
    section = np.array([[0.5, 1.0], [0.42, 0.8], [0.42, 0.9]]) * (width, 0.16 * rim if count < 4 else 0.1 * rim)
    spoke = tube(path, section, square=True)
    return merged([turned(spoke, "x", 360 * k / count + 90) for k in range(count)])


def mudguard(center, radius: float, half_width: float, start_deg: float, end_deg: float, droop: float = 0.03,
             count: int = 9) -> Mesh:  # fmt: skip
    """Return a guard over a wheel about ``center`` [3] between two angles; its side edges come down by ``droop``.

    0 degrees is the front, 90 the top, 180 the back.
    """
    angle = np.radians(np.linspace(start_deg, end_deg, count))[:, None]
    across = np.linspace(-1, 1, 5)
    reach = radius - droop * np.abs(across) ** 2.5
    points = np.stack(
        [np.broadcast_to(half_width * across, (count, 5)), -reach * np.cos(angle), reach * np.sin(angle)], -1
    )
    return plate(points + np.asarray(center, np.float64), 0.0, 0.008)


def bent(points, radius, corner: float = 0.06, segments: int = 6) -> Mesh:
    """Return a tube of ``radius`` through ``points`` [n, 3], its corners rounded by ``corner``."""
    return tube(fillet(points, corner, 3), radius, segments)


def strut(start, end, radius: float, segments: int = 6, taper: float = 1.0) -> Mesh:
    """Return a straight tube from ``start`` to ``end`` [3], ``taper`` times as thick there."""
    return tube(np.array([start, end], np.float64), np.array([radius, radius * taper])[:, None], segments)


def side_sheet(corners, bulge: float = 0.0, thickness: float = 0.012, count: int = 4) -> Mesh:
    """Return a plate on the left over four ``corners`` [4, 3]: low front, low back, high back, high front.

    ``bulge``: how far its middle swells to +x.
    """
    a, b, c, d = np.asarray(corners, np.float64)
    u, v = np.meshgrid(np.linspace(0, 1, count), np.linspace(0, 1, count))
    u, v = u[..., None], v[..., None]
    points = (1 - v) * ((1 - u) * a + u * b) + v * ((1 - u) * d + u * c)
    points[..., 0] += bulge * (4 * u * (1 - u) * 4 * v * (1 - v))[..., 0]
    return plate(points, 0.0, thickness)
