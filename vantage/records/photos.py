"""Loading a photograph that somebody hands in: any usual kind of file, turned upright, as 8-bit RGB, or refused."""

from __future__ import annotations

import math
import os
import struct
import warnings
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from vantage.errors import ImageError

FORMATS = ("JPEG", "PNG", "WEBP", "TIFF", "GIF", "BMP", "PPM", "JPEG2000")
"""What is opened, by PIL's names (MPO comes as JPEG); PIL would start other programs for some of the rest."""

SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", ".gif", ".bmp", ".ppm", ".pgm", ".jp2")
"""Which files of a folder count as photographs."""

MAX_PIXELS = 80_000_000
"""Larger images are refused: decoded they would take a quarter of a gigabyte and more."""

BEHIND_ALPHA = 128
"""Grey level that a transparent image is laid on, the one behind renders at evaluation too."""

_ORIENTATION = 0x0112
_ON_SIDE = (5, 6, 7, 8)
"""EXIF's tag of the orientation, and those of its values that exchange width and height."""

warnings.filterwarnings("ignore", category=Image.DecompressionBombWarning)  # `_check_size` refuses those by name

_BROKEN = (OSError, SyntaxError, ValueError, EOFError, KeyError, TypeError, IndexError, struct.error, zlib.error)
"""What PIL's readers raise on damaged files."""


@dataclass(frozen=True)
class OpenPhoto:
    """A photograph, upright.

    Args:
        image: its pixels in PIL's mode RGB, perhaps fewer than the file has.
        size: width and height of the whole photograph, upright, px; boxes are given in these pixels.
    """

    image: Image.Image
    size: tuple[int, int]

    def box(self, box: Sequence[float] | None = None) -> tuple[float, float, float, float]:
        """Return a box of the photograph, all of it by default, in the pixels of ``image``."""
        across, down = self.image.width / self.size[0], self.image.height / self.size[1]
        x0, y0, x1, y1 = (0, 0, *self.size) if box is None else box
        return x0 * across, y0 * down, x1 * across, y1 * down


def load_photo(path: str | os.PathLike, upright: bool = True) -> np.ndarray:
    """Return an image file as uint8 RGB [H, W, 3], upright.

    The EXIF orientation is applied (unless ``upright`` is false). Greyscale becomes RGB; 16-bit greyscale is scaled to
    8 bits; CMYK and palettes are converted; whatever has transparency is laid on mid-grey (`BEHIND_ALPHA`); of an
    animation the first frame counts.

    Raises:
        ImageError: naming the file and the reason: missing, a folder, empty, no image, damaged or cut short, larger
            than `MAX_PIXELS`, or floating-point pixels, whose range is unknown.
    """
    return np.array(open_photo(path, upright=upright).image)


def open_photo(
    path: str | os.PathLike,
    side: float | None = None,
    boxes: Sequence[Sequence[float] | None] = (),
    upright: bool = True,
) -> OpenPhoto:
    """Open an image file as `load_photo` does; a JPEG may be decoded smaller, which takes a fraction of the time.

    Args:
        path: the file.
        side: as many pixels are enough along the shorter side of what is wanted; None for all that there are.
        boxes: what is wanted, x0, y0, x1, y1 in pixels of the whole photograph; None, and no box, for all of it.
        upright: apply the EXIF orientation.

    Raises:
        ImageError: as `load_photo`.
    """
    path = Path(path)
    _check_file(path)
    try:
        with Image.open(path, formats=FORMATS) as image:
            _check_size(path, image)
            size = image.size
            if side is not None and (scale := side / _shortest(image, boxes, upright)) < 1:
                image.draft(None, (math.ceil(size[0] * scale), math.ceil(size[1] * scale)))
            image.load()
            shown = ImageOps.exif_transpose(image) if upright else image
            turned = shown.size != image.size
            return OpenPhoto(eight_bit_rgb(shown, str(path)), size[::-1] if turned else size)
    except UnidentifiedImageError as error:
        raise ImageError(f"{path} is no image", f"one of {', '.join(FORMATS)}") from error
    except Image.DecompressionBombError as error:
        raise ImageError(f"{path} is too large", f"at most {MAX_PIXELS / 1e6:.0f} megapixels", "scale it") from error
    except _BROKEN as error:
        raise ImageError(f"{path} is damaged ({error})", "a whole image file", "copy or save it again") from error


