"""A floor plan that is being drawn: things are put against walls, around tables and on top of others, where there is
room. All in metres; the room's middle is the origin, its floor z = 0.

Walls are numbered 0 to 3: north (+y), east, south, west. Seen from a wall's own frame everything is alike: it stands
along x, and whoever looks at it looks along +y, so that furniture with its back to the wall is turned by `WALL_TURNS`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from synth_data.composition import placement
from synth_data.scenes.items import Item, draw_seed, own_bounds
from synth_data.scenes.space import boxes_overlap

WALL_TURNS = (0.0, -90.0, 180.0, 90.0)

_GAP = 0.015
"""Things stand at least this far apart, metres."""


@dataclass
class Plan:
    """What stands where, so far.

    Attributes:
        width, depth, height: of the room.
        items: what was put.
        taken: boxes [2, 3] by name, of items and of what else must stay free.
    """

    width: float
    depth: float
    height: float
    items: list[Item] = field(default_factory=list)
    taken: dict[str, np.ndarray] = field(default_factory=dict)

    def reach(self, wall: int) -> float:
        """Return the distance of a wall from the middle."""
        return (self.depth if wall % 2 == 0 else self.width) / 2

    def length(self, wall: int) -> float:
        """Return the length of a wall."""
        return self.width if wall % 2 == 0 else self.depth

    def at_wall(self, wall: int, along: float, off: float, height: float = 0.0) -> np.ndarray:
        """Return the point [3] that lies ``along`` from the middle of a wall to the right and ``off`` the wall."""
        local = np.array([along, self.reach(wall) - off, height])
        return placement((0, 0, 0), WALL_TURNS[wall])[:3, :3] @ local

    def wall_box(self, wall: int, along: tuple[float, float], off: tuple[float, float],
                 heights: tuple[float, float]) -> np.ndarray:  # fmt: skip
        """Return the box [2, 3] of what spans these ranges at a wall."""
        corners = np.array([self.at_wall(wall, a, o, h) for a, o, h in zip(along, off, heights)])
        return np.stack([corners.min(axis=0), corners.max(axis=0)])

    def is_free(self, box: np.ndarray, gap: float = _GAP) -> bool:
        """Tell whether a box lies in the room and touches nothing."""
        half = np.array([self.width / 2, self.depth / 2])
        inside = (box[0, :2] >= -half).all() and (box[1, :2] <= half).all() and box[1, 2] <= self.height
        return bool(inside) and not any(boxes_overlap(box, other, gap) for other in self.taken.values())

    def reserve(self, name: str, box: np.ndarray) -> bool:
        """Take a box where it is free, and tell whether it was."""
        free = self.is_free(box)
        if free:
            self.taken[name] = box
        return free

    def put(self, category: str, seed: int, position, turn_deg: float) -> Item | None:
        """Put a thing down where there is room, and return it."""
        name = f"{category} {sum(item.category == category for item in self.items) + 1}"
        item = Item(name, category, seed, tuple(float(c) for c in position), float(turn_deg))
        if not self.reserve(name, item.bounds()):
            return None
        self.items.append(item)
        return item

    def put_at_wall(self, rng: np.random.Generator, category: str, walls, styles=(), tries: int = 8,
                    middle: bool = False, off: float = 0.03) -> tuple[Item, int, float] | None:  # fmt: skip
        """Put a thing with its back to one of ``walls``, and return it, the wall, and how far along it.

        Args:
            rng: draws the thing and the place.
            category, styles: of the thing.
            walls: numbers.
            tries: places that are tried at each wall.
            middle: try the middle of the wall first.
            off: distance from the wall.
        """
        seed = draw_seed(rng, category, styles)
        bounds = own_bounds(category, seed)
        for wall in walls:
            slack = max(self.length(wall) - (bounds[1, 0] - bounds[0, 0]) - 0.1, 0.0) / 2
            places = rng.uniform(-slack, slack, tries)
            if middle:
                places[0] = rng.uniform(-0.15, 0.15) * slack
            for along in places:
                spot = self.at_wall(wall, along, off + bounds[1, 1])
                item = self.put(category, seed, spot, WALL_TURNS[wall])
                if item:
                    return item, wall, float(along)
        return None

    def put_before(self, rng: np.random.Generator, category: str, item: Item, gap: float, styles=(),
                   facing: bool = True) -> Item | None:  # fmt: skip
        """Put a thing in front of another, ``gap`` away; ``facing``: it looks at it."""
        seed = draw_seed(rng, category, styles)
        own, other = own_bounds(category, seed), own_bounds(item.category, item.seed)
        away = -other[0, 1] + gap + (-own[0, 1] if facing else own[1, 1])
        ahead = placement((0, 0, 0), item.turn_deg)[:3, :3] @ (0.0, -away, 0.0)
        turn = item.turn_deg + (180.0 if facing else 0.0)
        return self.put(category, seed, np.asarray(item.position) + ahead, turn)

    def put_around(self, rng: np.random.Generator, category: str, table: Item, styles=(), most: int = 6) -> int:
        """Put things of one kind around a table, looking at it, and return how many found room."""
        seed = draw_seed(rng, category, styles)
        own, around = own_bounds(category, seed), own_bounds(table.category, table.seed)
        wide = own[1, 0] - own[0, 0] + 0.06
        spots = []
        for side in range(4):
            low, high = around[:, 0 if side % 2 == 0 else 1]
            count = max(int((high - low) / wide), 1) if side % 2 == 0 else 1
            reach = abs(around[1, 1] if side == 0 else around[0, 1] if side == 2 else around[1, 0])
            for k in range(min(count, 3)):
                along = (low + high) / 2 + (k - (min(count, 3) - 1) / 2) * max(wide, (high - low) / min(count, 3))
                spots.append((side, along, reach + 0.03 - own[0, 1] + float(rng.uniform(0, 0.08))))
        placed = 0
        for side, along, reach in spots:
            turn = table.turn_deg + WALL_TURNS[side]
            spot = placement(table.position, turn)[:3, :3] @ (along, reach, 0.0) + np.asarray(table.position)
            wobble = float(rng.uniform(-4, 4))
            placed += placed < most and self.put(category, seed, spot, turn + wobble) is not None
        return placed

    def put_on(self, rng: np.random.Generator, category: str, item: Item, tries: int = 6, styles=()) -> Item | None:
        """Put a small thing on top of another, somewhere."""
        seed = draw_seed(rng, category, styles)
        own, under = own_bounds(category, seed), item.bounds()
        half = (own[1] - own[0])[:2].max() / 2 + 0.04
        span = (under[1] - under[0])[:2] / 2 - half
        for _ in range(tries):
            off = rng.uniform(-0.6, 0.6, 2) * np.maximum(span, 0)
            spot = (*((under[0] + under[1])[:2] / 2 + off), under[1, 2] + 0.001)
            if (span > 0).all() and self._put_touching(category, seed, spot, float(rng.uniform(0, 360)), item.name):
                return self.items[-1]
        return None

    def put_upon(self, rng: np.random.Generator, category: str, item: Item, styles=()) -> Item | None:
        """Put a thing on the middle of another's top, turned the same way; not where it would hang over by much."""
        for _ in range(4):
            seed = draw_seed(rng, category, styles)
            own, under = own_bounds(category, seed), own_bounds(item.category, item.seed)
            foot = (own[1] - own[0])[:2] <= (under[1] - under[0])[:2] + (0.2, 0.0)
            spot = (*item.position[:2], item.position[2] + under[1, 2] + 0.001)
            if foot.all() and self._put_touching(category, seed, spot, item.turn_deg, item.name):
                return self.items[-1]
        return None

    def _put_touching(self, category: str, seed: int, position, turn_deg: float, below: str) -> bool:
        """Put a thing whose gap to the box ``below`` may be nothing."""
        box = self.taken.pop(below)
        put = self.put(category, seed, position, turn_deg) is not None
        self.taken[below] = box
        return put
