"""A bed from its parameters: boards, frame, mattress, bedding, keypoints."""

from __future__ import annotations

import numpy as np

from synth_data.shapes.bed.boards import Pieces, board_pieces, post
from synth_data.shapes.bed.params import BedParams
from synth_data.shapes.furniture import drawer_front, four_snapped, leg, parts_of, pillow, snapped_pair
from synth_data.shapes.mesh import Shape
from synth_data.shapes.primitives import Mesh, both_sides, box, merged, moved, rounded_box, turned
from synth_data.shapes.skeletons import SKELETONS
from vantage.geometry.symmetry import Symmetry


def build_bed(params: BedParams) -> Shape:
    """Return the bed of ``params``, in metres, on the floor z = 0, the middle of the mattress over the origin.

    Its ten keypoints are those of 3D-INN: four corners on the floor, the upper corners of the mattress, and the upper
    corners of the head board. The foot end is the front.
    """
    p = params
    head, foot, feet = _head(p), _foot(p), _feet(p)
    mattress = rounded_box((p.width, p.length, p.mattress), (0, 0, p.deck + p.mattress / 2), 0.04, 2)
    groups = {
        "head": head, "foot": foot, "base": feet + _frame(p), "mattress": [(mattress, p.sheet)], "cover": _cover(p),
        "pillows": _pillows(p),
    }  # fmt: skip
    corners = four_snapped([mattress], p.width / 2, p.length / 2, p.height)
    standing = [mesh for mesh, _ in [*feet, *(head if p.style != "divan" else []), *foot]]
    near_floor = [(vertices[vertices[:, 2] < 0.04], faces) for vertices, faces in standing]
    ends = four_snapped(near_floor, p.width / 2 + 0.05, p.head_y, 0.0)
    x, low = p.width / 2 + 0.05, p.height + p.head
    left, right = snapped_pair(
        [mesh for mesh, _ in head[: 2 if p.style == "upholstered" else None]], (x, p.head_y, low)
    )
    keypoints = {f"leg_{name}": point for name, point in ends.items()}
    keypoints |= {f"top_{name}": point for name, point in corners.items()}
    keypoints |= {"back_top_left": left, "back_top_right": right}
    symmetry = Symmetry(mirror=p.creases == 0 or (p.cover == "bare" and not p.throw))
    return Shape("bed", p.style, parts_of(groups), keypoints, p, symmetry, edges=SKELETONS["bed"].edges)


def _placed(pieces: Pieces, y: float, turn: bool = False) -> Pieces:
    """Return the pieces of a board at ``y``; ``turn`` makes its back its front."""
    return [(moved(turned(mesh, "z", 180) if turn else mesh, (0, y, 0)), material) for mesh, material in pieces]


def _head(p: BedParams) -> Pieces:
    """Return the head board, and the posts of a four-poster."""
    pieces = _placed(board_pieces(p, p.height + p.head, p.arch), p.head_y)
    return pieces + _canopy(p) if p.style == "fourposter" else pieces


def _foot(p: BedParams) -> Pieces:
    """Return the foot board."""
    rise = {"low": 0.04, "high": 0.55 * min(p.head, 0.6)}.get(p.foot)
    return [] if rise is None else _placed(board_pieces(p, p.height + rise, 0.4 * p.arch), -p.head_y, turn=True)


def _canopy(p: BedParams) -> Pieces:
    """Return four tall posts and the bars between them."""
    x, y, r = p.width / 2 + 0.03, p.head_y, p.post
    tall = post(x, p.canopy, r, "turned" if p.bars % 2 else "block")
    posts = [both_sides(moved(tall, (0, side * y, 0))) for side in (-1, 1)]
    across = [box((2 * x, 1.2 * r, 1.2 * r), (0, side * y, p.canopy - r)) for side in (-1, 1)]
    along = both_sides(box((1.2 * r, 2 * y, 1.2 * r), (x, 0, p.canopy - r)))
    return [(mesh, p.frame) for mesh in [*posts, *across, along]]


def _feet(p: BedParams) -> Pieces:
    """Return what stands on the floor under the mattress."""
    x, y = p.width / 2 - 0.01, p.length / 2 - 0.02
    if p.base == "legs":
        low = _rail(p)[0]
        kind = "tapered" if p.bars % 2 else "block"
        legs = [leg((x, side * y, 0), (x, side * y, low + 0.02), p.post, kind, kind == "block") for side in (-1, 1)]
        return [(both_sides(merged(legs)), p.frame)]
    if p.base == "platform":
        inset = 0.12
        plinth = rounded_box((2 * x - inset, 2 * y - inset, p.deck - 0.05), (0, 0, (p.deck - 0.05) / 2), 0.004)
        return [(plinth, p.frame)]
    high = p.deck - 0.02
    padded = p.base == "box" or p.style == "divan"
    body = rounded_box(
        (p.width + 0.01, p.length, high - 0.02), (0, 0, 0.02 + high / 2 - 0.01), 0.02 if padded else 0.004
    )
    pads = [box((0.05, 0.05, 0.025), (x - 0.04, side * (y - 0.05), 0.0125)) for side in (-1, 1)]
    return [(body, p.padding if padded else p.frame), (both_sides(merged(pads)), p.metal), *_drawers(p, high)]


