"""FBX and USD files by Blender's importers, which are C++ and run nothing that a file may hold.

Neither format can carry a program that these importers would start; that Blender starts none of its own accord (scripts
and drivers of a .blend file) is switched off as well, and the settings of a user are not read.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path

import bpy
import numpy as np
from PIL import Image

from synth_data.cad.files import CadFile
from synth_data.cad.pieces import Piece, check_triangles, flipped_where_mirrored, turned
from synth_data.cad.textures import Beside, open_picture
from synth_data.models import Surface
from vantage.errors import MeshError

_Y_UP_FROM_BLENDER = np.array([[1.0, 0, 0], [0, 0, 1.0], [0, -1.0, 0]])

_FBX = {"use_anim": False, "use_custom_props": False, "validate_meshes": True}
_USD = dict.fromkeys(("import_cameras", "import_lights", "import_volumes", "import_points", "set_frame_range"), False)
_USD |= {"create_world_material": False, "validate_meshes": True, "attr_import_mode": "NONE"}


def read_with_blender(file: CadFile) -> tuple[list[Piece], tuple[str, ...]]:
    """Return the pieces of a file, +y up and the front along +z, and notes on what it names and lacks.

    Everything that was in Blender before is gone afterwards.

    Raises:
        MeshError: Blender cannot read it.
    """
    _empty()
    beside = Beside(file.path, file.root)
    if file.path.suffix.lower() != ".fbx":
        _check_layers(file)
    _load(file)
    pieces = list(_pieces(_Pictures(beside, file.path)))
    _empty()
    return pieces, beside.notes()


def _empty() -> None:
    """Bring Blender to its factory state, with nothing in the scene and no script allowed."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    bpy.context.preferences.filepaths.use_scripts_auto_execute = False


def _load(file: CadFile) -> None:
    path = str(file.path.absolute())
    try:
        if file.path.suffix.lower() == ".fbx":
            done = bpy.ops.wm.fbx_import(filepath=path, **_FBX)
        else:
            done = bpy.ops.wm.usd_import(filepath=path, **_USD)
    except RuntimeError as error:
        text = " ".join(str(error).removeprefix("Error:").replace(path, file.path.name).split())[:100]
        raise MeshError(f"damaged: {text}", do="export it again") from error
    if done != {"FINISHED"}:
        raise MeshError("damaged: Blender cannot read it", do="export it again")


class _Pictures:
    """Pictures of materials, from inside the file or from beside it."""

    def __init__(self, beside: Beside, path: Path):
        self._beside, self._path = beside, path
        self._known: dict[str, Image.Image | None] = {}

    def get(self, material: bpy.types.Material, image: bpy.types.Image | None) -> Image.Image | None:
        """Return the picture of a material, not decoded yet, or None; ``image`` is None where Blender found none."""
        if image is not None and image.packed_file is not None:
            return self._once(f"inside {image.name}", lambda: bytes(image.packed_file.data))
        name = self._names.get(material.name, material.name) if image is None else image.filepath_raw or image.name
        path = self._beside.find(name)
        return None if path is None else self._once(str(path), path.read_bytes)

    def _once(self, name: str, read: Callable[[], bytes]) -> Image.Image | None:
        if name not in self._known:
            self._known[name] = open_picture(read())
        return self._known[name]

    @cached_property
    def _names(self) -> dict[str, str]:
        return usd_picture_names(self._path) if self._path.suffix.lower() != ".fbx" else {}


def usd_picture_names(path: Path) -> dict[str, str]:
    """Return material -> what its base-colour picture is called in a USD file, for pictures that Blender drops."""
    usd = _usd_library()
    stage = usd.Stage.Open(str(path))
    materials = [prim for prim in stage.Traverse() if prim.GetTypeName() == "Material"]
    return {material.GetName(): name for material in materials if (name := _base_picture(stage, material, usd))}


def _usd_library():
    """Return Pixar's USD library; Blender's own copy lies in a folder of its own."""
    try:
        from pxr import Usd
    except ImportError:
        own = Path(bpy.utils.resource_path("LOCAL")).glob("python/lib/python3*/site-packages")
        sys.path += [str(folder) for folder in own]
        from pxr import Usd
    return Usd


def _check_layers(file: CadFile) -> None:
    """See that a USD file is made of files in its folder alone: it may name any others as its layers.

    Raises:
        MeshError: it is not, or it cannot be opened.
    """
    usd = _usd_library()
    try:
        stage = usd.Stage.Open(str(file.path.absolute()), usd.Stage.LoadAll)
    except RuntimeError as error:
        raise MeshError("damaged: it cannot be opened", do="export it again") from error
    root = (file.root or file.path.parent).resolve()
    for layer in stage.GetUsedLayers():
        place = Path(layer.realPath.partition("[")[0] or file.path).resolve()
        if place != file.path.resolve() and not place.is_relative_to(root):
            raise MeshError(f"it is made of {place} too", "files of its own folder", "flatten it on export")


def _base_picture(stage, material, usd) -> str | None:
    """Return the file's name behind ``diffuseColor`` of a material's shader."""
    for shader in usd.PrimRange(material):
        color = shader.GetAttribute("inputs:diffuseColor")
        for target in color.GetConnections() if color else ():
            file = stage.GetPrimAtPath(target.GetPrimPath()).GetAttribute("inputs:file")
            if file and file.Get():
                return file.Get().path
    return None


