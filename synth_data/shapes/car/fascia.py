"""What the face and the tail of a car share: how places on them are given, fields of a lamp, plates and badges."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from synth_data.shapes.car.finish import PLATE_TEXT, Palette
from synth_data.shapes.car.layout import Layout
from synth_data.shapes.car.patches import patch, shaped, spans
from synth_data.shapes.materials import BLACK_PLASTIC, CHROME
from synth_data.shapes.mesh import Material
from synth_data.shapes.primitives import Mesh, both_sides

Piece = tuple[Mesh, Material]
Box = tuple[float, float, float, float]
"""x inner, x outer (metres from the middle; beyond half the width: on the side), lower and upper part-height."""


@dataclass(frozen=True)
class Unfolded:
    """A wall whose u is x itself, negative on the right.

    Attributes:
        layout: the car.
        rear: its tail, else its front.
    """

    layout: Layout
    rear: bool

    def wall(self, u, z, lift):
        """Return points [..., 3] as `Layout.wall` does."""
        distance = np.abs(u)
        points = self.layout.wall(self.layout.rear_u(distance) if self.rear else distance, z, lift)
        return points * np.stack([np.where(u < 0, -1.0, 1.0), np.ones_like(u), np.ones_like(u)], -1)


@dataclass(frozen=True)
class Face:
    """One end of the car: turns part-heights into metres and x into u.

    Attributes:
        layout, colors: of the car.
        rear: the tail, else the front.
    """

    layout: Layout
    colors: Palette | None
    rear: bool = False

    @cached_property
    def tall(self) -> float:
        """Height of this end from the sill to its upper edge, in its middle."""
        return float(self.layout.top(self.layout.rear_u(0.0) if self.rear else 0.0)) - self.layout.p.clearance

    def z(self, part):
        """Return the height at ``part`` of the way from the sill to the top edge of this end."""
        return self.layout.p.clearance + part * self.tall

    def u(self, x: float) -> float:
        """Return u at the position ``x`` on the left."""
        return float(self.layout.rear_u(x)) if self.rear else x

    def pair(self, kind: str, place: Box, lift: float = 0.01, rows: int = 4) -> Mesh:
        """Return patches of the outline ``kind`` in ``place``, on the left and on the right."""
        x0, x1, t0, t1 = place
        u0, u1 = sorted((self.u(x0), self.u(x1)))
        return both_sides(shaped(self.layout, kind, u0, u1, self.z(t0), self.z(t1), lift, not self.rear, rows))

    def band(self, half: float, t0, t1, lift: float = 0.01, rows: int = 4, columns: int = 25) -> Mesh:
        """Return a patch across the middle, |x| <= half; t0 and t1 are numbers or functions of x / half."""
        a = np.linspace(-1, 1, columns)
        low, high = (self.z(t(a) if callable(t) else t) for t in (t0, t1))
        vertices, faces = patch(Unfolded(self.layout, self.rear), a * half, low, high, lift, rows)
        return vertices, faces[:, ::-1] if self.rear else faces

    def disc(self, place: tuple[float, float], radius: float, lift: float) -> Mesh:
        """Return round patches at ``place`` (x, part-height) on both sides, of ``radius`` in metres."""
        x, t = place
        tall = radius / self.tall
        return self.pair("round", (x - radius, x + radius, t - tall, t + tall), lift)


def fields(face: Face, place: Box, table: Iterable[tuple]) -> list[Piece]:
    """Return the fields of a lamp.

    Args:
        face: the end of the car.
        place: of the whole lamp.
        table: rows of (outline, a0, a1, b0, b1, lift, material): from a0 to a1 of its width, b0 to b1 of its height.
    """
    x, width, t, tall = place[0], place[1] - place[0], place[2], place[3] - place[2]
    return [
        (face.pair(kind, (x + a0 * width, x + a1 * width, t + b0 * tall, t + b1 * tall), lift), material)
        for kind, a0, a1, b0, b1, lift, material in table
    ]


def plate_at(layout: Layout, rear: bool) -> float:
    """Return the part-height of the middle of a licence plate."""
    if not rear:
        return 0.42 if layout.details.grille != "large" else 0.33
    return 0.30 if layout.style == "pickup" or layout.details.tail_lights == "bar" else 0.70


def plate(face: Face, at: float, material: Material) -> list[Piece]:
    """Return a licence plate with its text, in its frame, at the part-height ``at``."""
    wide, tall = (0.26, 0.056) if face.layout.details.wide_plates else (0.153, 0.077)
    tall /= face.tall
    out = 0.055 if face.layout.style == "pickup" else 0.018
    pieces = [(face.band(wide + 0.012, at - tall - 0.016, at + tall + 0.016, out, 3, 7), BLACK_PLASTIC)]
    pieces.append((face.band(wide, at - tall, at + tall, out + 0.006, 3, 7), material))
    for a, b in spans(0.01, wide - 0.02, 3, 0.62):
        pieces.append((face.pair("block", (a, b, at - 0.5 * tall, at + 0.5 * tall), out + 0.009, 3), PLATE_TEXT))
    return pieces


def badge(face: Face, at: float, size: float = 0.05) -> list[Piece]:
    """Return the maker's badge: a disc in the middle at the part-height ``at``, ``size`` metres in radius."""
    tall = size / face.tall

    def half(v):
        return np.sqrt(np.clip(1 - v * v, 0.01, 1)) * tall

    return [(face.band(size, lambda v: at - half(v), lambda v: at + half(v), 0.030, 3, 11), CHROME)]
