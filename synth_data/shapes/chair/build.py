"""A chair from its parameters: base, seat, back, arms, keypoints."""

from __future__ import annotations

import numpy as np

from synth_data.shapes.chair.back import Pieces, back_pieces
from synth_data.shapes.chair.base import base_pieces
from synth_data.shapes.chair.frame import Frame
from synth_data.shapes.chair.params import ChairParams
from synth_data.shapes.curves import monotone_cubic
from synth_data.shapes.furniture import cushion, fillet, four_snapped, leg, sheet, slab, snapped_pair, trapezoid
from synth_data.shapes.materials import BLACK_PLASTIC
from synth_data.shapes.mesh import Shape, assembled
from synth_data.shapes.primitives import Mesh, both_sides, extruded, rounded_box, tube
from synth_data.shapes.skeletons import SKELETONS
from vantage.geometry.symmetry import Symmetry


def build_chair(params: ChairParams) -> Shape:
    """Return the chair of ``params``, in metres, on the floor z = 0.

    Its ten keypoints are four leg ends, four corners of the seat and the two upper corners of the back. Of a swivel
    base or a round foot, the leg ends are the arms or rim points nearest to the corners of the seat.
    """
    frame = Frame(params)
    seat, seat_mesh = _seat(frame)
    base, ends = base_pieces(frame)
    back = back_pieces(frame)
    pieces = {"base": base, "seat": seat, "back": back, "arms": _arms(frame)}
    parts = tuple(assembled(name, group, sharp_angle_deg=40) for name, group in pieces.items() if group)
    corners = four_snapped([seat_mesh], params.width / 2, params.depth / 2, params.height + 0.02)
    tops = _back_tops(frame, [mesh for mesh, _ in back] or [seat_mesh])
    keypoints = {f"leg_{name}": point for name, point in ends.items()}
    keypoints |= {f"seat_{name}": point for name, point in corners.items()} | tops
    # one of two crossed bars passes behind the other, and the loop around a net has a seam
    symmetry = Symmetry(
        mirror=params.back not in ("cross", "mesh") and (params.base_turn_deg == 0 or params.base != "star")
    )
    return Shape("chair", params.style, parts, keypoints, params, symmetry, edges=SKELETONS["chair"].edges)


def _back_tops(frame: Frame, meshes: list[Mesh]) -> dict[str, np.ndarray]:
    """Return the upper corners of the back."""
    p = frame.p
    x = frame.half * (1 + p.back_flare)
    target = frame.place(np.array([frame.half, 0, p.back_height]))
    if p.back == "shell":
        target = np.array([0.5 * x, p.depth, p.height + 1.2 * p.back_height])
    if p.back == "hoop":
        target = frame.place(np.array([0.8 * frame.half, 0, p.back_height]))
    left, right = snapped_pair(meshes, target)
    return {"back_top_left": left, "back_top_right": right}


def _seat(frame: Frame) -> tuple[Pieces, Mesh]:
    """Return the seat's pieces, and the mesh that its corners are on."""
    p = frame.p
    if p.seat == "shell":
        mesh = _shell(frame)
        return [(mesh, p.cover)], mesh
    outline = trapezoid(p.width, p.width * p.taper, p.depth, p.corner, p.bow)
    if p.style == "armchair":
        return _armchair_seat(frame, outline)
    if p.seat == "pad":
        board_top = frame.under + min(0.016, 0.35 * p.thickness)
        board = slab(0.97 * outline, frame.under, board_top, 0.003)
        pad = slab(outline, board_top - 0.002, p.height - 0.008, 0.02, 0.012, under=0.004)
        return [(board, p.frame), (pad, p.cover)], pad
    if p.seat == "cushion":
        tray = extruded(0.94 * outline, frame.under, frame.under + 0.02, 0.006)
        pad = slab(outline, frame.under + 0.012, p.height - 0.012, 0.035, 0.018, under=0.015)
        ahead = np.clip(-pad[0][:, 1] / p.depth * 2, 0, 1) ** 3
        pad[0][:, 2] -= 0.025 * ahead * (pad[0][:, 2] - frame.under) / p.thickness
        return [(tray, BLACK_PLASTIC if p.style == "office" else p.frame), (pad, p.cover)], pad
    radius = 0.012 if p.seat == "hollowed" else 0.005
    mesh = slab(outline, frame.under, p.height, radius, -0.014 if p.seat == "hollowed" else 0.0)
    return [(mesh, p.cover)], mesh


def _armchair_seat(frame: Frame, outline: np.ndarray) -> tuple[Pieces, Mesh]:
    """Return an upholstered box and the loose cushion on it."""
    p = frame.p
    middle = frame.under + 0.42 * p.thickness
    body = slab(0.99 * outline, frame.under, middle + 0.01, 0.012)
    size = (p.width * 0.98, p.depth * 0.99, p.height - middle - 0.015)
    pad = cushion(size, (0, -0.01, (middle + p.height - 0.015) / 2), 0.018, 0.035)
    return [(body, p.cover), (pad, p.cover)], pad