def _pieces(pictures: _Pictures) -> Iterator[Piece]:
    """Yield every mesh of the scene, instances too, split by material."""
    for instance in bpy.context.evaluated_depsgraph_get().object_instances:
        thing = instance.object
        if thing.type not in ("MESH", "CURVE", "SURFACE", "META"):
            continue
        matrix = np.array(instance.matrix_world, np.float64)
        mesh = thing.to_mesh()
        if mesh is not None and len(mesh.polygons):
            yield from _mesh_pieces(mesh, matrix, [slot.material for slot in thing.material_slots], pictures)
        thing.to_mesh_clear()


def _mesh_pieces(mesh: bpy.types.Mesh, matrix: np.ndarray, materials: list, pictures: _Pictures) -> Iterator[Piece]:
    mesh.calc_loop_triangles()
    count = len(mesh.loop_triangles)
    vertices = _numbers(mesh.vertices, "co", (-1, 3))
    triangles = _numbers(mesh.loop_triangles, "vertices", (count, 3), np.int32)
    loops = _numbers(mesh.loop_triangles, "loops", (count, 3), np.int32)
    material_of = _numbers(mesh.loop_triangles, "material_index", (count,), np.int32)
    rotation = _Y_UP_FROM_BLENDER @ matrix[:3, :3]
    vertices = vertices @ rotation.T + _Y_UP_FROM_BLENDER @ matrix[:3, 3]
    if not count:
        return
    check_triangles(vertices, triangles)
    triangles, loops = flipped_where_mirrored(triangles, rotation), flipped_where_mirrored(loops, rotation)
    normals = turned(_numbers(mesh.corner_normals, "vector", (-1, 3)), rotation) if mesh.has_custom_normals else None
    uv = mesh.uv_layers.active
    uv = None if uv is None else _numbers(uv.uv, "vector", (-1, 2))
    for number in np.unique(material_of):
        chosen = material_of == number
        material = materials[number] if number < len(materials) else None
        colors = _colors(mesh, triangles[chosen], loops[chosen]) if material is None else None
        surface, image = _surface(material, colors is not None, pictures)
        corner = loops[chosen]
        used, renumbered = np.unique(triangles[chosen], return_inverse=True)
        yield Piece(
            vertices[used],
            renumbered.reshape(-1, 3),
            surface,
            None if normals is None else normals[corner],
            None if uv is None else uv[corner],
            colors,
            image,
        )


def _numbers(items, name: str, shape: tuple[int, ...], kind=np.float32) -> np.ndarray:
    """Return a property of all items of a Blender collection."""
    width = math.prod(shape[1:])
    values = np.empty(len(items) * width, kind)
    items.foreach_get(name, values)
    return (values if kind is np.int32 else values.astype(np.float64)).reshape(shape)


def _colors(mesh: bpy.types.Mesh, triangles: np.ndarray, loops: np.ndarray) -> np.ndarray | None:
    """Return the linear colours of the corners, or None where the mesh has none."""
    layer = mesh.color_attributes.active_color
    if layer is None or layer.domain not in ("POINT", "CORNER"):
        return None
    return _numbers(layer.data, "color", (-1, 4))[triangles if layer.domain == "POINT" else loops]


def _surface(material, has_colors: bool, pictures: _Pictures) -> tuple[Surface, Image.Image | None]:
    """Return Blender's material as a surface, and its picture."""
    if material is None:
        return Surface("plain", (1, 1, 1) if has_colors else (0.6, 0.6, 0.6), vertex_colors=has_colors), None
    shader = _principled(material)
    if shader is None:
        return Surface(material.name, tuple(np.clip(material.diffuse_color[:3], 0, 1).tolist())), None
    node = _picture_node(shader.inputs["Base Color"])
    image = None if node is None else pictures.get(material, node.image)
    color = (1.0, 1.0, 1.0) if image is not None else tuple(shader.inputs["Base Color"].default_value[:3])
    glow = float(np.max(shader.inputs["Emission Color"].default_value[:3]))
    glow *= _value(shader, "Emission Strength", 0.0) * (not shader.inputs["Emission Color"].is_linked)
    surface = Surface(
        material.name,
        tuple(np.clip(np.nan_to_num(color), 0, 1).tolist()),
        metallic=_value(shader, "Metallic", 0.0, 1.0),
        roughness=_value(shader, "Roughness", 0.5, 1.0),
        alpha=max(_value(shader, "Alpha", 1.0, 1.0), 0.05),
        coat=_value(shader, "Coat Weight", 0.0, 1.0),
        emission=float(np.clip(np.nan_to_num(glow), 0, 2)),
    )
    return surface, image


def _principled(material):
    nodes = material.node_tree.nodes if material.use_nodes and material.node_tree else ()
    return next((node for node in nodes if node.type == "BSDF_PRINCIPLED"), None)


def _value(shader, name: str, linked: float, most: float = 10.0) -> float:
    """Return a number of the shader; ``linked`` where a picture gives it."""
    socket = shader.inputs[name]
    return linked if socket.is_linked else float(np.clip(np.nan_to_num(socket.default_value), 0, most))


def _picture_node(socket):
    """Return the first image node upstream of a socket, or None."""
    waiting, seen = [link.from_node for link in socket.links], set()
    while waiting:
        node = waiting.pop(0)
        if node.name in seen:
            continue
        seen.add(node.name)
        if node.type == "TEX_IMAGE":
            return node
        waiting += [link.from_node for item in node.inputs for link in item.links]
    return None
