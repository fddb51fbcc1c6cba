"""A COLMAP model (cameras, images, points3D) as COLMAP keeps it, before it becomes a scene.

Pixel coordinates are COLMAP's: the centre of the first pixel is (0.5, 0.5), as in Vantage. Quaternions are w, x, y, z
and turn the world into the camera (OpenCV axes).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from vantage.errors import DataError
from vantage.records.scenes.lens import Lens


@dataclass(frozen=True)
class CameraKind:
    """A camera model of COLMAP.

    Attributes:
        number: its id in binary files.
        names: of the parameters, in order.
    """

    number: int
    names: tuple[str, ...]


CAMERA_KINDS: Mapping[str, CameraKind] = {
    "SIMPLE_PINHOLE": CameraKind(0, ("f", "cx", "cy")),
    "PINHOLE": CameraKind(1, ("fx", "fy", "cx", "cy")),
    "SIMPLE_RADIAL": CameraKind(2, ("f", "cx", "cy", "k1")),
    "RADIAL": CameraKind(3, ("f", "cx", "cy", "k1", "k2")),
    "OPENCV": CameraKind(4, ("fx", "fy", "cx", "cy", "k1", "k2", "p1", "p2")),
    "OPENCV_FISHEYE": CameraKind(5, ("fx", "fy", "cx", "cy", "k1", "k2", "k3", "k4")),
    "FULL_OPENCV": CameraKind(6, ("fx", "fy", "cx", "cy", "k1", "k2", "p1", "p2", "k3", "d1", "d2", "d3")),
}
"""The models that are read; ``d1`` to ``d3`` are what COLMAP calls k4 to k6."""


@dataclass(frozen=True)
class ColmapCamera:
    """One camera: id, model, size in pixels, parameters in COLMAP's order."""

    camera_id: int
    model: str
    width: int
    height: int
    params: tuple[float, ...]

    def __post_init__(self):
        kind = kind_of(self.model, f"camera {self.camera_id}")
        if len(self.params) != len(kind.names) or not np.isfinite(self.params).all():
            found = f"camera {self.camera_id} of the model {self.model} has the parameters {self.params}"
            raise DataError(found, f"{len(kind.names)} finite numbers: {', '.join(kind.names)}")
        focal = [self.named[name] for name in ("f", "fx", "fy") if name in self.named]
        if min(focal) <= 0 or min(self.width, self.height) < 1:
            found = (
                f"camera {self.camera_id} has a focal length of {min(focal):g} and {self.width}x{self.height} pixels"
            )
            raise DataError(found, "positive numbers")

    @property
    def named(self) -> dict[str, float]:
        """The parameters by name."""
        return dict(zip(CAMERA_KINDS[self.model].names, self.params))

    def intrinsics(self) -> np.ndarray:
        """Return [3, 3], pixels."""
        values = self.named
        fx, fy = values.get("f", values.get("fx")), values.get("f", values.get("fy"))
        return np.array([[fx, 0, values["cx"]], [0, fy, values["cy"]], [0, 0, 1.0]])

    def lens(self) -> Lens | None:
        """Return the distortion; None where there is none."""
        values = self.named
        radial, tangential, denominator = (
            tuple(values.get(name, 0.0) for name in names)
            for names in (("k1", "k2", "k3", "k4"), ("p1", "p2"), ("d1", "d2", "d3"))
        )
        lens = Lens(radial, tangential, denominator, self.model == "OPENCV_FISHEYE")
        return None if lens.is_identity else lens


@dataclass(frozen=True, eq=False)
class ColmapImage:
    """One image.

    Attributes:
        image_id: number of the image.
        quaternion: float64 [4], w, x, y, z: camera from world.
        translation: float64 [3].
        camera_id: its camera.
        name: file, below the folder of images.
        points_2d: float64 [n, 2], pixels.
        point_ids: int64 [n], the 3D point that each shows, -1 for none.
    """

    image_id: int
    quaternion: np.ndarray
    translation: np.ndarray
    camera_id: int
    name: str
    points_2d: np.ndarray = field(default_factory=lambda: np.zeros((0, 2)))
    point_ids: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))


@dataclass(frozen=True, eq=False)
class ColmapModel:
    """A whole model. Which images show a point is told by the images alone.

    Attributes:
        cameras: by id.
        images: in the order of the file.
        point_ids: int64 [N].
        points: float64 [N, 3], world.
        colors: uint8 [N, 3], RGB.
        errors: float64 [N], mean reprojection error, pixels (-1: unknown).
    """

    cameras: Mapping[int, ColmapCamera]
    images: tuple[ColmapImage, ...]
    point_ids: np.ndarray
    points: np.ndarray
    colors: np.ndarray
    errors: np.ndarray

    def tracks(self) -> list[list[tuple[int, int]]]:
        """Return, for each point, the (image id, number of the 2D point) that show it."""
        rows = {int(point): row for row, point in enumerate(self.point_ids)}
        tracks: list[list[tuple[int, int]]] = [[] for _ in rows]
        for image in self.images:
            for number, point in enumerate(image.point_ids.tolist()):
                if point >= 0:
                    tracks[rows[point]].append((image.image_id, number))
        return tracks


def kind_of(model: str, where: str) -> CameraKind:
    """Return a camera model by name.

    Raises:
        DataError: one that is not read.
    """
    if model not in CAMERA_KINDS:
        raise DataError(
            f"{where} has the camera model {model}",
            f"one of {', '.join(CAMERA_KINDS)}",
            "undistort the images with colmap image_undistorter",
        )
    return CAMERA_KINDS[model]
