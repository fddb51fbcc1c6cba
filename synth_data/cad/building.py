"""From a CAD file to a `Model`: the pieces that its reader gives, put together, turned and normalised.

Runs in a worker process with limits (`synth_data.importing`), since a file may be broken in any way.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from PIL import Image

from synth_data.cad.files import CadFile
from synth_data.cad.off_reader import read_off
from synth_data.cad.pieces import Piece, check_triangles
from synth_data.cad.signatures import check_signature
from synth_data.cad.textures import decoded
from synth_data.measured_symmetry import measured_symmetry
from synth_data.models import Model, Surface
from synth_data.normals import corner_normals, face_normals
from synth_data.palettes import resolve_palettes
from vantage.errors import MeshError

MAX_TRIANGLES = 2_000_000

SHARP_ANGLE_DEG = 35.0
"""Edges that bend more are sharp, where the file has no normals."""

BY_BLENDER = (".fbx", ".usd", ".usda", ".usdc", ".usdz")
"""Formats that Blender reads; OBJ and OFF are read here, all others by trimesh."""


def import_cad(file: CadFile) -> Model:
    """Read, turn and normalise one file; see `import_noted`."""
    return import_noted(file)[0]


def import_noted(file: CadFile) -> tuple[Model, tuple[str, ...]]:
    """Read, turn and normalise one file. FBX and USD put Blender into this process, and leave its scene empty.

    Returns:
        the model, and notes on what it lacks: textures that are missing or damaged.

    Raises:
        MeshError: damaged, nothing to draw, values that are not finite, too many triangles.
    """
    check_signature(file.path)
    pieces, notes = _read(file)
    builder = _Builder()
    for piece in pieces:
        builder.add(piece)
    model = builder.model(file)
    return replace(model, symmetry=measured_symmetry(model)), (*notes, *builder.notes)


def _read(file: CadFile) -> tuple[list[Piece], tuple[str, ...]]:
    suffix = file.path.suffix.lower()
    if suffix in BY_BLENDER:
        from synth_data.blender.cad_reader import read_with_blender

        return read_with_blender(file)
    if suffix == ".obj":
        from synth_data.cad.obj_reader import read_obj

        return read_obj(file)
    if suffix == ".off":
        return read_off(file)
    from synth_data.cad.trimesh_reader import read_with_trimesh

    return read_with_trimesh(file)


def object_from_source(up: str, front: str) -> np.ndarray:
    """Return the rotation [3, 3] that brings the axes ``up`` and ``front`` of a file to +z and -y."""
    z, y = _axis(up), -_axis(front)
    return np.stack([np.cross(y, z), y, z])


def _axis(name: str) -> np.ndarray:
    return (1.0 if name[0] == "+" else -1.0) * np.eye(3)["xyz".index(name[1])]


class _Builder:
    """Collects pieces into the arrays of one model."""

    def __init__(self):
        self.parts: list[dict[str, Any]] = []
        self.surfaces: dict[Surface, int] = {}
        self.textures: list[np.ndarray] = []
        self.notes: list[str] = []
        self._known: dict[int, int] = {}
        self._kept: list[Any] = []
        self._vertices = self._triangles = 0

    def add(self, piece: Piece) -> None:
        """Take one piece."""
        vertices, triangles, count = piece.vertices, piece.triangles, len(piece.triangles)
        self._triangles += count
        if self._triangles > MAX_TRIANGLES:
            raise MeshError(f"{self._triangles:,} triangles", f"at most {MAX_TRIANGLES:,}", "simplify it")
        check_triangles(vertices, triangles)
        texture = -1 if piece.image is None or piece.uv is None else self._texture(piece.image, piece.surface.name)
        surface = replace(piece.surface, texture=texture)
        normals = piece.normals
        part = {
            "vertices": vertices,
            "triangles": triangles + self._vertices,
            "normals": corner_normals(vertices, triangles, SHARP_ANGLE_DEG) if normals is None else normals,
            "surface_of": np.full(count, self.surfaces.setdefault(surface, len(self.surfaces))),
            "uv": np.zeros((count, 3, 2), np.float32) if piece.uv is None else np.nan_to_num(piece.uv),
            "colors": np.ones((count, 3, 4), np.float32) if piece.colors is None else np.nan_to_num(piece.colors),
        }
        self.parts.append(part)
        self._vertices += len(vertices)

    def model(self, file: CadFile) -> Model:
        """Return everything collected as a normalised model."""
        if not self.parts:
            raise MeshError("no triangles in the file", "a mesh with faces")
        arrays = {name: np.concatenate([part[name] for part in self.parts]) for name in self.parts[0]}
        arrays = _without_slivers(arrays)
        arrays, surfaces, textures = resolve_palettes(arrays, tuple(self.surfaces), tuple(self.textures))
        turn = object_from_source(file.up, file.front)
        vertices, normalisation = _normalised(arrays["vertices"] @ turn.T, arrays["triangles"])
        arrays = _without_doubles({**arrays, "vertices": vertices})
        return Model(
            file.name,
            file.category,
            vertices,
            arrays["triangles"].astype(np.int32),
            (arrays["normals"] @ turn.T).astype(np.float32),
            arrays["surface_of"].astype(np.int32),
            surfaces,
            uv=arrays["uv"].astype(np.float32) if textures else None,
            colors=arrays["colors"].astype(np.float32) if any(s.vertex_colors for s in surfaces) else None,
            textures=textures,
            normalisation={**normalisation, "up": file.up, "front": file.front},
        )

    def _texture(self, image: Image.Image, name: str) -> int:
        """Return the number of a texture, -1 for one that cannot be decoded; the same image is stored once."""
        if id(image) not in self._known:
            self._kept.append(image)
            pixels = decoded(image)
            if pixels is None:
                self.notes.append(f"the texture of {name[:80]} is damaged or too large; its colour is plain")
            else:
                self.textures.append(pixels)
            self._known[id(image)] = -1 if pixels is None else len(self.textures) - 1
        return self._known[id(image)]


def _without_slivers(arrays: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return the arrays without triangles that have no area."""
    keep = np.linalg.norm(face_normals(arrays["vertices"], arrays["triangles"]), axis=1) > 0
    if not keep.any():
        raise MeshError("all triangles have no area", "a surface")
    return {name: value if name == "vertices" else value[keep] for name, value in arrays.items()}


