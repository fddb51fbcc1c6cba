"""Reading a COLMAP model, text or binary, as a scene."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np

from vantage.errors import DataError
from vantage.geometry.cameras import Camera
from vantage.geometry.rotations import matrix_from_quaternion
from vantage.records.scenes import colmap_binary, colmap_text
from vantage.records.scenes.colmap_model import ColmapImage, ColmapModel
from vantage.records.scenes.files import check_size, inside
from vantage.records.scenes.scene import Scene, SceneView, depth_range_of, require_views

MODEL_PLACES = (".", "sparse/0", "sparse", "colmap/sparse/0", "colmap/txt", "colmap")
"""Where a model is looked for below a folder."""

IMAGE_PLACES = ("images", ".")
"""Where its images are looked for, below the folder and below the two above the model."""

_EXPECTED = "cameras, images and points3D as .bin or .txt"


def read_colmap(folder: str | os.PathLike, images: str | os.PathLike | None = None) -> Scene:
    """Return the scene of a COLMAP model, its views in the order of their names.

    Args:
        folder: has the model itself, or has it in one of `MODEL_PLACES`. Binary files come before text.
        images: folder that the names of images are relative to; found by itself where they lie as COLMAP's tools and
            ``vantage export`` put them.

    Images that are not there are passed over and noted.

    Raises:
        DataError: no model, a broken one, a camera model that is not read, an image whose size is not its camera's, or
            no image at all.
        ImageError: an image that cannot be opened.
    """
    folder = Path(folder)
    place = find_model(folder)
    model = read_model(place)
    root = Path(images) if images is not None else _image_folder(folder, place, model)
    views, missing = [], []
    rows, order = _sorted_ids(model, place)
    for image in model.images:
        path = inside(root, image.name, f"{place}, image {image.image_id}")
        if path.is_file():
            views.append(_view(image, path, model, place, rows, order))
        else:
            missing.append(image.name)
    views.sort(key=lambda view: view.image.as_posix())
    notes = require_views(str(place), views, missing)
    span = depth_range_of(views, model.points)
    return Scene(folder.resolve().name, tuple(views), model.points, model.colors, span, notes)


def read_model(folder: Path) -> ColmapModel:
    """Return the model whose files are in ``folder``, binary before text.

    Raises:
        DataError: no model there, or a broken one.
    """
    for module, read in ((colmap_binary, colmap_binary.read_binary), (colmap_text, colmap_text.read_text)):
        if all((folder / name).is_file() for name in (module.CAMERAS, module.IMAGES, module.POINTS)):
            return read(folder)
    raise DataError(f"{folder} has no COLMAP model", _EXPECTED)


def find_model(folder: Path) -> Path:
    """Return the first of `MODEL_PLACES` that has a model.

    Raises:
        DataError: none has.
    """
    for place in (folder / name for name in MODEL_PLACES):
        if any((place / module.IMAGES).is_file() for module in (colmap_binary, colmap_text)):
            return place
    raise DataError(f"{folder} has no COLMAP model", f"{_EXPECTED}, here or in sparse/0")


def _image_folder(folder: Path, place: Path, model: ColmapModel) -> Path:
    """Return the first folder that has one of the images; ``folder`` where none has."""
    above = place.resolve()
    bases = (folder, above.parent, above.parent.parent)
    for root in (base / name for base in bases for name in IMAGE_PLACES):
        if any(inside(root, image.name, f"{place}").is_file() for image in model.images):
            return root
    return folder


def _sorted_ids(model: ColmapModel, place: Path) -> tuple[np.ndarray, np.ndarray]:
    """Return the ids of all points in order, and their rows."""
    order = np.argsort(model.point_ids, kind="stable")
    ids = model.point_ids[order]
    if (np.diff(ids) == 0).any() or not np.isfinite(model.points).all():
        raise DataError(f"{place} has two points of one id, or one that is not finite", "a model of COLMAP's")
    return ids, order


def _view(image: ColmapImage, path: Path, model: ColmapModel, place: Path, ids, order) -> SceneView:
    """Return one view."""
    where = f"{place}, image {image.image_id}"
    camera = model.cameras.get(image.camera_id)
    if camera is None:
        raise DataError(f"{where} has the camera {image.camera_id}, which is not listed", "one of the model's cameras")
    check_size(path, camera.width, camera.height, where)
    shown = image.point_ids >= 0
    rows = np.searchsorted(ids, image.point_ids[shown])
    if len(rows) and (rows.max() >= len(ids) or (ids[rows] != image.point_ids[shown]).any()):
        raise DataError(f"{where} shows a 3D point that is not listed", "points of points3D")
    pinhole = Camera(camera.intrinsics(), _camera_from_world(image, where), camera.width, camera.height)
    return SceneView(path, pinhole, camera.lens(), points_seen=order[rows], points_2d=image.points_2d[shown])


def _camera_from_world(image: ColmapImage, where: str) -> np.ndarray:
    """Return [4, 4]."""
    length = np.linalg.norm(image.quaternion)
    if not np.isfinite([length, *image.translation]).all() or length < 1e-6:
        raise DataError(f"{where} has the quaternion {image.quaternion.tolist()}", "finite numbers, not all 0")
    result = np.eye(4)
    result[:3, :3] = matrix_from_quaternion(image.quaternion / length)
    result[:3, 3] = image.translation
    return result
