"""Procedural bookcases: shelves with books, boxes and vases in them. Their open side is the front, -y."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from synth_data.shapes import materials
from synth_data.shapes.bounds import check_choices, check_ranges, pick, uniform
from synth_data.shapes.furniture import BOX_EDGES, box_corners, drawer_front, leg, parts_of, snapped
from synth_data.shapes.mesh import Material, Shape
from synth_data.shapes.primitives import Mesh, box, merged, moved, revolve, turned
from vantage.geometry.symmetry import Symmetry

CHOICES = {
    "style": ("classic", "modern", "cube", "ladder", "cabinet", "industrial"),
    "foot": ("plinth", "legs", "floor"),
    "back": ("board", "open"),
    "handle": ("knob", "bar", "cup"),
}
"""Forms of its parts. ``ladder`` leans back and its shelves grow deeper downwards."""

RANGES = {
    "width": (0.30, 2.40), "depth": (0.20, 0.60), "height": (0.60, 2.50), "board": (0.012, 0.045), "shelves": (1, 8),
    "columns": (1, 5), "foot_height": (0.0, 0.20), "doors": (0, 3), "crown": (0.0, 0.08), "filled": (0.0, 1.0),
    "fill_seed": (0, 2**31 - 1), "lean_deg": (0.0, 12.0), "stagger": (0.0, 0.4),
}  # fmt: skip
"""Bounds of the measures: metres, degrees, counts, parts."""

Pieces = list[tuple[Mesh, Material]]


@dataclass(frozen=True)
class BookcaseParams:
    """A bookcase, in metres and degrees.

    Attributes:
        style, foot, back, handle: forms of its parts (`CHOICES`).
        wood, frame, inside, metal: materials of boards, of an industrial frame, of the back board, of handles.
        covers: of the books, boxes and vases.
        width, depth, height: of the whole.
        board: thickness of its boards.
        shelves: levels in each column.
        columns: side by side.
        foot_height: of plinth or legs.
        doors: levels from below that doors close.
        crown: how far a cornice stands out, 0 for none.
        filled: share of the length of shelves with things on them.
        fill_seed: what these are and where.
        lean_deg: of a ladder.
        stagger: how far the middles of shelves lie off the even division, as a part of a level, in turns up and down.
    """

    style: str
    wood: Material
    frame: Material
    inside: Material
    metal: Material
    covers: tuple[Material, ...]
    width: float
    depth: float
    height: float
    foot: str = "plinth"
    back: str = "board"
    handle: str = "knob"
    board: float = 0.022
    shelves: int = 5
    columns: int = 1
    foot_height: float = 0.06
    doors: int = 0
    crown: float = 0.0
    filled: float = 0.6
    fill_seed: int = 0
    lean_deg: float = 0.0
    stagger: float = 0.0

    def __post_init__(self):
        check_choices(self, CHOICES)
        check_ranges(self, RANGES)

    @property
    def levels(self) -> np.ndarray:
        """Heights [shelves + 1] of the boards' upper faces, the lowest and the lid included."""
        low, high = self.foot_height + self.board, self.height
        even = np.linspace(low, high, self.shelves + 1)
        shift = self.stagger * (high - low) / self.shelves * np.where(np.arange(self.shelves + 1) % 2, 1, 0)
        shift[[0, -1]] = 0
        return even + shift

    @property
    def walls(self) -> np.ndarray:
        """x [columns + 1] of the middles of the upright boards."""
        return np.linspace(-1, 1, self.columns + 1) * (self.width - self.board) / 2

    def front(self, z: float) -> float:
        """Return y of the front edge at height ``z``: a ladder leans."""
        return -self.depth / 2 + np.tan(np.radians(self.lean_deg)) * z


STYLES = {"classic": 0.24, "modern": 0.22, "cube": 0.16, "ladder": 0.12, "cabinet": 0.16, "industrial": 0.1}


