"""Crops: which part of a view a network sees, and where points and boxes go with it.

Pixel coordinates are continuous, edges at integers (centres at integer + 0.5), so a mirror image maps x to width - x.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image

TOLERANCE = 1e-4
"""Fraction of a pixel by which a crop may leave the image before the rest is filled."""


@dataclass(frozen=True)
class Crop:
    """A box of the source image, warped to a square of ``size`` pixels, then mirrored where ``flip``.

    The box [x0, x1) x [y0, y1) is in source pixels and may leave the image.
    """

    x0: float
    y0: float
    x1: float
    y1: float
    size: int
    flip: bool = False

    @property
    def width(self) -> float:
        """Width of the box, in source pixels."""
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        """Height of the box, in source pixels."""
        return self.y1 - self.y0

    def points(self, points: np.ndarray) -> np.ndarray:
        """Map points [..., 2] from source pixels to pixels of the crop."""
        scale = self.size / np.array([self.width, self.height])
        mapped = (np.asarray(points, float) - (self.x0, self.y0)) * scale
        if self.flip:
            mapped[..., 0] = self.size - mapped[..., 0]
        return mapped.astype(np.float32)

    def box(self, box: np.ndarray) -> np.ndarray:
        """Map a box [x0, y0, x1, y1] from source pixels to pixels of the crop."""
        corners = self.points(np.asarray(box, float).reshape(2, 2))
        return np.concatenate([corners.min(0), corners.max(0)])

    def cut(self, image: Image.Image, fill: Image.Image | None = None) -> Image.Image:
        """Return the crop of a PIL image, antialiased; what lies outside the image shows ``fill`` (zeros if None).

        The inside lands exactly where `points` says; at its rim less than one pixel of the crop is given to the fill.
        """
        inner = self._inner(image.size)
        if inner is None:
            return fill.copy() if fill else Image.new(image.mode, (self.size, self.size))
        target, source = inner
        width, height = target[2] - target[0], target[3] - target[1]
        part = image.resize((width, height), Image.Resampling.BILINEAR, source)
        if (width, height) != (self.size, self.size):
            whole = fill.copy() if fill else Image.new(image.mode, (self.size, self.size))
            whole.paste(part, target[:2])
            part = whole
        return part.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if self.flip else part

    def _inner(self, size: tuple[int, int]) -> tuple[tuple, tuple] | None:
        """Return the part of the crop that the image covers: whole target pixels, and the source box they show."""
        left, right, xs = _span(self.x0, self.x1, size[0], self.size)
        top, bottom, ys = _span(self.y0, self.y1, size[1], self.size)
        if right <= left or bottom <= top:
            return None
        return (left, top, right, bottom), (xs[0], ys[0], xs[1], ys[1])


def _span(low: float, high: float, limit: int, size: int) -> tuple[int, int, tuple[float, float]]:
    """Along one axis: the target pixels that [0, limit] covers wholly, and the source interval which they show."""
    step = (high - low) / size
    first = max(0, math.ceil(-low / step - TOLERANCE))
    last = min(size, math.floor((limit - low) / step + TOLERANCE))
    return first, last, (max(0.0, low + first * step), min(float(limit), low + last * step))


def box_crop(
    box: np.ndarray,
    size: int,
    context: float = 0.0,
    keep_aspect: bool = False,
    clamp: tuple[int, int] | None = None,
    shifts: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0),
) -> Crop:
    """Return the crop of a box.

    Args:
        box: x0, y0, x1, y1 in source pixels.
        size: side of the crop, pixels.
        context: margin added on every side, as a fraction of the box's width or height.
        keep_aspect: widen the shorter side to a square instead of warping.
        clamp: width and height of an image that the box must not leave (before ``keep_aspect``).
        shifts: how far left, top, right and bottom edges move (right and down are positive), as fractions of the
            width or height of the box.
    """
    x0, y0, x1, y1 = (float(value) for value in box)
    width, height = max(x1 - x0, 1.0), max(y1 - y0, 1.0)
    x0, x1 = _moved(x0, x0 + width, width, (shifts[0] - context, shifts[2] + context), clamp and clamp[0])
    y0, y1 = _moved(y0, y0 + height, height, (shifts[1] - context, shifts[3] + context), clamp and clamp[1])
    crop = Crop(x0, y0, x1, y1, size)
    return _square(crop) if keep_aspect else crop


def _moved(low: float, high: float, length: float, shift: tuple[float, float], limit: int | None) -> tuple:
    """Move both ends of an interval; where they come too near each other, keep the original ends."""
    ends = low + shift[0] * length, high + shift[1] * length
    if limit is not None:
        ends = max(ends[0], 0.0), min(ends[1], float(limit))
    return ends if ends[1] - ends[0] >= 0.25 * length else (low, high)


def _square(crop: Crop) -> Crop:
    """Widen the shorter side about its centre."""
    margin = (crop.width - crop.height) / 2
    if margin > 0:
        return replace(crop, y0=crop.y0 - margin, y1=crop.y1 + margin)
    return replace(crop, x0=crop.x0 + margin, x1=crop.x1 - margin)


def sample_shifts(
    rng: np.random.Generator, deviation: float, wide: float, wide_limit: float
) -> tuple[float, float, float, float]:
    """Draw the shifts of the left, top, right and bottom edge for `box_crop` (Render for CNN, specification 1.5).

    Opposite edges are drawn together: a common part moves the box, an own part resizes it, and each shift has the
    given deviation, clipped at five of them (the paper's N(0, 0.1) clipped at 0.5). With probability ``wide`` the
    box also grows by up to ``wide_limit`` on every side, as loose detections do.
    """
    common_x, common_y, *own = rng.standard_normal(6)
    near = math.sqrt(0.5)
    shifts = np.array([common_x + own[0], common_y + own[1], common_x + own[2], common_y + own[3]]) * near * deviation
    shifts = np.clip(shifts, -5 * deviation, 5 * deviation)
    if rng.random() < wide:
        shifts += rng.uniform(0, wide_limit, 4) * (-1, -1, 1, 1)
    return tuple(shifts.tolist())


def flip_viewpoint(azimuth: float, elevation: float, tilt: float) -> tuple[float, float, float]:
    """Return the viewpoint of the mirror image: (360 - azimuth, elevation, -tilt), degrees, azimuth in [0, 360)."""
    return (360.0 - azimuth) % 360.0, elevation, -tilt
