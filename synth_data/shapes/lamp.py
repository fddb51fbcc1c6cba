"""Procedural lamps: floor, arc, tripod and bowl lamps, table lamps, jointed desk lamps. Arms reach to the front, -y."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synth_data.shapes import materials
from synth_data.shapes.bounds import check_choices, check_ranges, pick, uniform
from synth_data.shapes.curves import monotone_cubic
from synth_data.shapes.furniture import beam, leg, parts_of
from synth_data.shapes.mesh import Material, Shape
from synth_data.shapes.primitives import Mesh, cylinder, merged, moved, revolve, rounded_box, sleeve, tube, turned
from vantage.errors import UserError
from vantage.geometry.symmetry import Symmetry

CHOICES = {
    "style": ("floor", "table", "desk", "arc", "tripod", "bowl"),
    "foot": ("disc", "dome", "block", "tripod"),
    "stem": ("rod", "turned", "vase", "balls", "bottle"),
    "shade": ("cone", "drum", "bell", "dome", "globe", "bowl", "cylinder"),
}
"""Forms of a lamp's parts. ``desk`` has two arms and a head, ``arc`` a bow, ``bowl`` shines upwards."""

RANGES = {
    "height": (0.20, 2.20), "foot_radius": (0.04, 0.45), "stem_radius": (0.004, 0.16), "shade_radius": (0.03, 0.35),
    "shade_height": (0.04, 0.45), "taper": (0.15, 1.0), "reach": (0.0, 1.4), "bend_deg": (0.0, 80.0),
    "head_deg": (0.0, 80.0), "waist": (0.2, 1.0), "belly": (0.1, 0.9),
}  # fmt: skip
"""Bounds of the measures: metres, parts, degrees."""

Pieces = list[tuple[Mesh, Material]]

KEYPOINTS = (
    "foot_left", "foot_right", "stem_low", "stem_middle", "stem_high", "shade_low_left", "shade_low_right",
    "shade_high_left", "shade_high_right", "bulb",
)  # fmt: skip

EDGES = (
    ("foot_left", "foot_right"), ("stem_low", "stem_middle"), ("stem_middle", "stem_high"), ("stem_high", "bulb"),
    ("shade_low_left", "shade_low_right"), ("shade_high_left", "shade_high_right"),
    ("shade_low_left", "shade_high_left"), ("shade_low_right", "shade_high_right"),
)  # fmt: skip


@dataclass(frozen=True)
class LampParams:
    """A lamp, in metres and degrees.

    Attributes:
        style, foot, stem, shade: forms of its parts (`CHOICES`).
        metal, body, cover, light: materials of rods and joints, of foot and stem, of the shade, of the bulb.
        height: of the whole; of a desk lamp that of its upper joint.
        foot_radius, stem_radius: of the foot; of the stem where it is thickest.
        shade_radius, shade_height: of the shade at its wider end.
        taper: radius of the shade's other end, as a part.
        reach: how far an arm or bow reaches to the front.
        bend_deg: how far a desk lamp's lower arm leans back from the vertical.
        head_deg: how far a desk lamp's head looks up from straight down.
        waist, belly: of a vase: radius of its neck, as a part of the thickest; where that is, as a part of its height.
    """

    style: str
    foot: str
    stem: str
    shade: str
    metal: Material
    body: Material
    cover: Material
    light: Material
    height: float
    foot_radius: float
    stem_radius: float
    shade_radius: float
    shade_height: float
    taper: float = 0.6
    reach: float = 0.0
    bend_deg: float = 0.0
    head_deg: float = 0.0
    waist: float = 0.4
    belly: float = 0.4

    def __post_init__(self):
        check_choices(self, CHOICES)
        check_ranges(self, RANGES)
        if (self.reach > 0) != (self.style in ("desk", "arc")):
            raise UserError(f"a {self.style} lamp that reaches {self.reach:g} m", "a reach only of desk and arc lamps")

    @property
    def hung(self) -> bool:
        """The shade is not over the foot."""
        return self.reach > 0


