"""What renders are laid on: photographs of the user's, procedural pictures, or plain colours.

A pool is made once and kept; drawing from it costs one resize.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from vantage.errors import DataError
from vantage.records.photos import find_photos, load_photo

PHOTO_SIDE = 256
"""Long side to which background photographs are reduced."""

PHOTO_LIMIT = 1500
"""At most so many photographs of a folder are kept (about 0.2 MB each)."""

PROCEDURAL_COUNT = 128
PROCEDURAL_SIDE = 144


@dataclass(frozen=True)
class BackgroundPool:
    """Pictures to draw backgrounds from.

    Attributes:
        images: RGB pictures; may be empty, then every background is plain.
        plain: probability of a constant colour instead (0.2 in Render for CNN).
    """

    images: Sequence[Image.Image] = ()
    plain: float = 0.1

    def sample(self, rng: np.random.Generator, size: int, aspect: float = 1.0) -> Image.Image:
        """Return a background of ``size`` x ``size`` pixels: a crop at random place and scale, perhaps mirrored.

        Args:
            rng: where the choice comes from.
            size: side, pixels.
            aspect: width / height of what is warped to the square, so that the background is warped alike.
        """
        draw = rng.random(6).tolist()
        if not self.images or draw[0] < self.plain:
            return _plain(rng, size)
        image = self.images[int(draw[1] * len(self.images))]
        width, height = _fitted(aspect, image.size, 0.25 * 4.0 ** draw[2])
        x, y = (image.width - width) * draw[3], (image.height - height) * draw[4]
        part = image.resize((size, size), Image.Resampling.BILINEAR, (x, y, x + width, y + height))
        return part.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if draw[5] < 0.5 else part


def make_pool(modes: Sequence[str], plain: float = 0.1, seed: int = 0) -> BackgroundPool:
    """Return the pool of all ``modes`` together.

    Args:
        modes: ``procedural``, ``plain``, or ``photos:DIR``.
        plain: probability of a constant colour.
        seed: of the procedural pictures, and of the choice where a folder holds too many photographs.

    Raises:
        DataError: for an unknown mode.
        ImageError: for a folder without images, or a broken one.
    """
    images: list[Image.Image] = []
    for mode in modes:
        name, _, folder = mode.partition(":")
        if name == "photos" and folder:
            images += load_backgrounds(folder, seed)
        elif mode == "procedural":
            images += [procedural_background(np.random.default_rng([seed, i])) for i in range(PROCEDURAL_COUNT)]
        elif mode != "plain":
            raise DataError(f"unknown background {mode!r}", "procedural, plain or photos:DIR")
    return BackgroundPool(images, plain)


def load_backgrounds(folder: str | os.PathLike, seed: int = 0) -> list[Image.Image]:
    """Return the photographs of a folder, reduced; a random `PHOTO_LIMIT` of them where there are more."""
    files: Sequence[Path] = find_photos(folder)
    if len(files) > PHOTO_LIMIT:
        chosen = np.random.default_rng(seed).permutation(len(files))[:PHOTO_LIMIT]
        files = [files[index] for index in sorted(chosen)]
    return [_reduced(Image.fromarray(load_photo(file))) for file in files]


def procedural_background(rng: np.random.Generator, side: int = PROCEDURAL_SIDE) -> Image.Image:
    """Draw a picture that has the statistics of a place rather than its things."""
    kinds: tuple[Callable, ...] = (_outdoors, _outdoors, _outdoors, _clutter, _clutter, _texture, _gradient)
    image = kinds[rng.integers(len(kinds))](rng, side)
    if rng.random() < 0.5:
        image = image.filter(ImageFilter.GaussianBlur(rng.uniform(0.3, 2.0)))
    grain = rng.normal(0, rng.uniform(0, 6), (side, side, 1))
    return _image(np.asarray(image, np.float64) + grain)


def octaves(rng: np.random.Generator, height: int, width: int, roughness: float) -> np.ndarray:
    """Return noise [height, width] of zero mean and unit deviation, the amplitude times ``roughness`` an octave."""
    total = np.zeros((height, width))
    amplitude, cells = 1.0, 2
    while cells <= max(height, width):
        shape = (max(2, cells * height // max(height, width)), max(2, cells * width // max(height, width)))
        grid = Image.fromarray(rng.standard_normal(shape).astype(np.float32))
        total += amplitude * np.asarray(grid.resize((width, height), Image.Resampling.BICUBIC))
        amplitude, cells = amplitude * roughness, cells * 2
    return (total - total.mean()) / (total.std() + 1e-9)


def _outdoors(rng: np.random.Generator, side: int) -> Image.Image:
    """Sky, a skyline of boxes and bushes, and a ground whose texture is drawn out with distance."""
    horizon = int(side * rng.uniform(0.15, 0.65))
    sky = _ramp(_colour(rng, 0.6, 1.0, 0.25), _colour(rng, 0.6, 1.0, 0.15), horizon, side)
    sky += 0.06 * octaves(rng, horizon, side, 0.6)[..., None]
    ground = _ramp(_colour(rng, 0.2, 0.7, 0.12), _colour(rng, 0.15, 0.65, 0.12), side - horizon, side)
    ground += rng.uniform(0.02, 0.1) * _receding(octaves(rng, side, side, 0.85), side - horizon, side)[..., None]
    image = _image(255 * np.concatenate([sky, ground]))
    _skyline(ImageDraw.Draw(image), rng, side, horizon)
    image = image.filter(ImageFilter.GaussianBlur(rng.uniform(0.3, 1.2)))
    return _foliage(image, rng, horizon)


def _skyline(draw: ImageDraw.ImageDraw, rng: np.random.Generator, side: int, horizon: int) -> None:
    """Draw house fronts with windows, poles, kerbs and lane marks."""
    for _ in range(rng.integers(0, 9)):
        width, height = rng.uniform(0.08, 0.5) * side, rng.uniform(0.05, 0.6) * side
        x = rng.uniform(-0.2, 1) * side
        colour = _rgb(_colour(rng, 0.15, 0.9, 0.15))
        draw.rectangle((x, horizon - height, x + width, horizon + rng.uniform(0, 6)), fill=colour)
        _windows(draw, rng, (x, horizon - height, x + width, horizon))
    for _ in range(rng.integers(0, 4)):
        x = rng.uniform(0, side)
        draw.line((x, horizon + rng.uniform(0, 20), x, rng.uniform(-20, horizon)), _grey(rng), int(rng.integers(1, 4)))
    for _ in range(rng.integers(0, 4)):
        y = horizon + (side - horizon) * rng.uniform(0.05, 1) ** 2
        end = y + rng.uniform(-0.2, 0.2) * side
        draw.line((0, y, side, end), _grey(rng), int(rng.integers(1, 5)))


def _windows(draw: ImageDraw.ImageDraw, rng: np.random.Generator, box: tuple) -> None:
    """Draw a grid of windows, or none, on a front."""
    if rng.random() < 0.4:
        return
    x0, y0, x1, y1 = box
    step = rng.uniform(7, 22)
    colour = _rgb(_colour(rng, 0.05, 0.7, 0.1))
    for x in np.arange(x0 + 3, x1 - step / 2, step):
        for y in np.arange(y0 + 3, y1 - step / 2, step * 1.3):
            draw.rectangle((x, y, x + step * 0.55, y + step * 0.7), fill=colour)


def _foliage(image: Image.Image, rng: np.random.Generator, horizon: int) -> Image.Image:
    """Lay a band of bushes or trees with a ragged outline over the horizon, now and then."""
    if rng.random() < 0.45:
        return image
    side = image.width
    outline = horizon - side * (rng.uniform(0.05, 0.25) + 0.07 * octaves(rng, 1, side, 0.75)[0])
    rows = np.arange(side)[:, None]
    inside = (rows > outline) & (rows < horizon + 3 * octaves(rng, 1, side, 0.7)[0])
    green = np.array(_colour(rng, 0.15, 0.45, 0.12)) + (0, rng.uniform(0, 0.12), 0)
    leaves = 255 * (green + 0.1 * octaves(rng, side, side, 0.95)[..., None])
    return _image(np.where(inside[..., None], leaves, np.asarray(image, np.float64)))


def _clutter(rng: np.random.Generator, side: int) -> Image.Image:
    """Rectangles, ellipses and lines of all sizes on a gradient, blurred in layers as things out of focus are."""
    image = _gradient(rng, side)
    for _ in range(3):
        draw = ImageDraw.Draw(image)
        for _ in range(rng.integers(2, 14)):
            _shape(draw, rng, side)
        image = image.filter(ImageFilter.GaussianBlur(rng.uniform(0, 3)))
    texture = rng.uniform(0, 18) * octaves(rng, side, side, 0.8)[..., None]
    return _image(np.asarray(image, np.float64) + texture)


def _shape(draw: ImageDraw.ImageDraw, rng: np.random.Generator, side: int) -> None:
    """Draw one thing."""
    colour = _rgb(_colour(rng, 0.05, 1.0, 0.3))
    x, y = rng.uniform(-0.2, 1, 2) * side
    width, height = np.exp(rng.uniform(np.log(4), np.log(side * 0.8), 2))
    kind = rng.integers(4)
    if kind == 0:
        draw.ellipse((x, y, x + width, y + height), fill=colour)
    elif kind == 1:
        draw.line((x, y, *(rng.uniform(-0.2, 1.2, 2) * side)), colour, int(rng.integers(1, 6)))
    else:
        draw.rectangle((x, y, x + width, y + height), fill=colour)


def _texture(rng: np.random.Generator, side: int) -> Image.Image:
    """Coloured noise with the falling spectrum of natural surfaces."""
    base = np.array(_colour(rng, 0.2, 0.8, 0.2))
    shade = octaves(rng, side, side, rng.uniform(0.5, 0.95))[..., None] * rng.uniform(0.05, 0.2)
    tint = np.dstack([octaves(rng, side, side, 0.6) for _ in range(3)]) * rng.uniform(0, 0.08)
    return _image(255 * (base + shade + tint))


def _gradient(rng: np.random.Generator, side: int) -> Image.Image:
    """A bilinear blend of four related colours, as on a studio wall."""
    corners = np.array([_colour(rng, 0.15, 0.95, 0.15) for _ in range(4)]).reshape(2, 2, 3)
    corners = corners.mean((0, 1)) + (corners - corners.mean((0, 1))) * rng.uniform(0.2, 1)
    return _image(255 * corners).resize((side, side), Image.Resampling.BICUBIC)


def _receding(noise: np.ndarray, height: int, width: int) -> np.ndarray:
    """Resample noise so that its grain shrinks towards the top, as on a plane seen aslant."""
    depth = 1 / np.linspace(0.12, 1, height)[:, None]
    rows = (depth * noise.shape[0] * 0.12).astype(int) % noise.shape[0]
    columns = (noise.shape[1] / 2 + (np.arange(width) - width / 2)[None] * depth * 0.6).astype(int) % noise.shape[1]
    return noise[rows, columns]


def _ramp(top: np.ndarray, bottom: np.ndarray, height: int, width: int) -> np.ndarray:
    """Return [height, width, 3] from one colour to another."""
    weight = np.linspace(0, 1, height)[:, None, None]
    return np.broadcast_to(top * (1 - weight) + bottom * weight, (height, width, 3)).copy()


def _colour(rng: np.random.Generator, low: float, high: float, spread: float) -> np.ndarray:
    """Return an RGB colour in [0, 1]: a brightness, and a hue of limited strength."""
    return np.clip(rng.uniform(low, high) + rng.normal(0, spread / 2, 3), 0, 1)


def _rgb(colour: np.ndarray) -> tuple[int, ...]:
    return tuple(int(value * 255) for value in colour)


def _grey(rng: np.random.Generator) -> tuple[int, ...]:
    return (int(rng.integers(20, 235)),) * 3


def _plain(rng: np.random.Generator, size: int) -> Image.Image:
    """A constant colour near grey."""
    return Image.new("RGB", (size, size), _rgb(_colour(rng, 0.0, 1.0, 0.08)))


def _image(values: np.ndarray) -> Image.Image:
    """Return values in [0, 255] (clipped) as an RGB image."""
    return Image.fromarray(np.clip(values, 0, 255).astype(np.uint8))


def _fitted(aspect: float, size: tuple[int, int], scale: float) -> tuple[float, float]:
    """Return width and height of a box of this aspect: ``scale`` times the largest that fits into the picture."""
    width = min(size[0], size[1] * aspect) * scale
    return width, width / aspect


def _reduced(image: Image.Image) -> Image.Image:
    """Return the image with a long side of at most `PHOTO_SIDE`."""
    image.thumbnail((PHOTO_SIDE, PHOTO_SIDE), Image.Resampling.BILINEAR)
    return image
