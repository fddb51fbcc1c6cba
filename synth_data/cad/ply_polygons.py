"""Binary PLY files with faces of several sizes, as Blender writes them: trimesh reads those whose faces are all alike.

Their polygons become triangles before it reads them; files of triangles, or of quads, are read as they are.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np

from synth_data.cad.pieces import check_triangles
from synth_data.cad.polygons import split_polygons

_KINDS = {"char": "i1", "uchar": "u1", "short": "i2", "ushort": "u2", "int": "i4", "uint": "u4", "float": "f4",
          "double": "f8", "int8": "i1", "uint8": "u1", "int16": "i2", "uint16": "u2", "int32": "i4", "uint32": "u4",
          "float32": "f4", "float64": "f8"}  # fmt: skip
_ORDERS = {"binary_little_endian": "<", "binary_big_endian": ">"}


@dataclass(frozen=True)
class _Element:
    """One kind of thing in a file.

    Attributes:
        line: of the header.
        count: how many.
        properties: words of the lines of its properties, without the first.
    """

    line: str
    count: int
    properties: tuple[tuple[str, ...], ...]

    @property
    def name(self) -> str:
        return self.line.split()[1]

    @property
    def lists(self) -> list[tuple[str, ...]]:
        return [words for words in self.properties if words[0] == "list"]

    def kind(self, order: str, size: int = 0) -> np.dtype:
        """Return the type of its records; its list of ``size`` entries is the fields ``count`` and ``list``."""
        fields = []
        for words in self.properties:
            if words[0] == "list":
                fields += [("count", order + _KINDS[words[1]]), ("list", order + _KINDS[words[2]], (size,))]
            else:
                fields.append((words[1], order + _KINDS[words[0]]))
        return np.dtype(fields)


def ply_stream(path: Path) -> BinaryIO:
    """Open a PLY file for reading, as it is, or with triangles for its polygons where trimesh cannot read them.

    Raises:
        MeshError: a face of a vertex that there is not.
        ValueError, LookupError, TypeError: damaged.
    """
    with open(path, "rb") as file:
        head = file.read(1 << 16)
    lines = head.partition(b"end_header")[0].decode("latin-1").splitlines()
    order = next((_ORDERS.get(line.split()[1]) for line in lines if line.startswith("format ")), None)
    elements = _elements(lines)
    names = [element.name for element in elements]
    if order is None or b"end_header" not in head or names[:1] != ["vertex"] or "face" not in names:
        return open(path, "rb")
    before, face = elements[: names.index("face")], elements[names.index("face")]
    if any(element.lists for element in before) or len(face.lists) != 1 or not face.count:
        return open(path, "rb")
    data = path.read_bytes()
    body = data.index(b"\n", data.index(b"end_header")) + 1
    start = body + sum(element.count * element.kind(order).itemsize for element in before)
    if _alike(data, start, face, order):
        return open(path, "rb")
    vertex = np.frombuffer(data, before[0].kind(order), before[0].count, body)
    vertices = np.stack([vertex[axis] for axis in "xyz"], axis=1).astype(np.float64)
    records = _triangles(data, start, face, order, vertices)
    head = _header(lines, before, face, len(records))
    return io.BytesIO(head + data[body:start] + records.tobytes())


def _elements(lines: Sequence[str]) -> list[_Element]:
    """Return the elements of a header."""
    found: list[_Element] = []
    for line in lines:
        words = line.split()
        if words[:1] == ["element"]:
            found.append(_Element(line, int(words[2]), ()))
        elif words[:1] == ["property"] and found:
            last = found[-1]
            found[-1] = _Element(last.line, last.count, (*last.properties, tuple(words[1:])))
    return found


def _alike(data: bytes, start: int, face: _Element, order: str) -> bool:
    """Whether all faces have as many corners as the first, 3 or 4."""
    first = int(np.frombuffer(data, face.kind(order), 1, start)["count"][0])
    kind = face.kind(order, first)
    if first not in (3, 4) or start + face.count * kind.itemsize > len(data):
        return False
    return bool((np.frombuffer(data, kind, face.count, start)["count"] == first).all())


def _triangles(data: bytes, start: int, face: _Element, order: str, vertices: np.ndarray) -> np.ndarray:
    """Return the records of the triangles that faces become, in the order of the faces."""
    starts, sizes = _places(data, start, face, order)
    content, records, numbers = np.frombuffer(data, np.uint8), [], []
    for size in np.unique(sizes[sizes >= 3]):
        chosen = np.flatnonzero(sizes == size)
        kind = face.kind(order, int(size))
        rows = content[starts[chosen, None] + np.arange(kind.itemsize)].copy().view(kind)[:, 0]
        corners = rows["list"].astype(np.int64)
        check_triangles(vertices, corners)
        row, corner = split_polygons(vertices, corners)
        made = np.zeros(len(row), face.kind(order, 3))
        for name in made.dtype.names:
            if name not in ("count", "list"):
                made[name] = rows[name][row]
        made["count"], made["list"] = 3, corners[row[:, None], corner]
        records.append(made)
        numbers.append(chosen[row])
    if not records:
        return np.zeros(0, face.kind(order, 3))
    joined = np.concatenate(records)[np.argsort(np.concatenate(numbers), kind="stable")]
    return joined.astype(face.kind(order, 3))  # numpy joins in the byte order of the machine


def _places(data: bytes, start: int, face: _Element, order: str) -> tuple[np.ndarray, np.ndarray]:
    """Return where the record of each face begins, and how many corners it has, int [n] each."""
    empty = face.kind(order)
    width, wide = empty.itemsize, empty["count"].itemsize
    step, at = np.dtype(_KINDS[face.lists[0][2]]).itemsize, empty.fields["count"][1]
    signed, big = empty["count"].kind == "i", "little" if order == "<" else "big"
    starts, sizes = np.zeros((2, face.count), np.int64)
    for number in range(face.count):
        size = int.from_bytes(data[start + at : start + at + wide], big, signed=signed)
        starts[number], sizes[number] = start, size
        start += width + size * step
        if size < 0 or start > len(data):
            raise ValueError(f"cut short: {number} of the {face.count} faces that its header announces")
    return starts, sizes


def _header(lines: Sequence[str], before: Sequence[_Element], face: _Element, count: int) -> bytes:
    """Return the header of a file with ``count`` triangles, and nothing behind them."""
    kept = [line for line in lines if line.split()[:1] not in (["element"], ["property"])]
    for element in (*before, _Element(f"element face {count}", count, face.properties)):
        kept += [element.line, *(" ".join(("property", *words)) for words in element.properties)]
    return "\n".join([*kept, "end_header\n"]).encode("latin-1")
