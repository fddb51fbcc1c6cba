"""Pixels of label files: RGBA pictures, masks, 16-bit depth, each checked for size and kind."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import numpy as np
from PIL import Image, UnidentifiedImageError

from vantage.errors import ImageError
from vantage.records.photos import FORMATS, MAX_PIXELS

_BROKEN = (OSError, SyntaxError, ValueError, EOFError, struct.error, zlib.error, UnidentifiedImageError)


def read_rgba(path: Path) -> np.ndarray:
    """Return a picture as uint8 RGBA [H, W, 4]; opaque where the file has no alpha.

    Raises:
        ImageError: missing, no image, damaged, or too large.
    """
    return _decoded(path, "RGBA")


def read_mask(path: Path) -> np.ndarray:
    """Return a mask as uint8 [H, W]: 255 where the file is not 0.

    Raises:
        ImageError: as `read_rgba`.
    """
    return np.where(_decoded(path, "L") > 0, np.uint8(255), np.uint8(0))


def read_depth(path: Path, scale: float) -> np.ndarray:
    """Return z-depth, float32 [H, W], of a greyscale image of 8 or 16 bits whose steps are ``scale`` units; 0 is none.

    Raises:
        ImageError: as `read_rgba`, or colour.
    """
    steps = _decoded(path, None)
    if steps.ndim != 2:
        raise ImageError(f"{path} has {steps.shape[-1]} channels", "depth in one channel of 16 bits")
    return (steps.astype(np.float64) * scale).astype(np.float32)


def _decoded(path: Path, mode: str | None) -> np.ndarray:
    """Return the pixels in a mode of PIL's, or as they are."""
    if not path.is_file():
        raise ImageError(f"{path} does not exist", "an image file")
    try:
        with Image.open(path, formats=FORMATS) as image:
            if image.width * image.height > MAX_PIXELS:
                raise ImageError(f"{path} is too large ({image.width}x{image.height})", f"at most {MAX_PIXELS} pixels")
            return np.asarray(image.convert(mode) if mode else image)
    except (*_BROKEN, Image.DecompressionBombError) as error:
        raise ImageError(f"{path} is no whole image ({error})", "an image file", "copy or export it again") from error
