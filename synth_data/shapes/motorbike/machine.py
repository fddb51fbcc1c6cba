"""Frame, engine, swing arm, springs and exhaust of a motorbike."""

from __future__ import annotations

import numpy as np

from synth_data.shapes.cycles import axle, bent, strut
from synth_data.shapes.furniture import fillet
from synth_data.shapes.materials import BLACK_METAL, BLACK_PLASTIC, CHROME
from synth_data.shapes.motorbike.colors import Colors
from synth_data.shapes.motorbike.params import MotorbikeParams
from synth_data.shapes.primitives import Mesh, both_sides, cylinder, merged, mirrored, moved, rounded_box, tube, turned
from synth_data.shapes.vehicles import Piece


def crank(p: MotorbikeParams) -> np.ndarray:
    """Return the middle of the crankcase [3]."""
    low = {"dirt": 0.46, "cruiser": 0.34, "touring": 0.42}.get(p.style, 0.38)
    return np.array([0, p.head_top[1] + 0.40 * (p.rear_axle[1] - p.head_top[1]), low])


def machine_pieces(p: MotorbikeParams, colors: Colors) -> list[Piece]:
    """Return frame, engine, swing arm and springs."""
    return [*frame(p, colors), *engine(p, colors), *swing_arm(p, colors)]


def pivot(p: MotorbikeParams) -> np.ndarray:
    """Return the pivot of the swing arm [3]."""
    return crank(p) + (0, 0.25, 0.02)


def frame(p: MotorbikeParams, colors: Colors) -> list[Piece]:
    """Return the frame: a cradle of tubes, or two broad beams on a sports machine."""
    head = p.head_top - 0.08 * p.steering
    start, end = p.seat_span
    rail = np.array([0.09, 0.5 * (start + end), p.seat - 0.11])
    rear = np.array([0.07, end - 0.08, p.seat + p.tail_rise - 0.1])
    low = crank(p) + (0.10, -0.2, -0.13)
    material = colors.paint if p.style in ("naked", "dirt") and p.metallic else BLACK_METAL
    meshes = [bent([head + (0.02, 0, 0), [0.11, start, p.seat - 0.1], rail, rear], 0.016, 0.1, 6)]
    meshes.append(bent([rail, pivot(p) + (0.11, 0.02, 0.02)], 0.016, 0.05, 6))
    if p.style == "sport":
        beam = np.array([head + (0.04, 0.02, 0), [0.14, start - 0.15, p.seat - 0.16], pivot(p) + (0.12, 0, 0.04)])
        meshes.append(tube(fillet(beam, 0.1, 3), np.tile([0.018, 0.05], (6, 1)), square=True))
        return [(both_sides(mesh), colors.engine if k == 2 else material) for k, mesh in enumerate(meshes)]
    path = [head - 0.05 * p.steering + (0.02, 0, 0), low, low + (0, 0.42, -0.0), pivot(p) + (0.11, 0, 0)]
    meshes.append(bent(path, 0.018, 0.08, 6))
    pegs = strut(pivot(p) + (0.1, -0.02, -0.08), pivot(p) + (0.26, -0.02, -0.08), 0.014, 6)
    return [(both_sides(merged(meshes)), material), (both_sides(pegs), BLACK_PLASTIC)]


def engine(p: MotorbikeParams, colors: Colors) -> list[Piece]:
    """Return crankcase, covers, finned cylinders, and a radiator where there are fairings."""
    center = crank(p)
    width = {"inline": 0.36, "vtwin": 0.28, "single": 0.24}.get(p.engine, 0.3)
    case = rounded_box((width, 0.42, 0.24), center + (0, 0.03, 0), 0.06, 1)
    covers = [
        moved(axle(r, 0.025, 14), center + (width / 2, y, z)) for r, y, z in ((0.105, -0.07, 0), (0.085, 0.12, 0.02))
    ]
    room = p.seat - 0.04 - (center[2] + 0.11)
    lean = {"vtwin": (-27, 27), "inline": (-18,), "single": (-8,)}.get(p.engine, (0,))
    blocks = [_cylinder(p, 0.86 * room, width) for _ in lean]
    placed = [
        moved(turned(mesh, "x", -angle), center + (0, 0.04 * np.sign(angle), 0.10)) for mesh, angle in zip(blocks, lean)
    ]
    pieces = [(case, colors.engine), (both_sides(merged(covers)), colors.bright), (merged(placed), colors.engine)]
    if p.engine == "inline":
        radiator = moved(
            turned(rounded_box((0.34, 0.04, 0.24), (0, 0, 0), 0.01, 1), "x", 18), center + (0, -0.30, 0.17)
        )
        pieces.append((radiator, BLACK_PLASTIC))
    if p.engine == "vtwin":
        filter_ = moved(axle(0.085, 0.035, 14), center + (-0.13, 0.0, 0.62 * room + 0.1))
        pieces.append((filter_, colors.bright))
    return pieces


