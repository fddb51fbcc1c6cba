"""A rifle from its parameters: barrel, receiver, stock, fore-end, grip, magazine, guard, keypoints."""

from __future__ import annotations

import numpy as np

from synth_data.shapes.furniture import fillet, lengthwise, parts_of
from synth_data.shapes.mesh import Shape
from synth_data.shapes.primitives import box, cylinder, merged, moved, tube, turned
from synth_data.shapes.rifle.params import RifleParams
from synth_data.shapes.rifle.sights import Pieces, extra_pieces, front_sight, rear_sight, rod, sight_pieces
from vantage.geometry.symmetry import Symmetry

EDGES = (
    ("muzzle", "chamber"),
    ("chamber", "receiver_back"),
    ("receiver_back", "butt_top"),
    ("butt_top", "butt_bottom"),
    ("receiver_back", "grip"),
    ("trigger", "receiver_back"),
    ("trigger", "magazine"),
    ("chamber", "fore_end"),
    ("muzzle", "front_sight"),
    ("receiver_back", "rear_sight"),
)


def build_rifle(params: RifleParams) -> Shape:
    """Return the rifle of ``params``, in metres, upright, its lowest point at z = 0, the barrel in the plane x = 0.

    Its eleven keypoints lie in that plane: muzzle, chamber, rear end of the receiver, heel and toe of the butt, grip,
    trigger, lower end of the magazine (of the receiver, where there is none), front of the fore-end, and the sights.
    """
    p = params
    groups = {
        "barrel": _barrel(p),
        "receiver": _receiver(p),
        "stock": _stock(p),
        "fore": _fore(p),
        "grip": _grip(p),
        "magazine": _magazine(p),
        "guard": _guard(p),
        "sights": sight_pieces(p),
        "extras": extra_pieces(p),
    }
    low = min(mesh[0][:, 2].min() for pieces in groups.values() for mesh, _ in pieces)
    placed = {name: [(moved(mesh, (0, 0, -low)), m) for mesh, m in pieces] for name, pieces in groups.items()}
    keypoints = {name: point - (0, 0, low) for name, point in _keypoints(p).items()}
    # the bolt's handle is on the right, and so is a telescope's knob
    symmetry = Symmetry(mirror=p.style not in ("bolt", "hunting", "sniper", "assault") and p.sight != "scope")
    return Shape("rifle", p.style, parts_of(placed, 35.0), keypoints, p, symmetry, edges=EDGES)


def _barrel(p: RifleParams) -> Pieces:
    """Return barrel, muzzle and what lies along the barrel."""
    start = p.front + 0.02
    meshes = [rod(p.end, start, p.bore, segments=14), rod(p.front - 0.06, start, 1.45 * p.bore, segments=14)]
    if p.muzzle == "brake":
        meshes += [rod(p.end - 0.012, p.end + 0.045, 1.5 * p.bore), rod(p.end - 0.02, p.end - 0.012, 1.25 * p.bore)]
    elif p.muzzle == "suppressor":
        meshes.append(rod(p.end - 0.09, p.end + 0.07, 2.1 * p.bore, segments=20))
    if p.style == "lever":
        meshes.append(rod(p.end + 0.05, start, 0.85 * p.bore, -2.1 * p.bore, 12))
        meshes += [box((0.022, 0.014, 5 * p.bore), (0, p.end + 0.08, -p.bore))]
    if p.style == "assault":
        meshes.append(rod(p.end + 0.14, start, 0.9 * p.bore, 2.4 * p.bore, 12))
    return [(merged(meshes), p.steel)]


