"""What a bicycle carries: mudguards, rack, basket, lamps, bottle, stabilisers."""

from __future__ import annotations

import numpy as np

from synth_data.shapes.bicycle.colors import Colors
from synth_data.shapes.bicycle.params import BicycleParams
from synth_data.shapes.car.finish import REFLECTOR, TAIL_RED
from synth_data.shapes.cycles import axle, bent, hoop, mudguard, strut
from synth_data.shapes.materials import BLACK_METAL, BLACK_PLASTIC, RUBBER
from synth_data.shapes.mesh import Material
from synth_data.shapes.primitives import both_sides, box, cylinder, merged, moved, rounded_box, turned
from synth_data.shapes.vehicles import Piece, lamp

WICKER = Material("wicker", (0.36, 0.2, 0.08), roughness=0.8, pattern="fabric", pattern_color=(0.2, 0.1, 0.03),
                  pattern_scale=0.02)  # fmt: skip


def extra_pieces(p: BicycleParams, colors: Colors) -> list[Piece]:
    """Return all that is fixed to the frame."""
    pieces: list[Piece] = []
    if p.guards:
        pieces += _guards(p, colors)
    if p.carrier in ("rack", "both"):
        pieces += _rack(p)
    if p.carrier in ("basket", "both"):
        pieces += _basket(p)
    if p.lamps:
        pieces += _lamps(p)
    if p.bottle:
        pieces += _bottle(p, colors)
    return pieces + (_stabilisers(p) if p.stabilisers else [])


def _guards(p: BicycleParams, colors: Colors) -> list[Piece]:
    """Return the mudguards and the front one's stays."""
    half, radius = 0.5 * p.tyre + 0.008, p.wheel_radius + 0.018
    front = mudguard(p.joints["front"], radius, half, 55, 190, 0.018)
    rear = mudguard(p.joints["rear"], radius, half, 20, 172, 0.018)
    foot = p.joints["rear"] + (0.05, 0, 0)
    stay = strut(foot, p.joints["rear"] + (half, 0.8 * radius, 0.55 * radius), 0.003, 4)
    return [(merged([front, rear]), colors.second), (both_sides(stay), BLACK_METAL)]


def _rack(p: BicycleParams) -> list[Piece]:
    """Return the carrier over the back wheel."""
    center = p.joints["rear"]
    z = center[2] + p.wheel_radius + 0.05
    start, end = center[1] - 0.20, center[1] + 0.2
    rail = bent([(0.015, start - 0.06, z), (0.06, start, z), (0.06, end, z), (0.0, end + 0.02, z)], 0.006, 0.03, 4)
    legs = [strut((0.06, y, z), center + (0.06, 0, 0.01), 0.005, 4) for y in (center[1] + 0.02, center[1] + 0.15)]
    slats = [strut((-0.06, y, z), (0.06, y, z), 0.004, 4) for y in np.linspace(start, end, 4)]
    return [(both_sides(merged([rail, *legs])), BLACK_METAL), (merged(slats), BLACK_METAL)]


def _basket(p: BicycleParams) -> list[Piece]:
    """Return a basket before the handlebar: four walls and a floor, open at the top."""
    clamp = p.joints["clamp"]
    size = np.array([0.34, 0.26, 0.22]) * (0.62 if p.style == "child" else 1.0)
    center = clamp + (0, -0.06 - size[1] / 2, -0.06)
    floor = box((0.8 * size[0], 0.8 * size[1], 0.012), center - (0, 0, size[2] / 2))
    walls = [floor]
    for axis, (along, across) in enumerate(((size[0], size[1]), (size[1], size[0]))):
        wall = box((along, 0.012, size[2]))
        wall[0][:, 0] *= np.where(wall[0][:, 2] < 0, 0.8, 1.0)
        wall[0][:, 1] += np.where(wall[0][:, 2] < 0, 0.4, 0.5) * across - 0.006
        walls += [moved(turned(wall, "z", turn + 90 * axis), center) for turn in (0, 180)]
    return [(merged(walls), WICKER)]


def _lamps(p: BicycleParams) -> list[Piece]:
    """Return the front lamp on the fork's crown and the tail lamp on the guard or rack."""
    place = p.joints["head_low"] + (0, -0.10, 0.045)
    rear = p.joints["rear"]
    behind = rear + (0, p.wheel_radius + 0.045, 0.16)
    if p.carrier in ("rack", "both"):
        behind = rear + (0, 0.235, p.wheel_radius + 0.03)
    shell = moved(turned(cylinder(0.034, -0.05, 0.0, 10, 0.02), "x", -90), place)
    arm = strut(place + (0, 0.02, 0), p.joints["head_low"] + (0, -0.01, 0.02), 0.007, 4)
    red = rounded_box((0.07, 0.025, 0.045), behind, 0.01, 1)
    return [
        (shell, BLACK_PLASTIC),
        (lamp(place - (0, 0.052, 0), 0.032, 0.012), REFLECTOR),
        (arm, BLACK_METAL),
        (red, TAIL_RED),
    ]


def _bottle(p: BicycleParams, colors: Colors) -> list[Piece]:
    """Return a bottle on the down tube."""
    low, high = p.joints["bracket"], p.joints["head_low"]
    ahead = (high - low) / np.linalg.norm(high - low)
    up = np.array([0, -ahead[2], ahead[1]]) * (1 if ahead[1] > 0 else -1)
    start = low + 0.14 * ahead + (p.tube + 0.045) * up
    return [(strut(start, start + 0.15 * ahead, 0.036, 10), colors.second),
            (strut(start + 0.15 * ahead, start + 0.19 * ahead, 0.02, 8), BLACK_PLASTIC)]  # fmt: skip


def _stabilisers(p: BicycleParams) -> list[Piece]:
    """Return the two small wheels beside the back one."""
    radius = 0.055
    place = np.array([0.19, p.joints["rear"][1], radius + 0.004])
    wheel = [
        moved(mesh, place) for mesh in (hoop(0.82 * radius, 0.36 * radius, 0.024, 14, 6), axle(0.7 * radius, 0.008, 12))
    ]
    arm = bent(
        [p.joints["rear"] + (0.062, 0, 0), p.joints["rear"] + (0.10, 0, 0.0), place + (-0.05, 0, 0.03), place],
        0.007,
        0.02,
        4,
    )
    return [(both_sides(wheel[0]), RUBBER), (both_sides(wheel[1]), BLACK_PLASTIC), (both_sides(arm), BLACK_METAL)]
