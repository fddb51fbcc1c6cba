"""What a bottle is described by, and how such a description is drawn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synth_data.shapes import materials
from synth_data.shapes.bounds import check_choices, check_ranges, pick, uniform
from synth_data.shapes.mesh import Material

CHOICES = {
    "style": ("bordeaux", "burgundy", "beer", "longneck", "water", "soda", "medicine", "spirits", "sauce"),
    "cap": ("cork", "crown", "screw", "foil", "dropper", "sport"),
    "label": ("none", "front", "band", "both"),
    "art": ("plain", "stripes", "badge", "lines"),
}
"""Forms of a bottle's parts; ``both`` is a label on the body and one on the neck."""

RANGES = {
    "height": (0.05, 0.40), "radius": (0.012, 0.065), "shoulder": (0.25, 0.92), "slope": (0.02, 0.6),
    "neck": (0.15, 0.95), "lip": (0.0, 0.35), "waist": (0.0, 0.25), "ribs": (0, 16), "punt": (0.0, 0.08),
    "fill": (0.0, 0.95), "label_low": (0.02, 0.8), "label_high": (0.1, 0.95), "label_turn_deg": (40.0, 360.0),
    "cap_height": (0.03, 0.30), "corners": (0.0, 1.0),
}  # fmt: skip
"""Bounds of the measures: metres, parts of the height or radius, degrees, counts."""


@dataclass(frozen=True)
class BottleParams:
    """A bottle, in metres.

    Attributes:
        style, cap, label, art: forms of its parts (`CHOICES`).
        glass, content, paper, ink, lid: materials.
        height: of the whole with its cap.
        radius: of the body.
        shoulder: height where the body ends, as a part of the height.
        slope: height of the shoulder above that, as a part of the height.
        neck: radius of the neck, as a part of the body's.
        lip: how far the ring at the mouth stands out, as a part of the neck.
        waist: how far the body is drawn in half-way up.
        ribs: rings around the body, of thin plastic.
        punt: depth of the hollow under it, as a part of the height.
        fill: height of the content, as a part of the height; 0 empty.
        label_low, label_high: edges of the label, parts of the body's height up to the shoulder.
        label_turn_deg: angle that it goes around; 360 all around.
        cap_height: as a part of the height.
        corners: 0 round to 1 square seen from above.
    """

    style: str
    cap: str
    label: str
    art: str
    glass: Material
    content: Material
    paper: Material
    ink: Material
    lid: Material
    height: float
    radius: float
    shoulder: float
    slope: float
    neck: float
    lip: float = 0.1
    waist: float = 0.0
    ribs: int = 0
    punt: float = 0.02
    fill: float = 0.7
    label_low: float = 0.2
    label_high: float = 0.75
    label_turn_deg: float = 150.0
    cap_height: float = 0.08
    corners: float = 0.0

    def __post_init__(self):
        check_choices(self, CHOICES)
        check_ranges(self, RANGES)

    @property
    def mouth(self) -> float:
        """Height of the glass."""
        return self.height * (1 - (0.7 if self.cap != "cork" else 0.4) * self.cap_height)


STYLES = {
    "bordeaux": 0.16, "burgundy": 0.1, "beer": 0.12, "longneck": 0.1, "water": 0.16, "soda": 0.12, "medicine": 0.1,
    "spirits": 0.08, "sauce": 0.06,
}  # fmt: skip
MEASURES = {
    style: dict(zip(("height", "radius", "shoulder", "slope", "neck"), bounds))
    for style, *bounds in (
        ("bordeaux", (0.29, 0.33), (0.036, 0.040), (0.58, 0.66), (0.08, 0.13), (0.34, 0.4)),
        ("burgundy", (0.28, 0.32), (0.040, 0.046), (0.42, 0.5), (0.3, 0.42), (0.3, 0.36)),
        ("beer", (0.17, 0.24), (0.030, 0.034), (0.5, 0.62), (0.12, 0.22), (0.4, 0.46)),
        ("longneck", (0.22, 0.26), (0.029, 0.032), (0.48, 0.56), (0.15, 0.28), (0.38, 0.44)),
        ("water", (0.18, 0.34), (0.030, 0.045), (0.62, 0.74), (0.12, 0.22), (0.32, 0.46)),
        ("soda", (0.2, 0.36), (0.032, 0.055), (0.5, 0.64), (0.22, 0.36), (0.26, 0.4)),
        ("medicine", (0.06, 0.14), (0.018, 0.034), (0.6, 0.74), (0.05, 0.1), (0.5, 0.72)),
        ("spirits", (0.24, 0.3), (0.038, 0.050), (0.55, 0.66), (0.05, 0.1), (0.3, 0.38)),
        ("sauce", (0.18, 0.26), (0.028, 0.036), (0.45, 0.6), (0.2, 0.35), (0.4, 0.55)),
    )
}
"""Style -> measure -> what it is drawn from."""
CAPS = {
    "bordeaux": {"foil": 0.6, "cork": 0.25, "screw": 0.15},
    "burgundy": {"foil": 0.7, "cork": 0.3},
    "beer": {"crown": 1.0},
    "longneck": {"crown": 1.0},
    "water": {"screw": 0.75, "sport": 0.25},
    "soda": {"screw": 1.0},
    "medicine": {"screw": 0.7, "dropper": 0.3},
    "spirits": {"cork": 0.4, "screw": 0.6},
    "sauce": {"screw": 0.8, "sport": 0.2},
}
CAP_HEIGHTS = {"cork": (0.05, 0.09), "crown": (0.03, 0.04), "screw": (0.06, 0.1), "foil": (0.16, 0.24),
               "dropper": (0.2, 0.28), "sport": (0.12, 0.17)}  # fmt: skip


