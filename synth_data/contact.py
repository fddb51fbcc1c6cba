"""``contact_sheet.png``: some views of a set with keypoints, box and axes drawn over them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from vantage.console import atomic_write
from vantage.records.reader import open_records, splits_of
from vantage.report.drawing import VISIBILITY, Canvas, contact_sheet

SHEET = "contact_sheet.png"
TILES = 30
ZOOM_TO = 256
"""Views are enlarged to about this size, px."""


def draw_sheet(folder: Path) -> Path:
    """Draw the contact sheet of a finished set: views spread over its splits, more of the larger."""
    counts = splits_of(folder)
    total = sum(counts.values())
    records = []
    for split, count in counts.items():
        source = open_records(folder, split)
        records += [source[index].as_dict() for index in spread_indices(count, max(6, round(30 * count / total)))]
    return write_contact_sheet(folder, records[:36], f"{folder.resolve().name}: {total} views")


def write_contact_sheet(folder: Path, records: Sequence[Mapping[str, Any]], title: str) -> Path:
    """Draw ``records`` (dicts with the fields of a record) and write the sheet; return its path."""
    tiles = [annotated(record) for record in records]
    captions = [_caption(record) for record in records]
    sheet = contact_sheet(tiles, columns=6, captions=captions, title=title, legend=VISIBILITY)
    path = folder / SHEET
    with atomic_write(path) as file:
        Image.fromarray(sheet).save(file, "PNG")
    return path


def annotated(record: Mapping[str, Any]) -> np.ndarray:
    """Return one view with its labels drawn over it, uint8 RGB."""
    image = record["image"]
    canvas = Canvas(image, max(1.0, ZOOM_TO / image.shape[1]))
    box = np.asarray(record["bbox"], np.float64)
    if (box[2:] > box[:2]).all():
        canvas.box(box)
    if len(record["keypoints_2d"]):
        canvas.keypoints(record["keypoints_2d"], record["keypoint_visibility"])
    rotation = np.asarray(record["camera_from_world"], np.float64)[:3, :3]
    centre = np.asarray(record["intrinsics"], np.float64)[:2, 2]
    canvas.axes(rotation, centre=centre, length=0.3 * image.shape[1])
    return canvas.array()


def spread_indices(total: int, count: int = TILES) -> list[int]:
    """Return up to ``count`` indices spread evenly over ``total``."""
    return sorted({int(index) for index in np.linspace(0, total - 1, min(count, total))}) if total else []


def _caption(record: Mapping[str, Any]) -> str:
    azimuth, elevation, tilt, _ = (float(value) for value in record["viewpoint"])
    return f"{record['category']} {record['index']}\naz {azimuth:.0f} el {elevation:.0f} tilt {tilt:.0f}"
