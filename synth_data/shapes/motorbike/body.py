"""Tank, seat, tail, fairing and luggage of a motorbike."""

from __future__ import annotations

import numpy as np

from synth_data.shapes.car.finish import AMBER, PLATE, TAIL_RED
from synth_data.shapes.cycles import mudguard, side_sheet, strut
from synth_data.shapes.materials import BLACK_METAL, BLACK_PLASTIC, CHROME
from synth_data.shapes.motorbike.colors import Colors
from synth_data.shapes.motorbike.front import lamp_face
from synth_data.shapes.motorbike.machine import crank
from synth_data.shapes.motorbike.params import MotorbikeParams
from synth_data.shapes.primitives import both_sides, cylinder, moved, rounded_box, turned
from synth_data.shapes.vehicles import Piece, Skin, rings


def body_pieces(p: MotorbikeParams, colors: Colors) -> list[Piece]:
    """Return tank, side covers, fairing and luggage."""
    return [*tank(p, colors), *fairing(p, colors), *luggage(p, colors)]


def tank(p: MotorbikeParams, colors: Colors) -> list[Piece]:
    """Return the fuel tank with its cap, and the covers under the seat."""
    start, stop = p.head_top[1] + 0.045, p.seat_span[0] + 0.05
    y = start + (stop - start) * np.array([0, 0.03, 0.18, 0.42, 0.68, 0.88, 1.0])
    wide = p.tank_width * np.array([0.35, 0.6, 0.95, 1.0, 0.85, 0.55, 0.42])
    base = np.linspace(p.head - 0.16, p.seat - 0.06, 7)
    crown = np.linspace(p.head - 0.03, p.seat + 0.0, 7) + p.tank_height * np.array(
        [0, 0.12, 0.42, 0.52, 0.4, 0.14, 0.02]
    )
    skin = Skin(
        rings(y, wide, base - 0.05 * np.array([0, 1, 1.6, 1.4, 0.8, 0.2, 0]), crown, 2.3, 3.0, waist=0.42, count=20)
    )
    top = skin.top([0.0], y[3] - 0.04)[0]
    cap = moved(cylinder(0.035, -0.02, 0.008, 10), top)
    cover = side_sheet([(0.1, stop - 0.06, p.seat - 0.32), (0.1, stop + 0.2, p.seat - 0.26),
                        (0.12, stop + 0.24, p.seat - 0.07), (0.12, stop - 0.1, p.seat - 0.07)], 0.02)  # fmt: skip
    pieces = [(skin.mesh(), colors.paint), (cap, CHROME), (both_sides(cover), colors.second)]
    if p.style in ("dirt", "touring"):
        corners = [(0.13, start + 0.05, p.head - 0.33), (0.14, start + 0.2, p.seat - 0.16)]
        corners += [(0.13, start + 0.34, p.seat + 0.03), (0.16, start - 0.06, p.head - 0.08)]
        shroud = side_sheet(corners, 0.03)
        pieces.append((both_sides(shroud), colors.paint))
    return pieces


def seat_pieces(p: MotorbikeParams, colors: Colors) -> list[Piece]:
    """Return the seat: the rider's place and, higher, the passenger's."""
    start, end = p.seat_span
    t = np.array([0, 0.04, 0.2, 0.45, 0.55, 0.65, 0.9, 0.98, 1.0])
    lift = p.tail_rise * np.clip((t - 0.48) / 0.2, 0, 1)
    dip = np.array([0.01, 0.02, -0.005, 0.0, 0.01, 0.012, 0.005, -0.01, -0.035])
    broad = 0.17 if p.style == "cruiser" else 0.09 if p.style == "dirt" else 0.14
    wide = broad * np.array([0.5, 0.6, 0.85, 1.0, 0.95, 0.88, 0.75, 0.66, 0.5])
    high = p.seat + lift + dip
    low = high - np.array([0.06, 0.09, 0.1, 0.1, 0.1, 0.09, 0.08, 0.07, 0.04])
    skin = Skin(rings(start + (end - start) * t, wide, low, high, 3.2, 4.0, count=16))
    pieces = [(skin.mesh(), colors.seat)]
    if p.style == "cruiser" and p.luggage == "none" and p.chrome:
        bar = np.array([[0.12, end - 0.12, p.seat - 0.02], [0.12, end + 0.02, p.seat + 0.30]])
        rest = rounded_box((0.24, 0.06, 0.22), (0, end + 0.0, p.seat + 0.24), 0.025, 1)
        pieces += [(both_sides(strut(*bar, 0.012)), CHROME), (rest, colors.seat)]
    return pieces


def tail_lamp(p: MotorbikeParams) -> tuple[float, float]:
    """Return y and z of the middle of the tail lamp's face."""
    _, end = p.seat_span
    if p.style == "cruiser":
        reach = p.rear_radius + 0.05
        return p.rear_axle[1] + 0.97 * reach * np.cos(np.radians(35)) + 0.05, p.rear_axle[2] + reach * np.sin(
            np.radians(35)
        )
    if p.style == "scooter":
        return end + 0.11, p.seat - 0.14
    return end + 0.16, p.seat + p.tail_rise - 0.055


