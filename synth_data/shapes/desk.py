"""Procedural desks: writing tables, pedestal and office desks, standing desks, corner desks, bureaus with a top.

Their front, at -y, is where one sits: drawers open that way, and what screens the legs is at the back.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synth_data.shapes import materials
from synth_data.shapes.bounds import check_choices, check_ranges, pick, uniform
from synth_data.shapes.furniture import (
    LEGS,
    Pieces,
    TopParams,
    beam,
    drawer_front,
    four_snapped,
    leg,
    parts_of,
    slab,
    snapped,
    trapezoid,
)  # fmt: skip
from synth_data.shapes.mesh import Shape
from synth_data.shapes.primitives import Mesh, box, merged, mirrored, rounded_box
from synth_data.shapes.skeletons import SKELETONS
from vantage.errors import UserError
from vantage.geometry.symmetry import Symmetry

CHOICES = {
    "style": ("writing", "pedestal", "office", "standing", "corner", "bureau", "trestle"),
    "legs": ("straight", "tapered", "turned", "frame", "panel", "tee", "trestle"),
    "handle": ("knob", "bar", "cup"),
    "back": ("none", "rail", "half", "full"),
}
"""Forms of a desk's parts: what stands at an end without drawers, and how far a board closes the back."""

RANGES = {
    "width": (0.70, 2.20), "depth": (0.40, 1.00), "height": (0.65, 1.20), "thickness": (0.012, 0.06),
    "corner": (0.003, 0.10), "overhang": (0.0, 0.06), "leg_radius": (0.012, 0.05), "block": (0.28, 0.55),
    "blocks": (-1, 2), "drawers": (0, 4), "block_drawers": (2, 5), "wing": (0.0, 1.2), "wing_depth": (0.35, 0.7),
    "hutch": (0.0, 0.9), "compartments": (1, 5), "side": (-1, 1),
}  # fmt: skip
"""Bounds of the measures: metres and counts."""


@dataclass(frozen=True, kw_only=True)
class DeskParams(TopParams):
    """A desk, in metres.

    Attributes:
        style, legs, handle, back: forms of its parts (`CHOICES`).
        block: width of a block of drawers.
        blocks: 0 none, 1 on the left (+x), -1 on the right, 2 on both sides.
        block_drawers: in each block.
        drawers: in the apron between the ends.
        wing, wing_depth: length to the front, and depth, of a second top at a right angle; 0 for none.
        side: where the wing is; 0 without one.
        hutch: height of the shelves on top at the back, 0 for none.
        compartments: columns of the shelves.
    """

    legs: str
    thickness: float = 0.028
    handle: str = "bar"
    back: str = "half"
    corner: float = 0.01
    overhang: float = 0.01
    leg_radius: float = 0.025
    block: float = 0.4
    blocks: int = 0
    block_drawers: int = 3
    wing: float = 0.0
    wing_depth: float = 0.5
    hutch: float = 0.0
    compartments: int = 3

    def __post_init__(self):
        check_choices(self, CHOICES)
        check_ranges(self, RANGES)
        if (self.wing > 0) != (self.side != 0):
            raise UserError(f"a wing of {self.wing:g} m on side {self.side}", "a side of -1 or 1 only with a wing")
        if self.clear < 0.3:
            raise UserError(
                f"drawers that leave {self.clear:g} m for the knees", "at least 0.3 m", "choose a wider desk"
            )

    @property
    def clear(self) -> float:
        """Width that is free between blocks of drawers."""
        return self.width - 2 * self.overhang - self.block * abs(self.blocks)

    @property
    def reach(self) -> tuple[float, float]:
        """x, y of the outer faces of what carries the top, left and back."""
        return self.width / 2 - self.overhang, self.depth / 2 - self.overhang


STYLES = {
    "writing": 0.2, "pedestal": 0.2, "office": 0.2, "standing": 0.1, "corner": 0.12, "bureau": 0.1, "trestle": 0.08,
}  # fmt: skip
FORMS = {
    "writing": {"straight": 0.3, "tapered": 0.4, "turned": 0.3},
    "pedestal": {"panel": 0.6, "straight": 0.2, "tapered": 0.2},
    "office": {"frame": 0.45, "panel": 0.3, "tee": 0.25},
    "standing": {"tee": 1.0},
    "corner": {"frame": 0.4, "panel": 0.4, "straight": 0.2},
    "bureau": {"turned": 0.3, "tapered": 0.3, "panel": 0.4},
    "trestle": {"trestle": 1.0},
}
BLOCKS = {
    "pedestal": {2: 0.5, 1: 0.25, -1: 0.25},
    "office": {0: 0.4, 1: 0.3, -1: 0.3},
    "corner": {0: 0.7, 1: 0.15, -1: 0.15},
    "bureau": {0: 0.5, 2: 0.2, 1: 0.15, -1: 0.15},
}