def _shortest(image: Image.Image, boxes: Sequence[Sequence[float] | None], upright: bool) -> float:
    """Return the shortest side of the parts of ``boxes`` that an image shows, in its pixels; at least 1."""
    width, height = _shown_size(image, upright)
    edges = [(0, 0, width, height) if box is None else box for box in boxes]
    sides = [min(min(x1, width) - max(x0, 0), min(y1, height) - max(y0, 0)) for x0, y0, x1, y1 in edges]
    return max(1.0, min((side for side in sides if side > 0), default=min(width, height)))


def _shown_size(image: Image.Image, upright: bool) -> tuple[int, int]:
    """Return width and height of an opened image, its EXIF orientation applied where ``upright``."""
    turned = upright and image.getexif().get(_ORIENTATION, 1) in _ON_SIDE
    return image.size[::-1] if turned else image.size


def photo_size(path: str | os.PathLike, upright: bool = True) -> tuple[int, int]:
    """Return width and height that `load_photo` will give, from the file's header alone.

    Raises:
        ImageError: missing, empty, or no image.
    """
    path = Path(path)
    _check_file(path)
    try:
        with Image.open(path, formats=FORMATS) as image:
            _check_size(path, image)
            return _shown_size(image, upright)
    except (UnidentifiedImageError, Image.DecompressionBombError, *_BROKEN) as error:
        raise ImageError(f"{path} is no image ({error})", f"one of {', '.join(FORMATS)}") from error


def find_photos(path: str | os.PathLike) -> list[Path]:
    """Return the file itself, or the image files (by suffix) of a folder in order of name, not of its subfolders.

    Raises:
        ImageError: where ``path`` does not exist, or the folder holds no image.
    """
    path = Path(path)
    if not path.is_dir():
        if not path.exists():
            raise ImageError(f"{path} does not exist", "an image file or a folder of them")
        return [path]
    found = sorted(file for file in path.iterdir() if file.suffix.lower() in SUFFIXES and file.is_file())
    if not found:
        raise ImageError(f"{path} holds no image", f"files that end in {', '.join(SUFFIXES)}")
    return found


def _check_file(path: Path) -> None:
    """Refuse what cannot be an image before opening it."""
    if path.is_dir():
        raise ImageError(f"{path} is a folder", "an image file")
    if not path.is_file():
        raise ImageError(f"{path} does not exist" if not path.exists() else f"{path} is no plain file", "an image file")
    if path.stat().st_size == 0:
        raise ImageError(f"{path} is empty (0 bytes)", "an image file")


def _check_size(path: Path, image: Image.Image) -> None:
    """Refuse an image whose header announces too many pixels."""
    width, height = image.size
    if width * height > MAX_PIXELS:
        raise ImageError(
            f"{path} is too large ({width}x{height})", f"at most {MAX_PIXELS / 1e6:.0f} megapixels", "scale it down"
        )


def eight_bit_rgb(image: Image.Image, name: str = "the image") -> Image.Image:
    """Return a decoded, upright image in mode RGB, as `load_photo` has it.

    Raises:
        ImageError: floating-point pixels.
    """
    if image.mode == "F":
        raise ImageError(f"{name} has floating-point pixels", "8 or 16 bits a channel", "save it as PNG")
    if image.mode.startswith("I"):
        image = _eight_bits(image)
    elif image.mode in ("LA", "La", "PA", "RGBA", "RGBa") or "transparency" in image.info:
        rgba = image.convert("RGBA")
        grey = Image.new("RGBA", rgba.size, (BEHIND_ALPHA,) * 3 + (255,))
        image = Image.alpha_composite(grey, rgba)
    return image if image.mode == "RGB" else image.convert("RGB")


def _eight_bits(image: Image.Image) -> Image.Image:
    """Return a 16-bit greyscale image (PIL's modes I;16 and I) with 8 bits: 65535 becomes 255."""
    values = np.asarray(image).astype(np.int64)
    return Image.fromarray((np.clip(values, 0, 65535) / 257 + 0.5).astype(np.uint8))
