"""GLB, glTF, PLY, STL and COLLADA files by trimesh: geometry, base colours, textures; nothing is run."""

from __future__ import annotations

import struct
import warnings
import zlib
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

import numpy as np
import trimesh
from collada.common import DaeError
from PIL import Image

from synth_data.cad.files import CadFile
from synth_data.cad.gltf_pictures import picture_notes
from synth_data.cad.gltf_scenes import gltf_stream
from synth_data.cad.node_transforms import placed_geometry
from synth_data.cad.pieces import Piece, check_triangles, flipped_where_mirrored, turned
from synth_data.cad.ply_polygons import ply_stream
from synth_data.cad.textures import Beside
from synth_data.develop import linear_from_srgb
from synth_data.models import Surface
from vantage.errors import MeshError

_STUMBLES = (ValueError, LookupError, TypeError, AttributeError, AssertionError, EOFError, ArithmeticError)
_STUMBLES += (RuntimeError, SyntaxError, NameError, OSError, struct.error, zlib.error, DaeError)
"""What trimesh's parsers raise over damaged files (XML errors are SyntaxErrors, deep nesting a RuntimeError)."""


def read_with_trimesh(file: CadFile) -> tuple[list[Piece], tuple[str, ...]]:
    """Return the pieces of a file, and notes on what it names and lacks.

    Raises:
        MeshError: damaged.
    """
    beside = Beside(file.path, file.root)
    scene = _scene(file, beside)
    pieces = [_piece(mesh, world_from_mesh) for mesh, world_from_mesh in _meshes(scene)]
    notes = picture_notes(file.path, beside) if _is_gltf(file) else ()
    return pieces, (*notes, *beside.notes())


class _Resolver(trimesh.resolvers.Resolver):
    """Gives trimesh the files that `Beside` finds."""

    def __init__(self, beside: Beside):
        self._beside = beside
        self.file_name = beside.model.name

    def get(self, key: str) -> bytes:
        path = self._beside.find(key)
        if path is None:
            raise FileNotFoundError(key)
        return path.read_bytes()

    def keys(self) -> tuple[str, ...]:
        return ()

    def namespaced(self, namespace: str) -> _Resolver:
        return self

    def write(self, name: str, data: bytes) -> None:
        raise PermissionError(name)


def _scene(file: CadFile, beside: Beside) -> trimesh.Scene:
    """Return what trimesh reads, whose parsers raise whatever a damaged file makes them stumble over."""
    kind = file.path.suffix.lower()[1:]
    try:
        with warnings.catch_warnings(), _opened(file, beside) as stream:
            warnings.simplefilter("ignore")
            return trimesh.load_scene(stream, file_type=kind, resolver=_Resolver(beside), process=False)
    except _STUMBLES as error:
        text = " ".join(str(error).split())[:200]
        raise MeshError(f"damaged: {type(error).__name__}: {text}", do="export it again") from error


def _opened(file: CadFile, beside: Beside) -> BinaryIO:
    """Open a file, mended where trimesh would not see all that it says."""
    if _is_gltf(file):
        return gltf_stream(file.path, beside)
    return ply_stream(file.path) if file.path.suffix.lower() == ".ply" else open(file.path, "rb")


def _is_gltf(file: CadFile) -> bool:
    return file.path.suffix.lower() in (".glb", ".gltf")


def _meshes(scene: trimesh.Scene) -> Iterator[tuple[trimesh.Trimesh, np.ndarray]]:
    """Yield the triangle meshes of a scene with their transforms."""
    for name, world_from_mesh in placed_geometry(scene):
        mesh = scene.geometry[name]
        if isinstance(mesh, trimesh.Trimesh) and len(mesh.faces):
            yield mesh, world_from_mesh


def _piece(mesh: trimesh.Trimesh, world_from_mesh: np.ndarray) -> Piece:
    """Return one mesh of a scene in the frame of the scene."""
    rotation = world_from_mesh[:3, :3]
    if np.shape(mesh.vertices)[1:] != (3,):
        raise MeshError(f"vertices of {np.shape(mesh.vertices)[1:]} numbers", "x, y and z", "export it again")
    vertices = mesh.vertices @ rotation.T + world_from_mesh[:3, 3]
    check_triangles(vertices, np.asarray(mesh.faces))
    triangles = flipped_where_mirrored(np.asarray(mesh.faces), rotation)
    return Piece(vertices, triangles, normals=_stored_normals(mesh, triangles, rotation), **_visuals(mesh, triangles))


