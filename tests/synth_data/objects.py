"""Objects that tests render: one with coloured markers and no symmetry, and small CAD files."""

from __future__ import annotations

import base64
import json
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from synth_data.models import Model, Surface
from synth_data.normals import corner_normals

MARKERS = {
    "front": ((0.02, -0.46, 0.03), (1.0, 0.0, 0.0)),
    "left": ((0.30, 0.05, -0.04), (0.0, 1.0, 0.0)),
    "back": ((-0.06, 0.40, 0.12), (0.0, 0.0, 1.0)),
    "right": ((-0.24, -0.12, -0.10), (1.0, 1.0, 0.0)),
    "top": ((0.05, 0.10, 0.34), (1.0, 0.0, 1.0)),
    "bottom": ((-0.03, -0.08, -0.28), (0.0, 1.0, 1.0)),
}
"""Name -> position in the object frame, colour of its own light."""

RADIUS = 0.03

TETRAHEDRON = np.array([[0, 0, 0], [2, 0, 0], [0, 1, 0], [0, 0, 4.0]])
TETRAHEDRON_FACES = np.array([[0, 2, 1], [0, 1, 3], [1, 2, 3], [0, 3, 2]])


def ball(centre, radius: float = RADIUS, rows: int = 8) -> tuple[np.ndarray, np.ndarray]:
    """Return vertices and triangles of a sphere of ``2 * rows`` meridians."""
    polar, round_ = np.meshgrid(np.linspace(0, np.pi, rows + 1), np.arange(2 * rows) * np.pi / rows, indexing="ij")
    grid = np.stack([np.sin(polar) * np.cos(round_), np.sin(polar) * np.sin(round_), np.cos(polar)], -1)
    number = np.arange(grid.size // 3).reshape(polar.shape)
    right = np.roll(number, -1, axis=1)
    quads = np.stack([number[:-1], number[1:], right[1:], right[:-1]], -1).reshape(-1, 4)
    triangles = np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]])
    vertices = np.asarray(centre) + radius * grid.reshape(-1, 3)
    solid = np.linalg.norm(np.cross(*(vertices[triangles[:, k]] - vertices[triangles[:, 0]] for k in (1, 2))), axis=1)
    return vertices, triangles[solid > 1e-9]


def tetrahedron(centre, size: float) -> tuple[np.ndarray, np.ndarray]:
    """Return a small solid."""
    return np.asarray(centre) + size * (TETRAHEDRON / 4 - 0.15), TETRAHEDRON_FACES


def ball_model() -> Model:
    """Return a white ball."""
    vertices, triangles = ball((0, 0, 0), 0.4, 16)
    surfaces = (Surface("white", (0.8, 0.8, 0.8)),)
    numbers = np.zeros(len(triangles), np.int32)
    normals = corner_normals(vertices, triangles, 180.0)
    return Model("ball", "ball", vertices, triangles.astype(np.int32), normals, numbers, surfaces)


def marked_model() -> Model:
    """Return a dark solid in the middle of six balls that shine in six colours, a keypoint in each ball's centre."""
    surfaces = [Surface("dark", (0.02, 0.02, 0.02))]
    pieces = [tetrahedron((0, 0, 0), 0.12)]
    for name, (place, color) in MARKERS.items():
        surfaces.append(Surface(name, color, emission=1.0))
        pieces.append(ball(place))
    starts = np.cumsum([0] + [len(vertices) for vertices, _ in pieces[:-1]])
    vertices = np.concatenate([vertices for vertices, _ in pieces])
    triangles = np.concatenate([faces + start for (_, faces), start in zip(pieces, starts)])
    return Model(
        "markers",
        "marker",
        vertices,
        triangles.astype(np.int32),
        corner_normals(vertices, triangles, 30.0),
        np.repeat(np.arange(len(pieces)), [len(faces) for _, faces in pieces]).astype(np.int32),
        tuple(surfaces),
        keypoint_names=tuple(MARKERS),
        keypoints=np.array([place for place, _ in MARKERS.values()]),
        normalisation={"scale": 1.0, "offset": [0, 0, 0], "up": "+z", "front": "-y"},
    )


def write_obj(path: Path, vertices=TETRAHEDRON, faces=TETRAHEDRON_FACES) -> Path:
    """Write a mesh as OBJ."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [f"v {x} {y} {z}" for x, y, z in vertices] + [f"f {a + 1} {b + 1} {c + 1}" for a, b, c in faces]
    path.write_text("\n".join(lines) + "\n")
    return path


def write_off(path: Path, vertices=TETRAHEDRON, faces=TETRAHEDRON_FACES) -> Path:
    """Write a mesh as OFF."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = ["OFF", f"{len(vertices)} {len(faces)} 0"]
    lines += [f"{x} {y} {z}" for x, y, z in vertices] + [f"3 {a} {b} {c}" for a, b, c in faces]
    path.write_text("\n".join(lines) + "\n")
    return path


def write_gltf(path: Path, nodes: Sequence[dict[str, Any]] | None = ({"mesh": 0},), **changes: Any) -> Path:
    """Write nodes, the first of them in a scene, as glTF or GLB; mesh 0 is the tetrahedron.

    ``changes`` are other entries of the JSON, None to leave one out; the buffer is inside the file.
    """
    blob = _gltf_blob()
    scene = {
        "asset": {"version": "2.0"},
        "scene": 0,
        "scenes": [{"nodes": [0]}],
        "nodes": nodes and list(nodes),
        "meshes": [{"primitives": [{"attributes": {"POSITION": 0, "TEXCOORD_0": 2}, "indices": 1, "material": 0}]}],
        "materials": [{"name": "paint", "pbrMetallicRoughness": {"baseColorFactor": [0.8, 0.2, 0.1, 1]}}],
        "accessors": [
            {"bufferView": 0, "componentType": 5126, "count": 4, "type": "VEC3"},
            {"bufferView": 1, "componentType": 5123, "count": 12, "type": "SCALAR"},
            {"bufferView": 2, "componentType": 5126, "count": 4, "type": "VEC2"},
        ],
        "bufferViews": [{"buffer": 0, "byteOffset": a, "byteLength": b - a} for a, b in ((0, 48), (48, 72), (72, 104))],
        "buffers": [{"byteLength": len(blob)}],
    }
    if path.suffix == ".gltf":
        scene["buffers"][0]["uri"] = "data:application/octet-stream;base64," + base64.b64encode(blob).decode()
    scene = {name: value for name, value in {**scene, **changes}.items() if value is not None}
    path.write_bytes(json.dumps(scene).encode() if path.suffix == ".gltf" else _glb(scene, blob))
    return path


def _gltf_blob() -> bytes:
    """Return the tetrahedron's vertices, faces, and texture coordinates."""
    uv = np.array([[0, 0], [1, 0], [0, 1], [1, 1]], np.float32)
    return TETRAHEDRON.astype(np.float32).tobytes() + TETRAHEDRON_FACES.astype(np.uint16).tobytes() + uv.tobytes()


def _glb(scene: dict[str, Any], blob: bytes) -> bytes:
    text = json.dumps(scene).encode()
    text += b" " * (-len(text) % 4)
    chunks = struct.pack("<I4s", len(text), b"JSON") + text + struct.pack("<I4s", len(blob), b"BIN\0") + blob
    return struct.pack("<4sII", b"glTF", 2, 12 + len(chunks)) + chunks
