"""The face of a car: headlights, grille, bumper, plate."""

from __future__ import annotations

import numpy as np

from synth_data.shapes.car import finish
from synth_data.shapes.car.fascia import Box, Face, Piece, badge, fields, plate, plate_at
from synth_data.shapes.car.finish import Palette
from synth_data.shapes.car.layout import Layout
from synth_data.shapes.car.patches import spans
from synth_data.shapes.materials import BLACK_PLASTIC, CHROME
from synth_data.shapes.mesh import Material, Part, assembled

LAMPS: dict[str, tuple[float, float, float]] = {
    "swept": (0.57, 0.95, 0.34),
    "block": (0.61, 0.89, 0.08),
    "oval": (0.62, 0.90, 0.10),
    "round": (0.62, 0.92, 0.0),
    "slim": (0.68, 0.92, 0.26),
}
"""Headlights -> lower and upper part-height, and how far they reach around the corner, metres."""

GRILLES: dict[str, tuple[float, float, float]] = {
    "bars": (0.58, 0.87, 0.48),
    "slats": (0.58, 0.87, 0.48),
    "mesh": (0.58, 0.87, 0.48),
    "split": (0.56, 0.90, 0.56),
    "kidney": (0.60, 0.88, 0.36),
    "slim": (0.72, 0.82, 0.56),
    "large": (0.30, 0.88, 0.46),
    "none": (0.62, 0.82, 0.40),
}
"""Grille -> lower and upper part-height, and half its width as a part of half the car's."""

LEVELS: dict[str, tuple[int, float]] = {
    "bars": (4, 0.34), "large": (6, 0.22), "split": (1, 0.42), "slim": (1, 0.2), "mesh": (6, 0.18),
}  # fmt: skip
"""Grille -> number of level bars, and the part of the height that they fill."""


def front_part(layout: Layout, colors: Palette) -> Part:
    """Return everything on the front."""
    face = Face(layout, colors)
    pieces = [*headlights(face), *grille(face), *intakes(face), *fog_lights(face), *bumper_bar(face)]
    if layout.details.plate_front:
        pieces += plate(face, plate_at(layout, rear=False), finish.PLATE)
    return assembled("front", pieces)


def grille_half(layout: Layout) -> float:
    """Return half the width of the grille, metres."""
    return layout.half * GRILLES[layout.details.grille][2] * layout.details.grille_width


def lamp_box(layout: Layout) -> Box:
    """Return the place of the left headlight."""
    d, half = layout.details, layout.half
    low, high, wrap = LAMPS[d.headlights]
    inner = max(grille_half(layout) + 0.03, 0.50 * half)
    outer = half + wrap * d.headlight_width
    middle, tall = 0.5 * (low + high), (high - low) * d.headlight_height
    if d.headlights == "round":
        outer = min(inner + tall * (layout.p.nose_height - layout.p.clearance), half)
    return inner, max(outer, inner + 0.16), middle - tall / 2, min(middle + tall / 2, 0.95)


def headlights(face: Face) -> list[Piece]:
    """Return both headlights: housing, reflectors, indicator."""
    d, place = face.layout.details, lamp_box(face.layout)
    housing = finish.DARK_HOUSING if d.dark_lamps else finish.HOUSING
    pieces = [(face.pair(d.headlights, place, 0.008), housing)]
    x, width, t, tall = place[0], place[1] - place[0], place[2], place[3] - place[2]
    radius = 0.5 * min(0.62 * tall * face.tall, 0.42 * width) * (0.85 if d.headlights == "slim" else 1)
    rise = {"swept": 0.22, "slim": 0.20}.get(d.headlights, 0.0)
    for where in (0.5,) if d.headlights == "round" else (0.26, 0.62):
        at = (x + where * width, t + tall * (0.5 + rise * (2 * where - 0.9)))
        pieces.append((face.disc(at, radius, 0.018), face.colors.lamp if where < 0.6 else finish.REFLECTOR))
    if d.headlights in ("block", "oval") and not d.dark_lamps:
        pieces += fields(face, place, [("block", 0.84, 0.97, 0.15, 0.85, 0.014, finish.AMBER)])
    return pieces


def grille(face: Face) -> list[Piece]:
    """Return grille, its surround and the badge."""
    d = face.layout.details
    low, high, _ = GRILLES[d.grille]
    if d.grille == "none":
        return badge(face, 0.5 * (low + high))
    low = high - (high - low) * min(d.grille_height, 1.1)
    bright = face.colors.trim if face.colors.trim is not face.colors.paint else CHROME
    pieces = _kidneys(face, low, high, bright) if d.grille == "kidney" else _one_grille(face, low, high, bright)
    return pieces + badge(face, 0.5 * (low + high) if high - low > 0.13 else high + 0.08)