def _receiver(p: RifleParams) -> Pieces:
    """Return the receiver with its bolt, port and cover."""
    top, low, half = 0.38 * p.deep, -0.62 * p.deep, p.thick
    if p.stock in ("classic", "chassis"):
        body = [
            rod(p.front, 0.0, 0.62 * p.deep * 0.6, 0.0, 16),
            box((1.1 * half, p.receiver, 0.5 * p.deep), (0, p.front / 2, -0.3 * p.deep)),
        ]
        return [(merged(body), p.steel)]
    if p.style == "lever":
        shape = [
            (p.front, low, top, half * 0.8),
            (p.front + 0.02, low - 0.004, top, half * 0.85),
            (-0.03, low - 0.004, top, half * 0.85),
            (0.01, low * 0.8, 0.3 * top, half * 0.8),
        ]
        return [(lengthwise(shape, 0.15), p.steel)]
    if p.style == "assault":
        cover = [
            (p.front + 0.06, 0.2 * top, top, half * 0.9),
            (-0.02, 0.2 * top, top, half * 0.9),
            (0.006, 0.2 * top, 0.75 * top, half * 0.8),
        ]
        body = [(p.front, low, 0.3 * top, half), (0.0, low, 0.3 * top, half)]
        return [(lengthwise(body, 0.12), p.steel), (lengthwise(cover, 0.6), p.steel)]
    if p.style == "bullpup":
        return [(lengthwise([(p.front, 0.0, top, 0.8 * half), (0.02, 0.0, top, 0.8 * half)], 0.3), p.steel)]
    upper = [(p.front, -0.1 * p.deep, top, half), (0.0, -0.1 * p.deep, top, half)]
    lower = [
        (p.front + 0.01, -0.5 * p.deep, -0.08 * p.deep, 0.85 * half),
        (p.front + 0.1, low, -0.08 * p.deep, 0.9 * half),
        (0.0, -0.45 * p.deep, -0.08 * p.deep, 0.85 * half),
    ]
    return [
        (lengthwise(upper, 0.25), p.steel),
        (lengthwise(lower, 0.2), p.furniture if p.furniture.metallic else p.steel),
    ]


def _stock_line(p: RifleParams) -> list[tuple[float, float, float, float]]:
    """Return the stations of a shoulder stock, from the receiver back: y, low, high, half-width."""
    s, heel = p.stock_length, -p.drop
    wrist = 0.036
    if p.stock == "classic":
        return [
            (-0.05, -0.95 * p.deep, -0.02, p.thick),
            (0.02, -0.9 * p.deep, 0.004, 0.9 * p.thick),
            (0.08, -0.5 * p.deep - wrist, -0.012, 0.017),
            (0.13, -0.55 * p.deep - 1.3 * wrist, heel * 0.3 - 0.004, 0.018),
            (0.17, heel - 0.075, heel * 0.5, 0.019),
            (0.65 * s, heel * 0.8 - 0.085, heel * 0.8, 0.021),
            (s, heel - p.butt, heel, 0.021),
        ]
    if p.stock == "straight":
        return [
            (-0.015, -0.55 * p.deep, 0.2 * p.deep, 0.8 * p.thick),
            (0.06, -0.9 * p.deep, -0.1 * p.deep, 0.017),
            (0.15, heel * 0.5 - 0.055, heel * 0.5, 0.018),
            (s, heel - 0.9 * p.butt, heel, 0.021),
        ]
    return [
        (-0.01, -0.5 * p.deep, 0.24 * p.deep, 0.7 * p.thick),
        (0.06, -0.6 * p.deep, 0.2 * p.deep, 0.018),
        (s, heel - 0.02 - 0.85 * p.butt, heel + 0.012, 0.019),
    ]


def _stock(p: RifleParams) -> Pieces:
    """Return the shoulder stock with its butt plate."""
    s, heel = p.stock_length, -p.drop
    pad = lengthwise(
        [(s - 0.004, heel - p.butt, heel + 0.004, 0.02), (s + 0.014, heel - p.butt, heel + 0.002, 0.019)], 0.4
    )
    if p.stock in ("classic", "straight", "fixed"):
        return [(lengthwise(_stock_line(p), 0.45), p.furniture), (pad, p.rubber)]
    if p.stock == "skeleton":
        upper = tube(np.array([(0, -0.01, 0.1 * p.deep), (0, s, heel - 0.004)]), 0.008, 8)
        lower = tube(np.array([(0, -0.01, -0.4 * p.deep), (0, s, heel - 0.85 * p.butt)]), 0.008, 8)
        return [(merged([upper, lower]), p.steel), (pad, p.rubber)]
    if p.stock == "collapsing":
        bar = rod(-0.01, 0.75 * s, 0.014, 0.0, 16)
        body = lengthwise(
            [(0.4 * s, -0.032, 0.02, 0.017), (0.75 * s, -0.06, 0.02, 0.018), (s, -0.9 * p.butt, 0.022, 0.018)], 0.3
        )
        return [(bar, p.steel), (body, p.furniture), (pad, p.rubber)]
    if p.stock == "bullpup":
        shell = [
            (p.front - 0.02, -0.6 * p.deep, 0.02, 0.9 * p.thick),
            (-0.5 * p.receiver, -0.75 * p.deep, 0.3 * p.deep, p.thick),
            (-0.25 * p.receiver, -0.8 * p.deep, 0.35 * p.deep, p.thick),
            (0.0, -0.85 * p.deep, 0.35 * p.deep, p.thick),
            (s, heel - p.butt, heel + 0.01, p.thick),
        ]
        return [(lengthwise(shell, 0.4), p.furniture), (pad, p.rubber)]
    spine = lengthwise(
        [
            (p.front - 0.01, -0.85 * p.deep, -0.2 * p.deep, 0.9 * p.thick),
            (0.03, -0.8 * p.deep, -0.2 * p.deep, 0.9 * p.thick),
        ],
        0.2,
    )
    rails = [
        lengthwise([(0.0, -0.6 * p.deep, -0.2 * p.deep, 0.015), (s, -0.045, -0.015, 0.014)], 0.3),
        lengthwise([(0.45 * s, -0.5 * p.deep, 0.3 * p.deep, 0.018), (0.9 * s, -0.03, 0.32 * p.deep, 0.018)], 0.4),
        lengthwise([(0.75 * s, -0.08, -0.03, 0.014), (s, heel - 0.95 * p.butt, heel - 0.02, 0.016)], 0.3),
    ]
    return [(spine, p.furniture), (merged(rails), p.furniture), (pad, p.rubber)]


