"""From a view to what a network sees: crop, background, mirror image, and all that cameras do to colours.

The work is done by PIL's C code on 8-bit images of the final size, about a millisecond an image, and it is a pure
function of the view, the configuration and the random generator.
"""

from __future__ import annotations

import io
import math
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
from PIL import Image, ImageChops, ImageFilter

from vantage.records.backgrounds import BackgroundPool
from vantage.records.crops import Crop, box_crop, flip_viewpoint, sample_shifts
from vantage.records.lens import LIMIT, Distortion, motion_blurred
from vantage.records.sources import View, fold_of
from vantage.records.truncations import load_truncations

GREY = (128, 128, 128)
"""What stands behind renders, and beside crops that keep their aspect, when nothing is random."""

_LUMA = np.tile((0.299, 0.587, 0.114), (3, 1))
"""The matrix that makes RGB grey."""

_CROSS = np.array([[0.0, -1, 1], [1, 0, -1], [-1, 1, 0]])
"""The cross product with (1, 1, 1), the grey axis."""

_NOISE_MARGIN = 64
"""By how many pixels the bank of noise is larger than an image."""


@dataclass(frozen=True)
class AugmentConfig:
    """How a training image is made from a view. Probabilities are of one image; 0 turns a thing off."""

    image_size: int = 96
    """Side of the image, pixels."""
    context: float = 0.0
    """Margin around the box, as a fraction of its width and height."""
    keep_aspect: bool = False
    """Widen the box to a square instead of warping it (the paper warps)."""
    truncation: float = 0.06
    """Deviation of each box edge's shift, as a fraction of the box."""
    wide: float = 0.15
    """Probability that the box also grows, as loose detections do."""
    wide_limit: float = 0.2
    """Largest such growth of each side, as a fraction of the box."""
    flip: float = 0.5
    """Probability of a mirror image, with its viewpoint."""
    brightness: float = 0.35
    """Largest change of brightness, in stops."""
    contrast: float = 0.35
    """Largest relative change of contrast."""
    gamma: float = 0.3
    """Largest relative change of gamma (natural logarithm)."""
    white_balance: float = 0.12
    """Largest relative change of each channel."""
    tint: float = 0.04
    """Largest offset of each channel, of a range of 1."""
    saturation: float = 0.5
    """Largest relative change of saturation."""
    hue: float = 0.0
    """Largest turn of the hue, of a whole turn."""
    greyscale: float = 0.1
    """Probability of greyscale."""
    blur: float = 0.3
    """Probability of blur (one box filter, as of a lens out of focus)."""
    blur_sigma: float = 1.0
    """Its largest deviation, in pixels of a 96-pixel image."""
    low_resolution: float = 0.25
    """Probability of scaling down and up again."""
    lowest_resolution: float = 0.4
    """The smallest such scale."""
    noise: float = 0.04
    """Largest deviation of sensor noise, of a range of 1."""
    noise_probability: float = 0.4
    """Probability of noise."""
    jpeg: float = 0.2
    """Probability of a JPEG round trip."""
    jpeg_quality: int = 30
    """Its lowest quality."""
    erase: float = 0.25
    """Probability that a rectangle is erased."""
    erase_area: float = 0.2
    """Its largest area, as a fraction of the image."""
    background: str = "procedural"
    """Renders only: what they are laid on: procedural, plain, photos:DIR, or several of these with commas between."""
    plain: float = 0.1
    """Renders only: probability of a plain background."""
    object_brightness: float = 0.35
    """Renders only: largest change of the object's brightness against the background's, in stops."""
    soft_edges: float = 0.5
    """Renders only: probability that the rim of the object is softened."""
    defocus: float = 0.0
    """Renders only: probability that the background is out of focus."""
    distortion: float = 0.0
    """Largest radial distortion of the lens, at most 0.07: 0.05 moves the middle of an edge by 5 % of half a side."""
    motion_blur: float = 0.0
    """Probability of motion blur."""
    motion_length: float = 0.06
    """Its largest length, as a fraction of the image."""
    truncations: str = ""
    """Renders only: CSV file (columns left, top, right, bottom, perhaps class) of the shifts of box edges to imitate,
    instead of truncation."""


