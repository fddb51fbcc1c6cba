"""What the JSON of a glTF file says: which scene is shown, which bytes it needs, which pictures it names.

Section numbers are those of the glTF 2.0 specification.
"""

from __future__ import annotations

import base64
import io
import json
import struct
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple
from urllib.parse import unquote

from synth_data.cad.gltf_arrays import with_plain_arrays
from synth_data.cad.gltf_json import WIDTHS_OF_TYPES, Json, entry_of, listed, number_of
from synth_data.cad.textures import Beside
from vantage.errors import MeshError

_JSON_CHUNK = 0x4E4F534A
_BIN_CHUNK = 0x004E4942
_WIDTHS = {5120: 1, 5121: 1, 5122: 2, 5123: 2, 5125: 4, 5126: 4}


def gltf_scene(path: Path) -> Any:
    """Return the JSON of a ``.gltf`` or ``.glb`` file; nothing, {}, where it cannot be read."""
    state = path.stat()
    return _parsed(path, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=1)  # signature, meshes and pictures of a file are looked at one after the other
def _parsed(path: Path, changed: int, size: int) -> Any:
    """Return the JSON of a file in one of its states; nobody changes it."""
    try:
        if path.suffix.lower() == ".gltf":
            return json.loads(path.read_text(encoding="utf-8-sig"))
        first = next(_chunks(path), None)
        if first is None:
            return {}
        return json.loads(_bytes(path, first.start, first.length)) if first.kind == _JSON_CHUNK else {}
    except (ValueError, RecursionError, struct.error):
        return {}


def gltf_stream(path: Path, beside: Beside) -> BinaryIO:
    """Open a glTF or GLB file for reading, as it is, or mended where trimesh would see less than it shows.

    A file without a scene (3.5.1) shows all nodes that are no child of another; one without nodes, all its meshes. What
    hangs on a camera is shown too; arrays are such as trimesh knows (`synth_data.cad.gltf_arrays`).

    Args:
        path: of the file.
        beside: finds the files that it needs.

    Raises:
        MeshError: it shows a scene that there is not.
    """
    scene = gltf_scene(path)
    mended = _mended(path, scene, beside) if isinstance(scene, dict) else scene
    if mended is scene:
        return open(path, "rb")
    text = json.dumps(mended).encode()
    if path.suffix.lower() == ".gltf":
        return io.BytesIO(text)
    rest = [(kind, _bytes(path, start, length)) for kind, start, length in _chunks(path) if kind != _JSON_CHUNK]
    chunks = [(_JSON_CHUNK, text + b" " * (-len(text) % 4)), *rest]
    body = b"".join(struct.pack("<II", len(data), kind) + data for kind, data in chunks)
    return io.BytesIO(struct.pack("<4sII", b"glTF", 2, 12 + len(body)) + body)


def _mended(path: Path, scene: dict[str, Any], beside: Beside) -> dict[str, Any]:
    """Return the scene itself where trimesh sees all of it, or a copy of which it does."""

    def read(name: str) -> bytes:
        place = beside.find(name)
        return b"" if place is None else place.read_bytes()

    view = cache(lambda number: view_bytes(path, scene, number, read))
    return with_plain_arrays(_without_cameras(_with_scene(scene)), view)


def _with_scene(scene: dict[str, Any]) -> dict[str, Any]:
    """Return the scene itself where it says what it shows, or a copy that does."""
    scenes, chosen = scene.get("scenes"), scene.get("scene", 0)
    if isinstance(scenes, list) and scenes:
        if isinstance(chosen, int) and not 0 <= chosen < len(scenes):
            found = f"it shows scene {chosen}, and its scenes are 0 to {len(scenes) - 1}"
            raise MeshError(found, do="export it again")
        return scene
    nodes = scene.get("nodes") or [{"mesh": number} for number in range(len(listed(scene, "meshes")))]
    inner = {child for node in listed({"nodes": nodes}, "nodes") for child in _children(node)}
    roots = [number for number in range(len(nodes)) if number not in inner] if isinstance(nodes, list) else []
    return {**scene, "nodes": nodes, "scenes": [{"nodes": roots}], "scene": 0}


def _without_cameras(scene: dict[str, Any]) -> dict[str, Any]:
    """Return the scene itself, or a copy without cameras where one has a mesh or children, which trimesh drops."""
    nodes = listed(scene, "nodes")
    if not any("camera" in node and ("mesh" in node or "children" in node) for node in nodes):
        return scene
    return {**scene, "nodes": [{name: node[name] for name in node if name != "camera"} for node in nodes]}


def _children(node: Json) -> list[int]:
    children = node.get("children")
    return [child for child in children if isinstance(child, int)] if isinstance(children, list) else []


class _Chunk(NamedTuple):
    """A chunk of a GLB file: its kind, and the bytes of it that the file has."""

    kind: int
    start: int
    length: int