def _cylinder(p: MotorbikeParams, height: float, width: float) -> Mesh:
    """Return an upright cylinder on the origin: fins, then a head."""
    if p.engine == "inline":
        fins = [
            rounded_box((width - 0.02, 0.21, 0.028), (0, 0, z), 0.01, 1) for z in np.linspace(0.05, 0.6 * height, 4)
        ]
        core, head = (
            rounded_box((width - 0.06, 0.17, height), (0, 0, height / 2), 0.02, 1),
            (width - 0.03, 0.22, 0.26 * height),
        )
        return merged([core, *fins, rounded_box(head, (0, 0, 0.85 * height), 0.03, 1)])
    radius = 0.075 if p.engine == "vtwin" else 0.085
    fins = [cylinder(1.25 * radius, z, z + 0.012, 12) for z in np.linspace(0.04, 0.68 * height, 5)]
    head = rounded_box((2.2 * radius, 2.3 * radius, 0.24 * height), (0, 0, 0.86 * height), 0.03, 1)
    return merged([cylinder(radius, 0, 0.8 * height, 12), *fins, head])


def swing_arm(p: MotorbikeParams, colors: Colors) -> list[Piece]:
    """Return the swing arm, the springs, and the chain's guard."""
    x = 0.5 * p.rear_tyre + 0.035
    start, end = pivot(p) + (x, 0, 0), p.rear_axle + (x, 0.03, 0)
    arm = tube(np.array([start, 0.5 * (start + end) + (0, 0, 0.02), end]), np.tile([0.016, 0.03], (3, 1)), square=True)
    pieces = [(both_sides(arm), colors.engine if p.chrome else BLACK_METAL)]
    if p.style in ("cruiser", "naked") and p.chrome:
        top = np.array([x + 0.01, p.rear_axle[1] - 0.16, p.seat - 0.1])
        foot = p.rear_axle + (x + 0.01, -0.05, 0.03)
        coils = [
            strut(foot + t * (top - foot), foot + (t + 0.07) * (top - foot), 0.033, 8)
            for t in np.linspace(0.15, 0.8, 6)
        ]
        pieces.append((both_sides(merged([strut(foot, top, 0.02, 6), *coils])), CHROME))
    else:
        foot = start * (0, 1, 1) + (0, 0.12, 0.02)
        top = np.array([0, foot[1] - 0.03, p.seat - 0.12])
        pieces.append((strut(foot, top, 0.035, 8), colors.paint if p.metallic else BLACK_METAL))
    chain = strut(start + (0.012, 0.0, 0.06), end + (0.012, 0, 0.06), 0.012, 4)
    return [*pieces, (chain, BLACK_METAL)]


def exhaust_pieces(p: MotorbikeParams, colors: Colors) -> list[Piece]:
    """Return header pipes and silencers, on the right or on both sides."""
    if p.style == "scooter":
        start = p.rear_axle + (-0.11, -0.28, 0.0)
        can = tube(np.array([start, start + (-0.03, 0.1, 0.0), p.rear_axle + (-0.17, 0.22, 0.06)]), 0.055, 10)
        return [(can, colors.bright if p.chrome else BLACK_METAL)]
    center, x = crank(p), 0.5 * p.rear_tyre + 0.095
    port = center + (0.07, -0.2, 0.62 * (p.seat - 0.1 - center[2]))
    knee = center + (0.10, -0.36, -0.05)
    under = center + (0.12, -0.20, -0.16)
    end = p.rear_axle + (x, -0.12, 0.02)
    pipe = bent([port, knee, under, center + (x, 0.2, -0.12), end], 0.024, 0.09, 7)
    if p.exhaust == "high":
        joint = np.array([x + 0.02, center[1] + 0.3, p.seat - 0.28])
        can = tube(np.array([joint, [x + 0.02, p.rear_axle[1] + 0.16, p.seat - 0.1]]), 0.052, 10)
        pipe = bent([port, knee + (0, 0.04, 0.05), center + (0.16, -0.1, -0.06), joint], 0.024, 0.1, 7)
    elif p.style == "cruiser":
        can = tube(np.array([center + (x, 0.16, -0.12), p.rear_axle + (x, 0.34, -0.10)]), 0.042, 10)
    else:
        can = tube(np.array([end - (0, 0.06, 0.03), p.rear_axle + (x + 0.03, 0.30, 0.14)]), 0.056, 10)
    one = [(mirrored(pipe), colors.bright), (mirrored(can), colors.bright)]
    if p.exhaust == "two":
        one = [(both_sides(pipe), colors.bright), (both_sides(can), colors.bright)]
    return one
