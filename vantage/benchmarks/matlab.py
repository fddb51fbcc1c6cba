"""Reading MATLAB's files (version 5 to 7) in plain Python: fields that nobody asks for are passed over.

scipy's reader is compiled, and a damaged file can end the process in it; here every length is checked. The format is
that of "MAT-File Format" (MathWorks): elements of a type, a length and data, padded to 8 bytes; a matrix is an element
of elements (flags, sizes, name, values), and a struct array holds one matrix for each field of each entry.
"""

from __future__ import annotations

import math
import struct
import zlib
from collections.abc import Container, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from vantage.errors import DataError

HEADER = 128
NUMERIC = {1: "i1", 2: "u1", 3: "i2", 4: "u2", 5: "i4", 6: "u4", 7: "f4", 9: "f8", 12: "i8", 13: "u8"}
"""Types of data: number in the file -> NumPy's name."""

TEXT = {1: "latin-1", 2: "latin-1", 4: "utf-16", 16: "utf-8", 17: "utf-16", 18: "utf-32"}
"""Types of data that hold characters -> encoding."""

MATRIX, COMPRESSED = 14, 15
CELL, STRUCT, CHAR, DOUBLE, UINT64, OPAQUE = 1, 2, 4, 6, 15, 17
"""Classes of matrices; one of MATLAB's own objects (opaque) has a form of its own."""

DEEPEST, LARGEST = 32, 2**30
"""Levels of matrices within matrices, and bytes of one when uncompressed, that are read."""

_BROKEN = (ValueError, IndexError, OverflowError, MemoryError, struct.error, zlib.error)

Value = Any
"""float64 [...] for numbers, str for characters, list of dicts for struct arrays, list for cells, None for others."""


def read_mat(path: Path, names: Container[str]) -> dict[str, Value]:
    """Return the variables and, within structs, the fields that ``names`` holds.

    Raises:
        DataError: missing, empty, no MATLAB file, version 7.3 (HDF5), damaged or cut short.
    """
    if not path.is_file() or path.stat().st_size == 0:
        raise DataError(f"{path} {'is empty' if path.is_file() else 'does not exist'}", "a MATLAB file")
    content = path.read_bytes()
    if content[:10] == b"MATLAB 7.3" or content[:4] == b"\x89HDF" or content[512:516] == b"\x89HDF":
        do = "save it in MATLAB with -v7, or take the released file"
        raise DataError(f"{path} is a MATLAB 7.3 file (HDF5)", "a MATLAB file up to version 7", do)
    order = {b"IM": "<", b"MI": ">"}.get(content[HEADER - 2 : HEADER])
    if order is None:
        raise DataError(f"{path} is no MATLAB file", "a MATLAB file of version 5 to 7", "take the released file")
    try:
        return dict(_variables(_Reader(content[HEADER:], order), names))
    except _BROKEN as error:
        raise DataError(f"{path} is damaged or cut short ({error})", "a whole MATLAB file", "copy it again") from error


def _variables(reader: _Reader, names: Container[str]) -> Iterator[tuple[str, Value]]:
    """Yield name and value of the variables of a file."""
    while reader.left:
        kind, data = reader.element()
        if kind == COMPRESSED:
            inflater = zlib.decompressobj()
            whole = inflater.decompress(data, LARGEST)
            if not inflater.eof:
                raise ValueError("a compressed variable is not whole")
            kind, data = _Reader(whole, reader.order).element()
        if kind == MATRIX:
            name, value = _matrix(_Reader(data, reader.order), names, top=True)
            if name in names:
                yield name, value


class _Reader:
    """Elements one after the other.

    Args:
        data: bytes of elements.
        order: ``<`` or ``>``.
    """

    def __init__(self, data: bytes, order: str):
        self.data, self.order, self.place = memoryview(data), order, 0

    @property
    def left(self) -> bool:
        """Whether another element may follow (what is shorter than its head is padding)."""
        return len(self.data) - self.place >= 8

    def element(self) -> tuple[int, memoryview]:
        """Return type and data of the next element.

        Raises:
            ValueError: there is none, or it is not whole.
        """
        if not self.left:
            raise ValueError("an element is missing")
        kind, size = struct.unpack_from(f"{self.order}II", self.data, self.place)
        start, step = self.place + 8, size if kind == COMPRESSED else -(-size // 8) * 8
        if kind >> 16:  # up to four bytes, which lie in the head
            kind, size, start, step = kind & 0xFFFF, kind >> 16, self.place + 4, 4
        if start + size > len(self.data) or size > step:
            raise ValueError(f"an element of {size} bytes is not whole")
        self.place = start + step
        return kind, self.data[start : start + size]

    def numbers(self) -> np.ndarray:
        """Return the next element as numbers in their own type."""
        kind, data = self.element()
        if kind not in NUMERIC:
            raise ValueError(f"data of type {kind} where numbers are expected")
        return np.frombuffer(data, f"{self.order}{NUMERIC[kind]}")


def _matrix(reader: _Reader, names: Container[str], top: bool = False, depth: int = 0) -> tuple[str, Value]:
    """Return name and value of a matrix; a variable that nobody asks for has None."""
    if depth > DEEPEST:
        raise ValueError("matrices lie too deep in each other")
    if not reader.left:
        return "", np.zeros((0, 0))
    kind = int(reader.numbers()[0]) & 0xFF
    if kind == OPAQUE:
        return "", None
    sizes = reader.numbers().astype(int).tolist()
    name, count = bytes(reader.element()[1]).decode("latin-1"), math.prod(sizes)
    if min(sizes, default=0) < 0 or len(sizes) < 2 or count > 8 * len(reader.data):
        raise ValueError(f"a matrix of size {sizes}")
    if top and name not in names:
        return name, None
    if kind == STRUCT:
        return name, _struct(reader, names, count, depth)
    if kind == CELL:
        return name, [_inner(reader, names, depth) for _ in range(count)]
    if kind == CHAR:
        return name, _text(*reader.element(), reader.order)
    if not DOUBLE <= kind <= UINT64:  # objects, sparse matrices, functions
        return name, None
    return name, reader.numbers()[:count].reshape(sizes, order="F").astype(np.float64)


def _inner(reader: _Reader, names: Container[str], depth: int) -> Value:
    """Return the matrix that comes next."""
    kind, data = reader.element()
    if kind != MATRIX:
        raise ValueError(f"data of type {kind} where a matrix is expected")
    return _matrix(_Reader(data, reader.order), names, depth=depth + 1)[1]


def _struct(reader: _Reader, names: Container[str], count: int, depth: int) -> list[dict[str, Value]]:
    """Return the entries of a struct array, with the fields that are asked for."""
    length = int(reader.numbers()[0])
    text = bytes(reader.element()[1])
    if length <= 0:
        raise ValueError(f"names of fields of {length} characters")
    fields = [text[i : i + length].split(b"\0")[0].decode("latin-1") for i in range(0, len(text), length)]
    entries: list[dict[str, Value]] = []
    for _ in range(count if fields else 0):
        entry = {}
        for field in fields:
            if field in names:
                entry[field] = _inner(reader, names, depth)
            else:
                reader.element()
        entries.append(entry)
    return entries


def _text(kind: int, data: memoryview, order: str) -> str:
    """Return characters."""
    if kind not in TEXT:
        raise ValueError(f"data of type {kind} where characters are expected")
    wide = "" if TEXT[kind] in ("latin-1", "utf-8") else "-le" if order == "<" else "-be"
    return bytes(data).decode(TEXT[kind] + wide)