def sample_bookcase_params(rng: np.random.Generator) -> BookcaseParams:
    """Draw a bookcase: a style, its grid of shelves, boards, and how full it is."""
    style = pick(rng, STYLES)
    shelves = int(rng.integers(3, 7)) if style != "cube" else int(rng.integers(2, 5))
    columns = int(rng.choice([1, 2, 3], p=[0.6, 0.28, 0.12])) if style != "cube" else int(rng.integers(1, 5))
    cube = uniform(rng, (0.33, 0.4))
    wood = materials.sample_board(rng)
    ladder = style == "ladder"
    depth = uniform(rng, (0.4, 0.55)) if ladder else uniform(rng, (0.25, 0.40))
    return BookcaseParams(
        style=style, shelves=shelves, columns=1 if ladder else columns, wood=wood, depth=depth,
        frame=materials.sample_metal(rng) if style == "industrial" else wood,
        inside=wood if rng.random() < 0.6 else materials.sample_board(rng),
        metal=materials.sample_metal(rng),
        covers=tuple(_cover(rng) for _ in range(8)),
        width=cube * columns + 0.03 if style == "cube" else uniform(rng, (0.55, 1.0)) * (1 + 0.6 * (columns - 1)),
        height=cube * shelves + 0.08 if style == "cube" else shelves * uniform(rng, (0.27, 0.4)) + 0.1,
        foot="floor" if style in ("ladder", "industrial") else pick(rng, {"plinth": 0.6, "legs": 0.25, "floor": 0.15}),
        back="open" if ladder or style == "industrial" or rng.random() < 0.12 else "board",
        handle=pick(rng, {"knob": 0.45, "bar": 0.4, "cup": 0.15}),
        board=uniform(rng, (0.028, 0.042)) if style == "cube" else uniform(rng, (0.016, 0.028)),
        foot_height=0.0 if style in ("ladder", "industrial") else uniform(rng, (0.03, 0.12)),
        doors=int(rng.integers(1, 3)) if style == "cabinet" else 0,
        crown=uniform(rng, (0.02, 0.05)) if style in ("classic", "cabinet") and rng.random() < 0.7 else 0.0,
        filled=uniform(rng, (0.35, 0.95)) if rng.random() < 0.85 else uniform(rng, (0.0, 0.3)),
        fill_seed=int(rng.integers(2**31)),
        lean_deg=uniform(rng, (4, 8)) if ladder else 0.0,
        stagger=uniform(rng, (0.0, 0.25)) if style in ("modern", "classic") and rng.random() < 0.5 else 0.0,
    )  # fmt: skip


def _cover(rng: np.random.Generator) -> Material:
    """Draw the colour of some books: dark and muted ones, white ones, full ones."""
    chance = rng.random()
    hue = float(rng.choice([0.0, 0.03, 0.08, 0.12, 0.33, 0.55, 0.62, 0.9]))
    if chance < 0.5:
        color = materials.hsv(hue, float(rng.uniform(0.4, 0.8)), float(rng.uniform(0.15, 0.5)))
    elif chance < 0.75:
        color = materials.hsv(hue, float(rng.uniform(0.0, 0.15)), float(rng.uniform(0.6, 0.95)))
    else:
        color = materials.hsv(hue, float(rng.uniform(0.6, 0.9)), float(rng.uniform(0.5, 0.95)))
    return Material("cover", color, roughness=float(rng.uniform(0.4, 0.9)))


def build_bookcase(params: BookcaseParams) -> Shape:
    """Return the bookcase of ``params``, in metres, on the floor z = 0.

    Its eight keypoints are the corners of the case, on the floor and at the top.
    """
    p = params
    case = _case(p)
    groups = {"case": case, "back": _back(p), "foot": _foot(p), "doors": _doors(p), "things": _things(p)}
    top = p.height
    corners = box_corners((-p.width / 2, -p.depth / 2, 0.0), (p.width / 2, p.depth / 2, top))
    if p.lean_deg:
        corners = {name: _leant(p, name, point) for name, point in corners.items()}
    solid = [mesh for name in ("case", "foot", "back") for mesh, _ in groups[name]]
    keypoints = {name: snapped(solid, point) for name, point in corners.items()}
    return Shape("bookcase", p.style, parts_of(groups), keypoints, p, bookcase_symmetry(p), edges=BOX_EDGES)


def _leant(p: BookcaseParams, name: str, point: np.ndarray) -> np.ndarray:
    """Return a corner of a ladder: its upper front corner lies farther back."""
    return np.array([point[0], p.front(point[2]), point[2]]) if "front" in name else point


def bookcase_symmetry(p: BookcaseParams) -> Symmetry:
    """Return what leaves it as it is: what stands on the shelves is never the same on both sides."""
    empty = p.filled == 0
    round_ = empty and p.back == "open" and not p.doors and p.style not in ("ladder", "cabinet")
    return Symmetry(mirror=empty and not (p.doors and p.columns == 1 and p.width < 0.7), fold=2 if round_ else 1)


