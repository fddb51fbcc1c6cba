"""The plain folder: PNG files, a table of labels, cameras.

::

    images/000000.png   RGBA, straight alpha (RGB with --background)
    masks/000000.png    255 where the object is
    depth/000000.png    16 bits; times depth_scale of cameras.json it is z-depth in object units, 0 = nothing
    labels.csv          file, split, category, model_id, azimuth_deg, elevation_deg, tilt_deg, distance, box
    cameras.json        for each file: width, height, intrinsics, camera_from_world (OpenCV axes), depth_scale

``box`` is ``x0 y0 x1 y1`` in pixels. `vantage.records.formats.folder` reads it back.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from synth_data.exporters.views import Source, depth_step, image_name, quantised, write_entries, write_png
from vantage.console import atomic_write
from vantage.records.formats.folder import CAMERAS, COLUMNS, DEPTH, FORMAT, IMAGES, LABELS, MASKS

_FEATURES = ("image", "mask", "depth", "intrinsics", "camera_from_world", "viewpoint", "bbox", "category", "model_id")


def write_folder(source: Source, folder: Path) -> dict[str, Any]:
    """Write ``source`` into the empty ``folder``; return what to tell of it."""
    rows, cameras = [], []
    for name in (IMAGES, MASKS, DEPTH):
        (folder / name).mkdir()
    for index, view in source.views(*_FEATURES):
        name = image_name(index)
        step = depth_step(float(view["depth"].max(initial=0)))
        write_png(folder / IMAGES / name, source.pixels(view["image"]))
        write_png(folder / MASKS / name, view["mask"])
        write_png(folder / DEPTH / name, quantised(view["depth"], step))
        rows.append(_row(f"{IMAGES}/{name}", source.records.split, view))
        cameras.append(_camera(f"{IMAGES}/{name}", view, step))
    _write_table(folder / LABELS, rows)
    write_entries(folder / CAMERAS, {"format": FORMAT, "split": source.records.split}, "cameras", cameras)
    return {}


def _row(file: str, split: str, view: dict[str, Any]) -> list[str]:
    """Return a row of labels.csv."""
    numbers = [str(value) for value in view["viewpoint"]]  # the shortest text that is this float32
    box = " ".join(str(value) for value in view["bbox"])
    return [file, split, view["category"], view["model_id"], *numbers, box]


def _camera(file: str, view: dict[str, Any], step: float) -> dict[str, Any]:
    """Return an entry of cameras.json."""
    height, width = view["mask"].shape
    return {
        "file": file,
        "width": width,
        "height": height,
        "intrinsics": view["intrinsics"].tolist(),
        "camera_from_world": view["camera_from_world"].tolist(),
        "depth_scale": step,
    }


def _write_table(path: Path, rows: Sequence[Sequence[str]]) -> None:
    with atomic_write(path, "w") as file:
        csv.writer(file, lineterminator="\n").writerows([COLUMNS, *rows])
