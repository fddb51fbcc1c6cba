"""Makes the labels of a model as a whole: voxels, points, keypoints, hash, licence (`vantage.records.models`)."""

from __future__ import annotations

import hashlib

import numpy as np

from synth_data.models import Model
from synth_data.voxels import solid_voxels, surface_voxels
from vantage.records.models import SIZES, ModelLabels

POINTS = 4096
"""Of the cloud."""


def label_model(model: Model, licence: str = "", count: int = POINTS, seed: int = 0) -> ModelLabels:
    """Return the labels of a model.

    Args:
        model: in the object frame.
        licence: to store with it.
        count: points of the cloud.
        seed: of the cloud; with the mesh, it settles every point.
    """
    points, normals = sample_points(model, count, np.random.default_rng([seed, len(model.triangles)]))
    makers = {"solid": solid_voxels, "surface": surface_voxels}
    voxels = {f"{kind}_{size}": make(model.vertices, model.triangles, size)
              for kind, make in makers.items() for size in SIZES}  # fmt: skip
    names = tuple(model.keypoint_names)
    return ModelLabels(model.model_id, model.category, voxels, points, normals, names, model.keypoints,
                       mesh_hash(model.vertices, model.triangles), licence)  # fmt: skip


def sample_points(model: Model, count: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Draw points from the surface, in proportion to area, one from each of ``count`` equal shares of it.

    Returns:
        points and unit shading normals, float32 [count, 3] each.
    """
    corners = model.vertices[model.triangles]
    area = np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1)
    ends = np.cumsum(area)
    place = (np.arange(count) + rng.random(count)) / count * ends[-1]
    triangle = np.minimum(np.searchsorted(ends, place, side="right"), len(area) - 1)
    root, other = np.sqrt(rng.random(count)), rng.random(count)
    weight = np.stack([1 - root, root * (1 - other), root * other], -1)[..., None]
    normals = (weight * model.normals[triangle]).sum(axis=1)
    length = np.linalg.norm(normals, axis=1, keepdims=True)
    flat = np.cross(corners[triangle, 1] - corners[triangle, 0], corners[triangle, 2] - corners[triangle, 0])
    flat /= np.maximum(np.linalg.norm(flat, axis=1, keepdims=True), 1e-30)
    normals = np.where(length > 1e-6, normals / np.maximum(length, 1e-6), flat)
    return (weight * corners[triangle]).sum(axis=1).astype(np.float32), normals.astype(np.float32)


def mesh_hash(vertices: np.ndarray, triangles: np.ndarray) -> str:
    """Return the sha256 of a mesh: vertices as little-endian float32 [V, 3], then triangles as int32 [F, 3]."""
    digest = hashlib.sha256(np.ascontiguousarray(vertices, "<f4").tobytes())
    digest.update(np.ascontiguousarray(triangles, "<i4").tobytes())
    return digest.hexdigest()