def _case(p: BookcaseParams) -> Pieces:
    """Return shelves and uprights."""
    if p.style == "ladder":
        return _ladder(p)
    if p.style == "industrial":
        return _industrial(p)
    low = p.foot_height if p.foot != "floor" else 0.0
    walls = [box((p.board, p.depth, p.height - low), (x, 0, (p.height + low) / 2)) for x in p.walls]
    deep = p.depth - (0.0 if p.style == "cube" else 0.008)
    boards = [box((p.width - p.board, deep, p.board), (0, (p.depth - deep) / 2, z - p.board / 2)) for z in p.levels]
    pieces: Pieces = [(mesh, p.wood) for mesh in [*walls, *boards]]
    if p.crown:
        size = (p.width + 2 * p.crown, p.depth + p.crown, 0.03)
        lower = (p.width + p.crown, p.depth + p.crown / 2, 0.03)
        pieces.append((box(size, (0, -p.crown / 2, p.height + 0.01)), p.wood))
        pieces.append((box(lower, (0, -p.crown / 4, p.height - 0.012)), p.wood))
    return pieces


def _ladder(p: BookcaseParams) -> Pieces:
    """Return two leaning sides, upright ones behind them, and shelves that end at the leaning ones."""
    x = (p.width - p.board) / 2
    pieces: Pieces = []
    for side in (-1, 1):
        line = np.array([(side * x, p.front(0.0) + 0.02, 0.0), (side * x, p.front(p.height) + 0.02, p.height)])
        pieces.append((leg(line[0], line[1], 0.02, "block", True), p.frame))
        pieces.append((box((0.035, 0.035, p.height), (side * x, p.depth / 2 - 0.02, p.height / 2)), p.frame))
    for z in p.levels:
        front, back = p.front(z), p.depth / 2
        pieces.append(
            (box((p.width - p.board, back - front, p.board), (0, (front + back) / 2, z - p.board / 2)), p.wood)
        )
    return pieces


def _industrial(p: BookcaseParams) -> Pieces:
    """Return posts and rails of metal, with wooden boards."""
    x, y = p.width / 2 - 0.014, p.depth / 2 - 0.014
    posts = [
        box((0.028, 0.028, p.height), (a, s * y, p.height / 2))
        for a in np.linspace(-x, x, p.columns + 1)
        for s in (-1, 1)
    ]
    rails = [box((0.02, 2 * y, 0.02), (s * x, 0, max(z - 0.03, 0.011))) for s in (-1, 1) for z in p.levels]
    boards = [box((p.width - 0.03, p.depth - 0.01, p.board), (0, 0, z - p.board / 2)) for z in p.levels]
    return [(merged(posts + rails), p.frame)] + [(mesh, p.wood) for mesh in boards]


def _back(p: BookcaseParams) -> Pieces:
    """Return the board at the back, or a cross of rods."""
    low = p.foot_height
    if p.back == "board":
        board = box((p.width - 0.5 * p.board, 0.008, p.height - low), (0, p.depth / 2 - 0.006, (p.height + low) / 2))
        return [(board, p.inside)]
    if p.style != "industrial":
        return []
    x, y = p.width / 2 - 0.02, p.depth / 2 - 0.008
    bars = [leg((s * x, y, 0.05), (-s * x, y, p.height - 0.05), 0.006, "block", True) for s in (-1, 1)]
    return [(merged(bars), p.frame)]


def _foot(p: BookcaseParams) -> Pieces:
    """Return the plinth or four legs; boards on the floor need neither."""
    if p.foot == "floor" or p.foot_height == 0:
        return []
    if p.foot == "plinth":
        size = (p.width, p.depth - 0.02, p.foot_height + 0.001)
        return [(box(size, (0, 0.01, p.foot_height / 2)), p.wood)]
    x, y = p.width / 2 - 0.03, p.depth / 2 - 0.03
    feet = [
        leg((a * x, b * y, 0), (a * x, b * y, p.foot_height + 0.001), 0.022, "tapered", True)
        for a in (-1, 1)
        for b in (-1, 1)
    ]
    return [(merged(feet), p.frame)]


def _doors(p: BookcaseParams) -> Pieces:
    """Return doors before the lowest levels: one a column, two in a wide one."""
    if not p.doors:
        return []
    low, high = p.levels[0] - p.board, p.levels[min(p.doors, p.shelves - 1)]
    pieces: Pieces = []
    for left, right in pairwise(p.walls):
        count = 2 if right - left > 0.6 or p.columns == 1 else 1
        wide = (right - left) / count
        for k in range(count):
            x, inward = left + (k + 0.5) * wide, 1 if k == 0 else -1
            door = box((wide - 0.006, 0.018, high - low - 0.006), (x, -p.depth / 2 - 0.006, (low + high) / 2))
            panel = box((wide - 0.12, 0.01, high - low - 0.14), (x, -p.depth / 2 - 0.016, (low + high) / 2))
            _, handle = drawer_front(0.1, 0.1, (0, 0, 0), p.handle)
            handle = turned(handle, "y", 90) if p.handle == "bar" else handle
            place = (x + inward * (wide / 2 - 0.05), -p.depth / 2 - 0.008, (low + high) / 2 + 0.1)
            pieces += [(door, p.wood), (panel, p.wood), (moved(handle, place), p.metal)]
    return pieces


