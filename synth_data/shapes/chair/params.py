"""What a chair is described by, and how such a description is drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from synth_data.shapes import materials
from synth_data.shapes.bounds import check_choices, check_ranges, pick, uniform
from synth_data.shapes.mesh import Material

CHOICES = {
    "style": ("dining", "kitchen", "windsor", "office", "armchair", "stool", "shell", "metal"),
    "seat": ("board", "hollowed", "pad", "cushion", "shell"),
    "back": ("slats", "ladder", "spindles", "hoop", "splat", "cross", "solid", "upholstered", "mesh", "shell"),
    "base": ("straight", "tapered", "turned", "sabre", "splayed", "sled", "cantilever", "disc", "star"),
    "stretchers": ("none", "sides", "h", "box", "ring"),
    "arms": ("none", "wood", "loop", "padded", "tee"),
}
"""What each part of a chair can be."""

RANGES = {
    "width": (0.36, 0.80), "depth": (0.34, 0.75), "height": (0.32, 0.80), "thickness": (0.012, 0.22),
    "taper": (0.70, 1.05), "corner": (0.01, 0.20), "bow": (0.0, 0.04),
    "back_height": (0.15, 0.80), "rake_deg": (0.0, 25.0), "back_curve": (0.0, 0.09), "back_flare": (-0.25, 0.25),
    "back_thickness": (0.010, 0.20), "back_count": (2, 11), "back_arch": (0.0, 0.08),
    "leg_radius": (0.008, 0.035), "splay_deg": (0.0, 16.0), "arm_height": (0.14, 0.30), "base_turn_deg": (-36.0, 36.0),
    "base_arms": (4, 5),
}  # fmt: skip
"""Bounds of the measures: metres, degrees, counts."""


@dataclass(frozen=True)
class ChairParams:
    """A chair, in metres and degrees.

    Attributes:
        style: the kind; it names the chair and decides what the sampler puts together.
        seat, back, base, stretchers, arms: which form each part has (`CHOICES`).
        frame: material of legs and back frame.
        cover: material of what one sits on.
        width, depth, height, thickness: of the seat; width at the front edge, height of its upper face.
        taper: width of the seat's back edge over that of its front edge.
        corner: radius of the seat's corners seen from above.
        bow: how far the front edge swells forwards.
        back_height: of the back above the seat.
        rake_deg: how far the back leans backwards.
        back_curve: how far its middle lies behind its sides.
        back_flare: how much wider the back is at the top than at the seat, as a part of its width.
        back_thickness: of a solid, upholstered or shell back.
        back_count: slats, rungs or spindles.
        back_arch: how far the middle of the top rises over its ends.
        leg_radius: half the width of a leg at its top.
        square_legs: legs of square section.
        splay_deg: how far the legs point outwards.
        arm_height: of the arm rests above the seat.
        base_turn_deg, base_arms: how a swivel base is turned, and its number of arms.
    """

    style: str
    seat: str
    back: str
    base: str
    stretchers: str
    arms: str
    frame: Material
    cover: Material
    width: float
    depth: float
    height: float
    thickness: float
    taper: float = 0.9
    corner: float = 0.04
    bow: float = 0.0
    back_height: float = 0.45
    rake_deg: float = 10.0
    back_curve: float = 0.02
    back_flare: float = 0.0
    back_thickness: float = 0.03
    back_count: int = 5
    back_arch: float = 0.0
    leg_radius: float = 0.02
    square_legs: bool = True
    splay_deg: float = 0.0
    arm_height: float = 0.22
    base_turn_deg: float = 0.0
    base_arms: int = 5

    def __post_init__(self):
        check_choices(self, CHOICES)
        check_ranges(self, RANGES)


STYLES: Mapping[str, float] = {
    "dining": 0.26, "kitchen": 0.12, "windsor": 0.12, "office": 0.16, "armchair": 0.12, "stool": 0.07, "shell": 0.09,
    "metal": 0.06,
}  # fmt: skip

FORMS: Mapping[str, Mapping[str, Mapping[str, float]]] = {
    "dining": {
        "seat": {"pad": 0.7, "board": 0.3},
        "back": {"slats": 0.25, "ladder": 0.2, "splat": 0.13, "cross": 0.12, "upholstered": 0.3},
        "base": {"straight": 0.35, "tapered": 0.35, "turned": 0.15, "sabre": 0.15},
        "stretchers": {"none": 0.4, "sides": 0.15, "h": 0.3, "box": 0.15},
        "arms": {"none": 0.72, "wood": 0.28},
    },
    "kitchen": {
        "seat": {"board": 0.6, "pad": 0.4},
        "back": {"ladder": 0.35, "slats": 0.25, "solid": 0.25, "cross": 0.15},
        "base": {"straight": 0.55, "tapered": 0.45},
        "stretchers": {"none": 0.15, "sides": 0.2, "h": 0.35, "box": 0.3},
        "arms": {"none": 1.0},
    },
    "windsor": {
        "seat": {"hollowed": 1.0},
        "back": {"spindles": 0.5, "hoop": 0.5},
        "base": {"splayed": 0.4, "turned": 0.6},
        "stretchers": {"none": 0.2, "h": 0.6, "sides": 0.2},
        "arms": {"none": 0.7, "wood": 0.3},
    },
    "office": {
        "seat": {"cushion": 1.0},
        "back": {"upholstered": 0.55, "mesh": 0.45},
        "base": {"star": 1.0},
        "stretchers": {"none": 1.0},
        "arms": {"tee": 0.55, "none": 0.25, "loop": 0.2},
    },
    "armchair": {
        "seat": {"cushion": 1.0},
        "back": {"upholstered": 1.0},
        "base": {"tapered": 0.45, "straight": 0.2, "turned": 0.2, "disc": 0.15},
        "stretchers": {"none": 1.0},
        "arms": {"padded": 0.7, "wood": 0.3},
    },
    "stool": {
        "seat": {"pad": 0.5, "board": 0.25, "cushion": 0.25},
        "back": {"solid": 0.35, "ladder": 0.25, "upholstered": 0.4},
        "base": {"straight": 0.3, "splayed": 0.3, "disc": 0.4},
        "stretchers": {"box": 0.5, "ring": 0.5},
        "arms": {"none": 1.0},
    },
    "shell": {
        "seat": {"shell": 1.0},
        "back": {"shell": 1.0},
        "base": {"splayed": 0.5, "sled": 0.2, "star": 0.15, "disc": 0.15},
        "stretchers": {"none": 1.0},
        "arms": {"none": 1.0},
    },
    "metal": {
        "seat": {"pad": 0.6, "board": 0.4},
        "back": {"upholstered": 0.4, "solid": 0.35, "ladder": 0.25},
        "base": {"sled": 0.45, "cantilever": 0.4, "splayed": 0.15},
        "stretchers": {"none": 1.0},
        "arms": {"none": 0.65, "loop": 0.35},
    },
}  # fmt: skip
"""Style -> part -> form -> chance."""

MEASURES = {
    "dining": {"width": (0.43, 0.52), "depth": (0.40, 0.47), "height": (0.44, 0.48), "back_height": (0.42, 0.62)},
    "kitchen": {"width": (0.38, 0.46), "depth": (0.36, 0.43), "height": (0.43, 0.47), "back_height": (0.34, 0.48)},
    "windsor": {"width": (0.42, 0.52), "depth": (0.40, 0.46), "height": (0.43, 0.46), "back_height": (0.40, 0.62)},
    "office": {"width": (0.46, 0.54), "depth": (0.44, 0.52), "height": (0.42, 0.55), "back_height": (0.42, 0.78)},
    "armchair": {"width": (0.54, 0.72), "depth": (0.54, 0.70), "height": (0.36, 0.45), "back_height": (0.36, 0.62)},
    "stool": {"width": (0.37, 0.46), "depth": (0.35, 0.42), "height": (0.60, 0.78), "back_height": (0.16, 0.36)},
    "shell": {"width": (0.44, 0.54), "depth": (0.42, 0.50), "height": (0.42, 0.47), "back_height": (0.32, 0.46)},
    "metal": {"width": (0.42, 0.50), "depth": (0.40, 0.48), "height": (0.43, 0.48), "back_height": (0.36, 0.52)},
}
THICKNESS = {
    "board": (0.016, 0.032), "hollowed": (0.032, 0.045), "pad": (0.035, 0.065),
    "cushion": (0.06, 0.10), "shell": (0.012, 0.016),
}  # fmt: skip
BACK_THICKNESS = {"solid": (0.012, 0.022), "upholstered": (0.025, 0.07), "shell": (0.012, 0.016)}
COUNTS = {"slats": (3, 8), "ladder": (2, 5), "spindles": (5, 10), "hoop": (5, 10)}


def sample_chair_params(rng: np.random.Generator) -> ChairParams:
    """Draw a chair: a style, the parts that go with it, measures, materials."""
    style = pick(rng, STYLES)
    forms = {part: pick(rng, chances) for part, chances in FORMS[style].items()}
    measures = {name: uniform(rng, bounds) for name, bounds in MEASURES[style].items()}
    base, back, seat = forms["base"], forms["back"], forms["seat"]
    if base == "disc" and style == "stool":
        forms["stretchers"] = "ring"
    elif base == "disc" or (forms["stretchers"] == "ring" and base not in ("straight", "splayed")):
        forms["stretchers"] = "none"
    metal_legs = style in ("metal", "office") or base in ("sled", "cantilever", "disc", "star")
    metal_legs = metal_legs or (style in ("stool", "shell") and rng.random() < 0.4)
    frame = materials.sample_metal(rng) if metal_legs else materials.sample_wood(rng)
    if not metal_legs and rng.random() < 0.12:
        frame = Material("lacquered wood", materials.sample_cloth_color(rng), roughness=0.35, coat=0.4)
    thickness = (0.12, 0.20) if style == "armchair" else THICKNESS[seat]
    back_thickness = (0.09, 0.18) if style == "armchair" else BACK_THICKNESS.get(back, (0.02, 0.03))
    soft = style in ("windsor", "office", "shell")
    splayed = base == "splayed" or (base == "turned" and style != "dining")
    thick_legs = (0.02, 0.03) if style == "armchair" else (0.015, 0.024)
    round_seat = style == "stool" and rng.random() < 0.5
    return ChairParams(
        style=style, **forms, **measures, frame=frame, cover=_cover(rng, style, seat, frame),
        thickness=uniform(rng, thickness),
        taper=uniform(rng, (0.98, 1.0) if style in ("stool", "armchair", "office") else (0.80, 1.0)),
        corner=uniform(rng, (0.15, 0.17) if round_seat else (0.06, 0.16) if soft else (0.015, 0.07)),
        bow=uniform(rng, (0.0, 0.035)),
        rake_deg=uniform(rng, (4, 14) if style in ("kitchen", "stool", "shell") else (6, 20)),
        back_curve=uniform(rng, (0.0, 0.06)),
        back_flare=uniform(rng, (-0.12, 0.06) if back in ("upholstered", "mesh", "solid") else (-0.04, 0.20)),
        back_thickness=uniform(rng, back_thickness),
        back_count=int(rng.integers(*COUNTS.get(back, (2, 3)))),
        back_arch=uniform(rng, (0, 0.06)) if rng.random() < 0.6 else 0.0,
        leg_radius=uniform(rng, (0.009, 0.013) if metal_legs and style != "armchair" else thick_legs),
        square_legs=bool(not metal_legs and base in ("straight", "tapered", "sabre") and rng.random() < 0.7),
        splay_deg=uniform(rng, (6, 14) if splayed else (0, 4)),
        arm_height=uniform(rng, (0.17, 0.25)),
        base_turn_deg=uniform(rng, (-12, 12)) if base == "star" else 0.0,
        base_arms=int(rng.choice([4, 5], p=[0.3, 0.7])) if style == "shell" else 5,
    )  # fmt: skip


def _cover(rng: np.random.Generator, style: str, seat: str, frame: Material) -> Material:
    """Draw the material of the seat that suits the chair."""
    if seat == "shell":
        return materials.sample_plastic(rng)
    if seat in ("pad", "cushion"):
        return materials.sample_upholstery(rng)
    wooden = frame.name in (*materials.WOODS, "lacquered wood")
    if wooden and rng.random() < 0.8:
        return frame
    return materials.sample_plastic(rng) if rng.random() < 0.3 else materials.sample_wood(rng)
