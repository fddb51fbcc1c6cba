"""Procedural tables: dining and coffee tables, desks, consoles. Their front is a long side, at -y."""

from __future__ import annotations

from dataclasses import dataclass
from math import gcd

import numpy as np

from synth_data.shapes import materials
from synth_data.shapes.bounds import check_choices, check_ranges, pick, uniform
from synth_data.shapes.furniture import (
    LEGS,
    Pieces,
    TopParams,
    beam,
    disc_base,
    drawer_front,
    ellipse,
    fillet,
    four_snapped,
    leg,
    slab,
    snapped,
    trapezoid,
)  # fmt: skip
from synth_data.shapes.mesh import Material, Shape, assembled
from synth_data.shapes.primitives import Mesh, both_sides, cylinder, merged, moved, revolve, rounded_box, tube, turned
from synth_data.shapes.skeletons import SKELETONS
from vantage.geometry.symmetry import Symmetry

CHOICES = {
    "style": ("dining", "coffee", "desk", "console"),
    "top": ("rectangular", "round", "oval", "squircle"),
    "base": (
        "straight", "tapered", "turned", "splayed", "trestle", "cross", "pedestal", "column", "panels", "hairpin",
        "loops", "cabinet",
    ),
    "edge": ("round", "square", "under"),
    "handle": ("knob", "bar", "cup"),
}  # fmt: skip
"""Forms of a table's parts. ``cross`` is an X-shaped trestle, ``column`` a round foot, ``pedestal`` a turned column on
four feet, ``cabinet`` a desk with a block of drawers under one end."""

RANGES = {
    "width": (0.45, 2.60), "depth": (0.30, 1.60), "height": (0.30, 1.00), "thickness": (0.008, 0.07),
    "corner": (0.004, 0.30), "overhang": (0.0, 0.30), "leg_radius": (0.008, 0.065), "splay_deg": (0.0, 16.0),
    "apron": (0.0, 0.16), "drawers": (0, 4), "shelf": (0.0, 0.6), "side": (-1, 1), "stretcher": (0.0, 0.5),
}  # fmt: skip
"""Bounds of the measures: metres, degrees, counts, parts of the height."""

Base = tuple[Pieces, dict[str, np.ndarray]]


@dataclass(frozen=True, kw_only=True)
class TableParams(TopParams):
    """A table, in metres and degrees.

    Attributes:
        style, top, base, edge, handle: forms of its parts (`CHOICES`); ``width`` is at least ``depth``.
        square_legs, splay_deg: of the legs.
        apron: height of the boards under the top; 0 for none.
        shelf: height of a shelf between the legs as a part of the table's; 0 for none.
        stretcher: height of bars between the legs as a part of the table's; 0 for none.
        side: where a desk has its block of drawers; 0: both.
    """

    top: str
    base: str
    thickness: float = 0.03
    edge: str = "round"
    handle: str = "knob"
    corner: float = 0.02
    overhang: float = 0.03
    leg_radius: float = 0.03
    square_legs: bool = True
    splay_deg: float = 0.0
    apron: float = 0.08
    shelf: float = 0.0
    stretcher: float = 0.0

    def __post_init__(self):
        check_choices(self, CHOICES)
        check_ranges(self, RANGES)

    @property
    def leg_place(self) -> np.ndarray:
        """x, y of the left back leg's top."""
        inset = self.overhang + self.leg_radius
        reach = np.array([self.width / 2 - inset, self.depth / 2 - inset])
        return reach * {"round": 0.72, "oval": 0.74, "squircle": 0.88}.get(self.top, 1.0)


