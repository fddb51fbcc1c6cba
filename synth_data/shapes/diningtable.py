"""Procedural dining tables as photographs have them: a table of that kind, laid, with a cloth, or bare."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import gcd

import numpy as np

from synth_data.shapes import materials
from synth_data.shapes.bounds import check_choices, check_ranges, pick, uniform
from synth_data.shapes.curves import resampled
from synth_data.shapes.furniture import Pieces, loft, parts_of
from synth_data.shapes.mesh import Material, Shape
from synth_data.shapes.primitives import box, merged, moved, revolve, turned
from synth_data.shapes.table import TableParams, build_table, sample_table_params, table_symmetry, top_outline
from vantage.errors import UserError
from vantage.geometry.symmetry import Symmetry

CHOICES = {"middle": ("none", "vase", "bowl", "candles")}

RANGES = {"cloth": (0.0, 0.45), "folds": (0.0, 0.03), "runner": (0.0, 0.5), "seats": (0, 4)}
"""Bounds of the measures: metres, metres, parts of the top's depth, counts."""


@dataclass(frozen=True)
class DiningtableParams:
    """A dining table, in metres.

    Attributes:
        table: the table itself, of the style ``dining``.
        linen, china, glass: materials of cloth and runner, of plates, of glasses and what stands in the middle.
        cloth: how far a table cloth hangs down, 0 for none.
        folds: depth of its folds.
        runner: width of a runner along the middle as a part of the depth, 0 for none.
        seats: that are laid at each long side; at a square or round table one at each of four sides. 0 for none.
        middle: what stands in the middle (`CHOICES`).
    """

    table: TableParams
    linen: Material
    china: Material
    glass: Material
    cloth: float = 0.0
    folds: float = 0.012
    runner: float = 0.0
    seats: int = 0
    middle: str = "none"

    def __post_init__(self):
        check_choices(self, CHOICES)
        check_ranges(self, RANGES)
        if self.table.style != "dining":
            raise UserError(f"a dining table of the style {self.table.style}", "a table of the style dining")

    @property
    def compact(self) -> bool:
        """As deep as wide."""
        return self.table.width == self.table.depth

    @property
    def level(self) -> float:
        """Height of what things stand on."""
        return self.table.height + (0.004 if self.cloth else 0.0) + (0.002 if self.runner else 0.0)


def sample_diningtable_params(rng: np.random.Generator) -> DiningtableParams:
    """Draw a dining table: mostly bare, one in five with a cloth, one in three laid."""
    table = sample_table_params(rng)
    while table.style != "dining":
        table = sample_table_params(rng)
    laid = rng.random() < 0.35
    china = materials.srgb(*rng.uniform(0.85, 0.97, 3)) if rng.random() < 0.7 else materials.sample_cloth_color(rng)
    return DiningtableParams(
        table=table,
        linen=materials.sample_linen(rng),
        china=Material("china", china, roughness=0.15, coat=0.3),
        glass=materials.CLEAR_GLASS if rng.random() < 0.6 else replace(materials.sample_plastic(rng), name="glaze"),
        cloth=uniform(rng, (0.08, 0.3)) if rng.random() < 0.22 else 0.0,
        folds=uniform(rng, (0.0, 0.02)),
        runner=uniform(rng, (0.25, 0.42)) if table.top == "rectangular" and rng.random() < 0.18 else 0.0,
        seats=int(rng.integers(1, 4)) if laid else 0,
        middle=pick(rng, {"none": 0.55, "vase": 0.18, "bowl": 0.17, "candles": 0.1}),
    )


def build_diningtable(params: DiningtableParams) -> Shape:
    """Return the dining table of ``params``, in metres, on the floor z = 0.

    Its twelve keypoints are PASCAL3D+'s under this project's names: four corners of the top, four leg ends and the
    middles of the top's edges. PASCAL3D+ calls the front ``lower`` or ``down``, the back ``upper`` or ``up``.
    """
    p, t = params, params.table
    table = build_table(t)
    groups = {"cloth": _cloth(p), "runner": _runner(p), "places": _places(p), "middle": _middle(p)}
    z = t.height - 0.4 * t.thickness
    sides = {"front": (0, -t.depth / 2), "back": (0, t.depth / 2), "left": (t.width / 2, 0), "right": (-t.width / 2, 0)}
    middles = {f"top_{name}": np.array([*place, z]) for name, place in sides.items()}
    return replace(
        table, category="diningtable", style=t.base, parts=table.parts + parts_of(groups), params=p,
        keypoints=table.keypoints | middles, symmetry=diningtable_symmetry(p),
    )  # fmt: skip


def diningtable_symmetry(p: DiningtableParams) -> Symmetry:
    """Return what leaves it as it is: the table's symmetry, less what is on it."""
    own = table_symmetry(p.table)
    places = (4 if p.compact else 2) if p.seats else 0
    cloth = 4 if p.cloth and p.folds else 0
    middle = {"candles": 2}.get(p.middle, 0)
    return Symmetry(own.mirror, gcd(own.fold, places, cloth, middle, 2 if p.runner else 0))