def sample_desk_params(rng: np.random.Generator) -> DeskParams:
    """Draw a desk: a style, what carries it, drawers, measures, materials."""
    style = pick(rng, STYLES)
    legs = pick(rng, FORMS[style])
    chances = {str(count): weight for count, weight in BLOCKS.get(style, {0: 1.0}).items()}
    blocks = int(pick(rng, chances))
    width = uniform(rng, (1.25, 1.8) if abs(blocks) == 2 or style == "corner" else (0.95, 1.6))
    wing = uniform(rng, (0.5, 1.0)) if style == "corner" else 0.0
    metal_frame = legs in ("frame", "tee")
    frame = materials.sample_metal(rng) if metal_frame else materials.sample_board(rng)
    return DeskParams(
        style=style, legs=legs, width=width, blocks=blocks, wing=wing,
        wood=materials.sample_board(rng) if metal_frame or rng.random() < 0.35 else frame,
        frame=frame,
        metal=materials.sample_metal(rng),
        depth=uniform(rng, (0.55, 0.85)),
        height=uniform(rng, (0.9, 1.15)) if style == "standing" and rng.random() < 0.6 else uniform(rng, (0.71, 0.78)),
        thickness=uniform(rng, (0.018, 0.042)),
        handle=pick(rng, {"knob": 0.35, "bar": 0.45, "cup": 0.2}),
        back=pick(rng, {"none": 0.25, "rail": 0.25, "half": 0.3, "full": 0.2}) if style != "trestle" else "none",
        corner=uniform(rng, (0.004, 0.04)),
        overhang=uniform(rng, (0.0, 0.03)),
        leg_radius=uniform(rng, (0.016, 0.028) if metal_frame else (0.02, 0.035)),
        block=uniform(rng, (0.34, 0.44)),
        block_drawers=int(rng.integers(2, 5)),
        drawers=int(rng.integers(1, 4)) if style in ("writing", "bureau", "pedestal") and rng.random() < 0.75 else 0,
        wing_depth=uniform(rng, (0.4, 0.6)),
        side=int(rng.choice([-1, 1])) if wing else 0,
        hutch=uniform(rng, (0.25, 0.7)) if style == "bureau" or (style == "office" and rng.random() < 0.15) else 0.0,
        compartments=int(rng.integers(2, 5)),
    )  # fmt: skip


def build_desk(params: DeskParams) -> Shape:
    """Return the desk of ``params``, in metres, on the floor z = 0, the main top's middle over the origin.

    Its eight keypoints are, as a table's, the corners of the main top and the lower ends of what carries it there.
    """
    p = params
    outline = trapezoid(p.width, p.width, p.depth, p.corner)
    top = slab(outline, p.under, p.height, 0.3 * p.thickness, under=0.3 * p.thickness)
    ends = [mesh for side in (1, -1) for mesh in _end(p, side)]
    blocks = [piece for side in (1, -1) if p.blocks in (side, 2) for piece in _block(p, side)]
    groups = {
        "top": [(top, p.wood)], "legs": [(mesh, p.frame) for mesh in ends], "blocks": blocks, "apron": _apron(p),
        "back": _back(p), "wing": _wing(p), "hutch": _hutch(p),
    }  # fmt: skip
    corners = four_snapped([top], p.width / 2, p.depth / 2, p.height)
    x, y = p.reach
    standing = ends + [mesh for mesh, _ in blocks]
    targets = {"front_left": (x, -y), "front_right": (-x, -y), "back_left": (x, y), "back_right": (-x, y)}
    keypoints = {f"top_{name}": point for name, point in corners.items()}
    keypoints |= {f"leg_{name}": snapped(standing, (*target, 0.0)) for name, target in targets.items()}
    symmetry = desk_symmetry(p)
    return Shape("desk", p.style, parts_of(groups), keypoints, p, symmetry, edges=SKELETONS["table"].edges)


