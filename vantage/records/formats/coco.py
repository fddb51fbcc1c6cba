"""Reading COCO annotations: images with the boxes, masks and keypoints of the objects in them."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from vantage.errors import DataError
from vantage.records.formats.rle import decode_rle
from vantage.records.scenes.files import inside, number, read_json

UNLABELLED, HIDDEN, VISIBLE = range(3)
"""COCO's flags of keypoints."""

_EXPECTED = "a COCO file of images, annotations and categories"


@dataclass(frozen=True)
class CocoCategory:
    """A class: its id, name, names of keypoints, and pairs of their places (from 0) that a skeleton joins."""

    category_id: int
    name: str
    keypoints: tuple[str, ...] = ()
    skeleton: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, eq=False)
class CocoObject:
    """One object in an image.

    Attributes:
        category: its class.
        box: float64 [4], x0, y0, x1, y1, pixels (edges).
        segmentation: polygons or a run-length encoding, as in the file; None without.
        keypoints: float64 [K, 2], pixels.
        flags: uint8 [K]: 0 not labelled, 1 labelled but hidden, 2 visible.
        crowd: several objects under one mask.
        extra: what the file says beside this.
    """

    category: CocoCategory
    box: np.ndarray
    segmentation: Any = None
    keypoints: np.ndarray = field(default_factory=lambda: np.zeros((0, 2)))
    flags: np.ndarray = field(default_factory=lambda: np.zeros(0, np.uint8))
    crowd: bool = False
    extra: Mapping[str, Any] = field(default_factory=dict)

    def mask(self, width: int, height: int) -> np.ndarray | None:
        """Return uint8 [height, width], 255 on the object; None without segmentation.

        Run lengths are exact; of polygons, those pixels count whose centres lie inside.

        Raises:
            DataError: a segmentation that is neither, or of another size.
        """
        if self.segmentation is None:
            return None
        if isinstance(self.segmentation, Mapping):
            mask = decode_rle(self.segmentation)
            if mask.shape != (height, width):
                raise DataError(f"a mask is {mask.shape[1]} x {mask.shape[0]} pixels", f"{width} x {height}")
            return mask
        return _filled(self.segmentation, width, height)


@dataclass(frozen=True)
class CocoImage:
    """One image: its file, size in pixels, and the objects in it."""

    path: Path
    width: int
    height: int
    objects: tuple[CocoObject, ...]


@dataclass(frozen=True)
class CocoSet:
    """A file of annotations: its images in the order of the file, its categories, and notes on what was left out."""

    images: tuple[CocoImage, ...]
    categories: tuple[CocoCategory, ...]
    notes: tuple[str, ...] = ()


def read_coco(path: str | os.PathLike, images: str | os.PathLike | None = None) -> CocoSet:
    """Return what an annotation file says.

    Args:
        path: the file.
        images: folder of the images; by default ``images`` beside the annotations' folder.

    Images that are not there are passed over and noted.

    Raises:
        DataError: missing or broken file, numbers that are none, an annotation of an image or a category that is not
            listed, a file name that leaves the folder.
    """
    path = Path(path)
    content = read_json(path, _EXPECTED)
    if not isinstance(content, dict):
        raise DataError(f"{path} is no object", _EXPECTED)
    entries = {name: _entries(content, name, path) for name in ("images", "annotations", "categories")}
    root = Path(images) if images is not None else path.resolve().parent.parent / "images"
    categories = {c.category_id: c for c in (_category(entry, str(path)) for entry in entries["categories"])}
    objects: dict[int, list[CocoObject]] = {_id(entry, "image", path): [] for entry in entries["images"]}
    for entry in entries["annotations"]:
        where = f"{path}, annotation {entry.get('id')}"
        if entry.get("image_id") not in objects or entry.get("category_id") not in categories:
            raise DataError(f"{where} is of an image or a category that is not listed", _EXPECTED)
        objects[entry["image_id"]].append(_object(entry, categories[entry["category_id"]], where))
    found, missing = [], []
    for entry in entries["images"]:
        image = _image(entry, objects[entry["id"]], root, str(path))
        found.append(image) if image.path.is_file() else missing.append(image.path.name)
    notes = (f"{len(missing)} images are not there and passed over, such as {missing[0]}",) if missing else ()
    return CocoSet(tuple(found), tuple(categories.values()), notes)


