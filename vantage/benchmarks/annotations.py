"""Annotation files of PASCAL3D+ and ObjectNet3D: MATLAB structs ``record``, one file for each photograph.

``record`` has imgsize (width, height, channels), perhaps size (width, height), and objects, each with class, bbox (x1,
y1, x2, y2, counted from 1), truncated, occluded, difficult, cad_index (from 1) and viewpoint: azimuth, elevation,
theta, distance, focal, px, py, viewport, and azimuth_coarse, elevation_coarse. Any of them may be missing or empty, as
MATLAB leaves it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from vantage.benchmarks.matlab import read_mat
from vantage.errors import DataError

NUMBERS = (
    "azimuth",
    "elevation",
    "theta",
    "distance",
    "focal",
    "px",
    "py",
    "viewport",
    "azimuth_coarse",
    "elevation_coarse",
)
"""Fields of a viewpoint that are read."""

FLAGS = ("truncated", "occluded", "difficult")

NAMES = frozenset((
    *("record", "imgsize", "size", "width", "height", "objects", "class", "bbox", "cad_index", "viewpoint"),
    *FLAGS,
    *NUMBERS,
))  # fmt: skip


def read_annotation(path: Path) -> dict[str, Any]:
    """Return an annotation as JSON values: size [width, height] or None, and objects.

    An object has class, box [4] as the file counts it, the flags that are known, ``cad`` (from 1) and ``viewpoint``,
    of which empty parts are left out (all of it, where the object has none).

    Raises:
        DataError: as `read_mat`, or without a struct ``record``.
    """
    found = read_mat(path, NAMES).get("record")
    if not isinstance(found, list) or len(found) != 1 or not isinstance(found[0], dict) or "objects" not in found[0]:
        raise DataError(f"{path} has no struct record with objects", "an annotation of PASCAL3D+ or ObjectNet3D")
    record = found[0]
    objects = [_object(item) for item in _structs(record["objects"])]
    return {
        "size": _size(record),
        "objects": [item for item in objects if item is not None],
    }


def _size(record: Mapping[str, Any]) -> list[int] | None:
    """Return width and height of the photograph, as far as the annotation has them."""
    sizes = [[*_floats(item.get("width")), *_floats(item.get("height"))] for item in _structs(record.get("size"))]
    pairs = [pair for pair in (*sizes, _floats(record.get("imgsize"))[:2]) if len(pair) == 2]
    return [int(value) for value in pairs[0]] if pairs else None


def _object(item: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return one object; None where it has no class or box."""
    category, box = _text(item.get("class")), _floats(item.get("bbox"))
    if not category or len(box) != 4:
        return None
    found: dict[str, Any] = {"class": category, "box": box}
    for name in FLAGS:
        if value := _floats(item.get(name)):
            found[name] = value[0] != 0
    if value := _floats(item.get("cad_index")):
        found["cad"] = int(value[0])
    for view in _structs(item.get("viewpoint"))[:1]:
        values = {name: _floats(view.get(name)) for name in NUMBERS}
        found["viewpoint"] = {name: value[0] for name, value in values.items() if value}
    return found


def _structs(value: Any) -> list[Mapping[str, Any]]:
    """Return the entries of a struct array, or of a cell array of structs; none of what is neither."""
    if not isinstance(value, list):
        return []
    return [
        entry for item in value for entry in (item if isinstance(item, list) else [item]) if isinstance(entry, dict)
    ]


def _floats(value: Any) -> list[float]:
    """Return finite numbers; none where a field holds something else."""
    if not isinstance(value, np.ndarray):
        return []
    numbers = np.ravel(value).tolist()
    return numbers if np.isfinite(value).all() else []


def _text(value: Any) -> str:
    """Return the text of a char array."""
    return value.strip() if isinstance(value, str) else ""