def desk_symmetry(p: DeskParams) -> Symmetry:
    """Return what leaves the desk as it is: without drawers, board at the back, wing and shelves it turns by 180."""
    mirror = p.side == 0 and p.blocks in (0, 2)
    plain = p.blocks == 0 and not (p.drawers or p.wing or p.hutch) and p.back == "none" and p.legs != "tee"
    return Symmetry(mirror=mirror, fold=2 if plain and p.legs != "frame" else 1)


def _end(p: DeskParams, side: int) -> list[Mesh]:
    """Return what carries the end at +x (``side`` 1) or -x (-1); nothing where a block of drawers does."""
    if p.blocks in (side, 2):
        return []
    makers = {"frame": _frame_end, "panel": _panel_end, "tee": _tee_end, "trestle": _trestle_end}
    meshes = makers.get(p.legs, _leg_end)(p)
    return meshes if side == 1 else [mirrored(mesh) for mesh in meshes]


def _leg_end(p: DeskParams) -> list[Mesh]:
    """Return two legs and the rail between them."""
    (x, y), r = p.reach, p.leg_radius
    square = p.legs != "turned"
    kind = p.legs if p.legs in LEGS else "straight"
    legs = [leg((x - r, s * (y - r), 0), (x - r, s * (y - r), p.under + 0.001), r, kind, square) for s in (-1, 1)]
    return [merged(legs), beam((x - r, r - y, p.under - 0.05), (x - r, y - r, p.under - 0.05), 0.02, 0.1, 0.1)]


def _frame_end(p: DeskParams) -> list[Mesh]:
    """Return a closed frame of square tube."""
    (x, y), r = p.reach, p.leg_radius
    posts = [leg((x - r, s * (y - r), 0), (x - r, s * (y - r), p.under + 0.001), r, "block", True) for s in (-1, 1)]
    rails = [beam((x - r, r - y, z), (x - r, y - r, z), 2 * r, 2 * r, 0.2) for z in (r, p.under - r)]
    return [merged([*posts, *rails]), beam((0, y - r, p.under - r), (x - r, y - r, p.under - r), 1.6 * r, 1.6 * r, 0.2)]


def _panel_end(p: DeskParams) -> list[Mesh]:
    """Return a board."""
    x, y = p.reach
    return [box((0.028, 2 * y, p.under + 0.001), (x - 0.014, 0, p.under / 2))]


def _tee_end(p: DeskParams) -> list[Mesh]:
    """Return a column on a foot, as of desks that can be raised."""
    (x, y), r = p.reach, p.leg_radius
    inset = x - 0.16
    foot = rounded_box((3 * r, 2 * y - 0.04, 0.03), (inset, 0, 0.015), 0.01, 2)
    column = [box((3.2 * r, 4.6 * r, 0.55 * p.under), (inset, 0, 0.28 * p.under)),
              box((2.4 * r, 3.6 * r, p.under - 0.02), (inset, 0, p.under / 2 + 0.01))]  # fmt: skip
    arm = box((2.4 * r, 2 * y - 0.1, 0.03), (inset, 0, p.under - 0.014))
    return [foot, merged([*column, arm]), beam((0, 0.03, p.under - 0.03), (inset, 0.03, p.under - 0.03), 0.05, 0.03)]


def _trestle_end(p: DeskParams) -> list[Mesh]:
    """Return a saw-horse: four slanted legs under a head."""
    (x, y), r = p.reach, max(p.leg_radius, 0.02)
    inset = x - 0.14
    z = 0.32 * p.under
    pieces = [box((0.12, 2 * y - 0.08, 0.06), (inset, 0, p.under - 0.029))]
    for a in (-1, 1):
        for s in (-1, 1):
            top = (inset + a * 0.03, s * (y - 0.1), p.under - 0.04)
            pieces.append(leg((inset + a * 0.13, s * (y - 0.04), 0), top, r, "block", True))
        pieces.append(beam((inset + a * 0.09, 0.06 - y, z), (inset + a * 0.09, y - 0.06, z), 0.02, 0.05))
    return [merged(pieces)]


def _block(p: DeskParams, side: int) -> Pieces:
    """Return a block of drawers under the end at +x (``side`` 1) or -x (-1)."""
    x, y = p.reach
    middle = x - p.block / 2
    pieces: Pieces = [
        (box((p.block, 2 * y - 0.02, p.under - 0.05), (middle, 0.01, p.under / 2 + 0.025)), p.frame),
        (box((p.block - 0.03, 2 * y - 0.07, 0.06), (middle, 0.01, 0.03)), p.frame),
    ]
    heights = np.array([1.0] * (p.block_drawers - 1) + [1.6])
    heights *= (p.under - 0.06) / heights.sum()
    z = p.under - 0.004
    for height in heights:
        center = (middle, 0.012 - y, z - height / 2)
        front, handle = drawer_front(p.block - 0.008, height - 0.008, center, p.handle)
        pieces += [(front, p.wood), (handle, p.metal)]
        z -= height
    return pieces if side == 1 else [(mirrored(mesh), material) for mesh, material in pieces]