STYLES = {"dining": 0.42, "coffee": 0.26, "desk": 0.20, "console": 0.12}
TOPS = {
    "dining": {"rectangular": 0.58, "round": 0.2, "oval": 0.14, "squircle": 0.08},
    "coffee": {"rectangular": 0.55, "round": 0.2, "oval": 0.15, "squircle": 0.1},
    "desk": {"rectangular": 1.0},
    "console": {"rectangular": 0.9, "oval": 0.1},
}
BASES = {
    "dining": {
        "straight": 0.2, "tapered": 0.2, "turned": 0.14, "splayed": 0.1, "trestle": 0.14, "cross": 0.08, "panels": 0.05,
        "loops": 0.09,
    },
    "coffee": {"straight": 0.2, "tapered": 0.18, "splayed": 0.2, "hairpin": 0.15, "panels": 0.12, "loops": 0.15},
    "desk": {"straight": 0.25, "tapered": 0.2, "cabinet": 0.3, "loops": 0.1, "trestle": 0.05, "panels": 0.1},
    "console": {"straight": 0.35, "tapered": 0.3, "turned": 0.2, "loops": 0.15},
}  # fmt: skip
ROUND_BASES = {"pedestal": 0.3, "column": 0.25, "splayed": 0.2, "tapered": 0.1, "straight": 0.05, "hairpin": 0.1}
MEASURES = {
    "dining": {"width": (1.1, 2.2), "depth": (0.75, 1.05), "height": (0.71, 0.77)},
    "coffee": {"width": (0.7, 1.4), "depth": (0.45, 0.75), "height": (0.34, 0.50)},
    "desk": {"width": (1.0, 1.7), "depth": (0.52, 0.80), "height": (0.70, 0.77)},
    "console": {"width": (0.8, 1.5), "depth": (0.32, 0.45), "height": (0.74, 0.90)},
}


def sample_table_params(rng: np.random.Generator) -> TableParams:
    """Draw a table: what it is for, its top, a base that goes with it, materials."""
    style = pick(rng, STYLES)
    top = pick(rng, TOPS[style])
    compact = top in ("round", "squircle")
    base = pick(rng, ROUND_BASES if top in ("round", "oval") and style != "console" else BASES[style])
    measures = {name: uniform(rng, bounds) for name, bounds in MEASURES[style].items()}
    if compact:
        measures["width"] = uniform(rng, (0.85, 1.35) if style == "dining" else (0.55, 0.95))
        measures["depth"] = measures["width"]
    measures["depth"] = min(measures["depth"], measures["width"])
    slim = base in ("hairpin", "loops")
    boards = base in ("straight", "tapered", "turned") and (not compact or rng.random() < 0.3)
    overhang = uniform(rng, (0.0, 0.02) if rng.random() < 0.5 else (0.02, 0.08))
    corner = uniform(rng, (0.004, 0.05) if rng.random() < 0.7 else (0.05, 0.14))
    if base not in ("trestle", "cross", "splayed"):
        corner = min(corner, 3.4 * overhang + 0.006)  # what stands under the corner stays under it
    drawers = (
        boards
        and top == "rectangular"
        and rng.random() < {"desk": 0.85, "console": 0.75, "coffee": 0.4, "dining": 0.12}[style]
    )
    frame = materials.sample_metal(rng) if slim or (base == "column") else _wooden(rng)
    return TableParams(
        style=style, top=top, base=base, **measures, frame=frame,
        wood=_top_material(rng, style, frame, bool(drawers or base == "cabinet")),
        metal=materials.sample_metal(rng),
        thickness=uniform(rng, (0.010, 0.016) if slim and rng.random() < 0.3 else (0.018, 0.045)),
        edge=pick(rng, {"round": 0.4, "square": 0.4, "under": 0.2}),
        handle=pick(rng, {"knob": 0.4, "bar": 0.4, "cup": 0.2}),
        corner=corner,
        overhang=overhang,
        leg_radius=uniform(rng, (0.009, 0.016) if slim else (0.022, 0.05) if style == "dining" else (0.018, 0.034)),
        square_legs=bool(base in ("straight", "tapered") and rng.random() < 0.75),
        splay_deg=uniform(rng, (5, 14)) if base in ("splayed", "hairpin") else 0.0,
        apron=uniform(rng, (0.10, 0.14) if drawers else (0.05, 0.10)) if boards else 0.0,
        drawers=int(rng.integers(1, 4)) if drawers or base == "cabinet" else 0,
        shelf=_shelf(rng, style, base, top),
        stretcher=uniform(rng, (0.15, 0.35)) if base in ("straight", "turned") and rng.random() < 0.25 else 0.0,
        side=int(rng.choice([-1, 0, 1], p=[0.4, 0.2, 0.4])) if base == "cabinet" else 0,
    )  # fmt: skip


