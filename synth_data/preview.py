"""A quick picture of a model without Blender: its colours under one lamp, some milliseconds for some thousand faces."""

from __future__ import annotations

import numpy as np

from synth_data.develop import srgb_from_linear
from synth_data.models import Model
from synth_data.normals import face_normals
from synth_data.raster import rasterise, screen_triangles
from synth_data.sampling.cameras import Framing, frame_object
from synth_data.sampling.viewpoints import Direction

BACKGROUND = (232, 235, 240)
LAMP = (-0.35, -0.75, 0.9)
"""Where the lamp stands, object frame: in front, above, on the viewer's left."""


def preview(model: Model, azimuth: float = 20.0, elevation: float = 15.0, size: int = 160) -> np.ndarray:
    """Return a picture of a model, uint8 RGB [size, size, 3].

    Args:
        model: what to show.
        azimuth, elevation: degrees, see docs/conventions.md.
        size: width and height, px.
    """
    _, camera = frame_object(Direction(azimuth, elevation, 0.0), Framing(25.0, 0.9), model.hull, size)
    screen = screen_triangles(model.vertices, model.triangles, camera.camera_from_world, camera.intrinsics)
    _, face = rasterise(screen, size, size)
    normals = face_normals(model.vertices, model.triangles)
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-30)
    seen = np.sign(np.einsum("fc,fc->f", normals, camera.centre - model.vertices[model.triangles[:, 0]]))
    light = 0.35 + 0.65 * np.clip(normals @ (np.array(LAMP) / np.linalg.norm(LAMP)) * seen, 0, 1)
    shown = np.round(255 * srgb_from_linear(np.clip(_face_colors(model) * light[:, None], 0, 1)))
    return np.where(face[..., None] >= 0, shown[face], BACKGROUND).astype(np.uint8)


def _face_colors(model: Model) -> np.ndarray:
    """Return the linear colour in the middle of each face, float [F, 3]."""
    colors = np.array([surface.base_color for surface in model.surfaces])[model.surface_of]
    if model.colors is not None:
        marked = np.array([surface.vertex_colors for surface in model.surfaces])[model.surface_of]
        colors = np.where(marked[:, None], colors * model.colors[..., :3].mean(axis=1), colors)
    textures = np.array([surface.texture for surface in model.surfaces])[model.surface_of]
    for number, texture in enumerate(model.textures):
        faces = np.flatnonzero(textures == number)
        u, v = (model.uv[faces].mean(axis=1) % 1).T
        height, width = texture.shape[:2]
        texel = texture[((1 - v) * height).astype(int) % height, (u * width).astype(int) % width, :3]
        colors[faces] *= (texel / 255.0) ** 2.2
    return colors
