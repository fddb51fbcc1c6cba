"""A sofa from its parameters: body, cushions, back, arms, feet, pillows, keypoints."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from synth_data.shapes.curves import resampled
from synth_data.shapes.furniture import LEGS, cushion, leg, loft, pillow, snapped, snapped_pair
from synth_data.shapes.materials import BLACK_PLASTIC
from synth_data.shapes.mesh import Material, Shape, assembled
from synth_data.shapes.primitives import Mesh, merged, mirrored, moved, rounded_box, tube, turned
from synth_data.shapes.skeletons import SKELETONS
from synth_data.shapes.sofa.params import Pillow, SofaParams
from vantage.geometry.symmetry import Symmetry

Pieces = list[tuple[Mesh, Material]]

KEYPOINTS = (
    *(f"{part}_{corner}" for part in ("leg", "seat", "arm") for corner in
      ("front_left", "front_right", "back_left", "back_right")),
    "back_top_left", "back_top_right",
)  # fmt: skip
"""Names of a sofa's keypoints, in their order."""


def build_sofa(params: SofaParams) -> Shape:
    """Return the sofa of ``params``, in metres, on the floor z = 0, the seats' line at the back at y = 0.

    Its fourteen keypoints are four corners on the floor, four of the seat, front and back end of the top of each arm
    and the two upper corners of the back. With a chaise, the front corners of its side are the chaise's. Where there
    are no arms, the arms' points are those of the seat's side edges a little within the corners.
    """
    p = (
        params
        if params.chaise != "right"
        else replace(params, chaise="left", pillows=tuple(map(_flipped, params.pillows)))
    )
    makers = {"body": _body, "feet": _feet, "seat": _seat, "back": _back, "arms": _arms, "pillows": _pillows}
    groups = {name: make(p) for name, make in makers.items()}
    keypoints = _keypoints(p, groups)
    parts = [assembled(name, pieces, sharp_angle_deg=42) for name, pieces in groups.items() if pieces]
    if params.chaise == "right":
        parts = [part.mirrored() for part in parts]
        keypoints = {name: keypoints[_other_side(name)] * (-1, 1, 1) for name in keypoints}
    symmetry = Symmetry(mirror=params.chaise == "none" and not params.pillows)
    return Shape("sofa", params.style, tuple(parts), keypoints, params, symmetry, edges=SKELETONS["sofa"].edges)


def _flipped(one: Pillow) -> Pillow:
    """Return a pillow under x -> -x."""
    return replace(one, at=-one.at, roll_deg=-one.roll_deg, yaw_deg=-one.yaw_deg)


def _other_side(name: str) -> str:
    """Return a keypoint's name with left and right exchanged."""
    return name.replace("left", "*").replace("right", "left").replace("*", "right")


def _both(mesh: Mesh) -> list[Mesh]:
    """Return a mesh of the left side and its mirror image."""
    return [mesh, mirrored(mesh)]


def _arm_depth(p: SofaParams) -> float:
    """Return how far arms reach to the front of y = 0."""
    return p.depth - (0.10 if p.style == "classic" else 0.0)


def _body(p: SofaParams) -> Pieces:
    """Return the upholstered box under the cushions, with the chaise's."""
    low, high = p.foot_height, p.deck + 0.01
    size = (2 * p.inner + 0.02, p.depth + 0.06, high - low)
    radius = min(0.02, 0.4 * size[2])
    if p.arms == "wood":
        low = high - 0.05
        size = (2 * p.inner, p.depth + 0.06, 0.05)
    pieces = [rounded_box(size, (0, 0.03 - p.depth / 2, (low + high) / 2), radius, 3)]
    if p.chaise != "none":
        wide = p.seat_width + p.arm
        center = (p.outer - wide / 2, -p.depth - p.chaise_length / 2 + 0.05, (low + high) / 2)
        pieces.append(rounded_box((wide, p.chaise_length + 0.10, high - low), center, radius, 3))
    return [(mesh, p.frame if p.arms == "wood" else p.cover) for mesh in pieces]


