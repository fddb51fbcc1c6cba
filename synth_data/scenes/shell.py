"""What makes a room: floor, walls with doors and windows, skirting, ceiling, lamp, rugs, pictures, curtains."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from synth_data.composition import Placed, placement
from synth_data.models import Surface
from synth_data.scenes.pieces import Piece, block, model_of_pieces, moved_piece, wall_blocks
from synth_data.scenes.plan import WALL_TURNS, Plan
from synth_data.scenes.room_params import Door, Picture, RoomParams, Window
from synth_data.scenes.textures import Finish
from synth_data.shapes.primitives import cylinder, moved

THICKNESS = 0.2
SKIRTING = (0.09, 0.015)
"""Height and thickness, metres."""
PROUD = 0.004
"""How far sills and frames stand out of the wall around them, metres: two faces in one place come out black."""

WHITE = Surface("white lacquer", (0.78, 0.77, 0.74), roughness=0.4)
STEEL = Surface("steel", (0.5, 0.5, 0.52), metallic=1.0, roughness=0.3)
SHADE = Surface("lamp shade", (1.0, 0.92, 0.80), roughness=0.9, emission=1.2)


def shell_models(room: RoomParams) -> list[Placed]:
    """Return the room without its furniture, each thing a model of its own, in metres."""
    named: dict[str, list[Piece]] = {"floor": list(_floor(room)), "wall": [], "skirting": []}
    for wall in range(4):
        named["wall"] += _placed(room, wall, _wall(room, wall))
        named["skirting"] += _placed(room, wall, _skirting(room, wall))
    if room.has_ceiling:
        named["ceiling"] = list(_ceiling(room))
        named["ceiling lamp"] = _ceiling_lamp(room)
    for kind, things, build in (("window", room.windows, _window), ("door", room.doors, _door),
                                ("picture", room.pictures, _picture)):  # fmt: skip
        for number, thing in enumerate(things, 1):
            named[f"{kind} {number}"] = _placed(room, thing.wall, build(thing, room))
    for number, window in enumerate(room.windows, 1):
        if window.curtains:
            named[f"curtain {number}"] = _placed(room, window.wall, _curtains(window, room))
    for number, rug in enumerate(room.rugs, 1):
        cloth = block((*rug.low, 0.0), (*rug.high, 0.006), rug.finish, fitted=True)
        named[f"rug {number}"] = [cloth]
    return [
        Placed(model_of_pieces(pieces, f"{name} of a room", name.rstrip(" 0123456789")), np.eye(4), name)
        for name, pieces in named.items()
    ]


def _placed(room: RoomParams, wall: int, pieces: Iterator[Piece]) -> list[Piece]:
    """Return pieces of a wall's own frame (x along it from its middle, y into it, z up) in the room."""
    plan = Plan(room.width, room.depth, room.height)
    turn = placement((0, 0, 0), WALL_TURNS[wall])
    shift = turn @ placement((0.0, plan.reach(wall), 0.0))
    return [moved_piece(piece, shift) for piece in pieces]


def _floor(room: RoomParams) -> Iterator[Piece]:
    x, y = room.width / 2 + THICKNESS, room.depth / 2 + THICKNESS
    yield block((-x, -y, -0.1), (x, y, 0.0), room.floor, turned=room.width < room.depth)


def _ceiling(room: RoomParams) -> Iterator[Piece]:
    x, y = room.width / 2 + THICKNESS, room.depth / 2 + THICKNESS
    yield block((-x, -y, room.height), (x, y, room.height + 0.1), room.ceiling)


def _ceiling_lamp(room: RoomParams) -> list[Piece]:
    disc = moved(cylinder(0.26, -0.10, -0.02, 24), (0, 0, room.height))
    return [Piece(disc, SHADE), Piece(moved(cylinder(0.06, -0.02, 0.0, 12), (0, 0, room.height)), STEEL)]


def _openings(room: RoomParams, wall: int) -> list[tuple[float, float, float, float]]:
    """Return the holes in a wall: from, to along it from its middle, and heights."""
    holes = [(w.along - w.width / 2, w.along + w.width / 2, w.bottom, w.top) for w in room.windows if w.wall == wall]
    return holes + [(d.along - d.width / 2, d.along + d.width / 2, 0.0, d.height) for d in room.doors if d.wall == wall]


def _wall(room: RoomParams, wall: int) -> Iterator[Piece]:
    # north and south walls run past the corners, the others between them
    length = Plan(room.width, room.depth, room.height).length(wall) + (2 * THICKNESS if wall % 2 == 0 else 0.0)
    holes = [(x0 + length / 2, x1 + length / 2, z0, z1) for x0, x1, z0, z1 in _openings(room, wall)]
    for low, high in wall_blocks(length, room.height, THICKNESS, holes):
        yield block(np.subtract(low, (length / 2, 0, 0)), np.subtract(high, (length / 2, 0, 0)), room.walls[wall])


