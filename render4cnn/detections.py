"""Average viewpoint precision: detections in whole photographs, with a network's viewpoints or the file's own."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

import numpy as np

from render4cnn.data import Crops, class_indices, crop_of
from render4cnn.evaluate import Trained, tell
from vantage.console import progress
from vantage.errors import DataError
from vantage.metrics.avp import Found, Rule, near_objects, viewpoint_precision
from vantage.records.detections import Detection
from vantage.records.photos import load_photo
from vantage.records.sources import FINE, has_tilt, label_of

CHUNK = 512
"""Detections cropped and run through the network together."""

RULES = {"script": Rule(), "voc2010": Rule("left out"), "voc2007": Rule("left out", "11-point")}
"""Ways to count: Render for CNN's released script, and VOC's own rule with the newer and the older area."""

SCRIPT = (
    "counted as Render for CNN's released script does: an overlap of at least 0.5, the area of VOC2010 and later, "
    "detections of difficult objects are false positives"
)

VOC_ALONE = "of PASCAL3D+ the photographs of VOC alone are scored (source=pascal), as in published figures"

Box = tuple[float, float, float, float]


def as_published(spec: str) -> str:
    """Return the text that names data, PASCAL3D+ without ImageNet's photographs where it says no source."""
    return f"{spec},source=pascal" if spec.startswith("pascal3d:") and ",source=" not in spec else spec


@dataclass(frozen=True)
class Photograph:
    """Where the pixels of a photograph are: a file, or a view of a source that shows it whole."""

    path: Path | None = None
    upright: bool = True
    view: int = -1


def objects_of(source: Any) -> Found:
    """Return the objects of a source: name of the photograph, class, box, viewpoint (NaN for what is not meant).

    Boxes are in the pixels of the files, as detections are, also where these are scaled copies of what was labelled.
    """
    images, categories, boxes, views, difficult = [], [], [], [], []
    for index in range(len(source)):
        label = label_of(source, index)
        scale = source.scale(index) if hasattr(source, "scale") else 1.0
        if "bbox" not in label and "source_bbox" not in label:
            label, scale = source[index], 1.0  # the whole photograph, whose size has to be looked up
        images.append(image_name(label))
        categories.append(str(label["category"]))
        boxes.append(np.multiply(label.get("source_bbox", label.get("bbox")), scale))
        views.append(_meant(label))
        difficult.append(bool(label.get("difficult")))
    return Found(images, categories, np.reshape(boxes, (-1, 4)), np.reshape(views, (-1, 3)), (), np.array(difficult))


def image_name(label: Mapping[str, Any]) -> str:
    """Return the name of the photograph that a view comes from."""
    return str(label.get("source_image", label.get("name", label["index"])))


def _meant(label: Mapping[str, Any]) -> np.ndarray:
    """Return azimuth, elevation, tilt, with NaN for angles that are not meant."""
    view = np.array(label["viewpoint"], np.float64)[:3]
    kind = label.get("viewpoint_kind", FINE)
    if kind != FINE:
        view[1:] = np.nan
    return view if kind in (FINE, "coarse") else np.full(3, np.nan)


def named_alike(detections: Sequence[Detection], names: Sequence[str]) -> list[str]:
    """Return for each detection the name by which the data set knows its photograph, or the detection's own.

    Where a name as it stands is unknown, its last part counts, and then that without its ending: detectors write
    ``JPEGImages/2008_000251.jpg``, ``2008_000251.jpg`` or ``2008_000251``.

    Raises:
        DataError: no detection is of a photograph of the data set.
    """
    known = set(names)
    last, stem = (_unique(names, part) for part in (_last, _stem))
    found = {}
    for name in {item.image for item in detections}:
        found[name] = name if name in known else last.get(_last(name)) or stem.get(_stem(name)) or name
    if detections and not known & set(found.values()):
        first = f"{detections[0].image!r}"
        raise DataError(f"no detection is of a photograph of the data (first: {first})", f"names like {names[0]!r}")
    return [found[item.image] for item in detections]


