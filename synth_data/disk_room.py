"""Whether a set can fit on the disk, asked before anything is rendered."""

from __future__ import annotations

import math
import shutil
from pathlib import Path

from vantage.errors import UserError

RECORD_BYTES, RECORD_BYTES_PER_PIXEL = 4000, 0.5
"""Least size of a record. Sets of single objects were found to have 7 to 15 kB at 64 px, 22 to 37 kB at 128 px and
80 kB at 256 px, of scenes and with more passes several times that."""

IMAGE_BYTES, IMAGE_BYTES_PER_PIXEL = 1000, 0.1
"""Least size of a PNG file of one object, much of which is empty."""


def least_bytes(views: int, width: int, height: int, records: bool, images: bool) -> float:
    """Return the bytes that no set of so many views stays below.

    Args:
        views: their number.
        width, height: px.
        records, images: what is written of each view.
    """
    pixels = width * height
    record = records * (RECORD_BYTES + RECORD_BYTES_PER_PIXEL * pixels)
    return views * (record + images * (IMAGE_BYTES + IMAGE_BYTES_PER_PIXEL * pixels))


def check_room(folder: Path, needed: float) -> None:
    """See that a disk has room for ``needed`` bytes in ``folder``, which need not be there yet.

    Raises:
        UserError: it plainly has not.
    """
    place = next(place for place in (folder.absolute(), *folder.absolute().parents) if place.is_dir())
    free = shutil.disk_usage(place).free
    if needed > free:
        found = f"the set would take at least {_words(needed)}, and {_words(free)} are free in {place}"
        raise UserError(found, do="lower --count or --size, or choose an --out on a larger disk")


def _words(size: float) -> str:
    """Return a number of bytes for people, such as ``1.2 TB``."""
    power = min(max(int(math.log10(max(size, 1)) // 3), 1), 4)
    return f"{size / 1000**power:.3g} {('kB', 'MB', 'GB', 'TB')[power - 1]}"
