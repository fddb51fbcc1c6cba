"""COLMAP: a model for each scene, with images and masks where COLMAP's tools and Gaussian splatting look for them.

::

    images/000000.png          RGB on the background
    masks/000000.png.png       0 where the object is not
    sparse/0/cameras.bin, images.bin, points3D.bin

The 3D points are the models' keypoints; a view observes those that it sees.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from synth_data.exporters.transforms import intrinsics_of
from synth_data.exporters.views import Source, image_name, write_png
from synth_data.exporters.worlds import scene_facts, scene_folders
from vantage.geometry.rotations import quaternion_from_matrix
from vantage.records.scenes.colmap_binary import encode_binary
from vantage.records.scenes.colmap_model import ColmapCamera, ColmapImage, ColmapModel
from vantage.records.schema import VISIBLE

IMAGES, MASKS, MODEL = "images", "masks", "sparse/0"
_FEATURES = ("image", "mask", "intrinsics", "camera_from_world", "model_id", "keypoint_names")
_KEYPOINTS = ("keypoints_2d", "keypoints_3d", "keypoint_visibility")


class _Points:
    """The keypoints of all models of a scene, numbered from 1 as they come."""

    def __init__(self):
        self.numbers: dict[tuple[str, str], int] = {}
        self.places: list[np.ndarray] = []
        self.colors: list[list[np.ndarray]] = []
        self.errors: list[list[float]] = []

    def observe(self, view: Mapping[str, Any], camera_from_world: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return pixels [n, 2] and numbers [n] of the keypoints that ``view`` sees."""
        seen = np.flatnonzero(view["keypoint_visibility"] == VISIBLE)
        ids = [self._number(view, int(k)) for k in seen]
        pixels = view["keypoints_2d"][seen].astype(np.float64)
        points = view["keypoints_3d"][seen] @ camera_from_world[:3, :3].T + camera_from_world[:3, 3]
        projected = (points @ view["intrinsics"].astype(np.float64).T)[:, :2] / points[:, 2:]
        for k, pixel, point in zip(ids, pixels, projected):
            self.colors[k - 1].append(_color(view["image"], pixel))
            self.errors[k - 1].append(float(np.linalg.norm(pixel - point)))
        return pixels, np.array(ids, np.int64)

    def _number(self, view: Mapping[str, Any], row: int) -> int:
        key = (view["model_id"], view["keypoint_names"][row])
        if key not in self.numbers:
            self.numbers[key] = len(self.numbers) + 1
            self.places.append(view["keypoints_3d"][row].astype(np.float64))
            self.colors.append([])
            self.errors.append([])
        return self.numbers[key]


def write_colmap(source: Source, folder: Path) -> dict[str, Any]:
    """Write ``source`` into the empty ``folder``; return what to tell of it."""
    scenes = scene_folders(source, folder)
    for place, indices in scenes.items():
        _write_scene(source, place, indices)
    return scene_facts(source, folder, scenes)


def _write_scene(source: Source, folder: Path, indices: Sequence[int]) -> None:
    """Write one scene."""
    cameras: dict[tuple, ColmapCamera] = {}
    points, images = _Points(), []
    for index, view in source.views(*_FEATURES, *_KEYPOINTS, indices=indices):
        name = image_name(index)
        write_png(folder / IMAGES / name, source.pixels(view["image"]))
        write_png(folder / MASKS / f"{name}.png", view["mask"])
        camera = _camera(view, cameras)
        transform = view["camera_from_world"].astype(np.float64)
        quaternion = quaternion_from_matrix(transform[:3, :3])
        observed = points.observe(view, transform)
        images.append(ColmapImage(len(images) + 1, quaternion, transform[:3, 3], camera.camera_id, name, *observed))
    (folder / MODEL).mkdir(parents=True)
    for file, content in encode_binary(_model(cameras, images, points)).items():
        (folder / MODEL / file).write_bytes(content)


def _camera(view: Mapping[str, Any], cameras: dict[tuple, ColmapCamera]) -> ColmapCamera:
    """Return the camera of a view, the same for all with these intrinsics."""
    height, width = view["mask"].shape
    values = intrinsics_of(view["intrinsics"], width, height)
    key = tuple(values.values())
    if key not in cameras:
        cameras[key] = ColmapCamera(len(cameras) + 1, "PINHOLE", width, height, key[:4])
    return cameras[key]


def _model(cameras: Mapping[tuple, ColmapCamera], images: Sequence[ColmapImage], points: _Points) -> ColmapModel:
    """Return all as one model."""
    count = len(points.places)
    return ColmapModel(
        {camera.camera_id: camera for camera in cameras.values()},
        tuple(images),
        np.arange(1, count + 1),
        np.array(points.places).reshape(-1, 3),
        np.array([np.mean(colors, axis=0) for colors in points.colors]).reshape(-1, 3).astype(np.uint8),
        np.array([np.mean(errors) for errors in points.errors]),
    )


def _color(image: np.ndarray, pixel: np.ndarray) -> np.ndarray:
    """Return RGB of the pixel [4 channels] in which a point lies."""
    height, width = image.shape[:2]
    column, row = np.floor(pixel).astype(int).clip(0, (width - 1, height - 1))
    return image[row, column, :3]
