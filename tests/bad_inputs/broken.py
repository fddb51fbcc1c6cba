"""What a broken file of a folder is: how it is made, and what is said of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class BrokenFile:
    """A file that cannot be used, among others.

    Args:
        name: of the file.
        write: makes it at a path.
        reason: part of what is said of it.
    """

    name: str
    write: Callable[[Path], object]
    reason: str
