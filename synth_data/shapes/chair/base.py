"""What a chair stands on. Each base is a list of pieces and its four leg ends."""

from __future__ import annotations

import numpy as np

from synth_data.shapes.chair.back import Pieces
from synth_data.shapes.chair.frame import Frame
from synth_data.shapes.chair.params import ChairParams
from synth_data.shapes.furniture import (
    LEGS,
    beam,
    disc_base,
    fillet,
    four_snapped,
    leg,
    ring_tube,
    snapped_pair,
    star_base,
)
from synth_data.shapes.materials import BLACK_PLASTIC
from synth_data.shapes.primitives import both_sides, cylinder, merged, rounded_box, tube

Ends = dict[str, np.ndarray]


def base_pieces(frame: Frame) -> tuple[Pieces, Ends]:
    """Return the base and ``front_left`` ... ``back_right`` -> where its legs end on the floor."""
    base = frame.p.base
    if base == "star":
        return _star(frame)
    if base == "disc":
        return _disc(frame)
    if base in ("sled", "cantilever"):
        return _bent_tube(frame)
    return _four_legs(frame)


def _lines(frame: Frame) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return foot and top of the left legs, the front one first."""
    p = frame.p
    top_z = p.height - 0.35 * p.thickness if p.seat != "shell" else p.height - 0.03
    if p.style == "armchair":
        top_z = frame.under + 0.02
    lines = []
    for front in (True, False):
        x, y = frame.corner(front)
        lean = np.tan(np.radians(p.splay_deg)) * top_z
        back = 0.0 if front else 0.3 * np.tan(np.radians(p.rake_deg)) * top_z * (frame.posts or p.style == "kitchen")
        foot = np.array([x + 0.75 * lean, y + (-0.6 if front else 0.8) * lean + back, 0.0])
        lines.append((foot, np.array([x, y, top_z])))
    return lines


def _four_legs(frame: Frame) -> tuple[Pieces, Ends]:
    """Return four legs with their rails and stretchers."""
    p = frame.p
    kind = p.base if p.base in LEGS else "tapered" if p.base in ("splayed", "sabre") else "straight"
    if p.style in ("metal", "stool") and p.base == "splayed":
        kind = "straight"
    legs = []
    for i, (foot, top) in enumerate(_lines(frame)):
        bow = (0.0, (0.02, -0.025)[i]) if p.base == "sabre" else (0.0, 0.0)
        plain = "tapered" if kind == "turned" and i == 1 and frame.posts else kind
        legs.append(both_sides(leg(foot, top, p.leg_radius, plain, p.square_legs, bow)))
    pieces = [(mesh, p.frame) for mesh in [*legs, *_rails(frame), *_stretchers(frame)]]
    (front, _), (back, _) = _lines(frame)
    ends = {"front_left": front, "front_right": front * (-1, 1, 1), "back_left": back, "back_right": back * (-1, 1, 1)}
    return pieces, ends


def _rails(frame: Frame) -> list:
    """Return the apron under the seat, or a plate under a shell."""
    p = frame.p
    if p.seat == "shell":
        return [rounded_box((0.5 * p.width, 0.5 * p.depth, 0.022), (0, 0, p.height - 0.036), 0.008)]
    if p.style in ("windsor", "armchair"):
        return []
    (x0, y0), (x1, y1) = frame.corner(True), frame.corner(False)
    height = 0.03 if p.leg_radius < 0.014 else 0.055
    z = frame.under - height / 2 + 0.004
    sides = both_sides(beam((x0, y0, z), (x1, y1, z), 0.018, height))
    return [sides, beam((-x0, y0, z), (x0, y0, z), 0.018, height), beam((-x1, y1, z), (x1, y1, z), 0.018, height)]


def _stretchers(frame: Frame) -> list:
    """Return the bars between the legs."""
    p = frame.p
    if p.stretchers == "none":
        return []
    (front_foot, front_top), (back_foot, back_top) = _lines(frame)
    at = 0.42 if p.style == "stool" else 0.38
    front, back = front_foot + (front_top - front_foot) * at, back_foot + (back_top - back_foot) * at
    thick = 0.85 * p.leg_radius
    if p.stretchers == "ring":
        return [ring_tube(_reach(front, back), 1.4 * thick, front[2])]
    bars = [both_sides(beam(front, back, 1.2 * thick, 1.6 * thick, 0.4))]
    if p.stretchers == "h":
        a = 0.55 * front + 0.45 * back
        bars.append(beam(a * (-1, 1, 1), a, 1.2 * thick, 1.5 * thick, 0.4))
    if p.stretchers == "box":
        for end, lift in ((front, -0.06 if p.style == "stool" else 0.05), (back, 0.05)):
            end = end + (0, 0, lift)
            bars.append(beam(end * (-1, 1, 1), end, 1.2 * thick, 1.5 * thick, 0.4))
    return bars


def _reach(front: np.ndarray, back: np.ndarray) -> float:
    """Return the radius of a ring that meets four legs as well as can be."""
    return float(np.mean([np.hypot(*front[:2]), np.hypot(*back[:2])]))


def _bent_tube(frame: Frame) -> tuple[Pieces, Ends]:
    """Return a tubular frame: two runners on the floor (sled), or one that springs from the front (cantilever)."""
    p, r = frame.p, max(frame.p.leg_radius, 0.009)
    x = p.width * (0.4 if p.seat == "shell" else 0.47)
    x_back = x if p.base == "sled" else x * 1.02
    front, back, top = -p.depth / 2 + 0.04, p.depth / 2 - 0.02, frame.under - r + 0.006
    if p.seat == "shell":
        x, front, back, top = 0.36 * p.width, -0.25 * p.depth, 0.25 * p.depth, p.height - 0.04
    out = 0.03 if p.base == "sled" else 0.0
    path = [(x, back, top), (x, front, top), (x + out, front - out, r), (x_back + out, back + 0.05, r)]
    if p.base == "sled":
        path = [*path, (x, back, top - 0.001), (x, front + 0.1, top - 0.001)]
        pieces = [both_sides(tube(fillet(path, 0.05), r, 10))]
    else:
        loop = [*path, (-x_back, back + 0.05, r), *[(-a, b, c) for a, b, c in path[2::-1]]]
        pieces = [tube(fillet(loop, 0.06), r, 10)]
    if p.seat == "shell":
        pieces.append(rounded_box((0.72 * p.width, 0.5 * p.depth, 0.012), (0, 0, top), 0.004))
    elif p.base == "sled":
        pieces += [beam((-x, y, top), (x, y, top), 1.6 * r, 1.6 * r, 0.5) for y in (front + 0.06, back - 0.06)]
    ends = {}
    ends["front_left"], ends["front_right"] = snapped_pair(pieces, (x + out, front - out, 0))
    ends["back_left"], ends["back_right"] = snapped_pair(pieces, (x_back + out, back + 0.05, 0))
    return [(mesh, p.frame) for mesh in pieces], ends


def star_reach(p: ChairParams) -> float:
    """Return how far the castors of a swivel base are from its middle."""
    return min(0.33, max(0.26, 0.62 * p.width))


def _star(frame: Frame) -> tuple[Pieces, Ends]:
    """Return a swivel base on castors; its leg ends are the four arms' that are nearest to the corners."""
    p = frame.p
    reach = star_reach(p)
    turn = p.base_turn_deg + (45 if p.base_arms == 4 else 0)
    star, castors, floor = star_base(p.base_arms, reach, turn)
    top = frame.under if p.seat != "shell" else p.height - 0.03
    gas = merged([cylinder(0.027, 0.10, 0.6 * top, 16), cylinder(0.014, 0.5 * top, top - 0.02, 12)])
    plate = rounded_box((0.20, 0.24, 0.04), (0, 0, top - 0.018), 0.012, 3)
    # counter-clockwise from the front: of five arms the first (front) has no corner to stand for
    numbers = {"front_left": 0, "back_left": 1, "back_right": 2, "front_right": 3}
    first = 1 if p.base_arms == 5 else 0
    ends = {name: floor[number + first] for name, number in numbers.items()}
    ends = {name: ends[name] for name in ("front_left", "front_right", "back_left", "back_right")}
    return [(star, p.frame), (castors, BLACK_PLASTIC), (gas, p.frame), (plate, BLACK_PLASTIC)], ends


def _disc(frame: Frame) -> tuple[Pieces, Ends]:
    """Return a column on a round foot; its leg ends are the points of the foot's rim at the diagonals."""
    p = frame.p
    radius = 0.5 * p.width + 0.01
    top = (frame.under if p.seat != "shell" else p.height - 0.03) + 0.004
    foot = disc_base(radius, 0.028, top)
    pieces = [(foot, p.frame), (cylinder(0.11, top - 0.03, top, 24), p.frame)]
    if p.stretchers == "ring":
        pieces.append((ring_tube(0.16, 0.022, 0.38 * p.height), p.frame))
        spokes = [beam((-0.16, 0, 0.38 * p.height), (0.16, 0, 0.38 * p.height), 0.014, 0.014, 0.4),
                  beam((0, -0.16, 0.38 * p.height), (0, 0.16, 0.38 * p.height), 0.014, 0.014, 0.4)]  # fmt: skip
        pieces.append((merged(spokes), p.frame))
    reach = radius / np.sqrt(2)
    return pieces, four_snapped([foot], reach, reach, 0)
