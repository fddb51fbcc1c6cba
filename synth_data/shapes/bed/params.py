"""What a bed is described by, and how such a description is drawn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synth_data.shapes import materials
from synth_data.shapes.bounds import check_choices, check_ranges, pick, uniform
from synth_data.shapes.mesh import Material
from vantage.errors import UserError

CHOICES = {
    "style": ("panel", "slats", "metal", "upholstered", "divan", "fourposter", "sleigh"),
    "foot": ("none", "low", "high"),
    "base": ("legs", "drawers", "box", "platform"),
    "cover": ("duvet", "tucked", "bare"),
}
"""Forms of a bed's parts; the style names its head board."""

RANGES = {
    "width": (0.80, 2.10), "length": (1.80, 2.30), "height": (0.30, 0.85), "mattress": (0.12, 0.40),
    "head": (0.12, 1.20), "arch": (0.0, 0.25), "bars": (3, 16), "post": (0.015, 0.06), "canopy": (1.6, 2.4),
    "pillows": (0, 4), "throw": (0.0, 0.8), "turned_down": (0.0, 0.5), "creases": (0.0, 0.03), "phase": (0.0, 7.0),
    "pillow_lean_deg": (5.0, 75.0),
}  # fmt: skip
"""Bounds of the measures: metres, degrees, counts."""


@dataclass(frozen=True)
class BedParams:
    """A bed, in metres and degrees.

    Attributes:
        style, foot, base, cover: forms of its parts (`CHOICES`).
        frame: material of frame, posts and boards.
        padding: of padded parts.
        sheet, linen, pillow, blanket: of the mattress, the duvet, the pillows, a throw across the foot.
        metal: of handles.
        width, length: of the mattress.
        height: of the mattress' top over the floor.
        mattress: its thickness.
        head: height of the head board over the mattress.
        arch: how far the middle of the head board rises over its ends.
        bars: slats, rods or padded channels of a board.
        post: half the width of posts and legs.
        canopy: height of the posts of a four-poster.
        pillows: that one sleeps on, in one or two rows.
        pillow_lean_deg: how steeply they stand, from lying.
        throw: length of a blanket across the foot end, 0 for none.
        turned_down: length of duvet that is folded back.
        creases, phase: height of the duvet's waves, and where they are.
    """

    style: str
    foot: str
    base: str
    cover: str
    frame: Material
    padding: Material
    sheet: Material
    linen: Material
    pillow: Material
    blanket: Material
    metal: Material
    width: float
    length: float
    height: float
    mattress: float
    head: float
    arch: float = 0.0
    bars: int = 8
    post: float = 0.03
    canopy: float = 2.0
    pillows: int = 2
    pillow_lean_deg: float = 30.0
    throw: float = 0.0
    turned_down: float = 0.2
    creases: float = 0.01
    phase: float = 0.0

    def __post_init__(self):
        check_choices(self, CHOICES)
        check_ranges(self, RANGES)
        if self.deck < 0.12:
            raise UserError(f"a mattress of {self.mattress:g} m up to {self.height:g} m", "0.12 m of room under it")

    @property
    def deck(self) -> float:
        """Height of what the mattress lies on."""
        return self.height - self.mattress

    @property
    def head_y(self) -> float:
        """y of the middle of the head board; the foot board is at -head_y."""
        return self.length / 2 + 0.035


STYLES = {
    "panel": 0.24, "slats": 0.14, "metal": 0.14, "upholstered": 0.2, "divan": 0.12, "fourposter": 0.08, "sleigh": 0.08,
}  # fmt: skip
FEET = {
    "panel": {"none": 0.45, "low": 0.35, "high": 0.2},
    "slats": {"none": 0.25, "low": 0.4, "high": 0.35},
    "metal": {"none": 0.3, "low": 0.3, "high": 0.4},
    "upholstered": {"none": 0.8, "low": 0.2},
    "divan": {"none": 1.0},
    "fourposter": {"none": 0.5, "low": 0.3, "high": 0.2},
    "sleigh": {"low": 0.4, "high": 0.6},
}
BASES = {
    "panel": {"legs": 0.6, "drawers": 0.25, "platform": 0.15},
    "slats": {"legs": 0.85, "drawers": 0.15},
    "upholstered": {"legs": 0.4, "box": 0.4, "platform": 0.2},
    "divan": {"box": 0.6, "drawers": 0.4},
}
HEADS = {
    "panel": (0.25, 0.75), "slats": (0.3, 0.7), "metal": (0.35, 0.75), "upholstered": (0.4, 0.95), "divan": (0.25, 0.7),
    "fourposter": (0.4, 0.9), "sleigh": (0.35, 0.65),
}  # fmt: skip


def sample_bed_params(rng: np.random.Generator) -> BedParams:
    """Draw a bed: a style, what goes with it, a size that is sold, bedding."""
    style = pick(rng, STYLES)
    width = float(rng.choice([0.9, 1.0, 1.2, 1.4, 1.6, 1.8, 2.0], p=[0.18, 0.1, 0.1, 0.22, 0.2, 0.14, 0.06]))
    mattress = uniform(rng, (0.16, 0.32))
    padding = materials.sample_upholstery(rng)
    wooden = materials.sample_wood(rng) if rng.random() < 0.8 else materials.sample_lacquer(rng)
    linen = materials.sample_linen(rng)
    return BedParams(
        style=style,
        foot=pick(rng, FEET[style]),
        base=pick(rng, BASES.get(style, {"legs": 1.0})),
        cover=pick(rng, {"duvet": 0.62, "tucked": 0.25, "bare": 0.13}),
        frame=materials.sample_metal(rng) if style == "metal" else wooden,
        padding=padding,
        sheet=materials.sample_linen(rng) if rng.random() < 0.4 else materials.tinted(linen, 0.92),
        linen=linen,
        pillow=linen if rng.random() < 0.4 else materials.sample_linen(rng),
        blanket=materials.sample_upholstery(rng) if rng.random() < 0.6 else materials.sample_linen(rng),
        metal=materials.sample_metal(rng),
        width=width,
        length=uniform(rng, (1.88, 2.08)),
        height=mattress + uniform(rng, (0.2, 0.38)),
        mattress=mattress,
        head=uniform(rng, HEADS[style]),
        arch=uniform(rng, (0.04, 0.2)) if rng.random() < 0.35 and style != "divan" else 0.0,
        bars=int(rng.integers(4, 13)),
        post=uniform(rng, (0.016, 0.022) if style == "metal" else (0.03, 0.05)),
        canopy=uniform(rng, (1.8, 2.2)),
        pillows=int(rng.choice([1, 2])) if width < 1.3 else int(rng.choice([2, 4], p=[0.65, 0.35])),
        pillow_lean_deg=uniform(rng, (8, 20) if rng.random() < 0.5 else (35, 65)),
        throw=uniform(rng, (0.3, 0.7)) if rng.random() < 0.35 else 0.0,
        turned_down=uniform(rng, (0.12, 0.35)) if rng.random() < 0.6 else 0.0,
        creases=uniform(rng, (0.004, 0.02)) if rng.random() < 0.85 else 0.0,
        phase=uniform(rng, (0, 6.2)),
    )
