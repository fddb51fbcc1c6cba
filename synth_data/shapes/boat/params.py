"""Parameters of a boat, their ranges, and how they are drawn. Metres and degrees.

Proportions follow common vessels of each kind: beam, depth and freeboard as parts of the length.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synth_data.shapes.bounds import Range, check_choices, check_ranges, pick, uniform
from synth_data.shapes.materials import hsv, sample_wood, srgb
from synth_data.shapes.mesh import Color, Material
from synth_data.shapes.vehicles import sample_bright

STYLES = {
    "sailing": 0.26,
    "speed": 0.16,
    "cruiser": 0.16,
    "rowing": 0.14,
    "fishing": 0.14,
    "cargo": 0.08,
    "liner": 0.06,
}
"""Style -> chance."""

CHOICES = {
    "style": tuple(STYLES),
    "sails": ("none", "main", "sloop", "ketch"),
    "house": ("none", "trunk", "screen", "fly", "bow", "stern", "decks"),
    "motor": ("none", "outboard", "twin"),
    "load": ("none", "thwarts", "net", "containers", "hatches"),
}
"""``house``: low cabin, windscreen, cabin with a bridge on its roof, wheelhouse ahead or astern, decks of a liner."""

BOUNDS: dict[str, Range] = {
    "length": (3.0, 260.0), "beam": (0.09, 0.45), "depth": (0.04, 0.3), "waterline": (0.15, 0.65), "sheer": (0.5, 1.6),
    "fullness": (0.7, 1.35), "house_at": (0.1, 0.9), "house_length": (0.05, 0.85), "house_height": (0.02, 0.26),
    "mast": (0.0, 1.6), "boom_deg": (-35, 35), "rake": (0.0, 1.0),
}  # fmt: skip
"""Field of `BoatParams` -> what is accepted."""

MEASURES: dict[str, dict[str, Range]] = {
    "sailing": {"length": (6, 15), "beam": (0.28, 0.36), "depth": (0.13, 0.17), "waterline": (0.36, 0.46),
                "sheer": (0.6, 1.2), "fullness": (0.85, 1.15), "house_at": (0.30, 0.36), "house_length": (0.26, 0.34),
                "house_height": (0.035, 0.055), "mast": (1.1, 1.42), "rake": (0.4, 1.0)},
    "speed": {"length": (4.8, 8.5), "beam": (0.32, 0.41), "depth": (0.15, 0.19), "waterline": (0.28, 0.4),
              "sheer": (0.8, 1.2), "fullness": (0.85, 1.15), "house_at": (0.36, 0.46), "house_length": (0.1, 0.16),
              "house_height": (0.06, 0.09), "rake": (0.5, 1.0)},
    "cruiser": {"length": (9, 24), "beam": (0.26, 0.34), "depth": (0.15, 0.2), "waterline": (0.3, 0.42),
                "sheer": (0.8, 1.3), "fullness": (0.9, 1.15), "house_at": (0.26, 0.36), "house_length": (0.4, 0.54),
                "house_height": (0.10, 0.14), "rake": (0.4, 1.0)},
    "rowing": {"length": (3.2, 5.2), "beam": (0.26, 0.36), "depth": (0.10, 0.14), "waterline": (0.28, 0.42),
               "sheer": (0.7, 1.4), "fullness": (0.8, 1.2), "house_at": (0.3, 0.5), "house_length": (0.1, 0.2),
               "house_height": (0.03, 0.05), "rake": (0.3, 0.9)},
    "fishing": {"length": (9, 24), "beam": (0.29, 0.37), "depth": (0.16, 0.21), "waterline": (0.4, 0.55),
                "sheer": (0.8, 1.4), "fullness": (0.9, 1.2), "house_at": (0.24, 0.3), "house_length": (0.16, 0.24),
                "house_height": (0.14, 0.19), "mast": (0.35, 0.55), "rake": (0.2, 0.8)},
    "cargo": {"length": (80, 250), "beam": (0.13, 0.17), "depth": (0.08, 0.11), "waterline": (0.38, 0.56),
              "sheer": (0.6, 1.1), "fullness": (0.9, 1.1), "house_at": (0.8, 0.83), "house_length": (0.07, 0.1),
              "house_height": (0.10, 0.14), "mast": (0.12, 0.2), "rake": (0.2, 0.8)},
    "liner": {"length": (60, 240), "beam": (0.12, 0.17), "depth": (0.075, 0.1), "waterline": (0.32, 0.45),
              "sheer": (0.6, 1.1), "fullness": (0.9, 1.1), "house_at": (0.17, 0.24), "house_length": (0.62, 0.7),
              "house_height": (0.08, 0.13), "mast": (0.12, 0.2), "rake": (0.4, 1.0)},
}  # fmt: skip

FORMS: dict[str, dict[str, dict[str, float]]] = {
    "sailing": {"sails": {"none": 0.25, "main": 0.15, "sloop": 0.5, "ketch": 0.1}, "house": {"trunk": 1.0},
                "motor": {"none": 0.85, "outboard": 0.15}, "load": {"none": 1.0}},
    "speed": {"sails": {"none": 1.0}, "house": {"screen": 1.0}, "motor": {"outboard": 0.55, "twin": 0.2, "none": 0.25},
              "load": {"none": 1.0}},
    "cruiser": {"sails": {"none": 1.0}, "house": {"fly": 1.0}, "motor": {"none": 0.85, "twin": 0.15},
                "load": {"none": 1.0}},
    "rowing": {"sails": {"none": 1.0}, "house": {"none": 1.0}, "motor": {"none": 0.8, "outboard": 0.2},
               "load": {"thwarts": 1.0}},
    "fishing": {"sails": {"none": 1.0}, "house": {"bow": 0.6, "stern": 0.4}, "motor": {"none": 1.0},
                "load": {"net": 1.0}},
    "cargo": {"sails": {"none": 1.0}, "house": {"stern": 1.0}, "motor": {"none": 1.0},
              "load": {"containers": 0.65, "hatches": 0.35}},
    "liner": {"sails": {"none": 1.0}, "house": {"decks": 1.0}, "motor": {"none": 1.0}, "load": {"none": 1.0}},
}  # fmt: skip


@dataclass(frozen=True)
class BoatParams:
    """A boat: its length in metres, other measures as parts of the length.

    Attributes:
        style, sails, house, motor, load: forms of its parts (`CHOICES`).
        beam, depth: greatest width, and height of the hull amidships from keel to deck edge.
        waterline: where the bottom paint ends, as a part of the depth.
        sheer: how much the deck's edge rises to the ends, times that of the kind. fullness: of the sections.
        house_at, house_length, house_height: front end, length and height of the cabin.
        mast: height over the deck. boom_deg: how far sails are swung out; positive to the left.
        rake: of what stands on deck, 0 upright to 1 swept.
        pointed_stern: both ends alike (rowing boats).
        colors: a number that the colours of containers are drawn from.
        hull, second, bottom: linear RGB of topsides, stripe and bottom. wood: of deck, seats, oars.
    """

    style: str
    length: float
    beam: float
    depth: float
    waterline: float
    sheer: float
    fullness: float
    house_at: float
    house_length: float
    house_height: float
    hull: Color
    second: Color
    bottom: Color
    wood: Material
    mast: float = 0.0
    boom_deg: float = 0.0
    rake: float = 0.5
    sails: str = "none"
    house: str = "none"
    motor: str = "none"
    load: str = "none"
    wooden: bool = False
    pointed_stern: bool = False
    colors: int = 0

    def __post_init__(self):
        check_choices(self, CHOICES)
        check_ranges(self, {**BOUNDS, "colors": (0, 10_000)})

    def y(self, part: float) -> float:
        """Return the place that lies ``part`` of the length behind the bow."""
        return (part - 0.5) * self.length

    @property
    def mirrored(self) -> bool:
        """Whether left and right are alike: not with sails set."""
        return self.sails == "none" and self.load != "containers"


def sample_boat_params(rng: np.random.Generator, style: str | None = None) -> BoatParams:
    """Draw a boat; of ``style`` where one is given."""
    style = style or pick(rng, STYLES)
    measures = {name: uniform(rng, bounds) for name, bounds in MEASURES[style].items()}
    forms = {name: pick(rng, weights) for name, weights in FORMS[style].items()}
    if style == "fishing" and forms["house"] == "stern":
        measures["house_at"] = uniform(rng, (0.62, 0.68))
    white = srgb(*[uniform(rng, (0.85, 0.96))] * 3)
    dark = srgb(0.06, 0.08, 0.14)
    hull = white if rng.random() < {"sailing": 0.6, "speed": 0.5, "cruiser": 0.75, "liner": 0.7}.get(style, 0.2) else (
        dark if rng.random() < 0.2 else sample_bright(rng))  # fmt: skip
    bottoms = (hsv(0.01, 0.75, 0.5), hsv(0.6, 0.7, 0.35), srgb(0.08, 0.08, 0.09), hsv(0.38, 0.6, 0.3))
    return BoatParams(
        style=style, **measures, **forms, hull=hull, second=sample_bright(rng),
        bottom=bottoms[int(rng.choice(4, p=[0.5, 0.2, 0.2, 0.1]))],
        wood=sample_wood(rng),
        boom_deg=uniform(rng, (-25, 25)) if forms["sails"] != "none" else 0.0,
        wooden=bool(rng.random() < {"rowing": 0.6, "sailing": 0.12, "fishing": 0.15, "speed": 0.1}.get(style, 0.0)),
        pointed_stern=bool(style == "rowing" and rng.random() < 0.25),
        colors=int(rng.integers(10_000)),
    )  # fmt: skip