def _seat(p: SofaParams) -> Pieces:
    """Return the seat's cushions; a chaise has one long cushion."""
    puff, radius = 0.006 + 0.022 * p.softness, 0.03 + 0.03 * p.softness
    width = 2 * p.inner / p.seat_cushions
    top = p.seat_height - 0.6 * puff
    pieces = []
    for k in range(p.seat_cushions):
        x = (k + 0.5) * width - p.inner
        ahead = p.chaise_length if p.chaise != "none" and k == p.seat_cushions - 1 else 0.0
        front = -p.depth - ahead - 0.015
        mesh = cushion((width - 0.006, -front, top - p.deck), (x, front / 2, (top + p.deck) / 2), puff, radius)
        pieces.append(_widened(mesh, -p.depth - 0.02, p.arm - 0.004) if ahead and p.arm else mesh)
    return [(mesh, p.cover) for mesh in pieces]


def _widened(mesh: Mesh, y: float, by: float) -> Mesh:
    """Return a cushion whose part in front of ``y`` reaches farther left by ``by``."""
    vertices = mesh[0].copy()
    middle = (vertices[:, 0].min() + vertices[:, 0].max()) / 2
    share = np.clip((vertices[:, 0] - middle) / (vertices[:, 0].max() - middle), 0, 1)
    vertices[:, 0] += by * share * (vertices[:, 1] < y)
    return vertices, mesh[1]


def _leaning(p: SofaParams, mesh: Mesh) -> Mesh:
    """Return a mesh leant back about the seat's rear edge."""
    shear = np.tan(np.radians(p.rake_deg)) * np.clip(mesh[0][:, 2] - p.deck, 0, None)
    return mesh[0] + np.stack([0 * shear, shear, 0 * shear], -1), mesh[1]


def _back(p: SofaParams) -> Pieces:
    """Return the back: a padded board, with loose cushions or tufts."""
    top = p.seat_height + p.back_height
    low = p.foot_height + 0.01 if p.arms != "wood" else p.deck
    reach = p.inner if p.arms in ("square", "wood", "low") and p.arm_height > 0.9 * p.back_height else p.outer - 0.002
    reach = p.inner if p.arms == "wood" else reach
    if p.style == "chesterfield":
        return [(_leaning(p, mesh), p.cover) for mesh in _rolled_back(p, low, top)] + _tufts(p)
    loose = p.back == "cushions"
    thick = 0.5 * p.back_thickness if loose else p.back_thickness
    height = top - low - (0.06 if loose else 0.0)
    center = (0, p.behind - thick / 2, low + height / 2)
    pieces = [_leaning(p, rounded_box((2 * reach, thick, height), center, min(0.05, 0.4 * thick), 4, divisions=4))]
    if loose:
        pieces += [_leaning(p, mesh) for mesh in _back_cushions(p, thick, top)]
    return [(mesh, p.cover) for mesh in pieces] + (_tufts(p) if p.back == "tufted" else [])


def _back_cushions(p: SofaParams, thick: float, top: float) -> list[Mesh]:
    """Return the loose cushions in front of the back."""
    width = 2 * p.inner / p.seats
    deep = p.back_thickness - thick + 0.05
    low = p.seat_height - 0.015
    size = (width - 0.012, deep, top - low - 0.01)
    puff = 0.02 + 0.035 * p.softness
    y = p.behind - thick - deep / 2 + 0.012
    return [cushion(size, ((k + 0.5) * width - p.inner, y, (top + low) / 2), puff, 0.46 * deep) for k in range(p.seats)]


def _rolled_back(p: SofaParams, low: float, top: float) -> list[Mesh]:
    """Return a back whose upper edge rolls over to the rear."""
    r = 0.5 * p.arm_width * 0.9
    y, height = 0.5 * p.back_thickness, top - r - low
    size = (2 * p.outer - 0.6 * p.arm_width, p.back_thickness - 0.03, height)
    wall = rounded_box(size, (0, y, low + height / 2), 0.04, 4)
    reach = p.outer - 0.2 * r
    path = np.array([[x, y + 0.02, top - r] for x in np.linspace(-reach, reach, 9)])
    return [wall, tube(path, np.array([0.75, 1, 1, 1, 1, 1, 1, 1, 0.75]) * r, 20)]


def _tufts(p: SofaParams) -> Pieces:
    """Return buttons in a diamond pattern on the face of the back."""
    rows = 2 if p.back_height < 0.4 else 3
    dark = replace(p.cover, base_color=tuple(0.4 * c for c in p.cover.base_color))
    buttons = []
    face = 0.014 if p.style == "chesterfield" else 0.0
    for row in range(rows):
        z = p.seat_height + p.back_height * (0.22 + 0.56 * row / max(rows - 1, 1)) * (
            0.85 if p.style == "chesterfield" else 1
        )
        xs = np.arange(-p.inner + 0.12 + 0.09 * (row % 2), p.inner - 0.1, 0.18)
        buttons += [rounded_box((0.032, 0.022, 0.032), (x, face, z), 0.011, 2) for x in xs + (-xs.min() - xs.max()) / 2]
    return [(_leaning(p, merged(buttons)), dark)]


