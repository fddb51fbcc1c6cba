"""The hull of a boat: one closed surface with deck or hollow, painted by rows of its grid.

A ring starts at the keel and goes up on the right: bottom to the waterline (3), topsides to the deck's edge (6), the
rim (7), the corner of the deck or the floor (8), its middle (9); the left side is its mirror image.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from synth_data.shapes.boat.params import BoatParams
from synth_data.shapes.furniture import loft
from synth_data.shapes.mesh import Material, Part

COLUMNS = 18
Lines = tuple[tuple[float, ...], ...]

LINES: dict[str, Lines] = {
    "sailing": ((0, 0.02, 0.1, 0.25, 0.5, 0.75, 0.93, 1.0), (0.01, 0.08, 0.34, 0.74, 1, 0.95, 0.76, 0.66),
                (0.85, 0.58, 0.25, 0.05, 0, 0.1, 0.35, 0.52), (0.18, 0.17, 0.12, 0.05, 0, 0.0, 0.03, 0.04),
                (1, 1.05, 1.2, 1.5, 1.9, 2.0, 2.1, 2.1)),
    "speed": ((0, 0.03, 0.12, 0.28, 0.5, 0.75, 0.95, 1.0), (0.01, 0.18, 0.5, 0.82, 1, 1, 0.97, 0.95),
              (0.75, 0.45, 0.16, 0.03, 0, 0, 0.0, 0.02), (0.12, 0.12, 0.1, 0.06, 0, -0.04, -0.08, -0.08),
              (1, 1.05, 1.15, 1.25, 1.35, 1.4, 1.4, 1.4)),
    "cruiser": ((0, 0.02, 0.1, 0.26, 0.5, 0.75, 0.95, 1.0), (0.01, 0.14, 0.5, 0.85, 1, 1, 0.95, 0.92),
                (0.7, 0.42, 0.14, 0.03, 0, 0, 0.02, 0.06), (0.32, 0.31, 0.26, 0.14, 0, -0.08, -0.12, -0.12),
                (1, 1.05, 1.2, 1.4, 1.7, 1.8, 1.8, 1.8)),
    "rowing": ((0, 0.03, 0.12, 0.3, 0.5, 0.75, 0.95, 1.0), (0.01, 0.16, 0.5, 0.88, 1, 0.92, 0.68, 0.58),
               (0.6, 0.32, 0.1, 0, 0, 0.03, 0.14, 0.2), (0.38, 0.34, 0.2, 0.05, 0, 0.04, 0.14, 0.18),
               (1, 1.1, 1.3, 1.7, 2.0, 1.9, 1.8, 1.8)),
    "fishing": ((0, 0.02, 0.1, 0.26, 0.5, 0.78, 0.95, 1.0), (0.01, 0.16, 0.58, 0.9, 1, 0.98, 0.86, 0.78),
                (0.6, 0.3, 0.08, 0, 0, 0.0, 0.14, 0.4), (0.62, 0.6, 0.46, 0.2, 0, 0.0, 0.08, 0.12),
                (1, 1.1, 1.4, 2.0, 2.5, 2.5, 2.3, 2.1)),
    "cargo": ((0, 0.008, 0.05, 0.14, 0.3, 0.8, 0.95, 1.0), (0.01, 0.16, 0.62, 0.95, 1, 1, 0.93, 0.8),
              (0.35, 0.12, 0, 0, 0, 0, 0.2, 0.55), (0.34, 0.33, 0.28, 0.08, 0, 0, 0.02, 0.04),
              (1.1, 1.3, 1.8, 4, 6, 6, 4, 3)),
    "liner": ((0, 0.008, 0.06, 0.18, 0.35, 0.8, 0.95, 1.0), (0.01, 0.12, 0.5, 0.9, 1, 1, 0.92, 0.78),
              (0.45, 0.15, 0.0, 0, 0, 0, 0.22, 0.5), (0.5, 0.49, 0.4, 0.18, 0.02, 0, 0.05, 0.08),
              (1.1, 1.2, 1.7, 3.2, 5, 5, 3.4, 2.6)),
}  # fmt: skip
"""Style -> stations (parts of the length from the bow), half-beam (part of the greatest), keel and rise of the deck's
edge (parts of the depth), power of the section: 1 is a V, 2 round, above that boxy."""

HOLLOWS: dict[str, tuple[float, float, float, float]] = {
    "sailing": (0.66, 0.93, 0.62, 0.34), "speed": (0.40, 0.90, 0.42, 0.13), "cruiser": (0.80, 0.97, 0.75, 0.12),
    "rowing": (0.07, 0.97, 0.22, 0.06), "fishing": (0.03, 0.98, 0.78, 0.04), "cargo": (0.02, 0.985, 0.93, 0.02),
    "liner": (0.02, 0.985, 0.94, 0.02),
}  # fmt: skip
"""Style -> from where to where the hull is hollow, the height of the floor there (part of the depth), width of the side
decks beside it (part of the half-beam)."""


@dataclass(frozen=True)
class Hull:
    """The hull of a boat, its keel amidships at z = 0."""

    p: BoatParams

    @cached_property
    def lines(self) -> np.ndarray:
        """Stations, half-beam, keel, deck's edge, power: [5, n] in metres."""
        p = self.p
        t, *rest = (np.array(line, np.float64) for line in LINES[p.style])
        start, end = HOLLOWS[p.style][:2]
        full = np.union1d(t, [start, start + 0.006, end - 0.006, end])
        beam, keel, rise, power = (np.interp(full, t, line) for line in rest)
        if p.pointed_stern:
            bow = full < 0.5
            mirror = np.interp(1 - full, t, rest[0]), np.interp(1 - full, t, rest[1]), np.interp(1 - full, t, rest[2])
            beam, keel, rise = (np.where(bow, own, other) for own, other in zip((beam, keel, rise), mirror))
        depth = p.depth * p.length
        edge = depth * (1 + p.sheer * rise)
        power = 1 + (power - 1) * p.fullness
        return np.stack([p.y(full), beam * p.beam * p.length / 2, keel * depth, edge, power])

    @cached_property
    def floor(self) -> np.ndarray:
        """Height of deck or floor at each station, [n]."""
        start, end, level, _ = HOLLOWS[self.p.style]
        y, _, keel, edge, _ = self.lines
        inside = (y > self.p.y(start + 0.003)) & (y < self.p.y(end - 0.003))
        depth = self.p.depth * self.p.length
        low = np.maximum(level * depth, keel + 0.25 * (edge - keel))
        if self.p.style in ("fishing", "cargo", "liner"):
            low = np.maximum(low, edge - (1 - level) * 1.4 * depth)
        return np.where(inside, np.minimum(low, edge - 0.02 * depth), edge)

    @cached_property
    def points(self) -> np.ndarray:
        """Rings [n, COLUMNS, 3]."""
        y, half, keel, edge, power = self.lines[:, :, None]
        wet = np.clip(
            self.p.waterline * self.p.depth * self.p.length, keel + 0.12 * (edge - keel), edge - 0.3 * (edge - keel)
        )
        share = np.array([0, 1, 2, 3]) / 3
        z = np.concatenate([keel + (wet - keel) * share**1.6, wet + (edge - wet) * share[1:]], axis=1)
        x = half * (1 - ((edge - z) / (edge - keel)).clip(0, 1) ** power) ** (1 / power)
        wall = HOLLOWS[self.p.style][3]
        floor = self.floor[:, None]
        outside = half * (1 - ((edge - floor) / (edge - keel)) ** power) ** (1 / power)
        corner = np.minimum(0.92 * half * (1 - wall), 0.88 * outside)
        inner = np.concatenate([half * (1 - wall), corner, 0 * half], axis=1)
        level = np.concatenate([edge, floor, floor], axis=1)
        right = np.stack([np.concatenate([x, inner], 1), np.concatenate([z, level], 1)], -1)
        ring = np.concatenate([right * (-1, 1), right[:, -2:0:-1]], axis=1)
        return np.stack([ring[..., 0], np.broadcast_to(y, ring.shape[:2]), ring[..., 1]], -1)

    def part(self, topside: Material, stripe: Material, bottom: Material, deck: Material, inside: Material) -> Part:
        """Return the hull with its paints."""
        vertices, faces = loft(self.points)
        column = [2, 2, 2, 0, 0, 1, 1, 4, 3]
        cells = np.repeat(np.tile(column + column[::-1], len(self.points) - 1), 2)
        hollow = np.abs(self.floor[:-1] - self.lines[3, :-1]) + np.abs(self.floor[1:] - self.lines[3, 1:]) > 1e-9
        rows = np.repeat(hollow, 2 * COLUMNS)
        cells = np.where((cells == 4) & ~rows, 3, cells)
        kinds = np.concatenate([cells, np.zeros(2 * COLUMNS, int)])
        return Part("hull", vertices, faces, (topside, stripe, bottom, deck, inside), kinds, sharp_angle_deg=30)

    def at(self, y: float) -> tuple[float, float, float]:
        """Return half-beam, height of the deck's edge and of the deck or floor at ``y``."""
        half, edge = (float(np.interp(y, self.lines[0], self.lines[k])) for k in (1, 3))
        return half, edge, float(np.interp(y, self.lines[0], self.floor))

    def rail(self, start: float, end: float, count: int, inset: float = 0.94) -> np.ndarray:
        """Return points [count, 3] along the left deck's edge between two parts of the length."""
        y = self.p.y(np.linspace(start, end, count))
        return np.stack(
            [inset * np.interp(y, self.lines[0], self.lines[1]), y, np.interp(y, self.lines[0], self.lines[3])], -1
        )