def _visuals(mesh: trimesh.Trimesh, triangles: np.ndarray) -> dict[str, Any]:
    """Return surface, corner uv, corner colours and picture of a mesh."""
    visual = mesh.visual
    if isinstance(visual, trimesh.visual.TextureVisuals):
        has_uv = visual.uv is not None and np.shape(visual.uv)[:1] == (len(mesh.vertices),)
        uv = visual.uv[triangles][..., :2] if has_uv else None
        colors = _attribute_colors(mesh, triangles)
        surface, image = material_surface(visual.material, colors is not None)
        return {"uv": uv, "colors": colors, "surface": surface, "image": None if uv is None else image}
    if visual.kind == "vertex":
        return {"colors": _linear(visual.vertex_colors)[triangles], "surface": _colored("vertex colours")}
    if visual.kind == "face":
        colors = np.repeat(_linear(visual.face_colors)[:, None], 3, axis=1)
        return {"colors": colors, "surface": _colored("face colours")}
    return {"surface": Surface("plain", (0.6, 0.6, 0.6))}


def _colored(name: str) -> Surface:
    return Surface(name, (1, 1, 1), vertex_colors=True)


def material_surface(material: Any, has_colors: bool) -> tuple[Surface, Image.Image | None]:
    """Return trimesh's material as a surface, and its picture."""
    name = str(getattr(material, "name", None) or "unnamed")
    if isinstance(material, trimesh.visual.material.PBRMaterial):
        values, image = _physical(material), material.baseColorTexture
    else:
        image = getattr(material, "image", None)
        # as Blender and most viewers do: a picture replaces the colour of an MTL file, which is often black then
        color = None if image is not None else getattr(material, "diffuse", None)
        values = {"base_color": _rgb(color), "alpha": _opacity(material)}
    return Surface(name, **values, vertex_colors=has_colors), image


def _opacity(material: Any) -> float:
    """Return ``d`` of an MTL file; 0, with which nobody would see the model, is the mistake of exporters."""
    try:
        value = float(np.nan_to_num(float(material.kwargs["d"][-1])))
    except (AttributeError, LookupError, TypeError, ValueError):
        return 1.0
    return min(max(value, 0.05), 1.0) if value > 0 else 1.0


def _physical(material: trimesh.visual.material.PBRMaterial) -> Mapping[str, Any]:
    """Return the values of a glTF material (COLLADA's come as one too)."""
    metallic, roughness = material.metallicFactor, material.roughnessFactor
    metallic, roughness = (1.0 if v is None else float(np.nan_to_num(v)) for v in (metallic, roughness))
    if material.metallicRoughnessTexture is not None:
        metallic, roughness = 0.0, 0.5
    emission = float(np.nan_to_num(np.max(material.emissiveFactor))) if material.emissiveFactor is not None else 0.0
    factor, opaque = material.baseColorFactor, material.alphaMode in (None, "OPAQUE")
    return {
        "base_color": _rgb(factor),
        "metallic": float(np.clip(metallic, 0, 1)),
        "roughness": float(np.clip(roughness, 0, 1)),
        "alpha": 1.0 if opaque or factor is None else float(np.clip(_unit_color(factor)[3], 0.05, 1)),
        "emission": min(emission, 2.0),
    }


def _stored_normals(mesh: trimesh.Trimesh, triangles: np.ndarray, rotation: np.ndarray) -> np.ndarray | None:
    """Return the corner normals that the file itself has, float [F, 3, 3], or None."""
    if "vertex_normals" not in mesh._cache.cache:
        return None
    normals = np.asarray(mesh.vertex_normals)
    if normals.shape != mesh.vertices.shape:
        return None
    normals = turned(normals, rotation)
    return None if normals is None else normals[triangles]


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


def _rgb(color: Any) -> tuple[float, float, float]:
    """Return RGB in [0, 1]; white without a colour."""
    values = np.ones(4) if color is None else _unit_color(color)
    return tuple(float(c) for c in np.clip(np.nan_to_num(values[:3]), 0, 1))


def _unit_color(color: Any) -> np.ndarray:
    """Return RGBA in [0, 1] from bytes or floats."""
    color = np.atleast_1d(color)
    values = color / 255.0 if color.dtype.kind in "iu" else color.astype(np.float64)
    return np.concatenate([values, np.ones(4)])[:4] if len(values) < 4 else values


def _linear(colors: np.ndarray) -> np.ndarray:
    """Return linear RGBA floats from display bytes [n, 4]."""
    values = np.asarray(colors)[:, :4] / 255.0
    values[:, :3] = linear_from_srgb(values[:, :3])
    return values