def _entries(content: Mapping[str, Any], name: str, path: Path) -> Sequence[dict[str, Any]]:
    entries = content.get(name)
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise DataError(f"{path} has no list of {name}", _EXPECTED)
    return entries


def _id(entry: Mapping[str, Any], kind: str, path: Path) -> int:
    if not isinstance(entry.get("id"), int):
        raise DataError(f"{path}: the {kind} {str(entry)[:60]} has no id", "a whole number")
    return entry["id"]


def _category(entry: Mapping[str, Any], where: str) -> CocoCategory:
    """Return a category."""
    names, edges = entry.get("keypoints", []), entry.get("skeleton", [])
    texts = isinstance(names, list) and all(isinstance(name, str) for name in [*names, entry.get("name")])
    if not texts or not isinstance(edges, list) or not all(_is_edge(edge, len(names)) for edge in edges):
        raise DataError(f"{where}: the category {str(entry)[:60]}", "a name, names of keypoints, pairs of their places")
    pairs = tuple((a - 1, b - 1) for a, b in edges)
    return CocoCategory(_id(entry, "category", Path(where)), entry["name"], tuple(names), pairs)


def _is_edge(edge: Any, count: int) -> bool:
    return isinstance(edge, list) and len(edge) == 2 and all(isinstance(n, int) and 1 <= n <= count for n in edge)


def _image(entry: Mapping[str, Any], objects: Sequence[CocoObject], root: Path, where: str) -> CocoImage:
    path = inside(root, entry.get("file_name"), where)
    width, height = (round(number(entry.get(name), name, where, positive=True)) for name in ("width", "height"))
    return CocoImage(path, width, height, tuple(objects))


def _object(entry: Mapping[str, Any], category: CocoCategory, where: str) -> CocoObject:
    """Return one annotated object."""
    x, y, width, height = _numbers(entry.get("bbox"), 4, f"{where}: bbox")
    rows = np.zeros((0, 3))
    if entry.get("keypoints") is not None:
        rows = _numbers(entry["keypoints"], 3 * len(category.keypoints), f"{where}: keypoints").reshape(-1, 3)
    used = ("id", "image_id", "category_id", "bbox", "keypoints", "segmentation", "iscrowd")
    return CocoObject(
        category,
        np.array([x, y, x + width, y + height]),
        entry.get("segmentation") or None,
        rows[:, :2],
        rows[:, 2].astype(np.uint8),
        bool(entry.get("iscrowd", 0)),
        {name: value for name, value in entry.items() if name not in used},
    )


def _numbers(values: Any, count: int, where: str) -> np.ndarray:
    """Return ``count`` finite numbers."""
    try:
        found = np.array(values, np.float64)
    except (TypeError, ValueError):
        found = np.zeros(())
    if found.shape != (count,) or not np.isfinite(found).all():
        raise DataError(f"{where} is {str(values)[:60]}", f"{count} numbers")
    return found


def _filled(polygons: Any, width: int, height: int) -> np.ndarray:
    """Return the pixels inside any of ``polygons``, each a list x0, y0, x1, y1 ..."""
    image = Image.new("L", (width, height))
    if not isinstance(polygons, list):
        raise DataError(f"a segmentation is {str(polygons)[:60]}", "polygons or a run-length encoding")
    for polygon in polygons:
        count = len(polygon) if isinstance(polygon, list) else 0
        if count < 6 or count % 2:
            raise DataError(f"a segmentation has the polygon {str(polygon)[:60]}", "at least three points, x and y")
        points = _numbers(polygon, count, "a polygon").reshape(-1, 2) - 0.5  # PIL's pixels are centred on whole numbers
        ImageDraw.Draw(image).polygon([tuple(point) for point in points.tolist()], fill=255)
    return np.asarray(image).copy()