def _fore(p: RifleParams) -> Pieces:
    """Return what the left hand holds."""
    y0, y1 = p.front - p.fore_length, p.front + 0.01
    if p.stock == "classic":
        tip = max(y0, p.end + 0.06)
        line = [
            (tip, -0.028, -0.004, 0.012),
            (tip + 0.03, -0.034, -0.002, 0.016),
            (y1, -0.95 * p.deep, -0.006, p.thick),
            (-0.05, -0.95 * p.deep, -0.02, p.thick),
        ]
        return [(lengthwise(line, 0.5), p.furniture)]
    y0 = max(y0, p.end + 0.05)
    if p.fore == "wood" or (p.fore == "round" and p.style == "assault"):
        low = lengthwise(
            [(y0, -0.034, 0.004, 0.017), (y0 + 0.5 * (y1 - y0), -0.042, 0.004, 0.022), (y1, -0.036, 0.004, 0.02)], 0.5
        )
        if p.style == "lever":
            return [(low, p.furniture)]
        return [
            (low, p.furniture),
            (lengthwise([(y0 + 0.02, 0.006, 0.034, 0.015), (y1 - 0.02, 0.006, 0.034, 0.016)], 0.5), p.furniture),
        ]
    if p.fore == "round":
        return [(rod(y0, y1, 0.027, -0.004, 18, 0.023), p.furniture)]
    rails = [
        box((0.02, y1 - y0, 0.008), (0, (y0 + y1) / 2, 0.028)),
        box((0.02, y1 - y0, 0.008), (0, (y0 + y1) / 2, -0.034)),
    ]
    ribs = [box((0.022, 0.005, 0.006), (0, y, 0.034)) for y in np.arange(y0 + 0.01, y1, 0.012)]
    body = lengthwise([(y0, -0.03, 0.024, 0.021), (y1, -0.03, 0.024, 0.021)], 0.4)
    return [(body, p.furniture), (merged([*rails, *ribs]), p.steel)]


def _grip_place(p: RifleParams) -> tuple[float, float]:
    """Return y and z where a pistol grip meets the receiver."""
    if p.style == "bullpup":
        return -0.62 * p.receiver, -0.66 * p.deep
    return -0.035, -0.5 * p.deep


def _grip(p: RifleParams) -> Pieces:
    """Return a pistol grip."""
    if p.grip_deg == 0:
        return []
    y, z = _grip_place(p)
    lean = np.tan(np.radians(p.grip_deg))
    upright = lengthwise(
        [(-0.012, -0.019, 0.019, 0.014), (0.05, -0.018, 0.018, 0.015), (0.105, -0.022, 0.021, 0.015)], 0.5
    )
    # made along y, then stood on its head: y becomes -z
    vertices = np.stack([upright[0][:, 0], upright[0][:, 2] + lean * upright[0][:, 1], -upright[0][:, 1]], -1)
    return [((vertices + (0, y, z), upright[1]), p.furniture if p.furniture.name == "polymer" else p.rubber)]


def _magazine_place(p: RifleParams) -> tuple[float, float]:
    """Return y and z of the middle of the magazine's upper end."""
    if p.style == "bullpup":
        return -0.12 * p.receiver, -0.7 * p.deep
    share = {"assault": 0.5, "carbine": 0.62}.get(p.style, 0.55)
    return -share * p.receiver, -0.5 * p.deep


