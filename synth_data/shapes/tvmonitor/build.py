"""A television or monitor from its parameters: housing, screen with a picture, stand, keypoints.

The housing is made about the middle of its front face, flat, then bent and tilted, and set on its stand.
"""

from __future__ import annotations

import numpy as np

from synth_data.shapes.furniture import BOX_EDGES, fillet, leg, lengthwise, loft, parts_of, sheet
from synth_data.shapes.materials import BLACK_METAL
from synth_data.shapes.mesh import Material, Shape
from synth_data.shapes.primitives import Mesh, both_sides, box, cylinder, merged, moved, rounded_box, tube, turned
from synth_data.shapes.tvmonitor.params import TvmonitorParams
from synth_data.shapes.tvmonitor.pictures import picture
from vantage.geometry.symmetry import Symmetry

Pieces = list[tuple[Mesh, Material]]

COLUMNS, ROWS = 12, 8
"""Strips across a screen that is bent, and up."""


def build_tvmonitor(params: TvmonitorParams) -> Shape:
    """Return the television or monitor of ``params``, in metres, on the ground z = 0.

    Its eight keypoints are PASCAL3D+'s: the corners of the housing's front and of its rear face. Left is the
    object's own: on the right for who looks at the screen.
    """
    p = params
    groups = {"housing": _housing(p), "screen": _screen(p), "details": _details(p)}
    placed = {name: [(_placed(p, mesh), material) for mesh, material in pieces] for name, pieces in groups.items()}
    placed["stand"] = _stand(p)
    keypoints = {name: _place(p, point[None])[0] for name, point in _corners(p).items()}
    edges = tuple((_named(a), _named(b)) for a, b in BOX_EDGES)
    plain = p.picture == "off" and p.style != "retro"
    return Shape("tvmonitor", p.style, parts_of(placed), keypoints, p, Symmetry(mirror=plain), edges=edges)


def _named(corner: str) -> str:
    """Return PASCAL3D+'s name of a corner of a box: ``bottom_front_left`` is ``front_bottom_left``."""
    level, end, side = corner.split("_")
    return f"{end}_{level}_{side}"


def _place(p: TvmonitorParams, points: np.ndarray) -> np.ndarray:
    """Return points [n, 3] of the flat housing where they are: bent, tilted, lifted."""
    x, y, z = points.T
    if p.curve:
        radius = p.width / p.curve
        angle = x / radius
        # the ends of the screen come forward
        x, y = (
            (radius - y) * np.sin(angle) + 0 * x,
            radius - (radius - y) * np.cos(angle) - 2 * (radius - radius * np.cos(angle)),
        )
    a = np.radians(p.tilt_deg)
    y, z = np.cos(a) * y + np.sin(a) * z, np.cos(a) * z - np.sin(a) * y
    lowest = -0.5 * p.height * np.cos(a) - max(0.0, np.sin(a)) * (p.depth + p.back_depth)
    return np.stack([x, y, z - lowest + p.stand_height], -1)


def _placed(p: TvmonitorParams, mesh: Mesh) -> Mesh:
    """Return a mesh of the flat housing where it is."""
    return _place(p, mesh[0]), mesh[1]


def _strip(size, center, columns: int) -> Mesh:
    """Return a box that is cut into ``columns`` along x, so that it can be bent."""
    x = center[0] + size[0] * (np.linspace(0, 1, columns + 1) - 0.5)
    y, z = size[1] / 2, size[2] / 2
    section = np.array([(-y, -z), (y, -z), (y, z), (-y, z)]) + (center[1], center[2])
    return loft(np.stack([np.column_stack([np.full(4, at), section]) for at in x]))


def _window(p: TvmonitorParams) -> tuple[float, float, float, float]:
    """Return x0, x1, z0, z1 of the screen, about the middle of the front."""
    x, z = p.width / 2 - p.bezel, p.height / 2 - p.bezel
    if p.style == "retro":
        return p.chin - x, x, -z, z
    return -x, x, -z + p.chin, z


def _housing(p: TvmonitorParams) -> Pieces:
    """Return the frame around the screen and the back."""
    x0, x1, z0, z1 = _window(p)
    w, h, d = p.width, p.height, p.depth
    columns = COLUMNS if p.curve else 1
    bars = [_strip((w, d, z0 + h / 2), (0, d / 2, (z0 - h / 2) / 2), columns),
            _strip((w, d, h / 2 - z1), (0, d / 2, (z1 + h / 2) / 2), columns),
            box((x0 + w / 2, d, z1 - z0), ((x0 - w / 2) / 2, d / 2, (z0 + z1) / 2)),
            box((w / 2 - x1, d, z1 - z0), ((x1 + w / 2) / 2, d / 2, (z0 + z1) / 2))]  # fmt: skip
    if p.tube:
        e, f = p.depth, p.depth + p.back_depth
        share = p.back_share
        low = -h / 2 + 0.01
        stations = [(0.6 * e, -h / 2, h / 2, w / 2), (e + 0.25 * p.back_depth, low, 0.94 * h / 2, 0.97 * w / 2),
                    (e + 0.75 * p.back_depth, low, low + h * share * 1.1, w / 2 * share * 1.1),
                    (f, low + 0.02, low + h * share, w / 2 * share)]  # fmt: skip
        shell = lengthwise(stations, 0.12)
        return [(merged(bars), p.case), (shell, p.case), *_vents(p)]
    plate = _strip((w - 0.004, 0.4 * d, h - 0.004), (0, 0.78 * d, 0), columns)
    share = p.back_share
    low, high = -0.5 * h + 0.06 * h, -0.5 * h + 0.06 * h + share * h
    bulge = _strip(
        (w * share, p.back_depth + 0.3 * d, high - low), (0, d + p.back_depth / 2 - 0.15 * d, (low + high) / 2), columns
    )
    return [(merged([*bars, plate]), p.case), (bulge, p.case)]


