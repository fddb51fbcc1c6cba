"""A bicycle from its parameters: wheels, frame, drive, handlebar, saddle, what it carries, keypoints."""

from __future__ import annotations

import numpy as np

from synth_data.shapes.bicycle.bars import bar_pieces, grip_place
from synth_data.shapes.bicycle.colors import Colors
from synth_data.shapes.bicycle.extras import extra_pieces
from synth_data.shapes.bicycle.params import BicycleParams
from synth_data.shapes.car.finish import TAIL_RED
from synth_data.shapes.cycles import axle, bent, hoop, strut, wire_spokes
from synth_data.shapes.materials import BLACK_METAL, BLACK_PLASTIC, CHROME, RUBBER, STEEL
from synth_data.shapes.mesh import Material, Part, Shape, assembled
from synth_data.shapes.primitives import both_sides, merged, moved, rounded_box, turned
from synth_data.shapes.vehicles import MIRROR, Piece, Skin, lacquer, rings, sided

EDGES = (
    ("head_center", "seat_front"), ("seat_front", "seat_back"),
    ("left_handle_center", "head_center"), ("right_handle_center", "head_center"),
    ("left_front_wheel", "right_front_wheel"), ("left_back_wheel", "right_back_wheel"),
    ("left_front_wheel", "head_center"), ("right_front_wheel", "head_center"),
    ("left_back_wheel", "seat_back"), ("right_back_wheel", "seat_back"), ("left_pedal_center", "right_pedal_center"),
)  # fmt: skip
"""The skeleton."""

TAN = Material("tan", (0.25, 0.11, 0.035), roughness=0.6)


def build_bicycle(params: BicycleParams) -> Shape:
    """Return the bicycle of ``params``, in metres, upright on the ground z = 0, between its axles at x = y = 0."""
    metal = BLACK_METAL if params.style in ("mountain", "bmx") else CHROME if params.style == "city" else STEEL
    colors = Colors(
        lacquer("paint", params.paint),
        lacquer("second paint", params.second),
        metal,
        TAN if params.tan_walls else RUBBER,
    )
    groups = {
        "frame": frame_pieces(params, colors), "drive": drive_pieces(params, colors),
        "handlebar": bar_pieces(params, colors), "saddle": saddle_pieces(params, colors),
        "extras": extra_pieces(params, colors),
    }  # fmt: skip
    parts = [assembled(name, pieces, sharp_angle_deg=40) for name, pieces in groups.items() if pieces]
    parts += wheel_parts(params, colors)
    return Shape("bicycle", params.style, tuple(parts), keypoints(params), params, MIRROR, edges=EDGES)


def wheel_parts(p: BicycleParams, colors: Colors) -> list[Part]:
    """Return the front and the back wheel."""
    rim = p.wheel_radius - 0.9 * p.tyre
    wall = 1.05 * p.tyre
    pieces = [
        (hoop(p.wheel_radius - wall / 2, wall, p.tyre, 30, 6), TAN if p.tan_walls else RUBBER),
        (hoop(rim - 0.008, 0.022 if p.style != "road" else 0.034, 0.024, 30, 4), colors.metal),
        (wire_spokes(p.spokes, 0.024, 0.028, rim - 0.015, 0.0017), STEEL),
        (merged([axle(0.02, 0.03, 8), axle(0.007, 0.065, 6)]), colors.metal),
    ]
    if p.style == "mountain":
        pieces.append((moved(axle(0.085, 0.002, 16), (0.036, 0, 0)), STEEL))
    places = (("front_wheel", p.joints["front"]), ("back_wheel", p.joints["rear"]))
    return [assembled(name, pieces, sharp_angle_deg=40).moved(center) for name, center in places]


