"""What a lens and a shutter do to a picture, applied when it is read: distortion, a blurred background, motion blur.

Distortion moves things, so that points and boxes go through the same map; the blurs leave every thing where it is.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from PIL import Image

from vantage.errors import UserError

_CELLS = 12
"""The picture is warped in so many cells a side, exact at their corners."""

_STEPS = 12

_FARTHEST = 3.6
"""Square of the distance, in half-sides, beyond which the factor stays: all there is in a distorted picture is nearer,
and what is far outside must not come back in."""

LIMIT = 0.07
"""Largest distortion of either sign: beyond 0.074 a barrel's corners would come from nowhere."""


@dataclass(frozen=True)
class Distortion:
    """Radial distortion about the middle of a square picture.

    A point at ``r`` half-sides from the middle goes to ``r (1 + k r^2)``: barrel below 0, pincushion above.

    Attributes:
        k: within `LIMIT`, where every place of the distorted picture, its corners too, comes from one of the straight.
        size: side of the picture, px.

    Raises:
        UserError: a stronger distortion.
    """

    k: float
    size: int

    def __post_init__(self):
        if not abs(self.k) <= LIMIT:
            raise UserError(f"a distortion of {self.k:g}", f"{-LIMIT:g} to {LIMIT:g}")

    def points(self, points: np.ndarray) -> np.ndarray:
        """Return where points [..., 2] px of the straight picture are in the distorted one."""
        half = self.size / 2
        away = (np.asarray(points, np.float64) - half) / half
        squared = np.square(away).sum(axis=-1, keepdims=True).clip(max=_FARTHEST)
        return half + half * away * (1 + self.k * squared)

    def straight(self, points: np.ndarray) -> np.ndarray:
        """Return where points [..., 2] px of the distorted picture come from: the inverse of `points`."""
        half = self.size / 2
        target = (np.asarray(points, np.float64) - half) / half
        length = np.linalg.norm(target, axis=-1, keepdims=True)
        radius = length.copy()
        for _ in range(_STEPS):  # Newton's
            radius -= (radius * (1 + self.k * radius**2) - length) / (1 + 3 * self.k * radius**2)
        return half + half * target * np.divide(radius, length, out=np.ones_like(length), where=length > 0)

    def box(self, box: np.ndarray) -> np.ndarray:
        """Return the box around the distorted outline of a box x0, y0, x1, y1 px."""
        x0, y0, x1, y1 = (float(value) for value in box)
        along = np.linspace(0, 1, 17)
        xs, ys = x0 + (x1 - x0) * along, y0 + (y1 - y0) * along
        rim = [(x, y) for x in xs for y in (y0, y1)] + [(x, y) for x in (x0, x1) for y in ys]
        moved = self.points(np.array(rim))
        return np.concatenate([moved.min(axis=0), moved.max(axis=0)]).astype(np.float32)

    def image(self, image: Image.Image) -> Image.Image:
        """Return the distorted picture; what comes from outside of the straight one repeats its rim."""
        edges = np.rint(np.linspace(0, self.size, _CELLS + 1)).astype(int)
        corners = self.straight(np.stack(np.meshgrid(edges, edges, indexing="xy"), -1))
        margin = math.ceil(max(-float(corners.min()), 0.0)) + 1
        mesh = []
        for row in range(_CELLS):
            for column in range(_CELLS):
                target = (edges[column], edges[row], edges[column + 1], edges[row + 1])
                quad = corners[[row, row + 1, row + 1, row], [column, column, column + 1, column + 1]] + margin
                mesh.append((tuple(map(int, target)), tuple(quad.ravel().tolist())))
        return _padded(image, margin).transform(image.size, Image.Transform.MESH, mesh, Image.Resampling.BILINEAR)


def motion_blurred(image: Image.Image, length: float, angle: float) -> Image.Image:
    """Return a picture as of a camera that moves evenly while the shutter is open; its middle stays.

    Args:
        image: RGB.
        length: of the movement, px.
        angle: its direction, degrees.
    """
    count = max(2, math.ceil(length) + 1)
    radians = math.radians(angle)
    total = np.zeros((image.height, image.width, 3), np.float32)
    for part in np.linspace(-0.5, 0.5, count):
        dx, dy = part * length * math.cos(radians), part * length * math.sin(radians)
        total += np.asarray(_shifted(image, dx, dy), np.float32)
    return Image.fromarray(np.rint(total / count).astype(np.uint8))


def _shifted(image: Image.Image, dx: float, dy: float) -> Image.Image:
    """Return the picture moved by a fraction of pixels, its rim repeated."""
    margin = math.ceil(max(abs(dx), abs(dy))) + 1
    data = (1, 0, margin - dx, 0, 1, margin - dy)
    return _padded(image, margin).transform(image.size, Image.Transform.AFFINE, data, Image.Resampling.BILINEAR)


def _padded(image: Image.Image, margin: int) -> Image.Image:
    """Return the picture with its rim repeated ``margin`` times on all sides."""
    return Image.fromarray(np.pad(np.asarray(image), ((margin, margin), (margin, margin), (0, 0)), "edge"))