def _vents(p: TvmonitorParams) -> Pieces:
    """Return dark slots in the back of a tube set."""
    y = p.depth + np.linspace(0.35, 0.65, 5) * p.back_depth
    slots = [
        box((0.25 * p.width, 0.008, 0.004), (0, at, 0.42 * p.height * (1 - 0.5 * k / 5))) for k, at in enumerate(y)
    ]
    return [(merged(slots), BLACK_METAL)]


def _lines(start: float, end: float, count: int, bent: bool) -> np.ndarray:
    """Return where a sheet is cut between two parts of the screen: at the lines of one grid, if that is bent."""
    grid = np.arange(1, count) / count if bent else np.zeros(0)
    return np.concatenate([[start], grid[(grid > start + 1e-3) & (grid < end - 1e-3)], [end]])


def _swell(p: TvmonitorParams, u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """Return how far a tube's screen stands out, between the points of one grid so that sheets on it fit together."""
    across, up = (np.linspace(0, 1, count + 1) for count in (COLUMNS, ROWS))
    bow_u, bow_v = 1 - (2 * across - 1) ** 2, 1 - (2 * up - 1) ** 2
    return p.bulge * np.interp(u, across, bow_u) * np.interp(v, up, bow_v)


def _face(p: TvmonitorParams, u0: float, u1: float, v0: float, v1: float, lift: float, thick: float) -> Mesh:
    """Return a thin sheet on the screen between parts of its width and height, ``lift`` before it."""
    x0, x1, z0, z1 = _window(p)
    u, v = np.meshgrid(_lines(u0, u1, COLUMNS, bool(p.curve or p.bulge)), _lines(v0, v1, ROWS, p.bulge > 0))
    y = 0.35 * p.depth - _swell(p, u, v) - lift
    # u runs from the left as one looks at the screen, which is the object's right, -x
    return sheet(np.stack([x0 + u * (x1 - x0), y, z0 + v * (z1 - z0)], -1), thick)


def _screen(p: TvmonitorParams) -> Pieces:
    """Return the screen and what it shows."""
    pieces: Pieces = [(_face(p, 0.0, 1.0, 0.0, 1.0, 0.0, 0.004), p.glass)]
    for k, (u0, u1, v0, v1, color) in enumerate(picture(p.picture, p.picture_seed)):
        material = Material("picture", tuple(float(np.clip(c, 0, 1)) for c in color), roughness=0.4, emission=0.7)
        u0, u1, v0, v1 = (float(np.clip(c, 0.004, 0.996)) for c in (u0, u1, v0, v1))
        if u1 - u0 > 0.004 and v1 - v0 > 0.004:
            lift = 0.0004 + 0.00005 * k + p.bulge * (0.03 + 0.015 * k)
            pieces.append((_face(p, u0, u1, v0, v1, lift, 0.0003), material))
    return pieces


def _details(p: TvmonitorParams) -> Pieces:
    """Return knobs, buttons, a loudspeaker, a badge."""
    w, h = p.width, p.height
    x0, _, z0, _ = _window(p)
    if p.style == "retro":
        x = (x0 - w / 2) / 2
        knob = turned(cylinder(0.022, 0, 0.022, 16, 0.018), "x", 90)
        knobs = [moved(knob, (x, 0.0, z)) for z in (0.30 * h, 0.14 * h)]
        slots = [
            box((0.6 * (x0 + w / 2 - p.bezel), 0.006, 0.006), (x, 0.0, z)) for z in np.linspace(-0.35, -0.05, 6) * h
        ]
        aerial = [
            tube(np.array([(0, 0.25, h / 2 - 0.01), (s * 0.22 * w, 0.25, h / 2 + 0.28)]), 0.003, 6) for s in (-1, 1)
        ]
        return [(merged(knobs), p.trim), (merged(slots), BLACK_METAL), (merged(aerial), BLACK_METAL)]
    low = (z0 - h / 2) / 2
    if p.chin > 0.015:
        badge = box((0.05 * w + 0.015, 0.003, 0.25 * p.chin), (0, 0.0005, low))
        strip = _strip((w - 0.01, 0.002, 0.8 * p.chin), (0, 0.0, low), COLUMNS if p.curve else 1)
        grille = box((0.16 * w, 0.004, 0.5 * p.chin), (0.36 * w, 0.0, low)) if p.tube else None
        pieces: Pieces = [(strip, p.trim), (badge, p.glass)]
        return pieces + (
            [(both_sides(grille), BLACK_METAL)] if grille is not None and p.style != "tube monitor" else []
        )
    return []


def _stand(p: TvmonitorParams) -> Pieces:
    """Return what it stands on."""
    makers = {"plate": _plate, "disc": _plate, "feet": _feet, "bent": _bent, "legs": _legs, "swivel": _swivel}
    return [(mesh, p.foot) for mesh in makers[p.stand](p)] if p.stand in makers else []


def _behind(p: TvmonitorParams) -> float:
    """Return y where the stand meets the housing."""
    return p.depth + 0.4 * p.back_depth


def _plate(p: TvmonitorParams) -> list[Mesh]:
    """Return a column on a plate or a disc."""
    y, wide = _behind(p), p.stand_width * p.width
    top = p.stand_height + 0.3 * p.height
    neck = rounded_box((2 * p.neck, 0.018, top - 0.006), (0, y + 0.5 * p.back_depth + 0.012, top / 2), 0.006, 1)
    arm = box((1.6 * p.neck, p.back_depth + 0.02, 0.06), (0, y + 0.3 * p.back_depth, top - 0.04))
    deep = min(0.55 * wide, 0.28)
    if p.stand == "disc":
        disc = cylinder(0.5, 0, 0.012, 36, 0.47)
        base = (disc[0] * (wide, max(deep, 0.5 * wide), 1.0) + (0, y, 0), disc[1])
    else:
        base = rounded_box((wide, deep, 0.012), (0, y, 0.006), 0.005, 1)
    return [base, neck, arm]


def _feet(p: TvmonitorParams) -> list[Mesh]:
    """Return two splayed feet near the ends."""
    x, y = p.stand_width * p.width / 2, 0.5 * p.depth
    if p.curve:
        radius = p.width / p.curve
        y -= radius - radius * np.cos(x / radius)
    top = p.stand_height + 0.02
    legs = [leg((x, y + s * 0.12, 0), (x, y + s * 0.01, top), 0.008, "block", True) for s in (-1, 1)]
    return [both_sides(merged(legs))]


def _bent(p: TvmonitorParams) -> list[Mesh]:
    """Return a bent sheet of metal: down from the back, forward under the screen."""
    y, wide = p.depth + p.back_depth, max(0.3 * p.width, 0.12)
    line = fillet(
        [(0, y - 0.08, 0.006), (0, y + 0.09, 0.006), (0, y - 0.004, p.stand_height + 0.4 * p.height)], 0.03, 6
    )
    x = np.array([wide / 2, 0.0, -wide / 2])
    points = np.stack([np.broadcast_to(x, (len(line), 3)), *(np.repeat(line[:, k : k + 1], 3, 1) for k in (1, 2))], -1)
    vertices, faces = sheet(points, 0.006)
    return [(vertices - (0, 0, vertices[:, 2].min()), faces)]


def _legs(p: TvmonitorParams) -> list[Mesh]:
    """Return four slanted legs under a cabinet."""
    x, front, back = 0.38 * p.width, 0.05, p.depth + 0.6 * p.back_depth
    pairs = [leg((1.12 * x, y + s * 0.04, 0), (x, y, p.stand_height + 0.03), 0.016, "tapered")
             for y, s in ((front, -1), (back, 1))]  # fmt: skip
    return [both_sides(merged(pairs))]


def _swivel(p: TvmonitorParams) -> list[Mesh]:
    """Return the round foot of a tube monitor."""
    y, r = p.depth + 0.35 * p.back_depth, 0.32 * p.width
    return [moved(cylinder(r, 0, 0.4 * p.stand_height, 32, 0.9 * r), (0, y, 0)),
            moved(cylinder(0.55 * r, 0.3 * p.stand_height, p.stand_height + 0.03, 24, 0.8 * r), (0, y, 0))]  # fmt: skip


def _corners(p: TvmonitorParams) -> dict[str, np.ndarray]:
    """Return the keypoints of the flat housing."""
    w, h = p.width / 2, p.height / 2
    points = {}
    if p.tube:
        low = 0.01 - h
        rise = 0.03 * p.height * p.back_share
        back = (
            p.depth + p.back_depth,
            low + 0.02 + rise,
            low + p.height * p.back_share - rise,
            0.94 * w * p.back_share,
        )
    else:
        back = (0.98 * p.depth, 0.002 - h, h - 0.002, w - 0.002)
    for end, (y, low, high, half) in (("front", (0.0, -h, h, w)), ("back", back)):
        for level, z in (("bottom", low), ("top", high)):
            points[f"{end}_{level}_left"] = np.array([half, y, z])
            points[f"{end}_{level}_right"] = np.array([-half, y, z])
    return points
