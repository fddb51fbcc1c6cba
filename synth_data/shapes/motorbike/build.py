"""A motorbike from its parameters: wheels, fork, engine, body, keypoints."""

from __future__ import annotations

import numpy as np

from synth_data.shapes.car.finish import BRAKE_DISC
from synth_data.shapes.cycles import axle, cast_spokes, hoop, wire_spokes
from synth_data.shapes.materials import BLACK_METAL, RUBBER
from synth_data.shapes.mesh import Part, Shape, assembled
from synth_data.shapes.motorbike.body import body_pieces, seat_pieces, tail_lamp, tail_pieces
from synth_data.shapes.motorbike.colors import Colors, colors_of
from synth_data.shapes.motorbike.front import bar_grip, front_pieces, lamp_face
from synth_data.shapes.motorbike.machine import exhaust_pieces, machine_pieces
from synth_data.shapes.motorbike.params import MotorbikeParams
from synth_data.shapes.motorbike.scooter import scooter_pieces
from synth_data.shapes.primitives import both_sides, moved
from synth_data.shapes.vehicles import MIRROR, Piece, sided

EDGES = (
    ("headlight_center", "head_center"), ("head_center", "front_seat"), ("front_seat", "back_seat"),
    ("back_seat", "tail_light"), ("left_handle_center", "head_center"), ("right_handle_center", "head_center"),
    ("left_front_wheel", "right_front_wheel"), ("left_back_wheel", "right_back_wheel"),
    ("left_front_wheel", "head_center"), ("right_front_wheel", "head_center"),
    ("left_back_wheel", "front_seat"), ("right_back_wheel", "front_seat"),
)  # fmt: skip
"""The skeleton."""

SPOKES = {"three": 3, "five": 5, "six": 6, "ten": 10}


def build_motorbike(params: MotorbikeParams) -> Shape:
    """Return the motorbike of ``params``, in metres, upright on the ground z = 0, between its axles at x = y = 0."""
    colors = colors_of(params)
    groups = {"front": front_pieces(params, colors), "exhaust": exhaust_pieces(params, colors)}
    if params.style == "scooter":
        groups |= {"body": scooter_pieces(params, colors)}
    else:
        groups |= {"machine": machine_pieces(params, colors), "body": body_pieces(params, colors)}
    groups |= {"seat": seat_pieces(params, colors), "tail": tail_pieces(params, colors)}
    parts = [assembled(name, pieces, sharp_angle_deg=40) for name, pieces in groups.items() if pieces]
    parts += wheel_parts(params, colors)
    return Shape("motorbike", params.style, tuple(parts), keypoints(params), params, MIRROR, edges=EDGES)


def wheel_parts(p: MotorbikeParams, colors: Colors) -> list[Part]:
    """Return the front and the rear wheel."""
    front = _wheel(p, p.front_radius, p.front_tyre, colors, discs=1 if p.style in ("cruiser", "scooter", "dirt") else 2)
    rear = _wheel(p, p.rear_radius, p.rear_tyre, colors, discs=1)
    pairs = (("front_wheel", front, p.front_axle), ("back_wheel", rear, p.rear_axle))
    return [assembled(name, pieces, sharp_angle_deg=40).moved(center) for name, pieces, center in pairs]


def _wheel(p: MotorbikeParams, radius: float, width: float, colors: Colors, discs: int) -> list[Piece]:
    """Return a wheel about the x axis: tyre, rim, spokes, hub, brake discs."""
    wall = min(0.42 * radius, 0.62 * width + 0.02)
    rim = radius - wall
    alloy = colors.bright if p.wheels == "wire" else colors.engine if p.metallic else BLACK_METAL
    pieces = [(hoop(radius - wall / 2, wall, width, 26, 8), RUBBER), (hoop(rim, 0.03, 0.72 * width, 26, 4), alloy)]
    if p.wheels == "wire":
        pieces.append((wire_spokes(24, 0.05, 0.05, rim, 0.004), colors.bright))
    else:
        count = SPOKES[p.wheels]
        pieces.append((cast_spokes(count, 0.06, rim, 0.045, 14 if count in (5, 10) else 0), alloy))
    half = max(0.5 * width, 0.07)
    pieces.append((axle(0.055, 0.06, 10), alloy))
    pieces.append((axle(0.014, half + 0.05, 6), BLACK_METAL))
    disc = moved(axle(0.5 * radius, 0.003, 18), (half, 0, 0))
    return [*pieces, (both_sides(disc) if discs == 2 else disc, BRAKE_DISC)]


def keypoints(p: MotorbikeParams) -> dict[str, np.ndarray]:
    """Return the points of PASCAL3D+ under its names, on or inside the machine."""
    start, end = p.seat_span
    grip = bar_grip(p)
    points = {
        "front_seat": np.array([0, start + 0.08, p.seat]),
        "back_seat": np.array([0, end - 0.05, p.seat + p.tail_rise]),
        "head_center": p.head_top - 0.06 * p.steering,
        "headlight_center": lamp_face(p),
        "tail_light": np.array([0, *tail_lamp(p)]),
    }
    points |= sided({"front_wheel": p.front_axle + (max(0.5 * p.front_tyre, 0.07) + 0.05, 0, 0),
                     "back_wheel": p.rear_axle + (max(0.5 * p.rear_tyre, 0.07) + 0.05, 0, 0)})  # fmt: skip
    return points | sided({"handle_center": grip})
