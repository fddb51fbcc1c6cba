"""What the network sees of an image: a box of it, clamped and stretched to a square, as in evaluation."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from vantage.errors import ImageError
from vantage.records.crops import box_crop
from vantage.records.photos import OpenPhoto, eight_bit_rgb, open_photo

Box = Sequence[float]
"""x0, y0, x1, y1, pixels of the whole photograph, upright."""

ImageLike = str | Path | np.ndarray | Image.Image
"""An image file, uint8 pixels [h, w, 3] in RGB ([h, w] in grey), or a PIL image."""

DETAIL = 2.0
"""A large JPEG is decoded smaller where every crop still has this many times the pixels that the network sees."""


def open_image(image: ImageLike, boxes: Sequence[Box | None], size: int) -> OpenPhoto:
    """Decode an image as far as crops of ``boxes`` need it.

    Args:
        image: a file, pixels, or a PIL image.
        boxes: x0, y0, x1, y1 px; None for the whole image.
        size: side of the crops, px.

    Raises:
        ImageError: an image that cannot be used.
    """
    if not isinstance(image, str | Path):
        pixels = as_picture(image)
        return OpenPhoto(pixels, pixels.size)
    return open_photo(image, DETAIL * size, boxes)


def as_picture(image: np.ndarray | Image.Image) -> Image.Image:
    """Return pixels as a PIL image in RGB, one of PIL as it would come from its file; an array's alpha is dropped.

    Raises:
        ImageError: neither uint8 [h, w] nor uint8 [h, w, 3 or 4], or empty; floating-point pixels.
    """
    if isinstance(image, Image.Image):
        return eight_bit_rgb(ImageOps.exif_transpose(image))
    image = np.asarray(image)
    usable = image.dtype == np.uint8 and (image.ndim == 2 or (image.ndim == 3 and image.shape[2] in (3, 4)))
    if not usable or not image.size:
        raise ImageError(f"an image is {image.dtype} {list(image.shape)}", "uint8 pixels [h, w, 3], RGB")
    return Image.fromarray(image[..., :3] if image.ndim == 3 else image).convert("RGB")


def crop_photo(photo: OpenPhoto, box: Box | None, size: int, name: str = "the image") -> np.ndarray:
    """Return a box of a photograph, clamped to it and stretched to a square, as evaluation does: uint8 [S, S, 3].

    Raises:
        ImageError: the box holds nothing of the photograph.
    """
    inside = None if box is None else clamped(box, *photo.size, name)
    return np.asarray(box_crop(photo.box(inside), size, clamp=photo.image.size).cut(photo.image))


def clamped(box: Box, width: int, height: int, name: str = "the image") -> tuple[float, float, float, float]:
    """Return the part of ``box`` that is in an image, which ``name`` tells people.

    Raises:
        ImageError: less than a pixel is, or an edge is no number.
    """
    x0, y0, x1, y1 = max(0.0, box[0]), max(0.0, box[1]), min(float(width), box[2]), min(float(height), box[3])
    if not (x1 - x0 >= 1 and y1 - y0 >= 1 and np.isfinite([float(edge) for edge in box]).all()):
        edges = ",".join(f"{edge:g}" for edge in box)
        found = f"the box {edges} holds nothing of {name} ({width}x{height} pixels)"
        raise ImageError(found, "x0,y0,x1,y1 in pixels, from the upper left corner")
    return x0, y0, x1, y1
