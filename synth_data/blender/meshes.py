"""Models as Blender meshes and materials, a limited number of them kept."""

from __future__ import annotations

from collections import OrderedDict

import bpy
import numpy as np

from synth_data.blender.materials import CORNER_COLORS, Shader, build_shader
from synth_data.models import Model
from synth_data.normals import edge_names, sharp_edges, unit_normals

KEPT = 24
"""Models that stay in Blender's memory; older ones are removed. A worker has its share of a set: few come again."""


class Library:
    """Meshes by model id, built when first asked for; with ``albedo`` their materials write base colours too."""

    def __init__(self, kept: int = KEPT, albedo: bool = False):
        self._kept, self._albedo = kept, albedo
        self._entries: OrderedDict[str, tuple[bpy.types.Mesh, list[Shader]]] = OrderedDict()

    def get(self, model: Model) -> tuple[bpy.types.Mesh, list[Shader]]:
        """Return the mesh and the shaders, in the order of ``model.surfaces``, of a model."""
        if model.model_id not in self._entries:
            self._entries[model.model_id] = _build(model, self._albedo)
        self._entries.move_to_end(model.model_id)
        return self._entries[model.model_id]

    def trim(self, in_use: str) -> None:
        """Remove the longest unused models beyond the limit, but not ``in_use``."""
        while len(self._entries) > self._kept:
            name = next(iter(self._entries))
            if name == in_use:
                return
            mesh, shaders = self._entries.pop(name)
            bpy.data.meshes.remove(mesh)
            for shader in shaders:
                shader.remove()


def mesh_from_arrays(name: str, vertices: np.ndarray, triangles: np.ndarray) -> bpy.types.Mesh:
    """Return a mesh of vertices [V, 3] and triangles [F, 3]."""
    mesh = bpy.data.meshes.new(name)
    mesh.vertices.add(len(vertices))
    mesh.loops.add(triangles.size)
    mesh.polygons.add(len(triangles))
    _fill(mesh.attributes["position"], "vector", vertices, np.float32)  # many times faster than by vertices, loops
    _fill(mesh.attributes[".corner_vert"], "value", triangles, np.int32)
    mesh.polygons.foreach_set("loop_start", np.arange(0, triangles.size, 3, dtype=np.int32))
    return mesh


def _fill(attribute: bpy.types.Attribute, name: str, values: np.ndarray, dtype: type) -> None:
    attribute.data.foreach_set(name, np.ascontiguousarray(values, dtype).ravel())


def _build(model: Model, albedo: bool) -> tuple[bpy.types.Mesh, list[Shader]]:
    """Make the mesh of a model, with normals, coordinates, colours and materials."""
    mesh = mesh_from_arrays(model.model_id, model.vertices, model.triangles)
    _fill(mesh.attributes.new("material_index", "INT", "FACE"), "value", model.surface_of, np.int32)
    if model.uv is not None:
        layer = mesh.uv_layers.new(name="uv")
        layer.uv.foreach_set("vector", np.ascontiguousarray(model.uv, np.float32).ravel())
    if model.colors is not None:
        layer = mesh.color_attributes.new(CORNER_COLORS, "FLOAT_COLOR", "CORNER")
        layer.data.foreach_set("color", np.ascontiguousarray(model.colors, np.float32).ravel())
    mesh.update()
    # As plain vectors: `normals_split_custom_set` takes 40 ms for 27,000 triangles, rounds, and merges what is close.
    normals = unit_normals(model.normals, model.vertices, model.triangles)
    _fill(mesh.attributes.new("custom_normal", "FLOAT_VECTOR", "CORNER"), "vector", normals, np.float32)
    _open_sharp_edges(mesh, model.triangles, normals)
    shaders = [build_shader(surface, model.textures, albedo) for surface in model.surfaces]
    for shader in shaders:
        mesh.materials.append(shader.material)
    return mesh, shaders


def _open_sharp_edges(mesh: bpy.types.Mesh, triangles: np.ndarray, normals: np.ndarray) -> None:
    """Mark the edges at which corners that meet have normals of their own.

    Cycles keeps the corners of an edge apart only where it is marked; elsewhere it shades both sides with the normal of
    one, which is black on the side that looks the other way.
    """
    sharp = sharp_edges(triangles, normals)
    if not len(sharp):
        return
    ends = np.empty(2 * len(mesh.edges), np.int32)
    mesh.attributes[".edge_verts"].data.foreach_get("value", ends)
    marked = mesh.attributes.get("sharp_edge") or mesh.attributes.new("sharp_edge", "BOOLEAN", "EDGE")
    _fill(marked, "value", np.isin(edge_names(ends.reshape(-1, 2)), sharp), bool)
