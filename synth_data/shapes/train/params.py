"""Parameters of a train, their ranges, and how they are drawn. Metres.

Lengths, widths and heights follow common rolling stock of each kind.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from synth_data.shapes.bounds import Range, check_choices, check_ranges, pick, uniform
from synth_data.shapes.materials import hsv, srgb
from synth_data.shapes.mesh import Color
from synth_data.shapes.vehicles import sample_bright

STYLES = {"steam": 0.2, "diesel": 0.22, "highspeed": 0.22, "tram": 0.18, "commuter": 0.18}
"""Style -> chance."""

CHOICES = {
    "style": tuple(STYLES),
    "wagons": ("coach", "box", "tank", "hopper"),
    "decoration": ("plain", "band", "skirt", "windows"),
    "chimney": ("straight", "flared", "balloon"),
    "front": ("flat", "hood", "cab"),
}
"""``front`` of a diesel: full width with a flat face, a cab behind a short hood, a cab at the very front."""

BOUNDS: dict[str, Range] = {
    "lead": (7.0, 27.0), "car": (8.0, 27.0), "width": (2.2, 3.3), "height": (3.0, 4.6), "under": (0.25, 1.2),
    "wheel": (0.28, 0.5), "driver": (0.5, 1.05), "boiler": (0.6, 1.0), "nose": (0.1, 9.0), "rake": (0.0, 1.6),
    "bow": (0.0, 0.8), "top_power": (2.4, 12.0), "belt": (1.2, 2.6), "pane": (0.5, 1.4), "roughness": (0, 1),
}  # fmt: skip
"""Field of `TrainParams` -> what is accepted."""

MEASURES: dict[str, dict[str, Range]] = {
    "steam": {"lead": (8.5, 13.0), "car": (15, 21), "width": (2.7, 3.05), "height": (3.7, 4.2), "under": (0.95, 1.1),
              "wheel": (0.44, 0.48), "driver": (0.62, 0.98), "boiler": (0.68, 0.92), "top_power": (3.0, 4.5),
              "belt": (2.0, 2.25), "pane": (0.75, 0.95)},
    "diesel": {"lead": (13, 20), "car": (15, 23), "width": (2.75, 3.1), "height": (3.9, 4.4), "under": (0.9, 1.05),
               "wheel": (0.46, 0.5), "nose": (0.8, 2.2), "rake": (0.1, 0.9), "bow": (0.05, 0.4),
               "top_power": (3.0, 6.0), "belt": (2.2, 2.5), "pane": (0.7, 0.95)},
    "highspeed": {"lead": (19, 26), "car": (18, 26), "width": (2.85, 3.25), "height": (3.6, 4.1), "under": (0.45, 0.7),
                  "wheel": (0.42, 0.46), "nose": (4.0, 8.5), "top_power": (3.0, 4.5), "belt": (1.8, 2.1),
                  "pane": (0.65, 0.85)},
    "tram": {"lead": (8.5, 13.5), "car": (8.5, 12), "width": (2.3, 2.65), "height": (3.2, 3.55), "under": (0.28, 0.38),
             "wheel": (0.29, 0.34), "nose": (0.2, 0.5), "rake": (0.15, 1.1), "bow": (0.2, 0.7),
             "top_power": (5.0, 10.0), "belt": (1.25, 1.55), "pane": (1.0, 1.35)},
    "commuter": {"lead": (16, 24), "car": (16, 24), "width": (2.75, 3.15), "height": (3.6, 4.0), "under": (0.8, 1.0),
                 "wheel": (0.42, 0.46), "nose": (0.2, 0.5), "rake": (0.0, 0.7), "bow": (0.05, 0.35),
                 "top_power": (4.0, 7.0), "belt": (1.95, 2.2), "pane": (0.75, 1.0)},
}  # fmt: skip

CARS = {"steam": (0.5, 0.5, 0.0), "diesel": (0.4, 0.4, 0.2), "highspeed": (0.35, 0.4, 0.25),
        "tram": (0.25, 0.45, 0.3), "commuter": (0.35, 0.4, 0.25)}  # fmt: skip
"""Style -> chances of one, two and three cars, the leading one with its tender counted as one."""


@dataclass(frozen=True)
class TrainParams:
    """A train, in metres.

    Attributes:
        style, wagons, decoration, chimney, front: forms of its parts (`CHOICES`).
        cars: 1 to 3, the leading one counted. lead, car: lengths of the leading car (a steam engine without its
            tender) and of the others.
        width, height, under: of the bodies: height of the roof and of the underside over the rails.
        wheel, driver: radii of the wheels and of a steam engine's driving wheels; drivers: pairs of those.
        boiler: radius. nose: length of a tapered nose. rake, bow: how far the top and the edges of a face lie back.
        top_power: of the section's upper corners. belt, pane: height of the windows' lower edge, height of the windows.
        windows: in a car's side. doors: in a car's side. pantograph: on the roof. catcher: a cowcatcher.
        buffers: a pair of them, else a central coupling.
        paint, second, roof: linear RGB. roughness: of the paint.
    """

    style: str
    lead: float
    car: float
    width: float
    height: float
    under: float
    wheel: float
    top_power: float
    belt: float
    pane: float
    paint: Color
    second: Color
    roof: Color
    driver: float = 0.8
    boiler: float = 0.8
    nose: float = 0.4
    rake: float = 0.3
    bow: float = 0.2
    cars: int = 1
    drivers: int = 3
    windows: int = 9
    doors: int = 2
    wagons: str = "coach"
    decoration: str = "band"
    chimney: str = "straight"
    front: str = "flat"
    pantograph: bool = False
    catcher: bool = False
    buffers: bool = True
    roughness: float = 0.35

    def __post_init__(self):
        check_choices(self, CHOICES)
        counts = {"cars": (1, 3), "drivers": (2, 5), "windows": (2, 20), "doors": (1, 4)}
        check_ranges(self, {**BOUNDS, **counts})

    @property
    def half(self) -> float:
        """Half the width of the bodies."""
        return self.width / 2

    @property
    def gap(self) -> float:
        """Distance between the ends of two cars (less between a steam engine and its tender)."""
        return 0.35 if self.style in ("tram", "highspeed") else 0.8

    @cached_property
    def spans(self) -> tuple[tuple[float, float], ...]:
        """Front and back end (y) of each car, the tender of a steam engine as a car of its own after it."""
        lengths = [self.lead, *([0.52 * self.lead] if self.style == "steam" else []), *[self.car] * (self.cars - 1)]
        gaps = [0.25 if self.style == "steam" and number == 0 else self.gap for number in range(len(lengths) - 1)]
        starts = np.concatenate([[0.0], np.cumsum([length + gap for length, gap in zip(lengths, gaps)])])
        starts -= (starts[-1] + lengths[-1]) / 2
        return tuple((float(start), float(start + length)) for start, length in zip(starts, lengths))


def sample_train_params(rng: np.random.Generator, style: str | None = None) -> TrainParams:
    """Draw a train; of ``style`` where one is given."""
    style = style or pick(rng, STYLES)
    measures = {name: uniform(rng, bounds) for name, bounds in MEASURES[style].items()}
    paint, second = _colors(rng, style)
    spacing = uniform(rng, (1.4, 2.2))
    freight = style == "diesel" and rng.random() < 0.55
    roofs = (srgb(0.35, 0.35, 0.36), srgb(0.6, 0.6, 0.6), srgb(0.15, 0.15, 0.16))
    return TrainParams(
        style=style, **measures, paint=paint, second=second,
        roof=paint if style == "highspeed" and rng.random() < 0.6 else roofs[int(rng.integers(3))],
        cars=1 + int(rng.choice(3, p=CARS[style])),
        drivers=int(rng.integers(2, 5)),
        windows=int(np.clip(measures["car"] / spacing, 4, 16)),
        doors=int(rng.integers(2, 4)) if style in ("tram", "commuter") else 2,
        wagons=pick(rng, {"box": 0.4, "tank": 0.35, "hopper": 0.25}) if freight else "coach",
        decoration=pick(rng, {"plain": 0.2, "band": 0.3, "skirt": 0.2, "windows": 0.3}),
        chimney=pick(rng, {"straight": 0.5, "flared": 0.3, "balloon": 0.2}),
        front=pick(rng, {"flat": 0.45, "hood": 0.4, "cab": 0.15}),
        pantograph=bool(style in ("tram", "highspeed") or (style == "commuter" and rng.random() < 0.6)),
        catcher=bool(rng.random() < 0.45),
        buffers=bool(rng.random() < 0.6),
        roughness=uniform(rng, (0.25, 0.55)),
    )  # fmt: skip


def _colors(rng: np.random.Generator, style: str) -> tuple[Color, Color]:
    """Draw the two paints: dark for most steam engines, white for most fast trains."""
    white = srgb(*[uniform(rng, (0.82, 0.95))] * 3)
    if style == "steam":
        darks = (srgb(0.09, 0.09, 0.1), hsv(0.38, 0.7, 0.3), hsv(0.62, 0.75, 0.4), hsv(0.99, 0.8, 0.4))
        return darks[int(rng.choice(4, p=[0.5, 0.25, 0.15, 0.1]))], hsv(uniform(rng, (0.97, 1.06)) % 1, 0.8, 0.6)
    if style == "highspeed" and rng.random() < 0.65:
        return white, sample_bright(rng)
    return sample_bright(rng), white if rng.random() < 0.35 else sample_bright(rng)
