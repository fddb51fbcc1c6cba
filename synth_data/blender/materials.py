"""Surfaces as node materials of Cycles, whose numbers can be changed from picture to picture."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import bpy
import numpy as np

from synth_data.models import Surface

_STRETCH = {"wood": (1.0, 1.0, 0.12), "brushed": (1.0, 1.0, 0.05)}
"""Patterns that run along one axis (the object's z)."""


TEMPLATE = "template"

CORNER_COLORS = "corner colors"
"""Name of the vertex colours; by the name ``color`` Cycles understands the colour of a volume, and draws black."""

ALBEDO = "albedo"
"""Name of the pass that takes base colours; sorts behind Blender's own ``Combined``."""


class Shader:
    """One material and the nodes that hold its numbers."""

    def __init__(self, material: bpy.types.Material, image: bpy.types.Image | None):
        self.material = material
        self.image = image
        nodes = material.node_tree.nodes
        self._principled = nodes["principled"]
        self._color = nodes["color"]
        self._current: Surface | None = None

    def set(self, surface: Surface) -> None:
        """Give the material the numbers of ``surface``; nothing happens where it has them already."""
        if surface == self._current:
            return
        self._current = surface
        self._color.outputs[0].default_value = (*surface.base_color, 1.0)
        inputs = self._principled.inputs
        values = {
            "Metallic": surface.metallic,
            "Roughness": max(surface.roughness, 0.02),
            "Alpha": surface.alpha,
            "Coat Weight": surface.coat,
            "Emission Strength": surface.emission,
        }
        for name, value in values.items():
            inputs[name].default_value = value
        inputs["Coat Roughness"].default_value = 0.03

    def remove(self) -> None:
        """Delete the material and its image from Blender."""
        bpy.data.materials.remove(self.material)
        if self.image is not None:
            bpy.data.images.remove(self.image)


def build_shader(surface: Surface, textures: Sequence[np.ndarray], albedo: bool = False) -> Shader:
    """Make the material of a surface.

    Args:
        surface: its numbers.
        textures: the model's; the surface's, if any, is one of them (uint8 RGBA [h, w, 4]).
        albedo: also write the base colour into the pass `ALBEDO`.
    """
    material = _template().copy()
    material.name = surface.name
    shader = Shader(material, _decorate(material.node_tree, surface, textures))
    shader.set(surface)
    if albedo:
        _write_base_color(material.node_tree)
    return shader


def _template() -> bpy.types.Material:
    """Return the plain material that all others are copies of: copying nodes is far cheaper than making them."""
    found = bpy.data.materials.get(TEMPLATE)
    if found is not None:
        return found
    material = bpy.data.materials.new(TEMPLATE)
    material.use_nodes = True
    tree = material.node_tree
    tree.nodes.clear()
    output = tree.nodes.new("ShaderNodeOutputMaterial")
    principled = _node(tree, "ShaderNodeBsdfPrincipled", "principled")
    color = _node(tree, "ShaderNodeRGB", "color").outputs[0]
    tree.links.new(principled.outputs["BSDF"], output.inputs["Surface"])
    tree.links.new(color, principled.inputs["Base Color"])
    tree.links.new(color, principled.inputs["Emission Color"])
    return material


def _decorate(tree: bpy.types.NodeTree, surface: Surface, textures: Sequence[np.ndarray]) -> bpy.types.Image | None:
    """Put pattern, texture and vertex colours, where the surface has them, between colour and shader."""
    if not (surface.pattern or surface.texture >= 0 or surface.vertex_colors):
        return None
    color, image = tree.nodes["color"].outputs[0], None
    if surface.pattern:
        color = _patterned(tree, surface, color)
    if surface.texture >= 0:
        image = _image(surface.name, textures[surface.texture])
        texture = _node(tree, "ShaderNodeTexImage", "image")
        texture.image = image
        color = _multiplied(tree, color, texture.outputs["Color"])
    if surface.vertex_colors:
        attribute = _node(tree, "ShaderNodeAttribute", "vertex colours")
        attribute.attribute_name = CORNER_COLORS
        color = _multiplied(tree, color, attribute.outputs["Color"])
    inputs = tree.nodes["principled"].inputs
    tree.links.new(color, inputs["Base Color"])
    tree.links.new(color, inputs["Emission Color"])
    return image


def _write_base_color(tree: bpy.types.NodeTree) -> None:
    """Send what the shader takes as its base colour into the pass `ALBEDO` too."""
    node = tree.nodes.new("ShaderNodeOutputAOV")
    node.aov_name = ALBEDO
    tree.links.new(tree.nodes["principled"].inputs["Base Color"].links[0].from_socket, node.inputs["Color"])


def _node(tree: bpy.types.NodeTree, kind: str, name: str) -> Any:
    node = tree.nodes.new(kind)
    node.name = name
    return node


def _multiplied(tree: bpy.types.NodeTree, first: Any, second: Any) -> Any:
    """Return the product of two colours."""
    mix = _mix(tree, "MULTIPLY")
    mix.inputs["Factor"].default_value = 1.0
    tree.links.new(first, mix.inputs[6])
    tree.links.new(second, mix.inputs[7])
    return mix.outputs[2]


def _mix(tree: bpy.types.NodeTree, blend: str) -> Any:
    mix = tree.nodes.new("ShaderNodeMix")
    mix.data_type, mix.blend_type = "RGBA", blend
    return mix


def _patterned(tree: bpy.types.NodeTree, surface: Surface, color: Any) -> Any:
    """Return the base colour mixed with the pattern's by noise in object coordinates."""
    coordinates = tree.nodes.new("ShaderNodeTexCoord").outputs["Object"]
    mapping = tree.nodes.new("ShaderNodeMapping")
    scale = 1.0 / surface.pattern_scale
    mapping.inputs["Scale"].default_value = [scale * axis for axis in _STRETCH.get(surface.pattern, (1.0, 1.0, 1.0))]
    noise = tree.nodes.new("ShaderNodeTexNoise")
    noise.inputs["Scale"].default_value = 2.0
    noise.inputs["Detail"].default_value = 2.0
    mix = _mix(tree, "MIX")
    mix.inputs[7].default_value = (*surface.pattern_color, 1.0)
    tree.links.new(coordinates, mapping.inputs["Vector"])
    tree.links.new(mapping.outputs["Vector"], noise.inputs["Vector"])
    tree.links.new(noise.outputs[0], mix.inputs["Factor"])
    tree.links.new(color, mix.inputs[6])
    return mix.outputs[2]


def _image(name: str, pixels: np.ndarray) -> bpy.types.Image:
    """Return an image of uint8 display values [h, w, 4], first row at the top."""
    height, width = pixels.shape[:2]
    image = bpy.data.images.new(name, width, height, alpha=True)
    image.pixels.foreach_set((pixels[::-1].astype(np.float32) / 255.0).ravel())
    image.update()
    return image
