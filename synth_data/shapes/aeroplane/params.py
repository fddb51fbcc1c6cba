"""Parameters of an aeroplane, their ranges, and how they are drawn. Metres and degrees.

Proportions follow three-view drawings of common machines of each kind.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synth_data.shapes.bounds import Range, check_choices, check_ranges, pick, uniform
from synth_data.shapes.materials import hsv, srgb
from synth_data.shapes.mesh import Color
from synth_data.shapes.vehicles import sample_bright

STYLES = {"airliner": 0.28, "bizjet": 0.12, "turboprop": 0.14, "light": 0.18, "fighter": 0.16, "biplane": 0.12}
"""Style -> chance."""

CHOICES = {
    "style": tuple(STYLES),
    "engines": ("wing2", "wing4", "tail2", "prop1", "prop2", "prop4", "jet1", "jet2"),
    "wing": ("low", "mid", "high", "double"),
    "tail": ("low", "t", "twin"),
    "gear": ("up", "nose", "tail"),
    "decoration": ("plain", "tail", "stripe", "belly"),
}
"""``gear``: retracted, on a nose wheel, or on a tail wheel. ``decoration``: where the second colour is."""

BOUNDS: dict[str, Range] = {
    "length": (5.0, 80.0), "radius": (0.03, 0.11), "span": (0.5, 1.7), "chord": (0.08, 0.42), "taper": (0.1, 1.0),
    "sweep": (-3, 56), "dihedral": (-6, 9), "wing_at": (0.1, 0.6), "tail_span": (0.18, 0.5), "tail_chord": (0.06, 0.22),
    "fin": (0.08, 0.26), "fin_chord": (0.08, 0.28), "fin_sweep": (0, 55), "leg": (0.01, 0.12), "engine": (0.2, 0.75),
    "winglet": (0, 0.06),
}  # fmt: skip
"""Field of `AeroplaneParams` -> what is accepted."""

MEASURES: dict[str, dict[str, Range]] = {
    "airliner": {"length": (31, 73), "radius": (0.042, 0.062), "span": (0.84, 1.02), "chord": (0.15, 0.2),
                 "taper": (0.2, 0.3), "sweep": (24, 36), "dihedral": (4, 7), "wing_at": (0.31, 0.38),
                 "tail_span": (0.30, 0.38), "tail_chord": (0.09, 0.12), "fin": (0.14, 0.19), "fin_chord": (0.14, 0.18),
                 "fin_sweep": (34, 44), "leg": (0.028, 0.04), "engine": (0.5, 0.7), "winglet": (0.0, 0.05)},
    "bizjet": {"length": (12, 26), "radius": (0.046, 0.058), "span": (0.82, 1.0), "chord": (0.14, 0.18),
               "taper": (0.25, 0.4), "sweep": (18, 34), "dihedral": (2, 5), "wing_at": (0.42, 0.48),
               "tail_span": (0.3, 0.38), "tail_chord": (0.08, 0.11), "fin": (0.13, 0.17), "fin_chord": (0.14, 0.18),
               "fin_sweep": (42, 54), "leg": (0.02, 0.03), "engine": (0.46, 0.6), "winglet": (0.0, 0.05)},
    "turboprop": {"length": (13, 34), "radius": (0.048, 0.075), "span": (1.0, 1.3), "chord": (0.11, 0.15),
                  "taper": (0.45, 0.65), "sweep": (1, 5), "dihedral": (0, 4), "wing_at": (0.34, 0.40),
                  "tail_span": (0.32, 0.42), "tail_chord": (0.08, 0.11), "fin": (0.17, 0.22), "fin_chord": (0.16, 0.2),
                  "fin_sweep": (22, 36), "leg": (0.02, 0.035), "engine": (0.32, 0.45)},
    "light": {"length": (6.4, 9.5), "radius": (0.07, 0.084), "span": (1.2, 1.5), "chord": (0.17, 0.21),
              "taper": (0.55, 1.0), "sweep": (-1, 5), "dihedral": (1, 6), "wing_at": (0.24, 0.3),
              "tail_span": (0.38, 0.48), "tail_chord": (0.11, 0.14), "fin": (0.14, 0.18), "fin_chord": (0.14, 0.18),
              "fin_sweep": (15, 42), "leg": (0.05, 0.075), "engine": (0.48, 0.6)},
    "fighter": {"length": (10.5, 21), "radius": (0.055, 0.072), "span": (0.56, 0.76), "chord": (0.28, 0.38),
                "taper": (0.14, 0.32), "sweep": (34, 50), "dihedral": (-4, 1), "wing_at": (0.4, 0.46),
                "tail_span": (0.36, 0.46), "tail_chord": (0.13, 0.17), "fin": (0.15, 0.2), "fin_chord": (0.17, 0.22),
                "fin_sweep": (34, 50), "leg": (0.03, 0.05), "engine": (0.5, 0.65)},
    "biplane": {"length": (5.8, 8.6), "radius": (0.062, 0.08), "span": (1.05, 1.3), "chord": (0.15, 0.2),
                "taper": (0.85, 1.0), "sweep": (-1, 6), "dihedral": (0, 4), "wing_at": (0.15, 0.2),
                "tail_span": (0.36, 0.46), "tail_chord": (0.12, 0.16), "fin": (0.12, 0.15), "fin_chord": (0.12, 0.16),
                "fin_sweep": (18, 34), "leg": (0.08, 0.11), "engine": (0.7, 0.75)},
}  # fmt: skip

FORMS: dict[str, dict[str, dict[str, float]]] = {
    "airliner": {"engines": {"wing2": 0.72, "wing4": 0.28}, "wing": {"low": 1.0}, "tail": {"low": 1.0},
                 "gear": {"up": 0.5, "nose": 0.5},
                 "decoration": {"tail": 0.4, "stripe": 0.25, "belly": 0.2, "plain": 0.15}},
    "bizjet": {"engines": {"tail2": 1.0}, "wing": {"low": 1.0}, "tail": {"t": 0.85, "low": 0.15},
               "gear": {"up": 0.4, "nose": 0.6},
               "decoration": {"stripe": 0.45, "tail": 0.2, "belly": 0.2, "plain": 0.15}},
    "turboprop": {"engines": {"prop2": 0.75, "prop4": 0.25}, "wing": {"high": 0.7, "low": 0.3},
                  "tail": {"t": 0.5, "low": 0.5}, "gear": {"up": 0.4, "nose": 0.6},
                  "decoration": {"tail": 0.35, "stripe": 0.35, "belly": 0.2, "plain": 0.1}},
    "light": {"engines": {"prop1": 0.85, "prop2": 0.15}, "wing": {"high": 0.55, "low": 0.45},
              "tail": {"low": 0.85, "t": 0.15}, "gear": {"nose": 0.75, "tail": 0.25},
              "decoration": {"stripe": 0.6, "tail": 0.15, "belly": 0.15, "plain": 0.1}},
    "fighter": {"engines": {"jet1": 0.5, "jet2": 0.5}, "wing": {"mid": 1.0}, "tail": {"low": 0.5, "twin": 0.5},
                "gear": {"up": 0.65, "nose": 0.35}, "decoration": {"plain": 0.6, "tail": 0.2, "belly": 0.2}},
    "biplane": {"engines": {"prop1": 1.0}, "wing": {"double": 1.0}, "tail": {"low": 1.0}, "gear": {"tail": 1.0},
                "decoration": {"tail": 0.4, "stripe": 0.3, "plain": 0.3}},
}  # fmt: skip


@dataclass(frozen=True)
class AeroplaneParams:
    """An aeroplane: its length in metres, angles in degrees, all other measures as parts of the length.

    Attributes:
        style, engines, wing, tail, gear, decoration: forms of its parts (`CHOICES`).
        radius: of the fuselage, half its width.
        span, chord, taper, sweep, dihedral: of the wing: tip to tip, at the root, tip's part of the root, of its
            leading edge, rise of its tips.
        wing_at: where the wing's leading edge meets the fuselage, from the nose.
        tail_span, tail_chord: of the tailplane. fin, fin_chord, fin_sweep: height and root of the fin.
        leg: height of the fuselage over the ground. engine: radius of the engines as a part of the fuselage's.
        winglet: height of upturned wing tips; below 0.01 there are none.
        blades: of each propeller; turn_deg: how they stand.
        missiles: under the wings of a fighter. wing_in_second: wings painted in the second colour.
        paint, second: linear RGB. metallic: of the paint.
    """

    style: str
    length: float
    radius: float
    span: float
    chord: float
    taper: float
    sweep: float
    dihedral: float
    wing_at: float
    tail_span: float
    tail_chord: float
    fin: float
    fin_chord: float
    fin_sweep: float
    leg: float
    engine: float
    paint: Color
    second: Color
    winglet: float = 0.0
    engines: str = "wing2"
    wing: str = "low"
    tail: str = "low"
    gear: str = "nose"
    decoration: str = "tail"
    blades: int = 3
    turn_deg: float = 20.0
    missiles: bool = False
    wing_in_second: bool = False
    metallic: float = 0.0

    def __post_init__(self):
        check_choices(self, CHOICES)
        check_ranges(self, {**BOUNDS, "blades": (2, 6), "turn_deg": (0, 360), "metallic": (0, 1)})

    @property
    def body(self) -> float:
        """Half the width of the fuselage, metres."""
        return self.radius * self.length

    def y(self, part: float) -> float:
        """Return the place that lies ``part`` of the length behind the nose."""
        return (part - 0.5) * self.length


def sample_aeroplane_params(rng: np.random.Generator, style: str | None = None) -> AeroplaneParams:
    """Draw an aeroplane; of ``style`` where one is given."""
    style = style or pick(rng, STYLES)
    measures = {name: uniform(rng, bounds) for name, bounds in MEASURES[style].items()}
    forms = {name: pick(rng, weights) for name, weights in FORMS[style].items()}
    if forms["engines"] in ("wing4", "prop4"):
        measures["engine"] *= 0.8
    paint, second = _colors(rng, style)
    return AeroplaneParams(
        style=style, **measures, **forms, paint=paint, second=second,
        blades=int(rng.integers(4, 7)) if style == "turboprop" else int(rng.integers(2, 4)),
        turn_deg=float(rng.choice([0.0, 180.0])) + uniform(rng, (0, 120)),
        missiles=bool(rng.random() < 0.6),
        wing_in_second=bool(style == "biplane" and rng.random() < 0.6),
        metallic=float(rng.choice([0.0, 0.0, 0.7])) if style in ("fighter", "light", "airliner") else 0.0,
    )  # fmt: skip


def _colors(rng: np.random.Generator, style: str) -> tuple[Color, Color]:
    """Draw the two paints: white for most, greys and greens for fighters, bright for biplanes."""
    white = srgb(*[uniform(rng, (0.86, 0.96))] * 3)
    if style == "fighter":
        value = uniform(rng, (0.3, 0.65))
        grey = srgb(value, value * 1.02, value * 1.05)
        paints = (
            grey,
            hsv(uniform(rng, (0.15, 0.3)), 0.3, uniform(rng, (0.25, 0.4))),
            hsv(0.1, 0.35, 0.6),
            sample_bright(rng),
        )
        return paints[int(rng.choice(4, p=[0.55, 0.2, 0.1, 0.15]))], srgb(value * 0.7, value * 0.7, value * 0.72)
    if style == "biplane" or rng.random() < 0.15:
        return sample_bright(rng), white if rng.random() < 0.3 else sample_bright(rng)
    return white, sample_bright(rng)
