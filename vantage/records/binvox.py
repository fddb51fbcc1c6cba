"""Voxel files of binvox (``.binvox``): a cube of occupied and empty cells, run-length encoded.

A text header, then pairs of bytes, value and length (1 to 255)::

    #binvox 1
    dim 32 32 32                     cells along each axis
    translate -0.5 -0.5 -0.5         low corner of the cube
    scale 1.0                        side of the cube
    data

The cells come with **x slowest, then z, and y fastest**: cell (x, y, z) is number ``(x * d + z) * d + y``. In memory
the axes are x, y, z. What they mean is the file's own matter: those of ShapeNet have +y up, those that Vantage writes
are in the object frame (z up, front along -y). Specification: the page of binvox by Patrick Min.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from vantage.console import atomic_write
from vantage.errors import DataError

MAX_SIDE = 1024
"""Larger cubes are refused (a byte for each cell is a gigabyte)."""

MAX_HEADER_LINES = 100
_LONGEST_RUN = 255
_EXPECTED = "a file as binvox writes it"


@dataclass(frozen=True, eq=False)
class Voxels:
    """A cube of cells.

    Attributes:
        occupied: bool [d, d, d], axes x, y, z.
        translate: the low corner of the cube.
        scale: its side.
    """

    occupied: np.ndarray
    translate: tuple[float, float, float] = (0.0, 0.0, 0.0)
    scale: float = 1.0

    def __post_init__(self):
        cells = np.asarray(self.occupied)
        if cells.ndim != 3 or len(set(cells.shape)) != 1 or not 1 <= cells.shape[0] <= MAX_SIDE:
            raise DataError(f"voxels have the shape {cells.shape}", f"a cube of 1 to {MAX_SIDE} cells a side")
        translate = tuple(float(value) for value in self.translate)
        if len(translate) != 3 or not np.isfinite((*translate, self.scale)).all() or self.scale <= 0:
            raise DataError(f"voxels with translate {translate}, scale {self.scale}", "3 numbers and a positive one")
        object.__setattr__(self, "occupied", cells.astype(bool))
        object.__setattr__(self, "translate", translate)
        object.__setattr__(self, "scale", float(self.scale))

    def centres(self) -> np.ndarray:
        """Return the centres of the occupied cells, float64 [n, 3], in the file's frame and units."""
        places = (np.argwhere(self.occupied) + 0.5) / self.occupied.shape[0]
        return places * self.scale + np.array(self.translate)


def read_binvox(path: str | os.PathLike) -> Voxels:
    """Return the voxels of a file. Any value but 0 is occupied; ``translate`` and ``scale`` may be left out.

    Raises:
        DataError: missing, another kind of file, no cube, too large, or runs that do not fill it.
    """
    path = Path(path)
    if not path.is_file():
        raise DataError(f"{path} does not exist", _EXPECTED)
    header, data = _split(path, path.read_bytes())
    sides = _numbers(path, header, "dim", 3, int, None)
    if len(set(sides)) != 1 or not 1 <= sides[0] <= MAX_SIDE:
        raise DataError(f"{path} has the dim {sides}", f"a cube of 1 to {MAX_SIDE} cells a side")
    cells = _decoded(path, data, sides[0] ** 3).reshape(sides).transpose(0, 2, 1)
    translate = _numbers(path, header, "translate", 3, float, (0.0, 0.0, 0.0))
    (scale,) = _numbers(path, header, "scale", 1, float, (1.0,))
    return Voxels(np.ascontiguousarray(cells), translate, scale)


def write_binvox(path: str | os.PathLike, voxels: Voxels) -> None:
    """Write voxels, atomically; equal voxels give equal bytes."""
    side = voxels.occupied.shape[0]
    numbers = " ".join(repr(value) for value in voxels.translate)
    header = f"#binvox 1\ndim {side} {side} {side}\ntranslate {numbers}\nscale {voxels.scale!r}\ndata\n"
    with atomic_write(path) as file:
        file.write(header.encode() + _encoded(voxels.occupied.transpose(0, 2, 1).ravel()))


def _split(path: Path, content: bytes) -> tuple[dict[str, list[str]], bytes]:
    """Return the header's lines, by their first word, and what follows it."""
    if not content.startswith(b"#binvox"):
        raise DataError(f"{path} does not begin with #binvox", _EXPECTED)
    header: dict[str, list[str]] = {}
    place = 0
    for _ in range(MAX_HEADER_LINES):
        end = content.find(b"\n", place)
        if end < 0:
            break
        words = content[place:end].decode("latin-1").split("#")[0].split()
        place = end + 1
        if words and words[0].lower() == "data":
            return header, content[place:]
        if words:
            header[words[0].lower()] = words[1:]
    raise DataError(f"{path} has a header without the line data", _EXPECTED)


def _numbers(path: Path, header: dict[str, list[str]], name: str, count: int, kind: type, default: Sequence | None):
    """Return the numbers of a line of the header, as a tuple."""
    if name not in header and default is not None:
        return default
    try:
        found = tuple(kind(word) for word in header.get(name, []))
    except ValueError:
        found = ()
    if len(found) != count:
        line = " ".join(header.get(name, []))[:60]
        raise DataError(f"{path} has the header line {name} {line!r}", f"{count} numbers")
    return found


def _decoded(path: Path, data: bytes, count: int) -> np.ndarray:
    """Return ``count`` cells, bool, of pairs value and length."""
    pairs = np.frombuffer(data, np.uint8)
    if len(pairs) % 2 or pairs[1::2].sum(dtype=np.int64) != count:
        found = f"{path} has runs of {pairs[1::2].sum(dtype=np.int64)} cells in {len(data)} bytes"
        raise DataError(found, f"{count} cells in pairs of bytes", "copy the file again")
    return np.repeat(pairs[::2] != 0, pairs[1::2])


def _encoded(cells: np.ndarray) -> bytes:
    """Return the pairs value and length of cells, bool [n]; runs longer than 255 are cut."""
    edges = np.flatnonzero(np.diff(cells)) + 1
    bounds = np.concatenate([[0], edges, [len(cells)]])
    runs, values = np.diff(bounds), cells[bounds[:-1]]
    pieces = -(-runs // _LONGEST_RUN)
    lengths = np.full(pieces.sum(), _LONGEST_RUN)
    lengths[np.cumsum(pieces) - 1] = runs - (pieces - 1) * _LONGEST_RUN
    pairs = np.stack([np.repeat(values, pieces), lengths], axis=1)
    return pairs.astype(np.uint8).tobytes()
