"""How different the shapes of a category are: the mean overlap of their voxels, two by two.

The intersection over union of two shapes' solid voxels is 1 for equal shapes and 0 for shapes that share no voxel. All
are in the normalised frame (diagonal 1, centre at the origin, front along -y), so what is left are differences of form.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from synth_data.shapes.mesh import Shape
from synth_data.shapes.registry import sample_shape
from synth_data.voxels import solid_voxels
from vantage.errors import UserError

SIZE = 32
"""Voxels along each axis of the unit cube."""


def shape_voxels(shape: Shape, size: int = SIZE) -> np.ndarray:
    """Return the solid voxels of a normalised shape, bool [size, size, size] in the order x, y, z."""
    starts = np.cumsum([0] + [len(part.vertices) for part in shape.parts[:-1]])
    vertices = np.concatenate([part.vertices for part in shape.parts])
    triangles = np.concatenate([part.faces + start for part, start in zip(shape.parts, starts)])
    return solid_voxels(vertices, triangles, size)


def pairwise_iou(voxels: np.ndarray) -> np.ndarray:
    """Return the intersection over union of every two of ``voxels`` bool [n, ...], float64 [n, n]; 1 for two empty."""
    flat = np.asarray(voxels, bool).reshape(len(voxels), -1).astype(np.float32)
    shared = (flat @ flat.T).astype(np.float64)
    count = np.diag(shared)
    united = count[:, None] + count[None] - shared
    return np.divide(shared, united, out=np.ones_like(shared), where=united > 0)


def mean_pairwise_iou(voxels: np.ndarray) -> float:
    """Return the mean over all pairs of different ``voxels`` bool [n, ...].

    Raises:
        UserError: fewer than two.
    """
    if len(voxels) < 2:
        raise UserError(f"the variety of {len(voxels)} shapes", "at least 2")
    iou = pairwise_iou(voxels)
    return float(iou[np.triu_indices(len(iou), 1)].mean())


def category_variety(category: str, seeds: Sequence[int], size: int = SIZE) -> float:
    """Return the mean pairwise IoU of the shapes of ``category`` that belong to ``seeds``; lower is more varied.

    Raises:
        UserError: an unknown category, or fewer than two seeds.
    """
    return mean_pairwise_iou(np.array([shape_voxels(sample_shape(category, int(seed)), size) for seed in seeds]))
