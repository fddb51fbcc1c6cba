"""A folder that is whole or not there: it is filled under a temporary name beside its place, and renamed at the end."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from vantage.errors import UserError


def refuse_occupied(out: Path) -> None:
    """Raise a UserError where ``out`` is a file, or a folder with something in it."""
    if out.is_dir():
        found = sorted(item.name for item in out.iterdir())
        if found:
            raise UserError(f"{out} is not empty (it has {', '.join(found[:3])})", "a new or an empty folder")
    elif out.exists() or out.is_symlink():
        raise UserError(f"{out} is a file", "a folder to export to", "choose another place")


@contextmanager
def staged(out: Path) -> Iterator[Path]:
    """Give a temporary folder beside ``out``, and rename it to ``out`` when the block ends without an error.

    What a killed run left beside the same ``out`` is removed first.

    Raises:
        UserError: ``out`` is a file or not empty, also when it became so meanwhile.
        OSError: the place cannot be written, or the disk is full.
    """
    refuse_occupied(out)
    place = out.resolve()
    place.parent.mkdir(parents=True, exist_ok=True)
    prefix = f".{place.name}.tmp-"
    _remove_stale(place.parent, prefix)
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=place.parent))
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield folder
        folder.chmod(0o777 & ~_umask())
        refuse_occupied(out)
        folder.replace(place)
    finally:
        os.close(handle)
        shutil.rmtree(folder, ignore_errors=True)


def _remove_stale(parent: Path, prefix: str) -> None:
    """Remove folders of that prefix that no living process holds."""
    for folder in (item for item in parent.iterdir() if item.name.startswith(prefix) and item.is_dir()):
        handle = os.open(folder, os.O_RDONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)
        except BlockingIOError:
            pass  # another export writes to the same place; the first to end wins, the other is told
        finally:
            os.close(handle)


def _umask() -> int:
    """Return the process's umask (which can only be read by setting it)."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
