"""Where Blender hands over its pictures: one file for each process, in memory where there is such a file system."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

_ROOM = 64 * 2**20
"""Bytes that must be free in memory."""


def picture_name(process: int | str) -> str:
    """Return the name of a process's file; process ``*`` matches every one's."""
    return f"vantage-picture-{process}.exr"


def picture_folder() -> Path:
    """Return a folder for the pictures that Blender hands over, in memory where there is such a file system.

    What killed workers left in it is removed.
    """
    memory = Path("/dev/shm")
    usable = memory.is_dir() and shutil.disk_usage(memory).free > _ROOM
    folder = memory if usable else Path(tempfile.gettempdir())
    for path in folder.glob(picture_name("*")):
        number = path.stem.rpartition("-")[2]
        if number.isdecimal() and not _runs(int(number)):
            with suppress(OSError):  # another user's, or gone meanwhile
                path.unlink()
    return folder


def _runs(process: int) -> bool:
    """Whether a process of that number is there."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
