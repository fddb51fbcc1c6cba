"""What the readers of scenes share: names that stay in their folder, sizes of pictures, checked numbers."""

from __future__ import annotations

import json
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
from PIL import Image, UnidentifiedImageError

from vantage.errors import DataError, ImageError
from vantage.records.photos import FORMATS

_TURNED = (5, 6, 7, 8)
"""EXIF orientations that exchange width and height."""

_ORIENTATION = 0x0112


def inside(folder: Path, name: Any, where: str) -> Path:
    """Return ``folder / name``.

    Raises:
        DataError: ``name`` is no text, is absolute, or leads out of the folder; ``where`` says who named it.
    """
    path = PurePosixPath(str(name).replace("\\", "/"))
    if not isinstance(name, str) or not name.strip() or "\0" in name or path.is_absolute() or ".." in path.parts:
        raise DataError(f"{where} names the file {name!r}", f"a path below {folder}")
    return folder / path


def image_size(path: Path) -> tuple[int, int]:
    """Return width and height of an image file as it is seen (EXIF orientation applied), from its header.

    Raises:
        ImageError: no image, or damaged.
    """
    try:
        with Image.open(path, formats=FORMATS) as image:
            turned = image.getexif().get(_ORIENTATION) in _TURNED
            return image.size[::-1] if turned else image.size
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise ImageError(f"{path} is no image that can be read ({error})", f"one of {', '.join(FORMATS)}") from error


def check_size(path: Path, width: int, height: int, where: str) -> None:
    """Raise a DataError where an image has another size than its camera."""
    found = image_size(path)
    if found != (width, height):
        raise DataError(
            f"{path} is {found[0]} x {found[1]} pixels, {where} says {width} x {height}",
            "images in the size that their cameras were measured at",
            "use the original images, or scale the intrinsics",
        )


def read_json(path: Path, what: str) -> Any:
    """Return what a JSON file holds.

    Raises:
        DataError: missing, or not JSON.
    """
    if not path.is_file():
        raise DataError(f"{path.parent} has no {path.name}", what)
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise DataError(f"{path} is not JSON ({error})", what) from error


def number(value: Any, name: str, where: str, positive: bool = False) -> float:
    """Return a finite number.

    Raises:
        DataError: it is none.
    """
    usable = isinstance(value, (int, float)) and not isinstance(value, bool) and np.isfinite(value)
    if not usable or (positive and value <= 0):
        expected = "a positive number" if positive else "a finite number"
        raise DataError(f"{where}: {name} is {str(value)[:60]!r}", expected)
    return float(value)


def rigid(matrix: Any, where: str, tolerance: float = 1e-3) -> np.ndarray:
    """Return a rigid transform, float64 [4, 4], its rotation the nearest to the one given.

    Raises:
        DataError: another shape, values that are not finite, or no rotation within ``tolerance``.
    """
    try:
        found = np.array(matrix, np.float64)
    except (TypeError, ValueError):
        found = np.zeros(0)
    if found.shape not in ((3, 4), (4, 4)) or not np.isfinite(found).all():
        raise DataError(f"{where} has no 4 x 4 matrix of finite numbers", "a rigid transform")
    u, _, vt = np.linalg.svd(found[:3, :3])
    rotation = u @ vt
    if np.abs(rotation - found[:3, :3]).max() > tolerance or np.linalg.det(rotation) < 0:
        raise DataError(f"{where} has a matrix that is no rotation and translation", "a rigid transform")
    result = np.eye(4)
    result[:3, :3], result[:3, 3] = rotation, found[:3, 3]
    return result
