"""Backs of chairs, each a list of (mesh, material) pieces in the chair's frame."""

from __future__ import annotations

import numpy as np

from synth_data.shapes.chair.frame import Frame
from synth_data.shapes.furniture import cushion
from synth_data.shapes.materials import BLACK_PLASTIC
from synth_data.shapes.mesh import Material
from synth_data.shapes.primitives import Mesh, both_sides, merged, rounded_box, tube

Pieces = list[tuple[Mesh, Material]]


def back_pieces(frame: Frame) -> Pieces:
    """Return the back of the chair; none for a shell, whose back is its seat."""
    makers = {
        "slats": _slats, "ladder": _ladder, "spindles": _spindles, "hoop": _hoop, "splat": _splat, "cross": _cross,
        "solid": _solid, "upholstered": _upholstered, "mesh": _mesh,
    }  # fmt: skip
    return makers[frame.p.back](frame) if frame.p.back in makers else []


def board(frame: Frame, low: float, high: float, half: float, thickness: float, y: float = 0.0) -> Mesh:
    """Return a board of the back between two heights above the seat, bent with it."""
    size = (2 * half, thickness, high - low)
    return frame.placed(rounded_box(size, (0, y, (low + high) / 2), 0.4 * min(thickness, high - low), 2, divisions=8))


def posts(frame: Frame, top: float | None = None) -> Mesh:
    """Return the two uprights of the back, from a little under the seat's top to ``top`` (default: the back's)."""
    p = frame.p
    z = np.linspace(-0.6 * min(p.thickness, 0.04), p.back_height if top is None else top, 9)
    path = frame.place(np.stack([np.full(9, frame.half), np.zeros(9), z], -1))
    return both_sides(tube(path, p.leg_radius * np.linspace(1, 0.72, 9), 10, square=p.square_legs))


def _rails(frame: Frame, low: float) -> Pieces:
    """Return the posts, the top rail and, at height ``low``, a lower rail."""
    p = frame.p
    top = board(frame, 0.82 * p.back_height, 1.01 * p.back_height, frame.half + 0.5 * p.leg_radius, 0.022)
    rails = [posts(frame, 0.95 * p.back_height), top]
    return [(mesh, p.frame) for mesh in [*rails, board(frame, low, low + 0.04, frame.half, 0.018)]]


def _slats(frame: Frame) -> Pieces:
    """Return upright slats between two rails."""
    h, half = frame.p.back_height, frame.half
    step = 2 * half / (frame.p.back_count + 1)
    width = min(0.045, 0.5 * step)
    strip = rounded_box((width, 0.010, 0.7 * h), (0, 0, 0.52 * h), 0.004, 2, divisions=8)
    slats = [frame.placed((strip[0] + (x, 0, 0), strip[1])) for x in (np.arange(frame.p.back_count) + 1) * step - half]
    return [*_rails(frame, 0.16 * h), (merged(slats), frame.p.frame)]


def _ladder(frame: Frame) -> Pieces:
    """Return rungs between two posts."""
    p = frame.p
    low = 0.25 if p.style == "stool" else 0.3
    middles = np.linspace(low, 0.92, p.back_count) * p.back_height
    height = min(0.3 * p.back_height, 0.07, 0.6 * (middles[1] - middles[0]))
    rungs = [board(frame, z - height / 2, z + height / 2, frame.half, 0.016) for z in middles]
    return [(posts(frame), p.frame), (merged(rungs), p.cover if p.style == "metal" else p.frame)]


def _spindle(frame: Frame, x: float, top: float) -> Mesh:
    """Return a turned rod from the seat to ``top``."""
    z = np.linspace(-0.02, top, 8)
    path = frame.place(np.stack([np.full(8, x), np.zeros(8), z], -1))
    return tube(path, np.array([0.006, 0.007, 0.009, 0.010, 0.009, 0.008, 0.007, 0.006]), 8)


def _spindles(frame: Frame) -> Pieces:
    """Return rods under a curved top rail."""
    p = frame.p
    xs = np.linspace(-frame.half, frame.half, p.back_count)
    rods = [_spindle(frame, x, 0.93 * p.back_height) for x in xs[1:-1]]
    top = board(frame, 0.84 * p.back_height, p.back_height, frame.half + 0.025, 0.02)
    return [(merged([*rods, posts(frame, 0.9 * p.back_height), top]), p.frame)]


def _hoop(frame: Frame) -> Pieces:
    """Return rods inside a bent bow."""
    p = frame.p
    angle = np.linspace(0, np.pi, 33)
    bow = np.stack(
        [frame.half * np.cos(angle), 0 * angle, p.back_height * np.sin(angle) ** 0.55 - 0.02 * (np.sin(angle) < 0.01)],
        -1,
    )
    xs = np.linspace(-frame.half, frame.half, p.back_count + 2)[1:-1]
    tops = p.back_height * np.sqrt(1 - (xs / frame.half) ** 2) ** 0.55
    rods = [_spindle(frame, x, top) for x, top in zip(xs, tops)]
    return [(merged([tube(frame.place(bow), 0.012, 10), *rods]), p.frame)]


