"""COLMAP's binary files: cameras.bin, images.bin, points3D.bin (little-endian)."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from vantage.console import atomic_write
from vantage.errors import DataError
from vantage.records.scenes.colmap_model import CAMERA_KINDS, ColmapCamera, ColmapImage, ColmapModel

CAMERAS, IMAGES, POINTS = "cameras.bin", "images.bin", "points3D.bin"
_KINDS = {kind.number: name for name, kind in CAMERA_KINDS.items()}
_POINT_2D = np.dtype([("xy", "<f8", 2), ("id", "<i8")])
_TRACK = np.dtype("<i4")


class _Bytes:
    """A file's bytes, taken from the front; taking more than there are is an error that names the file."""

    def __init__(self, path: Path):
        self.path, self.data, self.place = path, path.read_bytes(), 0

    def take(self, layout: str) -> tuple:
        """Return the numbers of a `struct` layout."""
        size = struct.calcsize(layout)
        return struct.unpack(layout, self._next(size))

    def array(self, dtype: np.dtype, count: int) -> np.ndarray:
        """Return ``count`` items."""
        return np.frombuffer(self._next(dtype.itemsize * count), dtype)

    def text(self) -> str:
        """Return the text up to the next 0."""
        end = self.data.find(b"\0", self.place)
        if end < 0:
            self._cut()
        found = self.data[self.place : end]
        self.place = end + 1
        try:
            return found.decode()
        except UnicodeDecodeError as error:
            raise DataError(f"{self.path} has an image name that is no text ({error})", "a file of COLMAP's") from error

    def count(self) -> int:
        """Return the number of entries, each of which takes more than one byte."""
        (count,) = self.take("<Q")
        if count > len(self.data):
            self._cut()
        return count

    def finish(self) -> None:
        """Raise where bytes are left."""
        if self.place != len(self.data):
            raise DataError(f"{self.path} has {len(self.data) - self.place} bytes too many", "a file of COLMAP's")

    def _next(self, size: int) -> bytes:
        start, self.place = self.place, self.place + size
        if self.place > len(self.data):
            self._cut()
        return self.data[start : self.place]

    def _cut(self):
        raise DataError(f"{self.path} ends too early ({len(self.data)} bytes)", "a whole file", "copy it again")


def read_binary(folder: Path) -> ColmapModel:
    """Return the model in a folder of binary files.

    Raises:
        DataError: a file that is cut short or too long, or a camera model that is not read.
    """
    cameras = {camera.camera_id: camera for camera in _read_all(folder / CAMERAS, _read_camera)}
    images = tuple(_read_all(folder / IMAGES, _read_image))
    points = _read_all(folder / POINTS, _read_point)
    table = np.array([(*point[1:4], point[7]) for point in points], np.float64).reshape(-1, 4)
    colors = np.array([point[4:7] for point in points], np.uint8).reshape(-1, 3)
    ids = np.array([point[0] for point in points], np.uint64).astype(np.int64)
    return ColmapModel(cameras, images, ids, table[:, :3], colors, table[:, 3])


def write_binary(folder: Path, model: ColmapModel) -> None:
    """Write a model as binary files into ``folder``, each atomically."""
    for name, content in encode_binary(model).items():
        with atomic_write(folder / name) as file:
            file.write(content)


def encode_binary(model: ColmapModel) -> dict[str, bytes]:
    """Return the content of each of the three files, by name."""
    tracks = model.tracks()
    cameras = [_encode_camera(camera) for camera in model.cameras.values()]
    points = [_encode_point(model, row, track) for row, track in enumerate(tracks)]
    parts = {CAMERAS: cameras, IMAGES: [_encode_image(image) for image in model.images], POINTS: points}
    return {name: struct.pack("<Q", len(entries)) + b"".join(entries) for name, entries in parts.items()}


def _encode_camera(camera: ColmapCamera) -> bytes:
    number = CAMERA_KINDS[camera.model].number
    head = struct.pack("<iiQQ", camera.camera_id, number, camera.width, camera.height)
    return head + np.array(camera.params, "<f8").tobytes()


def _encode_image(image: ColmapImage) -> bytes:
    head = struct.pack("<I7di", image.image_id, *image.quaternion, *image.translation, image.camera_id)
    table = np.zeros(len(image.point_ids), _POINT_2D)
    table["xy"], table["id"] = image.points_2d, image.point_ids
    return head + image.name.encode() + b"\0" + struct.pack("<Q", len(table)) + table.tobytes()


def _encode_point(model: ColmapModel, row: int, track: Sequence[tuple[int, int]]) -> bytes:
    numbers = (*model.points[row], *model.colors[row], model.errors[row])
    return struct.pack("<Q3d3BdQ", model.point_ids[row], *numbers, len(track)) + np.array(track, _TRACK).tobytes()


def _read_all(path: Path, read) -> list:
    data = _Bytes(path)
    items = [read(data) for _ in range(data.count())]
    data.finish()
    return items


def _read_camera(data: _Bytes) -> ColmapCamera:
    camera_id, number, width, height = data.take("<iiQQ")
    name = _KINDS.get(number)
    if name is None:
        return ColmapCamera(camera_id, f"number {number}", width, height, ())  # raises, saying which are read
    params = data.array(np.dtype("<f8"), len(CAMERA_KINDS[name].names))
    return ColmapCamera(camera_id, name, width, height, tuple(params.tolist()))


def _read_image(data: _Bytes) -> ColmapImage:
    image_id, *pose, camera_id = data.take("<I7di")
    name = data.text()
    table = data.array(_POINT_2D, data.count())
    return ColmapImage(image_id, np.array(pose[:4]), np.array(pose[4:]), camera_id, name, table["xy"], table["id"])


def _read_point(data: _Bytes) -> tuple:
    point = data.take("<Q3d3Bd")
    data.array(_TRACK, 2 * data.count())
    return point