STYLES = {"floor": 0.22, "table": 0.28, "desk": 0.2, "arc": 0.1, "tripod": 0.1, "bowl": 0.1}
SHADES = {
    "floor": {"cone": 0.45, "drum": 0.3, "bell": 0.1, "globe": 0.1, "cylinder": 0.05},
    "table": {"cone": 0.45, "drum": 0.2, "bell": 0.2, "globe": 0.08, "dome": 0.07},
    "desk": {"dome": 0.5, "cone": 0.3, "cylinder": 0.2},
    "arc": {"dome": 0.5, "drum": 0.3, "globe": 0.2},
    "tripod": {"drum": 0.55, "cone": 0.35, "cylinder": 0.1},
    "bowl": {"bowl": 1.0},
}
MEASURES = {
    style: dict(zip(("height", "foot_radius", "shade_radius", "shade_height"), bounds))
    for style, *bounds in (
        ("floor", (1.35, 1.75), (0.12, 0.17), (0.15, 0.26), (0.18, 0.32)),
        ("table", (0.35, 0.75), (0.06, 0.10), (0.12, 0.21), (0.14, 0.28)),
        ("desk", (0.32, 0.50), (0.08, 0.12), (0.05, 0.10), (0.09, 0.17)),
        ("arc", (1.7, 2.1), (0.14, 0.2), (0.14, 0.22), (0.14, 0.25)),
        ("tripod", (1.3, 1.6), (0.25, 0.34), (0.18, 0.27), (0.2, 0.32)),
        ("bowl", (1.6, 1.9), (0.12, 0.16), (0.13, 0.22), (0.07, 0.14)),
    )
}


def sample_lamp_params(rng: np.random.Generator) -> LampParams:
    """Draw a lamp: a style, foot, stem and shade that go with it, and whether it is on."""
    style = pick(rng, STYLES)
    measures = {name: uniform(rng, bounds) for name, bounds in MEASURES[style].items()}
    stems = {"rod": 0.2, "turned": 0.2, "vase": 0.3, "balls": 0.15, "bottle": 0.15}
    stem = pick(rng, stems) if style == "table" else "turned" if style == "floor" and rng.random() < 0.3 else "rod"
    thick = {"rod": (0.008, 0.014), "turned": (0.018, 0.03)}.get(stem, (0.05, 0.10))
    thick = (0.012, 0.02) if stem == "turned" and style == "floor" else thick
    feet = {"desk": {"disc": 0.6, "block": 0.25, "dome": 0.15}, "tripod": {"tripod": 1.0}}
    shade = pick(rng, SHADES[style])
    on = rng.random() < 0.5
    metal = materials.sample_metal(rng)
    return LampParams(
        style=style, stem=stem, shade=shade, **measures, metal=metal,
        foot=pick(rng, feet.get(style, {"disc": 0.6, "dome": 0.25, "block": 0.15})),
        body=_body_material(rng, style, stem, metal),
        cover=_cover(rng, style, shade, on),
        light=Material("bulb", (1.0, 0.86, 0.62), roughness=0.3, emission=4.0 if on else 0.0),
        stem_radius=uniform(rng, thick),
        taper=uniform(rng, (0.9, 1.0)) if shade == "drum" else uniform(rng, (0.3, 0.75)),
        reach=uniform(rng, (0.18, 0.34)) if style == "desk" else uniform(rng, (0.8, 1.3)) if style == "arc" else 0.0,
        bend_deg=uniform(rng, (10, 45)) if style == "desk" else 0.0,
        head_deg=uniform(rng, (0, 50)) if style == "desk" else 0.0,
        waist=uniform(rng, (0.25, 0.6)),
        belly=uniform(rng, (0.25, 0.7)),
    )  # fmt: skip


def _body_material(rng: np.random.Generator, style: str, stem: str, metal: Material) -> Material:
    """Draw the material of foot and stem: metal, wood, glazed clay or glass."""
    if style == "tripod" or stem == "turned":
        return materials.sample_wood(rng)
    if stem in ("vase", "balls", "bottle") and rng.random() < 0.85:
        color = materials.sample_cloth_color(rng)
        return Material("glaze", color, roughness=float(rng.uniform(0.1, 0.6)), coat=float(rng.choice([0.0, 0.6])))
    return metal