def frame_pieces(p: BicycleParams, colors: Colors) -> list[Piece]:
    """Return frame and fork."""
    j, r = p.joints, p.tube
    meshes = [strut(j["bracket"], j["seat_top"], r, 8), strut(j["head_low"], j["head_top"], 1.25 * r, 8)]
    meshes.append(strut(j["bracket"], j["head_low"] + 0.2 * (j["head_top"] - j["head_low"]), 1.15 * r, 8))
    meshes += [*top_tube(p), moved(axle(1.3 * r, 0.036, 10), j["bracket"])]
    foot = j["rear"] + (0.06, 0, 0)
    chain = bent([j["bracket"] + (0.02, 0.03, 0), j["bracket"] + (0.045, 0.1, 0), foot], 0.62 * r, 0.04, 6)
    stay = bent(
        [j["seat_top"] - (-0.015, 0, 0.03), foot + 0.75 * (j["seat_top"] - foot) + (0.03, 0, 0), foot], 0.5 * r, 0.05, 6
    )
    return [(merged(meshes), colors.paint), (both_sides(merged([chain, stay])), colors.paint), *fork(p, colors)]


def top_tube(p: BicycleParams) -> list:
    """Return the upper tube of the frame."""
    j, r = p.joints, p.tube
    head = j["head_top"] - 0.22 * (j["head_top"] - j["head_low"])
    seat = j["seat_top"] - 0.04 * (j["seat_top"] - j["bracket"])
    span = j["seat_top"] - j["bracket"]
    if p.frame == "diamond":
        return [strut(head, seat, r, 8)]
    if p.frame == "sloping":
        return [strut(head, j["bracket"] + 0.88 * span, r, 8)]
    if p.frame == "mixte":
        return [strut(head, j["bracket"] + 0.5 * span, 0.9 * r, 8)]
    low = j["bracket"] + (0, -0.10, 0.13)
    return [bent([head, low, j["bracket"] + 0.45 * span], 0.9 * r, 0.22, 8)]


def fork(p: BicycleParams, colors: Colors) -> list[Piece]:
    """Return both blades and the crown."""
    j = p.joints
    x = max(0.5 * p.tyre + 0.02, 0.042)
    crown = j["head_low"] - 0.03 * j["steering"]
    foot = j["front"] + (0.052, 0, 0)
    if p.spring_fork:
        middle = foot + 0.52 * (crown + (x, 0, 0) - foot)
        lower, upper = strut(foot, middle, 0.021, 8), strut(middle, crown + (x, 0, 0), 0.016, 8)
        bridge = rounded_box((2 * x + 0.05, 0.05, 0.045), crown, 0.015, 1)
        return [(both_sides(lower), colors.second), (both_sides(upper), STEEL), (bridge, colors.second)]
    line = [crown + (x, 0, 0), j["front"] + 0.3 * (crown - j["front"]) + (0.05, 0.014, 0), foot]
    blade = bent(line, np.linspace(0.85, 0.45, 8)[:, None][:6] * p.tube, 0.06, 6)
    bridge = rounded_box((2 * x + 0.02, 0.036, 0.04), crown + (0, 0, 0.008), 0.012, 1)
    return [(both_sides(blade), colors.second), (bridge, colors.second)]


def pedal_place(p: BicycleParams, left: bool) -> np.ndarray:
    """Return the middle of a pedal [3]."""
    arm = {"child": 0.10, "bmx": 0.165}.get(p.style, 0.17)
    angle = np.radians(p.crank_deg + (0 if left else 180))
    around = np.array([0, -np.cos(angle), np.sin(angle)]) * min(arm, p.bracket - 0.06)
    return p.joints["bracket"] + around + ((0.125 if left else -0.125), 0, 0)