_SHARES = ("wide", "flip", "greyscale", "blur", "low_resolution", "lowest_resolution", "noise_probability", "jpeg",
           "erase", "erase_area", "plain", "soft_edges", "defocus", "motion_blur")  # fmt: skip

LARGEST = {**dict.fromkeys(_SHARES, 1.0), "jpeg_quality": 95, "distortion": LIMIT}
"""Largest values of the fields of `AugmentConfig` that have one: probabilities and shares, and what cannot be made."""


def augment(
    view: View, config: AugmentConfig, rng: np.random.Generator, backgrounds: BackgroundPool | None = None
) -> dict[str, Any]:
    """Make one training example. Photographs are cropped within their bounds; renders are laid on a background.

    Returns:
        ``image`` float32 [S, S, 3] in [0, 1]; ``azimuth`` [0, 360), ``elevation``, ``tilt`` float32 degrees, those of
        the mirror image where it was flipped; ``category``; ``fold`` of its symmetry; where the view has
        ``keypoints_2d``, these and ``bbox`` in pixels of the image.
    """
    crop = sample_crop(view, config, rng)
    image = _photo(view, crop) if view["real"] else _composite(view, crop, config, rng, backgrounds or BackgroundPool())
    image, lens = _through_lens(_recolour(image, config, rng), config, rng)
    pixels = _sense(_resample(image, config, rng), config, rng)
    return {"image": pixels, **labels(view, crop, lens)}


def crop_only(
    view: View, size: int, context: float = 0.0, keep_aspect: bool = False, background: tuple[int, ...] = GREY
) -> dict[str, Any]:
    """Make one example for evaluation: the box, warped to the square, nothing random; as `augment` returns it."""
    clamp = _clamp(view)
    crop = box_crop(view["bbox"], size, context, keep_aspect, clamp)
    if view["real"]:
        image = _photo(view, crop)
    else:
        image = Image.new("RGBA", (size, size), (*background, 255))
        image.alpha_composite(crop.cut(_pil(view["image"])))
        image = image.convert("RGB")
    return {"image": np.asarray(image, np.float32) / np.float32(255), **labels(view, crop)}


def sample_crop(view: View, config: AugmentConfig, rng: np.random.Generator) -> Crop:
    """Draw the crop of a view: the box with each edge shifted, perhaps mirrored."""
    if config.truncations and not view["real"]:
        shifts = load_truncations(config.truncations, str(view["category"])).draw(rng)
    else:
        shifts = sample_shifts(rng, config.truncation, config.wide, config.wide_limit)
    crop = box_crop(view["bbox"], config.image_size, config.context, config.keep_aspect, _clamp(view), shifts)
    return replace(crop, flip=rng.random() < config.flip)


def labels(view: View, crop: Crop, lens: Distortion | None = None) -> dict[str, Any]:
    """Return the labels of a view as its crop shows it, through a lens that distorts."""
    angles = tuple(float(value) for value in view["viewpoint"][:3])
    angles = flip_viewpoint(*angles) if crop.flip else angles
    found = {name: np.float32(value) for name, value in zip(("azimuth", "elevation", "tilt"), angles)}
    found |= {"category": view["category"], "fold": np.int32(fold_of(view))}
    if "keypoints_2d" in view:
        points, box = crop.points(view["keypoints_2d"]), crop.box(view["bbox"])
        found |= {"keypoints_2d": lens.points(points).astype(np.float32) if lens else points}
        found |= {"bbox": lens.box(box) if lens else box}
    return found