def tail_pieces(p: MotorbikeParams, colors: Colors) -> list[Piece]:
    """Return tail, rear mudguard, tail lamp, indicators and plate."""
    y, z = tail_lamp(p)
    _, end = p.seat_span
    red = rounded_box((0.13, 0.05, 0.055), (0, y - 0.025, z), 0.02, 1)
    pieces: list[Piece] = [(red, TAIL_RED)]
    center, half = p.rear_axle, 0.5 * p.rear_tyre + 0.02
    if p.style == "cruiser":
        guard = mudguard(center, p.rear_radius + 0.05, half + 0.02, 30, 168, 0.10)
        pieces.append((guard, colors.paint))
    elif p.style != "scooter":
        t = np.array([0, 0.1, 0.5, 0.85, 1.0])
        line = end - 0.30 + t * (y - 0.02 - (end - 0.30))
        wide = np.array([0.11, 0.125, 0.11, 0.085, 0.06]) * (0.8 if p.style == "dirt" else 1)
        top = np.interp(
            line, [end - 0.3, end, y], [p.seat + p.tail_rise - 0.05, p.seat + p.tail_rise - 0.015, z + 0.025]
        )
        tail = rings(line, wide, top - np.array([0.07, 0.09, 0.085, 0.06, 0.045]), top, 3, 3, count=14)
        pieces.append((Skin(tail).mesh(), colors.paint))
        corners = [(end - 0.02, z - 0.03), (end + 0.12, z - 0.05), (y + 0.13, z - 0.32), (y + 0.08, z - 0.33)]
        hanger = side_sheet([(-0.006, *corner) for corner in corners])
        if p.style != "dirt":
            pieces.append((hanger, BLACK_PLASTIC))
    plate_at = (y + {"cruiser": 0.05, "scooter": 0.0}.get(p.style, 0.12), z - (0.17 if p.style != "scooter" else 0.16))
    if p.style != "dirt":
        number = turned(rounded_box((0.2, 0.012, 0.14), (0, 0, 0), 0.004, 1), "x", 18)
        pieces.append((moved(number, (0, *plate_at)), PLATE))
        stalk = strut((0.03, y - 0.06, z - 0.06), (0.15, y - 0.05, z - 0.06), 0.008, 4)
        bulb = rounded_box((0.05, 0.05, 0.035), (0.165, y - 0.05, z - 0.06), 0.014, 1)
        pieces += [(both_sides(stalk), BLACK_METAL), (both_sides(bulb), AMBER)]
    return pieces


def fairing(p: MotorbikeParams, colors: Colors) -> list[Piece]:
    """Return the nose around the headlight and the panels beside the engine."""
    if p.style not in ("sport", "touring"):
        return []
    face, head, core = lamp_face(p), p.head_top, crank(p)
    t = np.array([0, 0.06, 0.3, 0.65, 1.0])
    y = face[1] + 0.012 + t * (head[1] - face[1] - 0.02)
    broad = 0.21 if p.style == "sport" else 0.24
    wide = broad * np.array([0.45, 0.62, 0.85, 1.0, 0.95])
    low = face[2] + np.array([-0.07, -0.10, -0.15, -0.17, -0.12])
    high = face[2] + np.array([0.055, 0.075, 0.13, 0.15, 0.10])
    pieces = [(Skin(rings(y, wide, low, high, 2.4, 2.4, count=18)).mesh(), colors.paint)]
    rear = core[1] + (0.18 if p.style == "sport" else -0.02)
    corners = [(0.19, face[1] + 0.22, core[2] + 0.16), (0.225, rear, core[2] + 0.12)]
    corners += [(0.2, rear - 0.05, p.seat - 0.12), (0.20, face[1] + 0.1, face[2] - 0.08)]
    upper = side_sheet(corners, 0.045, count=5)
    pieces.append((both_sides(upper), colors.paint))
    if p.style == "sport":
        corners = [(0.12, core[1] - 0.27, core[2] - 0.22), (0.12, rear + 0.05, core[2] - 0.22)]
        corners += [(0.225, rear, core[2] + 0.13), (0.19, face[1] + 0.23, core[2] + 0.17)]
        lower = side_sheet(corners, 0.04, count=5)
        pieces.append((both_sides(lower), colors.second))
    return pieces


def luggage(p: MotorbikeParams, colors: Colors) -> list[Piece]:
    """Return side cases and top box."""
    _, end = p.seat_span
    pieces: list[Piece] = []
    if p.luggage in ("panniers", "both"):
        soft = p.style == "cruiser"
        x = 0.5 * p.rear_tyre + 0.19
        case = rounded_box(
            (0.18, 0.44, 0.28), (x, p.rear_axle[1] + 0.08, p.rear_axle[2] + 0.25), 0.07 if soft else 0.03, 1
        )
        material = colors.seat if soft else BLACK_METAL if p.metallic else colors.paint
        pieces.append((both_sides(case), material))
    if p.luggage in ("topbox", "both"):
        z = p.seat + p.tail_rise
        box_ = rounded_box((0.42, 0.34, 0.26), (0, end + 0.14, z + 0.15), 0.07, 1)
        rack = rounded_box((0.2, 0.36, 0.02), (0, end + 0.06, z + 0.01), 0.008, 1)
        pieces += [(box_, BLACK_PLASTIC if p.metallic else colors.paint), (rack, BLACK_METAL)]
    return pieces
