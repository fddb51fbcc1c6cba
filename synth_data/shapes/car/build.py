"""A car from its parameters: body, wheels, details, keypoints."""

from __future__ import annotations

import numpy as np

from synth_data.shapes.car.body import MIDDLE, RAIL, Grid, body_grid
from synth_data.shapes.car.cabin import cabin_part
from synth_data.shapes.car.fascia import Face, plate_at
from synth_data.shapes.car.finish import palette
from synth_data.shapes.car.front import front_part, lamp_box
from synth_data.shapes.car.layout import Layout
from synth_data.shapes.car.params import CarParams
from synth_data.shapes.car.skin import body_part
from synth_data.shapes.car.tail import rear_part, tail_box
from synth_data.shapes.car.trim import mirror_center, mirror_part, trim_part
from synth_data.shapes.car.wheels import wheel_parts
from synth_data.shapes.mesh import Shape
from vantage.geometry.symmetry import Symmetry

KEYPOINTS = (
    "left_front_wheel", "right_front_wheel", "left_back_wheel", "right_back_wheel",
    "upper_left_windshield", "upper_right_windshield", "upper_left_rearwindow", "upper_right_rearwindow",
    "lower_left_windshield", "lower_right_windshield",
    "left_front_light", "right_front_light", "left_back_light", "right_back_light",
    "left_back_trunk", "right_back_trunk", "left_mirror", "right_mirror", "front_plate", "back_plate",
)  # fmt: skip
"""Those of PASCAL3D+ under its names, and the foot of the windscreen, rear lamps, mirrors and plates."""


def build_car(params: CarParams) -> Shape:
    """Return the car of ``params``, in metres, on the ground z = 0, its middle at x = y = 0."""
    layout = Layout(params.style, params.proportions, params.details)
    colors = palette(params.finish, params.details.trim, params.details.lights_on)
    grid = body_grid(layout)
    wheels = wheel_parts(layout, colors)
    parts = [body_part(grid, layout, colors), *wheels, front_part(layout, colors), rear_part(layout, colors)]
    parts += [trim_part(layout, grid, colors), mirror_part(layout, colors), cabin_part(layout, grid, colors)]
    symmetry = Symmetry(mirror=True)
    return Shape("car", params.style, tuple(parts), car_keypoints(layout, grid, wheels), params, symmetry)


def car_keypoints(layout: Layout, grid: Grid, wheels) -> dict[str, np.ndarray]:
    """Return the named points of `KEYPOINTS`, on the surface (wheels: the middle of the outer face)."""
    at = grid.stations.at
    top = grid.vertices[grid.top]
    rail = MIDDLE + MIDDLE - RAIL
    front, rear = Face(layout, None), Face(layout, None, rear=True)
    left = {
        "front_wheel": _hub(wheels[0]), "back_wheel": _hub(wheels[2]),
        "upper_windshield": top[at["header"], rail],
        "upper_rearwindow": top[at["gate"] if layout.open else at["roof_end"], rail],
        "lower_windshield": top[at["cowl"], rail],
        "front_light": _middle(front, lamp_box(layout)), "back_light": _middle(rear, tail_box(layout)),
        "back_trunk": top[-1, -1], "mirror": mirror_center(layout) + (0.10, 0.03, 0),
    }  # fmt: skip
    plates = {"front_plate": layout.wall(0.0, front.z(plate_at(layout, False)), 0.02),
              "back_plate": layout.wall(layout.rear_u(0.0), rear.z(plate_at(layout, True)), 0.02)}  # fmt: skip
    points = {}
    for name in KEYPOINTS:
        side = "left" if "left" in name else "right"
        stem = name.replace("left_", "").replace("right_", "")
        points[name] = plates[name] if name in plates else left[stem] * ((1, 1, 1) if side == "left" else (-1, 1, 1))
    return points


def _hub(wheel) -> np.ndarray:
    """Return the middle of a left wheel's outer face."""
    low, high = wheel.vertices.min(axis=0), wheel.vertices.max(axis=0)
    center = (low + high) / 2
    return center + (0.39 / 0.5 * (high[0] - center[0]), 0, 0)


def _middle(face: Face, lamp: tuple[float, float, float, float]) -> np.ndarray:
    """Return the middle of a lamp on the left."""
    x0, x1, t0, t1 = lamp
    return face.layout.wall(face.u((x0 + x1) / 2), face.z((t0 + t1) / 2), 0.01)
