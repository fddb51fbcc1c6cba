"""What a rifle is described by, and how such a description is drawn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synth_data.shapes import materials
from synth_data.shapes.bounds import check_choices, check_ranges, pick, uniform
from synth_data.shapes.mesh import Material

CHOICES = {
    "style": ("bolt", "hunting", "lever", "assault", "carbine", "bullpup", "sniper"),
    "stock": ("classic", "straight", "fixed", "skeleton", "collapsing", "bullpup", "chassis"),
    "magazine": ("none", "box", "curved", "short", "drum"),
    "sight": ("iron", "scope", "handle", "dot", "none"),
    "fore": ("wood", "round", "rail", "none"),
    "muzzle": ("plain", "brake", "suppressor"),
}
"""Forms of a rifle's parts."""

RANGES = {
    "barrel": (0.22, 0.75), "bore": (0.006, 0.016), "receiver": (0.14, 0.36), "deep": (0.035, 0.08),
    "stock_length": (0.18, 0.42),
    "drop": (0.0, 0.09), "butt": (0.08, 0.16), "fore_length": (0.0, 0.5), "thick": (0.016, 0.03),
    "grip_deg": (0.0, 40.0),
    "scope_length": (0.12, 0.42), "bipod": (0.0, 0.3), "magazine_length": (0.05, 0.26),
}  # fmt: skip
"""Bounds of the measures: metres, degrees."""


@dataclass(frozen=True)
class RifleParams:
    """A rifle, in metres and degrees.

    Attributes:
        style, stock, magazine, sight, fore, muzzle: forms of its parts (`CHOICES`).
        steel, furniture, rubber: materials of barrel and receiver, of stock and fore-end, of butt plate and grips.
        barrel: from the receiver to the muzzle; ``bore`` its radius.
        bore: see there.
        receiver: length of the receiver, ``deep`` its height, ``thick`` half its width.
        deep, thick: see there.
        stock_length: behind the receiver.
        drop: how far the butt's heel lies under the line of the barrel.
        butt: height of the butt.
        fore_length: of what the left hand holds.
        grip_deg: how far a pistol grip leans back; 0: the wrist of the stock is the grip.
        scope_length: of a telescope.
        bipod: length of two legs under the fore-end, 0 for none.
        magazine_length: how far it stands out below.
    """

    style: str
    stock: str
    magazine: str
    sight: str
    fore: str
    muzzle: str
    steel: Material
    furniture: Material
    rubber: Material
    barrel: float
    bore: float
    receiver: float
    deep: float
    stock_length: float
    drop: float
    butt: float
    fore_length: float
    thick: float = 0.021
    grip_deg: float = 0.0
    scope_length: float = 0.3
    bipod: float = 0.0
    magazine_length: float = 0.12

    def __post_init__(self):
        check_choices(self, CHOICES)
        check_ranges(self, RANGES)

    @property
    def front(self) -> float:
        """y where the receiver begins; it ends at y = 0."""
        return -self.receiver

    @property
    def end(self) -> float:
        """y of the muzzle."""
        return -self.receiver - self.barrel