def _last(name: str) -> str:
    return PurePath(name.replace("\\", "/")).name


def _stem(name: str) -> str:
    return PurePath(_last(name)).stem


def _unique(names: Sequence[str], part: Any) -> dict[str, str]:
    """Return part of a name -> the name, for parts that one name alone has."""
    counts = Counter(part(name) for name in set(names))
    return {part(name): name for name in set(names) if counts[part(name)] == 1}


def photographs(source: Any) -> dict[str, Photograph]:
    """Return name -> where its pixels are, for every photograph of a source."""
    if not hasattr(source, "folder") or not hasattr(source, "labels"):
        return {image_name(label_of(source, index)): Photograph(view=index) for index in range(len(source))}
    upright, folder = getattr(source, "upright", True), Path(source.folder)
    pairs = ((getattr(label, "source", "") or label.file, label.file) for label in source.labels)
    return {name: Photograph(folder / file, upright) for name, file in pairs}


def _pixels(source: Any, photograph: Photograph) -> np.ndarray:
    """Return a photograph as uint8 [h, w, 4]."""
    if photograph.path is None:
        return source[photograph.view]["image"]
    rgb = load_photo(photograph.path, photograph.upright)
    return np.dstack([rgb, np.full(rgb.shape[:2], 255, np.uint8)])


def detected_viewpoints(
    trained: Trained, source: Any, detections: Sequence[Detection], names: Sequence[str], flip: bool
) -> np.ndarray:
    """Return what a network tells of each detection: [n, 3] degrees, NaN where its box holds nothing.

    Args:
        trained: the network.
        source: where the photographs come from.
        detections: of classes that it knows.
        names: of the photographs, one a detection, as the source knows them.
        flip: average with the mirror image.

    Raises:
        DataError: a class that the weights do not know.
        ImageError: a photograph that cannot be read.
    """
    class_indices([item.category for item in detections], trained.classes)
    viewpoints = np.full((len(detections), 3), np.nan)
    order = sorted(range(len(detections)), key=lambda number: names[number])
    known, size = photographs(source), trained.config.model.image_size
    with progress(len(order), "viewpoints of detections", "detections") as bar:
        for start in range(0, len(order), CHUNK):
            part = order[start : start + CHUNK]
            wanted = ((number, known[names[number]], detections[number].bbox) for number in part)
            crops = dict(_crops(source, wanted, size))
            if crops:
                batch = _batch(list(crops.values()), [detections[number].category for number in crops])
                viewpoints[list(crops)] = tell(trained, batch, flip, not has_tilt(source)).viewpoints
            bar.advance(len(part))
    return viewpoints


def _crops(source: Any, wanted: Iterable[tuple[int, Photograph, Box]], size: int) -> Iterator[tuple[int, np.ndarray]]:
    """Yield number and crop of each box that holds something; a photograph is read once for all that follow."""
    last, pixels = None, np.zeros((0, 0, 4), np.uint8)
    for number, photograph, box in wanted:
        if photograph != last:
            last, pixels = photograph, _pixels(source, photograph)
        inner = _inside(box, pixels.shape[1], pixels.shape[0])
        if inner is not None:
            yield number, crop_of(_view(pixels, inner), size)


def _inside(box: Box, width: int, height: int) -> Box | None:
    """Return the part of a box within a photograph; None where less than a pixel is left."""
    x0, y0, x1, y1 = max(box[0], 0.0), max(box[1], 0.0), min(box[2], float(width)), min(box[3], float(height))
    return (x0, y0, x1, y1) if x1 - x0 >= 1 and y1 - y0 >= 1 else None


def _view(pixels: np.ndarray, box: Box) -> dict[str, Any]:
    """Return a detection as the view that is cropped."""
    unknown = {"viewpoint": np.zeros(4, np.float32), "category": "", "index": 0}
    return {"image": pixels, "bbox": np.array(box, np.float32), "real": True, **unknown}


