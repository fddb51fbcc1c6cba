"""Head and foot boards of beds, each a list of (mesh, material) pieces.

They are made about y = 0, with the mattress at their front; `build` puts them in their place.
"""

from __future__ import annotations

import numpy as np

from synth_data.shapes.bed.params import BedParams
from synth_data.shapes.furniture import fillet, leg, loft, sheet
from synth_data.shapes.mesh import Material
from synth_data.shapes.primitives import Mesh, both_sides, box, merged, moved, revolve, rounded_box, tube

Pieces = list[tuple[Mesh, Material]]


def board_pieces(p: BedParams, top: float, arch: float) -> Pieces:
    """Return a board up to the height ``top`` at its ends and ``top + arch`` in its middle."""
    makers = {
        "panel": _panel, "slats": _slats, "metal": _metal, "upholstered": _upholstered, "divan": _divan,
        "fourposter": _panel, "sleigh": _sleigh,
    }  # fmt: skip
    return makers[p.style](p, top, arch)


def _half(p: BedParams) -> float:
    """Return half the distance of the posts."""
    return p.width / 2 + 0.03


def _arched(mesh: Mesh, half: float, low: float, top: float, arch: float) -> Mesh:
    """Return a mesh whose upper part rises by ``arch`` in the middle."""
    vertices = mesh[0].copy()
    share = np.clip((vertices[:, 2] - low) / max(top - low, 1e-6), 0, 1)
    vertices[:, 2] += arch * share * (1 - np.clip(np.abs(vertices[:, 0]) / half, 0, 1) ** 2)
    return vertices, mesh[1]


SECTION = np.array([(1, -0.8), (1, 0.8), (0.8, 1), (-0.8, 1), (-1, 0.8), (-1, -0.8), (-0.8, -1), (0.8, -1)])
"""A board's section in y, z, its edges cut, in half-thicknesses and about the middle."""


def _board(half: float, low: float, top: float, thickness: float, arch: float = 0.0) -> Mesh:
    """Return an upright board, its upper edge arched."""
    x = np.linspace(-half, half, 17 if arch else 2)
    inset = 0.1 * thickness * np.sign(SECTION[:, 1]) * (1 - np.abs(SECTION[:, 1])) / 0.2
    z = np.where(SECTION[:, 1] > 0, top, low) - 2 * inset
    rings = [np.column_stack([np.full(8, at), SECTION[:, 0] * thickness / 2, z]) for at in x]
    return _arched(loft(np.stack(rings)), half, low, top, arch)


def _posts(p: BedParams, top: float, kind: str = "block") -> Mesh:
    """Return two posts from the floor."""
    return both_sides(post(_half(p), top, p.post, kind))


KNOB = np.array([[0, 0], [0.5, 0], [0.5, 0.4], [1.1, 1.3], [0.8, 2.2], [0, 2.6]])
"""Outline of a post's knob, in half-widths of the post."""


def post(x: float, top: float, radius: float, kind: str) -> Mesh:
    """Return a post at (x, 0) from the floor to ``top``; a turned one carries a knob."""
    body = leg((x, 0, 0), (x, 0, top), radius, kind, kind == "block")
    return merged([body, moved(revolve(KNOB * radius, 14), (x, 0, top - 0.002))]) if kind == "turned" else body


def _panel(p: BedParams, top: float, arch: float) -> Pieces:
    """Return a board between posts, framed where it is flat."""
    half, low = _half(p), 0.6 * p.deck
    kind = "turned" if p.style == "fourposter" or p.bars % 3 == 0 else "block"
    pieces = [_posts(p, top + (0.05 if kind == "turned" else 0.0), kind), _board(half, low, top, 0.028, arch)]
    if p.bars % 2 and top - p.deck > 0.25:
        wide = 0.36 * half
        inner = [moved(box((wide, 0.016, 0.7 * (top - p.deck))), (x, -0.014, 0.5 * (top + p.deck) + 0.04))
                 for x in (-0.6 * half, 0.0, 0.6 * half)]  # fmt: skip
        pieces += inner
    if not arch:
        pieces.append(rounded_box((2 * half + 0.05, 0.05, 0.035), (0, 0, top + 0.012), 0.01, 2))
    return [(mesh, p.frame) for mesh in pieces]


def _slats(p: BedParams, top: float, arch: float) -> Pieces:
    """Return upright slats between rails."""
    half, low = _half(p), p.deck + 0.02
    xs = np.linspace(-half, half, p.bars + 2)[1:-1]
    wide = min(0.07, 0.8 * half / p.bars)
    pieces = [_posts(p, top)]
    for x in xs:
        rise = arch * (1 - (x / half) ** 2)
        pieces.append(box((wide, 0.016, top - low - 0.02 + rise), (x, 0, (top + low + rise) / 2 - 0.01)))
    pieces.append(box((2 * half, 0.025, 0.07), (0, 0, low)))
    rail = _board(half, top - 0.06, top + 0.01, 0.03, 1e-9 if arch else 0.0)
    rail[0][:, 2] += arch * (1 - np.clip(np.abs(rail[0][:, 0]) / half, 0, 1) ** 2)
    return [(mesh, p.frame) for mesh in [*pieces, rail]]


