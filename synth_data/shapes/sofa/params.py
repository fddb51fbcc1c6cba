"""What a sofa is described by, and how such a description is drawn."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from synth_data.shapes import materials
from synth_data.shapes.bounds import check_choices, check_ranges, pick, uniform
from synth_data.shapes.mesh import Material
from vantage.errors import UserError

CHOICES = {
    "style": ("modern", "classic", "chesterfield", "mid-century", "lounge"),
    "arms": ("square", "rolled", "low", "wood", "none"),
    "back": ("cushions", "tight", "tufted"),
    "feet": ("straight", "tapered", "turned", "block", "sled", "plinth"),
    "chaise": ("none", "left", "right"),
}
"""Forms of a sofa's parts. Left is the sofa's own left, +x."""

RANGES = {
    "seats": (2, 4), "seat_width": (0.50, 0.95), "depth": (0.48, 0.75), "seat_height": (0.34, 0.52),
    "cushion": (0.10, 0.22), "back_height": (0.22, 0.62), "back_thickness": (0.10, 0.30), "rake_deg": (0.0, 20.0),
    "arm_width": (0.05, 0.32), "arm_height": (0.06, 0.40), "foot_height": (0.02, 0.24), "chaise_length": (0.0, 1.0),
    "softness": (0.0, 1.0), "seat_cushions": (1, 4),
}  # fmt: skip
"""Bounds of the measures: metres, degrees, counts."""


@dataclass(frozen=True)
class Pillow:
    """A loose pillow that leans on the back.

    Attributes:
        at: place along the sofa, -1 (right end) to 1 (left end).
        width, height: in metres.
        lean_deg: backwards.
        roll_deg: in its own plane.
        yaw_deg: about the vertical.
        cover: its material.
    """

    at: float
    width: float
    height: float
    lean_deg: float
    roll_deg: float
    yaw_deg: float
    cover: Material

    def __post_init__(self):
        ranges = {"at": (-1, 1), "width": (0.2, 0.7), "height": (0.2, 0.6), "lean_deg": (0, 40), "roll_deg": (-45, 45)}
        check_ranges(self, {**ranges, "yaw_deg": (-60, 60)})


@dataclass(frozen=True)
class SofaParams:
    """A sofa, in metres and degrees.

    Attributes:
        style, arms, back, feet, chaise: forms of its parts (`CHOICES`).
        cover: material of the upholstery.
        frame: material of legs, sleds and wooden arms.
        seats: that it is made for.
        seat_cushions: loose cushions on the seat.
        seat_width: of each seat.
        depth: of the seat, front edge to back.
        seat_height: of the cushions' top over the floor.
        cushion: thickness of the seat's cushions.
        back_height: of the back above the seat.
        back_thickness: of the back with its cushions.
        rake_deg: how far the back leans backwards.
        arm_width, arm_height: of an arm; the height is above the seat.
        foot_height: of legs or plinth.
        chaise_length: how far the chaise reaches beyond the other seats.
        softness: 0 taut to 1 plump cushions.
        pillows: loose ones.
    """

    style: str
    arms: str
    back: str
    feet: str
    chaise: str
    cover: Material
    frame: Material
    seats: int
    seat_cushions: int
    seat_width: float
    depth: float
    seat_height: float
    cushion: float
    back_height: float
    back_thickness: float
    rake_deg: float
    arm_width: float
    arm_height: float
    foot_height: float
    chaise_length: float = 0.0
    softness: float = 0.5
    pillows: tuple[Pillow, ...] = ()

    def __post_init__(self):
        check_choices(self, CHOICES)
        check_ranges(self, RANGES)
        if (self.chaise == "none") != (self.chaise_length == 0):
            raise UserError(
                f"a chaise {self.chaise} of length {self.chaise_length:g}", "a length above 0 only with a chaise"
            )
        if self.seat_height - self.cushion - self.foot_height < 0.02:
            raise UserError("no room between cushions and feet", "seat_height > cushion + foot_height + 0.02")

    @property
    def inner(self) -> float:
        """Half the width of all seats."""
        return self.seats * self.seat_width / 2

    @property
    def arm(self) -> float:
        """Width of an arm, 0 where there is none."""
        return 0.0 if self.arms == "none" else self.arm_width

    @property
    def outer(self) -> float:
        """Half the width of the whole."""
        return self.inner + self.arm

    @property
    def deck(self) -> float:
        """Height of what the cushions lie on."""
        return self.seat_height - self.cushion

    @property
    def behind(self) -> float:
        """y of the back's rear face at the seat: seats begin at y = -depth."""
        return self.back_thickness