def _arms(p: SofaParams) -> Pieces:
    """Return both arms."""
    makers = {"square": _square_arm, "low": _square_arm, "rolled": _rolled_arm, "wood": _wooden_arm}
    if p.arms not in makers:
        return []
    material = p.frame if p.arms == "wood" else p.cover
    return [(mesh, material) for mesh in _both(makers[p.arms](p))]


def _square_arm(p: SofaParams) -> Mesh:
    """Return the left arm as a padded box."""
    low, high = p.foot_height, p.seat_height + p.arm_height
    size = (p.arm_width, _arm_depth(p) + 0.8 * p.back_thickness, high - low)
    center = (p.inner + p.arm_width / 2, 0.8 * p.back_thickness - size[1] / 2, (low + high) / 2)
    return rounded_box(size, center, 0.02 + 0.04 * p.softness, 4, puff=0.008 * p.softness, divisions=4)


def _rolled_arm(p: SofaParams) -> Mesh:
    """Return the left arm with a scroll: its outline, seen from the front, swept backwards."""
    low, high, w = p.foot_height, p.seat_height + p.arm_height, p.arm_width
    r = 0.36 * w
    angle = np.radians(np.linspace(-60, 215, 20))
    scroll = np.stack([p.inner + 0.55 * w + r * np.cos(angle), high - r + r * np.sin(angle)], -1)
    base = np.array([(p.inner, low), (p.inner + 0.78 * w, low), (p.inner + 0.78 * w, high - 2.0 * r)])
    outline = resampled(np.concatenate([base, scroll, [(p.inner, high - 2.1 * r), (p.inner, low)]]), 61)[:-1]
    middle, hub = outline.mean(axis=0), (p.inner + 0.5 * w, high - 1.9 * r)
    front, back = -_arm_depth(p), 0.75 * p.back_thickness
    ends = ((back, 0.95), (back - 0.02, 1.0), (front + 0.03, 1.0), (front + 0.01, 0.985), (front, 0.93))
    points = np.vstack([outline, hub])
    rings = np.stack([np.insert(middle + (points - middle) * scale, 1, y, axis=1) for y, scale in ends])
    vertices, faces = loft(rings[:, :-1])
    vertices[-2:] = rings[[0, -1], -1]  # the ends fan out from the scroll's neck, which sees all of the outline
    return vertices, faces


def _wooden_arm(p: SofaParams) -> Mesh:
    """Return the left arm as an open wooden frame."""
    x, high = p.inner + p.arm_width / 2, p.seat_height + p.arm_height
    front, back = -p.depth + 0.06, 0.6 * p.back_thickness
    posts = [leg((x, y, 0), (x, y + lean, high), 0.022, "tapered") for y, lean in ((front, -0.02), (back, 0.0))]
    rest = rounded_box((p.arm_width, back - front + 0.14, 0.028), (x, (back + front) / 2 - 0.02, high), 0.012, 3)
    rail = rounded_box((0.025, back - front, 0.05), (p.inner + 0.012, (back + front) / 2, p.deck - 0.02), 0.006, 2)
    return merged([*posts, rest, rail])


def _foot_places(p: SofaParams) -> dict[str, np.ndarray]:
    """Return the corners on the floor."""
    inset = {"plinth": 0.03, "block": 0.05}.get(p.feet, 0.07)
    side = p.inner + 0.78 * p.arm if p.arms == "rolled" else p.outer
    x, front, back = side - inset, inset - (_arm_depth(p) if p.arm else p.depth), p.behind - inset
    far = front - p.chaise_length
    return {
        "front_left": np.array([x, far, 0.0]), "front_right": np.array([-x, front, 0.0]),
        "back_left": np.array([x, back, 0.0]), "back_right": np.array([-x, back, 0.0]),
    }  # fmt: skip