def _shelf(rng: np.random.Generator, style: str, base: str, top: str) -> float:
    """Draw the height of a shelf, 0 for none."""
    chance = {"coffee": 0.35, "console": 0.45, "dining": 0.0, "desk": 0.0}[style]
    fits = base in ("straight", "tapered", "loops", "panels") and top in ("rectangular", "squircle")
    return uniform(rng, (0.2, 0.4)) if fits and rng.random() < chance else 0.0


def _wooden(rng: np.random.Generator) -> Material:
    """Draw the wood of a base, sometimes lacquered in a colour."""
    if rng.random() < 0.15:
        return Material("lacquered wood", materials.sample_cloth_color(rng), roughness=0.35, coat=0.4)
    return materials.sample_wood(rng)


def _top_material(rng: np.random.Generator, style: str, frame: Material, wooden: bool) -> Material:
    """Draw the top's material: that of the base, another wood, glass, stone or laminate."""
    chance = rng.random()
    own = frame.metallic == 0 and "metal" not in frame.name
    if own and chance < 0.6:
        return frame
    if chance < 0.78 or wooden:
        return materials.sample_wood(rng)
    if chance < 0.87 and style in ("coffee", "dining"):
        return materials.CLEAR_GLASS
    if chance < 0.94:
        tone = float(rng.choice([0.03, 0.5, 0.78]))
        vein = tuple(min(1.0, 0.6 * tone + 0.05) for _ in range(3))
        return Material(
            "stone",
            (tone, tone, 0.98 * tone),
            roughness=0.15,
            pattern="speckle",
            pattern_color=vein,
            pattern_scale=0.05,
        )
    return materials.sample_plastic(rng)


def build_table(params: TableParams) -> Shape:
    """Return the table of ``params``, in metres, on the floor z = 0.

    Its eight keypoints are four corners of the top and four leg ends. Of a round or oval top the corners are the
    points of its rim at the diagonals, of a round foot likewise the leg ends.
    """
    top = _top(params)
    makers = {
        "trestle": _trestle, "cross": _cross, "pedestal": _pedestal, "column": _column, "panels": _panels,
        "hairpin": _hairpin, "loops": _loops, "cabinet": _cabinet,
    }  # fmt: skip
    base, ends = makers.get(params.base, _four_legs)(params)
    groups = {"top": [(top, params.wood)], "base": base, "drawers": _drawers(params), "shelf": _shelf_pieces(params)}
    parts = tuple(assembled(name, pieces, sharp_angle_deg=40) for name, pieces in groups.items() if pieces)
    diagonal = np.sqrt(0.5) if params.top in ("round", "oval") else 1.0
    corners = four_snapped([top], diagonal * params.width / 2, diagonal * params.depth / 2, params.height)
    keypoints = {f"top_{name}": point for name, point in corners.items()}
    keypoints |= {f"leg_{name}": point for name, point in ends.items()}
    symmetry = table_symmetry(params)
    return Shape("table", params.style, parts, keypoints, params, symmetry, edges=SKELETONS["table"].edges)


def table_symmetry(p: TableParams) -> Symmetry:
    """Return what leaves the table as it is, without the grain of its wood.

    Drawers have a front, and a pair of end panels has its brace towards the back. Otherwise the top and the base each
    have a fold, and the table that of both: a round column turns by any angle, four legs under a square top by 90
    degrees, everything else by 180.
    """
    if p.base == "cabinet":
        return Symmetry(mirror=p.side == 0)
    if p.base == "panels" or (p.drawers and p.apron):
        return Symmetry(mirror=True)
    if p.width != p.depth:
        return Symmetry(mirror=True, fold=2)
    top = {"round": 0, "oval": 0, "rectangular": 4, "squircle": 4}[p.top]
    base = {"column": 0, "pedestal": 4, "hairpin": 4, "straight": 4, "tapered": 4, "turned": 4}.get(p.base, 2)
    base = 2 if base == 4 and p.stretcher and p.base in LEGS else base
    # the greatest common divisor of 0, any angle, and another fold is the other
    return Symmetry(mirror=True, fold=gcd(top, base, 4 if p.shelf else 0))


