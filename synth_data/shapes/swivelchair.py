"""Procedural swivel chairs: what turns on a star of five castors, from task chairs to a banker's oak.

Seat, back and arms are those of `synth_data.shapes.chair`; the star may be turned by any angle.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from synth_data.shapes import materials
from synth_data.shapes.bounds import check_choices, check_ranges, pick, uniform
from synth_data.shapes.chair import ChairParams, build_chair
from synth_data.shapes.chair.base import star_reach
from synth_data.shapes.chair.frame import Frame
from synth_data.shapes.furniture import parts_of, ring_tube
from synth_data.shapes.mesh import Material, Shape
from synth_data.shapes.primitives import Mesh, box, merged, rounded_box, tube, turned
from synth_data.shapes.skeletons import SKELETONS
from vantage.errors import UserError

CHOICES = {"style": ("task", "mesh", "executive", "drafting", "shell", "banker", "guest")}

RANGES = {"head_rest": (0.0, 0.25), "foot_ring": (0.0, 0.6), "lumbar": (0.0, 0.06)}
"""Bounds of the measures: metres, parts of the seat's height."""

Pieces = list[tuple[Mesh, Material]]


@dataclass(frozen=True)
class SwivelchairParams:
    """A swivel chair, in metres and degrees.

    Attributes:
        style: the kind.
        chair: everything else about it; its base is a star of five arms.
        head_rest: height of a head rest, 0 for none.
        foot_ring: height of a ring for the feet as a part of the seat's, 0 for none.
        lumbar: thickness of a pad in the small of the back, 0 for none.
    """

    style: str
    chair: ChairParams
    head_rest: float = 0.0
    foot_ring: float = 0.0
    lumbar: float = 0.0

    def __post_init__(self):
        check_choices(self, CHOICES)
        check_ranges(self, RANGES)
        if (self.chair.base, self.chair.base_arms) != ("star", 5):
            raise UserError(f"a swivel chair on {self.chair.base}, {self.chair.base_arms} arms", "a star of 5 arms")


STYLES = {
    "task": 0.24, "mesh": 0.16, "executive": 0.2, "drafting": 0.1, "shell": 0.12, "banker": 0.08, "guest": 0.1,
}  # fmt: skip
FORMS = {
    "task": {"style": "office", "seat": "cushion", "back": "upholstered"},
    "mesh": {"style": "office", "seat": "cushion", "back": "mesh"},
    "executive": {"style": "office", "seat": "cushion", "back": "upholstered"},
    "drafting": {"style": "office", "seat": "cushion", "back": "upholstered"},
    "shell": {"style": "shell", "seat": "shell", "back": "shell"},
    "banker": {"style": "windsor", "seat": "hollowed", "back": "spindles"},
    "guest": {"style": "metal", "seat": "pad", "back": "upholstered"},
}
ARMS = {
    "task": {"tee": 0.45, "none": 0.35, "loop": 0.2},
    "mesh": {"tee": 0.75, "loop": 0.1, "none": 0.15},
    "executive": {"loop": 0.6, "tee": 0.4},
    "drafting": {"none": 0.7, "loop": 0.3},
    "banker": {"wood": 0.7, "none": 0.3},
    "guest": {"loop": 0.4, "none": 0.6},
}
MEASURES = {
    "task": {"width": (0.44, 0.52), "depth": (0.42, 0.48), "height": (0.42, 0.54), "back_height": (0.34, 0.58)},
    "mesh": {"width": (0.47, 0.54), "depth": (0.45, 0.52), "height": (0.43, 0.54), "back_height": (0.48, 0.68)},
    "executive": {"width": (0.50, 0.60), "depth": (0.48, 0.56), "height": (0.44, 0.54), "back_height": (0.60, 0.80)},
    "drafting": {"width": (0.40, 0.48), "depth": (0.38, 0.44), "height": (0.62, 0.80), "back_height": (0.28, 0.44)},
    "shell": {"width": (0.44, 0.54), "depth": (0.42, 0.50), "height": (0.42, 0.52), "back_height": (0.30, 0.46)},
    "banker": {"width": (0.44, 0.52), "depth": (0.42, 0.46), "height": (0.43, 0.50), "back_height": (0.34, 0.48)},
    "guest": {"width": (0.44, 0.52), "depth": (0.42, 0.48), "height": (0.42, 0.50), "back_height": (0.32, 0.46)},
}
THICKNESS = {"cushion": (0.06, 0.10), "shell": (0.012, 0.016), "hollowed": (0.032, 0.045), "pad": (0.04, 0.065)}


def sample_swivelchair_params(rng: np.random.Generator) -> SwivelchairParams:
    """Draw a swivel chair: a style, arms that go with it, measures, materials, and the turn of its star."""
    style = pick(rng, STYLES)
    forms = FORMS[style]
    measures = {name: uniform(rng, bounds) for name, bounds in MEASURES[style].items()}
    executive = style == "executive"
    back_thickness = {"executive": (0.06, 0.13), "shell": (0.012, 0.016)}.get(style, (0.025, 0.06))
    chair = ChairParams(
        **forms, **measures, base="star", stretchers="none",
        arms=pick(rng, ARMS.get(style, {"none": 1.0})),
        frame=_frame_material(rng, style), cover=_cover(rng, style),
        thickness=uniform(rng, (0.09, 0.14) if executive else THICKNESS[forms["seat"]]),
        taper=uniform(rng, (0.92, 1.0)),
        corner=uniform(rng, (0.05, 0.16)),
        bow=uniform(rng, (0.0, 0.03)),
        rake_deg=uniform(rng, (4, 14)),
        back_curve=uniform(rng, (0.0, 0.06)),
        back_flare=uniform(rng, (-0.2, 0.06)) if style != "banker" else uniform(rng, (0.0, 0.15)),
        back_thickness=uniform(rng, back_thickness),
        back_count=int(rng.integers(5, 10)),
        back_arch=uniform(rng, (0, 0.06)) if rng.random() < 0.6 else 0.0,
        leg_radius=uniform(rng, (0.010, 0.016)),
        square_legs=False,
        arm_height=uniform(rng, (0.17, 0.25)),
        base_turn_deg=uniform(rng, (-36, 36)) if rng.random() < 0.9 else 0.0,
    )  # fmt: skip
    return SwivelchairParams(
        style, chair,
        head_rest=uniform(rng, (0.12, 0.2)) if style in ("mesh", "executive") and rng.random() < 0.4 else 0.0,
        foot_ring=uniform(rng, (0.35, 0.5)) if style == "drafting" else 0.0,
        lumbar=uniform(rng, (0.02, 0.05)) if style in ("task", "executive") and rng.random() < 0.3 else 0.0,
    )  # fmt: skip


