"""What a reader gives of a CAD file: meshes of one material each, in the frame of the file."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image

from synth_data.models import Surface
from vantage.errors import MeshError


@dataclass(frozen=True, eq=False)
class Piece:
    """Triangles that share a material.

    Attributes:
        vertices: float64 [V, 3], frame of the file.
        triangles: int [F, 3] into them.
        surface: the material, without a texture.
        normals: float [F, 3, 3], the shading normals of the corners; None where the file has none.
        uv: float [F, 3, 2] or None.
        colors: float [F, 3, 4], linear colours of the corners, or None.
        image: the base-colour picture, not decoded yet, or None.
    """

    vertices: np.ndarray
    triangles: np.ndarray
    surface: Surface
    normals: np.ndarray | None = None
    uv: np.ndarray | None = None
    colors: np.ndarray | None = None
    image: Image.Image | None = None


def check_triangles(vertices: np.ndarray, triangles: np.ndarray) -> None:
    """See that every corner is a vertex, and a finite one.

    Raises:
        MeshError: it is not.
    """
    if not (triangles.min() >= 0 and triangles.max() < len(vertices)):
        worst = triangles.max() if triangles.max() >= len(vertices) else triangles.min()
        found = f"a face of vertex {worst + 1}, where there are {len(vertices)}"
        raise MeshError(found, do="export it again")
    if not np.isfinite(vertices[triangles]).all():
        raise MeshError("vertices that are not finite", "numbers")


def turned(normals: np.ndarray, rotation: np.ndarray) -> np.ndarray | None:
    """Return normals [..., 3] as ``rotation`` [3, 3] (with scale, shear, mirror) turns them; None where it cannot."""
    if not (np.isfinite(normals).all() and np.isfinite(np.linalg.cond(rotation))):
        return None
    result = normals @ np.linalg.inv(rotation)
    length = np.linalg.norm(result, axis=-1, keepdims=True)
    return None if (length < 1e-12).any() else result / length


def flipped_where_mirrored(triangles: np.ndarray, rotation: np.ndarray) -> np.ndarray:
    """Return triangles [F, 3] that are counter-clockwise from outside after ``rotation`` too."""
    return triangles[:, ::-1] if np.linalg.det(rotation) < 0 else triangles
