"""What is known of a model as a whole, beside its views: voxels, a point cloud, keypoints, hash, licence.

One ``.npz`` file per model, joined to records by ``model_id``. The frame is that of the record: normalised, z up, front
along -y; the voxel grid is described in `synth_data.voxels` (cube of side 1, order x, y, z).
"""

from __future__ import annotations

import hashlib
import json
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from synth_data.models import Model
from synth_data.voxels import solid_voxels, surface_voxels
from vantage.archives import write_archive
from vantage.errors import DataError

SIZES = (32, 64)
POINTS = 4096

_VOXELS = tuple(f"{kind}_{size}" for kind in ("solid", "surface") for size in SIZES)
_ARRAYS = ("points", "point_normals", "keypoints")


@dataclass(frozen=True, eq=False)
class ModelLabels:
    """Labels of one model.

    Attributes:
        model_id, category: as in the records.
        voxels: ``solid_32``, ``solid_64``, ``surface_32``, ``surface_64`` -> bool [n, n, n], x, y, z.
        points: float32 [n, 3], spread evenly over the surface, object frame.
        point_normals: float32 [n, 3], unit shading normals there.
        keypoint_names, keypoints: K names, float64 [K, 3].
        mesh_hash: sha256 of vertices and triangles.
        licence: of the model, or "".
    """

    model_id: str
    category: str
    voxels: dict[str, np.ndarray]
    points: np.ndarray
    point_normals: np.ndarray
    keypoint_names: tuple[str, ...]
    keypoints: np.ndarray
    mesh_hash: str
    licence: str = ""


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


def save_labels(path: str | Path, labels: ModelLabels) -> None:
    """Store labels as one ``.npz`` file, atomically; voxels take one bit each."""
    head = {name: getattr(labels, name) for name in ("model_id", "category", "keypoint_names", "mesh_hash", "licence")}
    arrays = {name: getattr(labels, name) for name in _ARRAYS}
    arrays |= {name: np.packbits(labels.voxels[name]) for name in _VOXELS}
    arrays["head"] = np.frombuffer(json.dumps(head).encode(), np.uint8)
    write_archive(path, arrays, compress=True)


def load_labels(path: str | Path) -> ModelLabels:
    """Return what `save_labels` stored.

    Raises:
        DataError: the file is damaged, or something else.
    """
    try:
        with np.load(path, allow_pickle=False) as data:
            head = json.loads(data["head"].tobytes())
            voxels = {name: _unpacked(data[name], int(name.rpartition("_")[2])) for name in _VOXELS}
            arrays = {name: data[name] for name in _ARRAYS}
        return ModelLabels(**{**head, "keypoint_names": tuple(head["keypoint_names"])}, voxels=voxels, **arrays)
    except FileNotFoundError as error:
        raise DataError(f"there are no labels {path}", "a file that save_labels wrote") from error
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        text = " ".join(str(error).split())[:100]
        raise DataError(f"{path} holds no labels of a model ({text})", "a file that save_labels wrote") from error


def _unpacked(bits: np.ndarray, size: int) -> np.ndarray:
    return np.unpackbits(bits, count=size**3).astype(bool).reshape(size, size, size)