def _frame_material(rng: np.random.Generator, style: str) -> Material:
    """Draw what the star is made of."""
    if style == "banker":
        return materials.sample_wood(rng)
    dark = rng.random() < 0.5
    return materials.BLACK_PLASTIC if dark and style != "guest" else materials.sample_metal(rng)


def _cover(rng: np.random.Generator, style: str) -> Material:
    """Draw the material of the seat: cloth and leather, mostly dark, or the plastic of a shell."""
    if style == "shell":
        return materials.sample_plastic(rng)
    if style == "banker":
        return materials.sample_wood(rng)
    cover = materials.sample_upholstery(rng)
    return materials.tinted(cover, 0.15) if rng.random() < 0.45 else cover


def build_swivelchair(params: SwivelchairParams) -> Shape:
    """Return the swivel chair of ``params``, in metres, on the floor z = 0, its column over the origin.

    Its thirteen keypoints are those of 3D-INN: five castors, the hub of the star, the column's upper end under the
    seat, four corners of the seat and the two upper corners of the back.
    """
    p, chair = params.chair, build_chair(params.chair)
    extras = {"head": _head_rest(params), "ring": _foot_ring(params), "lumbar": _lumbar(params)}
    # on the outer face of the castors, where they are seen: the floor under them is hidden
    keypoints = castor_points(star_reach(p) + 0.017, 0.045, p.base_turn_deg)
    top = Frame(p).under if p.seat != "shell" else p.height - 0.03
    keypoints |= {"hub": np.array([0.0, 0.0, 0.08]), "seat_middle": np.array([0.0, 0.0, top - 0.02])}
    keypoints |= {name: point for name, point in chair.keypoints.items() if not name.startswith("leg_")}
    ordered = {name: keypoints[name] for name in SKELETONS["swivelchair"].points}
    return replace(
        chair, category="swivelchair", style=params.style, params=params, keypoints=ordered,
        parts=chair.parts + parts_of(extras), symmetry=chair.symmetry,
        edges=SKELETONS["swivelchair"].edges,
    )  # fmt: skip


def castor_points(reach: float, height: float, turn_deg: float) -> dict[str, np.ndarray]:
    """Return ``wheel_1`` ... ``wheel_5`` -> points at ``reach`` along the star's arms; k is 3D-INN's nearest place."""
    first = round((90 - turn_deg) / 72)
    points = {}
    for k in range(5):
        angle = np.radians(turn_deg - 90 + 72 * k)
        points[f"wheel_{(first - k - 1) % 5 + 1}"] = np.array([reach * np.cos(angle), reach * np.sin(angle), height])
    return points


def _back_pad(params: SwivelchairParams, low: float, high: float, share: float, thick: float, y: float) -> Mesh:
    """Return a pad before the back between two heights above the seat, ``share`` of its width."""
    frame = Frame(params.chair)
    size = (2 * share * frame.half, thick, high - low)
    return frame.placed(rounded_box(size, (0, y, (low + high) / 2), 0.45 * thick, 2, 0.1 * thick, 2))


def _head_rest(params: SwivelchairParams) -> Pieces:
    """Return a head rest on two rods."""
    if not params.head_rest:
        return []
    frame, h = Frame(params.chair), params.chair.back_height
    pad = rounded_box(
        (1.1 * frame.half, 0.06, params.head_rest), (0, -0.02, h + 0.05 + params.head_rest / 2), 0.028, 2, 0.006, 2
    )
    path = frame.place(np.array([(0.0, 0.0, z) for z in (0.9 * h, h, h + 0.08)]))
    rods = merged([tube(path + (x, 0, 0), 0.007, 6) for x in (-0.04, 0.04)])
    return [
        ((pad[0] + frame.place(np.array([0, 0, h])) - (0, 0, h), pad[1]), params.chair.cover),
        (rods, materials.STEEL),
    ]


def _lumbar(params: SwivelchairParams) -> Pieces:
    """Return a pad in the small of the back."""
    if not params.lumbar:
        return []
    h = params.chair.back_height
    y = -0.5 * params.chair.back_thickness - 0.01
    return [(_back_pad(params, 0.22 * h, 0.48 * h, 0.75, params.lumbar, y), materials.tinted(params.chair.cover, 0.6))]


def _foot_ring(params: SwivelchairParams) -> Pieces:
    """Return a ring around the column, on spokes."""
    if not params.foot_ring:
        return []
    z = params.foot_ring * params.chair.height
    spokes = [turned(box((0.40, 0.014, 0.014)), "z", angle) for angle in (0, 90)]
    spokes = [(mesh[0] + (0, 0, z), mesh[1]) for mesh in spokes]
    return [(merged([ring_tube(0.20, 0.022, z, 28), *spokes]), materials.CHROME)]