def _things(p: BookcaseParams) -> Pieces:
    """Return books and the like, shelf after shelf."""
    if p.filled == 0:
        return []
    rng = np.random.default_rng(p.fill_seed)
    found: dict[Material, list[Mesh]] = {}
    levels, walls = p.levels, p.walls
    for k in range(p.doors, p.shelves):
        free = levels[k + 1] - levels[k] - p.board
        front = max(p.front(levels[k] + free), p.front(levels[k])) + 0.02
        for left, right in pairwise(walls):
            room = (left + p.board / 2 + 0.012, right - p.board / 2 - 0.012, front, p.depth / 2 - 0.02, levels[k], free)
            for mesh, material in _shelf(p, room, rng):
                found.setdefault(material, []).append(mesh)
    return [(merged(meshes), material) for material, meshes in found.items()]


def _shelf(p: BookcaseParams, room: tuple[float, ...], rng: np.random.Generator) -> Pieces:
    """Return what stands on one shelf, from its right end: rows of books, piles, boxes, vases, gaps."""
    x, end, front, back, z, free = room
    pieces: Pieces = []
    while x < end - 0.03:
        length = min(float(rng.uniform(0.1, 0.45)), end - x)
        if rng.random() < p.filled:
            kind = rng.random()
            maker = _row if kind < 0.7 or length < 0.14 else _pile if kind < 0.82 else _vase if kind < 0.91 else _chest
            pieces += maker(p, (x, x + length, front, back, z, free), rng)
        x += length + 0.01
    return pieces


def _row(p: BookcaseParams, room: tuple[float, ...], rng: np.random.Generator) -> Pieces:
    """Return upright books of one height, more or less."""
    x, end, front, back, z, free = room
    tall = float(rng.uniform(0.55, 0.9)) * free
    own = rng.choice(len(p.covers), 3)
    pieces: Pieces = []
    while True:
        thick = float(rng.uniform(0.016, 0.05))
        if x + thick > end:
            return pieces
        high = min(tall * float(rng.uniform(0.82, 1.05)), 0.96 * free)
        deep = min(float(rng.uniform(0.14, 0.22)), back - front)
        y = front + 0.01 + float(rng.uniform(0, 0.015)) + deep / 2
        cover = p.covers[int(own[rng.integers(3)])]
        pieces.append((box((thick - 0.002, deep, high), (x + thick / 2, min(y, back - deep / 2), z + high / 2)), cover))
        x += thick


def _pile(p: BookcaseParams, room: tuple[float, ...], rng: np.random.Generator) -> Pieces:
    """Return books that lie on each other."""
    x, end, front, back, z, free = room
    pieces: Pieces = []
    high = 0.0
    for _ in range(int(rng.integers(2, 6))):
        thick = float(rng.uniform(0.02, 0.045))
        if high + thick > 0.9 * free:
            break
        size = (min(0.24, end - x) * float(rng.uniform(0.8, 1.0)), min(0.17, back - front), thick - 0.001)
        center = ((x + min(end, x + 0.24)) / 2, front + 0.01 + size[1] / 2, z + high + thick / 2)
        pieces.append((box(size, center), p.covers[int(rng.integers(len(p.covers)))]))
        high += thick
    return pieces


def _vase(p: BookcaseParams, room: tuple[float, ...], rng: np.random.Generator) -> Pieces:
    """Return a vase."""
    x, end, front, back, z, free = room
    r = min(0.4 * (end - x), 0.4 * (back - front), float(rng.uniform(0.04, 0.09)))
    h = min(0.85 * free, float(rng.uniform(1.6, 4.0)) * r)
    waist = rng.uniform(0.35, 1.0, 3)
    profile = [(0, 0), (0.7 * waist[0], 0), (1, 0.4), (0.8 * waist[1], 0.75), (0.5 * waist[2] + 0.2, 1), (0, 0.97)]
    mesh = revolve(np.array(profile) * (r, h), 16)
    return [(moved(mesh, ((x + end) / 2, (front + back) / 2, z)), p.covers[int(rng.integers(len(p.covers)))])]


def _chest(p: BookcaseParams, room: tuple[float, ...], rng: np.random.Generator) -> Pieces:
    """Return a box."""
    x, end, front, back, z, free = room
    size = (0.95 * (end - x), 0.9 * (back - front), min(0.9, float(rng.uniform(0.35, 0.8))) * free)
    return [
        (box(size, ((x + end) / 2, (front + back) / 2, z + size[2] / 2)), p.covers[int(rng.integers(len(p.covers)))])
    ]
