"""Paint, glass, lamps: the materials of a car.

The order of the colours (white, black, grey, silver, then blue, red, and few others) is that of the yearly colour
popularity reports of the paint makers Axalta and PPG; the exact chances are ours.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synth_data.shapes.bounds import check_ranges, pick, uniform
from synth_data.shapes.materials import BLACK_PLASTIC, CHROME, hsv, srgb
from synth_data.shapes.mesh import Color, Material

COLORS = {
    "white": 0.18, "black": 0.17, "grey": 0.14, "silver": 0.15, "red": 0.12, "blue": 0.11,
    "beige": 0.03, "brown": 0.02, "green": 0.02, "yellow": 0.03, "orange": 0.03,
}  # fmt: skip
"""Colour of the paint -> chance."""


@dataclass(frozen=True)
class CarFinish:
    """Colours: linear RGB of the paint and of the second colour, and how paint, glass and rims look.

    Attributes:
        metallic: of the paint's base; flaky metallic paints have about 0.5.
        rim_tone: grey level of the rims; rim_metallic whether they shine.
        glass_tint: opacity of the windscreen. At 1 only reflections are seen, and renders of few samples stay clean.
        privacy: least opacity of the rear windows.
        interior: linear RGB of seats and dashboard.
    """

    paint: tuple[float, float, float]
    second: tuple[float, float, float]
    metallic: float
    roughness: float
    rim_tone: float
    rim_metallic: float
    glass_tint: float
    privacy: float
    interior: tuple[float, float, float]

    def __post_init__(self):
        unit = ("metallic", "roughness", "rim_tone", "rim_metallic", "glass_tint", "privacy")
        check_ranges(self, dict.fromkeys(unit, (0, 1)))


def sample_paint(rng: np.random.Generator) -> tuple[Color, float]:
    """Return linear RGB of a paint and the metallic weight of its base."""
    name = pick(rng, COLORS)
    if name in ("white", "black", "grey", "silver"):
        low, high = {"white": (0.86, 0.97), "black": (0.03, 0.12), "grey": (0.22, 0.48), "silver": (0.62, 0.82)}[name]
        value, tint = uniform(rng, (low, high)), rng.normal(0, 0.012, 2)
        color = srgb(*np.clip([value + tint[0], value, value + tint[1]], 0, 1))
        metallic = {"white": 0.0, "black": 0.3, "grey": 0.6, "silver": 0.8}[name]
        return color, metallic * uniform(rng, (0.4, 1.0))
    hue, saturation, value = {
        "red": ((-0.02, 0.01), (0.75, 0.97), (0.3, 0.8)),
        "blue": ((0.56, 0.65), (0.4, 0.9), (0.2, 0.75)),
        "beige": ((0.08, 0.13), (0.1, 0.35), (0.5, 0.85)),
        "brown": ((0.02, 0.08), (0.4, 0.7), (0.15, 0.4)),
        "green": ((0.25, 0.45), (0.3, 0.8), (0.15, 0.6)),
        "yellow": ((0.125, 0.155), (0.8, 0.97), (0.85, 0.98)),
        "orange": ((0.04, 0.08), (0.8, 0.97), (0.75, 0.95)),
    }[name]
    color = hsv(uniform(rng, hue) % 1, uniform(rng, saturation), uniform(rng, value))
    return color, float(rng.choice([0.0, 0.25, 0.5]))


def sample_finish(rng: np.random.Generator) -> CarFinish:
    """Draw the colours of a car."""
    paint, metallic = sample_paint(rng)
    second = paint
    while second == paint:
        second = sample_paint(rng)[0]
    interior = ((0.012, 0.012, 0.013), (0.05, 0.05, 0.052), (0.35, 0.28, 0.2), (0.12, 0.03, 0.02))
    return CarFinish(
        paint=paint,
        second=second,
        metallic=metallic,
        roughness=uniform(rng, (0.18, 0.42)),
        rim_tone=float(rng.choice([0.02, 0.2, 0.55, 0.75], p=[0.15, 0.15, 0.45, 0.25])),
        rim_metallic=float(rng.choice([0.3, 0.9], p=[0.35, 0.65])),
        glass_tint=1.0 if rng.random() < 0.4 else uniform(rng, (0.5, 0.9)),
        privacy=float(rng.choice([0.6, 0.85, 1.0])),
        interior=interior[int(rng.choice(4, p=[0.45, 0.3, 0.2, 0.05]))],
    )


def paint(name: str, color: Color, finish: CarFinish) -> Material:
    """Return a lacquered surface of ``color``: metallic flakes, too small to draw one by one, under a clear coat."""
    return Material(name, color, metallic=finish.metallic, roughness=finish.roughness, coat=1.0)


def glass(name: str, opacity: float) -> Material:
    """Return window glass that hides ``opacity`` of what is behind it."""
    return Material(name, (0.012, 0.015, 0.015), roughness=0.02, alpha=min(1.0, opacity), coat=0.5)


@dataclass(frozen=True)
class Palette:
    """The materials of one car, by what they are for."""

    paint: Material
    second: Material
    glass: Material
    privacy: Material
    trim: Material
    rim: Material
    interior: Material
    lamp: Material


def palette(finish: CarFinish, trim: str, lights_on: bool) -> Palette:
    """Return the materials for ``finish``."""
    body = paint("paint", finish.paint, finish)
    tone = finish.rim_tone
    return Palette(
        paint=body,
        second=paint("second paint", finish.second, finish),
        glass=glass("glass", finish.glass_tint),
        privacy=glass("rear glass", max(finish.glass_tint, finish.privacy)),
        trim={"body": body, "black": BLACK_PLASTIC, "chrome": CHROME}[trim],
        rim=Material("rim", (tone, tone, tone * 1.01), metallic=finish.rim_metallic, roughness=0.25, coat=0.3),
        interior=Material("interior", finish.interior, roughness=0.8),
        lamp=Material("lamp", (0.95, 0.95, 0.92), roughness=0.1, coat=1.0, emission=6.0) if lights_on else REFLECTOR,
    )


HOUSING = Material("lamp housing", (0.55, 0.56, 0.58), metallic=0.85, roughness=0.16, coat=1.0)
DARK_HOUSING = Material("dark lamp housing", (0.03, 0.03, 0.032), metallic=0.3, roughness=0.2, coat=1.0)
REFLECTOR = Material("reflector", (0.82, 0.83, 0.85), metallic=0.85, roughness=0.12, coat=1.0)
TAIL_RED = Material("tail light", (0.42, 0.006, 0.008), roughness=0.12, coat=1.0)
TAIL_DARK_RED = Material("dark tail light", (0.16, 0.003, 0.004), roughness=0.1, coat=1.0)
TAIL_BRIGHT = Material("bright tail light", (0.66, 0.012, 0.012), roughness=0.1, coat=1.0)
TAIL_LIT = Material("lit tail light", (0.9, 0.02, 0.015), roughness=0.1, coat=1.0, emission=1.5)
TAIL_WHITE = Material("reversing light", (0.75, 0.74, 0.72), roughness=0.15, coat=1.0)
AMBER = Material("indicator", (0.75, 0.22, 0.02), roughness=0.15, coat=1.0)
SOFT_TOP = Material("soft top", (0.014, 0.013, 0.013), roughness=0.9, pattern="fabric",
                    pattern_color=(0.03, 0.03, 0.03), pattern_scale=0.01)  # fmt: skip
TAXI_SIGN = Material("taxi sign", (0.85, 0.65, 0.10), roughness=0.3, emission=0.6)
PLATE = Material("licence plate", (0.80, 0.80, 0.77), roughness=0.35)
PLATE_YELLOW = Material("yellow licence plate", (0.80, 0.52, 0.03), roughness=0.35)
PLATE_TEXT = Material("plate text", (0.015, 0.015, 0.03), roughness=0.5)
SKID = Material("skid plate", (0.42, 0.42, 0.43), metallic=0.8, roughness=0.4)
UNDERBODY = Material("underbody", (0.008, 0.008, 0.008), roughness=0.95)
GRILLE_DARK = Material("grille", (0.008, 0.008, 0.008), roughness=0.5)
BRAKE_DISC = Material("brake disc", (0.28, 0.27, 0.26), metallic=0.9, roughness=0.4)
