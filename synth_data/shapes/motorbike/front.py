"""What turns with the handlebar: fork, mudguard, bars, mirrors, headlight, windscreen."""

from __future__ import annotations

import numpy as np

from synth_data.shapes.car.finish import AMBER, REFLECTOR
from synth_data.shapes.cycles import bent, mudguard, strut
from synth_data.shapes.materials import BLACK_METAL, BLACK_PLASTIC, CHROME, RUBBER
from synth_data.shapes.motorbike.colors import Colors
from synth_data.shapes.motorbike.params import MotorbikeParams
from synth_data.shapes.primitives import both_sides, box, merged, moved, rounded_box, turned
from synth_data.shapes.vehicles import DARK_GLASS, Piece, lamp, plate


def bar_grip(p: MotorbikeParams) -> np.ndarray:
    """Return the middle of the left grip [3]."""
    return p.head_top + (p.bar_width / 2 - 0.06, p.bar_pull, p.bar_rise)


def lamp_face(p: MotorbikeParams) -> np.ndarray:
    """Return the middle of the headlight's face [3]."""
    ahead = {"sport": 0.34, "touring": 0.27, "scooter": 0.13, "dirt": 0.15}.get(p.style, 0.23)
    low = {"sport": 0.06, "touring": 0.10, "scooter": -0.03, "dirt": 0.10, "cruiser": 0.08}.get(p.style, 0.05)
    return p.head_top + (0, -ahead, -low)


def front_pieces(p: MotorbikeParams, colors: Colors) -> list[Piece]:
    """Return fork, mudguard, handlebar, mirrors, headlight and windscreen."""
    return [
        *fork(p, colors), *guard(p, colors), *bars(p, colors), *mirrors(p, colors), *headlight(p, colors),
        *windscreen(p),
    ]  # fmt: skip


def fork(p: MotorbikeParams, colors: Colors) -> list[Piece]:
    """Return the two legs and what clamps them to the steering head."""
    x = max(0.5 * p.front_tyre + 0.045, 0.09)
    foot, top = p.front_axle + (x, 0, 0), p.head_top + (x, -0.03, 0.0)
    if p.style == "scooter":
        top = foot + 0.62 * (top - foot)
    middle = foot + 0.48 * (top - foot)
    lower, upper = strut(foot, middle, 0.03, 8), strut(middle, top, 0.024, 8)
    clamps = [
        rounded_box((2 * x + 0.06, 0.09, 0.03), top + (-x, 0.02, 0) - d * p.steering, 0.012, 1) for d in (0.0, 0.19)
    ]
    column = strut(p.head_top - 0.22 * p.steering, p.head_top + 0.03 * p.steering, 0.032, 8)
    if p.style == "scooter":
        clamps = [rounded_box((2 * x + 0.06, 0.08, 0.05), top - (x, 0, 0), 0.012, 1)]
        column = strut(top - (x, 0, 0), p.head_top, 0.03, 8)
    return [(both_sides(lower), colors.bright), (both_sides(upper), CHROME), (merged([*clamps, column]), BLACK_METAL)]


def guard(p: MotorbikeParams, colors: Colors) -> list[Piece]:
    """Return the front mudguard."""
    half = 0.5 * p.front_tyre + 0.022
    if p.style == "dirt":
        return [(mudguard(p.front_axle, p.front_radius + 0.17, half + 0.02, 52, 118, 0.02), colors.paint)]
    reach = {"cruiser": (25, 178), "scooter": (35, 185), "sport": (55, 150), "touring": (50, 165)}.get(
        p.style, (50, 150)
    )
    material = colors.paint if p.style != "naked" or p.metallic else BLACK_PLASTIC
    droop = 0.06 if p.style in ("cruiser", "scooter") else 0.03
    return [(mudguard(p.front_axle, p.front_radius + 0.025, half, *reach, droop), material)]


def bars(p: MotorbikeParams, colors: Colors) -> list[Piece]:
    """Return the handlebar with grips, levers and instruments."""
    grip, head = bar_grip(p), p.head_top + (0, 0, 0.02)
    inner, outer = grip - (0.06, -0.0, 0), grip + (0.06, 0.012, 0)
    bend = np.array([0.45 * inner[0], head[1] + 0.25 * p.bar_pull, grip[2]])
    half = [outer, inner, bend, head + (0.05, 0, 0.0)]
    path = np.array([*half, *[point * (-1, 1, 1) for point in half[::-1]]])
    grips = both_sides(strut(inner, outer + (0.01, 0, 0), 0.019, 8))
    lever = both_sides(bent([inner - (0.01, 0.01, 0), inner + (0.0, -0.06, 0), outer + (0, -0.05, 0)], 0.007, 0.02, 4))
    pieces = [(bent(path, 0.013, 0.05, 6), colors.bright), (grips, RUBBER), (lever, colors.bright)]
    if p.style != "dirt":
        dial = moved(turned(rounded_box((0.16, 0.12, 0.05), (0, 0, 0), 0.02, 1), "x", -35), head + (0, -0.06, 0.05))
        pieces.append((dial, BLACK_PLASTIC))
    if p.style == "scooter":
        shell = rounded_box((0.34, 0.17, 0.14), head + (0, -0.03, 0.03), 0.06, 2)
        pieces.append((shell, colors.paint))
    return pieces