def _without_doubles(arrays: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return the arrays without triangles that lie on another one, whichever way they turn: they would shade it black.

    Programs write them for surfaces with two sides. The first one of the file stays.
    """
    places = arrays["vertices"].astype(np.float32) + 0.0  # no -0; Blender's numbers, and twice the same are the same
    _, number = np.unique(_as_bytes(places), return_inverse=True)
    corners = np.sort(number.astype(np.int32)[arrays["triangles"]], axis=1)
    _, first = np.unique(_as_bytes(corners), return_index=True)
    first.sort()
    return {name: value if name == "vertices" else value[first] for name, value in arrays.items()}


def _as_bytes(rows: np.ndarray) -> np.ndarray:
    """Return each row of an array [n, m] as one value, which sorts fast."""
    rows = np.ascontiguousarray(rows)
    return rows.view(np.dtype((np.void, rows.itemsize * rows.shape[1]))).ravel()


def _normalised(vertices: np.ndarray, triangles: np.ndarray) -> tuple[np.ndarray, dict[str, Any]]:
    """Return the vertices with unit diagonal about the origin, and the normalisation."""
    used = vertices[np.unique(triangles)]
    low, high = used.min(axis=0), used.max(axis=0)
    with np.errstate(over="ignore"):
        diagonal = float(np.linalg.norm(high - low))
    if not np.isfinite(diagonal) or diagonal < 1e-12:
        raise MeshError(f"a bounding-box diagonal of {diagonal:g}", "a finite positive size")
    offset = (low + high) / 2
    return (vertices - offset) / diagonal, {"scale": 1 / diagonal, "offset": [float(c) for c in offset]}
