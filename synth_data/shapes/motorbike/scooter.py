"""The body of a scooter: leg shield, floor, the bulky rear with the engine inside."""

from __future__ import annotations

import numpy as np

from synth_data.shapes.cycles import strut
from synth_data.shapes.materials import BLACK_METAL, BLACK_PLASTIC
from synth_data.shapes.motorbike.body import luggage
from synth_data.shapes.motorbike.colors import Colors
from synth_data.shapes.motorbike.params import MotorbikeParams
from synth_data.shapes.primitives import rounded_box
from synth_data.shapes.vehicles import Piece, Skin, plate, rings

FLOOR = 0.27


def scooter_pieces(p: MotorbikeParams, colors: Colors) -> list[Piece]:
    """Return leg shield, floor board, rear body, engine and luggage."""
    return [*shield(p, colors), *rear_body(p, colors), *luggage(p, colors)]


def shield(p: MotorbikeParams, colors: Colors) -> list[Piece]:
    """Return the leg shield, its dark inner side, and the floor."""
    top, clear = p.head_top + (0, 0.0, -0.04), -p.wheelbase / 2 + p.front_radius + 0.06
    t, across = np.linspace(0, 1, 6)[:, None], np.linspace(-1, 1, 7)
    half = np.interp(t, [0, 0.25, 0.6, 1], [0.17, 0.215, 0.20, 0.11])
    y = clear + (top[1] - 0.06 - clear) * t + 0.05 * across**2
    z = FLOOR - 0.05 + (top[2] - FLOOR + 0.05) * t + 0 * across
    points = np.stack([half * across, y, z], -1)
    floor = rounded_box(
        (0.40, p.seat_span[0] + 0.12 - clear, 0.09), (0, 0.5 * (clear + p.seat_span[0] + 0.08), FLOOR - 0.02), 0.03, 1
    )
    mat = rounded_box(
        (0.3, p.seat_span[0] - clear - 0.08, 0.02), (0, 0.5 * (clear + p.seat_span[0]), FLOOR + 0.03), 0.008, 1
    )
    inner = plate(points * (0.9, 1, 1) + (0, 0.035, 0), 0.0, 0.012)
    return [
        (plate(points, 0.0, 0.03), colors.paint),
        (inner, BLACK_PLASTIC),
        (floor, colors.paint),
        (mat, BLACK_PLASTIC),
    ]


def rear_body(p: MotorbikeParams, colors: Colors) -> list[Piece]:
    """Return the body under the seat, engine and spring."""
    start, end = p.seat_span
    y0, y1 = start - 0.02, end + 0.09
    t = np.array([0, 0.05, 0.3, 0.6, 0.9, 1.0])
    wide = p.tank_width * np.array([0.75, 0.9, 1.1, 1.15, 0.8, 0.5])
    over = p.rear_axle[2] + p.rear_radius + 0.03
    low = np.array([FLOOR - 0.03, FLOOR - 0.02, 0.6 * FLOOR + 0.4 * over, over, over + 0.06, over + 0.12])
    high = p.seat + np.array([-0.09, -0.05, -0.04, -0.03, -0.05, -0.1])
    skin = Skin(rings(y0 + (y1 - y0) * t, wide, np.minimum(low, high - 0.1), high, 3.0, 4.0, count=18))
    engine = rounded_box((0.13, 0.5, 0.17), (0.02, p.rear_axle[1] - 0.2, p.rear_axle[2] + 0.02), 0.05, 1)
    case = rounded_box((0.07, 0.46, 0.14), (0.5 * p.rear_tyre + 0.06, p.rear_axle[1] - 0.1, p.rear_axle[2]), 0.03, 1)
    spring = strut((0.1, p.rear_axle[1] + 0.03, p.rear_axle[2]), (0.1, p.rear_axle[1] - 0.02, over + 0.1), 0.026, 8)
    rail = rounded_box((0.2, 0.12, 0.03), (0, end + 0.08, p.seat - 0.03), 0.012, 1)
    return [(skin.mesh(), colors.paint), (engine, BLACK_METAL), (case, BLACK_METAL), (spring, colors.bright),
            (rail, colors.bright)]  # fmt: skip
