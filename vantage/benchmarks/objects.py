"""Labelled objects in photographs, as views: each photograph is read when it is asked for, once for all its objects.

A view shows the object's box with a margin about it, since training moves the edges of boxes; boxes that are larger
than a network can use are scaled down, so that thousands of views fit into memory.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

import numpy as np
from PIL import Image

from vantage.errors import DataError
from vantage.geometry.viewpoints import Viewpoint, camera_from_world_at
from vantage.records.photos import load_photo, photo_size
from vantage.records.sources import View

FINE, COARSE, NONE = "fine", "coarse", "none"
"""Kinds of viewpoint: all angles are meant; the azimuth alone is; none is."""

MARGIN = 0.5
"""What a view shows beyond each side of the box, as a fraction of its width or height, where the photograph has it."""

LONGEST = 384
"""A box whose longer side has more pixels is scaled down to this."""

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class ObjectLabel:
    """One object in one photograph.

    Args:
        file: the photograph's path below the folder of photographs.
        category: class.
        angles: azimuth in [0, 360), elevation, tilt, degrees; NaN where ``kind`` says that it is not meant.
        kind: ``fine``, ``coarse`` or ``none``.
        box: x0, y0, x1, y1, edges in pixels of the photograph; None for the whole photograph.
        truncated, occluded, difficult: None where nobody said.
        name: for people, unique in its set.
        source: name of the photograph that detections use, such as ``2008_000251.jpg``; ``file`` without it.
        size: width and height of the photograph that ``box`` is meant for; None where nobody said.
        distance: in object units; 0 where it is unknown.
        camera: focal length and principal point (x, y), pixels of the photograph; None where they are unknown.
        cad_index: number of the CAD model that looks most alike, from 0; None where nobody said.
    """

    file: str
    category: str
    angles: tuple[float, float, float]
    kind: str = FINE
    box: Box | None = None
    truncated: bool | None = None
    occluded: bool | None = None
    difficult: bool | None = None
    name: str = ""
    source: str = ""
    size: tuple[int, int] | None = None
    distance: float = 0.0
    camera: tuple[float, float, float] | None = None
    cad_index: int | None = None

    @property
    def flags(self) -> dict[str, bool]:
        """What is known of truncated, occluded and difficult."""
        values = {name: getattr(self, name) for name in ("truncated", "occluded", "difficult")}
        return {name: value for name, value in values.items() if value is not None}

    def belongs_to(self, subset: str) -> bool:
        """Whether the object is in one of `vantage.benchmarks.options.SUBSETS`; what nobody said counts as no."""
        if subset == "easy":
            return not any(self.flags.values())
        return subset == "all" or not self.difficult


class ObjectViews:
    """Labelled objects as views.

    Args:
        folder: what the files of the labels are relative to.
        labels: in the order of the views; objects of one photograph should follow each other.
        upright: boxes are meant for the photograph as it is looked at, its EXIF orientation applied; MATLAB, and so
            the public sets, ignore that.
        has_tilt: the labels have a tilt; without it, it is 0.
    """

    def __init__(self, folder: Path, labels: Sequence[ObjectLabel], upright: bool = True, has_tilt: bool = True):
        self.folder, self.labels, self.upright, self.has_tilt = folder, labels, upright, has_tilt
        self._last: tuple[str, np.ndarray] | None = None
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, index: int) -> View:
        """Return a view.

        Raises:
            ImageError: the photograph cannot be read.
            DataError: the box lies outside it.
        """
        label = self.labels[index]
        photo = self._photo(label.file)
        box = placed_box(label, photo.shape[1], photo.shape[0])
        if box is None:
            found = f"{label.name}: the box {label.box} lies outside {self.folder / label.file}"
            raise DataError(found, f"one within {photo.shape[1]} x {photo.shape[0]} pixels")
        pixels, window, scale = _cut(photo, box)
        opaque = np.full(pixels.shape[:2], 255, np.uint8)
        found = {**self.label(index), "image": np.dstack([pixels, opaque]), "mask": opaque}
        found["bbox"] = _moved(box, window, scale)
        found["source_bbox"] = np.array(box, np.float32)
        return {**found, **_camera(label, window, scale)}

    def label(self, index: int) -> View:
        """Return a view without ``image``, ``mask`` and ``bbox``, as its label has it; no file is read.

        ``source_bbox`` may still leave the photograph, and is left out for whole photographs.
        """
        label = self.labels[index]
        found: dict[str, Any] = {
            "viewpoint": np.array([*label.angles, label.distance], np.float32),
            "viewpoint_kind": label.kind,
            "category": label.category,
            "index": index,
            "name": label.name or label.file,
            "real": True,
            "source_image": label.source or label.file,
            **label.flags,
        }
        if label.box is not None:
            found["source_bbox"] = np.array(label.box, np.float32)
        if label.cad_index is not None:
            found["cad_index"] = label.cad_index
        return found

    def scale(self, index: int) -> float:
        """Return by how much a photograph was scaled since it was labelled; 1 where it is missing or nobody knows.

        Only its header is read.
        """
        label = self.labels[index]
        if label.size is None or not (self.folder / label.file).is_file():
            return 1.0
        return _scale_of_copy(label.size, *photo_size(self.folder / label.file, self.upright))

    def _photo(self, file: str) -> np.ndarray:
        """Return a photograph; the last one is kept, since other objects of it come next."""
        with self._lock:
            if self._last is not None and self._last[0] == file:
                return self._last[1]
        photo = load_photo(self.folder / file, self.upright)
        with self._lock:
            self._last = file, photo
        return photo


def placed_box(label: ObjectLabel, width: int, height: int) -> Box | None:
    """Return a label's box within a photograph of this size; None where it lies outside, or less than 1 pixel is left.

    Where the photograph is a scaled copy of the one that the box is meant for, the box is scaled with it.
    """
    if label.box is None:
        return 0.0, 0.0, float(width), float(height)
    scale = _scale_of_copy(label.size, width, height)
    x0, y0, x1, y1 = (edge * scale for edge in label.box)
    x0, y0, x1, y1 = max(x0, 0.0), max(y0, 0.0), min(x1, float(width)), min(y1, float(height))
    return (x0, y0, x1, y1) if x1 - x0 >= 1 and y1 - y0 >= 1 else None


def _scale_of_copy(size: tuple[int, int] | None, width: int, height: int) -> float:
    """Return by how much a photograph was scaled since it was labelled; 1 where sides do not scale alike."""
    if size is None or min(size) <= 0 or sorted(size) == sorted((width, height)):
        return 1.0
    scale = width / size[0]
    return scale if abs(scale * size[1] - height) <= 1 + 0.01 * height else 1.0


def _cut(photo: np.ndarray, box: Box) -> tuple[np.ndarray, tuple[int, int, int, int], tuple[float, float]]:
    """Return the pixels of a box and its margin, the window of the photograph that they show, their scale (x, y)."""
    height, width = photo.shape[:2]
    x0, y0, x1, y1 = box
    left, right = MARGIN * (x1 - x0), MARGIN * (y1 - y0)
    window = (
        max(0, math.floor(x0 - left)),
        max(0, math.floor(y0 - right)),
        min(width, math.ceil(x1 + left)),
        min(height, math.ceil(y1 + right)),
    )
    pixels = photo[window[1] : window[3], window[0] : window[2]]
    shrink = min(1.0, LONGEST / max(x1 - x0, y1 - y0))
    if shrink == 1.0:
        return pixels.copy(), window, (1.0, 1.0)
    size = tuple(max(1, round(shrink * side)) for side in (pixels.shape[1], pixels.shape[0]))
    small = Image.fromarray(pixels).resize(size, Image.Resampling.BICUBIC)
    return np.array(small), window, (size[0] / pixels.shape[1], size[1] / pixels.shape[0])


def _moved(box: Box, window: tuple[int, int, int, int], scale: tuple[float, float]) -> np.ndarray:
    """Return a box in pixels of the window's picture."""
    corners = np.array(box, np.float64).reshape(2, 2)
    return ((corners - window[:2]) * scale).reshape(4).astype(np.float32)


def _camera(label: ObjectLabel, window: tuple[int, int, int, int], scale: tuple[float, float]) -> dict[str, np.ndarray]:
    """Return the camera of a window's picture, where it is known."""
    if label.camera is None or label.kind != FINE:
        return {}
    focal, x, y = label.camera
    intrinsics = [[focal * scale[0], 0, (x - window[0]) * scale[0]], [0, focal * scale[1], (y - window[1]) * scale[1]]]
    world = camera_from_world_at(Viewpoint(*label.angles, label.distance))
    return {"intrinsics": np.array([*intrinsics, [0, 0, 1]], np.float32), "camera_from_world": world.astype(np.float32)}


def leads_out(name: str) -> bool:
    """Whether a file name that a table gives is absolute or climbs out of its folder."""
    windows = PureWindowsPath(name)
    return PurePosixPath(name).is_absolute() or bool(windows.anchor) or ".." in windows.parts