def top_outline(p: TableParams) -> np.ndarray:
    """Return the top's outline [n, 2]."""
    if p.top == "rectangular":
        return trapezoid(p.width, p.width, p.depth, min(p.corner, 0.45 * p.depth))
    return ellipse(p.width, p.depth, 64, 4.5 if p.top == "squircle" else 2.0)


def _top(p: TableParams) -> Mesh:
    """Return the top."""
    radius = {"round": 0.45 * p.thickness, "square": 0.002, "under": 0.002}[p.edge]
    return slab(top_outline(p), p.under, p.height, radius, under=0.8 * p.thickness if p.edge == "under" else None)


def _corners(x: float, y: float, z: float = 0.0) -> dict[str, np.ndarray]:
    """Return the four points (+-x, +-y, z) by name."""
    signs = {"front_left": (1, -1), "front_right": (-1, -1), "back_left": (1, 1), "back_right": (-1, 1)}
    return {name: np.array([sx * x, sy * y, z]) for name, (sx, sy) in signs.items()}


def _all_round(mesh: Mesh) -> Mesh:
    """Return a mesh of the left back corner at all four corners."""
    one_end = merged([mesh, (mesh[0] * (1, -1, 1), mesh[1][:, ::-1])])
    return both_sides(one_end)


def _four_legs(p: TableParams) -> Base:
    """Return four legs, the apron and stretchers."""
    x, y = p.leg_place
    lean = np.tan(np.radians(p.splay_deg)) * p.under
    foot = np.array([x + 0.7 * lean, y + 0.5 * lean, 0.0])
    kind = p.base if p.base in LEGS else "tapered"
    pieces = [_all_round(leg(foot, (x, y, p.under + 0.001), p.leg_radius, kind, p.square_legs))]
    if p.apron:
        z, thick = p.under - p.apron / 2, 0.022
        pieces.append(both_sides(beam((x, -y, z), (x, y, z), thick, p.apron, 0.1)))
        sides = (1,) if p.drawers else (-1, 1)
        pieces += [beam((-x, sign * y, z), (x, sign * y, z), thick, p.apron, 0.1) for sign in sides]
    if p.stretcher:
        z, thick = p.stretcher * p.height, 0.8 * p.leg_radius
        pieces += [
            both_sides(beam((x, -y, z), (x, y, z), thick, 1.5 * thick, 0.3)),
            beam((-x, 0, z), (x, 0, z), thick, 1.5 * thick, 0.3),
        ]
    if p.base == "splayed":
        rail = (0.02, min(0.05, 0.15 * p.height))
        z = p.under - rail[1] / 2
        pieces += [both_sides(beam((x, -y, z), (x, y, z), *rail)), beam((-x, 0, z), (x, 0, z), *rail)]
    return [(mesh, p.frame) for mesh in pieces], _corners(foot[0], foot[1])


def _trestle(p: TableParams) -> Base:
    """Return two T-shaped ends joined by a bar."""
    x, y, r = 0.36 * p.width, 0.42 * p.depth, max(p.leg_radius, 0.03)
    foot = rounded_box((2.4 * r, 2 * y, 2 * r), (x, 0, r), 0.4 * r, 3)
    head = rounded_box((2.0 * r, 1.8 * y, 1.6 * r), (x, 0, p.under - 0.8 * r), 0.3 * r, 3)
    post = rounded_box((1.7 * r, 4.5 * r, p.under - 2 * r), (x, 0, p.under / 2), 0.2 * r, 2)
    bar = beam((-x - 1.5 * r, 0, 0.42 * p.under), (x + 1.5 * r, 0, 0.42 * p.under), 0.8 * r, 2.2 * r, 0.2)
    meshes = [both_sides(mesh) for mesh in (foot, head, post)] + [bar]
    return [(mesh, p.frame) for mesh in meshes], four_snapped([meshes[0]], x, y, 0)


def _cross(p: TableParams) -> Base:
    """Return two X-shaped ends joined by a bar."""
    x, y, r = 0.36 * p.width, 0.40 * p.depth, max(p.leg_radius, 0.028)
    one = leg((x, -y, 0), (x, y, p.under), r, "block", True)
    other = leg((x, y, 0), (x, -y, p.under), r, "block", True)
    head = rounded_box((2 * r, 2 * y + 2 * r, 1.2 * r), (x, 0, p.under - 0.6 * r), 0.3 * r, 2)
    bar = beam((-x, 0, p.under / 2), (x, 0, p.under / 2), r, 2 * r, 0.2)
    return [(both_sides(mesh), p.frame) for mesh in (one, other, head)] + [(bar, p.frame)], _corners(x, y)