def _metal(p: BedParams, top: float, arch: float) -> Pieces:
    """Return rods in a bent tube, with knobs on the posts where the tube is straight."""
    half, low, r = _half(p), p.deck + 0.02, p.post
    if arch:
        angle = np.linspace(0, np.pi, 19)
        bow = np.stack([half * np.cos(angle), 0 * angle, top - 0.05 + (arch + 0.05) * np.sin(angle) ** 0.7], -1)
        line = np.concatenate([[[half, 0, 0]], bow, [[-half, 0, 0]]])
        pieces = [tube(line, r, 10)]
    else:
        line = fillet([(half, 0, 0), (half, 0, top), (-half, 0, top), (-half, 0, 0)], 0.1 if p.bars % 2 else 0.012)
        ball = revolve(np.array([[0, -1.6], [1.1, -1.2], [1.6, 0], [1.1, 1.2], [0, 1.6]]) * r, 12)
        pieces = [tube(line, r, 10)] + ([] if p.bars % 2 else [both_sides(moved(ball, (half, 0, top + 1.5 * r)))])
    xs = np.linspace(-half, half, p.bars + 2)[1:-1]
    ends = top - 0.05 + (arch + 0.05) * np.sqrt(np.clip(1 - (xs / half) ** 2, 0, 1)) ** 0.7 if arch else top + 0 * xs
    pieces += [tube(np.array([(x, 0, low), (x, 0, end)]), 0.55 * r, 8) for x, end in zip(xs, ends)]
    pieces.append(tube(np.array([(-half, 0, low), (half, 0, low)]), 0.8 * r, 8))
    return [(mesh, p.frame) for mesh in pieces]


def _upholstered(p: BedParams, top: float, arch: float) -> Pieces:
    """Return a padded board: upright channels, buttons, or plain."""
    half, low = _half(p) + 0.02, 0.35 * p.deck
    frame = _board(half, low, top, 0.05, arch)
    kind = p.bars % 3 if top - p.height > 0.2 else 1
    if kind == 0:
        wide = 2 * half / p.bars
        channels = []
        for k in range(p.bars):
            x = (k + 0.5) * wide - half
            rise = arch * (1 - (x / half) ** 2)
            size = (wide - 0.004, 0.07, top - p.deck + rise + 0.01)
            channels.append(rounded_box(size, (x, -0.03, p.deck + size[2] / 2), 0.03, 2))
        return [(frame, p.padding), (merged(channels), p.padding)]
    pad = rounded_box((2 * half - 0.03, 0.08, top - p.deck - 0.01), (0, -0.035, (top + p.deck) / 2), 0.035, 2, 0.012, 5)
    pad = _arched(pad, half, p.deck, top, arch)
    if kind == 1:
        return [(frame, p.padding), (pad, p.padding)]
    return [(frame, p.padding), (pad, p.padding), (_buttons(p, half, top, arch), p.blanket)]


def _buttons(p: BedParams, half: float, top: float, arch: float) -> Mesh:
    """Return buttons in a diamond pattern on the face of a padded board."""
    button = rounded_box((0.03, 0.016, 0.03), radius=0.008, segments=1)
    buttons = []
    for row, z in enumerate(np.linspace(p.height + 0.1, top - 0.1, 3)):
        xs = np.linspace(-half + 0.16, half - 0.16, p.bars + row % 2)
        rise = arch * (1 - (xs / half) ** 2) * (z - p.deck) / (top - p.deck)
        buttons += [moved(button, (x, -0.088, z + up)) for x, up in zip(xs, rise)]
    return merged(buttons)


def _divan(p: BedParams, top: float, arch: float) -> Pieces:
    """Return a thin padded board on two straps."""
    half = _half(p)
    pad = rounded_box((2 * half, 0.08, top - p.deck), (0, 0, (top + p.deck) / 2), 0.03, 3, 0.01, 4)
    straps = both_sides(box((0.06, 0.02, p.deck), (0.6 * half, 0.01, p.deck / 2 + 0.02)))
    return [(pad, p.padding), (straps, p.frame)]


def _sleigh(p: BedParams, top: float, arch: float) -> Pieces:
    """Return a board that rolls over outwards."""
    half, low = _half(p) + 0.01, 0.5 * p.deck
    line = fillet([(0, 0, low), (0, -0.02, 0.5 * (low + top)), (0, 0.10, top - 0.04), (0, 0.17, top - 0.02)], 0.2, 8)
    x = np.linspace(half, -half, 9)
    points = np.stack([np.broadcast_to(x, (len(line), 9)), *(np.repeat(line[:, k : k + 1], 9, 1) for k in (1, 2))], -1)
    roll = tube(np.array([(-half, 0.165, top - 0.035), (half, 0.165, top - 0.035)]), 0.045, 14)
    feet = both_sides(leg((half - 0.03, 0, 0), (half - 0.03, 0, low + 0.02), p.post, "block", True))
    return [(mesh, p.frame) for mesh in (sheet(points[:, ::-1], 0.035), roll, feet)]