STYLES = {"modern": 0.36, "classic": 0.2, "chesterfield": 0.1, "mid-century": 0.2, "lounge": 0.14}
FORMS = {
    "modern": {
        "arms": {"square": 0.55, "low": 0.3, "none": 0.15}, "back": {"cushions": 0.75, "tight": 0.25},
        "feet": {"plinth": 0.3, "straight": 0.25, "block": 0.2, "sled": 0.25},
    },
    "classic": {
        "arms": {"rolled": 0.75, "square": 0.25}, "back": {"cushions": 0.7, "tight": 0.3},
        "feet": {"turned": 0.4, "block": 0.35, "plinth": 0.25},
    },
    "chesterfield": {"arms": {"rolled": 1.0}, "back": {"tufted": 1.0}, "feet": {"turned": 0.6, "block": 0.4}},
    "mid-century": {
        "arms": {"square": 0.4, "wood": 0.4, "none": 0.2}, "back": {"cushions": 0.4, "tight": 0.3, "tufted": 0.3},
        "feet": {"tapered": 0.85, "sled": 0.15},
    },
    "lounge": {
        "arms": {"low": 0.5, "square": 0.3, "none": 0.2}, "back": {"cushions": 1.0},
        "feet": {"plinth": 0.6, "block": 0.4},
    },
}  # fmt: skip
MEASURES = {
    style: {"seat_width": width, "depth": depth, "seat_height": height, "back_height": back}
    for style, width, depth, height, back in (
        ("modern", (0.58, 0.75), (0.54, 0.64), (0.40, 0.46), (0.34, 0.48)),
        ("classic", (0.55, 0.68), (0.52, 0.60), (0.42, 0.50), (0.38, 0.55)),
        ("chesterfield", (0.55, 0.70), (0.52, 0.62), (0.40, 0.46), (0.27, 0.36)),
        ("mid-century", (0.52, 0.66), (0.50, 0.58), (0.40, 0.45), (0.32, 0.44)),
        ("lounge", (0.70, 0.92), (0.60, 0.74), (0.36, 0.43), (0.26, 0.40)),
    )
}
FEET = {"plinth": (0.03, 0.07), "block": (0.04, 0.09), "tapered": (0.13, 0.20)}


def sample_sofa_params(rng: np.random.Generator) -> SofaParams:
    """Draw a sofa: a style, the parts that go with it, measures, upholstery, pillows."""
    style = pick(rng, STYLES)
    forms = {part: pick(rng, chances) for part, chances in FORMS[style].items()}
    measures = {name: uniform(rng, bounds) for name, bounds in MEASURES[style].items()}
    corner = style in ("modern", "lounge") or (style == "mid-century" and rng.random() < 0.4)
    chaise = pick(rng, {"none": 0.5, "left": 0.25, "right": 0.25}) if corner and forms["arms"] != "wood" else "none"
    if chaise != "none" and forms["feet"] == "sled":
        forms["feet"] = "straight"
    seats = int(rng.choice([2, 3, 4], p=[0.4, 0.45, 0.15]))
    cover = materials.sample_upholstery(rng)
    if style == "chesterfield" and rng.random() < 0.5:
        tone = ((0.10, 0.035, 0.015), (0.02, 0.018, 0.016), (0.05, 0.06, 0.03))[rng.integers(3)]
        cover = Material("leather", tone, roughness=0.35, pattern="leather", pattern_color=tuple(0.7 * c for c in tone),
                         pattern_scale=0.02)  # fmt: skip
    arm = {
        "square": (0.10, 0.24),
        "rolled": (0.17, 0.25),
        "low": (0.18, 0.30),
        "wood": (0.055, 0.075),
        "none": (0.1, 0.1),
    }
    rise = {
        "square": (0.14, 0.26),
        "rolled": (0.15, 0.24),
        "low": (0.07, 0.12),
        "wood": (0.15, 0.22),
        "none": (0.1, 0.1),
    }
    chesterfield = style == "chesterfield"
    return SofaParams(
        style=style, **forms, **measures, chaise=chaise, cover=cover, seats=seats,
        frame=materials.sample_metal(rng) if forms["feet"] in ("sled", "straight") else materials.sample_wood(rng),
        seat_cushions=seats if chaise != "none" or rng.random() < 0.75 else 1,
        cushion=uniform(rng, (0.12, 0.18)),
        back_thickness=uniform(rng, (0.18, 0.28) if forms["back"] == "cushions" else (0.14, 0.21)),
        rake_deg=uniform(rng, (4, 13)),
        arm_width=uniform(rng, arm[forms["arms"]]),
        arm_height=measures["back_height"] - 0.02 if chesterfield else uniform(rng, rise[forms["arms"]]),
        foot_height=uniform(rng, FEET.get(forms["feet"], (0.09, 0.15))),
        chaise_length=uniform(rng, (0.45, 0.85)) if chaise != "none" else 0.0,
        softness=uniform(rng, (0.1, 0.9)),
        pillows=_sample_pillows(rng, cover),
    )  # fmt: skip


def _sample_pillows(rng: np.random.Generator, cover: Material) -> tuple[Pillow, ...]:
    """Draw loose pillows: none, or one to five, mostly near the ends."""
    if rng.random() < 0.4:
        return ()
    covers = [replace(materials.sample_upholstery(rng), name="pillow") for _ in range(2)] + [cover]
    chosen = []
    for place in rng.permutation([-0.93, 0.93, -0.55, 0.5, 0.05])[: int(rng.integers(1, 6))]:
        size = uniform(rng, (0.36, 0.50))
        at = float(np.clip(place + rng.normal(0, 0.06), -0.95, 0.95))
        chosen.append(Pillow(
            at=at, width=size * float(rng.choice([1.0, 1.0, 1.3])), height=size, lean_deg=uniform(rng, (12, 26)),
            roll_deg=uniform(rng, (-8, 8)), yaw_deg=-25 * at + uniform(rng, (-8, 8)),
            cover=covers[int(rng.integers(3))],
        ))  # fmt: skip
    return tuple(chosen)