def _kidneys(face: Face, low: float, high: float, bright: Material) -> list[Piece]:
    """Return a grille in two rounded halves."""
    half = grille_half(face.layout)
    pieces = [(face.pair("oval", (0.02, half, low, high), 0.012), CHROME)]
    pieces.append((face.pair("oval", (0.04, half - 0.02, low + 0.02, high - 0.02), 0.016), finish.GRILLE_DARK))
    for a, b in spans(0.05, half - 0.04, 7, 0.3):
        pieces.append((face.pair("block", (a, b, low + 0.06, high - 0.06), 0.021, 3), bright))
    return pieces


def _one_grille(face: Face, low: float, high: float, bright: Material) -> list[Piece]:
    """Return a grille in one frame, with level or upright bars."""
    kind, half = face.layout.details.grille, grille_half(face.layout)
    droop = 0.10 * face.layout.details.grille_height if kind in ("large", "mesh") else 0.0

    def level(part):
        return lambda v: (1 - part) * (low + droop * v * v) + part * (high - 0.025 * v * v)

    frame = face.band(half + 0.022, lambda v: level(0)(v) - 0.03, lambda v: level(1)(v) + 0.03, 0.010)
    pieces = [(frame, bright), (face.band(half, level(0), level(1), 0.014), finish.GRILLE_DARK)]
    count, filled = LEVELS.get(kind, (0, 1))
    bar = face.colors.paint if kind == "split" and face.colors.trim is face.colors.paint else bright
    for a, b in spans(0, 1, count, filled) if count else ():
        pieces.append((face.band(half - 0.01, level(a), level(b), 0.022, 3, 15), bar))
    count, filled = {"slats": (7, 0.4), "mesh": (11, 0.14)}.get(kind, (0, 1))
    for a, b in spans(0.015, half - 0.01, count, filled) if count else ():
        v = 0.5 * (a + b) / half
        pieces.append((face.pair("block", (a, b, level(0)(v) + 0.015, level(1)(v) - 0.015), 0.021, 3), bright))
    return pieces


def intakes(face: Face) -> list[Piece]:
    """Return the air intakes under the bumper."""
    half, dark = face.layout.half, finish.GRILLE_DARK
    top = 0.26 if face.layout.details.grille == "large" else 0.36
    match face.layout.details.bumper:
        case "intake":
            return [(face.band(0.55 * half, 0.13, lambda v: top - 0.05 * v * v, 0.006), dark)]
        case "wide":
            mouth = face.band(0.86 * half, lambda v: 0.10 + 0.06 * v * v, lambda v: top - 0.08 * v**4, 0.006)
            return [(mouth, dark), (face.band(0.84 * half, 0.22, 0.245, 0.012, 3), face.colors.trim)]
        case "split":
            sides = face.pair("hexagon", (0.58 * half, half + 0.02, 0.12, top), 0.006)
            return [(face.band(0.46 * half, 0.12, top - 0.02, 0.006), dark), (sides, dark)]
    strip = face.band(half + 0.1, 0.40, 0.46, 0.008, 3, 31)
    return [(face.band(0.50 * half, 0.22, 0.32, 0.006), dark), (strip, face.colors.trim)]


def fog_lights(face: Face) -> list[Piece]:
    """Return fog lights in their recesses, and the amber side markers of cars with American plates."""
    d, half = face.layout.details, face.layout.half
    pieces = []
    if d.fog_lights:
        size, at, x = 0.055, 0.22, 0.74 * half
        tall = 1.3 * size / face.tall
        pieces.append((face.pair("oval", (x - 1.8 * size, x + 1.8 * size, at - tall, at + tall), 0.009), BLACK_PLASTIC))
        pieces.append((face.disc((x, at), size, 0.016), finish.REFLECTOR))
    if not d.wide_plates:
        pieces.append((face.pair("block", (half + 0.12, half + 0.24, 0.44, 0.50), 0.006, 3), finish.AMBER))
    return pieces


def bumper_bar(face: Face) -> list[Piece]:
    """Return the bar before the front of a pickup or a rugged SUV."""
    layout = face.layout
    material = {"chrome": CHROME, "black": BLACK_PLASTIC}.get(layout.details.trim, face.colors.paint)
    if layout.style == "pickup":
        return [(face.band(0.94 * layout.half, lambda v: 0.27 + 0.03 * v * v, 0.47, 0.05, 4, 25), material)]
    if layout.details.cladding == "full":
        skid = np.array([0.08, 0.20])
        return [(face.band(0.60 * layout.half, skid[0], lambda v: skid[1] - 0.05 * v**4, 0.02, 4, 25), finish.SKID)]
    return []
