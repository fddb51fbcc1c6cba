"""Reading transforms.json, as instant-ngp, nerfstudio and the NeRF synthetic scenes write it.

Its matrices are camera-to-world with OpenGL's camera axes (x right, y up, z backward); intrinsics are for all frames or
for one; pixel coordinates are COLMAP's, whose image spans 0 to its width, as ours do.
"""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from vantage.errors import DataError
from vantage.geometry.cameras import Camera, invert_transform
from vantage.records.scenes.files import check_size, image_size, inside, number, read_json, rigid
from vantage.records.scenes.lens import Lens
from vantage.records.scenes.scene import Scene, SceneView, require_views

FILE = "transforms.json"
OPENCV_FROM_OPENGL = np.diag([1.0, -1.0, -1.0, 1.0])
"""Turns OpenGL's camera axes to OpenCV's, and back."""

CAMERA_MODELS = ("SIMPLE_PINHOLE", "PINHOLE", "SIMPLE_RADIAL", "RADIAL", "OPENCV", "OPENCV_FISHEYE")
NO_SUFFIX = (".png", ".jpg", ".jpeg")
"""Tried, in this order, where a frame's file has no ending (the NeRF synthetic scenes)."""

DEPTH_SCALE = 1e-3
"""Scene units for one step of a depth image, where the file does not say ``integer_depth_scale``."""

_EXPECTED = "a file of frames with transform_matrix and file_path, as instant-ngp and nerfstudio write it"


def read_transforms(path: str | os.PathLike) -> Scene:
    """Return the scene of a transforms.json, or of the folder that has one.

    Frames without an image are passed over and noted.

    Raises:
        DataError: missing or broken file, a frame without a rigid matrix or without intrinsics, a path that leaves the
            folder, an image of another size than its intrinsics are for, or no image at all.
        ImageError: an image that cannot be opened.
    """
    path = Path(path)
    path = path / FILE if path.is_dir() else path
    head = read_json(path, _EXPECTED)
    if not isinstance(head, dict) or not isinstance(head.get("frames"), list):
        raise DataError(f"{path} has no list of frames", _EXPECTED)
    views, missing = [], []
    for index, frame in enumerate(head["frames"]):
        where = f"{path}, frame {index}"
        if not isinstance(frame, dict):
            raise DataError(f"{where} is {str(frame)[:40]!r}", _EXPECTED)
        image = _image(path.parent, frame.get("file_path"), where)
        if image is None:
            missing.append(str(frame["file_path"]))
        else:
            views.append(_view(path.parent, {**head, **frame}, image, where))
    notes = require_views(str(path), views, missing)
    return Scene(path.resolve().parent.name, tuple(views), depth_range=_depth_range(head, str(path)), notes=notes)


def _image(folder: Path, name: Any, where: str) -> Path | None:
    """Return the image file of a frame, or None where there is none."""
    path = inside(folder, name, where)
    candidates = [path] if path.suffix else [path, *(path.with_suffix(suffix) for suffix in NO_SUFFIX)]
    return next((candidate for candidate in candidates if candidate.is_file()), None)


def _view(folder: Path, frame: Mapping[str, Any], image: Path, where: str) -> SceneView:
    """Return one view; ``frame`` has the file's own values where it has none."""
    if "w" in frame or "h" in frame:
        width, height = (round(number(frame.get(name), name, where, positive=True)) for name in ("w", "h"))
        check_size(image, width, height, where)
    else:
        width, height = image_size(image)
    world_from_opengl = rigid(frame.get("transform_matrix"), where)
    camera_from_world = invert_transform(world_from_opengl @ OPENCV_FROM_OPENGL)
    return SceneView(
        image,
        Camera(_intrinsics(frame, width, height, where), camera_from_world, width, height),
        _lens(frame, where),
        _optional(folder, frame, ("depth_file_path", "depth_path"), where),
        number(frame.get("integer_depth_scale", DEPTH_SCALE), "integer_depth_scale", where, positive=True),
        _optional(folder, frame, ("mask_path",), where),
    )


def _intrinsics(frame: Mapping[str, Any], width: int, height: int, where: str) -> np.ndarray:
    """Return [3, 3] from focal lengths, or from the angles of view."""
    if "fl_x" in frame:
        fx = number(frame["fl_x"], "fl_x", where, positive=True)
        fy = number(frame.get("fl_y", fx), "fl_y", where, positive=True)
    elif "camera_angle_x" in frame:
        fx = _focal(frame["camera_angle_x"], width, "camera_angle_x", where)
        fy = _focal(frame["camera_angle_y"], height, "camera_angle_y", where) if "camera_angle_y" in frame else fx
    else:
        raise DataError(f"{where} has no intrinsics", "fl_x or camera_angle_x, in the frame or at the top")
    cx = number(frame.get("cx", width / 2), "cx", where)
    cy = number(frame.get("cy", height / 2), "cy", where)
    return np.array([[fx, 0, cx], [0, fy, cy], [0, 0, 1]])


def _focal(angle: Any, size: int, name: str, where: str) -> float:
    """Return the focal length, pixels, of an angle of view in radians."""
    angle = number(angle, name, where, positive=True)
    if angle >= math.pi:
        raise DataError(f"{where}: {name} is {angle:g}", "radians below pi")
    return 0.5 * size / math.tan(0.5 * angle)


def _lens(frame: Mapping[str, Any], where: str) -> Lens | None:
    """Return the distortion, None where all of it is 0."""
    model = frame.get("camera_model", "OPENCV")
    if model not in CAMERA_MODELS:
        raise DataError(f"{where} has the camera model {model!r}", f"one of {', '.join(CAMERA_MODELS)}")
    fisheye = model == "OPENCV_FISHEYE" or frame.get("is_fisheye") is True
    radial, tangential = (
        tuple(number(frame.get(name, 0.0), name, where) for name in names)
        for names in (("k1", "k2", "k3", "k4"), ("p1", "p2"))
    )
    lens = Lens(radial, (0.0, 0.0) if fisheye else tangential, fisheye=fisheye)
    return None if lens.is_identity else lens


def _optional(folder: Path, frame: Mapping[str, Any], names: tuple[str, ...], where: str) -> Path | None:
    """Return the first file among ``names`` that is named and there."""
    paths = [inside(folder, frame[name], where) for name in names if frame.get(name) is not None]
    return next((path for path in paths if path.is_file()), None)


def _depth_range(head: Mapping[str, Any], where: str) -> tuple[float, float] | None:
    """Return ``near`` and ``far``, which are not in every file."""
    if "near" not in head or "far" not in head:
        return None
    near, far = (number(head[name], name, where, positive=True) for name in ("near", "far"))
    if near >= far:
        raise DataError(f"{where}: near is {near:g} and far {far:g}", "near below far")
    return near, far