def _chunks(path: Path) -> Iterator[_Chunk]:
    """Yield the chunks of a GLB file (4.4.3)."""
    size = path.stat().st_size
    with open(path, "rb") as file:
        file.seek(12)
        while len(head := file.read(8)) == 8:
            length, kind = struct.unpack("<II", head)
            yield _Chunk(kind, file.tell(), min(length, size - file.tell()))
            file.seek(length, io.SEEK_CUR)


def _bytes(path: Path, start: int, length: int) -> bytes:
    with open(path, "rb") as file:
        file.seek(start)
        return file.read(length)


def _binary(path: Path) -> _Chunk:
    """Return the first binary chunk of a GLB file, an empty one where there is none."""
    return next((chunk for chunk in _chunks(path) if chunk.kind == _BIN_CHUNK), _Chunk(_BIN_CHUNK, 0, 0))


def check_buffers(path: Path, scene: Any) -> None:
    """See that a glTF file has all the bytes that its scene takes from its buffers.

    Raises:
        MeshError: a file that it needs is missing, or is too short.
    """
    found = [_buffer_size(path, number, buffer) for number, buffer in enumerate(listed(scene, "buffers"))]
    views = listed(scene, "bufferViews")
    for view in views:
        number, end = view.get("buffer"), number_of(view, "byteOffset") + number_of(view, "byteLength")
        if not isinstance(number, int) or not 0 <= number < len(found) or found[number] is None:
            continue
        if end > found[number]:
            raise _too_short(scene["buffers"][number], found[number], end)
    for place, accessor in enumerate(listed(scene, "accessors")):
        number = accessor.get("bufferView")
        if isinstance(number, int) and 0 <= number < len(views):
            _check_accessor(place, accessor, number, views[number])


def _buffer_size(path: Path, number: int, buffer: Json) -> int | None:
    """Return how many bytes a buffer has; None where that is not known."""
    uri = buffer.get("uri")
    if uri is None:
        return _binary(path).length if number == 0 and path.suffix.lower() == ".glb" else None
    if str(uri).startswith("data:"):
        data = str(uri).partition("base64,")[2].rstrip("=")
        return len(data) * 3 // 4
    name = unquote(str(uri))
    place = path.parent / name
    place = place if place.is_file() else Beside(path).find(name)
    if place is None:
        raise MeshError(f"{name}, which it needs, is missing", do="copy it beside the file, or export a GLB")
    return place.stat().st_size


def view_bytes(path: Path, scene: Any, number: Any, read: Callable[[str], bytes]) -> bytes:
    """Return the bytes of a buffer view; none, b"", where there is no such thing.

    Args:
        path: of the glTF or GLB file.
        scene: its JSON.
        number: of the view.
        read: name of a file that it needs -> its bytes.
    """
    view = entry_of(scene, "bufferViews", number)
    buffer = entry_of(scene, "buffers", view.get("buffer"))
    start, length = (max(number_of(view, name), 0) for name in ("byteOffset", "byteLength"))
    if "uri" in buffer:
        return uri_bytes(str(buffer["uri"]), read)[start : start + length]
    binary = _binary(path)
    return _bytes(path, binary.start + start, max(min(length, binary.length - start), 0))


def uri_bytes(uri: str, read: Callable[[str], bytes]) -> bytes:
    """Return what stands in a ``data:`` address, b"" where it is damaged, or what ``read`` gives of another."""
    if not uri.startswith("data:"):
        return read(uri)
    try:
        return base64.b64decode(uri.partition("base64,")[2])
    except ValueError:
        return b""


def _too_short(buffer: Json, found: int, needed: int) -> MeshError:
    """Return what is said of a buffer that is shorter than what is taken from it."""
    uri = buffer.get("uri")
    inside = uri is None or str(uri).startswith("data:")
    name = "its buffer" if inside else unquote(str(uri))
    announced = number_of(buffer, "byteLength")
    wanted = max(needed, announced)
    return MeshError(f"cut short: {name} has {found:,} bytes", f"{wanted:,}", "copy or export it again")


def _check_accessor(place: int, accessor: Json, number: int, view: Json) -> None:
    """Raise for numbers that reach beyond their part of a buffer (3.6.2.4)."""
    width = _WIDTHS.get(accessor.get("componentType"), 0) * WIDTHS_OF_TYPES.get(accessor.get("type"), 0)
    count, length = number_of(accessor, "count"), number_of(view, "byteLength")
    stride = number_of(view, "byteStride") or width
    end = number_of(accessor, "byteOffset") + stride * (count - 1) + width if count > 0 else 0
    if width and end > length:
        found = f"accessor {place} reads {end:,} bytes of buffer view {number}, which has {length:,}"
        raise MeshError(f"damaged: {found}", do="export it again")