def _cloth(p: DiningtableParams) -> Pieces:
    """Return a cloth over the top, its skirt in folds."""
    if not p.cloth:
        return []
    t = p.table
    angle = np.arange(144) * (2 * np.pi / 144)
    outline = _around(top_outline(t) / (t.width, t.depth), angle) * (t.width, t.depth)
    reach = np.linalg.norm(outline, axis=1, keepdims=True)
    wave = p.folds * np.cos(16 * angle)[:, None]

    def ring(out: float, z: float, hang: float) -> np.ndarray:
        return np.column_stack(
            [outline * (1 + (out + hang * (wave + 0.5 * p.folds)) / reach), np.full(len(outline), z)]
        )

    top, low = t.height + 0.003, t.height - p.cloth
    steps = np.linspace(0, 1, 5)
    inner = [ring(0.002, t.height - 0.001 - h * p.cloth * 0.998, h) for h in steps]
    outer = [ring(0.005, low + h * (p.cloth + 0.0), 1 - h) for h in steps]
    rings = [*inner, *outer, ring(0.001, top, 0.0), ring(-0.5 * t.depth / 2, top, 0.0)]
    return [(loft(np.stack(rings)), p.linen)]


def _around(outline: np.ndarray, angle: np.ndarray) -> np.ndarray:
    """Return the points [n, 2] of a convex ``outline`` [m, 2] that lie at ``angle`` [n] (radians) about the origin."""
    fine = resampled(np.concatenate([outline, outline[:1]]), 4001)[:-1]
    at = np.arctan2(fine[:, 1], fine[:, 0])
    reach = np.interp(angle, at, np.hypot(*fine.T), period=2 * np.pi)
    return reach[:, None] * np.stack([np.cos(angle), np.sin(angle)], -1)


def _runner(p: DiningtableParams) -> Pieces:
    """Return a strip of cloth along the middle that hangs over both ends."""
    if not p.runner:
        return []
    t, up = p.table, (0.004 if p.cloth else 0.0) + p.table.height
    wide, x = p.runner * t.depth, t.width / 2 + 0.006
    strip = box((2 * x, wide, 0.002), (0, 0, up + 0.001))
    ends = [box((0.003, wide, 0.14), (s * (x + 0.002), 0, up - 0.068)) for s in (-1, 1)]
    return [(merged([strip, *ends]), materials.tinted(p.linen, 0.55))]


def _places(p: DiningtableParams) -> Pieces:
    """Return plates, and glasses behind them."""
    if not p.seats:
        return []
    t = p.table
    if p.compact:
        spots = [(0.0, 0.5 * t.depth, angle) for angle in (0, 90, 180, 270)]
    else:
        share = 0.5 if t.top in ("round", "oval") else 0.8
        count = min(p.seats, int(share * t.width / 0.34))
        xs = share * t.width * ((np.arange(count) + 0.5) / count - 0.5)
        spots = [(x, 0.5 * t.depth * _narrow(p, x), angle) for x in xs for angle in (0, 180)]
    plate = revolve(np.array([[0, 0], [0.07, 0], [0.125, 0.016], [0.122, 0.02], [0.07, 0.006], [0, 0.006]]), 24)
    beaker = revolve(np.array([[0, 0], [0.026, 0], [0.034, 0.10], [0.031, 0.10], [0.024, 0.006], [0, 0.006]]), 16)
    pieces: Pieces = []
    for x, y, angle in spots:
        for mesh, inset, material in ((plate, 0.17, p.china), (beaker, 0.35, p.glass)):
            if y - inset > 0.05:
                pieces.append((turned(moved(mesh, (x, inset - y, p.level)), "z", angle), material))
    return pieces


def _narrow(p: DiningtableParams, x: float) -> float:
    """Return how deep the top is at ``x`` as a part of its depth."""
    t = p.table
    return float(np.sqrt(max(1 - (2 * x / t.width) ** 2, 0.0))) if t.top in ("round", "oval") else 1.0


def _middle(p: DiningtableParams) -> Pieces:
    """Return what stands in the middle."""
    if p.middle == "none":
        return []
    if p.middle == "candles":
        stick = revolve(
            np.array([[0, 0], [0.045, 0], [0.04, 0.012], [0.012, 0.03], [0.012, 0.12], [0.02, 0.13], [0, 0.13]]), 14
        )
        candle = revolve(np.array([[0, 0.12], [0.01, 0.12], [0.009, 0.30], [0, 0.31]]), 10)
        return [(moved(mesh, (x, 0, p.level)), material)
                for x in (-0.09, 0.09) for mesh, material in ((stick, p.table.metal), (candle, p.china))]  # fmt: skip
    if p.middle == "bowl":
        bowl = revolve(np.array([[0, 0], [0.06, 0], [0.15, 0.075], [0.145, 0.08], [0.06, 0.012], [0, 0.01]]), 24)
        return [(moved(bowl, (0, 0, p.level)), p.china)]
    line = [
        [0, 0],
        [0.045, 0],
        [0.06, 0.07],
        [0.05, 0.16],
        [0.028, 0.21],
        [0.036, 0.25],
        [0.03, 0.25],
        [0.02, 0.2],
        [0, 0.19],
    ]
    return [(moved(revolve(np.array(line), 20), (0, 0, p.level)), p.glass)]