def _span(p: DeskParams) -> tuple[float, float]:
    """Return the x between which the knees fit, right and left."""
    inner = p.reach[0] - 0.03
    left, right = (p.blocks in (1, 2)) * p.block, (p.blocks in (-1, 2)) * p.block
    return right - inner - 0.03 * (right > 0), inner + 0.03 * (left > 0) - left


def _apron(p: DeskParams) -> Pieces:
    """Return drawers under the top between the ends, or a rail."""
    low, high = _span(p)
    y, wide = p.reach[1], high - low
    if not p.drawers:
        plain = p.legs in LEGS and p.blocks == 0
        rails = [box((wide, 0.02, 0.1), ((low + high) / 2, s * (y - p.leg_radius), p.under - 0.05)) for s in (-1, 1)]
        return [(mesh, p.frame) for mesh in rails] if plain else []
    tall, step = 0.11, wide / p.drawers
    pieces: Pieces = [(box((wide, 2 * y - 0.05, tall), ((low + high) / 2, 0.01, p.under - tall / 2)), p.frame)]
    for k in range(p.drawers):
        center = (low + (k + 0.5) * step, 0.014 - y, p.under - tall / 2)
        front, handle = drawer_front(step - 0.008, tall - 0.01, center, p.handle)
        pieces += [(front, p.wood), (handle, p.metal)]
    return pieces


def _back(p: DeskParams) -> Pieces:
    """Return the board at the back."""
    share = {"rail": 0.2, "half": 0.5, "full": 0.95}.get(p.back)
    if share is None:
        return []
    x, y = p.reach
    inset = 0.16 if p.legs == "tee" and p.blocks == 0 else 0.02
    high = share * p.under
    return [(box((2 * (x - inset), 0.018, high), (0, y - 0.03 - p.leg_radius, p.under - high / 2)), p.frame)]


def _wing(p: DeskParams) -> Pieces:
    """Return a second top that reaches to the front at one side, and what carries its end."""
    if not p.wing:
        return []
    x0, x1 = p.width / 2 - p.wing_depth, p.width / 2
    front = -p.depth / 2 - p.wing
    outline = trapezoid(p.wing_depth, p.wing_depth, p.wing + 0.01, p.corner) + (
        (x0 + x1) / 2,
        (front - p.depth / 2) / 2,
    )
    top = slab(outline, p.under, p.height, 0.3 * p.thickness, under=0.3 * p.thickness)
    y = front + 0.03
    if p.legs in ("panel", "tee", "trestle"):
        end = box((p.wing_depth - 0.04, 0.028, p.under + 0.001), ((x0 + x1) / 2, y, p.under / 2))
    else:
        r = p.leg_radius
        end = merged([leg((x, y, 0), (x, y, p.under + 0.001), r, "block", True) for x in (x0 + 0.04, x1 - 0.04)])
    pieces: Pieces = [(top, p.wood), (end, p.frame)]
    return pieces if p.side == 1 else [(mirrored(mesh), material) for mesh, material in pieces]


def _hutch(p: DeskParams) -> Pieces:
    """Return shelves on the top, at the back: uprights, a lid, a middle board, a back."""
    if not p.hutch:
        return []
    x, deep = p.width / 2 - 0.01, min(0.28, 0.45 * p.depth)
    y = p.depth / 2 - deep / 2
    uprights = np.linspace(-x + 0.01, x - 0.01, p.compartments + 1)
    meshes = [box((0.02, deep, p.hutch), (u, y, p.height + p.hutch / 2)) for u in uprights]
    levels = [1.0] if p.hutch < 0.3 else [0.5, 1.0]
    meshes += [box((2 * x, deep, 0.02), (0, y, p.height + share * p.hutch - 0.01)) for share in levels]
    meshes.append(box((2 * x, 0.01, p.hutch), (0, p.depth / 2 - 0.005, p.height + p.hutch / 2)))
    return [(mesh, p.wood) for mesh in meshes]
