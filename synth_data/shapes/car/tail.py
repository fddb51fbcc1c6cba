"""The tail of a car: lamps, bumper, exhaust, plate, boot lid."""

from __future__ import annotations

import numpy as np

from synth_data.shapes.car import finish
from synth_data.shapes.car.fascia import Box, Face, Piece, Unfolded, badge, fields, plate, plate_at
from synth_data.shapes.car.finish import Palette
from synth_data.shapes.car.layout import Layout
from synth_data.shapes.car.patches import ribbon, spans
from synth_data.shapes.materials import BLACK_PLASTIC, CHROME
from synth_data.shapes.mesh import Material, Part, assembled
from synth_data.shapes.primitives import both_sides, cylinder, moved, turned

LAMPS: dict[str, tuple[float, float, float, float, str]] = {
    "wrap": (0.54, 0.24, 0.60, 0.92, "swept"),
    "upright": (0.76, 0.08, 0.50, 0.99, "block"),
    "block": (0.55, 0.03, 0.62, 0.86, "block"),
    "round": (0.52, -0.02, 0.64, 0.86, "round"),
    "bar": (0.50, 0.16, 0.72, 0.88, "block"),
    "slim": (0.50, 0.20, 0.74, 0.90, "slim"),
}
"""Tail-lights -> inner end (part of half the width), reach around the corner (metres), part-heights, outline."""


def rear_part(layout: Layout, colors: Palette) -> Part:
    """Return everything on the tail."""
    face = Face(layout, colors, rear=True)
    return assembled("rear", [*tail_lights(face), *rear_bumper(face), *exhausts(face), *rear_plate(face), *seams(face)])


def tail_box(layout: Layout) -> Box:
    """Return the place of the left tail-light."""
    d = layout.details
    inner, reach, low, high, _ = LAMPS[d.tail_lights]
    outer, middle, tall = layout.half + reach, 0.5 * (low + high), (high - low) * d.tail_light_height
    wide = min((outer - inner * layout.half) * d.tail_light_width, outer - 0.3 * layout.half)
    return outer - wide, outer, max(middle - 0.5 * tall, 0.42), min(middle + 0.5 * tall, 0.99)


def lenses(layout: Layout) -> tuple[Material, Material]:
    """Return what the tail-lights are made of: the whole lamp, and the stop light in it."""
    d = layout.details
    stop = finish.TAIL_LIT if d.brakes_on else finish.TAIL_DARK_RED
    if d.tail_lens in ("clear", "dark") and not d.brakes_on:
        stop = finish.TAIL_BRIGHT
    whole = {"bright": finish.TAIL_BRIGHT, "clear": finish.HOUSING, "dark": finish.TAIL_DARK_RED}
    return whole.get(d.tail_lens, finish.TAIL_RED), stop


def tail_lights(face: Face) -> list[Piece]:
    """Return both tail-lights with stop, reversing and indicator fields."""
    kind, place = face.layout.details.tail_lights, tail_box(face.layout)
    if kind == "round":
        return _round_tail_lights(face, place)
    whole, stop = lenses(face.layout)
    pieces = [(face.pair(LAMPS[kind][4], place, 0.010), whole)]
    if kind == "upright":
        table = [("block", 0.12, 0.7, 0.36, 0.54, 0.014, finish.TAIL_WHITE)]
        table.append(("block", 0.12, 0.7, 0.12, 0.33, 0.014, finish.AMBER))
        table.append(("block", 0.10, 0.8, 0.60, 0.94, 0.014, stop))
    else:
        low = 0.24 if kind == "wrap" else 0.36
        table = [("oval", 0.08, 0.30, low, low + 0.28, 0.015, finish.TAIL_WHITE)]
        table.append(("oval", 0.40, 0.66, low - 0.06, low + 0.38, 0.015, stop))
    pieces += fields(face, place, table)
    if kind == "bar":
        low, tall = place[2], place[3] - place[2]
        pieces.append((face.band(place[0] + 0.02, low + 0.25 * tall, low + 0.75 * tall, 0.010), whole))
    return pieces


def _round_tail_lights(face: Face, place: Box) -> list[Piece]:
    """Return two round lamps a side."""
    x0, x1, t0, t1 = place
    radius = 0.5 * min(0.5 * (x1 - x0), (t1 - t0) * face.tall)
    whole, stop = lenses(face.layout)
    rings = ((0.98, 0.010, CHROME), (0.86, 0.016, whole), (0.4, 0.022, stop))
    centres = [(x0 + part * (x1 - x0), 0.5 * (t0 + t1)) for part in (0.25, 0.75)]
    return [(face.disc(at, part * radius, lift), material) for at in centres for part, lift, material in rings]


