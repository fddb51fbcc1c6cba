"""Reading the plain folder that ``vantage export --to folder`` writes: its views, as training and evaluation take them.

The layout is described in `synth_data.exporters.folder`.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from vantage.errors import DataError
from vantage.records.formats.images import read_depth, read_mask, read_rgba
from vantage.records.scenes.files import inside, number, read_json
from vantage.records.schema import check_viewpoint
from vantage.records.sources import View

FORMAT = "vantage folder 1"
IMAGES, MASKS, DEPTH = "images", "masks", "depth"
LABELS, CAMERAS = "labels.csv", "cameras.json"
COLUMNS = ("file", "split", "category", "model_id", "azimuth_deg", "elevation_deg", "tilt_deg", "distance", "box")
_EXPECTED = "a folder that vantage export --to folder wrote"


class FolderViews:
    """The views of a plain folder, in the order of labels.csv; files are read when a view is asked for.

    Beside the features of every view: ``depth`` float32 [H, W] (object units), ``intrinsics`` [3, 3],
    ``camera_from_world`` [4, 4], ``model_id``, ``split`` and ``name`` (the file).

    Args:
        folder: what files are relative to.
        rows: of labels.csv, checked.
        cameras: file -> camera, checked.
    """

    def __init__(self, folder: Path, rows: list[dict[str, Any]], cameras: Mapping[str, Mapping[str, Any]]):
        self.folder, self.rows, self.cameras = folder, rows, cameras

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, index: int) -> View:
        row = self.rows[index]
        camera, name = self.cameras[row["name"]], Path(row["name"]).name
        view = {
            "image": read_rgba(self.folder / row["name"]),
            "mask": read_mask(self.folder / MASKS / name),
            "depth": read_depth(self.folder / DEPTH / name, camera["depth_scale"]),
            "intrinsics": camera["intrinsics"],
            "camera_from_world": camera["camera_from_world"],
            **row,
            "index": index,
            "real": False,
        }
        _check_sizes(self.folder / row["name"], view, camera)
        return view


def open_folder(folder: str | os.PathLike) -> FolderViews:
    """Open a plain folder.

    Raises:
        DataError: missing or broken labels.csv or cameras.json, a row without a camera, a number that is none, a name
            that leaves the folder.
    """
    folder = Path(folder)
    head = read_json(folder / CAMERAS, _EXPECTED)
    if not isinstance(head, dict) or head.get("format") != FORMAT or not isinstance(head.get("cameras"), list):
        raise DataError(f"{folder / CAMERAS} is not of the format {FORMAT!r}", _EXPECTED)
    cameras = dict(_camera(entry, f"{folder / CAMERAS}, camera {i}") for i, entry in enumerate(head["cameras"]))
    rows = _rows(folder)
    for line, row in enumerate(rows, 2):
        inside(folder, row["name"], f"{folder / LABELS}, line {line}")
        if row["name"] not in cameras:
            raise DataError(f"{folder / LABELS}, line {line}: {row['name']} has no camera in {CAMERAS}", _EXPECTED)
    return FolderViews(folder, rows, cameras)


def _rows(folder: Path) -> list[dict[str, Any]]:
    """Return the rows of labels.csv as parts of views."""
    path = folder / LABELS
    if not path.is_file():
        raise DataError(f"{folder} has no {LABELS}", _EXPECTED)
    try:
        with open(path, newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file)
            if missing := [name for name in COLUMNS if name not in (reader.fieldnames or [])]:
                raise DataError(f"{path} has no column {', '.join(missing)}", f"the columns {', '.join(COLUMNS)}")
            rows = [_row(row, f"{path}, line {reader.line_num}") for row in reader]
    except (UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"{path} cannot be read ({error})", "a CSV file in UTF-8") from error
    if not rows:
        raise DataError(f"{path} has no rows", "one row for each image")
    return rows


def _row(row: Mapping[str, str], where: str) -> dict[str, Any]:
    """Return one checked row."""
    viewpoint = _numbers([row[name] for name in COLUMNS[4:8]], 4, f"{where}: the viewpoint")
    check_viewpoint(viewpoint, where)
    box = _numbers((row["box"] or "").split(), 4, f"{where}: the box")
    texts = {"name": row["file"], "split": row["split"], "category": row["category"], "model_id": row["model_id"]}
    return {**texts, "viewpoint": viewpoint, "bbox": box}


def _numbers(words: list[str | None], count: int, where: str) -> np.ndarray:
    """Return ``count`` finite numbers, float32."""
    try:
        found = np.array([float(word or "") for word in words], np.float32)
    except ValueError:
        found = np.zeros(0, np.float32)
    if len(found) != count or not np.isfinite(found).all():
        raise DataError(f"{where} is {' '.join(map(str, words))!r}", f"{count} numbers")
    return found


def _camera(entry: Any, where: str) -> tuple[str, dict[str, Any]]:
    """Return the file and the checked camera of an entry of cameras.json."""
    if not isinstance(entry, dict) or not isinstance(entry.get("file"), str):
        raise DataError(f"{where} has no file", _EXPECTED)
    matrices = {"intrinsics": (3, 3), "camera_from_world": (4, 4)}
    camera: dict[str, Any] = {
        name: number(entry.get(name), name, where, positive=True) for name in ("width", "height", "depth_scale")
    }
    for name, shape in matrices.items():
        try:
            camera[name] = np.array(entry.get(name), np.float64)
        except (TypeError, ValueError):
            camera[name] = np.zeros(0)
        if camera[name].shape != shape or not np.isfinite(camera[name]).all():
            raise DataError(f"{where}: {name} is no matrix of {shape[0]} x {shape[1]} finite numbers", _EXPECTED)
    return entry["file"], camera


def _check_sizes(path: Path, view: Mapping[str, Any], camera: Mapping[str, Any]) -> None:
    """Raise where picture, mask and depth are not of the camera's size."""
    wanted = (round(camera["height"]), round(camera["width"]))
    sizes = {name: view[name].shape[:2] for name in ("image", "mask", "depth")}
    if any(size != wanted for size in sizes.values()):
        raise DataError(f"{path} and its labels have the sizes {sizes}", f"{wanted} as {CAMERAS} says")
