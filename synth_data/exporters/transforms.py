"""transforms.json of instant-ngp and nerfstudio, one for each scene, with RGBA images and depth.

Matrices are camera-to-world with OpenGL's camera axes. Intrinsics stand at the top where all frames share them.
``integer_depth_scale`` is object units for one step of a depth image, ``near`` and ``far`` the range of depths.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from synth_data.exporters.views import (
    Source,
    depth_span,
    depth_step,
    image_name,
    quantised,
    write_entries,
    write_png,
)
from synth_data.exporters.worlds import scene_facts, scene_folders
from vantage.errors import DataError
from vantage.geometry.cameras import invert_transform
from vantage.records.scenes.transforms import FILE, OPENCV_FROM_OPENGL

IMAGES, DEPTH = "images", "depth"
_FEATURES = ("image", "depth", "intrinsics", "camera_from_world")


def write_transforms(source: Source, folder: Path) -> dict[str, Any]:
    """Write ``source`` into the empty ``folder``; return what to tell of it."""
    scenes = scene_folders(source, folder)
    for place, indices in scenes.items():
        _write_scene(source, place, indices)
    return scene_facts(source, folder, scenes)


def _write_scene(source: Source, folder: Path, indices: Sequence[int]) -> None:
    """Write one scene."""
    depths = source.records.only("depth")
    span = depth_span(depths[index]["depth"] for index in indices)
    step = depth_step(span[1] if span else 0.0)
    frames = []
    for index, view in source.views(*_FEATURES, indices=indices):
        name = image_name(index)
        write_png(folder / IMAGES / name, source.pixels(view["image"]))
        write_png(folder / DEPTH / name, quantised(view["depth"], step))
        frames.append(_frame(name, view))
    head = {"camera_model": "PINHOLE", "integer_depth_scale": step}
    head |= dict(zip(("near", "far"), span)) if span and span[0] < span[1] else {}
    shared, frames = _split(frames)
    write_entries(folder / FILE, {**head, **shared}, "frames", frames)


def _frame(name: str, view: Mapping[str, Any]) -> dict[str, Any]:
    """Return a frame with its intrinsics."""
    height, width = view["depth"].shape
    world_from_camera = invert_transform(view["camera_from_world"].astype(np.float64))
    return {
        **intrinsics_of(view["intrinsics"], width, height),
        "file_path": f"{IMAGES}/{name}",
        "depth_file_path": f"{DEPTH}/{name}",
        "depth_path": f"{DEPTH}/{name}",
        "transform_matrix": (world_from_camera @ OPENCV_FROM_OPENGL).tolist(),
    }


def intrinsics_of(matrix: np.ndarray, width: int, height: int) -> dict[str, Any]:
    """Return fl_x, fl_y, cx, cy, w, h of intrinsics [3, 3].

    Raises:
        DataError: they have a skew.
    """
    if matrix[0, 1]:
        raise DataError(f"a camera has the skew {matrix[0, 1]:g}", "none: the format has no place for it")
    values = {"fl_x": matrix[0, 0], "fl_y": matrix[1, 1], "cx": matrix[0, 2], "cy": matrix[1, 2]}
    return {name: float(value) for name, value in values.items()} | {"w": width, "h": height}


def _split(frames: Sequence[Mapping[str, Any]]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return the intrinsics that all frames share, if they do, and the frames without them."""
    names = ("fl_x", "fl_y", "cx", "cy", "w", "h")
    if any(frame[name] != frames[0][name] for frame in frames for name in names):
        return {}, [dict(frame) for frame in frames]
    rest = [{name: value for name, value in frame.items() if name not in names} for frame in frames]
    return {name: frames[0][name] for name in names}, rest
