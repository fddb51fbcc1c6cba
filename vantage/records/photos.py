"""Loading a photograph that somebody hands in: any usual kind of file, turned upright, as 8-bit RGB, or refused."""

from __future__ import annotations

import os
import struct
import warnings
import zlib
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


def load_photo(path: str | os.PathLike, upright: bool = True) -> np.ndarray:
    """Return an image file as uint8 RGB [H, W, 3], upright.

    The EXIF orientation is applied (unless ``upright`` is false). Greyscale becomes RGB; 16-bit greyscale is scaled to
    8 bits; CMYK and palettes are converted; whatever has transparency is laid on mid-grey (`BEHIND_ALPHA`); of an
    animation the first frame counts.

    Raises:
        ImageError: naming the file and the reason: missing, a folder, empty, no image, damaged or cut short, larger
            than `MAX_PIXELS`, or floating-point pixels, whose range is unknown.
    """
    path = Path(path)
    _check_file(path)
    try:
        with Image.open(path, formats=FORMATS) as image:
            _check_size(path, image)
            image.load()
            return _rgb(path, ImageOps.exif_transpose(image) if upright else image)
    except UnidentifiedImageError as error:
        raise ImageError(f"{path} is no image", f"one of {', '.join(FORMATS)}") from error
    except Image.DecompressionBombError as error:
        raise ImageError(f"{path} is too large ({error})", f"at most {MAX_PIXELS / 1e6:.0f} megapixels") from error
    except _BROKEN as error:
        raise ImageError(f"{path} is damaged ({error})", "a whole image file", "copy or save it again") from error


def photo_size(path: str | os.PathLike, upright: bool = True) -> tuple[int, int]:
    """Return width and height that `load_photo` will give, from the file's header alone.

    Raises:
        ImageError: missing, empty, or no image.
    """
    path = Path(path)
    _check_file(path)
    try:
        with Image.open(path, formats=FORMATS) as image:
            turned = upright and image.getexif().get(_ORIENTATION, 1) in _ON_SIDE
            return image.size[::-1] if turned else image.size
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


def _rgb(path: Path, image: Image.Image) -> np.ndarray:
    """Return the pixels of a decoded, upright image."""
    if image.mode == "F":
        raise ImageError(f"{path} has floating-point pixels", "8 or 16 bits a channel", "save it as PNG")
    if image.mode.startswith("I"):
        image = _eight_bits(image)
    elif image.mode in ("LA", "La", "PA", "RGBA", "RGBa") or "transparency" in image.info:
        rgba = image.convert("RGBA")
        grey = Image.new("RGBA", rgba.size, (BEHIND_ALPHA,) * 3 + (255,))
        image = Image.alpha_composite(grey, rgba)
    return np.array(image.convert("RGB"))


def _eight_bits(image: Image.Image) -> Image.Image:
    """Return a 16-bit greyscale image (PIL's modes I;16 and I) with 8 bits: 65535 becomes 255."""
    values = np.asarray(image).astype(np.int64)
    return Image.fromarray((np.clip(values, 0, 65535) / 257 + 0.5).astype(np.uint8))
