"""Wheels: tyre, rim with spokes, brake disc. Built about the x axis, the outer face towards +x."""

from __future__ import annotations

import numpy as np

from synth_data.shapes.car.finish import BRAKE_DISC, GRILLE_DARK, Palette
from synth_data.shapes.car.layout import Layout
from synth_data.shapes.materials import CHROME, RUBBER
from synth_data.shapes.mesh import Part, assembled
from synth_data.shapes.primitives import Mesh, merged, revolve, tube, turned

SEGMENTS = 26
SPOKES: dict[str, tuple[int, float, float, float]] = {
    "five": (5, 0.20, 0.15, 0.0),
    "seven": (7, 0.12, 0.10, 0.0),
    "multi": (12, 0.055, 0.055, 0.0),
    "twin": (5, 0.07, 0.06, 0.13),
    "star": (6, 0.06, 0.05, 0.22),
    "turbine": (9, 0.09, 0.09, 0.0),
}
"""Rim -> number of spokes, half-width at hub and lip (parts of the rim's radius), half a pair's spread (radians)."""


def wheel_parts(layout: Layout, colors: Palette) -> list[Part]:
    """Return the four wheels, left front, right front, left back, right back."""
    pieces = _wheel(layout, colors)
    parts = []
    for end, axle in zip(("front", "back"), layout.axles):
        track = layout.wall(layout.half + axle, layout.wheel_radius + layout.arch_radius + 0.02)[0] + layout.p.flare
        center = (track - 0.5 * layout.p.tyre_width - 0.025, axle - layout.p.length / 2, layout.wheel_radius)
        left = assembled(f"left_{end}_wheel", pieces, sharp_angle_deg=40).moved(center)
        parts += [left, left.mirrored(f"right_{end}_wheel")]
    return parts


def _wheel(layout: Layout, colors: Palette) -> list:
    """Return the (mesh, material) pieces of a left wheel about the origin."""
    radius, width = layout.wheel_radius, layout.p.tyre_width
    rim = radius * (0.60 if layout.details.rim == "cover" else 0.70)
    pieces = [(_tyre(radius, rim, width), RUBBER), (_barrel(rim, width), colors.rim)]
    pieces.append((revolve(np.array([[0.93 * rim, 0.02 * width], [0, 0.02 * width]]), SEGMENTS), GRILLE_DARK))
    if layout.details.rim == "cover":
        pieces += _cover(rim, width, colors)
    else:
        disc = np.array([[0.66 * rim, 0.04 * width], [0.66 * rim, 0.07 * width], [0.2 * rim, 0.07 * width]])
        pieces += [(revolve(disc, 20), BRAKE_DISC), (_spokes(layout.details.rim, rim, width), colors.rim)]
        hub = np.array([[0.2 * rim, 0.05], [0.2 * rim, 0.30], [0.15 * rim, 0.36], [0, 0.37]]) * (1, width)
        pieces.append((revolve(hub, 14), colors.rim))
    cap = np.array([[0.085 * rim, 0.36], [0.08 * rim, 0.385], [0, 0.39]]) * (1, width)
    pieces.append((revolve(cap, 10), CHROME))
    return [(turned(mesh, "y", 90), material) for mesh, material in pieces]


def _tyre(radius: float, rim: float, width: float) -> Mesh:
    """Return the tyre: bead, bulging side walls, tread with a rounded shoulder."""
    wall = radius - rim
    half = np.array([[0, 0.40], [0.10, 0.455], [0.45, 0.5], [0.80, 0.475], [0.95, 0.41], [1.0, 0.30]])
    outer = np.stack([rim + wall * half[:, 0], width * half[:, 1]], -1)
    inner = outer * (1, -1)
    return revolve(np.concatenate([inner, outer[::-1]]), SEGMENTS)


def _barrel(rim: float, width: float) -> Mesh:
    """Return the lip of the rim and the drum behind it."""
    profile = np.array([[1.03, 0.42], [1.01, 0.465], [0.97, 0.47], [0.94, 0.43], [0.925, 0.25], [0.92, 0.02]])
    return revolve(profile * (rim, width), SEGMENTS)


def _spokes(design: str, rim: float, width: float) -> Mesh:
    """Return all spokes of a rim."""
    count, hub, lip, spread = SPOKES[design]
    radii = np.array([0.12, 0.5, 0.80, 0.96])
    depth = np.array([0.32, 0.36, 0.375, 0.36]) * width
    half = hub + (lip - hub) * (radii - 0.12) / 0.84
    spokes = []
    for sign in (1, -1) if spread else (1,):
        lean = {"twin": [0.5, 0.85, 0.95, 1.0], "star": [0, 0.1, 0.8, 1.15]}.get(design, [0, 0, 0, 0])
        angle = sign * spread * np.array(lean) + (np.array([0, 0.12, 0.3, 0.42]) if design == "turbine" else 0)
        path = np.stack([rim * radii * np.cos(angle), rim * radii * np.sin(angle), depth], -1)
        section = np.stack([np.full(4, 0.028 * width + 0.008), half * rim], -1)
        spokes.append(tube(path, section, square=True))
    one = merged(spokes)
    return merged([turned(one, "z", 360 * k / count + 90) for k in range(count)])


def _cover(rim: float, width: float, colors: Palette) -> list:
    """Return a pressed steel wheel's cover with dark slots."""
    dish = np.array([[0.95, 0.40], [0.80, 0.44], [0.45, 0.40], [0.30, 0.36], [0.0, 0.40]])
    slots = []
    for k in range(9):
        path = np.array([[0.60, 0, 0.425], [0.74, 0, 0.445]]) * (rim, rim, width)
        slots.append(
            turned(tube(path, np.array([[0.004, 0.05 * rim], [0.004, 0.075 * rim]]), square=True), "z", 40 * k)
        )
    return [(revolve(dish * (rim, width), SEGMENTS), colors.rim), (merged(slots), GRILLE_DARK)]