def _pedestal(p: TableParams) -> Base:
    """Return a turned column on four curved feet; a long table has two."""
    r, h = 0.05 + 0.02 * p.width, p.under
    profile = [
        (0, 0.16), (0.8, 0.16), (0.95, 0.22), (0.62, 0.28), (0.70, 0.34), (1.0, 0.44), (0.92, 0.55), (0.55, 0.68),
        (0.62, 0.72), (0.5, 0.76), (0.6, 0.95), (1.3, 1.0), (0, 1.0),
    ]  # fmt: skip
    column = revolve(np.array(profile) * (r, h), 28)
    reach = 0.42 * p.depth
    path = fillet([(0.5 * r, 0, 0.30 * h), (0.5 * reach, 0, 0.24 * h), (0.8 * reach, 0, 0.02), (reach, 0, 0.022)], 0.12)
    width = np.linspace(1, 0.55, len(path))[:, None] * (0.028, 0.036)
    width = np.minimum(width, 0.021 + 0.9 * (path[:, 2:] - 0.02))
    feet = [turned(tube(path, width, 10), "z", angle) for angle in (-45, 45, 135, 225)]
    whole = merged([column, *feet])
    whole = moved(whole, (0, 0, -whole[0][:, 2].min()))
    spread = (0.22 * p.width,) if p.width > 1.5 * p.depth else (0.0,)
    columns = both_sides(moved(whole, (spread[0], 0, 0))) if spread[0] else whole
    x = spread[0] + reach * np.sqrt(0.5)
    return [(columns, p.frame)], four_snapped([columns], x, reach * np.sqrt(0.5), 0)


def _column(p: TableParams) -> Base:
    """Return a round foot with a column; a long table has two."""
    radius = min(0.33 * p.depth, 0.34) + 0.02
    foot = merged(
        [
            disc_base(radius, 0.03 + 0.4 * p.leg_radius, p.under - 0.01),
            cylinder(0.15, p.under - 0.012, p.under + 0.001, 28),
        ]
    )
    spread = 0.22 * p.width if p.width > 1.5 * p.depth else 0.0
    feet = both_sides(moved(foot, (spread, 0, 0))) if spread else foot
    return [(feet, p.frame)], four_snapped([feet], spread + radius * np.sqrt(0.5), radius * np.sqrt(0.5), 0)


def _panels(p: TableParams) -> Base:
    """Return a board under each end, and a modesty board between them."""
    thick = max(p.thickness, 0.02)
    inset = {"rectangular": 1.0, "squircle": 0.8}.get(p.top, 0.7)
    x, deep = (p.width / 2 - p.overhang - thick / 2) * inset, (p.depth - 2 * p.overhang) * inset
    end = both_sides(rounded_box((thick, deep, p.under), (x, 0, p.under / 2), 0.003))
    high = 0.45 * p.under if p.style == "desk" else 0.22 * p.under
    brace = rounded_box((2 * x, 0.018, high), (0, 0.3 * deep, p.under - high / 2), 0.003)
    return [(end, p.frame), (brace, p.frame)], four_snapped([end], x + thick, deep / 2, 0)


def _hairpin(p: TableParams) -> Base:
    """Return four legs of bent rod."""
    x, y = p.leg_place
    r, lean = min(p.leg_radius, 0.007), np.tan(np.radians(p.splay_deg)) * p.under
    foot = np.array([x + 0.5 * lean, y + 0.5 * lean, r])
    path = [(x - 0.10, y, p.under), foot, (x, y - 0.10, p.under)]
    rod = tube(fillet(path, 0.03), r, 8)
    rod[0][:, 2] = p.under - (p.under - rod[0][:, 2]) * p.under / (p.under - rod[0][:, 2].min())
    plate = rounded_box((0.13, 0.13, 0.005), (x - 0.045, y - 0.045, p.under - 0.0025), 0.002)
    legs = _all_round(merged([rod, plate]))
    return [(legs, p.frame)], four_snapped([legs], foot[0], foot[1], 0)


