"""Parameters of a bus, their ranges, and how they are drawn. Metres and degrees.

Outer dimensions follow common vehicles of each kind: 12 m city buses and coaches, 10-11 m double-deckers, North
American school buses with a bonnet, and 7 m minibuses.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synth_data.shapes.bounds import Range, check_choices, check_ranges, pick, uniform
from synth_data.shapes.materials import hsv, srgb
from synth_data.shapes.mesh import Color
from synth_data.shapes.vehicles import sample_bright

STYLES = {"city": 0.34, "coach": 0.24, "double": 0.18, "school": 0.14, "mini": 0.10}
"""Style -> chance."""

CHOICES = {
    "style": tuple(STYLES),
    "decoration": ("plain", "band", "skirt", "roof", "wave"),
    "lamps": ("round", "block", "stack"),
    "unit": ("none", "front", "middle", "long"),
    "mirrors": ("ears", "arms"),
}
"""``unit``: the air conditioning on the roof. ``mirrors``: hanging from the roof's corners, or on arms at the side."""

BOUNDS: dict[str, Range] = {
    "length": (5.5, 15.0), "width": (1.9, 2.65), "height": (2.3, 4.6), "clearance": (0.22, 0.7),
    "wheel_radius": (0.32, 0.56), "front_axle": (0.6, 3.2), "rear_axle": (0.9, 4.2), "belt": (0.8, 2.0),
    "rake": (0.0, 1.2), "bow": (0.0, 0.5), "back_rake": (-0.1, 0.4), "tumble": (0.0, 0.14), "bonnet": (0.0, 1.9),
    "top_power": (3.0, 14.0), "corner": (0.04, 0.4), "roughness": (0, 1),
}  # fmt: skip
"""Field of `BusParams` -> what is accepted."""

MEASURES: dict[str, dict[str, Range]] = {
    "city": {"length": (9.5, 13.0), "width": (2.45, 2.55), "height": (2.85, 3.25), "clearance": (0.26, 0.36),
             "wheel_radius": (0.46, 0.50), "front_axle": (2.4, 2.8), "rear_axle": (2.9, 3.5), "belt": (0.95, 1.35),
             "rake": (0.0, 0.25), "bow": (0.05, 0.25), "back_rake": (0.0, 0.1), "tumble": (0.0, 0.06),
             "top_power": (6.0, 12.0), "corner": (0.08, 0.25)},
    "coach": {"length": (10.5, 14.0), "width": (2.5, 2.55), "height": (3.35, 3.85), "clearance": (0.30, 0.42),
              "wheel_radius": (0.48, 0.53), "front_axle": (2.3, 2.7), "rear_axle": (3.0, 3.5), "belt": (1.5, 1.8),
              "rake": (0.2, 0.8), "bow": (0.15, 0.4), "back_rake": (0.0, 0.3), "tumble": (0.02, 0.12),
              "top_power": (4.5, 8.0), "corner": (0.15, 0.35)},
    "double": {"length": (9.5, 11.5), "width": (2.4, 2.55), "height": (4.1, 4.5), "clearance": (0.26, 0.36),
               "wheel_radius": (0.46, 0.50), "front_axle": (2.2, 2.7), "rear_axle": (2.4, 3.1), "belt": (1.1, 1.4),
               "rake": (0.0, 0.5), "bow": (0.08, 0.35), "back_rake": (-0.02, 0.1), "tumble": (0.0, 0.1),
               "top_power": (6.0, 12.0), "corner": (0.1, 0.3)},
    "school": {"length": (8.5, 11.5), "width": (2.35, 2.45), "height": (2.95, 3.2), "clearance": (0.45, 0.6),
               "wheel_radius": (0.46, 0.52), "front_axle": (0.85, 1.05), "rear_axle": (2.6, 3.4), "belt": (1.55, 1.75),
               "rake": (0.05, 0.3), "bow": (0.05, 0.2), "back_rake": (0.0, 0.05), "tumble": (0.02, 0.06),
               "top_power": (3.6, 5.0), "corner": (0.06, 0.12), "bonnet": (1.2, 1.7)},
    "mini": {"length": (6.3, 8.0), "width": (2.0, 2.2), "height": (2.6, 2.95), "clearance": (0.28, 0.4),
             "wheel_radius": (0.35, 0.40), "front_axle": (0.9, 1.15), "rear_axle": (1.3, 1.9), "belt": (1.2, 1.4),
             "rake": (0.5, 0.9), "bow": (0.1, 0.3), "back_rake": (0.0, 0.12), "tumble": (0.05, 0.12),
             "top_power": (5.0, 9.0), "corner": (0.12, 0.25), "bonnet": (0.45, 0.75)},
}  # fmt: skip

UNITS = {
    "city": {"none": 0.25, "front": 0.25, "middle": 0.3, "long": 0.2},
    "coach": {"none": 0.3, "middle": 0.5, "long": 0.2},
    "double": {"none": 1.0},
    "school": {"none": 0.9, "middle": 0.1},
    "mini": {"none": 0.5, "middle": 0.5},
}


