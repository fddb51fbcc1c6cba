"""Reading data sets of BOP (scene-wise): images with the poses of the objects in them, and the objects' models.

Lengths are millimetres. The camera frame is OpenCV's; ``cam_K`` is taken as it stands. The fields are those of
``bop_datasets_format.md`` of the BOP toolkit.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from vantage.errors import DataError
from vantage.geometry.cameras import Camera
from vantage.records.scenes.files import image_size, number, read_json, rigid

IMAGE_FOLDERS = ("rgb", "gray")
SUFFIXES = (".png", ".jpg", ".tif")
_EXPECTED = "a BOP data set, with scenes such as train/000001"


@dataclass(frozen=True, eq=False)
class BopObject:
    """One object in an image.

    Attributes:
        obj_id: its model.
        camera_from_model: float64 [4, 4], millimetres.
        mask, mask_visib: files of the silhouette and of its visible part; None without.
        box, box_visib: float64 [4], x0, y0, x1, y1 (edges), pixels, of the silhouette (which may leave the frame) and
            of its visible part; None where nothing is visible or no scene_gt_info.json says.
        visible_fraction: of the silhouette; None without scene_gt_info.json.
    """

    obj_id: int
    camera_from_model: np.ndarray
    mask: Path | None = None
    mask_visib: Path | None = None
    box: np.ndarray | None = None
    box_visib: np.ndarray | None = None
    visible_fraction: float | None = None


@dataclass(frozen=True, eq=False)
class BopView:
    """One image.

    Attributes:
        scene_id, image_id: its numbers.
        image: the file.
        camera: its world is the scene's (millimetres), or the camera itself where the file does not say.
        depth: file, None without.
        depth_scale: millimetres for one step of it.
        objects: what is in it.
    """

    scene_id: int
    image_id: int
    image: Path
    camera: Camera
    depth: Path | None
    depth_scale: float
    objects: tuple[BopObject, ...]


@dataclass(frozen=True, eq=False)
class BopModel:
    """One object.

    Attributes:
        obj_id: its number.
        mesh: a PLY file, millimetres.
        diameter: the largest distance of two vertices.
        box: float64 [2, 3], low and high corner.
        symmetries: float64 [n, 4, 4], transforms that leave it as it is, without the identity.
        axes: float64 [m, 2, 3], axis and offset of turns by any angle that leave it as it is.
    """

    obj_id: int
    mesh: Path
    diameter: float
    box: np.ndarray
    symmetries: np.ndarray
    axes: np.ndarray


def read_bop(folder: str | os.PathLike, split: str = "train") -> list[BopView]:
    """Return all images of a split, by scene and number.

    Raises:
        DataError: no such split, a scene without its files, a broken one, or an image that is missing.
        ImageError: an image that cannot be opened.
    """
    folder = Path(folder)
    places = sorted(path for path in (folder / split).glob("*") if path.is_dir() and path.name.isdecimal())
    if not places:
        raise DataError(f"{folder} has no scenes in {split}", _EXPECTED)
    return [view for place in places for view in _scene(place)]


def read_bop_models(folder: str | os.PathLike) -> dict[int, BopModel]:
    """Return the models of a data set by object id.

    Raises:
        DataError: no models_info.json, a broken one, or a missing mesh.
    """
    place = Path(folder) / "models"
    where = str(place / "models_info.json")
    models = {}
    for obj_id, entry in _numbered(read_json(place / "models_info.json", _EXPECTED), where).items():
        mesh = place / f"obj_{obj_id:06d}.ply"
        if not isinstance(entry, dict) or not mesh.is_file():
            raise DataError(f"{where}, object {obj_id} has no entry or no {mesh.name}", _EXPECTED)
        models[obj_id] = _model(obj_id, mesh, entry, f"{where}, object {obj_id}")
    return models


def _scene(place: Path) -> list[BopView]:
    """Return the views of one scene."""
    cameras, truth = (
        _numbered(read_json(place / f"{name}.json", _EXPECTED), f"{place / name}.json")
        for name in ("scene_camera", "scene_gt")
    )
    path = place / "scene_gt_info.json"
    infos = _numbered(read_json(path, _EXPECTED), str(path)) if path.is_file() else {}
    views = []
    for image_id, entry in sorted(cameras.items()):
        where = f"{place}, image {image_id}"
        objects = truth.get(image_id, [])
        info = infos.get(image_id, [{}] * len(objects) if isinstance(objects, list) else [])
        whole = isinstance(objects, list) and isinstance(info, list) and len(objects) == len(info)
        if not whole or not all(isinstance(item, dict) for item in [entry, *objects, *info]):
            raise DataError(f"{where}: scene_gt and scene_gt_info do not go together", _EXPECTED)
        shown = [_object(place, image_id, k, *pair, where) for k, pair in enumerate(zip(objects, info))]
        views.append(_view(place, image_id, entry, tuple(shown), where))
    return views


def _numbered(content: Any, where: str) -> dict[int, Any]:
    """Return a JSON object whose names are numbers."""
    if not isinstance(content, dict) or not all(name.isdecimal() for name in content):
        raise DataError(f"{where} is no object with numbers as names", _EXPECTED)
    return {int(name): value for name, value in content.items()}


def _view(place: Path, image_id: int, entry: Mapping[str, Any], objects: tuple[BopObject, ...], where: str) -> BopView:
    """Return one image."""
    image = next((path for name in IMAGE_FOLDERS if (path := _file(place / name, f"{image_id:06d}"))), None)
    if image is None:
        raise DataError(f"{where} has no file in rgb or gray", _EXPECTED)
    intrinsics = _matrix(entry.get("cam_K"), (3, 3), f"{where}: cam_K")
    world = np.eye(4)
    if "cam_R_w2c" in entry:
        world = _transform(entry, "cam_R_w2c", "cam_t_w2c", where)
    scale = number(entry.get("depth_scale", 1.0), "depth_scale", where, positive=True)
    depth = _file(place / "depth", f"{image_id:06d}")
    return BopView(
        int(place.name), image_id, image, Camera(intrinsics, world, *image_size(image)), depth, scale, objects
    )


def _object(place: Path, image_id: int, k: int, entry: Mapping[str, Any], info: Mapping[str, Any], where: str):
    """Return one object of an image."""
    obj_id = number(entry.get("obj_id"), "obj_id", where, positive=True)
    stem = f"{image_id:06d}_{k:06d}"
    fraction = number(info["visib_fract"], "visib_fract", where) if "visib_fract" in info else None
    return BopObject(
        int(obj_id),
        _transform(entry, "cam_R_m2c", "cam_t_m2c", where),
        _file(place / "mask", stem),
        _file(place / "mask_visib", stem),
        _box(info, "bbox_obj", where),
        _box(info, "bbox_visib", where),
        fraction,
    )


def _model(obj_id: int, mesh: Path, entry: Mapping[str, Any], where: str) -> BopModel:
    """Return one model."""
    low, size = (
        np.array([number(entry.get(f"{name}_{axis}"), f"{name}_{axis}", where) for axis in "xyz"])
        for name in ("min", "size")
    )
    discrete = entry.get("symmetries_discrete", [])
    continuous = entry.get("symmetries_continuous", [])
    turns = [_matrix(turn, (4, 4), f"{where}: symmetries_discrete") for turn in discrete]
    axes = [
        [_matrix(item.get(name), (3,), f"{where}: symmetries_continuous") for name in ("axis", "offset")]
        for item in continuous
    ]
    return BopModel(
        obj_id,
        mesh,
        number(entry.get("diameter"), "diameter", where, positive=True),
        np.stack([low, low + size]),
        np.array(turns).reshape(-1, 4, 4),
        np.array(axes).reshape(-1, 2, 3),
    )


def _file(folder: Path, stem: str) -> Path | None:
    """Return the image file of that stem, or None."""
    return next((path for suffix in SUFFIXES if (path := folder / f"{stem}{suffix}").is_file()), None)


def _transform(entry: Mapping[str, Any], rotation: str, translation: str, where: str) -> np.ndarray:
    """Return [4, 4] of a rotation and a translation."""
    turn = _matrix(entry.get(rotation), (3, 3), f"{where}: {rotation}")
    shift = _matrix(entry.get(translation), (3,), f"{where}: {translation}")
    return rigid(np.concatenate([turn, shift[:, None]], axis=1), f"{where}: {rotation}")


def _matrix(values: Any, shape: tuple[int, ...], where: str) -> np.ndarray:
    """Return finite numbers in a shape, whether they were nested or row after row."""
    try:
        found = np.array(values, np.float64)
    except (TypeError, ValueError):
        found = np.zeros(0)
    if found.size != np.prod(shape) or not np.isfinite(found).all():
        raise DataError(f"{where} is {str(values)[:60]}", f"{int(np.prod(shape))} numbers")
    return found.reshape(shape)


def _box(info: Mapping[str, Any], name: str, where: str) -> np.ndarray | None:
    """Return x0, y0, x1, y1 of x, y, width, height; None for BOP's -1, -1, -1, -1."""
    if name not in info:
        return None
    x, y, width, height = _matrix(info[name], (4,), f"{where}: {name}")
    return np.array([x, y, x + width, y + height]) if width >= 0 and height >= 0 else None
