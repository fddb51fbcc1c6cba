"""Broken CAD files: what is in each, and the reason for which ``vantage render`` leaves it out."""

from __future__ import annotations

import json
import os
import struct
from collections.abc import Callable
from pathlib import Path

from tests.bad_inputs.broken import BrokenFile

CUBE = """\
v 0 0 0
v 1 0 0
v 1 2 0
v 0 2 0
v 0 0 1
v 1 0 1
v 1 2 1
v 0 2 1
f 4 3 2 1
f 5 6 7 8
f 1 2 6 5
f 2 3 7 6
f 3 4 8 7
f 4 1 5 8
"""
"""A box as a Wavefront OBJ."""

TRIANGLE = "v {0} 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 {1}\n"
"""An OBJ of one triangle with a coordinate and an index to fill in."""


def write_good(path: Path) -> None:
    """Write a file that can be imported."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(CUBE)


def _text(text: str) -> Callable[[Path], object]:
    return lambda path: path.write_text(text)


def _bytes(content: bytes) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(content)


def _glb(length: int | None = None, kept: int | None = None) -> bytes:
    """Return a GLB of an empty scene that announces ``length`` bytes, cut after ``kept``."""
    scene = json.dumps({"asset": {"version": "2.0"}, "scenes": [{"nodes": []}], "scene": 0}).encode()
    scene += b" " * (-len(scene) % 4)
    content = struct.pack("<4sII", b"glTF", 2, length or 20 + len(scene)) + struct.pack("<II", len(scene), 0x4E4F534A)
    return (content + scene)[:kept]


def _stl(announced: int, triangles: int = 0) -> bytes:
    """Return a binary STL that announces some triangles and holds others."""
    return bytes(80) + struct.pack("<I", announced) + bytes(50) * triangles


def _gltf(buffer: str) -> str:
    """Return a glTF of one triangle whose numbers are in the file ``buffer``."""
    return json.dumps(
        {
            "asset": {"version": "2.0"},
            "scenes": [{"nodes": [0]}],
            "nodes": [{"mesh": 0}],
            "meshes": [{"primitives": [{"attributes": {"POSITION": 0}}]}],
            "accessors": [{"bufferView": 0, "componentType": 5126, "count": 3, "type": "VEC3"}],
            "bufferViews": [{"buffer": 0, "byteLength": 36}],
            "buffers": [{"uri": buffer, "byteLength": 36}],
        }
    )


def _extended(name: str) -> str:
    """Return a scene that needs an extension and names it at its node."""
    scene = {**json.loads(_gltf("data:;base64,")), "extensionsRequired": [name]}
    scene["nodes"] = [{"mesh": 0, "extensions": {name: {}}}]
    return json.dumps(scene)


MESHES = (
    BrokenFile("no_bytes.glb", _bytes(b""), "the file is empty"),
    BrokenFile("text.glb", _text("this is no model\n" * 20), "no GLB file: it does not begin with glTF"),
    BrokenFile("truncated.glb", _bytes(_glb(kept=40)), "cut short: 40 of the 88 bytes"),
    BrokenFile("nothing_in_it.glb", _bytes(_glb()), "no triangles in the file"),
    BrokenFile("lonely.gltf", _text(_gltf("gone.bin")), "gone.bin, which it needs, is missing"),
    BrokenFile("old.glb", _bytes(struct.pack("<4sII", b"glTF", 1, 20) + bytes(8)), "a GLB file of glTF 1"),
    BrokenFile(
        "packed.gltf", _text(_extended("KHR_draco_mesh_compression")), "are packed by KHR_draco_mesh_compression"
    ),
    BrokenFile("copies.gltf", _text(_extended("EXT_mesh_gpu_instancing")), "it has copies by EXT_mesh_gpu_instancing"),
    BrokenFile("half.gltf", _text(_gltf("gone.bin")[:100]), "no glTF file: it is not whole JSON"),
    BrokenFile("not_finite.obj", _text(TRIANGLE.format("nan", 3)), "vertices that are not finite"),
    BrokenFile("infinite.obj", _text(TRIANGLE.format("inf", 3)), "vertices that are not finite"),
    BrokenFile("overflow.obj", _text(TRIANGLE.format("1e308", 3)), "a bounding-box diagonal of inf"),
    BrokenFile("no_faces.obj", _text("v 0 0 0\nv 1 0 0\nv 0 1 0\n"), "no triangles in the file"),
    BrokenFile("index.obj", _text(TRIANGLE.format("0", 99)), "a face of vertex 99, where there are 3"),
    BrokenFile("point.obj", _text("v 1 1 1\n" * 3 + "f 1 2 3\n"), "all triangles have no area"),
    BrokenFile("letter.obj", _text("Dear Sir or Madam,\n"), "no OBJ file: it has no vertices"),
    BrokenFile("no_triangles.stl", _bytes(_stl(0)), "no triangles in the file"),
    BrokenFile("truncated.stl", _bytes(_stl(1000, 3)), "cut short: 3 of the 1000 triangles"),
    BrokenFile("boastful.stl", _bytes(_stl(4_000_000_000, 1)), "cut short: 1 of the 4000000000 triangles"),
    BrokenFile("header.ply", _text("ply\nformat nonsense 1.0\nend_header\n"), "no PLY file: its format is nonsense"),
    BrokenFile("cut.ply", _text("ply\nformat ascii 1.0\nelement vertex 3\n"), "cut short: its header does not end"),
    BrokenFile(
        "index.off",
        _text("OFF\n3 1 0\n0 0 0\n1 0 0\n0 1 0\n3 0 1 9\n"),
        "a face of vertex 10, where there are 3",
    ),
    BrokenFile(
        "words.off",
        _text("OFF\nthree one none\n"),
        "the counts of vertices and faces are 'three one none'",
    ),
    BrokenFile("maya.fbx", _bytes(b"Kaydara"), "no FBX file: it does not begin as FBX does"),
    BrokenFile("cut.fbx", _bytes(b"Kaydara FBX Binary  \0"), "cut short: 21 bytes are too few for its header"),
    BrokenFile("script.usda", _text("import os\n"), "no USD file: it does not begin as .usda files do"),
    BrokenFile("empty.usda", _text("#usda 1.0\n"), "no triangles in the file"),
    BrokenFile("page.dae", _text("<html></html>"), "no COLLADA file: it does not begin with <COLLADA"),
    BrokenFile("half.dae", _text("<?xml version='1.0'?>\n<COLLADA><asset>"), "damaged: DaeMalformedError"),
    BrokenFile("laughs.dae", _text("<!DOCTYPE a [<!ENTITY b 'c'>]>\n<COLLADA/>"), "it declares entities"),
    BrokenFile("solid.step", _bytes(b"ISO-10303-21;"), ".step files are not read"),
    BrokenFile("script.blend", _bytes(b"BLENDER"), ".blend files are not read"),
    BrokenFile("link.obj", lambda path: path.symlink_to("nowhere.obj"), "a link to a file that is not there"),
    BrokenFile("circle.obj", lambda path: path.symlink_to("circle.obj"), "a link to a file that is not there"),
    BrokenFile("pipe.obj", lambda path: os.mkfifo(path), "not a regular file"),
)
