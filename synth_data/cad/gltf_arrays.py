"""Arrays of glTF files as trimesh takes them: what the specification allows and trimesh does not know is worked out.

Sparse accessors, positions and texture coordinates that are normalised whole numbers (`KHR_mesh_quantization`), fans of
triangles, a base-colour texture on other coordinates than the first, and `KHR_texture_transform`.
"""

from __future__ import annotations

import base64
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from synth_data.cad.gltf_json import WIDTHS_OF_TYPES, Json, entry_of, listed, number_of, object_of

_KINDS = {5120: np.int8, 5121: np.uint8, 5122: np.int16, 5123: np.uint16, 5125: np.uint32, 5126: np.float32}
_FLOAT, _INDEX = 5126, 5125
_FAN, _TRIANGLES = 6, 4
_TRANSFORM = "KHR_texture_transform"


def with_plain_arrays(scene: dict[str, Any], view: Callable[[int], bytes]) -> dict[str, Any]:
    """Return the scene itself where trimesh knows all of it, or a copy with arrays of its own.

    Args:
        scene: the JSON of a glTF file.
        view: number of a buffer view -> its bytes.
    """
    arrays = _Arrays(scene, view)
    meshes = [_plain_mesh(mesh, arrays) for mesh in listed(scene, "meshes")]
    arrays.replace_odd(meshes)
    return {**scene, "meshes": meshes, **arrays.lists()} if arrays.made or meshes != scene.get("meshes", []) else scene


class _Arrays:
    """The accessors of a scene, and new ones, which lie in one more buffer.

    Attributes:
        scene: the JSON.
        made: bytes of the new ones.
    """

    def __init__(self, scene: Json, view: Callable[[int], bytes]):
        self.scene, self._view = scene, view
        self._accessors: list[Json] = list(listed(scene, "accessors"))
        self.made: list[bytes] = []

    def get(self, number: Any) -> np.ndarray:
        """Return the numbers of an accessor, [count, n]; floats where they are normalised (3.6.2.1)."""
        accessor = self._accessors[number]
        values = self._stored(accessor)
        if "sparse" in accessor:
            values = self._with_sparse(values, accessor)
        if accessor.get("normalized") and values.dtype.kind in "iu":
            values = np.maximum(values / np.float32(np.iinfo(values.dtype).max), -1)
        return values

    def add(self, values: np.ndarray) -> int:
        """Store numbers [count, n], floats or indices; return the accessor's number."""
        self._accessors.append(self._entry(values))
        return len(self._accessors) - 1

    def replace_odd(self, meshes: list[dict[str, Any]]) -> None:
        """Replace accessors that trimesh would misread."""
        names = ("POSITION", "TEXCOORD_0")
        parts = [part for mesh in meshes for part in listed(mesh, "primitives")]
        scaled = {object_of(part, "attributes").get(name) for part in parts for name in names}
        for number, accessor in enumerate(listed(self.scene, "accessors")):
            if "sparse" in accessor or (accessor.get("normalized") and number in scaled):
                values = self.get(number)
                self._accessors[number] = self._entry(values, accessor)

    def lists(self) -> dict[str, list[Json]]:
        """Return accessors, buffer views and buffers with the new ones."""
        blob, start, views = b"".join(self.made), 0, []
        buffers = list(listed(self.scene, "buffers"))
        for data in self.made:
            views.append({"buffer": len(buffers), "byteOffset": start, "byteLength": len(data)})
            start += len(data)
        uri = "data:application/octet-stream;base64," + base64.b64encode(blob).decode()
        more = [{"byteLength": len(blob), "uri": uri}] if blob else []
        old = list(listed(self.scene, "bufferViews"))
        return {"accessors": self._accessors, "bufferViews": old + views, "buffers": buffers + more}

    def _stored(self, accessor: Json) -> np.ndarray:
        kind, width = np.dtype(_KINDS[accessor["componentType"]]), WIDTHS_OF_TYPES[accessor["type"]]
        count = accessor["count"]
        if "bufferView" not in accessor:
            return np.zeros((count, width), kind)
        return self._rows(accessor["bufferView"], number_of(accessor, "byteOffset"), kind, count, width)

    def _rows(self, number: int, start: int, kind: np.dtype, count: int, width: int) -> np.ndarray:
        data = self._view(number)
        stride = number_of(entry_of(self.scene, "bufferViews", number), "byteStride") or kind.itemsize * width
        end = start + stride * max(count - 1, 0) + kind.itemsize * width
        # numpy does not see that an empty buffer is too small
        if start < 0 or stride < 0 or count < 1 or end > len(data):
            raise ValueError(f"{count} elements to byte {end} of buffer view {number}, which has {len(data)} bytes")
        return np.ndarray((count, width), kind, data, start, (stride, kind.itemsize)).copy()

    def _with_sparse(self, values: np.ndarray, accessor: Json) -> np.ndarray:
        """Return values with those that a sparse accessor changes (3.6.2.3)."""
        sparse = accessor["sparse"]
        places, changed = sparse["indices"], sparse["values"]
        kind = np.dtype(_KINDS[places["componentType"]])
        at = self._rows(places["bufferView"], number_of(places, "byteOffset"), kind, sparse["count"], 1)[:, 0]
        shape = sparse["count"], values.shape[1]
        values[at] = self._rows(changed["bufferView"], number_of(changed, "byteOffset"), values.dtype, *shape)
        return values

    def _entry(self, values: np.ndarray, old: Json | None = None) -> Json:
        """Return an accessor of numbers that are stored anew."""
        if values.dtype.kind == "f":
            component, values = _FLOAT, values.astype(np.float32)
        else:
            component, values = _INDEX, values.astype(np.uint32)
        kind = old["type"] if old else {1: "SCALAR", 2: "VEC2"}[values.shape[1]]
        self.made.append(np.ascontiguousarray(values).tobytes())
        place = len(listed(self.scene, "bufferViews")) + len(self.made) - 1
        return {"bufferView": place, "componentType": component, "count": len(values), "type": kind}