def _skirting(room: RoomParams, wall: int) -> Iterator[Piece]:
    half, (height, depth) = Plan(room.width, room.depth, room.height).length(wall) / 2, SKIRTING
    doors = [(x0 + half, x1 + half, 0.0, height) for x0, x1, z0, _ in _openings(room, wall) if z0 == 0]
    for low, high in wall_blocks(2 * half, height, depth, doors):
        yield block((low[0] - half, -depth, low[2]), (high[0] - half, 0.0, high[2]), WHITE)


def _window(window: Window, room: RoomParams) -> Iterator[Piece]:
    """Frame, glazing bar, sill, and what is outside, which shines."""
    x0, x1, z0, z1 = window.along - window.width / 2, window.along + window.width / 2, window.bottom, window.top
    yield block((x0, THICKNESS - 0.02, z0), (x1, THICKNESS, z1), window.outlook, fitted=True, emission=1.6)
    upright = [(x0, x0 + 0.06), (x1 - 0.06, x1), (window.along - 0.03, window.along + 0.03)]
    bars = [(*span, z0, z1) for span in upright]
    bars += [(a, b, *span) for a, b in ((x0 + 0.06, upright[2][0]), (upright[2][1], x1 - 0.06))
             for span in ((z0, z0 + 0.06), (z1 - 0.06, z1))]  # fmt: skip
    for a, b, c, d in bars:
        yield block((a, 0.09, c), (b, 0.14, d), WHITE)
    yield block((x0 - 0.05, -0.12, z0 - 0.035), (x1 + 0.05, 0.09, z0 + PROUD), WHITE)


def _curtains(window: Window, room: RoomParams) -> Iterator[Piece]:
    """Two gathered sheets on a rod."""
    top, wide = window.top + 0.08, 0.16 * window.width + 0.12
    rod = cylinder(0.012, -window.width / 2 - 0.25, window.width / 2 + 0.25, 8)
    lying = (rod[0][:, [2, 1, 0]] + (window.along, -0.1, top + 0.01), rod[1][:, ::-1])
    yield Piece(lying, STEEL)
    for side in (-1, 1):
        middle = window.along + side * (window.width / 2 + 0.22 - wide / 2)
        yield _sheet(middle, wide, max(window.bottom - 0.3, 0.02), top, window.cloth)


def _sheet(middle: float, wide: float, bottom: float, top: float, cloth: Finish) -> Piece:
    """Return hanging cloth in folds, seen from both sides."""
    from synth_data.shapes.furniture import sheet

    x = np.linspace(-wide / 2, wide / 2, 25)
    rows = [np.column_stack([middle + x, -0.1 + 0.03 * np.sin(x * 50), np.full(25, z)]) for z in (bottom, top)]
    return Piece(sheet(np.array(rows), 0.004), cloth, smooth=True)


def _door(door: Door, room: RoomParams) -> Iterator[Piece]:
    """Leaf with two panels, frame, handle."""
    x0, x1, z1 = door.along - door.width / 2, door.along + door.width / 2, door.height
    yield block((x0, 0.05, 0.0), (x1, 0.10, z1), room.wood, turned=True)
    for low, high in ((0.25, 0.95), (1.1, z1 - 0.2)):
        yield block((x0 + 0.15, 0.038, low), (x1 - 0.15, 0.05, high), room.wood)
    inner, outer = (x0 + PROUD, x1 - PROUD), (x0 - 0.07, x1 + 0.07)
    for a, b, c in ((outer[0], inner[0], 0.0), (inner[1], outer[1], 0.0), (*inner, z1 - PROUD)):
        yield block((a, -0.02, c), (b, 0.12, z1 + 0.07), WHITE)
    yield block((x1 - 0.17, -0.02, 1.0), (x1 - 0.05, 0.0, 1.03), STEEL)
    yield block((x1 - 0.08, -0.02, 1.0), (x1 - 0.05, 0.05, 1.03), STEEL)


def _picture(picture: Picture, room: RoomParams) -> Iterator[Piece]:
    """Sheet and frame."""
    w, h, x, z = picture.width / 2, picture.height / 2, picture.along, picture.middle
    yield block((x - w, -0.02, z - h), (x + w, 0.0, z + h), picture.finish, fitted=True)
    for a, b, c, d in ((-w - 0.02, -w, -h - 0.02, h + 0.02), (w, w + 0.02, -h - 0.02, h + 0.02),
                       (-w, w, -h - 0.02, -h), (-w, w, h, h + 0.02)):  # fmt: skip
        yield block((x + a, -0.03, z + c), (x + b, 0.0, z + d), room.wood)
