"""Looking into the JSON of a glTF file, which may hold anything where something else should be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vantage.errors import MeshError

Json = Mapping[str, Any]

WIDTHS_OF_TYPES = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4, "MAT2": 4, "MAT3": 9, "MAT4": 16}
"""Numbers in an element of an accessor."""


def listed(scene: Any, name: str) -> list[Json]:
    """Return the entries of a list of a glTF scene, {} for those that are no objects.

    Raises:
        MeshError: the scene is no object.
    """
    if not isinstance(scene, dict):
        raise MeshError("no glTF file: it holds no JSON object", do="export it again")
    entries = scene.get(name)
    return [entry if isinstance(entry, dict) else {} for entry in entries] if isinstance(entries, list) else []


def entry_of(scene: Any, name: str, number: Any) -> Json:
    """Return one entry of a list of a glTF scene, {} where there is none."""
    entries = listed(scene, name)
    return entries[number] if isinstance(number, int) and 0 <= number < len(entries) else {}


def object_of(entry: Json, name: str) -> Json:
    """Return the object of that name in another one, {} where there is none."""
    value = entry.get(name)
    return value if isinstance(value, dict) else {}


def number_of(entry: Json, name: str) -> int:
    """Return the whole number of that name in an object, 0 where there is none."""
    value = entry.get(name)
    return value if isinstance(value, int) else 0
