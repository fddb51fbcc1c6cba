"""Parameters of a car, their ranges, and how they are drawn.

Lengths are metres, angles degrees. The proportions of each style follow what is on the road: the ranges of
`PROPORTIONS` were set from the published outer dimensions of common models of that class (length, width, height,
wheelbase) and, for what is not published (rakes, belt line, overhangs), by eye against photographs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

import numpy as np

from synth_data.shapes.bounds import Range, check_choices, check_ranges, pick, uniform
from synth_data.shapes.car.finish import CarFinish, sample_finish

STYLES = {"sedan": 0.27, "hatchback": 0.11, "estate": 0.06, "suv": 0.19, "pickup": 0.10, "van": 0.07, "coupe": 0.20}
"""Style -> chance."""

BOUNDS: dict[str, Range] = {
    "length": (3.4, 5.9),
    "width": (1.55, 2.1),
    "height": (1.1, 2.2),
    "wheelbase": (2.0, 3.8),
    "front_overhang": (0.6, 1.1),
    "wheel_diameter": (0.52, 0.90),
    "tyre_width": (0.15, 0.32),
    "clearance": (0.12, 0.42),
    "nose_height": (0.5, 1.2),
    "belt_height": (0.7, 1.3),
    "belt_rise": (-0.05, 0.2),
    "cowl_offset": (0.05, 1.0),
    "windscreen_rake": (20, 60),
    "rear_rake": (12, 88),
    "boot_length": (0.02, 2.2),
    "boot_rise": (-0.12, 0.15),
    "roof_drop": (0.0, 0.2),
    "bonnet_bulge": (0.0, 0.08),
    "roof_bulge": (0.0, 0.1),
    "tumblehome": (4, 32),
    "nose_depth": (0.1, 0.6),
    "tail_depth": (0.05, 0.45),
    "nose_slant": (0.0, 0.35),
    "tail_slant": (-0.05, 0.25),
    "taper_front": (0.0, 0.1),
    "taper_rear": (0.0, 0.12),
    "tuck": (0.0, 0.12),
    "shoulder": (0.01, 0.14),
    "crease": (0.0, 0.02),
    "crease_height": (0.5, 0.85),
    "flare": (0.0, 0.06),
    "arch_gap": (0.02, 0.12),
    "windscreen_bow": (0.02, 0.3),
    "quarter_shear": (-0.35, 0.15),
}
"""Field of `CarProportions` -> what is accepted."""

PROPORTIONS: dict[str, dict[str, Range]] = {
    "sedan": {
        "length": (4.35, 5.15), "width": (1.74, 1.90), "height": (1.39, 1.50), "wheelbase": (0.575, 0.605),
        "front_overhang": (0.172, 0.198), "wheel_diameter": (0.60, 0.70), "clearance": (0.17, 0.22),
        "nose_height": (0.66, 0.80), "belt_height": (0.625, 0.665), "belt_rise": (0.02, 0.09),
        "cowl_offset": (0.26, 0.50), "windscreen_rake": (28, 36), "rear_rake": (24, 38), "boot_length": (0.38, 0.72),
        "boot_rise": (0.0, 0.06), "tumblehome": (18, 27), "nose_slant": (0.08, 0.24), "quarter_shear": (-0.25, -0.05),
    },
    "hatchback": {
        "length": (3.6, 4.35), "width": (1.62, 1.80), "height": (1.42, 1.56), "wheelbase": (0.60, 0.63),
        "front_overhang": (0.178, 0.205), "wheel_diameter": (0.56, 0.65), "clearance": (0.17, 0.22),
        "nose_height": (0.68, 0.82), "belt_height": (0.61, 0.65), "belt_rise": (0.03, 0.12),
        "cowl_offset": (0.18, 0.40), "windscreen_rake": (29, 40), "rear_rake": (46, 68), "boot_length": (0.03, 0.12),
        "boot_rise": (-0.02, 0.04), "tumblehome": (14, 24), "nose_slant": (0.10, 0.28), "quarter_shear": (-0.22, 0.08),
    },
    "estate": {
        "length": (4.45, 4.95), "width": (1.74, 1.88), "height": (1.43, 1.54), "wheelbase": (0.565, 0.60),
        "front_overhang": (0.180, 0.200), "wheel_diameter": (0.61, 0.69), "clearance": (0.17, 0.23),
        "nose_height": (0.66, 0.80), "belt_height": (0.62, 0.66), "belt_rise": (0.02, 0.08),
        "cowl_offset": (0.25, 0.48), "windscreen_rake": (28, 36), "rear_rake": (45, 68), "boot_length": (0.03, 0.10),
        "boot_rise": (-0.02, 0.03), "tumblehome": (15, 24), "nose_slant": (0.08, 0.24), "quarter_shear": (-0.25, -0.05),
    },
    "suv": {
        "length": (4.2, 5.2), "width": (1.78, 2.02), "height": (1.60, 1.92), "wheelbase": (0.57, 0.60),
        "front_overhang": (0.175, 0.200), "wheel_diameter": (0.68, 0.82), "clearance": (0.22, 0.32),
        "nose_height": (0.90, 1.08), "belt_height": (0.59, 0.64), "belt_rise": (0.0, 0.09),
        "cowl_offset": (0.25, 0.55), "windscreen_rake": (33, 54), "rear_rake": (52, 82), "boot_length": (0.03, 0.10),
        "boot_rise": (-0.02, 0.03), "tumblehome": (7, 20), "nose_slant": (0.04, 0.18), "quarter_shear": (-0.20, 0.05),
    },
    "pickup": {
        "length": (5.0, 5.75), "width": (1.78, 2.03), "height": (1.70, 1.94), "wheelbase": (0.60, 0.63),
        "front_overhang": (0.155, 0.175), "wheel_diameter": (0.72, 0.84), "clearance": (0.28, 0.38),
        "nose_height": (0.98, 1.14), "belt_height": (0.595, 0.64), "belt_rise": (-0.02, 0.04),
        "cowl_offset": (0.25, 0.50), "windscreen_rake": (36, 48), "rear_rake": (70, 82), "boot_length": (1.45, 2.0),
        "boot_rise": (-0.02, 0.03), "tumblehome": (9, 18), "nose_slant": (0.0, 0.07), "quarter_shear": (-0.04, 0.04),
    },
    "van": {
        "length": (4.4, 5.25), "width": (1.78, 2.02), "height": (1.70, 2.02), "wheelbase": (0.575, 0.62),
        "front_overhang": (0.178, 0.200), "wheel_diameter": (0.62, 0.72), "clearance": (0.18, 0.25),
        "nose_height": (0.82, 0.98), "belt_height": (0.56, 0.61), "belt_rise": (-0.02, 0.07),
        "cowl_offset": (0.06, 0.25), "windscreen_rake": (30, 46), "rear_rake": (66, 84), "boot_length": (0.03, 0.08),
        "boot_rise": (-0.02, 0.03), "tumblehome": (7, 15), "nose_slant": (0.10, 0.30), "quarter_shear": (-0.10, 0.05),
    },
    "coupe": {
        "length": (4.1, 4.85), "width": (1.76, 1.96), "height": (1.15, 1.39), "wheelbase": (0.555, 0.60),
        "front_overhang": (0.185, 0.215), "wheel_diameter": (0.63, 0.71), "clearance": (0.13, 0.18),
        "nose_height": (0.56, 0.74), "belt_height": (0.64, 0.69), "belt_rise": (0.0, 0.07),
        "cowl_offset": (0.15, 0.72), "windscreen_rake": (23, 33), "rear_rake": (13, 23), "boot_length": (0.18, 0.50),
        "boot_rise": (0.0, 0.06), "tumblehome": (20, 31), "nose_slant": (0.10, 0.32), "quarter_shear": (-0.30, -0.10),
        "roof_drop": (0.03, 0.09),
    },
}  # fmt: skip
"""Style -> range drawn from. Here wheelbase and front overhang are parts of the length, belt height of the height."""

COMMON: dict[str, Range] = {
    "tyre_width": (0.18, 0.26),
    "roof_drop": (0.015, 0.07),
    "bonnet_bulge": (0.01, 0.05),
    "roof_bulge": (0.015, 0.05),
    "nose_depth": (0.16, 0.46),
    "tail_depth": (0.10, 0.30),
    "tail_slant": (0.0, 0.12),
    "taper_front": (0.015, 0.06),
    "taper_rear": (0.02, 0.07),
    "tuck": (0.025, 0.075),
    "shoulder": (0.035, 0.085),
    "crease": (0.0, 0.012),
    "crease_height": (0.58, 0.78),
    "flare": (0.004, 0.03),
    "arch_gap": (0.03, 0.06),
    "windscreen_bow": (0.10, 0.22),
}
"""What styles draw alike, unless `PROPORTIONS` says otherwise."""


@dataclass(frozen=True)
class CarProportions:
    """The numbers that fix the body.

    Attributes:
        length, width, height: of the body without mirrors.
        wheelbase: between the axles.
        front_overhang: nose to front axle.
        wheel_diameter, tyre_width: of the tyre.
        clearance: ground to sill.
        nose_height: top of the front face (the bonnet's leading edge).
        belt_height: lower edge of the side windows at the windscreen; it gains ``belt_rise`` towards the tail.
        cowl_offset: front axle to the foot of the windscreen.
        windscreen_rake, rear_rake: angle of the glass from the horizontal.
        boot_length: foot of the rear window to the tail; the length of a pickup's bed.
        boot_rise: tail's top over the belt line there.
        roof_drop: how much lower the roof ends than its top.
        bonnet_bulge, roof_bulge: how far these lines arch.
        tumblehome: lean of the side windows.
        nose_depth, tail_depth: how far the corners are rounded back, seen from above.
        nose_slant, tail_slant: how far the top of the front and of the rear lean back from the bumper.
        taper_front, taper_rear: how much narrower the ends are, as a part of the width.
        tuck, shoulder: how far the side is drawn in at the sill and at the belt line.
        crease, crease_height: depth and height (part of the side's height) of the character line.
        flare: how far the arches stand out.
        arch_gap: between tyre and arch.
        windscreen_bow: how far the middle of the windscreen stands before its edges.
        quarter_shear: how far the rear edge of the side windows leans (negative: forwards at the top).
    """

    length: float
    width: float
    height: float
    wheelbase: float
    front_overhang: float
    wheel_diameter: float
    tyre_width: float
    clearance: float
    nose_height: float
    belt_height: float
    belt_rise: float
    cowl_offset: float
    windscreen_rake: float
    rear_rake: float
    boot_length: float
    boot_rise: float
    roof_drop: float
    bonnet_bulge: float
    roof_bulge: float
    tumblehome: float
    nose_depth: float
    tail_depth: float
    nose_slant: float
    tail_slant: float
    taper_front: float
    taper_rear: float
    tuck: float
    shoulder: float
    crease: float
    crease_height: float
    flare: float
    arch_gap: float
    windscreen_bow: float
    quarter_shear: float

    def __post_init__(self):
        check_ranges(self, BOUNDS)


# fmt: off
CHOICES: dict[str, dict[str, float]] = {
    "headlights": {"swept": 0.34, "block": 0.26, "oval": 0.14, "round": 0.08, "slim": 0.18},
    "tail_lights": {"wrap": 0.34, "upright": 0.2, "block": 0.2, "round": 0.08, "bar": 0.08, "slim": 0.1},
    "tail_lens": {"red": 0.6, "bright": 0.15, "clear": 0.13, "dark": 0.12},
    "rear_bumper": {"plain": 0.45, "diffuser": 0.25, "vents": 0.12, "strip": 0.18},
    "grille": {"bars": 0.24, "slats": 0.11, "mesh": 0.19, "split": 0.09, "kidney": 0.08, "slim": 0.13, "large": 0.1,
               "none": 0.06},
    "bumper": {"intake": 0.35, "wide": 0.25, "split": 0.2, "plain": 0.2},
    "rim": {"five": 0.2, "twin": 0.16, "multi": 0.2, "seven": 0.12, "star": 0.12, "cover": 0.12, "turbine": 0.08},
    "trim": {"body": 0.4, "black": 0.3, "chrome": 0.3},
    "rails": {"none": 0.72, "chrome": 0.1, "black": 0.18},
    "roof": {"body": 0.78, "black": 0.08, "sunroof": 0.14, "soft": 0.0, "open": 0.0},
    "cladding": {"none": 0.76, "sill": 0.14, "full": 0.10},
    "decoration": {"none": 0.90, "stripes": 0.04, "two-tone": 0.03, "taxi": 0.01, "side strip": 0.02},
}
# fmt: on
"""Field of `CarDetails` -> its choices and their chances."""


@dataclass(frozen=True)
class CarDetails:
    """What is fixed to the body. See `CHOICES` for the words.

    Attributes:
        headlight_width, headlight_height, tail_light_width, tail_light_height, grille_width, grille_height: scale of
            these features, 1 is usual.
        lights_on: headlights shine.
        brakes_on: tail-lights shine.
        spoiler, exhausts (0 to 2), fog_lights, plate_front, two_doors, right_hand_drive, quarter_window, antenna:
            present or not.
        dark_lamps: black housings with bright projectors, instead of bright reflectors.
        wide_plates: 520 x 110 mm (most of the world), else 305 x 152 mm (the Americas).
    """

    headlights: str
    tail_lights: str
    tail_lens: str
    rear_bumper: str
    grille: str
    bumper: str
    rim: str
    trim: str
    rails: str
    roof: str
    cladding: str
    decoration: str
    headlight_width: float
    headlight_height: float
    tail_light_width: float
    tail_light_height: float
    grille_width: float
    grille_height: float
    lights_on: bool
    brakes_on: bool
    spoiler: bool
    exhausts: int
    fog_lights: bool
    plate_front: bool
    two_doors: bool
    right_hand_drive: bool
    quarter_window: bool
    antenna: bool
    dark_lamps: bool
    wide_plates: bool

    def __post_init__(self):
        check_choices(self, {name: tuple(choices) for name, choices in CHOICES.items()})
        scale = (0.5, 1.6)
        sizes = [field.name for field in fields(self) if field.type == "float"]
        check_ranges(self, {**dict.fromkeys(sizes, scale), "exhausts": (0, 2)})


@dataclass(frozen=True)
class CarParams:
    """All that a car is built from."""

    style: str
    proportions: CarProportions
    details: CarDetails
    finish: CarFinish

    def __post_init__(self):
        check_choices(self, {"style": tuple(STYLES)})


def sample_car_params(rng: np.random.Generator, style: str | None = None) -> CarParams:
    """Draw a car; of ``style`` where one is given."""
    style = style or pick(rng, STYLES)
    proportions = sample_proportions(rng, style)
    return CarParams(style, proportions, sample_details(rng, style), sample_finish(rng))


def sample_proportions(rng: np.random.Generator, style: str) -> CarProportions:
    """Draw the proportions of ``style``."""
    check_style(style)
    drawn = {name: uniform(rng, bounds) for name, bounds in {**COMMON, **PROPORTIONS[style]}.items()}
    drawn["wheelbase"] *= drawn["length"]
    drawn["front_overhang"] *= drawn["length"]
    drawn["belt_height"] *= drawn["height"]
    if style in ("suv", "pickup", "van"):
        drawn["nose_depth"] *= 0.8
        drawn["tail_depth"] *= 0.6
    arch_top = drawn["wheel_diameter"] + drawn["arch_gap"]
    drawn["belt_height"] = max(drawn["belt_height"], arch_top + 0.13)
    drawn["nose_height"] = min(max(drawn["nose_height"], arch_top - 0.10), drawn["belt_height"] - 0.04)
    return CarProportions(**drawn)


def check_style(style: str) -> None:
    """Raise UserError for a style that does not exist."""
    from vantage.errors import UserError

    if style not in STYLES:
        raise UserError(f"unknown car style {style!r}", f"one of {', '.join(STYLES)}")


STYLE_CHOICES: dict[str, Mapping[str, Mapping[str, float]]] = {
    "suv": {"rails": {"none": 0.35, "chrome": 0.2, "black": 0.45}, "cladding": {"none": 0.5, "sill": 0.2, "full": 0.3},
            "tail_lights": {"wrap": 0.35, "upright": 0.4, "block": 0.15, "bar": 0.05, "slim": 0.05}},
    "estate": {"rails": {"none": 0.25, "chrome": 0.25, "black": 0.5},
               "tail_lights": {"wrap": 0.4, "upright": 0.45, "block": 0.15}},
    "pickup": {"tail_lights": {"upright": 0.85, "wrap": 0.15}, "grille": {"bars": 0.4, "large": 0.4, "split": 0.2},
               "headlights": {"block": 0.7, "swept": 0.15, "oval": 0.15}, "rails": {"none": 1.0},
               "roof": {"body": 0.97, "sunroof": 0.03}, "cladding": {"none": 0.7, "sill": 0.15, "full": 0.15}},
    "van": {"tail_lights": {"upright": 0.75, "wrap": 0.25}, "rails": {"none": 0.6, "chrome": 0.1, "black": 0.3}},
    "coupe": {"rails": {"none": 1.0}, "cladding": {"none": 0.95, "sill": 0.05},
              "roof": {"body": 0.42, "black": 0.04, "sunroof": 0.04, "soft": 0.15, "open": 0.35},
              "tail_lights": {"wrap": 0.35, "round": 0.25, "bar": 0.15, "slim": 0.25}},
    "sedan": {"rails": {"none": 1.0}, "cladding": {"none": 0.95, "sill": 0.05}},
}  # fmt: skip
"""Chances that differ from `CHOICES` for a style."""


def sample_details(rng: np.random.Generator, style: str) -> CarDetails:
    """Draw what is fixed to a body of ``style``."""
    chances = {**CHOICES, **STYLE_CHOICES.get(style, {})}
    drawn = {name: pick(rng, weights) for name, weights in chances.items()}
    sizes = [field.name for field in fields(CarDetails) if field.type == "float"]
    drawn |= {name: uniform(rng, (0.8, 1.4 if name.startswith("tail") else 1.2)) for name in sizes}
    # fmt: off
    yes = {"lights_on": 0.1, "brakes_on": 0.2, "fog_lights": 0.5, "plate_front": 0.65, "right_hand_drive": 0.2,
           "antenna": 0.4, "dark_lamps": 0.4, "wide_plates": 0.4}
    # fmt: on
    yes["spoiler"] = {"coupe": 0.3, "sedan": 0.15, "pickup": 0.0}.get(style, 0.35)
    yes["two_doors"] = {"coupe": 1.0, "hatchback": 0.35, "pickup": 0.4, "sedan": 0.05}.get(style, 0.0)
    yes["quarter_window"] = {"suv": 0.85, "estate": 1.0, "van": 0.9}.get(style, 0.3)
    drawn |= {name: bool(rng.random() < chance) for name, chance in yes.items()}
    drawn["exhausts"] = int(rng.choice(3, p=[0.3, 0.5, 0.2]))
    return CarDetails(**drawn)