STYLES = {"bolt": 0.2, "hunting": 0.14, "lever": 0.12, "assault": 0.2, "carbine": 0.18, "bullpup": 0.08, "sniper": 0.08}
FORMS = {
    "bolt": {"stock": {"classic": 1.0}, "magazine": {"none": 0.6, "short": 0.4}, "sight": {"scope": 0.5, "iron": 0.5},
             "fore": {"wood": 1.0}, "muzzle": {"plain": 1.0}},
    "hunting": {"stock": {"classic": 1.0}, "magazine": {"short": 0.5, "none": 0.5},
                "sight": {"scope": 0.85, "none": 0.15}, "fore": {"wood": 1.0},
                "muzzle": {"plain": 0.8, "suppressor": 0.2}},
    "lever": {"stock": {"straight": 1.0}, "magazine": {"none": 1.0}, "sight": {"iron": 0.8, "scope": 0.2},
              "fore": {"wood": 1.0}, "muzzle": {"plain": 1.0}},
    "assault": {"stock": {"fixed": 0.6, "skeleton": 0.4}, "magazine": {"curved": 0.85, "drum": 0.15},
                "sight": {"iron": 0.7, "dot": 0.15, "scope": 0.15}, "fore": {"wood": 0.6, "round": 0.4},
                "muzzle": {"plain": 0.35, "brake": 0.65}},
    "carbine": {"stock": {"collapsing": 0.65, "fixed": 0.35}, "magazine": {"box": 0.6, "curved": 0.4},
                "sight": {"handle": 0.35, "dot": 0.3, "scope": 0.2, "iron": 0.15}, "fore": {"round": 0.4, "rail": 0.6},
                "muzzle": {"brake": 0.75, "suppressor": 0.25}},
    "bullpup": {"stock": {"bullpup": 1.0}, "magazine": {"curved": 0.5, "box": 0.5},
                "sight": {"scope": 0.4, "handle": 0.4, "dot": 0.2}, "fore": {"round": 1.0},
                "muzzle": {"brake": 0.8, "plain": 0.2}},
    "sniper": {"stock": {"chassis": 0.6, "classic": 0.4}, "magazine": {"short": 0.6, "box": 0.4},
               "sight": {"scope": 1.0}, "fore": {"rail": 0.5, "wood": 0.5},
               "muzzle": {"brake": 0.7, "suppressor": 0.3}},
}  # fmt: skip
MEASURES = {
    style: dict(zip(("barrel", "receiver", "deep", "stock_length", "drop", "fore_length"), bounds))
    for style, *bounds in (
        ("bolt", (0.5, 0.68), (0.19, 0.24), (0.042, 0.05), (0.30, 0.36), (0.03, 0.06), (0.22, 0.48)),
        ("hunting", (0.48, 0.62), (0.18, 0.23), (0.042, 0.05), (0.30, 0.36), (0.025, 0.05), (0.2, 0.3)),
        ("lever", (0.4, 0.6), (0.16, 0.2), (0.055, 0.065), (0.30, 0.35), (0.05, 0.08), (0.2, 0.28)),
        ("assault", (0.32, 0.42), (0.25, 0.31), (0.055, 0.07), (0.22, 0.28), (0.02, 0.06), (0.16, 0.22)),
        ("carbine", (0.28, 0.46), (0.2, 0.25), (0.06, 0.075), (0.18, 0.28), (0.0, 0.01), (0.18, 0.34)),
        ("bullpup", (0.26, 0.36), (0.30, 0.35), (0.06, 0.075), (0.18, 0.22), (0.0, 0.01), (0.12, 0.18)),
        ("sniper", (0.55, 0.72), (0.22, 0.27), (0.045, 0.055), (0.28, 0.34), (0.0, 0.03), (0.25, 0.36)),
    )
}


def sample_rifle_params(rng: np.random.Generator) -> RifleParams:
    """Draw a rifle: a style, the parts that go with it, measures, materials."""
    style = pick(rng, STYLES)
    forms = {part: pick(rng, chances) for part, chances in FORMS[style].items()}
    measures = {name: uniform(rng, bounds) for name, bounds in MEASURES[style].items()}
    wooden = style in ("bolt", "hunting", "lever") or (style == "assault" and rng.random() < 0.5)
    furniture = materials.sample_wood(rng) if wooden and rng.random() < 0.85 else _polymer(rng)
    blued = Material("blued steel", (0.02, 0.021, 0.025), metallic=0.9, roughness=uniform(rng, (0.2, 0.5)))
    classic = forms["stock"] in ("classic", "straight")
    lengths = {"curved": (0.13, 0.2), "box": (0.1, 0.17), "short": (0.05, 0.075), "drum": (0.09, 0.12)}
    return RifleParams(
        style=style, **forms, **measures, furniture=furniture,
        steel=materials.STEEL if rng.random() < 0.15 else blued,
        rubber=materials.RUBBER,
        bore=uniform(rng, (0.008, 0.012)),
        butt=uniform(rng, (0.11, 0.14)),
        thick=uniform(rng, (0.019, 0.025)),
        grip_deg=0.0 if classic else uniform(rng, (12, 30)),
        scope_length=uniform(rng, (0.24, 0.36) if style in ("bolt", "hunting", "sniper") else (0.14, 0.24)),
        bipod=uniform(rng, (0.18, 0.26)) if style == "sniper" or rng.random() < 0.06 else 0.0,
        magazine_length=uniform(rng, lengths.get(forms["magazine"], (0.05, 0.06))),
    )  # fmt: skip


def _polymer(rng: np.random.Generator) -> Material:
    """Draw the colour of a plastic stock: black, olive, sand, grey."""
    color = ((0.014, 0.014, 0.015), (0.06, 0.065, 0.03), (0.28, 0.21, 0.12), (0.09, 0.09, 0.095))[rng.integers(4)]
    return Material("polymer", tuple(float(c) for c in np.array(color) * rng.uniform(0.7, 1.3)), roughness=0.6)