def sample_bottle_params(rng: np.random.Generator) -> BottleParams:
    """Draw a bottle: what is sold in it, and with that its outline, glass, cap and label."""
    style = pick(rng, STYLES)
    measures = {name: uniform(rng, bounds) for name, bounds in MEASURES[style].items()}
    cap = pick(rng, CAPS[style])
    plastic = style in ("water", "soda") or (style == "sauce" and rng.random() < 0.5)
    labels = {"none": 0.12, "front": 0.4, "band": 0.3, "both": 0.18} if not plastic else {"none": 0.1, "band": 0.9}
    label = pick(rng, labels)
    glass, content = _glass(rng, style, plastic)
    low = uniform(rng, (0.12, 0.4))
    cap_height = uniform(rng, CAP_HEIGHTS[cap]) * (2.0 if style == "medicine" and cap == "screw" else 1.0)
    return BottleParams(
        style=style, cap=cap, label=label, **measures, glass=glass, content=content,
        art=pick(rng, {"plain": 0.2, "stripes": 0.3, "badge": 0.25, "lines": 0.25}),
        paper=Material("paper", _paper(rng), roughness=0.6),
        ink=Material("ink", materials.sample_cloth_color(rng), roughness=0.5),
        lid=_lid(rng, cap),
        lip=uniform(rng, (0.05, 0.2)),
        waist=uniform(rng, (0.05, 0.2)) if style in ("soda", "water", "sauce") and rng.random() < 0.5 else 0.0,
        ribs=int(rng.integers(5, 14)) if style == "water" and rng.random() < 0.7 else 0,
        punt=uniform(rng, (0.01, 0.06)),
        fill=uniform(rng, (0.35, 0.8)) if rng.random() < 0.75 else 0.0,
        label_low=low,
        label_high=min(low + uniform(rng, (0.3, 0.6)), 0.92),
        label_turn_deg=360.0 if label == "band" else uniform(rng, (90, 200)),
        cap_height=cap_height,
        corners=uniform(rng, (0.5, 0.9)) if style in ("spirits", "medicine") and rng.random() < 0.35 else 0.0,
    )  # fmt: skip


def _glass(rng: np.random.Generator, style: str, plastic: bool) -> tuple[Material, Material]:
    """Draw glass (or clear plastic) and what is in it."""
    tones = {
        "green": (0.03, 0.12, 0.03), "dark green": (0.012, 0.035, 0.012), "brown": (0.12, 0.04, 0.008),
        "clear": (0.55, 0.62, 0.6), "blue": (0.02, 0.08, 0.35),
    }  # fmt: skip
    weights = {
        "bordeaux": {"dark green": 0.6, "green": 0.2, "clear": 0.2},
        "burgundy": {"dark green": 0.5, "green": 0.4, "clear": 0.1},
        "beer": {"brown": 0.6, "green": 0.3, "clear": 0.1},
        "longneck": {"brown": 0.5, "green": 0.3, "clear": 0.2},
        "medicine": {"brown": 0.6, "clear": 0.2, "blue": 0.2},
        "water": {"clear": 0.7, "blue": 0.2, "green": 0.1},
    }.get(style, {"clear": 0.8, "green": 0.1, "brown": 0.1})
    tone = pick(rng, weights)
    clear = tone in ("clear", "blue")
    alpha = uniform(rng, (0.3, 0.5)) if clear else uniform(rng, (0.75, 0.95))
    glass = Material("plastic" if plastic else "glass", tones[tone], roughness=0.12 if plastic else 0.04, alpha=alpha)
    liquids = {
        "water": (0.6, 0.68, 0.72), "soda": (0.05, 0.012, 0.004), "spirits": (0.35, 0.12, 0.02),
        "sauce": (0.45, 0.03, 0.01), "medicine": (0.3, 0.1, 0.02), "beer": (0.5, 0.22, 0.03),
        "longneck": (0.5, 0.22, 0.03),
    }  # fmt: skip
    color = liquids.get(style, (0.06, 0.004, 0.01))
    if style == "soda" and rng.random() < 0.5:
        color = materials.hsv(float(rng.choice([0.08, 0.15, 0.3, 0.0])), 0.8, float(rng.uniform(0.5, 0.95)))
    return glass, Material("liquid", color, roughness=0.1, alpha=0.75)


def _paper(rng: np.random.Generator):
    """Draw the colour of a label."""
    if rng.random() < 0.5:
        value = float(rng.uniform(0.8, 0.97))
        return materials.srgb(value, value, value * float(rng.uniform(0.85, 1.0)))
    return materials.hsv(float(rng.random()), float(rng.uniform(0.4, 0.9)), float(rng.uniform(0.3, 0.95)))


def _lid(rng: np.random.Generator, cap: str) -> Material:
    """Draw the material of a cap."""
    if cap == "cork":
        return Material("cork", (0.42, 0.27, 0.13), roughness=0.9, pattern="speckle", pattern_color=(0.2, 0.11, 0.05),
                        pattern_scale=0.01)  # fmt: skip
    if cap in ("foil", "crown"):
        color = materials.sample_cloth_color(rng)
        return Material("foil", color, metallic=0.8, roughness=0.35) if rng.random() < 0.7 else materials.BRASS
    return materials.BLACK_PLASTIC if cap == "dropper" else materials.sample_plastic(rng)
