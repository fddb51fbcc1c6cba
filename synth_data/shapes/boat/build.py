"""A boat from its parameters: hull, houses, rig, load, keypoints."""

from __future__ import annotations

import numpy as np

from synth_data.shapes.boat.houses import WHITE, house_pieces
from synth_data.shapes.boat.hull import Hull
from synth_data.shapes.boat.load import load_pieces
from synth_data.shapes.boat.params import BoatParams
from synth_data.shapes.boat.rig import fin_pieces, motor_pieces, oar_pieces, rig_pieces
from synth_data.shapes.mesh import Material, Part, Shape, assembled
from synth_data.shapes.vehicles import lacquer, sided
from vantage.geometry.symmetry import Symmetry

EDGES = (
    ("head", "head_down"), ("head", "head_left"), ("head", "head_right"), ("head_left", "tail_left"),
    ("head_right", "tail_right"), ("tail_left", "tail"), ("tail_right", "tail"), ("tail", "tail_down"),
    ("head_down", "tail_down"),
)  # fmt: skip
"""The skeleton: deck's edge, stem, keel and stern."""

DECK_GREY = Material("deck", (0.30, 0.31, 0.32), roughness=0.8)
DECK_GREEN = Material("deck paint", (0.05, 0.16, 0.09), roughness=0.8)
DECK_WHITE = Material("deck", (0.62, 0.61, 0.57), roughness=0.7)


def build_boat(params: BoatParams) -> Shape:
    """Return the boat of ``params``, in metres; its lowest point on the ground z = 0, its middle at x = y = 0."""
    hull = Hull(params)
    second = lacquer("second paint", params.second)
    bottom = Material("bottom paint", params.bottom, roughness=0.7)
    groups = {
        "house": house_pieces(hull, second), "rig": rig_pieces(hull), "fins": fin_pieces(hull, bottom),
        "motor": motor_pieces(hull), "oars": oar_pieces(hull), "load": load_pieces(hull, second),
    }  # fmt: skip
    parts = [hull_part(hull, second, bottom)]
    parts += [assembled(name, pieces, sharp_angle_deg=35) for name, pieces in groups.items() if pieces]
    lift = np.array([0, 0, -min(part.vertices[:, 2].min() for part in parts)])
    points = {name: point + lift for name, point in keypoints(hull).items()}
    symmetry = Symmetry(mirror=params.mirrored)
    return Shape("boat", params.style, tuple(part.moved(lift) for part in parts), points, params, symmetry, edges=EDGES)


def hull_part(hull: Hull, second: Material, bottom: Material) -> Part:
    """Return the hull in its paints."""
    p = hull.p
    topside = p.wood if p.wooden else lacquer("paint", p.hull)
    deck = p.wood if p.wooden or (p.style in ("sailing", "cruiser") and p.colors % 3 == 0) else DECK_WHITE
    if p.style in ("cargo", "fishing", "liner"):
        deck = (DECK_GREY, DECK_GREEN, bottom)[p.colors % 3]
    inside = p.wood if p.wooden else DECK_WHITE if p.style in ("sailing", "speed", "cruiser") else deck
    if p.style == "rowing" and not p.wooden:
        inside = WHITE
    stripe = second if p.colors % 4 else topside
    return hull.part(topside, stripe, bottom, deck, inside)


def keypoints(hull: Hull) -> dict[str, np.ndarray]:
    """Return the points of PASCAL3D+ under its names: stem, its foot, shoulders of the bow, corners of the stern."""
    points = hull.points
    bow, stern = points[0], points[-1]
    shoulder = hull.rail(0.2, 0.21, 2, 1.0)[0]
    _, width, keel, edge, _ = hull.lines
    found = {
        "head": np.array([0, bow[0, 1], edge[0]]), "head_down": np.array([0, *points[2, 0, 1:]]),
        "tail": np.array([0, stern[0, 1], edge[-1]]), "tail_down": np.array([0, stern[0, 1], keel[-1]]),
    }  # fmt: skip
    corner = np.array([width[-1], stern[0, 1], edge[-1]])
    return found | sided({"head": shoulder, "tail": corner}, "{name}_{side}")