def _plain_mesh(mesh: Json, arrays: _Arrays) -> dict[str, Any]:
    parts = mesh.get("primitives")
    if not isinstance(parts, list):
        return dict(mesh)
    return {**mesh, "primitives": [_plain_part(part, arrays) if isinstance(part, dict) else part for part in parts]}


def _plain_part(part: Json, arrays: _Arrays) -> Json:
    """Return a primitive of separate triangles, its texture coordinates the first and as they are looked up."""
    if part.get("mode") == _FAN:
        part = {**part, "mode": _TRIANGLES, "indices": arrays.add(_triangles_of_fan(part, arrays))}
    return _with_coordinates(part, arrays)


def _triangles_of_fan(part: Json, arrays: _Arrays) -> np.ndarray:
    """Return the corners of the triangles around a fan's first corner, [n, 1] (3.7.2.1)."""
    if "indices" in part:
        corners = arrays.get(part["indices"])[:, 0]
    else:
        corners = np.arange(len(arrays.get(part["attributes"]["POSITION"])))
    first = np.full(max(len(corners) - 2, 0), corners[0] if len(corners) else 0)
    return np.stack([first, corners[1:-1], corners[2:]], axis=1).reshape(-1, 1)


def _with_coordinates(part: Json, arrays: _Arrays) -> Json:
    """Return a primitive whose first texture coordinates are those of its base colour."""
    attributes, told = object_of(part, "attributes"), _base_texture(arrays, part)
    transform = object_of(object_of(told, "extensions"), _TRANSFORM)
    name = f"TEXCOORD_{transform.get('texCoord', told.get('texCoord', 0))}"
    if name not in attributes or (name == "TEXCOORD_0" and not transform):
        return part
    number = attributes[name]
    if transform:
        number = arrays.add(transformed(arrays.get(number), transform))
    return {**part, "attributes": {**attributes, "TEXCOORD_0": number}}


def _base_texture(arrays: _Arrays, part: Json) -> Json:
    """Return what the material of a primitive says of its base-colour texture."""
    material = entry_of(arrays.scene, "materials", part.get("material"))
    return object_of(object_of(material, "pbrMetallicRoughness"), "baseColorTexture")


def transformed(uv: np.ndarray, transform: Json) -> np.ndarray:
    """Return texture coordinates [n, 2] under a `KHR_texture_transform`: scaled, turned, moved; v points down.

    It turns as viewers do, counter-clockwise in the picture.
    """
    angle = float(transform.get("rotation", 0.0))
    cosine, sine = math.cos(angle), math.sin(angle)
    scaled = uv * np.asarray(transform.get("scale", (1, 1)), np.float32)
    return scaled @ np.array([[cosine, -sine], [sine, cosine]]) + np.asarray(transform.get("offset", (0, 0)))