def _feet(p: SofaParams) -> Pieces:
    """Return legs, sleds or a plinth; nothing more under wooden arms, whose posts reach the floor."""
    if p.arms == "wood":
        return []
    places, top = _foot_places(p), p.foot_height + 0.015
    if p.feet == "plinth":
        return [(mesh, BLACK_PLASTIC) for mesh in _plinth(p, places, top)]
    if p.feet == "sled":
        return [(mesh, p.frame) for mesh in _both(_sled(places, top))]
    points = list(places.values())
    if p.chaise != "none":
        inner = p.outer - p.seat_width - p.arm + 0.09
        points += [np.array([inner, places["front_left"][1], 0.0])]
    if p.seats > 2:
        points += [np.array([0.0, places["front_right"][1], 0.0]), np.array([0.0, places["back_right"][1], 0.0])]
    kind = p.feet if p.feet in LEGS else "straight"
    radius = {"block": 0.035, "turned": 0.032, "tapered": 0.024}.get(p.feet, 0.014)
    lean = 0.035 if p.feet == "tapered" else 0.0
    feet = []
    for point in points:
        out = np.array([np.sign(point[0]), np.sign(point[1]), 0]) * lean
        feet.append(leg(point, point - out + (0, 0, top), radius, kind, p.feet == "block"))
    return [(merged(feet), p.frame)]


def _plinth(p: SofaParams, places: dict[str, np.ndarray], top: float) -> list[Mesh]:
    """Return a set-back box under the body."""
    x, front, back = places["back_left"][0], places["front_right"][1], places["back_left"][1]
    boxes = [rounded_box((2 * x, back - front, top), (0, (back + front) / 2, top / 2), 0.004)]
    if p.chaise != "none":
        far, wide = places["front_left"][1], p.seat_width + p.arm - 0.06
        boxes.append(
            rounded_box((wide, front - far + 0.05, top), (x - wide / 2, (front + far + 0.05) / 2, top / 2), 0.004)
        )
    return boxes


def _sled(places: dict[str, np.ndarray], top: float) -> Mesh:
    """Return the left runner of flat bar."""
    a, b = places["front_left"], places["back_left"]
    posts = [rounded_box((0.04, 0.012, top), (point[0], point[1], top / 2), 0.002) for point in (a, b)]
    return merged([*posts, rounded_box((0.04, b[1] - a[1], 0.012), (a[0], (a[1] + b[1]) / 2, 0.006), 0.002)])


def _pillows(p: SofaParams) -> Pieces:
    """Return the loose pillows, standing on the seat against the back."""
    pieces = []
    for one in p.pillows:
        mesh = turned(pillow(one.width, one.height, 0.15), "y", one.roll_deg)
        mesh = turned(turned(mesh, "x", -one.lean_deg), "z", one.yaw_deg)
        low, rear = mesh[0][:, 2].min(), mesh[0][:, 1].max()
        x = one.at * (p.inner - 0.5 * one.width)
        face = 0.06 + 0.035 * p.softness if p.back == "cushions" else 0.0
        lean = np.tan(np.radians(p.rake_deg)) * 0.7 * min(one.height, p.back_height)
        pieces.append((moved(mesh, (x, lean - face - rear, p.seat_height - low - 0.005)), one.cover))
    return pieces


def _keypoints(p: SofaParams, groups: dict[str, Pieces]) -> dict[str, np.ndarray]:
    """Return the keypoints, snapped onto the parts that they are of."""
    meshes = {name: [mesh for mesh, _ in pieces] for name, pieces in groups.items()}
    found = {}
    for name, point in _foot_places(p).items():
        found[f"leg_{name}"] = snapped(meshes["feet"] or meshes["arms"], point)
    z = p.seat_height + 0.03
    found["seat_back_left"], found["seat_back_right"] = snapped_pair(meshes["seat"], (p.inner, 0, z))
    found["seat_front_left"], found["seat_front_right"] = snapped_pair(meshes["seat"], (p.inner, -p.depth - 0.02, z))
    if p.chaise != "none":
        found["seat_front_left"] = snapped(meshes["seat"], (p.outer, -p.depth - p.chaise_length - 0.02, z))
    x, inset = p.inner + p.arm / 2, 0.0 if p.arm else 0.12
    z += p.arm_height if p.arm else 0.0
    for end, y in (("front", -_arm_depth(p) + inset), ("back", 0.3 * p.back_thickness - 2 * inset)):
        pair = snapped_pair(meshes["arms"] or meshes["seat"], (x, y, z))
        found[f"arm_{end}_left"], found[f"arm_{end}_right"] = pair
    top = (p.outer, p.behind + np.tan(np.radians(p.rake_deg)) * p.back_height, p.seat_height + p.back_height)
    found["back_top_left"], found["back_top_right"] = snapped_pair(meshes["back"], top)
    return {name: found[name] for name in KEYPOINTS}
