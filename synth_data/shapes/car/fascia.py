"""The face and the tail of a car: lamps, grille, bumpers, plates, exhaust."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from synth_data.shapes.car import finish
from synth_data.shapes.car.finish import Palette
from synth_data.shapes.car.layout import Layout
from synth_data.shapes.car.patches import patch, ribbon, shaped, spans
from synth_data.shapes.materials import BLACK_PLASTIC, CHROME
from synth_data.shapes.mesh import Material, Part, assembled
from synth_data.shapes.primitives import Mesh, both_sides, cylinder, moved, turned

PLATE = Material("licence plate", (0.80, 0.80, 0.77), roughness=0.35)
PLATE_YELLOW = Material("yellow licence plate", (0.80, 0.52, 0.03), roughness=0.35)
PLATE_TEXT = Material("plate text", (0.015, 0.015, 0.03), roughness=0.5)

Piece = tuple[Mesh, Material]


@dataclass(frozen=True)
class Face:
    """One end of the car: turns part-heights into metres and x into u.

    Attributes:
        layout, colors: of the car.
        rear: the tail, else the front.
    """

    layout: Layout
    colors: Palette
    rear: bool = False

    @cached_property
    def top(self) -> float:
        """Height of the upper edge of this end, in its middle."""
        return float(self.layout.top(self.layout.rear_u(0.0) if self.rear else 0.0))

    def z(self, part):
        """Return the height at ``part`` of the way from the sill to the top edge of this end."""
        return self.layout.p.clearance + part * (self.top - self.layout.p.clearance)

    def u(self, x: float) -> float:
        """Return u at the box position ``x``; beyond half the width it turns onto the side."""
        return float(self.layout.rear_u(x)) if self.rear else x

    def piece(self, kind: str, x0: float, x1: float, t0: float, t1: float, lift: float = 0.01, rows: int = 4) -> Mesh:
        """Return a patch from x0 (inner) to x1 (outer) on the left, between the part-heights t0 and t1."""
        u0, u1 = sorted((self.u(x0), self.u(x1)))
        return shaped(self.layout, kind, u0, u1, self.z(t0), self.z(t1), lift, not self.rear, rows)

    def pair(self, *args, **options) -> Mesh:
        """Return `piece` on both sides."""
        return both_sides(self.piece(*args, **options))

    def band(self, half: float, t0, t1, lift: float = 0.01, rows: int = 4, columns: int = 25) -> Mesh:
        """Return a patch across the middle, |x| <= half; t0 and t1 are numbers or functions of x / half."""
        a = np.linspace(-1, 1, columns)
        low, high = (self.z(t(a) if callable(t) else t) for t in (t0, t1))
        return _across(self.layout, a * half, low, high, lift, rows, self.rear)


def _across(layout: Layout, x, low, high, lift, rows, rear) -> Mesh:
    """Return a patch over positions x of both signs: u is measured from the middle, mirrored for x < 0."""
    mesh = patch(_Unfolded(layout, rear), x, low, high, lift, rows)
    return (mesh[0], mesh[1][:, ::-1]) if rear else mesh


@dataclass(frozen=True)
class _Unfolded:
    """A wall whose u is x itself, negative on the right."""

    layout: Layout
    rear: bool

    def wall(self, u, z, lift):
        distance = np.abs(u)
        points = self.layout.wall(self.layout.rear_u(distance) if self.rear else distance, z, lift)
        return points * np.stack([np.where(u < 0, -1.0, 1.0), np.ones_like(u), np.ones_like(u)], -1)


def front_part(layout: Layout, colors: Palette) -> Part:
    """Return everything on the front."""
    face = Face(layout, colors)
    return assembled("front", [*headlights(face), *grille(face), *front_bumper(face), *front_plate(face)])


def grille_half(layout: Layout) -> float:
    """Return half the width of the grille."""
    part = {"slim": 0.56, "large": 0.46, "kidney": 0.36, "split": 0.56}.get(layout.details.grille, 0.48)
    return layout.half * part * layout.details.grille_width


def lamp_box(layout: Layout) -> tuple[float, float, float, float]:
    """Return x inner and outer, and the part-heights of the headlights."""
    d, half = layout.details, layout.half
    inner = max(grille_half(layout) + 0.03, 0.50 * half)
    low, high = {"swept": (0.57, 0.95), "block": (0.61, 0.89), "oval": (0.62, 0.90), "round": (0.62, 0.92),
                 "slim": (0.68, 0.92)}[d.headlights]  # fmt: skip
    wrap = {"swept": 0.34, "block": 0.08, "oval": 0.10, "slim": 0.26}.get(d.headlights, 0.0)
    outer = half + wrap * d.headlight_width
    if d.headlights == "round":
        size = (high - low) * (layout.p.nose_height - layout.p.clearance) * d.headlight_height
        outer = inner + size if inner + size < half else half
    middle, tall = 0.5 * (low + high), (high - low) * d.headlight_height
    return inner, max(outer, inner + 0.16), middle - tall / 2, min(middle + tall / 2, 0.95)


def headlights(face: Face) -> list[Piece]:
    """Return both headlights: housing, reflectors, indicator."""
    d = face.layout.details
    x0, x1, t0, t1 = lamp_box(face.layout)
    housing = finish.DARK_HOUSING if d.dark_lamps else finish.HOUSING
    kind = d.headlights if d.headlights in ("swept", "oval", "round", "slim") else "block"
    pieces = [(face.pair(kind, x0, x1, t0, t1, 0.008), housing)]
    height, width = face.z(t1) - face.z(t0), x1 - x0
    size = min(0.62 * height, 0.42 * width)
    tall = size / (face.z(1) - face.z(0))
    slope = {"swept": 0.22, "slim": 0.20}.get(kind, 0.0) * (t1 - t0)
    places = (0.5,) if kind == "round" else (0.26, 0.62)
    for where in places:
        cx, ct = x0 + where * width, 0.5 * (t0 + t1) + slope * (2 * where - 0.9)
        scale = 0.85 if kind == "slim" else 1.0
        lamp = (cx - scale * size / 2, cx + scale * size / 2, ct - scale * tall / 2, ct + scale * tall / 2)
        pieces.append((face.pair("round", *lamp, 0.018, rows=5), face.colors.lamp if where < 0.6 else finish.REFLECTOR))
    if kind in ("block", "oval") and not d.dark_lamps:
        pieces.append((face.pair("block", x0 + 0.84 * width, x0 + 0.97 * width, t0 + 0.05, t1 - 0.05, 0.014), finish.AMBER))
    return pieces


def grille(face: Face) -> list[Piece]:
    """Return grille, its surround and the badge."""
    d, half = face.layout.details, grille_half(face.layout)
    kind, tall = d.grille, d.grille_height
    low, high = {"slim": (0.72, 0.82), "large": (0.30, 0.88), "kidney": (0.60, 0.88), "split": (0.56, 0.90)}.get(kind, (0.58, 0.87))
    low = high - (high - low) * min(tall, 1.1)
    frame = face.colors.trim if face.colors.trim is not face.colors.paint else CHROME
    pieces: list[Piece] = []
    if kind == "kidney":
        for x0, x1 in ((0.02, half),):
            pieces.append((face.pair("oval", x0, x1, low, high, 0.012), CHROME))
            pieces.append((face.pair("oval", x0 + 0.02, x1 - 0.02, low + 0.02, high - 0.02, 0.016), finish.GRILLE_DARK))
        for a, b in spans(0.05, half - 0.04, 7, 0.3):
            pieces.append((face.pair("block", a, b, low + 0.06, high - 0.06, 0.021), frame))
    else:
        def lower(v):
            return low + (0.10 * np.abs(v) ** 2 if kind in ("large", "mesh") else 0.0) * tall

        def upper(v):
            return high - 0.025 * v * v

        pieces.append((face.band(half + 0.022, lambda v: lower(v) - 0.03, lambda v: upper(v) + 0.03, 0.010), frame))
        pieces.append((face.band(half, lower, upper, 0.014), finish.GRILLE_DARK))
        pieces += _grille_bars(face, kind, half - 0.01, lower, upper, frame)
    return pieces + badge(face, low, high)


def _grille_bars(face: Face, kind: str, half: float, lower, upper, frame: Material) -> list[Piece]:
    """Return the bars of a grille between the part-heights ``lower`` and ``upper`` (functions of x / half)."""
    pieces = []
    levels = {"bars": 4, "large": 6, "split": 1, "slim": 1, "mesh": 6}.get(kind, 0)
    thick = {"split": 0.42, "bars": 0.34, "slim": 0.2, "mesh": 0.18, "large": 0.22}.get(kind, 0.3)
    material = face.colors.paint if kind == "split" and face.colors.trim is face.colors.paint else frame
    for a, b in spans(0, 1, levels, thick) if levels else ():
        pieces.append((face.band(half, lambda v, a=a: lower(v) + a * (upper(v) - lower(v)),
                                 lambda v, b=b: lower(v) + b * (upper(v) - lower(v)), 0.022, 3, 15), material))  # fmt: skip
    if kind in ("slats", "mesh"):
        count, part = (7, 0.4) if kind == "slats" else (11, 0.14)
        for a, b in spans(0.015, half, count, part):
            v = 0.5 * (a + b) / half
            pieces.append((face.pair("block", a, b, lower(v) + 0.015, upper(v) - 0.015, 0.021, 3), frame))
    return pieces


def badge(face: Face, low: float, high: float) -> list[Piece]:
    """Return the maker's badge: a disc over the grille's middle, or above it on a slim one."""
    size = 0.05
    at = 0.5 * (low + high) if high - low > 0.13 else high + 0.08
    tall = size / (face.z(1) - face.z(0))
    a = np.linspace(-1, 1, 11)
    half = np.sqrt(np.clip(1 - a * a, 0.01, 1)) * tall
    mesh = face.band(size, lambda v: at - np.interp(v, a, half), lambda v: at + np.interp(v, a, half), 0.030, 3, 11)
    return [(mesh, CHROME)]


def front_bumper(face: Face) -> list[Piece]:
    """Return air intakes, fog lights and the black lip under the bumper."""
    d, half = face.layout.details, face.layout.half
    dark = finish.GRILLE_DARK
    top = 0.26 if d.grille == "large" else 0.36
    pieces: list[Piece] = []
    if d.bumper == "intake":
        pieces.append((face.band(0.55 * half, 0.13, lambda v: top - 0.05 * v * v, 0.006), dark))
    elif d.bumper == "wide":
        pieces.append((face.band(0.86 * half, lambda v: 0.10 + 0.06 * v * v, lambda v: top - 0.08 * v**4, 0.006), dark))
        pieces.append((face.band(0.84 * half, 0.22, 0.245, 0.012, 3), face.colors.trim))
    elif d.bumper == "split":
        pieces.append((face.band(0.46 * half, 0.12, top - 0.02, 0.006), dark))
        pieces.append((face.pair("hexagon", 0.58 * half, half + 0.02, 0.12, top, 0.006), dark))
    else:
        pieces.append((face.band(0.50 * half, 0.22, 0.32, 0.006), dark))
        pieces.append((face.band(half + 0.1, 0.40, 0.46, 0.008, 3, 31), face.colors.trim))
    if d.fog_lights:
        size, at = 0.055, 0.22
        tall = size / (face.z(1) - face.z(0))
        x = 0.74 * half
        pieces.append((face.pair("oval", x - 1.8 * size, x + 1.8 * size, at - 1.3 * tall, at + 1.3 * tall, 0.009), BLACK_PLASTIC))
        pieces.append((face.pair("round", x - size, x + size, at - tall, at + tall, 0.016), finish.REFLECTOR))
    if layout_bar := BARS.get(face.layout.style):
        low, high, lift = layout_bar
        kind = {"chrome": CHROME, "black": BLACK_PLASTIC}.get(d.trim, face.colors.paint)
        if face.layout.style == "pickup" or d.cladding == "full":
            pieces.append((face.band(0.94 * half, lambda v: low + 0.03 * v * v, high, lift, 4, 25), kind))
    return pieces


BARS = {"pickup": (0.27, 0.47, 0.05), "suv": (0.06, 0.20, 0.02)}
"""Style -> lower and upper edge of the bumper bar (part-heights) and how far it stands out, metres."""


def plate(face: Face, at: float, material: Material) -> list[Piece]:
    """Return a licence plate with its text at the part-height ``at``."""
    wide, tall = (0.26, 0.056) if face.layout.details.wide_plates else (0.153, 0.077)
    unit = face.z(1) - face.z(0)
    t0, t1 = at - tall / unit, at + tall / unit
    pieces = [(face.band(wide + 0.012, t0 - 0.016, t1 + 0.016, 0.018, 3, 7), BLACK_PLASTIC)]
    pieces.append((face.band(wide, t0, t1, 0.024, 3, 7), material))
    for a, b in spans(0.01, wide - 0.02, 3, 0.62):
        mesh = face.piece("block", a, b, at - 0.5 * tall / unit, at + 0.5 * tall / unit, 0.027, 3)
        pieces.append((both_sides(mesh), PLATE_TEXT))
    return pieces


def front_plate(face: Face) -> list[Piece]:
    """Return the front plate where the car has one."""
    return plate(face, 0.42 if face.layout.details.grille != "large" else 0.33, PLATE) if face.layout.details.plate_front else []


def rear_part(layout: Layout, colors: Palette) -> Part:
    """Return everything on the tail."""
    face = Face(layout, colors, rear=True)
    pieces = [*tail_lights(face), *rear_bumper(face), *rear_plate(face), *boot_lines(face)]
    return assembled("rear", pieces)


def tail_box(layout: Layout) -> tuple[float, float, float, float]:
    """Return x inner and outer, and the part-heights of the tail-lights."""
    half = layout.half
    return {
        "wrap": (0.54 * half, half + 0.24, 0.60, 0.92),
        "upright": (0.76 * half, half + 0.08, 0.50, 0.99),
        "block": (0.55 * half, half + 0.03, 0.62, 0.86),
        "round": (0.52 * half, half - 0.02, 0.64, 0.86),
        "bar": (0.50 * half, half + 0.16, 0.72, 0.88),
        "slim": (0.50 * half, half + 0.20, 0.74, 0.90),
    }[layout.details.tail_lights]


def tail_lights(face: Face) -> list[Piece]:
    """Return both tail-lights with stop, reversing and indicator fields."""
    x0, x1, t0, t1 = tail_box(face.layout)
    kind, width, tall = face.layout.details.tail_lights, x1 - x0, t1 - t0
    if kind == "round":
        return _round_tail_lights(face, x0, x1, t0, t1)
    shape = {"wrap": "swept", "slim": "slim", "upright": "block", "block": "block", "bar": "block"}[kind]
    pieces = [(face.pair(shape, x0, x1, t0, t1, 0.010), finish.TAIL_RED)]
    if kind == "upright":
        low = t0 + 0.36 * tall
        pieces.append((face.pair("block", x0 + 0.12 * width, x1 - 0.3 * width, low, low + 0.18 * tall, 0.014), finish.TAIL_WHITE))
        pieces.append((face.pair("block", x0 + 0.12 * width, x1 - 0.3 * width, t0 + 0.06, low - 0.02, 0.014), finish.AMBER))
    else:
        middle = 0.5 * (t0 + t1) + (-0.04 if kind == "wrap" else 0)
        pieces.append((face.pair("oval", x0 + 0.08 * width, x0 + 0.30 * width, middle - 0.14 * tall, middle + 0.14 * tall, 0.015), finish.TAIL_WHITE))
        pieces.append((face.pair("oval", x0 + 0.40 * width, x0 + 0.66 * width, middle - 0.2 * tall, middle + 0.24 * tall, 0.015), finish.TAIL_DARK_RED))
    if kind == "bar":
        pieces.append((face.band(x0 + 0.02, t0 + 0.25 * tall, t1 - 0.25 * tall, 0.010), finish.TAIL_RED))
    return pieces


def _round_tail_lights(face: Face, x0, x1, t0, t1) -> list[Piece]:
    """Return two round lamps a side."""
    size = min(0.5 * (x1 - x0), face.z(t1) - face.z(t0))
    tall = 0.5 * size / (face.z(1) - face.z(0))
    middle, pieces = 0.5 * (t0 + t1), []
    for x in (x0 + 0.25 * (x1 - x0), x0 + 0.75 * (x1 - x0)):
        for part, lift, material in ((0.98, 0.010, CHROME), (0.86, 0.016, finish.TAIL_RED), (0.4, 0.022, finish.TAIL_DARK_RED)):
            r, h = 0.5 * size * part, tall * part
            pieces.append((face.pair("round", x - r, x + r, middle - h, middle + h, lift), material))
    return pieces


def rear_bumper(face: Face) -> list[Piece]:
    """Return the dark lower part of the rear bumper, reflectors, exhaust."""
    layout, d = face.layout, face.layout.details
    pieces: list[Piece] = [(face.band(0.72 * layout.half, 0.02, lambda v: 0.17 - 0.05 * v**4, 0.007), BLACK_PLASTIC)]
    pieces.append((face.pair("block", 0.70 * layout.half, 0.90 * layout.half, 0.25, 0.29, 0.008, 3), finish.TAIL_RED))
    if layout.style == "pickup":
        pieces.append((face.band(0.97 * layout.half, 0.16, 0.42, 0.035, 4, 21), CHROME if d.trim == "chrome" else BLACK_PLASTIC))
    for side in ((), (1,), (1, -1))[d.exhausts]:
        pipe = turned(cylinder(0.036, -0.12, 0.05, 12), "x", -90)
        end = layout.wall(layout.rear_u(0.55 * layout.half), face.z(0.08))
        place = (side * 0.55 * layout.half, end[1], face.z(0.05))
        pieces.append((moved(pipe, place), CHROME))
        pieces.append((moved(turned(cylinder(0.029, 0.045, 0.052, 12), "x", -90), place), finish.UNDERBODY))
    return pieces


def plate_at(layout: Layout, rear: bool) -> float:
    """Return the part-height of a licence plate."""
    if not rear:
        return 0.42 if layout.details.grille != "large" else 0.33
    return 0.30 if layout.style in ("pickup",) or layout.details.tail_lights == "bar" else 0.70


def rear_plate(face: Face) -> list[Piece]:
    """Return the rear plate in its recess, the strip over it and the badge."""
    at = plate_at(face.layout, True)
    material = PLATE_YELLOW if face.layout.details.right_hand_drive and face.layout.details.wide_plates else PLATE
    pieces = [(face.band(0.33, at - 0.13, at + 0.13, 0.005, 3, 9), BLACK_PLASTIC)] if face.layout.details.dark_lamps else []
    pieces += plate(face, at, material)
    if at > 0.5:
        pieces.append((face.band(0.34, at + 0.14, at + 0.175, 0.016, 3, 9), face.colors.trim))
    return pieces + badge(face, at + 0.10, at + 0.12)


def boot_lines(face: Face) -> list[Piece]:
    """Return the shut lines of boot lid or tailgate, and the seam over the bumper."""
    layout = face.layout
    x = (0.60 if layout.style in ("sedan", "coupe") else 0.86) * layout.half
    across = np.linspace(-(layout.half + 0.3), layout.half + 0.3, 41)
    seam = np.stack([across, np.full(41, face.z(0.505))], -1)
    unfolded = _Unfolded(layout, True)
    vertices, faces = ribbon(unfolded, seam, 0.012)
    upright = np.stack([np.full(8, face.u(x)), np.linspace(face.z(0.52), face.z(0.985), 8)], -1)
    return [((vertices, faces[:, ::-1]), finish.GRILLE_DARK), (both_sides(ribbon(layout, upright, 0.011)), finish.GRILLE_DARK)]
