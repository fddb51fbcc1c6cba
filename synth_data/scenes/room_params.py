"""What a room is built from."""

from __future__ import annotations

from dataclasses import dataclass

from synth_data.scenes.items import Item
from synth_data.scenes.textures import Finish


@dataclass(frozen=True)
class Window:
    """A window: wall, place of its middle along it, width, heights of sill and lintel; what is outside; curtains."""

    wall: int
    along: float
    width: float
    bottom: float
    top: float
    outlook: Finish
    curtains: bool
    cloth: Finish


@dataclass(frozen=True)
class Door:
    """A closed door: wall, place of its middle along it, width, height."""

    wall: int
    along: float
    width: float
    height: float


@dataclass(frozen=True)
class Picture:
    """A framed picture: wall, place along it, height of its middle, size, what is on it."""

    wall: int
    along: float
    middle: float
    width: float
    height: float
    finish: Finish


@dataclass(frozen=True)
class Rug:
    """A rug on the floor between two corners [2]."""

    low: tuple[float, float]
    high: tuple[float, float]
    finish: Finish


@dataclass(frozen=True)
class RoomParams:
    """A room, in metres.

    Attributes:
        kind: one of `KINDS`.
        width, depth, height: inner measures along x, y, z.
        windows, doors: holes in the walls.
        rugs, pictures: what lies and hangs.
        items: furniture.
        floor, walls, ceiling, wood: finishes; ``walls`` one for each wall.
        ceiling_lamp: share of the light that comes from above; the rest comes from the windows.
        has_ceiling: without it one can look in from above.
    """

    kind: str
    width: float
    depth: float
    height: float
    windows: tuple[Window, ...]
    doors: tuple[Door, ...]
    rugs: tuple[Rug, ...]
    pictures: tuple[Picture, ...]
    items: tuple[Item, ...]
    floor: Finish
    walls: tuple[Finish, ...]
    ceiling: Finish
    wood: Finish
    ceiling_lamp: float = 0.4
    has_ceiling: bool = True
