"""Parameters of a bicycle, their ranges, and how they are drawn. Metres and degrees.

Frame angles, wheel sizes and wheelbases follow the geometry charts of common frames of each kind.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from synth_data.shapes.bounds import Range, check_choices, check_ranges, pick, uniform
from synth_data.shapes.materials import srgb
from synth_data.shapes.mesh import Color
from synth_data.shapes.vehicles import sample_bright

STYLES = {"road": 0.26, "mountain": 0.26, "city": 0.26, "child": 0.12, "bmx": 0.10}
"""Style -> chance."""

CHOICES = {
    "style": tuple(STYLES),
    "frame": ("diamond", "sloping", "step", "mixte"),
    "bar": ("drop", "flat", "riser", "swept", "high"),
    "carrier": ("none", "rack", "basket", "both"),
}
"""``step``: one low curved tube to get on easily; ``mixte``: a straight one that falls to the back."""

BOUNDS: dict[str, Range] = {
    "wheel_radius": (0.14, 0.38), "tyre": (0.02, 0.07), "wheelbase": (0.6, 1.25), "chainstay": (0.26, 0.5),
    "bracket": (0.18, 0.36), "seat_tube": (0.2, 0.64), "seat_angle": (68, 76), "head_angle": (64, 76),
    "head_tube": (0.07, 0.24), "fork": (0.2, 0.56), "saddle": (0.28, 0.82), "bar_width": (0.36, 0.82),
    "stem": (0.02, 0.14), "stem_rise": (-0.02, 0.16), "tube": (0.011, 0.032), "crank_deg": (0, 360),
}  # fmt: skip
"""Field of `BicycleParams` -> what is accepted."""

MEASURES: dict[str, dict[str, Range]] = {
    "road": {"wheel_radius": (0.335, 0.345), "tyre": (0.023, 0.034), "wheelbase": (0.97, 1.03),
             "chainstay": (0.405, 0.43), "bracket": (0.265, 0.28), "seat_tube": (0.47, 0.58),
             "seat_angle": (72.5, 74.5), "head_angle": (71.5, 73.5), "head_tube": (0.11, 0.19), "fork": (0.37, 0.39),
             "saddle": (0.66, 0.78), "bar_width": (0.40, 0.46), "stem": (0.08, 0.13), "stem_rise": (0.0, 0.04),
             "tube": (0.014, 0.022)},
    "mountain": {"wheel_radius": (0.345, 0.372), "tyre": (0.052, 0.065), "wheelbase": (1.08, 1.2),
                 "chainstay": (0.43, 0.45), "bracket": (0.30, 0.34), "seat_tube": (0.38, 0.46), "seat_angle": (72, 75),
                 "head_angle": (65.5, 69.5), "head_tube": (0.10, 0.13), "fork": (0.48, 0.53), "saddle": (0.60, 0.74),
                 "bar_width": (0.68, 0.8), "stem": (0.04, 0.09), "stem_rise": (0.01, 0.05), "tube": (0.018, 0.028)},
    "city": {"wheel_radius": (0.335, 0.36), "tyre": (0.035, 0.05), "wheelbase": (1.06, 1.16), "chainstay": (0.44, 0.47),
             "bracket": (0.275, 0.30), "seat_tube": (0.44, 0.56), "seat_angle": (69, 72), "head_angle": (67.5, 70.5),
             "head_tube": (0.14, 0.22), "fork": (0.38, 0.42), "saddle": (0.6, 0.7), "bar_width": (0.56, 0.66),
             "stem": (0.03, 0.08), "stem_rise": (0.05, 0.14), "tube": (0.014, 0.02)},
    "child": {"wheel_radius": (0.15, 0.25), "tyre": (0.036, 0.05), "wheelbase": (0.66, 0.84), "chainstay": (0.28, 0.34),
              "bracket": (0.2, 0.25), "seat_tube": (0.22, 0.3), "seat_angle": (70, 72), "head_angle": (69, 72),
              "head_tube": (0.08, 0.12), "fork": (0.24, 0.32), "saddle": (0.3, 0.42), "bar_width": (0.46, 0.56),
              "stem": (0.03, 0.05), "stem_rise": (0.04, 0.1), "tube": (0.014, 0.019)},
    "bmx": {"wheel_radius": (0.25, 0.26), "tyre": (0.048, 0.058), "wheelbase": (0.90, 0.98), "chainstay": (0.33, 0.37),
            "bracket": (0.28, 0.3), "seat_tube": (0.21, 0.26), "seat_angle": (69, 71), "head_angle": (73.5, 75),
            "head_tube": (0.10, 0.12), "fork": (0.31, 0.33), "saddle": (0.30, 0.4), "bar_width": (0.68, 0.76),
            "stem": (0.045, 0.055), "stem_rise": (0.01, 0.03), "tube": (0.015, 0.019)},
}  # fmt: skip

FORMS: dict[str, dict[str, dict[str, float]]] = {
    "road": {"frame": {"diamond": 0.65, "sloping": 0.35}, "bar": {"drop": 0.9, "flat": 0.1}, "carrier": {"none": 1.0}},
    "mountain": {"frame": {"sloping": 0.85, "diamond": 0.15}, "bar": {"flat": 0.45, "riser": 0.55},
                 "carrier": {"none": 1.0}},
    "city": {"frame": {"diamond": 0.3, "step": 0.45, "mixte": 0.25}, "bar": {"swept": 0.6, "flat": 0.15, "riser": 0.25},
             "carrier": {"none": 0.15, "rack": 0.4, "basket": 0.2, "both": 0.25}},
    "child": {"frame": {"step": 0.4, "sloping": 0.4, "mixte": 0.2}, "bar": {"riser": 0.6, "high": 0.4},
              "carrier": {"none": 0.7, "basket": 0.3}},
    "bmx": {"frame": {"sloping": 1.0}, "bar": {"high": 1.0}, "carrier": {"none": 1.0}},
}  # fmt: skip


@dataclass(frozen=True)
class BicycleParams:
    """A bicycle, in metres and degrees.

    Attributes:
        style, frame, bar, carrier: forms of its parts (`CHOICES`).
        wheel_radius: to the outside of the tyre. tyre: its width. wheelbase, chainstay: between axles; bracket to axle.
        bracket: height of the bottom bracket. seat_tube, head_tube: lengths. seat_angle, head_angle: from the ground.
        fork: length from the axle to the head tube along the steering axis.
        saddle: of the saddle's top over the bracket, along the seat tube.
        bar_width, stem, stem_rise: of the handlebar; how far ahead of and above the head it is clamped.
        tube: radius of the frame's tubes.
        crank_deg: turn of the cranks; at 0 the left one points forwards.
        guards, lamps, bottle, stabilisers, spring_fork: what it has.
        spokes: of each wheel. tan_walls: brown tyres, saddle and grips.
        paint, second: linear RGB of the frame, and of fork and guards.
    """

    style: str
    wheel_radius: float
    tyre: float
    wheelbase: float
    chainstay: float
    bracket: float
    seat_tube: float
    seat_angle: float
    head_angle: float
    head_tube: float
    fork: float
    saddle: float
    bar_width: float
    stem: float
    stem_rise: float
    tube: float
    paint: Color
    second: Color
    crank_deg: float = 0.0
    frame: str = "diamond"
    bar: str = "flat"
    carrier: str = "none"
    guards: bool = False
    lamps: bool = False
    bottle: bool = False
    stabilisers: bool = False
    spring_fork: bool = False
    tan_walls: bool = False
    spokes: int = 20

    def __post_init__(self):
        check_choices(self, CHOICES)
        check_ranges(self, {**BOUNDS, "spokes": (8, 40)})

    @cached_property
    def joints(self) -> dict[str, np.ndarray]:
        """The points [3] of the frame by name, in the plane x = 0."""
        front = np.array([0, -self.wheelbase / 2, self.wheel_radius])
        rear = np.array([0, self.wheelbase / 2, self.wheel_radius])
        drop = self.bracket - self.wheel_radius
        bracket = np.array([0, rear[1] - np.sqrt(self.chainstay**2 - drop**2), self.bracket])
        seat_axis, steering = _axis(self.seat_angle), _axis(self.head_angle)
        head_low = front + (0, 0.045, 0) + self.fork * steering
        head_top = head_low + self.head_tube * steering
        clamp = head_top + (0.02 + self.stem_rise) * steering + (0, -self.stem, 0.25 * self.stem)
        return {
            "front": front, "rear": rear, "bracket": bracket, "seat_top": bracket + self.seat_tube * seat_axis,
            "saddle": bracket + self.saddle * seat_axis, "head_low": head_low, "head_top": head_top,
            "quill": head_top + (0.02 + self.stem_rise) * steering, "clamp": clamp, "steering": steering,
        }  # fmt: skip


def _axis(angle_deg: float) -> np.ndarray:
    """Return the unit vector [3] up and back at an angle from the ground."""
    return np.array([0, np.cos(np.radians(angle_deg)), np.sin(np.radians(angle_deg))])


def sample_bicycle_params(rng: np.random.Generator, style: str | None = None) -> BicycleParams:
    """Draw a bicycle; of ``style`` where one is given."""
    style = style or pick(rng, STYLES)
    measures = {name: uniform(rng, bounds) for name, bounds in MEASURES[style].items()}
    forms = {name: pick(rng, weights) for name, weights in FORMS[style].items()}
    if style == "child":
        measures["bracket"] = measures["wheel_radius"] + uniform(rng, (-0.02, 0.03))
        measures["bracket"] = float(np.clip(measures["bracket"], 0.18, 0.25))
    measures["saddle"] = max(measures["saddle"], measures["seat_tube"] + 0.08)
    chance = {
        "guards": {"city": 0.85, "child": 0.35, "road": 0.08, "mountain": 0.05, "bmx": 0.0},
        "lamps": {"city": 0.7, "road": 0.1, "mountain": 0.05, "child": 0.0, "bmx": 0.0},
        "bottle": {"road": 0.5, "mountain": 0.3, "city": 0.1, "child": 0.0, "bmx": 0.0},
        "stabilisers": {"child": 0.45}, "spring_fork": {"mountain": 0.85, "city": 0.1},
        "tan_walls": {"city": 0.35, "road": 0.2},
    }  # fmt: skip
    black = srgb(0.07, 0.07, 0.075)
    paint = black if rng.random() < 0.2 and style != "child" else sample_bright(rng)
    return BicycleParams(
        style=style, **measures, **forms,
        paint=paint,
        second=paint if rng.random() < 0.5 else black if rng.random() < 0.6 else sample_bright(rng),
        crank_deg=uniform(rng, (0, 360)),
        spokes=int(rng.choice([16, 20, 24])),
        **{name: bool(rng.random() < table.get(style, 0.0)) for name, table in chance.items()},
    )  # fmt: skip
