"""A bus from its parameters: body, bonnet, wheels, sides, ends, keypoints."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from synth_data.shapes.bus.ends import front_pieces, lamp_place, rear_pieces, tail_place
from synth_data.shapes.bus.layout import Layout
from synth_data.shapes.bus.params import BusParams
from synth_data.shapes.bus.sides import roof_pieces, side_pieces
from synth_data.shapes.furniture import snapped
from synth_data.shapes.materials import RUBBER
from synth_data.shapes.mesh import Material, Part, Shape, assembled
from synth_data.shapes.primitives import Mesh
from synth_data.shapes.vehicles import MIRROR, Skin, lacquer, rings, sided, wheel

CORNERS = ("left_lower", "left_upper", "right_upper", "right_lower")
EDGES = (
    *((f"body_{end}_{a}", f"body_{end}_{b}") for end in ("front", "back") for a, b in pairwise((*CORNERS, CORNERS[0]))),
    *((f"body_front_{corner}", f"body_back_{corner}") for corner in CORNERS),
)
"""The skeleton: the edges of the body."""

RIM = Material("rim", (0.5, 0.5, 0.51), metallic=0.7, roughness=0.35)


def build_bus(params: BusParams) -> Shape:
    """Return the bus of ``params``, in metres, on the ground z = 0, its middle at x = y = 0."""
    layout = Layout(params)
    paint = lacquer("paint", params.paint, params.metallic, params.roughness)
    second = lacquer("second paint", params.second, 0.0, params.roughness)
    bonnet = bonnet_meshes(params)
    groups = {
        "body": [(layout.body.mesh(), paint)] + [(mesh, paint) for mesh in bonnet],
        "sides": side_pieces(layout, paint, second),
        "roof": roof_pieces(layout, second),
        "front": front_pieces(layout, paint, second),
        "rear": rear_pieces(layout, second),
    }
    parts = [assembled(name, pieces, sharp_angle_deg=30) for name, pieces in groups.items() if pieces]
    parts += wheel_parts(params)
    return Shape("bus", params.style, tuple(parts), bus_keypoints(layout, bonnet), params, MIRROR, edges=EDGES)


def bonnet_meshes(p: BusParams) -> list[Mesh]:
    """Return the engine's bonnet, and the wings beside a narrow one."""
    if not p.bonnet:
        return []
    start, end = -p.length / 2, p.front_end + 0.3
    y = np.array([start, start + 0.03, start + 0.14, 0.5 * (start + end), end])
    draw = np.array([0.9, 0.96, 1.0, 1.0, 1.0])
    if p.style == "mini":
        top = np.array([0.70, 0.74, 0.78, 0.90, 1.0]) * (p.belt + 0.08)
        return [Skin(rings(y, 0.985 * p.half * draw, p.clearance, top, 5, 12)).mesh()]
    high = bonnet_top(p) - np.array([0.16, 0.11, 0.07, 0.03, 0.0])
    hood = rings(y, np.array([0.56, 0.6, 0.63, 0.68, 0.74]) * p.half, 0.7, high, 4, 12)
    wings = rings(y + 0.06, 0.97 * p.half * draw, p.clearance, np.array([0.92, 1.0, 1.06, 1.10, 1.12]), 5, 12)
    return [Skin(hood).mesh(), Skin(wings).mesh()]


def bonnet_top(p: BusParams) -> float:
    """Return the height of a bonnet at the windscreen."""
    return p.belt - 0.05


def wheel_parts(p: BusParams) -> list[Part]:
    """Return the wheels, left before right, from front to back."""
    meshes = wheel(p.wheel_radius, 0.55 * p.wheel_radius)
    parts = []
    for number, axle in enumerate(p.axles):
        name = ("front", "back", "third")[number]
        center = (p.half - 0.26 * p.wheel_radius, axle, p.wheel_radius)
        left = assembled(f"left_{name}_wheel", list(zip(meshes, (RUBBER, RIM))), sharp_angle_deg=40).moved(center)
        parts += [left, left.mirrored(f"right_{name}_wheel")]
    return parts


def bus_keypoints(layout: Layout, bonnet: list[Mesh]) -> dict[str, np.ndarray]:
    """Return the corners of the body, wheels, lamps and the middle of each end, on the surface."""
    p, body = layout.p, [layout.body.mesh()]
    places = {"front": layout.front, "back": layout.back}
    points: dict[str, np.ndarray] = {}
    for end, surface in places.items():
        for level, z in (("lower", p.clearance), ("upper", p.height)):
            corner = np.array([p.half - 0.5 * p.corner, float(surface(np.array(p.half), np.array(z))), z])
            points |= sided({level: snapped(body, corner)}, f"body_{end}_{{side}}_{{name}}")
    for end, axle in zip(("front", "back"), p.axles):
        hub = np.array([p.half - 0.02 * p.wheel_radius, axle, p.wheel_radius])
        points |= sided({f"{end}_wheel": hub})
    points |= sided({"front_light": lamp_place(layout), "back_light": tail_place(layout)})
    return points