def rear_bumper(face: Face) -> list[Piece]:
    """Return the dark parts of the rear bumper, a pickup's step, reflectors and red side markers."""
    half, d = face.layout.half, face.layout.details
    pieces = _lower_edge(face)
    pieces.append((face.pair("block", (0.70 * half, 0.90 * half, 0.25, 0.29), 0.008, 3), finish.TAIL_RED))
    if not d.wide_plates:
        pieces.append((face.pair("block", (half + 0.12, half + 0.24, 0.44, 0.49), 0.006, 3), finish.TAIL_RED))
    if face.layout.style == "pickup":
        step = CHROME if d.trim == "chrome" else BLACK_PLASTIC
        pieces.append((face.band(0.97 * half, 0.16, 0.42, 0.035, 4, 21), step))
    return pieces


def _lower_edge(face: Face) -> list[Piece]:
    """Return the lower edge of the rear bumper: dark, with the fins of a diffuser, vents at its ends, or a strip."""
    half, dark = face.layout.half, BLACK_PLASTIC
    low = [(face.band(0.72 * half, 0.02, lambda v: 0.17 - 0.05 * v**4, 0.007), dark)]
    match face.layout.details.rear_bumper:
        case "diffuser":
            fins = [(face.pair("block", (a, b, 0.04, 0.24), 0.03, 3), dark) for a, b in spans(0.05, 0.5 * half, 3, 0.2)]
            return [(face.band(0.84 * half, 0.02, lambda v: 0.30 - 0.10 * v**4, 0.007), finish.GRILLE_DARK), *fins]
        case "vents":
            return [*low, (face.pair("hexagon", (0.60 * half, half + 0.02, 0.12, 0.36), 0.008), finish.GRILLE_DARK)]
        case "strip":
            return [*low, (face.band(0.86 * half, 0.36, 0.40, 0.012, 3), face.colors.trim)]
    return low


def exhausts(face: Face) -> list[Piece]:
    """Return the ends of the exhaust pipes."""
    pieces: list[Piece] = []
    x = 0.55 * face.layout.half
    y = face.layout.wall(face.u(x), face.z(0.08))[1]
    for side in ((), (1,), (1, -1))[face.layout.details.exhausts]:
        place = (side * x, y, face.z(0.05))
        pieces.append((moved(turned(cylinder(0.036, -0.12, 0.05, 12), "x", -90), place), CHROME))
        pieces.append((moved(turned(cylinder(0.029, 0.045, 0.052, 12), "x", -90), place), finish.UNDERBODY))
    return pieces


def rear_plate(face: Face) -> list[Piece]:
    """Return the rear plate, sometimes in a dark recess, the strip over it and the badge."""
    d, at = face.layout.details, plate_at(face.layout, rear=True)
    yellow = d.right_hand_drive and d.wide_plates
    pieces = [(face.band(0.33, at - 0.13, at + 0.13, 0.005, 3, 9), BLACK_PLASTIC)] if d.dark_lamps else []
    pieces += plate(face, at, finish.PLATE_YELLOW if yellow else finish.PLATE)
    if at > 0.5:
        pieces.append((face.band(0.34, at + 0.14, at + 0.175, 0.016, 3, 9), face.colors.trim))
    return pieces + badge(face, at + 0.19, 0.04)


def seams(face: Face) -> list[Piece]:
    """Return the shut lines of boot lid or tailgate, and the seam over the bumper."""
    layout = face.layout
    reach = layout.half + 0.3
    seam = np.stack([np.linspace(-reach, reach, 41), np.full(41, face.z(0.505))], -1)
    vertices, faces = ribbon(Unfolded(layout, rear=True), seam, 0.012)
    x = (0.60 if layout.style in ("sedan", "coupe") else 0.86) * layout.half
    upright = np.stack([np.full(8, face.u(x)), np.linspace(face.z(0.52), face.z(0.985), 8)], -1)
    both = both_sides(ribbon(layout, upright, 0.011))
    return [((vertices, faces[:, ::-1]), finish.GRILLE_DARK), (both, finish.GRILLE_DARK)]
