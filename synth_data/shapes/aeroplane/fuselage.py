"""The fuselage of an aeroplane: its skin, windows, canopy, stripes."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from synth_data.shapes.aeroplane.params import AeroplaneParams
from synth_data.shapes.materials import BLACK_PLASTIC
from synth_data.shapes.mesh import Material
from synth_data.shapes.primitives import Mesh, both_sides, box, merged, moved, turned
from synth_data.shapes.vehicles import DARK_GLASS, Piece, Skin, plate, rings

LINES: dict[str, tuple[tuple[float, ...], ...]] = {
    "airliner": (
        (0, 0.004, 0.02, 0.045, 0.08, 0.13, 0.2, 0.62, 0.75, 0.88, 0.97, 1.0),
        (0.03, 0.22, 0.5, 0.73, 0.9, 0.99, 1, 1, 0.92, 0.58, 0.24, 0.1),
        (-0.3, -0.46, -0.68, -0.84, -0.94, -0.99, -1, -1, -0.78, -0.12, 0.38, 0.48),
        (-0.22, -0.02, 0.2, 0.5, 0.84, 0.97, 1, 1, 1, 0.95, 0.8, 0.68),
    ),
    "bizjet": (
        (0, 0.005, 0.03, 0.08, 0.13, 0.19, 0.27, 0.6, 0.75, 0.9, 0.98, 1.0),
        (0.03, 0.16, 0.4, 0.7, 0.88, 0.98, 1, 1, 0.85, 0.45, 0.16, 0.08),
        (-0.32, -0.42, -0.6, -0.8, -0.91, -0.98, -1, -1, -0.72, 0.0, 0.36, 0.42),
        (-0.25, -0.12, 0.08, 0.34, 0.78, 0.97, 1, 1, 0.96, 0.8, 0.62, 0.52),
    ),
    "turboprop": (
        (0, 0.006, 0.03, 0.06, 0.1, 0.15, 0.22, 0.58, 0.72, 0.88, 0.97, 1.0),
        (0.04, 0.25, 0.55, 0.75, 0.9, 0.99, 1, 1, 0.9, 0.5, 0.2, 0.1),
        (-0.3, -0.5, -0.74, -0.88, -0.96, -1, -1, -1, -0.7, 0.1, 0.5, 0.58),
        (-0.2, 0.02, 0.24, 0.48, 0.86, 0.98, 1, 1, 1, 0.95, 0.85, 0.78),
    ),
    "light": (
        (0, 0.012, 0.05, 0.18, 0.24, 0.34, 0.5, 0.62, 0.8, 0.95, 1.0),
        (0.42, 0.62, 0.76, 0.86, 0.95, 1, 0.98, 0.78, 0.42, 0.16, 0.08),
        (-0.45, -0.62, -0.76, -0.88, -0.92, -0.95, -0.93, -0.72, -0.28, 0.0, 0.1),
        (0.12, 0.26, 0.36, 0.44, 0.5, 1.0, 1.04, 0.72, 0.5, 0.36, 0.3),
    ),
    "fighter": (
        (0, 0.01, 0.05, 0.12, 0.22, 0.32, 0.42, 0.6, 0.8, 0.93, 0.965),
        (0.02, 0.06, 0.18, 0.34, 0.46, 0.6, 0.85, 1, 1, 0.9, 0.8),
        (-0.04, -0.08, -0.2, -0.34, -0.46, -0.54, -0.58, -0.58, -0.52, -0.42, -0.38),
        (0.02, 0.05, 0.14, 0.26, 0.38, 0.5, 0.56, 0.58, 0.52, 0.45, 0.4),
    ),
    "biplane": (
        (0, 0.012, 0.06, 0.08, 0.2, 0.35, 0.5, 0.8, 0.97, 1.0),
        (0.66, 0.86, 0.95, 0.9, 0.9, 0.82, 0.74, 0.36, 0.1, 0.06),
        (-0.66, -0.86, -0.95, -0.95, -0.95, -0.9, -0.78, -0.28, 0.02, 0.08),
        (0.66, 0.86, 0.92, 0.86, 0.84, 0.82, 0.78, 0.52, 0.4, 0.34),
    ),
}
"""Style -> stations (parts of the length), half-width, lower and upper line (parts of the radius)."""


@lru_cache(maxsize=64)
def fuselage(p: AeroplaneParams) -> Skin:
    """Return the skin of the fuselage about the axis z = 0."""
    at, wide, low, high = (np.array(line) for line in LINES[p.style])
    power = 2.6 if p.style in ("light", "fighter") else 2.0
    return Skin(rings(p.y(at), wide * p.body, low * p.body, high * p.body, power, power, count=24))


def fuselage_pieces(p: AeroplaneParams, paint: Material, second: Material) -> list[Piece]:
    """Return the fuselage with its windows and stripes."""
    makers = {"light": light_windows, "fighter": canopy, "biplane": open_cockpit}
    return [(fuselage(p).mesh(), paint), *stripes(p, second), *makers.get(p.style, cabin_windows)(p, paint)]


def cabin_windows(p: AeroplaneParams, paint: Material) -> list[Piece]:
    """Return cockpit windows, the row of cabin windows, doors."""
    skin, r = fuselage(p), p.body
    lines = {"airliner": (0.05, 0.098), "bizjet": (0.09, 0.145), "turboprop": (0.066, 0.112)}[p.style]
    front = p.y(np.linspace(*lines, 4))
    top = np.array([skin.top([0.0], y)[0, 2] for y in front])
    panes = [skin.side_panel(front, (top[:, None] - np.linspace(0.5, 0.14, 5) * r), 0.03 * r, 0.02 * r)]
    first, last, count = {"airliner": (0.16, 0.78, 34), "bizjet": (0.24, 0.55, 6), "turboprop": (0.17, 0.66, 14)}[
        p.style
    ]
    half, z = (0.07 * r, 0.24 * r) if p.style != "bizjet" else (0.13 * r, 0.3 * r)
    tall = 0.11 * r if p.style != "bizjet" else 0.13 * r
    for y in p.y(np.linspace(first, last, count)):
        panes.append(turned_pane(skin, y, z, half, tall))
    doors = [skin.side_panel([y - 0.02 * r, y + 0.02 * r], np.linspace(-0.35, 0.62, 4) * r, 0.006 * r, 0.02 * r)
             for y in p.y(np.array([0.125, 0.125 + 0.45 * p.radius]))]  # fmt: skip
    dark = Material("seam", (0.2, 0.2, 0.21), roughness=0.5)
    return [(both_sides(merged(panes)), DARK_GLASS), (both_sides(merged(doors)), dark)]


def turned_pane(skin: Skin, y: float, z: float, half: float, tall: float) -> Mesh:
    """Return one small window on the left: a thin box that leans as the skin does at (y, z)."""
    low, middle, high = skin.side(y, [z - tall, z, z + tall])
    lean = np.degrees(np.arctan2(high[0] - low[0], 2 * tall))
    return moved(turned(box((0.3 * tall, 2 * half, 2 * tall)), "y", lean), middle)


def light_windows(p: AeroplaneParams, paint: Material) -> list[Piece]:
    """Return windscreen, side windows and rear window of a cabin; the seam of the cowling."""
    skin, r = fuselage(p), p.body
    screen = skin.top_panel(np.linspace(-0.72, 0.72, 5) * r, p.y(np.linspace(0.25, 0.333, 3)), 0.02 * r, 0.05 * r)
    low, share = 0.18, np.linspace(0, 1, 5)
    panes = []
    for start, end, high in (
        (0.275, 0.335, (0.3, 0.55, 0.82)),
        (0.345, 0.425, (0.84,) * 3),
        (0.435, 0.51, (0.84, 0.8, 0.68)),
    ):
        z = low + (np.array(high)[:, None] - low) * share
        panes.append(skin.side_panel(p.y(np.linspace(start, end, 3)), z * r, 0.03 * r, 0.04 * r))
    back = skin.top_panel(np.linspace(-0.5, 0.5, 5) * r, p.y(np.linspace(0.535, 0.6, 3)), 0.02 * r, 0.05 * r)
    intake = [skin.side_panel(p.y(np.array([0.013, 0.03])), [-0.15 * r, 0.08 * r], 0.01 * r)]
    glass = [screen, both_sides(merged(panes)), *([back] if p.wing == "high" else [])]
    return [(merged(glass), DARK_GLASS), (both_sides(merged(intake)), BLACK_PLASTIC)]


def canopy(p: AeroplaneParams, paint: Material) -> list[Piece]:
    """Return the canopy of a fighter and its frame."""
    r = p.body
    t = np.array([0, 0.04, 0.2, 0.45, 0.75, 0.96, 1.0])
    y = p.y(0.15 + 0.19 * t)
    wide = 0.34 * r * np.array([0.1, 0.35, 0.75, 1.0, 0.95, 0.55, 0.3])
    foot = np.array([fuselage(p).top([0.0], at)[0, 2] for at in y]) - 0.10 * r
    high = foot + r * np.array([0.11, 0.2, 0.42, 0.58, 0.5, 0.26, 0.14])
    skin = Skin(rings(y, wide, foot - 0.1 * r, high, 2.0, 2.0, waist=0.25, count=16))
    bow = skin.top_panel(np.linspace(-0.31, 0.31, 7) * r, [y[2] + 0.1 * r, y[2] + 0.2 * r], 0.01 * r, 0.03 * r)
    pitot = rings(np.array([p.y(-0.04), p.y(0.004)]), 0.012 * r, -0.022 * r, 0.004 * r, count=6)
    return [(skin.mesh(), DARK_GLASS), (bow, paint), (Skin(pitot).mesh(), BLACK_PLASTIC)]


def open_cockpit(p: AeroplaneParams, paint: Material) -> list[Piece]:
    """Return the open seats of a biplane with their small windscreens, and the dark face of the engine."""
    skin, r = fuselage(p), p.body
    pieces: list[Piece] = []
    for start in (0.36, 0.47):
        hole = skin.top_panel(
            np.linspace(-0.36, 0.36, 5) * r, p.y(np.linspace(start, start + 0.06, 3)), 0.02 * r, 0.06 * r
        )
        foot = skin.top(np.linspace(-0.3, 0.3, 5) * r, p.y(start - 0.008)) - (0, 0, 0.05 * r)
        screen = plate(np.stack([foot, foot * (0.8, 1, 1) + (0, 0.10 * r, 0.42 * r)]), 0.0, 0.02 * r)
        pieces += [(hole, BLACK_PLASTIC), (screen, DARK_GLASS)]
    return pieces


def stripes(p: AeroplaneParams, second: Material) -> list[Piece]:
    """Return the stripe along the sides, or the painted rear or belly."""
    skin, r = fuselage(p), p.body
    lift = 0.014 * r
    if p.decoration == "stripe":
        start, z = (0.05, -0.12) if p.style != "airliner" else (0.12, 0.0)
        y = p.y(np.linspace(start, 0.88, 12))
        rise = np.interp(np.linspace(start, 0.88, 12), [0.55, 0.9], [0.0, 0.32])
        z = (z + rise)[:, None] * r + np.array([-0.09, 0.0, 0.09]) * r
        return [(both_sides(skin.side_panel(y, z, lift, 0.02 * r)), second)]
    if p.decoration == "belly" and p.style != "fighter":
        at = np.linspace(0.1, 0.72, 10)
        low = np.interp(at, LINES[p.style][0], LINES[p.style][2]) * r
        z = low[:, None] + 0.5 * np.linspace(0.06, 1.0, 5) * np.abs(low)[:, None]
        return [(both_sides(skin.side_panel(p.y(at), z, lift, 0.02 * r)), second)]
    if p.decoration == "tail" and p.style in ("airliner", "turboprop"):
        at = np.linspace(0.84, 0.975, 5)
        low, high = (np.interp(at, LINES[p.style][0], LINES[p.style][k]) * r for k in (2, 3))
        share = np.linspace(0.08, 0.93, 6)
        z = low[:, None] + (high - low)[:, None] * share
        return [(both_sides(skin.side_panel(p.y(at), z, lift, 0.02 * r)), second)]
    return []
