"""Houses of a street: a textured block with rows of windows, a door, cornices, a roof, shop windows with posters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from synth_data.composition import placement
from synth_data.models import Surface
from synth_data.scenes.finishes import sample_finish
from synth_data.scenes.pieces import Piece, block, moved_piece, wall_blocks
from synth_data.scenes.textures import Finish

DEPTH = 7.0
WALL = 0.25

GLASS = Surface("window glass", (0.05, 0.065, 0.075), roughness=0.05, coat=0.5)
FRAMES = (
    Surface("white frame", (0.75, 0.74, 0.71), roughness=0.5),
    Surface("dark frame", (0.05, 0.045, 0.04), roughness=0.5),
    Surface("green frame", (0.04, 0.12, 0.08), roughness=0.5),
)


@dataclass(frozen=True)
class House:
    """A house whose face stands along the street, in metres.

    Attributes:
        x, y: of the middle of its face, on the ground.
        width: of the face.
        turn_deg: about z; at 0 the face looks along -y.
        storeys: of ``storey`` metres each.
        storey: height of one.
        windows: in a row.
        door: number of the window that is a door on the ground floor.
        shop: whether the ground floor has shop windows.
        roof_height: of the gable above the eaves, 0 for a flat roof.
        walls, base, roof, wood: finishes.
        frame: number in `FRAMES`.
        signs: pictures in the shop windows or above the door.
    """

    x: float
    y: float
    width: float
    turn_deg: float
    storeys: int
    storey: float
    windows: int
    door: int
    shop: bool
    roof_height: float
    walls: Finish
    base: Finish
    roof: Finish
    wood: Finish
    frame: int
    signs: tuple[Finish, ...]

    def boxes(self) -> list[np.ndarray]:
        """Return the boxes [2, 3] that it fills, with steps and awnings left out."""
        turn = placement((self.x, self.y, 0), self.turn_deg)
        ends = np.array([(-self.width / 2, -0.25, 0.0), (self.width / 2, DEPTH, self.storeys * self.storey)])
        corners = ends @ turn[:3, :3].T + turn[:3, 3]
        return [np.stack([corners.min(axis=0), corners.max(axis=0)])]


def sample_house(rng: np.random.Generator, x: float, y: float, width: float, turn_deg: float) -> House:
    """Draw a house for a plot."""
    windows = max(int(width / float(rng.uniform(1.7, 2.4))), 2)
    kind = str(rng.choice(["bricks", "plaster", "concrete"], p=[0.5, 0.35, 0.15]))
    base = sample_finish(rng, str(rng.choice(["concrete", "bricks", "plaster"])))
    return House(x, y, width, turn_deg, int(rng.integers(2, 5)), float(rng.uniform(2.8, 3.4)), windows,
                 int(rng.integers(windows)), bool(rng.random() < 0.45), float(rng.choice([0.0, 1.6, 2.4])),
                 sample_finish(rng, kind), base, sample_finish(rng, "roof"), sample_finish(rng, "planks"),
                 int(rng.integers(len(FRAMES))), tuple(sample_finish(rng, "poster") for _ in range(3)))  # fmt: skip


def house_pieces(house: House) -> Iterator[Piece]:
    """Yield the pieces of a house, where it stands."""
    turn = placement((house.x, house.y, 0), house.turn_deg)
    for piece in _pieces(house):
        yield moved_piece(piece, turn)


def _pieces(house: House) -> Iterator[Piece]:
    """Yield the pieces in the house's own frame: the face at y = 0 from -width/2 to width/2, seen from -y."""
    half, top = house.width / 2, house.storeys * house.storey
    holes = list(_holes(house))
    for low, high in wall_blocks(house.width, top, WALL, [(a + half, b + half, c, d) for a, b, c, d, _ in holes]):
        finish = house.base if high[2] <= house.storey + 1e-6 else house.walls
        yield block((low[0] - half, 0.0, low[2]), (high[0] - half, WALL, high[2]), finish)
    yield block((-half, WALL, 0.0), (half, DEPTH, top), house.walls)
    for number, (x0, x1, z0, z1, kind) in enumerate(holes):
        yield from _opening(house, number, x0, x1, z0, z1, kind)
    yield block((-half, -0.12, house.storey - 0.1), (half, 0.0, house.storey + 0.08), house.base)
    yield block((-half, -0.22, top - 0.15), (half, DEPTH, top + 0.12), house.base)
    if house.roof_height:
        yield _gable(half, top + 0.12, house.roof_height, house.roof)
    if house.shop:
        wide = 0.42 * house.width
        yield block((-wide, -0.06, house.storey - 0.62), (wide, 0.0, house.storey - 0.14), house.signs[0], fitted=True)


def _holes(house: House) -> Iterator[tuple[float, float, float, float, str]]:
    """Yield x from, to, z from, to, and what fills it, of each window and door."""
    step = house.width / house.windows
    for floor in range(house.storeys):
        for k in range(house.windows):
            middle, ground = (k + 0.5) * step - house.width / 2, floor * house.storey
            if floor == 0 and k == house.door:
                yield middle - 0.55, middle + 0.55, 0.12, min(2.3, house.storey - 0.7), "door"
            elif floor == 0 and house.shop:
                yield middle - 0.42 * step, middle + 0.42 * step, 0.5, house.storey - 0.75, "shop"
            else:
                wide = min(0.30 * step, 0.65)
                yield middle - wide, middle + wide, ground + 0.9, ground + house.storey - 0.55, "window"


def _opening(house: House, number: int, x0: float, x1: float, z0: float, z1: float, kind: str) -> Iterator[Piece]:
    frame = FRAMES[house.frame]
    if kind == "door":
        yield block((x0, 0.15, z0), (x1, 0.2, z1), house.wood, turned=True)
        yield block((x0 - 0.1, -0.3, 0.0), (x1 + 0.1, 0.0, 0.12), house.base)
    elif kind == "shop" and number % 2 == 0:
        yield block((x0, 0.16, z0), (x1, 0.2, z1), house.signs[1 + number // 2 % 2], fitted=True)
    else:
        yield block((x0, 0.18, z0), (x1, 0.2, z1), GLASS)
    for a, b in ((x0, x0 + 0.06), (x1 - 0.06, x1), ((x0 + x1) / 2 - 0.025, (x0 + x1) / 2 + 0.025)):
        if kind != "door" or b - a > 0.055:
            yield block((a, 0.1, z0), (b, 0.15, z1), frame)
    yield block((x0, 0.09, z1 - 0.06), (x1, 0.14, z1), frame)
    if kind == "window":
        yield block((x0 - 0.08, -0.1, z0 - 0.08), (x1 + 0.08, 0.15, z0), house.base)


def _gable(half: float, base: float, height: float, roof: Finish) -> Piece:
    """Return a roof whose ridge runs along the street."""
    ridge, front, back = DEPTH / 2, -0.35, DEPTH
    vertices = [(x, y, z) for x in (-half, half) for y, z in ((front, base), (back, base), (ridge, base + height))]
    faces = [(0, 2, 1), (3, 4, 5), (0, 3, 5), (0, 5, 2), (1, 2, 5), (1, 5, 4), (0, 1, 4), (0, 4, 3)]
    return Piece((np.array(vertices, np.float64), np.array(faces)), roof)