def _shell(frame: Frame) -> Mesh:
    """Return a one-piece shell: a sheet bent along the sitter's outline, its sides turned up."""
    p = frame.p
    d, h, rake = p.depth, p.back_height, np.tan(np.radians(p.rake_deg))
    line = [(-0.5 * d, -0.03), (-0.42 * d, -0.002), (-0.1 * d, -0.018), (0.25 * d, -0.02), (0.42 * d, 0.03),
            (0.5 * d + 0.25 * rake * h, 0.35 * h), (0.5 * d + rake * h, h)]  # fmt: skip
    along = fillet(np.array([(0, y, z) for y, z in line]), 0.12, 6)
    length = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(along, axis=0), axis=1))])
    s = np.linspace(0, 1, 34)
    center = np.stack([np.interp(s * length[-1], length, along[:, k]) for k in range(3)], -1)
    half = (
        p.width / 2 * monotone_cubic(s, [0, 0.04, 0.3, 0.5, 0.8, 0.95, 1.0], [0.72, 0.86, 0.98, 1.0, 0.92, 0.74, 0.56])
    )
    cup = monotone_cubic(s, [0, 0.2, 0.5, 0.75, 1.0], [0.01, 0.05, 0.10, 0.06, 0.03])
    tangent = np.gradient(center, axis=0)
    tangent /= np.linalg.norm(tangent, axis=1, keepdims=True)
    face = np.cross((1.0, 0, 0), tangent)
    u = np.linspace(-1, 1, 19)
    lift = (np.abs(u) ** 2.4)[None, :, None] * (cup[:, None] * face)[:, None]
    points = center[:, None] + lift + np.stack([half[:, None] * u[None], 0 * lift[..., 0], 0 * lift[..., 0]], -1)
    return sheet(points + (0, 0, p.height), max(0.008, 0.6 * p.thickness))


def _arms(frame: Frame) -> Pieces:
    """Return the arm rests."""
    makers = {"wood": _wooden_arms, "loop": _loop_arms, "padded": _padded_arms, "tee": _tee_arms}
    return makers[frame.p.arms](frame) if frame.p.arms in makers else []


def _wooden_arms(frame: Frame) -> Pieces:
    """Return posts over the front legs and flat rests that run to the back."""
    p, z = frame.p, frame.p.height + frame.p.arm_height
    x, y = frame.corner(True)
    x = max(x, p.width / 2 - 0.01) if p.style == "armchair" else x
    behind = frame.place(np.array([frame.half, 0, p.arm_height]))
    y += 0.07 if p.style != "armchair" else 0.0
    low = frame.under if p.style != "armchair" else frame.under + 0.02
    post = leg((x, y, low), (x + 0.02, y - 0.01, z), 0.8 * p.leg_radius, "straight", p.square_legs)
    length = behind[1] - y + 0.05
    rest = rounded_box((0.05, length, 0.022), (0, 0, 0), 0.009, 2, divisions=6)
    t = rest[0][:, 1] / length + 0.5
    offset = np.stack(
        [(x + 0.02) * (1 - t) + behind[0] * t, np.full(len(t), y - 0.05 + length / 2), z - 0.03 * t**2], -1
    )
    return [(both_sides(post), p.frame), (both_sides((rest[0] + offset, rest[1])), p.frame)]


def _loop_arms(frame: Frame) -> Pieces:
    """Return bent tubes from the side of the seat up and to the back, padded on top."""
    p, z = frame.p, frame.p.height + frame.p.arm_height
    x, r = p.width / 2 + 0.025, max(p.leg_radius, 0.010)
    y0, y1 = -0.25 * p.depth, 0.36 * p.depth
    low = frame.under + 0.3 * p.thickness
    path = [
        (0.8 * x, y0 + 0.05, low),
        (x, y0 + 0.05, low),
        (x, y0, z),
        (x, y1, z),
        (x, y1 - 0.03, low),
        (0.8 * x, y1 - 0.03, low),
    ]
    pad = rounded_box((0.045, 0.7 * (y1 - y0), 0.022), (x, (y0 + y1) / 2, z + r), 0.010, 2)
    material = BLACK_PLASTIC if p.style == "office" else p.frame
    return [(both_sides(tube(fillet(path, 0.06), r, 10)), material), (both_sides(pad), BLACK_PLASTIC)]


def _padded_arms(frame: Frame) -> Pieces:
    """Return upholstered sides."""
    p = frame.p
    thick = 0.5 * p.back_thickness + 0.045
    low, high = frame.under, p.height + 0.85 * p.arm_height
    size = (thick, p.depth * 1.0 + 0.03, high - low)
    vertices, faces = cushion(size, (0, 0, 0), 0.012, 0.45 * thick)
    vertices[:, 2] -= 0.05 * np.clip(-vertices[:, 1] / p.depth, -0.5, 0.5) * (vertices[:, 2] > 0)
    place = (p.width / 2 + thick / 2 - 0.012, 0.02, (low + high) / 2)
    return [(both_sides((vertices + place, faces)), p.cover)]


def _tee_arms(frame: Frame) -> Pieces:
    """Return the T-shaped arms of an office chair."""
    p, z = frame.p, frame.p.height + frame.p.arm_height
    x = p.width / 2 + 0.035
    path = [(0.55 * x, 0.04, frame.under), (x, 0.04, frame.under), (x, 0.02, z)]
    post = tube(fillet(path, 0.05), np.array([[0.012, 0.024]]).repeat(len(fillet(path, 0.05)), 0), 10)
    pad = rounded_box((0.075, 0.25, 0.026), (x, 0.0, z + 0.008), 0.012, 3)
    return [(both_sides(post), BLACK_PLASTIC), (both_sides(pad), BLACK_PLASTIC)]
