"""From a CAD file to a `Model`, by trimesh: geometry, base colours and textures; no scripts, no Blender.

Runs in a worker process with limits (`synth_data.importing`), since a file may be broken in any way.
"""

from __future__ import annotations

import struct
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import trimesh
from PIL import Image

from synth_data.cad import CadFile
from synth_data.cad_signatures import check_signature
from synth_data.develop import linear_from_srgb
from synth_data.models import Model, Surface
from synth_data.normals import corner_normals, face_normals
from synth_data.palettes import resolve_palettes
from vantage.errors import MeshError

MAX_TRIANGLES = 2_000_000
MAX_TEXTURE = 1024
"""Larger textures are halved until they fit (side, px)."""

SHARP_ANGLE_DEG = 35.0
"""Edges that bend more are sharp, where the file has no normals."""


def import_cad(file: CadFile) -> Model:
    """Read, turn and normalise one file.

    Raises:
        MeshError: damaged, nothing to draw, values that are not finite, too many triangles.
    """
    check_signature(file.path)
    builder = _Builder()
    for mesh, world_from_mesh in _meshes(_read(file.path)):
        builder.add(mesh, world_from_mesh)
    return builder.model(file)


def _read(path: Path) -> trimesh.Scene:
    """Return what trimesh reads, whose parsers raise whatever a damaged file makes them stumble over."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return trimesh.load_scene(str(path), process=False)
    except (ValueError, LookupError, TypeError, AttributeError, AssertionError, EOFError, struct.error) as error:
        text = " ".join(str(error).split())[:200]
        raise MeshError(f"damaged: {type(error).__name__}: {text}", do="export it again") from error


def object_from_source(up: str, front: str) -> np.ndarray:
    """Return the rotation [3, 3] that brings the axes ``up`` and ``front`` of a file to +z and -y."""
    z, y = _axis(up), -_axis(front)
    return np.stack([np.cross(y, z), y, z])


def _axis(name: str) -> np.ndarray:
    return (1.0 if name[0] == "+" else -1.0) * np.eye(3)["xyz".index(name[1])]


def _meshes(scene: trimesh.Scene) -> Iterator[tuple[trimesh.Trimesh, np.ndarray]]:
    """Yield the triangle meshes of a scene with their transforms."""
    for node in sorted(scene.graph.nodes_geometry):
        world_from_mesh, name = scene.graph[node]
        mesh = scene.geometry[name]
        if isinstance(mesh, trimesh.Trimesh) and len(mesh.faces):
            yield mesh, np.asarray(world_from_mesh, np.float64)


class _Builder:
    """Collects meshes into the arrays of one model."""

    def __init__(self):
        self.parts: list[dict[str, Any]] = []
        self.surfaces: dict[Surface, int] = {}
        self.textures: list[np.ndarray] = []
        self._known: dict[int, int] = {}
        self._kept: list[Any] = []
        self._vertices = 0

    def add(self, mesh: trimesh.Trimesh, world_from_mesh: np.ndarray) -> None:
        """Take one mesh of the scene."""
        vertices = mesh.vertices @ world_from_mesh[:3, :3].T + world_from_mesh[:3, 3]
        mirrored = np.linalg.det(world_from_mesh[:3, :3]) < 0
        triangles = np.asarray(mesh.faces)[:, ::-1] if mirrored else np.asarray(mesh.faces)
        if not (triangles.min() >= 0 and triangles.max() < len(vertices)):
            found = f"a face of vertex {triangles.max() + 1}, where there are {len(vertices)}"
            raise MeshError(found, do="export it again")
        if not np.isfinite(vertices[triangles]).all():
            raise MeshError("vertices that are not finite", "numbers")
        normals = _stored_normals(mesh, triangles, world_from_mesh[:3, :3])
        uv, colors, surface = self._visuals(mesh, triangles)
        part = {
            "vertices": vertices,
            "triangles": triangles + self._vertices,
            "normals": corner_normals(vertices, triangles, SHARP_ANGLE_DEG) if normals is None else normals,
            "surface_of": np.full(len(triangles), self.surfaces.setdefault(surface, len(self.surfaces))),
            "uv": np.zeros((len(triangles), 3, 2), np.float32) if uv is None else uv,
            "colors": np.ones((len(triangles), 3, 4), np.float32) if colors is None else colors,
        }
        self.parts.append(part)
        self._vertices += len(vertices)

    def model(self, file: CadFile) -> Model:
        """Return everything collected as a normalised model."""
        if not self.parts:
            raise MeshError("no triangles in the file", "a mesh with faces")
        arrays = {name: np.concatenate([part[name] for part in self.parts]) for name in self.parts[0]}
        if len(arrays["triangles"]) > MAX_TRIANGLES:
            raise MeshError(f"{len(arrays['triangles']):,} triangles", f"at most {MAX_TRIANGLES:,}", "simplify it")
        arrays = _without_slivers(arrays)
        arrays, surfaces, textures = resolve_palettes(arrays, tuple(self.surfaces), tuple(self.textures))
        turn = object_from_source(file.up, file.front)
        vertices, normalisation = _normalised(arrays["vertices"] @ turn.T, arrays["triangles"])
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

    def _visuals(
        self, mesh: trimesh.Trimesh, triangles: np.ndarray
    ) -> tuple[np.ndarray | None, np.ndarray | None, Surface]:
        """Return corner uv, corner colours and the surface of a mesh."""
        visual = mesh.visual
        if isinstance(visual, trimesh.visual.TextureVisuals):
            uv = None if visual.uv is None or len(visual.uv) != len(mesh.vertices) else visual.uv[triangles]
            colors = _attribute_colors(mesh, triangles)
            return uv, colors, self._surface(visual.material, uv is not None, colors is not None)
        if visual.kind == "vertex":
            return (
                None,
                _linear(visual.vertex_colors)[triangles],
                Surface("vertex colours", (1, 1, 1), vertex_colors=True),
            )
        if visual.kind == "face":
            colors = np.repeat(_linear(visual.face_colors)[:, None], 3, axis=1)
            return None, colors, Surface("face colours", (1, 1, 1), vertex_colors=True)
        return None, None, Surface("plain", (0.6, 0.6, 0.6))

    def _surface(self, material: Any, has_uv: bool, has_colors: bool) -> Surface:
        """Return trimesh's material as a surface."""
        name = str(getattr(material, "name", None) or "unnamed")
        if isinstance(material, trimesh.visual.material.PBRMaterial):
            factor, image = material.baseColorFactor, material.baseColorTexture
            metallic, roughness = material.metallicFactor, material.roughnessFactor
            metallic, roughness = (1.0 if v is None else float(v) for v in (metallic, roughness))
            if material.metallicRoughnessTexture is not None:
                metallic, roughness = 0.0, 0.5
            emission = float(np.max(material.emissiveFactor)) if material.emissiveFactor is not None else 0.0
            opaque = material.alphaMode in (None, "OPAQUE")
        else:
            factor, image = getattr(material, "diffuse", None), getattr(material, "image", None)
            metallic, roughness, emission, opaque = 0.0, 0.5, 0.0, True
        color = np.ones(4) if factor is None else _unit_color(factor)
        texture = self._texture(image) if image is not None and has_uv else -1
        rgb = tuple(float(c) for c in np.clip(color[:3], 0, 1))
        alpha = 1.0 if opaque else float(np.clip(color[3], 0.05, 1))
        return Surface(name, rgb, np.clip(metallic, 0, 1), np.clip(roughness, 0, 1), alpha, emission=min(emission, 2.0),
                       texture=texture, vertex_colors=has_colors)  # fmt: skip

    def _texture(self, image: Image.Image) -> int:
        """Return the number of a texture; the same image is stored once."""
        if id(image) not in self._known:
            self._kept.append(image)
            picture = image.convert("RGBA")
            while max(picture.size) > MAX_TEXTURE:
                picture = picture.resize([max(1, side // 2) for side in picture.size])
            self._known[id(image)] = len(self.textures)
            self.textures.append(np.asarray(picture))
        return self._known[id(image)]


def _stored_normals(mesh: trimesh.Trimesh, triangles: np.ndarray, rotation: np.ndarray) -> np.ndarray | None:
    """Return the corner normals that the file itself has, float [F, 3, 3], or None."""
    if "vertex_normals" not in mesh._cache.cache:
        return None
    normals = np.asarray(mesh.vertex_normals)
    if normals.shape != mesh.vertices.shape or not np.isfinite(normals).all():
        return None
    if not np.isfinite(np.linalg.cond(rotation)):
        return None
    turned = normals @ np.linalg.inv(rotation)
    length = np.linalg.norm(turned, axis=1, keepdims=True)
    if (length < 1e-12).any():
        return None
    return (turned / length)[triangles]


def _attribute_colors(mesh: trimesh.Trimesh, triangles: np.ndarray) -> np.ndarray | None:
    """Return glTF's vertex colours (linear already) as corner colours, or None."""
    colors = mesh.visual.vertex_attributes.get("color") if hasattr(mesh.visual, "vertex_attributes") else None
    if colors is None or len(colors) != len(mesh.vertices):
        return None
    colors = np.asarray(colors)
    colors = colors / np.iinfo(colors.dtype).max if colors.dtype.kind in "iu" else colors
    if np.ptp(colors[:, :3], axis=0).max() < 0.01 and colors[:, :3].min() > 0.98:
        return None
    return np.concatenate([colors, np.ones((len(colors), 1))], 1)[:, :4][triangles]


def _unit_color(color: Any) -> np.ndarray:
    """Return RGBA in [0, 1] from bytes or floats."""
    color = np.asarray(color)
    values = color / 255.0 if color.dtype.kind in "iu" else color.astype(np.float64)
    return np.concatenate([values, np.ones(4)])[:4] if len(values) < 4 else values


def _linear(colors: np.ndarray) -> np.ndarray:
    """Return linear RGBA floats from display bytes [n, 4]."""
    values = np.asarray(colors)[:, :4] / 255.0
    values[:, :3] = linear_from_srgb(values[:, :3])
    return values


def _without_slivers(arrays: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return the arrays without triangles that have no area."""
    keep = np.linalg.norm(face_normals(arrays["vertices"], arrays["triangles"]), axis=1) > 0
    if not keep.any():
        raise MeshError("all triangles have no area", "a surface")
    return {name: value if name == "vertices" else value[keep] for name, value in arrays.items()}


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


def cad_file(path: str | Path, category: str = "object", up: str | None = None, front: str | None = None) -> CadFile:
    """Return a lone file as a `CadFile`, with the axes of its format."""
    from synth_data.cad import DEFAULT_AXES, FORMATS

    path = Path(path)
    suffix = path.suffix.lower()
    if suffix not in FORMATS:
        raise MeshError(f"{path.name} is no CAD file that can be read", f"one of {', '.join(FORMATS)}")
    axes = DEFAULT_AXES[suffix]
    return CadFile(path, path.name, category, path.name, "", "", up or axes[0], front or axes[1])