def _splat(frame: Frame) -> Pieces:
    """Return a shaped board in the middle."""
    p, h = frame.p, frame.p.back_height
    vertices, faces = rounded_box((0.13, 0.012, 0.82 * h), (0, 0, 0.45 * h), 0.005, 2, divisions=16)
    vertices[:, 0] *= 1 + 0.38 * np.sin(2 * np.pi * (vertices[:, 2] / h * 1.35 + 0.08))
    rails = _rails(frame, 0.05)
    return [*rails, (frame.placed((vertices, faces)), p.frame)]


def _cross(frame: Frame) -> Pieces:
    """Return two crossed bars between the posts."""
    p, h = frame.p, frame.p.back_height
    t = np.linspace(0, 1, 12)
    path = np.stack([frame.half * (2 * t - 1) * 0.97, 0.004 + 0 * t, h * (0.2 + 0.64 * t)], -1)
    bars = [tube(frame.place(path), 0.010, 8), tube(frame.place(path * (-1, -1, 1)), 0.010, 8)]
    return [*_rails(frame, 0.14 * h), (merged(bars), p.frame)]


def _solid(frame: Frame) -> Pieces:
    """Return a bent board, on posts."""
    p, h = frame.p, frame.p.back_height
    low = 0.35 if p.style != "kitchen" else 0.25
    y = -p.leg_radius if p.style in ("metal", "stool") else 0
    return [
        (posts(frame, 0.8 * h), p.frame),
        (board(frame, low * h, h, frame.half + 0.02, p.back_thickness, y), p.cover),
    ]


def _upholstered(frame: Frame) -> Pieces:
    """Return a padded back: from the seat up, or on posts of its own."""
    p, h = frame.p, frame.p.back_height
    low = {"office": 0.14, "metal": 0.35, "stool": 0.3}.get(p.style, 0.12 if frame.posts else 0.0) * h
    low -= 0.5 * p.thickness if p.style == "armchair" else 0.0
    wide = frame.half + (0.02 if p.style in ("metal", "stool") else 0.0)
    y = {"armchair": 0.0, "office": -0.01}.get(p.style, 0.0)
    size = (2 * wide, p.back_thickness, h - low)
    puff = 0.2 * p.back_thickness
    pad = cushion(size, (0, y, (h + low) / 2), puff, 0.48 * p.back_thickness)
    pieces = [(frame.placed(pad), p.cover)]
    if p.style == "office":
        return [*pieces, *_spine(frame, y + p.back_thickness / 2)]
    if frame.posts or p.style in ("metal", "stool"):
        pieces.append((posts(frame, 0.7 * h), p.frame))
    return pieces


def _spine(frame: Frame, y: float) -> Pieces:
    """Return the plate and the bent bar behind the back of an office chair."""
    p, h = frame.p, frame.p.back_height
    plate = rounded_box((1.5 * frame.half, 0.02, 0.6 * h), (0, y + 0.006, 0.5 * h), 0.009, 2, divisions=4)
    lower = np.array([[0, 0.03, frame.under - 0.01], [0, p.depth / 2, frame.under - 0.02]])
    upper = frame.place(np.array([[0, y + 0.025, 0.02], [0, y + 0.018, 0.45 * h]])) + (0, 0, 0)
    bar = tube(np.concatenate([lower, upper]), np.array([[0.03, 0.010]] * 4), 10)
    return [(frame.placed(plate), BLACK_PLASTIC), (bar, BLACK_PLASTIC)]


def _mesh(frame: Frame) -> Pieces:
    """Return a net in a plastic loop."""
    p, h = frame.p, frame.p.back_height
    angle = np.linspace(0, 2 * np.pi, 49)
    c, s = np.cos(angle), np.sin(angle)
    loop = np.stack(
        [frame.half * np.sign(c) * np.abs(c) ** 0.4, 0 * c, h * (0.56 + 0.44 * np.sign(s) * np.abs(s) ** 0.4)], -1
    )
    net = rounded_box((1.96 * frame.half, 0.006, 0.84 * h), (0, 0, 0.56 * h), 0.002, 2, divisions=12)
    net[0][:, 0] *= 1 - 0.12 * np.abs((net[0][:, 2] / h - 0.56) / 0.44) ** 6
    cloth = Material("net", tuple(0.25 * c for c in p.cover.base_color), roughness=0.9, alpha=0.8)
    return [(frame.placed(net), cloth), (tube(frame.place(loop), 0.013, 8), BLACK_PLASTIC), *_spine(frame, 0.006)[1:]]