def _cover(rng: np.random.Generator, style: str, shade: str, on: bool) -> Material:
    """Draw the material of the shade: metal of a head, milk glass of a globe, cloth else."""
    if style == "desk" or shade == "dome" or (shade == "bowl" and rng.random() < 0.6):
        return materials.sample_metal(rng) if rng.random() < 0.5 else materials.sample_plastic(rng)
    if shade in ("globe", "bowl"):
        return Material("milk glass", (0.85, 0.84, 0.8), roughness=0.25, emission=0.8 if on else 0.0)
    color = materials.sample_linen(rng).base_color if rng.random() < 0.75 else materials.sample_cloth_color(rng)
    return Material("shade", color, roughness=0.95, emission=0.5 if on else 0.0)


def build_lamp(params: LampParams) -> Shape:
    """Return the lamp of ``params``, in metres, on the ground z = 0, its foot about the origin.

    Its ten keypoints are the sides of the foot, three points along the stem (its joints, of a desk lamp), the left and
    right ends of the shade's lower and upper rim, and the bulb.
    """
    p = params
    line = _line(p)
    shade, light, ends = _head(p, line)
    groups = {"foot": _foot(p), "stem": _stem(p, line), "shade": shade, "bulb": light}
    wide = p.foot_radius * {"tripod": np.cos(np.pi / 6), "block": 0.85}.get(p.foot, 1.0)
    low = 0.0 if p.foot == "tripod" else 0.004
    back = p.foot_radius * 0.5 if p.foot == "tripod" else 0.0
    keypoints = {"foot_left": np.array([wide, back, low]), "foot_right": np.array([-wide, back, low])}
    middle = line[1] if p.style == "desk" else line[len(line) // 2]
    keypoints |= {"stem_low": _above_foot(p, line[0]), "stem_middle": middle, "stem_high": line[-1], **ends}
    return Shape("lamp", p.style, parts_of(groups), {name: keypoints[name] for name in KEYPOINTS}, p, lamp_symmetry(p),
                 edges=EDGES)  # fmt: skip


def lamp_symmetry(p: LampParams) -> Symmetry:
    """Return what leaves it as it is: the foot decides, unless an arm reaches to the front.

    A tripod looks the same after a third of a turn, but not about the middle of its box, which is off its axis.
    """
    if p.hung or p.foot == "tripod":
        return Symmetry(mirror=True)
    return Symmetry(mirror=True, fold=4 if p.foot == "block" else 0)


def _above_foot(p: LampParams, point: np.ndarray) -> np.ndarray:
    """Return the lower end of the stem, inside the foot; of a tripod, where its legs meet."""
    return point if p.foot == "tripod" else point + (0, 0, 0.012)


def _line(p: LampParams) -> np.ndarray:
    """Return the stem's middle line [n, 3], from the foot to where the shade hangs or stands."""
    if p.style == "desk":
        lower = np.array([0.0, p.height * np.tan(np.radians(p.bend_deg)) * 0.6, p.height])
        return np.array([(0.0, 0.0, 0.0), lower, lower + (0.0, -p.reach, 0.35 * p.reach)])
    if p.style == "arc":
        t = np.linspace(0, 1, 25)
        # upright first, then a bow that comes down at the front
        y = -p.reach * np.clip((t - 0.3) / 0.7, 0, 1) ** 1.6
        z = (
            p.height * (1 - (1 - np.clip(t / 0.75, 0, 1)) ** 2.2)
            - 0.35 * p.height * np.clip((t - 0.75) / 0.25, 0, 1) ** 2 * 0.5
        )
        return np.stack([0 * t, y + 0.0, z], -1)
    top = p.height - {"bowl": p.shade_height, "globe": 1.9 * p.shade_radius}.get(p.shade, 0.55 * p.shade_height)
    low = 0.55 * top if p.foot == "tripod" else 0.0
    return np.stack([np.zeros(9), np.zeros(9), np.linspace(low, top, 9)], -1)


def _foot(p: LampParams) -> Pieces:
    """Return what stands on the ground."""
    r = p.foot_radius
    if p.foot == "tripod":
        top = 0.62 * (p.height - p.shade_height)
        legs = []
        for k in range(3):
            a = np.radians(-90 + 120 * k)
            out = np.array([np.cos(a), np.sin(a), 0.0])
            legs.append(leg(out * r, out * 0.03 + (0, 0, 1.35 * top), 0.014, "tapered"))
        return [(merged(legs), p.body), (cylinder(0.05, 1.3 * top, 1.38 * top, 24), p.metal)]
    if p.foot == "block":
        return [(rounded_box((1.7 * r, 1.7 * r, 0.03), (0, 0, 0.015), 0.004, 1), p.body)]
    if p.foot == "dome":
        rise = 0.35 * r
        t = np.linspace(0, np.pi / 2, 8)
        dome = [(0, 0), (r, 0), *zip(r * np.cos(t), 0.008 + rise * np.sin(t))]
        return [(revolve(np.array([*dome[:-1], (0, 0.008 + rise)]), 36), p.body)]
    disc = [(0, 0), (r, 0), (r, 0.012), (0.95 * r, 0.02), (0.25 * r, 0.026), (0, 0.026)]
    return [(revolve(np.array(disc), 36), p.body)]


def _stem(p: LampParams, line: np.ndarray) -> Pieces:
    """Return the rod, the turned column or the vase between foot and shade."""
    if p.style == "desk":
        return _arms(p, line)
    if p.style == "arc" or p.stem == "rod":
        return [(tube(line, p.stem_radius if p.style != "arc" else 0.012, 10), p.metal)]
    rod = cylinder(0.007, 0.0, line[-1][2], 10)
    top = max(line[-1][2] - 0.04, 0.1)
    return [(rod, p.metal), (revolve(_profile(p, top), 32), p.body)]


def _profile(p: LampParams, top: float) -> np.ndarray:
    """Return the outline [n, 2] of a turned column or a vase up to the height ``top``."""
    r, z = p.stem_radius, np.linspace(0, 1, 25)
    neck = max(p.waist * r, 0.01)
    if p.stem == "turned":
        radius = r * (0.75 + 0.25 * np.cos(12 * z * np.pi) * (np.abs(z - 0.5) > 0.3)) * (1 - 0.3 * z)
    elif p.stem == "balls":
        radius = r * (0.35 + 0.65 * np.abs(np.sin(3 * np.pi * np.clip(z, 0.02, 0.98))) ** 0.6) * (1 - 0.25 * z)
    elif p.stem == "bottle":
        radius = monotone_cubic(z, [0, 0.04, 0.55, 0.8, 1], [0.9 * r, r, r, neck, neck])
    else:
        radius = monotone_cubic(z, [0, p.belly, 0.92, 1], [0.55 * r, r, neck, 1.15 * neck])
    return np.array([(0, 0.01), *zip(radius, 0.01 + z * (top - 0.01)), (0, top)])


def _arms(p: LampParams, line: np.ndarray) -> Pieces:
    """Return the two arms of a desk lamp with their joints."""
    joint = turned(cylinder(0.014, -0.02, 0.02, 16), "y", 90)
    joints = merged([moved(joint, line[0] + (0, 0, 0.03)), moved(joint, line[1])])
    start = line[0] + (0, 0, 0.02)
    if p.stem_radius < 0.011:  # pairs of thin rods, as on a drawing board
        rods = [beam(a + (x, 0, 0), b + (x, 0, 0), 0.008, 0.008, 0.4)
                for a, b in ((start, line[1]), (line[1], line[2])) for x in (-0.014, 0.014)]  # fmt: skip
        return [(merged(rods), p.metal), (joints, p.body)]
    rods = [tube(np.array([a, b]), 0.008, 10) for a, b in ((start, line[1]), (line[1], line[2]))]
    return [(merged(rods), p.metal), (joints, p.body)]


def _section(p: LampParams) -> np.ndarray:
    """Return the outline [n, 2] of the shade's outer face, (radius, z) from its lower rim at z = 0 up."""
    r, h = p.shade_radius, p.shade_height
    t = np.linspace(0, 1, 13)
    if p.shade in ("cone", "drum"):
        return np.array([(r, 0), (p.taper * r, h)])
    if p.shade == "cylinder":
        return np.array([(0.7 * r, 0), (0.7 * r, h)])
    if p.shade == "bell":
        return np.column_stack([r * (p.taper + (1 - p.taper) * (1 - t) ** 2.2), h * t])
    if p.shade == "bowl":
        return np.column_stack([np.maximum(r * np.sin(0.5 * np.pi * t) ** 0.8, 0.02), h * t**1.6])
    return np.column_stack([np.maximum(r * np.cos(0.5 * np.pi * t) ** 0.7, 0.16 * r), h * t])


def _shade(p: LampParams) -> list[Mesh]:
    """Return the shade about the z axis, its lower rim at z = 0: open below, and above where it is cloth."""
    if p.shade == "globe":
        t = np.linspace(-np.pi / 2, np.pi / 2, 17)
        r = p.shade_radius
        return [revolve(np.column_stack([np.maximum(r * np.cos(t), 0), r + r * np.sin(t)]), 32)]
    outer = _section(p)
    inner = np.column_stack([np.maximum(outer[:, 0] - 0.004, 0.003), outer[:, 1]])
    meshes = [sleeve(np.concatenate([outer, inner[::-1]]), 36)]
    if p.shade in ("cone", "drum", "bell", "cylinder") and p.style != "desk":
        z = 0.6 * p.shade_height
        holder = float(np.interp(z, outer[:, 1], outer[:, 0]))
        meshes.append(cylinder(holder - 0.002, z, z + 0.003, 36))
    elif p.shade in ("dome", "cylinder", "cone"):
        r = float(outer[-1, 0])
        meshes.append(cylinder(r, p.shade_height - 0.004, p.shade_height + 0.012, 24))
    else:
        meshes.append(cylinder(0.03, -0.01, 0.02, 20))
    return meshes


def _head(p: LampParams, line: np.ndarray) -> tuple[Pieces, Pieces, dict[str, np.ndarray]]:
    """Return the shade, the bulb, and the keypoints on them."""
    h = p.shade_height
    ball = revolve(np.array([(0, -0.035), (0.02, -0.03), (0.03, -0.01), (0.026, 0.012), (0.014, 0.04), (0, 0.042)]), 14)
    if p.shade == "globe":
        ball = (0.5 * ball[0] + (0, 0, p.shade_radius), ball[1])
        outer = np.array([(p.shade_radius * np.cos(a), p.shade_radius * (1 + np.sin(a))) for a in (-0.9, 0.9)])
    else:
        outer = _section(p)
        ball = moved(
            (ball[0] * min(1.0, 12 * p.shade_radius), ball[1]), (0, 0, 0.45 * h if p.shade != "bowl" else 0.5 * h)
        )
    rims = np.array([(s * r, 0.0, z) for r, z in outer[[0, -1]] for s in (1, -1)])
    middle = np.array([[0.0, 0.0, float(ball[0][:, 2].mean())]])
    place = _head_place(p, line)
    names = ("shade_low_left", "shade_low_right", "shade_high_left", "shade_high_right", "bulb")
    ends = dict(zip(names, place(np.concatenate([rims, middle]))))
    shade = [((place(mesh[0]), mesh[1]), p.cover) for mesh in _shade(p)]
    return shade, [((place(ball[0]), ball[1]), p.light)], ends


def _head_place(p: LampParams, line: np.ndarray):
    """Return the function that puts points [n, 3] of a shade where the stem ends."""
    if not p.hung:
        lift = line[-1][2] - (0.0 if p.shade in ("bowl", "globe") else 0.45 * p.shade_height)
        return lambda points: points + (0, 0, lift)
    a = np.radians(-p.head_deg)
    turn = np.array([(1, 0, 0), (0, np.cos(a), -np.sin(a)), (0, np.sin(a), np.cos(a))])
    hang = 2 * p.shade_radius if p.shade == "globe" else p.shade_height
    return lambda points: (points - (0, 0, hang)) @ turn.T + line[-1]