def drive_pieces(p: BicycleParams, colors: Colors) -> list[Piece]:
    """Return cranks, pedals, chain wheel, chain and sprockets; the chain runs on the right."""
    j = p.joints
    pieces: list[Piece] = []
    for left, side in ((True, 1), (False, -1)):
        pedal = pedal_place(p, left)
        root = j["bracket"] + (side * 0.06, 0, 0)
        pieces.append((strut(root, pedal * (0, 1, 1) + (side * 0.072, 0, 0), 0.011, 6), colors.metal))
        pieces.append((rounded_box((0.085, 0.075, 0.022), pedal, 0.008, 1), BLACK_PLASTIC))
        pieces.append((strut(pedal * (0, 1, 1) + (side * 0.06, 0, 0), pedal, 0.006, 4), colors.metal))
    big, small = (0.055, 0.03) if p.style in ("child", "bmx") else (0.095, 0.045)
    ring, sprocket = j["bracket"] - (0.05, 0, 0), j["rear"] - (0.042, 0, 0)
    star = merged([turned(rounded_box((0.004, 0.016, 1.8 * big), (0, 0, 0), 0.001, 1), "x", a) for a in (0, 60, 120)])
    wheel = [moved(mesh, ring) for mesh in (hoop(0.93 * big, 0.14 * big, 0.005, 20, 4), star)]
    sprockets = moved(axle(small, 0.012, 12), sprocket)
    runs = [strut(ring + (0, 0, s * big), sprocket + (0, 0, s * small), 0.0045, 4) for s in (1, -1)]
    pieces += [(merged([*wheel, sprockets]), colors.metal), (merged(runs), BLACK_METAL)]
    if p.style in ("road", "mountain"):
        cage = rounded_box((0.02, 0.03, 0.10), j["rear"] + (-0.05, -0.01, -0.085), 0.008, 1)
        pieces.append((cage, BLACK_METAL))
    if p.style in ("city", "child") and p.guards:
        middle = 0.5 * (ring + sprocket)
        length = np.linalg.norm(sprocket - ring) + 1.2 * big
        tilt = np.degrees(np.arctan2((sprocket - ring)[2], (sprocket - ring)[1]))
        guard = turned(rounded_box((0.03, length, 1.5 * big), (0, 0, 0.3 * big), 0.014, 1), "x", tilt)
        pieces.append((moved(guard, middle - (0.006, 0, 0)), colors.second))
    return pieces


def saddle_span(p: BicycleParams) -> tuple[np.ndarray, np.ndarray]:
    """Return nose and rear end of the saddle's top [3]."""
    size = 0.8 if p.style in ("child", "bmx") else 1.0
    top = p.joints["saddle"]
    return top + (0, -0.145 * size, 0.004), top + (0, 0.125 * size, 0.012)


def saddle_pieces(p: BicycleParams, colors: Colors) -> list[Piece]:
    """Return saddle and seat post, and a rear reflector under it."""
    nose, rear = saddle_span(p)
    t = np.array([0, 0.05, 0.3, 0.6, 0.8, 0.95, 1.0])
    broad = 0.075 if p.style in ("road", "mountain") else 0.105 if p.style == "city" else 0.07
    wide = broad * np.array([0.15, 0.22, 0.32, 0.72, 1.0, 0.9, 0.5])
    y = nose[1] + t * (rear[1] - nose[1])
    high = nose[2] + t * (rear[2] - nose[2]) + np.array([-0.02, -0.006, 0, 0.0, 0.004, 0, -0.016])
    low = high - np.array([0.02, 0.035, 0.03, 0.035, 0.05, 0.05, 0.025])
    post = strut(
        p.joints["seat_top"] - 0.1 * (p.joints["saddle"] - p.joints["bracket"]),
        p.joints["saddle"] - (0, 0, 0.03),
        0.0135,
        8,
    )
    leather = TAN if p.tan_walls else BLACK_PLASTIC
    clamp = strut(p.joints["seat_top"] - (0, 0, 0.012), p.joints["seat_top"] + (0, 0, 0.014), 1.25 * p.tube, 8)
    reflector = rounded_box((0.05, 0.012, 0.032), p.joints["saddle"] * (0, 1, 1) + (0, 0.085, -0.065), 0.005, 1)
    holder = strut(p.joints["saddle"] - (0, -0.01, 0.06), p.joints["saddle"] + (0, 0.085, -0.065), 0.006, 4)
    skin = Skin(rings(y, wide, low, high, 2.2, 3, count=14))
    black = [(clamp, BLACK_METAL), (holder, BLACK_METAL)]
    return [(skin.mesh(), leather), (post, colors.metal), *black, (reflector, TAIL_RED)]


def keypoints(p: BicycleParams) -> dict[str, np.ndarray]:
    """Return the points of PASCAL3D+ under its names, on or inside the bicycle."""
    j = p.joints
    nose, rear = saddle_span(p)
    points = {"head_center": 0.5 * (j["head_low"] + j["head_top"]), "seat_front": nose, "seat_back": rear}
    points |= sided({"front_wheel": j["front"] + (0.065, 0, 0), "back_wheel": j["rear"] + (0.065, 0, 0)})
    points |= sided({"handle_center": grip_place(p)})
    return points | {f"{side}_pedal_center": pedal_place(p, side == "left") for side in ("left", "right")}