def _clamp(view: View) -> tuple[int, int] | None:
    """Return the bounds that a crop must keep: a photograph's; renders go on into their background."""
    return (view["image"].shape[1], view["image"].shape[0]) if view["real"] else None


def _pil(pixels: np.ndarray, mode: str = "RGBA") -> Image.Image:
    """Return uint8 pixels [H, W, 4] as an image that shares their memory; mode RGBX ignores the alpha."""
    size = (pixels.shape[1], pixels.shape[0])
    return Image.frombuffer(mode, size, np.ascontiguousarray(pixels), "raw", mode, 0, 1)


def _photo(view: View, crop: Crop) -> Image.Image:
    """Return the crop of a photograph; only a crop that keeps its aspect can leave it, on grey."""
    grey = Image.new("RGBX", (crop.size, crop.size), (*GREY, 255))
    return crop.cut(_pil(view["image"], "RGBX"), grey).convert("RGB")


def _composite(
    view: View, crop: Crop, config: AugmentConfig, rng: np.random.Generator, backgrounds: BackgroundPool
) -> Image.Image:
    """Return the crop of a render on a background, with the seams of pasting blurred away."""
    front = crop.cut(_pil(view["image"]))
    draw = rng.random(3).tolist()
    alpha = front.getchannel("A")
    if draw[0] < config.soft_edges:
        alpha = ImageChops.darker(alpha, alpha.filter(ImageFilter.BoxBlur(0.3 + 0.9 * draw[1])))
    gain = 2.0 ** (config.object_brightness * (2 * draw[2] - 1))
    front = Image.blend(Image.new("RGB", front.size), front.convert("RGB"), gain)
    back = backgrounds.sample(rng, crop.size, crop.width / crop.height)
    if config.defocus and rng.random() < config.defocus:
        back = back.filter(ImageFilter.GaussianBlur(float(rng.uniform(0.5, 4.0)) * crop.size / 96))
    back.paste(front, (0, 0), alpha)
    return back


def _through_lens(
    image: Image.Image, config: AugmentConfig, rng: np.random.Generator
) -> tuple[Image.Image, Distortion | None]:
    """Return the picture as lens and shutter leave it, and the lens where it distorts."""
    lens = None
    if config.distortion:
        lens = Distortion(float(rng.uniform(-config.distortion, config.distortion)), image.width)
        image = lens.image(image)
    if config.motion_blur and rng.random() < config.motion_blur:
        length, angle = rng.uniform(0, config.motion_length) * image.width, rng.uniform(0, 180)
        image = motion_blurred(image, float(length), float(angle))
    return image, lens


def _recolour(image: Image.Image, config: AugmentConfig, rng: np.random.Generator) -> Image.Image:
    """Change brightness, contrast, white balance, tint, saturation and hue; drop the colour now and then.

    All of these are one affine map of RGB, which PIL applies in C.
    """
    draw = rng.uniform(-1, 1, 10)
    grey = rng.random() < config.greyscale
    matrix = _colour_matrix(-1 if grey else config.saturation * draw[0], 2 * math.pi * config.hue * draw[1])
    contrast = 1 + config.contrast * draw[2]
    gains = 2.0 ** (config.brightness * draw[3]) * (1 + (0 if grey else config.white_balance) * draw[4:7])
    tints = config.tint * (draw[7:8] if grey else draw[7:10])
    affine = np.empty((3, 4))
    affine[:, :3] = matrix * (contrast * gains)[:, None]
    affine[:, 3] = 255 * (0.5 * (1 - contrast) * gains + tints)
    return image.convert("RGB", tuple(affine.ravel().tolist()))


def _colour_matrix(saturation: float, hue: float) -> np.ndarray:
    """Return the matrix [3, 3] that scales the saturation by 1 + ``saturation`` and turns the hue (radians)."""
    turn = np.cos(hue) * np.eye(3) + (1 - np.cos(hue)) / 3 + np.sin(hue) / np.sqrt(3) * _CROSS
    return _LUMA + (1 + saturation) * (np.eye(3) - _LUMA) @ turn


