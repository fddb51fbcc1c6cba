"""What a CAD file's own header tells about damage, so that it is refused in words and not by a parser's exception.

A header that makes sense is no promise: what is wrong behind it, trimesh and `synth_data.cad.building` find.
"""

from __future__ import annotations

import json
import re
import struct
from pathlib import Path
from typing import Any

from synth_data.cad.gltf_json import listed
from synth_data.cad.gltf_scenes import check_buffers, gltf_scene
from vantage.errors import MeshError

_PLY_FORMATS = ("ascii", "binary_little_endian", "binary_big_endian")
_HEADER_BYTES = 1 << 16
_PACKED = ("KHR_draco_mesh_compression", "EXT_meshopt_compression", "KHR_meshopt_compression")
_INSTANCED = "EXT_mesh_gpu_instancing"


def check_signature(path: Path) -> None:
    """Look at the beginning of a file, and at how long it says it is.

    Raises:
        MeshError: another kind of file than its name says, cut short, or without a file that it needs.
    """
    _CHECKS[path.suffix.lower()](path)


def _head(path: Path, count: int = _HEADER_BYTES) -> bytes:
    with open(path, "rb") as file:
        return file.read(count)


def _foreign(kind: str, found: str) -> MeshError:
    return MeshError(f"no {kind} file: {found}", do="export it again")


def _truncated(found: str) -> MeshError:
    return MeshError(f"cut short: {found}", do="copy or export it again")


def _glb(path: Path) -> None:
    head, size = _head(path, 12), path.stat().st_size
    if head[:4] != b"glTF":
        raise _foreign("GLB", "it does not begin with glTF")
    version, length = struct.unpack("<II", head[4:]) if len(head) == 12 else (2, 12)
    if version != 2:
        raise MeshError(f"a GLB file of glTF {version}", "glTF 2", "export it again")
    if size < length:
        raise _truncated(f"{size} of the {length} bytes that its header announces")
    scene = gltf_scene(path)
    _check_extensions(scene)
    check_buffers(path, scene)


def _gltf(path: Path) -> None:
    try:
        scene = json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise _foreign("glTF", f"it is not whole JSON ({error})") from error
    _check_extensions(scene)
    check_buffers(path, scene)


def _check_extensions(scene: Any) -> None:
    """Refuse a glTF scene whose shape is told by extensions that are not read: what is left would be another shape."""
    required = scene.get("extensionsRequired") if isinstance(scene, dict) else None
    for name in required if isinstance(required, list) else ():
        if name in _PACKED:
            raise MeshError(f"its meshes are packed by {name}, which is not read", do="export it without compression")
    extensions = [node.get("extensions") for node in listed(scene, "nodes")]
    if any(isinstance(entry, dict) and _INSTANCED in entry for entry in extensions):
        raise MeshError(f"it has copies by {_INSTANCED}, which is not read", do="export the copies as nodes")


def _obj(path: Path) -> None:
    with open(path, "rb") as file:
        if not any(line.lstrip().startswith((b"v ", b"v\t")) for line in file):
            raise _foreign("OBJ", "it has no vertices")


def _ply(path: Path) -> None:
    head = _head(path)
    lines = [line.split() for line in head.splitlines()]
    if not lines or lines[0] != [b"ply"]:
        raise _foreign("PLY", "it does not begin with ply")
    format_line = next((line for line in lines if line[:1] == [b"format"]), [])
    name = format_line[1].decode(errors="replace") if len(format_line) > 1 else "none"
    if name not in _PLY_FORMATS:
        raise _foreign("PLY", f"its format is {name}, not one of {', '.join(_PLY_FORMATS)}")
    if len(head) < _HEADER_BYTES and b"end_header" not in head:
        raise _truncated("its header does not end")


def _stl(path: Path) -> None:
    head, size = _head(path), path.stat().st_size
    if head.lstrip()[:5].lower() == b"solid" and b"facet" in head.lower():
        return  # as text
    if len(head) < 84:
        raise _foreign("STL", f"{size} bytes are too few for its header")
    count = struct.unpack("<I", head[80:84])[0]
    if size < 84 + 50 * count:
        raise _truncated(f"{(size - 84) // 50} of the {count} triangles that its header announces")


def _off(path: Path) -> None:
    text = re.sub(r"#[^\r\n]*", "", _head(path).decode("latin-1")).lstrip("\xef\xbb\xbf \t\r\n")
    if not re.match(r"\w*OFF", text):
        raise _foreign("OFF", "it does not begin with OFF")


def _dae(path: Path) -> None:
    head = _head(path)
    if b"<COLLADA" not in head:
        raise _foreign("COLLADA", "it does not begin with <COLLADA")
    if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
        raise _foreign("COLLADA", "it declares entities, which may grow without end or name other files")


def _fbx(path: Path) -> None:
    head = _head(path, 1 << 12)
    if not (head.startswith(b"Kaydara FBX Binary") or b"FBXHeaderExtension" in head or b"; FBX" in head):
        raise _foreign("FBX", "it does not begin as FBX does")
    if head.startswith(b"Kaydara") and len(head) < 27:
        raise _truncated(f"{len(head)} bytes are too few for its header")


def _usd(path: Path) -> None:
    suffix, head = path.suffix.lower(), _head(path, 8)
    kinds = {".usda": (b"#usda",), ".usdc": (b"PXR-USDC",), ".usdz": (b"PK\3\4",), ".usd": (b"#usda", b"PXR-USDC")}
    if not head.startswith(kinds[suffix]):
        raise _foreign("USD", f"it does not begin as {suffix} files do")


_CHECKS = {".glb": _glb, ".gltf": _gltf, ".obj": _obj, ".ply": _ply, ".stl": _stl, ".off": _off, ".dae": _dae}
_CHECKS |= {".fbx": _fbx, **dict.fromkeys((".usd", ".usda", ".usdc", ".usdz"), _usd)}
