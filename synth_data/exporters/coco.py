"""COCO: boxes, segmentation, keypoints and categories in one file that pycocotools loads.

::

    images/000000.png              RGB on the background
    annotations/train.json         images, annotations, categories, info

Coordinates are continuous: the first pixel reaches from 0 to 1. Boxes are x, y, width, height. Segmentation is
compressed run lengths, exact to the pixel. Keypoints have the flag 2 where they are visible, 1 where something hides
them, and 0 with the place (0, 0) outside the picture. Beside COCO's fields each annotation has ``viewpoint`` (azimuth,
elevation, tilt in degrees; distance) and ``model_id``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from synth_data.exporters.models import procedural_model
from synth_data.exporters.views import Source, image_name, safe_names, write_png
from vantage.console import atomic_write
from vantage.records.formats.rle import encode_rle
from vantage.records.schema import OUTSIDE, VISIBLE

IMAGES, ANNOTATIONS = "images", "annotations"
HIDDEN_FLAG, VISIBLE_FLAG = 1, 2
_FEATURES = ("image", "mask", "bbox", "viewpoint", "category", "model_id", "keypoint_names", "keypoints_2d")


def write_coco(source: Source, folder: Path) -> dict[str, Any]:
    """Write ``source`` into the empty ``folder``; return what to tell of it."""
    categories = _categories(source)
    numbers = {category["name"]: category for category in categories}
    images, annotations = [], []
    (folder / IMAGES).mkdir()
    for index, view in source.views(*_FEATURES, "keypoint_visibility"):
        write_png(folder / IMAGES / image_name(index), source.pixels(view["image"]))
        height, width = view["mask"].shape
        images.append({"id": index + 1, "file_name": image_name(index), "width": width, "height": height})
        if view["mask"].any():
            annotation = _annotation(view, numbers[view["category"]])
            annotations.append({"id": len(annotations) + 1, "image_id": index + 1, **annotation})
    split = source.records.split
    info = {"description": f"Rendered by Vantage, split {split}; coordinates are continuous (first pixel: 0 to 1)"}
    content = {"info": info, "licenses": [], "images": images, "annotations": annotations, "categories": categories}
    with atomic_write(folder / ANNOTATIONS / f"{safe_names([split])[split]}.json", "w") as file:
        json.dump(content, file, allow_nan=False)
    empty = len(images) - len(annotations)
    return {"annotations": len(annotations)} | ({"notes": [f"{empty} images show no object"]} if empty else {})


def _categories(source: Source) -> list[dict[str, Any]]:
    """Return COCO's categories: names sorted, ids from 1, each with its keypoints and skeleton."""
    names: dict[str, dict[str, None]] = {}
    models: dict[str, str] = {}  # such as name points: CAD files, which name none, may come first
    for fact in source.facts("category", "keypoint_names", "model_id"):
        names.setdefault(fact["category"], {}).update(dict.fromkeys(fact["keypoint_names"]))
        if fact["keypoint_names"]:
            models.setdefault(fact["category"], fact["model_id"])
    return [
        {
            "id": number,
            "name": name,
            "supercategory": "object",
            "keypoints": list(names[name]),
            "skeleton": _skeleton(models.get(name, ""), list(names[name])),
        }
        for number, name in enumerate(sorted(names), 1)
    ]


def _skeleton(model_id: str, names: Sequence[str]) -> list[list[int]]:
    """Return pairs of places in ``names``, from 1, as the procedural model of the category has them."""
    model = procedural_model(model_id)
    edges = model.edges if model else ()
    return [[names.index(a) + 1, names.index(b) + 1] for a, b in edges if a in names and b in names]


def _annotation(view: Mapping[str, Any], category: Mapping[str, Any]) -> dict[str, Any]:
    """Return what COCO says of the object of a view."""
    x0, y0, x1, y1 = (float(edge) for edge in view["bbox"])
    found = {
        "category_id": category["id"],
        "bbox": [x0, y0, x1 - x0, y1 - y0],
        "area": int(np.count_nonzero(view["mask"])),
        "iscrowd": 0,
        "segmentation": encode_rle(view["mask"]),
        "viewpoint": [float(value) for value in view["viewpoint"]],
        "model_id": view["model_id"],
    }
    return found | (_keypoints(view, category["keypoints"]) if category["keypoints"] else {})


def _keypoints(view: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    """Return x, y, flag for each of the category's keypoints, and how many have a flag."""
    rows = np.zeros((len(names), 3))
    for name, place, state in zip(view["keypoint_names"], view["keypoints_2d"], view["keypoint_visibility"]):
        if state != OUTSIDE:
            rows[names.index(name)] = (*place, VISIBLE_FLAG if state == VISIBLE else HIDDEN_FLAG)
    flat = [value for x, y, flag in rows.tolist() for value in (x, y, int(flag))]
    return {"keypoints": flat, "num_keypoints": int(np.count_nonzero(rows[:, 2]))}