def _drawers(p: BedParams, high: float) -> Pieces:
    """Return two drawers in each long side."""
    if p.base != "drawers":
        return []
    pieces: Pieces = []
    for y in (-0.23 * p.length, 0.23 * p.length):
        front, handle = drawer_front(0.42 * p.length, high - 0.07, (0, 0, high / 2), ("knob", "bar", "cup")[p.bars % 3])
        place = (p.width / 2 + 0.008, y, 0.01)
        material = p.padding if p.style == "divan" else p.frame
        pieces += [(both_sides(moved(turned(front, "z", 90), place)), material)]
        pieces += [(both_sides(moved(turned(handle, "z", 90), place)), p.metal)]
    return pieces


def _rail(p: BedParams) -> tuple[float, float]:
    """Return the heights between which the rails lie."""
    high = 0.22 if p.style in ("upholstered", "divan") else 0.04 if p.style == "metal" else 0.15
    return max(p.deck + 0.03 - high, 0.06), p.deck + 0.03


def _frame(p: BedParams) -> Pieces:
    """Return the rails around the mattress, or the board that a platform is."""
    if p.base == "platform":
        size = (p.width + 0.16, p.length + 0.1, 0.05)
        return [(rounded_box(size, (0, 0, p.deck - 0.02), 0.008), p.frame)]
    padded = p.style in ("upholstered", "divan")
    material = p.padding if padded else p.frame
    if p.base in ("box", "drawers"):
        return [(box((p.width, p.length, 0.03), (0, 0, p.deck - 0.015)), material)]
    thick = 0.06 if padded else 0.028
    low, top = _rail(p)
    middle, high = (top + low) / 2, top - low
    sides = both_sides(
        rounded_box((thick, p.length + 0.05, high), (p.width / 2 + thick / 2, 0, middle), 0.3 * thick, 2)
    )
    ends = [rounded_box((p.width + 2 * thick, thick, high), (0, side * (p.length / 2 + 0.02), middle), 0.3 * thick, 2)
            for side in (-1, 1)]  # fmt: skip
    deck = box((p.width, p.length, 0.02), (0, 0, p.deck - 0.012))
    return [(mesh, material) for mesh in [sides, *ends]] + [(deck, p.frame)]


def _cover(p: BedParams) -> Pieces:
    """Return the duvet or a tucked blanket, its turned-down edge, and a throw."""
    if p.cover == "bare":
        return _throw(p, 0.005)
    inside = p.base == "legs" or p.cover == "tucked" or p.foot != "none"
    foot, head = -p.length / 2 - (0.0 if p.foot != "none" else 0.012), p.length / 2 - 0.48
    high, over = (p.height + 0.012, 0.012) if p.cover == "tucked" else (p.height + 0.045, 0.03 if inside else 0.07)
    low = p.deck + 0.04 if inside else p.deck - 0.06
    size = (p.width + 2 * over, head - foot, high - low)
    body = rounded_box(size, (0, (head + foot) / 2, (high + low) / 2), 0.04, 2, divisions=9)
    pieces = [(_creased(p, body, high), p.linen)]
    if p.turned_down:
        size = (p.width + 2 * over + 0.01, p.turned_down, 0.7 * (high - low))
        edge = rounded_box(
            size, (0, head - p.turned_down / 2 + 0.01, high + 0.008 - size[2] / 2), 0.035, 2, divisions=5
        )
        pieces.append((_creased(p, edge, high), p.sheet))
    return pieces + _throw(p, over, high - p.height)


def _creased(p: BedParams, mesh: Mesh, top: float) -> Mesh:
    """Return bedding with waves on its top and folds in what hangs down."""
    vertices = mesh[0].copy()
    x, y, z = vertices.T
    a, f = p.creases, p.phase
    waves = np.sin(5 * x + 3 * y + f) + np.sin(7 * y - 4 * x + 2 * f) + 0.6 * np.sin(11 * x + 3 * f)
    hang = np.clip((top - z) / 0.25, 0, 1)
    side = np.abs(x) > p.width / 2
    vertices[:, 2] += 0.5 * a * waves * (1 - hang)
    vertices[:, 0] += side * np.sign(x) * hang * a * (1 + np.sin(17 * y + f))
    return vertices, mesh[1]


def _throw(p: BedParams, over: float, up: float = 0.0) -> Pieces:
    """Return a blanket across the foot end."""
    if not p.throw:
        return []
    low, high = p.deck + 0.3 * p.mattress, p.height + up + 0.016
    size = (p.width + 2 * over + 0.03, p.throw, high - low)
    y = -p.length / 2 + 0.06 + p.throw / 2
    return [(_creased(p, rounded_box(size, (0, y, (low + high) / 2), 0.03, 2, divisions=6), high), p.blanket)]


def _pillows(p: BedParams) -> Pieces:
    """Return pillows that lean on the head board."""
    if not p.pillows:
        return []
    row = 1 if p.width < 1.3 else 2
    wide = min(0.72, 0.92 * p.width / row)
    pieces: Pieces = []
    for k in range(p.pillows):
        ahead = k // row
        mesh = turned(pillow(wide * (1 - 0.12 * ahead), 0.48 - 0.06 * ahead, 0.17), "x", p.pillow_lean_deg - 90)
        x = 0.0 if row == 1 else (0.5 - k % row) * wide * 1.06
        rear, low = mesh[0][:, 1].max(), mesh[0][:, 2].min()
        place = (x, p.length / 2 - 0.02 - rear - 0.17 * ahead, p.height - low - 0.012 + 0.03 * ahead)
        pieces.append((moved(mesh, place), p.pillow if ahead == 0 else p.blanket))
    return pieces
