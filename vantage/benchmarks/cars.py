"""Real photographs of cars, each cropped to its box, labelled with azimuth and elevation.

A folder holds the images and ``labels.csv`` with the columns file, split, azimuth_deg, elevation_deg (PASCAL3D+
meaning). The tilt is not labelled: it is taken as 0.
"""

from __future__ import annotations

import csv
import math
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from vantage.benchmarks.objects import leads_out
from vantage.choices import nearest
from vantage.errors import DataError, NoSplitError
from vantage.records.photos import load_photo
from vantage.records.sources import View

LABELS = "labels.csv"
COLUMNS = ("file", "split", "azimuth_deg", "elevation_deg")
CATEGORY = "car"


@dataclass(frozen=True)
class Label:
    """One row: image path below the folder, split, azimuth in [0, 360) and elevation in [-90, 90], degrees."""

    file: str
    split: str
    azimuth: float
    elevation: float


class CarViews:
    """Photographs of cars as views; an image is read when it is asked for.

    Args:
        folder: what the files of the labels are relative to.
        labels: the rows of one split.
    """

    has_tilt = False
    """The tilt is not labelled."""

    def __init__(self, folder: Path, labels: list[Label]):
        self.folder, self.labels = folder, labels

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, index: int) -> View:
        label = self.labels[index]
        rgb = load_photo(self.folder / label.file)
        height, width = rgb.shape[:2]
        opaque = np.full((height, width), 255, np.uint8)
        return {
            "image": np.dstack([rgb, opaque]),
            "viewpoint": np.array([label.azimuth, label.elevation, 0, 0], np.float32),
            "bbox": np.array([0, 0, width, height], np.float32),
            "mask": opaque,
            "category": CATEGORY,
            "index": index,
            "name": label.file,
            "source_image": label.file,
            "real": True,
        }


def open_cars(folder: str | os.PathLike, split: str = "train") -> CarViews:
    """Open one split of a folder of car photographs.

    Raises:
        DataError: for a missing folder or ``labels.csv``, missing columns, a number that is none or out of range
            (with its line), a split that no row has (listing those there are), or missing images.
    """
    folder = Path(folder)
    labels = read_labels(folder)
    splits = sorted({label.split for label in labels})
    if split not in splits:
        raise NoSplitError(
            f"{folder / LABELS} has no row of split {split!r}{nearest(split, splits)}", f"one of {', '.join(splits)}"
        )
    chosen = [label for label in labels if label.split == split]
    missing = [label.file for label in chosen if not (folder / label.file).is_file()]
    if missing:
        found = f"{len(missing)} of {len(chosen)} images of split {split!r} are missing in {folder}, first {missing[0]}"
        raise DataError(found, f"every file that {LABELS} names")
    return CarViews(folder, chosen)


def read_labels(folder: str | os.PathLike) -> list[Label]:
    """Return all rows of ``labels.csv``, checked.

    Raises:
        DataError: as `open_cars`.
    """
    folder = Path(folder)
    path = folder / LABELS
    if not folder.is_dir():
        raise DataError(f"{folder} does not exist or is no folder", f"a folder with images and {LABELS}")
    if not path.is_file():
        raise DataError(f"{folder} has no {LABELS}", f"a CSV file with the columns {', '.join(COLUMNS)}")
    try:
        with open(path, newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file)
            _check_columns(path, reader.fieldnames or [])
            labels = [_label(path, reader.line_num, row) for row in reader]
    except (UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"{path} cannot be read ({error})", "a CSV file in UTF-8") from error
    if not labels:
        raise DataError(f"{path} has no rows", "one row for each image")
    return labels


def _check_columns(path: Path, names: list[str]) -> None:
    missing = [name for name in COLUMNS if name not in names]
    if missing:
        found = f"{path} has no column {', '.join(missing)} (it has {', '.join(names) or 'none'})"
        raise DataError(found, f"the columns {', '.join(COLUMNS)}")


def _label(path: Path, line: int, row: dict[str, str | None]) -> Label:
    """Return one checked row."""
    for name in ("file", "split"):
        if not row[name]:
            raise DataError(f"{path}, line {line}: {name} is empty", "a value in each column")
    if leads_out(row["file"]):
        raise DataError(f"{path}, line {line}: file is {row['file']!r}", "a path below the folder")
    azimuth = _number(path, line, "azimuth_deg", row["azimuth_deg"], 360)
    elevation = _number(path, line, "elevation_deg", row["elevation_deg"], 90)
    return Label(str(row["file"]), str(row["split"]), azimuth % 360, elevation)


def _number(path: Path, line: int, name: str, text: str | None, limit: float) -> float:
    """Return a finite number within +-``limit``."""
    expected = f"a number from {-limit:g} to {limit:g}"
    try:
        value = float(text or "")
    except ValueError:
        raise DataError(f"{path}, line {line}: {name} is {text!r}", expected) from None
    if not (math.isfinite(value) and abs(value) <= limit):
        raise DataError(f"{path}, line {line}: {name} is {text}", expected)
    return value
