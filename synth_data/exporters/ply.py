"""A model as an ASCII PLY file with normals and colours, as the BOP toolkit reads it."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from synth_data.models import Model
from vantage.console import atomic_write

_HEADER = """ply
format ascii 1.0
comment {comment}
element vertex {vertices}
property float x
property float y
property float z
property float nx
property float ny
property float nz
property uchar red
property uchar green
property uchar blue
element face {faces}
property list uchar int vertex_indices
end_header
"""
_VERTEX = "%.6f %.6f %.6f %.5f %.5f %.5f %d %d %d"


def write_ply(path: Path, model: Model, scale: float) -> None:
    """Write ``model``, its lengths times ``scale``.

    A vertex where surfaces of different colour or shading normals meet is written once for each.
    """
    places, normals, colors, faces = _split(model)
    header = _HEADER.format(comment=f"{model.category}, made by Vantage", vertices=len(places), faces=len(faces))
    with atomic_write(path, "w") as file:
        file.write(header)
        np.savetxt(
            file, np.concatenate([places * scale, normals, colors], axis=1), "%.6f %.6f %.6f %.5f %.5f %.5f %d %d %d"
        )
        np.savetxt(file, np.concatenate([np.full((len(faces), 1), 3), faces], axis=1), "%d")


def _split(model: Model) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return vertices [n, 3], unit normals [n, 3], colours [n, 3] (0 to 255) and triangles [F, 3] into them."""
    corners = np.concatenate(
        [
            model.triangles.reshape(-1, 1),
            np.repeat(model.surface_of, 3)[:, None],
            np.rint(model.normals.reshape(-1, 3) * 1e4),
        ],
        axis=1,
    ).astype(np.int64)
    unique, inverse = np.unique(corners, axis=0, return_inverse=True)
    linear = np.array([surface.base_color for surface in model.surfaces])[unique[:, 1]]
    return model.vertices[unique[:, 0]], unique[:, 2:] / 1e4, _display(linear), inverse.reshape(-1, 3)


def _display(linear: np.ndarray) -> np.ndarray:
    """Return linear RGB in [0, 1] as sRGB, 0 to 255."""
    linear = linear.clip(0, 1)
    encoded = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return np.rint(255 * encoded)