def _magazine_line(p: RifleParams) -> np.ndarray:
    """Return the middle line [n, 3] of the magazine, from above."""
    y, z = _magazine_place(p)
    t = np.linspace(0, 1, 8)
    bow = {"curved": 0.42, "box": 0.08}.get(p.magazine, 0.0) * p.magazine_length
    return np.stack([0 * t, y - bow * t**2, z + 0.015 - (p.magazine_length + 0.015) * t], -1)


def _magazine(p: RifleParams) -> Pieces:
    """Return the magazine."""
    if p.magazine == "none":
        return []
    y, z = _magazine_place(p)
    if p.magazine == "drum":
        drum = turned(cylinder(0.055, -0.03, 0.03, 28), "y", 90)
        neck = box((0.026, 0.06, 0.06), (0, y, z - 0.015))
        return [(merged([moved(drum, (0, y, z - p.magazine_length + 0.02)), neck]), p.steel)]
    deep = 0.036 if p.magazine in ("curved", "box") else 0.042
    line = _magazine_line(p)
    widths = np.array([[0.0125, deep]] * len(line))
    return [(tube(line, widths, square=True), p.steel if p.furniture.name != "polymer" else p.furniture)]


def _trigger_place(p: RifleParams) -> tuple[float, float]:
    """Return y and z of the trigger's upper end."""
    y, z = _grip_place(p)
    if p.grip_deg:
        return y - 0.045, z - 0.006
    return -0.02 if p.style != "lever" else 0.0, -0.62 * p.deep if p.style == "lever" else -0.9 * p.deep


def _guard(p: RifleParams) -> Pieces:
    """Return the trigger and its guard; the lever of a lever gun goes around the hand."""
    y, z = _trigger_place(p)
    trigger = tube(np.array([(0, y, z + 0.012), (0, y - 0.004, z - 0.012), (0, y - 0.010, z - 0.024)]), 0.0035, 6)
    line = [(0, y - 0.034, z + 0.01), (0, y - 0.03, z - 0.034), (0, y + 0.03, z - 0.034), (0, y + 0.034, z + 0.01)]
    bows = [tube(fillet(line, 0.015, 4), np.array([[0.006, 0.0025]] * len(fillet(line, 0.015, 4))), 6)]
    if p.style == "lever":
        loop = [
            (0, y + 0.03, z - 0.03),
            (0, y + 0.05, z - 0.06),
            (0, y + 0.15, z - 0.075),
            (0, y + 0.16, z - 0.045),
            (0, y + 0.04, z - 0.015),
        ]
        bows.append(tube(fillet(loop, 0.02, 4), 0.005, 8))
    return [(merged([trigger, *bows]), p.steel)]


def _keypoints(p: RifleParams) -> dict[str, np.ndarray]:
    """Return the keypoints before the rifle is lifted onto the ground."""
    s, heel = p.stock_length, -p.drop
    grip_y, grip_z = _grip_place(p)
    lean = np.tan(np.radians(p.grip_deg))
    grip = (0.0, grip_y + 0.08 * lean, grip_z - 0.08) if p.grip_deg else (0.0, 0.1, -0.5 * p.deep - 0.02)
    trigger_y, trigger_z = _trigger_place(p)
    end = p.end - {"brake": 0.02, "suppressor": 0.09}.get(p.muzzle, 0.0)
    magazine = (
        _magazine_line(p)[-1] if p.magazine not in ("none", "drum") else (0.0, _magazine_place(p)[0], -0.45 * p.deep)
    )
    if p.magazine == "drum":
        magazine = (0.0, _magazine_place(p)[0], _magazine_place(p)[1] - p.magazine_length - 0.034)
    fore = max(p.front - p.fore_length, p.end + (0.06 if p.stock == "classic" else 0.05))
    points = {
        "muzzle": (0.0, end, 0.0),
        "chamber": (0.0, p.front, 0.0),
        "receiver_back": (0.0, -0.004, 0.0),
        "butt_top": (0.0, s, heel),
        "butt_bottom": (0.0, s, heel - p.butt + 0.004),
        "grip": grip,
        "trigger": (0.0, trigger_y - 0.004, trigger_z - 0.012),
        "magazine": magazine,
        "fore_end": (0.0, fore + 0.004, -0.016),
        "front_sight": front_sight(p),
        "rear_sight": (0.0, rear_sight(p)[0], rear_sight(p)[1]),
    }
    return {name: np.asarray(point, np.float64) for name, point in points.items()}
