"""What a television or monitor is described by, and how such a description is drawn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synth_data.shapes import materials
from synth_data.shapes.bounds import check_choices, check_ranges, pick, uniform
from synth_data.shapes.mesh import Material
from vantage.errors import UserError

CHOICES = {
    "style": ("television", "monitor", "curved", "all-in-one", "tube television", "tube monitor", "retro"),
    "stand": ("none", "plate", "disc", "feet", "bent", "legs", "swivel"),
    "picture": ("off", "landscape", "windows", "text", "bars", "film", "pitch", "chart"),
}
"""Forms of its parts. The tubes have deep backs; ``retro`` is a cabinet with knobs."""

RANGES = {
    "width": (0.25, 1.70), "aspect": (1.0, 2.5), "depth": (0.006, 0.08), "back_depth": (0.0, 0.60),
    "bezel": (0.003, 0.09), "chin": (0.0, 0.20), "stand_height": (0.0, 0.50), "stand_width": (0.1, 0.95),
    "tilt_deg": (-5.0, 20.0), "curve": (0.0, 0.5), "bulge": (0.0, 0.05), "rounding": (0.0, 0.06),
    "picture_seed": (0, 2**31 - 1), "back_share": (0.25, 0.95), "neck": (0.01, 0.08),
}  # fmt: skip
"""Bounds of the measures: metres, parts, degrees."""


@dataclass(frozen=True)
class TvmonitorParams:
    """A television or monitor, in metres and degrees.

    Attributes:
        style, stand, picture: forms of its parts (`CHOICES`).
        case, trim, foot, glass: materials of the housing, of chin and knobs, of the stand, of the dark screen.
        width: of the housing; ``aspect`` its width over its height without the chin.
        aspect: see there.
        depth: of the frame around the screen.
        back_depth: how far the back reaches beyond that.
        back_share: size of the back's rear face, as a part of the front.
        bezel: width of the frame.
        chin: height of a strip under the screen, or at its side for a retro set.
        stand_height: of the housing's lower edge.
        stand_width: of the stand, as a part of the housing's width.
        neck: half the width of the stand's column.
        tilt_deg: how far the screen looks up.
        curve: angle in radians that a curved screen goes around.
        bulge: how far the middle of a tube's screen stands out.
        rounding: radius of the housing's edges.
        picture_seed: what is to be seen in the picture.
    """

    style: str
    stand: str
    picture: str
    case: Material
    trim: Material
    foot: Material
    glass: Material
    width: float
    aspect: float
    depth: float
    back_depth: float
    back_share: float = 0.6
    bezel: float = 0.02
    chin: float = 0.0
    stand_height: float = 0.1
    stand_width: float = 0.4
    neck: float = 0.03
    tilt_deg: float = 0.0
    curve: float = 0.0
    bulge: float = 0.0
    rounding: float = 0.004
    picture_seed: int = 0

    def __post_init__(self):
        check_choices(self, CHOICES)
        check_ranges(self, RANGES)
        if 2 * self.bezel > 0.5 * self.width / self.aspect:
            raise UserError(f"a bezel of {self.bezel:g} m", "one that leaves half the height for the screen")
        if (self.stand == "none") != (self.stand_height == 0):
            raise UserError(f"a stand {self.stand} of {self.stand_height:g} m", "a height above 0 only with a stand")

    @property
    def height(self) -> float:
        """Height of the housing."""
        return self.width / self.aspect + (0.0 if self.style == "retro" else self.chin)

    @property
    def tube(self) -> bool:
        """It has a cathode-ray tube."""
        return self.style in ("tube television", "tube monitor", "retro")


STYLES = {
    "television": 0.28, "monitor": 0.24, "curved": 0.08, "all-in-one": 0.08, "tube television": 0.14,
    "tube monitor": 0.1, "retro": 0.08,
}  # fmt: skip
STANDS = {
    "television": {"plate": 0.35, "feet": 0.35, "none": 0.15, "disc": 0.15},
    "monitor": {"plate": 0.5, "disc": 0.35, "bent": 0.15},
    "curved": {"feet": 0.4, "plate": 0.4, "disc": 0.2},
    "all-in-one": {"bent": 0.7, "plate": 0.3},
    "tube television": {"none": 0.8, "legs": 0.2},
    "tube monitor": {"swivel": 1.0},
    "retro": {"legs": 0.7, "none": 0.3},
}
WIDTHS = {
    "television": (0.7, 1.5), "monitor": (0.38, 0.62), "curved": (0.7, 1.3), "all-in-one": (0.45, 0.65),
    "tube television": (0.45, 0.85), "tube monitor": (0.34, 0.45), "retro": (0.5, 0.75),
}  # fmt: skip
STAND_HEIGHTS = {"none": (0.0, 0.0), "plate": (0.06, 0.14), "disc": (0.06, 0.16), "feet": (0.04, 0.08),
                 "bent": (0.08, 0.14), "legs": (0.2, 0.42), "swivel": (0.05, 0.08)}  # fmt: skip

ASPECTS = {"1.25": 0.12, "1.6": 0.23, "1.78": 0.57, "2.3": 0.08}
PICTURES = {
    "small": {"off": 0.28, "landscape": 0.16, "windows": 0.24, "text": 0.14, "film": 0.08, "chart": 0.1},
    "large": {"off": 0.3, "landscape": 0.22, "windows": 0.04, "bars": 0.05, "film": 0.25, "pitch": 0.14},
}


def sample_tvmonitor_params(rng: np.random.Generator) -> TvmonitorParams:
    """Draw a television or monitor: a style, its stand, measures, and whether it shows something."""
    style = pick(rng, STYLES)
    stand = pick(rng, STANDS[style])
    tube = style in ("tube television", "tube monitor", "retro")
    width = uniform(rng, WIDTHS[style])
    aspect = uniform(rng, (1.2, 1.4)) if tube else float(pick(rng, ASPECTS))
    small = style in ("monitor", "all-in-one", "tube monitor")
    case = _case(rng, style)
    tilted = small and stand != "none"
    return TvmonitorParams(
        style=style, stand=stand, width=width, case=case,
        picture=pick(rng, PICTURES["small" if small else "large"]),
        trim=case if rng.random() < 0.5 else materials.GREY_PLASTIC if rng.random() < 0.6 else materials.STEEL,
        foot=case if rng.random() < 0.5 else materials.sample_metal(rng) if not tube else materials.sample_wood(rng),
        glass=Material("screen", (0.012, 0.013, 0.015) if not tube else (0.035, 0.045, 0.042), roughness=0.1, coat=0.5),
        aspect=aspect,
        depth=uniform(rng, (0.03, 0.06)) if tube else uniform(rng, (0.012, 0.04)),
        back_depth=uniform(rng, (0.28, 0.45)) if tube else uniform(rng, (0.01, 0.05)),
        back_share=uniform(rng, (0.4, 0.7)) if style != "retro" else uniform(rng, (0.8, 0.93)),
        bezel=min(uniform(rng, (0.03, 0.055) if tube or rng.random() < 0.25 else (0.004, 0.03)), 0.2 * width / aspect),
        chin=_chin(rng, style, width),
        stand_height=uniform(rng, STAND_HEIGHTS[stand]),
        stand_width=uniform(rng, (0.3, 0.5)) if stand not in ("feet", "legs") else uniform(rng, (0.6, 0.9)),
        neck=uniform(rng, (0.018, 0.05)),
        tilt_deg=uniform(rng, (-3, 14)) if tilted else 0.0,
        curve=uniform(rng, (0.15, 0.4)) if style == "curved" else 0.0,
        bulge=uniform(rng, (0.006, 0.022)) if tube else 0.0,
        rounding=uniform(rng, (0.008, 0.03)) if tube else uniform(rng, (0.001, 0.006)),
        picture_seed=int(rng.integers(2**31)),
    )  # fmt: skip


def _chin(rng: np.random.Generator, style: str, width: float) -> float:
    """Draw the strip beside or under the screen."""
    if style == "retro":
        return uniform(rng, (0.18, 0.26)) * width if width < 0.7 else 0.16
    chance, bounds = {
        "all-in-one": (0.8, (0.05, 0.09)), "tube television": (0.7, (0.03, 0.09)), "tube monitor": (0.7, (0.02, 0.04)),
        "television": (0.25, (0.02, 0.06)), "monitor": (0.5, (0.008, 0.03)),
    }.get(style, (0.0, (0.0, 0.0)))  # fmt: skip
    return uniform(rng, bounds) if rng.random() < chance else 0.0


def _case(rng: np.random.Generator, style: str) -> Material:
    """Draw the material of the housing."""
    if style == "retro":
        return materials.sample_wood(rng) if rng.random() < 0.7 else materials.sample_lacquer(rng)
    if style == "tube monitor":
        value = float(rng.uniform(0.55, 0.85))
        return Material("plastic", materials.srgb(value, value * 0.97, value * 0.9), roughness=0.5)
    light = {"all-in-one": 0.75, "tube television": 0.35, "monitor": 0.25}.get(style, 0.12)
    value = float(rng.uniform(0.6, 0.92)) if rng.random() < light else float(rng.uniform(0.03, 0.16))
    gloss = uniform(rng, (0.08, 0.5))
    metallic = 0.7 if value > 0.5 and rng.random() < 0.5 and style != "tube television" else 0.0
    return Material("plastic", materials.srgb(value, value, value), metallic=metallic, roughness=gloss)