def _loops(p: TableParams) -> Base:
    """Return a closed frame of square tube under each end, joined by two bars."""
    r = p.leg_radius
    inset = {"rectangular": 1.0, "squircle": 0.85}.get(p.top, 0.7)
    x, y, z = (p.width / 2 - p.overhang - r) * inset, (p.depth / 2 - p.overhang - r) * inset, p.under - r
    side = [leg((x, s * y, 0), (x, s * y, p.under), r, "block", True) for s in (-1, 1)]
    side += [beam((x, -y, height), (x, y, height), 2 * r, 2 * r, 0.2) for height in (r, z)]
    ends = both_sides(merged(side))
    bars = [beam((-x, s * y, z), (x, s * y, z), 1.6 * r, 1.6 * r, 0.2) for s in (-1, 1)]
    return [(ends, p.frame), (merged(bars), p.frame)], four_snapped([ends], x + r, y + r, 0)


def _cabinet(p: TableParams) -> Base:
    """Return a desk's block of drawers under one end (or both), and a board or legs under the other."""
    width, deep = min(0.42, 0.3 * p.width), p.depth - 2 * p.overhang
    x = p.width / 2 - p.overhang
    block = rounded_box((width, deep - 0.02, p.under - 0.04), (x - width / 2, 0.01, p.under / 2 + 0.02), 0.003)
    plinth = rounded_box((width - 0.03, deep - 0.06, 0.05), (x - width / 2, 0.01, 0.025), 0.003)
    pieces: Pieces = []
    count = 3 if p.drawers > 1 else 2
    high = (p.under - 0.05) / count
    for k in range(count):
        center = (x - width / 2, -deep / 2 + 0.006, 0.045 + high * (k + 0.5))
        front, handle = drawer_front(width - 0.008, high - 0.006, center, p.handle)
        pieces += [(front, p.wood), (handle, p.metal)]
    pieces += [(block, p.frame), (plinth, p.frame)]
    back = rounded_box(
        (p.width - 2 * p.overhang - 0.03, 0.018, 0.4 * p.under), (0, 0.4 * deep, 0.8 * p.under - 0.001), 0.003
    )
    board = rounded_box((0.03, deep - 0.02, p.under), (0.015 - x, 0.01, p.under / 2), 0.003)
    if p.side == 0:
        pieces = [(both_sides(mesh), material) for mesh, material in pieces]
    else:
        pieces.append((board, p.frame))
    pieces.append((back, p.frame))
    if p.side == -1:
        pieces = [((mesh[0] * (-1, 1, 1), mesh[1][:, ::-1]), material) for mesh, material in pieces]
    ends = _corners(x, deep / 2)
    return pieces, {name: snapped([mesh for mesh, _ in pieces], point) for name, point in ends.items()}


def _drawers(p: TableParams) -> Pieces:
    """Return the drawers in the front apron, their case and handles."""
    if not p.drawers or not p.apron:
        return []
    x, y = p.leg_place
    inner = 2 * (x - p.leg_radius)
    width = inner / p.drawers
    case = rounded_box((inner + 0.004, 2 * y - 0.01, p.apron - 0.004), (0, 0.01, p.under - p.apron / 2), 0.002)
    pieces: Pieces = [(case, p.frame)]
    for k in range(p.drawers):
        center = ((k + 0.5) * width - inner / 2, -y - 0.2 * p.leg_radius, p.under - p.apron / 2)
        front, handle = drawer_front(width - 0.006, p.apron - 0.010, center, p.handle)
        pieces += [(front, p.wood if p.wood.alpha == 1 else p.frame), (handle, p.metal)]
    return pieces


def _shelf_pieces(p: TableParams) -> Pieces:
    """Return the shelf between the legs."""
    if not p.shelf:
        return []
    x, y = p.leg_place
    size = (2 * x + 0.4 * p.leg_radius, 2 * y + 0.4 * p.leg_radius, 0.018)
    return [(rounded_box(size, (0, 0, p.shelf * p.height), 0.004), p.wood)]
