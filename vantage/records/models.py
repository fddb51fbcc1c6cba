"""What is known of a model as a whole, beside its views: voxels, a point cloud, keypoints, hash, licence.

A set rendered with ``--model-labels`` has one ``.npz`` file per model in its folder ``models``, joined to records by
``model_id``. The frame is that of the record: normalised, z up, front along -y; the voxel grid is a cube of side 1
about the origin, indexed x, y, z (docs/records.md).
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from vantage.archives import write_archive
from vantage.errors import DataError

FOLDER = "models"
"""Where a data set has them."""

SIZES = (32, 64)
"""Voxels along an edge of the grids."""

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
    voxels: Mapping[str, np.ndarray]
    points: np.ndarray
    point_normals: np.ndarray
    keypoint_names: tuple[str, ...]
    keypoints: np.ndarray
    mesh_hash: str
    licence: str = ""


def labels_file(model_id: str) -> str:
    """Return where a data set has the labels of a model: ``models/WORDS-DIGITS.npz``.

    Whatever the id is, the name is one that every file system takes and no other id has, also where upper and lower
    case are the same.
    """
    words = re.sub(r"[^A-Za-z0-9]+", "-", model_id)[:60].strip("-")
    return f"{FOLDER}/{words or 'model'}-{hashlib.sha256(model_id.encode()).hexdigest()[:16]}.npz"


def read_model_labels(folder: str | os.PathLike, model_id: str) -> ModelLabels:
    """Return the labels of a model of a data set.

    Args:
        folder: that ``vantage render --model-labels`` wrote.
        model_id: as in its records; it names no path, so that nothing outside the folder is read.

    Raises:
        DataError: there are none, or the file is damaged or another model's.
    """
    path = Path(folder) / labels_file(model_id)
    if not path.is_file():
        found = f"{folder} has no labels of the model {model_id!r}"
        raise DataError(found, do="render it with --model-labels (the same command with it adds them)")
    labels = load_labels(path)
    if labels.model_id != model_id:
        raise DataError(f"{path} holds labels of {labels.model_id!r}", f"those of {model_id!r}")
    return labels


def save_labels(path: str | os.PathLike, labels: ModelLabels) -> None:
    """Store labels as one ``.npz`` file, atomically; voxels take one bit each. Equal labels give equal bytes."""
    head = {name: getattr(labels, name) for name in ("model_id", "category", "keypoint_names", "mesh_hash", "licence")}
    arrays = {name: getattr(labels, name) for name in _ARRAYS}
    arrays |= {name: np.packbits(labels.voxels[name]) for name in _VOXELS}
    arrays["head"] = np.frombuffer(json.dumps(head).encode(), np.uint8)
    write_archive(path, arrays, compress=True)


def load_labels(path: str | os.PathLike) -> ModelLabels:
    """Return what `save_labels` stored.

    Raises:
        DataError: the file is damaged, or something else.
    """
    try:
        with np.load(path, allow_pickle=False) as data:
            head = json.loads(data["head"].tobytes())
            voxels = {name: _unpacked(data[name], int(name.rpartition("_")[2])) for name in _VOXELS}
            arrays = {name: _rows(data[name]) for name in _ARRAYS}
        return ModelLabels(**{**head, "keypoint_names": tuple(head["keypoint_names"])}, voxels=voxels, **arrays)
    except FileNotFoundError as error:
        raise DataError(f"there are no labels {path}", "a file that save_labels wrote") from error
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        text = " ".join(str(error).split())[:100]
        raise DataError(f"{path} holds no labels of a model ({text})", "a file that save_labels wrote") from error


def checked_entries(manifest: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return what a manifest says of the labels of models: ``model_id``, ``file``, ``bytes``, ``sha256`` of each.

    Raises:
        DataError: it is no such list, or a file is not the one that the model's labels are in.
    """
    entries = manifest.get("model_labels", [])
    try:
        wrong = [entry["file"] for entry in entries if entry["file"] != labels_file(entry["model_id"])]
        complete = all(isinstance(entry["sha256"], str) and isinstance(entry["bytes"], int) for entry in entries)
    except (KeyError, TypeError, AttributeError) as error:
        raise DataError(f"the manifest's model_labels cannot be read ({error!r})", "what vantage wrote") from error
    if wrong or not complete:
        found = f"the manifest's model_labels list {wrong[0]!r}" if wrong else "the manifest's model_labels lack facts"
        raise DataError(found, "files that vantage render wrote")
    return list(entries)


def _rows(points: np.ndarray) -> np.ndarray:
    if points.ndim != 2 or points.shape[1] != 3 or points.dtype.kind != "f":
        raise ValueError(f"an array {points.dtype} {points.shape} is no list of points")
    return points


def _unpacked(bits: np.ndarray, size: int) -> np.ndarray:
    if bits.size != size**3 // 8:
        raise ValueError(f"{bits.size} bytes are no grid of {size}^3 voxels")
    return np.unpackbits(bits, count=size**3).astype(bool).reshape(size, size, size)