def mirrors(p: MotorbikeParams, colors: Colors) -> list[Piece]:
    """Return both mirrors on their stalks."""
    if not p.mirrors:
        return []
    if p.style == "sport":
        root, place = lamp_face(p) + (0.13, 0.1, 0.06), lamp_face(p) + (0.33, 0.06, 0.12)
    else:
        root = bar_grip(p) - (0.09, 0, -0.01)
        place = root + (0.08, -0.03, 0.17)
    shell = rounded_box((0.13, 0.035, 0.08), place + (0.02, 0, 0.02), 0.017, 1)
    glass = box((0.11, 0.006, 0.06), place + (0.02, 0.018, 0.02))
    pieces = [(strut(root, place, 0.007, 4), BLACK_METAL), (shell, colors.bright if p.chrome else BLACK_PLASTIC)]
    return [(both_sides(mesh), material) for mesh, material in [*pieces, (glass, CHROME)]]


def headlight(p: MotorbikeParams, colors: Colors) -> list[Piece]:
    """Return headlight and indicators."""
    face = lamp_face(p)
    pieces: list[Piece] = []
    if p.lamp == "round":
        radius = 0.062 if p.style == "scooter" else 0.088
        shell = lamp(face + (0, 0.006, 0), 1.12 * radius, 0.06, 12)
        shell[0][:, 1] = np.where(shell[0][:, 1] > face[1] + 0.05, face[1] + 0.13, shell[0][:, 1])
        pieces += [(shell, colors.bright), (lamp(face - (0, 0.006, 0), radius, 0.02, 12), REFLECTOR)]
    elif p.lamp == "twin":
        eye = turned(rounded_box((0.11, 0.05, 0.055), (0, 0, 0), 0.022, 1), "y", 14)
        pieces.append((both_sides(moved(eye, face + (0.075, 0.025, 0))), REFLECTOR))
    else:
        pieces.append((rounded_box((0.17, 0.05, 0.08), face + (0, 0.02, 0), 0.022, 1), REFLECTOR))
    if p.style == "dirt":
        pieces.append((rounded_box((0.24, 0.025, 0.25), face + (0, 0.045, 0.03), 0.01, 1), colors.second))
    elif p.lamp != "round" and p.style in ("naked", "cruiser"):
        pieces.append((rounded_box((0.25, 0.16, 0.17), face + (0, 0.1, 0.01), 0.05, 1), colors.paint))
    if p.style not in ("dirt", "scooter"):
        stalk = strut(face + (0.05, 0.13, -0.03), face + (0.17, 0.12, -0.03), 0.008, 4)
        bulb = rounded_box((0.05, 0.05, 0.035), face + (0.19, 0.12, -0.03), 0.014, 1)
        pieces += [(both_sides(stalk), BLACK_METAL), (both_sides(bulb), AMBER)]
    elif p.style == "scooter":
        pieces.append((both_sides(rounded_box((0.07, 0.05, 0.04), face + (0.13, 0.04, 0.0), 0.015, 1)), AMBER))
    return pieces


def windscreen(p: MotorbikeParams) -> list[Piece]:
    """Return the screen over the headlight."""
    if not p.screen:
        return []
    face = lamp_face(p)
    foot = face + (0, 0.05, 0.07 if p.style != "scooter" else 0.1)
    lean = {"sport": 1.5, "touring": 0.7}.get(p.style, 0.45)
    t = np.linspace(0, 1, 4)[:, None]
    across = np.linspace(-1, 1, 7)
    half = {"sport": 0.12, "touring": 0.17}.get(p.style, 0.2) * (1 - 0.3 * t**2)
    y = foot[1] + lean * p.screen * t + 0.10 * across**2
    z = foot[2] + p.screen * t * (1 - 0.12 * across**2)
    return [(plate(np.stack([half * across, y, z], -1), 0.0, 0.006), DARK_GLASS)]
