"""The CAD models of PASCAL3D+ and ObjectNet3D, which views name by ``cad_index``: z up, front along -y.

``CAD/car/01.off`` (ObjectNet3D: ``CAD/off/car/01.off``), else the struct array of ``CAD/car.mat``.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from vantage.benchmarks.matlab import read_mat
from vantage.errors import DataError, MeshError


@dataclass(frozen=True, eq=False)
class ReleaseCad:
    """A CAD model.

    Attributes:
        vertices: [n, 3], in the units in which a view's distance is.
        faces: int [m, 3], from 0.
    """

    vertices: np.ndarray
    faces: np.ndarray


def read_cad(root: Path, category: str, index: int) -> ReleaseCad:
    """Return CAD model ``index`` (from 0) of a class.

    Raises:
        DataError: the release has no CAD models, none of the class, or not so many.
        MeshError: the file is damaged.
    """
    folder = root / "CAD"
    if not folder.is_dir():
        raise DataError(f"{root} has no CAD models", "the folder CAD of the release", "unpack or copy it too")
    name = f"{index + 1:02}.off"
    for path in (folder / category / name, folder / "off" / category / name):
        if path.is_file():
            return _read_off(path)
    path = folder / f"{category}.mat"
    if not path.is_file():
        raise DataError(f"{folder} has neither {category}/{name} nor {category}.mat", "a CAD model of each class")
    return _read_struct(path, category, index)


def _read_off(path: Path) -> ReleaseCad:
    """Return the triangles of an OFF file."""
    words = path.read_text(encoding="utf-8", errors="replace").split()
    try:
        vertices, faces = int(words[1]), int(words[2])
        end = 4 + 3 * vertices
        corners = np.array(words[end : end + 4 * faces], np.int64).reshape(faces, 4)
        return _checked(path, np.array(words[4:end], np.float64).reshape(vertices, 3), corners[:, 1:])
    except (ValueError, IndexError) as error:
        raise MeshError(f"{path} is no OFF file of triangles ({error})", "OFF, counts, vertices, triangles") from error


def _read_struct(path: Path, category: str, index: int) -> ReleaseCad:
    """Return an entry of a struct array with vertices and faces, which count from 1."""
    models = read_mat(path, {category, "vertices", "faces"}).get(category)
    models = [model for model in models if isinstance(model, dict)] if isinstance(models, list) else []
    arrays = [models[index].get(name) for name in ("vertices", "faces")] if index < len(models) else [None]
    if not all(isinstance(array, np.ndarray) for array in arrays):
        found = f"{path} has {len(models)} models; number {index + 1} was asked for"
        raise DataError(found, f"a struct array {category} with vertices and faces")
    return _checked(path, arrays[0], arrays[1].astype(np.int64) - 1)


def _checked(path: Path, vertices: np.ndarray, faces: np.ndarray) -> ReleaseCad:
    """Refuse arrays that are no mesh of triangles."""
    shaped = vertices.ndim == faces.ndim == 2 and vertices.shape[1] == faces.shape[1] == 3 and len(vertices)
    if (
        not shaped
        or not np.isfinite(vertices).all()
        or (faces.size and not 0 <= faces.min() <= faces.max() < len(vertices))
    ):
        raise MeshError(f"{path} holds no mesh of triangles", "finite vertices, and faces of three of them")
    return ReleaseCad(vertices, faces)