@dataclass(frozen=True)
class BusParams:
    """A bus, in metres.

    Attributes:
        style, decoration, lamps, unit, mirrors: forms of its parts (`CHOICES`).
        length, width, height, clearance: of the body, from the ground; a bonnet counts.
        front_axle, rear_axle: from the front end and from the rear end.
        belt: height of the side windows' lower edge (of the lower deck).
        rake, bow: how far the top of the windscreen and the front's outer edges lie back.
        back_rake: how far the top of the rear lies forward.
        tumble: how far the sides lean in. top_power: of the section's upper corners; corner: radius of the ends' edges.
        bonnet: length of the engine's bonnet; 0 for a flat front.
        windows: along a side. pillars: width of the posts between them.
        doors: along the door side, ``doors_left``: the door side is the left one (+x), as where one drives on the left.
        third_axle: a second axle at the back.
        paint, second: linear RGB. metallic, roughness: of the paint.
    """

    style: str
    length: float
    width: float
    height: float
    clearance: float
    wheel_radius: float
    front_axle: float
    rear_axle: float
    belt: float
    rake: float
    bow: float
    back_rake: float
    tumble: float
    top_power: float
    corner: float
    paint: Color
    second: Color
    bonnet: float = 0.0
    windows: int = 7
    pillars: float = 0.08
    doors: int = 2
    doors_left: bool = False
    third_axle: bool = False
    decoration: str = "plain"
    lamps: str = "block"
    unit: str = "none"
    mirrors: str = "ears"
    metallic: float = 0.0
    roughness: float = 0.3

    def __post_init__(self):
        check_choices(self, CHOICES)
        check_ranges(self, {**BOUNDS, "windows": (2, 14), "doors": (1, 3), "pillars": (0.03, 0.4), "metallic": (0, 1)})

    @property
    def half(self) -> float:
        """Half the width of the body."""
        return self.width / 2

    @property
    def front_end(self) -> float:
        """y of the foot of the front wall behind the bonnet."""
        return -self.length / 2 + self.bonnet

    @property
    def axles(self) -> tuple[float, ...]:
        """y of the axles."""
        rear = self.length / 2 - self.rear_axle
        extra = (rear + 2 * self.wheel_radius + 0.25,) if self.third_axle else ()
        return (self.front_axle - self.length / 2, rear, *extra)

    @property
    def decks(self) -> tuple[tuple[float, float], ...]:
        """Lower and upper edge of the windows of each deck."""
        if self.style == "double":
            middle = self.belt + 0.5 * (self.height - self.belt)
            return (self.belt, middle - 0.32), (middle + 0.22, self.height - 0.38)
        return ((self.belt, self.height - (0.42 if self.style == "school" else 0.36)),)


def sample_bus_params(rng: np.random.Generator, style: str | None = None) -> BusParams:
    """Draw a bus; of ``style`` where one is given."""
    style = style or pick(rng, STYLES)
    measures = {name: uniform(rng, bounds) for name, bounds in MEASURES[style].items()}
    paint, second = _colors(rng, style)
    spacing = uniform(rng, (0.75, 0.95) if style == "school" else (1.1, 1.9))
    doors = {"city": int(rng.integers(2, 4)), "double": int(rng.integers(1, 3)), "coach": int(rng.integers(1, 3))}
    return BusParams(
        style=style, **measures, paint=paint, second=second,
        windows=int(np.clip((measures["length"] - measures.get("bonnet", 0)) / spacing, 3, 14)),
        pillars=uniform(rng, (0.16, 0.26)) if style == "school" else uniform(rng, (0.04, 0.16)),
        doors=doors.get(style, 1),
        doors_left=bool(rng.random() < (0.7 if style == "double" else 0.0 if style == "school" else 0.3)),
        third_axle=bool(style in ("coach", "double") and measures["length"] > 11 and rng.random() < 0.6),
        decoration=pick(rng, {"plain": 0.22, "band": 0.26, "skirt": 0.22, "roof": 0.15, "wave": 0.15})
        if style != "school" else "plain",
        lamps=pick(rng, {"round": 0.4, "block": 0.35, "stack": 0.25}) if style != "school" else "round",
        unit=pick(rng, UNITS[style]),
        mirrors="ears" if style in ("coach", "double", "city") and rng.random() < 0.75 else "arms",
        metallic=float(rng.choice([0.0, 0.0, 0.4])), roughness=uniform(rng, (0.2, 0.5)),
    )  # fmt: skip


def _colors(rng: np.random.Generator, style: str) -> tuple[Color, Color]:
    """Draw the two paints: yellow for school buses, red for most double-deckers, anything for the others."""
    white = srgb(*[uniform(rng, (0.85, 0.96))] * 3)
    if style == "school":
        return hsv(uniform(rng, (0.11, 0.135)), uniform(rng, (0.9, 1.0)), uniform(rng, (0.88, 1.0))), white
    if style == "double" and rng.random() < 0.55:
        return hsv(uniform(rng, (0.985, 1.0)), uniform(rng, (0.85, 0.97)), uniform(rng, (0.55, 0.8))), white
    first = white if rng.random() < 0.35 else sample_bright(rng)
    return first, sample_bright(rng)