def _resample(image: Image.Image, config: AugmentConfig, rng: np.random.Generator) -> Image.Image:
    """Lose sharpness: by few pixels, or by blur."""
    draw = rng.random(4).tolist()
    size = image.width
    if draw[0] < config.low_resolution:
        small = max(8, round(size * (config.lowest_resolution + (1 - config.lowest_resolution) * draw[1])))
        image = image.resize((small, small), Image.Resampling.BILINEAR)
        image = image.resize((size, size), Image.Resampling.BILINEAR)
    if draw[2] < config.blur:
        image = image.filter(ImageFilter.BoxBlur(_box_radius(config.blur_sigma * draw[3] * size / 96)))
    return image


def _box_radius(deviation: float) -> float:
    """Return the radius of the box filter that has this deviation, pixels."""
    return (math.sqrt(12 * deviation**2 + 1) - 1) / 2


def _sense(image: Image.Image, config: AugmentConfig, rng: np.random.Generator) -> np.ndarray:
    """Return float32 pixels: sensor noise, JPEG artefacts, the tone curve, and an erased rectangle."""
    draw = rng.random(5).tolist()
    if draw[0] < config.noise_probability and config.noise:
        image = Image.fromarray(_noisy(np.asarray(image), 255 * config.noise * draw[1], rng))
    if draw[2] < config.jpeg:
        image = _jpeg(image, int(rng.integers(config.jpeg_quality, 96)))
    pixels = _toned(np.asarray(image).astype(np.float32), 1.4 * config.gamma * (2 * draw[3] - 1))
    return _erase(pixels, config, rng) if draw[4] < config.erase else pixels


def _toned(pixels: np.ndarray, bend: float) -> np.ndarray:
    """Return pixels of [0, 255] as x (1 + bend (1 - x)) of [0, 1]: a tone curve like x^exp(-bend / 1.4), but cheap."""
    pixels *= np.float32(1 / 255)
    slope = pixels * np.float32(-bend)
    slope += np.float32(1 + bend)
    pixels *= slope
    return np.clip(pixels, 0, 1, out=pixels)


def _noisy(pixels: np.ndarray, deviation: float, rng: np.random.Generator) -> np.ndarray:
    """Return uint8 pixels with normal noise, cut at a random place from a bank that is drawn once."""
    size = pixels.shape[0]
    x, y = rng.integers(0, _NOISE_MARGIN, 2)
    noise = _noise_bank(size + _NOISE_MARGIN)[y : y + size, x : x + size] * np.float32(deviation)
    noise += pixels
    return np.clip(noise, 0, 255, out=noise).astype(np.uint8)


@lru_cache(maxsize=4)
def _noise_bank(size: int) -> np.ndarray:
    """Return standard normal noise [size, size, 3], the same at each call."""
    return np.random.default_rng(size).standard_normal((size, size, 3), np.float32)


def _jpeg(image: Image.Image, quality: int) -> Image.Image:
    """Return the image after a JPEG round trip."""
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality)
    return Image.open(buffer, formats=("JPEG",))


def _erase(pixels: np.ndarray, config: AugmentConfig, rng: np.random.Generator) -> np.ndarray:
    """Fill a random rectangle with one colour or with noise (random erasing)."""
    size = pixels.shape[0]
    area, aspect, x, y, kind = rng.random(5)
    side = size * np.sqrt(0.02 + (config.erase_area - 0.02) * area)
    stretch = 2.0 ** (2 * aspect - 1)
    width, height = int(min(side * stretch, size - 1)), int(min(side / stretch, size - 1))
    left, top = int(x * (size - width)), int(y * (size - height))
    shape = (height, width, 3) if kind < 0.5 else (1, 1, 3)
    pixels[top : top + height, left : left + width] = rng.random(shape, np.float32)
    return pixels