def _batch(images: Sequence[np.ndarray], categories: Sequence[str]) -> Crops:
    """Return crops without a label."""
    count = len(images)
    empty = (np.zeros((count, 3)), tuple(categories), ("",) * count, np.ones(count, bool))
    return Crops(np.stack(images), *empty, np.ones(count, int), np.zeros(count), np.zeros(count, bool))


def score_detections(
    source: Any, detections: Sequence[Detection], trained: Trained | None = None, flip: bool = True
) -> dict[str, Any]:
    """Return the precisions of detections, ``per_class`` and means, counted by each of ``RULES``.

    Detections of classes that no object of the source has are left out. Those in photographs that show no object of
    the source count as false positives.

    Args:
        source: with the objects, of one split.
        detections: in the same photographs.
        trained: tells the viewpoints; without it the detections have them.
        flip: average with the mirror image.

    Raises:
        DataError: nothing to score, photographs that are not the data's, or classes that the network does not know.
    """
    start = time.monotonic()
    objects = objects_of(source)
    classes = set(objects.categories)
    kept = [item for item in detections if item.category in classes]
    _check(objects, detections, kept)
    names = named_alike(kept, objects.images)
    boxes, scores = (np.array([getattr(item, name) for item in kept], np.float64) for name in ("bbox", "score"))
    views = np.array([item.viewpoint or (np.nan,) * 3 for item in kept], np.float64).reshape(-1, 3)
    found = Found(names, [item.category for item in kept], boxes, views, scores)
    if trained is not None:
        near = np.nonzero(near_objects(found, objects))[0]  # the others are false positives, whatever they show
        of_near = ([values[i] for i in near] for values in (kept, names))
        views[near] = detected_viewpoints(trained, source, *of_near, flip)
    rules = {name: viewpoint_precision(found, objects, rule) for name, rule in RULES.items()}
    notes = _notes(detections, found, objects, trained)
    return {**rules["script"], "rules": rules, "notes": notes, "seconds": time.monotonic() - start}


def _check(objects: Found, detections: Sequence[Detection], kept: Sequence[Detection]) -> None:
    """Refuse what would score 0 for no reason of the detector's."""
    if not len(objects):
        raise DataError("the data have no object in this split", "at least one", "choose another split")
    if detections and not kept:
        found = f"no detection is of a class of the data (they are of {_listed({d.category for d in detections})})"
        raise DataError(found, f"some of {_listed(set(objects.categories))}")


def has_viewpoints(detections: Sequence[Detection]) -> bool:
    """Whether a file of detections tells viewpoints itself.

    Raises:
        DataError: some of its detections have one and some have none, or there is no detection.
    """
    told = sum(item.viewpoint is not None for item in detections)
    if not detections:
        raise DataError("the file has no detection that can be scored", "at least one box with an area")
    if 0 < told < len(detections):
        raise DataError(f"{told} of {len(detections)} detections have an azimuth", "all of them, or none")
    return told > 0


def _notes(detections: Sequence[Detection], found: Found, objects: Found, trained: Trained | None) -> list[str]:
    """Return what a reader must know of how the detections were counted."""
    notes = [SCRIPT]
    if len(found) < len(detections):
        others = _listed({d.category for d in detections} - set(objects.categories))
        notes.append(f"{len(detections) - len(found)} detections of other classes are left out: {others}")
    known = set(objects.images)
    if strange := [name for name in found.images if name not in known]:
        notes.append(
            f"{len(strange)} detections lie in {len(set(strange))} photographs without an object of this split and are "
            "false positives: leave them out of the file where they belong to another split"
        )
    if len(found) > 1 and len(np.unique(found.scores)) == 1:
        notes.append("all detections have the same score, so their order in the file decides")
    hard = int(np.sum(objects.difficult))
    if hard:
        notes.append(f"{hard} difficult objects are not to be found")
    if trained is None:
        notes.append("the viewpoints are those of the file; no network was run")
    return notes


def _listed(names: set[str], most: int = 12) -> str:
    """Return names in order, the first of many."""
    ordered = sorted(names)
    return ", ".join(ordered[:most]) + (f" and {len(ordered) - most} more" if len(ordered) > most else "")
