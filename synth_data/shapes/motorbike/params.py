"""Parameters of a motorbike, their ranges, and how they are drawn. Metres and degrees.

Wheelbase, rake, seat height and wheel sizes follow the published figures of common machines of each kind.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synth_data.shapes.bounds import Range, check_choices, check_ranges, pick, uniform
from synth_data.shapes.materials import srgb
from synth_data.shapes.mesh import Color
from synth_data.shapes.vehicles import sample_bright

STYLES = {"naked": 0.2, "sport": 0.22, "cruiser": 0.2, "scooter": 0.18, "touring": 0.1, "dirt": 0.1}
"""Style -> chance."""

CHOICES = {
    "style": tuple(STYLES),
    "engine": ("vtwin", "inline", "single", "none"),
    "exhaust": ("one", "two", "high", "none"),
    "wheels": ("three", "five", "six", "ten", "wire"),
    "lamp": ("round", "twin", "slim"),
    "luggage": ("none", "panniers", "topbox", "both"),
}

BOUNDS: dict[str, Range] = {
    "wheelbase": (1.15, 1.85), "front_radius": (0.19, 0.36), "rear_radius": (0.19, 0.35), "front_tyre": (0.07, 0.15),
    "rear_tyre": (0.08, 0.26), "rake": (21, 42), "head": (0.75, 1.1), "seat": (0.62, 0.98), "seat_length": (0.45, 0.85),
    "bar_width": (0.5, 1.0), "bar_rise": (-0.05, 0.36), "bar_pull": (0.0, 0.35), "tank_length": (0.4, 0.72),
    "tank_width": (0.09, 0.22), "tank_height": (0.1, 0.26), "tail_rise": (-0.05, 0.2), "screen": (0.0, 0.45),
}  # fmt: skip
"""Field of `MotorbikeParams` -> what is accepted."""

MEASURES: dict[str, dict[str, Range]] = {
    "naked": {"wheelbase": (1.36, 1.48), "front_radius": (0.29, 0.31), "rear_radius": (0.29, 0.32),
              "front_tyre": (0.11, 0.125), "rear_tyre": (0.15, 0.20), "rake": (23.5, 27), "head": (0.90, 0.98),
              "seat": (0.77, 0.84), "seat_length": (0.6, 0.72), "bar_width": (0.70, 0.82), "bar_rise": (0.06, 0.16),
              "bar_pull": (0.06, 0.14), "tank_length": (0.48, 0.58), "tank_width": (0.13, 0.18),
              "tank_height": (0.17, 0.22), "tail_rise": (0.02, 0.12)},
    "sport": {"wheelbase": (1.35, 1.46), "front_radius": (0.29, 0.30), "rear_radius": (0.30, 0.325),
              "front_tyre": (0.115, 0.125), "rear_tyre": (0.18, 0.20), "rake": (22.5, 25), "head": (0.84, 0.90),
              "seat": (0.80, 0.86), "seat_length": (0.52, 0.62), "bar_width": (0.6, 0.68), "bar_rise": (-0.03, 0.03),
              "bar_pull": (0.02, 0.08), "tank_length": (0.46, 0.55), "tank_width": (0.15, 0.19),
              "tank_height": (0.17, 0.21), "tail_rise": (0.1, 0.18), "screen": (0.12, 0.2)},
    "cruiser": {"wheelbase": (1.56, 1.78), "front_radius": (0.31, 0.35), "rear_radius": (0.30, 0.33),
                "front_tyre": (0.09, 0.14), "rear_tyre": (0.15, 0.24), "rake": (30, 38), "head": (0.86, 0.94),
                "seat": (0.64, 0.72), "seat_length": (0.62, 0.78), "bar_width": (0.78, 0.96), "bar_rise": (0.12, 0.33),
                "bar_pull": (0.14, 0.32), "tank_length": (0.54, 0.66), "tank_width": (0.12, 0.18),
                "tank_height": (0.16, 0.2), "tail_rise": (-0.04, 0.03)},
    "scooter": {"wheelbase": (1.22, 1.45), "front_radius": (0.20, 0.26), "rear_radius": (0.20, 0.25),
                "front_tyre": (0.09, 0.12), "rear_tyre": (0.1, 0.14), "rake": (25, 28), "head": (0.88, 0.96),
                "seat": (0.74, 0.80), "seat_length": (0.62, 0.76), "bar_width": (0.62, 0.72), "bar_rise": (0.04, 0.08),
                "bar_pull": (0.06, 0.12), "tank_length": (0.45, 0.5), "tank_width": (0.15, 0.19),
                "tank_height": (0.15, 0.2), "tail_rise": (0.0, 0.08), "screen": (0.0, 0.42)},
    "touring": {"wheelbase": (1.48, 1.65), "front_radius": (0.30, 0.34), "rear_radius": (0.30, 0.32),
                "front_tyre": (0.11, 0.13), "rear_tyre": (0.16, 0.2), "rake": (24, 29), "head": (0.96, 1.06),
                "seat": (0.80, 0.89), "seat_length": (0.72, 0.82), "bar_width": (0.78, 0.92), "bar_rise": (0.1, 0.2),
                "bar_pull": (0.08, 0.16), "tank_length": (0.5, 0.6), "tank_width": (0.16, 0.21),
                "tank_height": (0.2, 0.25), "tail_rise": (0.0, 0.06), "screen": (0.24, 0.4)},
    "dirt": {"wheelbase": (1.38, 1.5), "front_radius": (0.33, 0.35), "rear_radius": (0.31, 0.33),
             "front_tyre": (0.08, 0.09), "rear_tyre": (0.1, 0.12), "rake": (26, 28), "head": (1.0, 1.08),
             "seat": (0.90, 0.96), "seat_length": (0.66, 0.76), "bar_width": (0.78, 0.84), "bar_rise": (0.08, 0.14),
             "bar_pull": (0.04, 0.1), "tank_length": (0.42, 0.5), "tank_width": (0.1, 0.13),
             "tank_height": (0.11, 0.15), "tail_rise": (0.02, 0.07)},
}  # fmt: skip

FORMS: dict[str, dict[str, dict[str, float]]] = {
    "naked": {"engine": {"inline": 0.5, "vtwin": 0.25, "single": 0.25},
              "exhaust": {"one": 0.55, "two": 0.3, "high": 0.15},
              "wheels": {"three": 0.2, "five": 0.3, "six": 0.15, "ten": 0.15, "wire": 0.2},
              "lamp": {"round": 0.65, "slim": 0.2, "twin": 0.15}, "luggage": {"none": 0.9, "topbox": 0.1}},
    "sport": {"engine": {"inline": 1.0}, "exhaust": {"one": 0.6, "two": 0.2, "high": 0.2},
              "wheels": {"three": 0.4, "five": 0.4, "ten": 0.2}, "lamp": {"twin": 0.6, "slim": 0.4},
              "luggage": {"none": 1.0}},
    "cruiser": {"engine": {"vtwin": 0.9, "inline": 0.1}, "exhaust": {"one": 0.3, "two": 0.7},
                "wheels": {"wire": 0.5, "five": 0.25, "ten": 0.25}, "lamp": {"round": 1.0},
                "luggage": {"none": 0.6, "panniers": 0.4}},
    "scooter": {"engine": {"none": 1.0}, "exhaust": {"one": 1.0}, "wheels": {"three": 0.4, "five": 0.4, "six": 0.2},
                "lamp": {"round": 0.55, "twin": 0.25, "slim": 0.2}, "luggage": {"none": 0.65, "topbox": 0.35}},
    "touring": {"engine": {"inline": 0.5, "vtwin": 0.5}, "exhaust": {"one": 0.8, "two": 0.2},
                "wheels": {"five": 0.4, "ten": 0.2, "wire": 0.4}, "lamp": {"twin": 0.6, "slim": 0.2, "round": 0.2},
                "luggage": {"none": 0.15, "panniers": 0.35, "topbox": 0.15, "both": 0.35}},
    "dirt": {"engine": {"single": 1.0}, "exhaust": {"high": 1.0}, "wheels": {"wire": 1.0},
             "lamp": {"slim": 0.6, "round": 0.4}, "luggage": {"none": 1.0}},
}  # fmt: skip


@dataclass(frozen=True)
class MotorbikeParams:
    """A motorbike, in metres and degrees.

    Attributes:
        style, engine, exhaust, wheels, lamp, luggage: forms of its parts (`CHOICES`).
        wheelbase: between the axles. front_radius, rear_radius: of the wheels; front_tyre, rear_tyre: widths.
        rake: of the fork, from upright. head: height of the top of the steering head.
        seat: height of the rider's seat; seat_length: of the whole seat.
        bar_width, bar_rise, bar_pull: of the handlebar: width, height over the head, how far the grips lie behind it.
        tank_length, tank_width (half), tank_height: of the tank.
        tail_rise: how far the tail climbs behind the rider.
        screen: height of the windscreen; 0 for none.
        mirrors: with mirrors.
        paint, second: linear RGB. metallic: of the paint. chrome: bright fork, bars and exhaust, else black.
        brown_seat: a seat of brown leather.
    """

    style: str
    wheelbase: float
    front_radius: float
    rear_radius: float
    front_tyre: float
    rear_tyre: float
    rake: float
    head: float
    seat: float
    seat_length: float
    bar_width: float
    bar_rise: float
    bar_pull: float
    tank_length: float
    tank_width: float
    tank_height: float
    tail_rise: float
    paint: Color
    second: Color
    screen: float = 0.0
    engine: str = "inline"
    exhaust: str = "one"
    wheels: str = "five"
    lamp: str = "round"
    luggage: str = "none"
    mirrors: bool = True
    metallic: float = 0.0
    chrome: bool = True
    brown_seat: bool = False

    def __post_init__(self):
        check_choices(self, CHOICES)
        check_ranges(self, BOUNDS)

    @property
    def front_axle(self) -> np.ndarray:
        """Middle of the front wheel [3]."""
        return np.array([0, -self.wheelbase / 2, self.front_radius])

    @property
    def rear_axle(self) -> np.ndarray:
        """Middle of the rear wheel [3]."""
        return np.array([0, self.wheelbase / 2, self.rear_radius])

    @property
    def steering(self) -> np.ndarray:
        """Unit vector [3] up along the fork."""
        return np.array([0, np.sin(np.radians(self.rake)), np.cos(np.radians(self.rake))])

    @property
    def head_top(self) -> np.ndarray:
        """Top of the steering head [3], a little behind the line of the fork."""
        rise = (self.head - self.front_radius) / self.steering[2]
        return self.front_axle + rise * self.steering + (0, 0.03, 0)

    @property
    def seat_span(self) -> tuple[float, float]:
        """y of the seat's front and back."""
        start = self.head_top[1] + 0.86 * self.tank_length
        return start, start + self.seat_length


def sample_motorbike_params(rng: np.random.Generator, style: str | None = None) -> MotorbikeParams:
    """Draw a motorbike; of ``style`` where one is given."""
    style = style or pick(rng, STYLES)
    measures = {name: uniform(rng, bounds) for name, bounds in MEASURES[style].items()}
    forms = {name: pick(rng, weights) for name, weights in FORMS[style].items()}
    if style == "scooter" and rng.random() < 0.55:
        measures["screen"] = 0.0
    black = srgb(0.06, 0.06, 0.065)
    return MotorbikeParams(
        style=style, **measures, **forms,
        paint=black if rng.random() < 0.22 else sample_bright(rng),
        second=black if rng.random() < 0.4 else sample_bright(rng),
        mirrors=bool(style != "dirt" and rng.random() < 0.9),
        metallic=float(rng.choice([0.0, 0.4])),
        chrome=bool(rng.random() < {"cruiser": 0.8, "naked": 0.5, "scooter": 0.6}.get(style, 0.25)),
        brown_seat=bool(rng.random() < 0.2),
    )  # fmt: skip
