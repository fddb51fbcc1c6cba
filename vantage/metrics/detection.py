"""Average precision of detections: which object each one finds, and the area under precision over recall.

The rules are those of PASCAL VOC (Everingham et al., "The PASCAL Visual Object Classes Challenge", IJCV 2010), not
COCO's: a detection is compared with the one object that it overlaps most, and where a surer detection has claimed that
object already, it is a false positive, even if it overlaps another object well enough.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from vantage.errors import UserError

IOU_THRESHOLD = 0.5
"""A detection finds an object whose box it overlaps at least this much."""

NOTHING, LEFT_OUT = -1, -2
"""What a detection may claim besides an object: nothing (a false positive), or one that does not count."""

METHODS = ("area", "11-point")


def box_iou(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Return intersection over union [n, m] of boxes [n, 4] and [m, 4]: x0, y0, x1, y1, edges; 0 without an area."""
    first, second = (np.asarray(boxes, np.float64).reshape(-1, 4) for boxes in (first, second))
    low = np.maximum(first[:, None, :2], second[None, :, :2])
    high = np.minimum(first[:, None, 2:], second[None, :, 2:])
    inner = np.prod(np.maximum(high - low, 0.0), axis=-1)
    areas = [np.prod(np.maximum(boxes[:, 2:] - boxes[:, :2], 0.0), axis=-1) for boxes in (first, second)]
    union = areas[0][:, None] + areas[1][None] - inner
    return np.divide(inner, union, out=np.zeros_like(inner), where=union > 0)


def claim_objects(
    detected: tuple[Sequence[str], np.ndarray, np.ndarray],
    objects: tuple[Sequence[str], np.ndarray],
    difficult: np.ndarray | None = None,
    threshold: float = IOU_THRESHOLD,
) -> np.ndarray:
    """Return what each detection of one class claims [n]: the index of an object, ``NOTHING``, or ``LEFT_OUT``.

    The surer detection comes first (of equal scores the earlier one), takes the object that it overlaps most, and
    claims it where they overlap by ``threshold`` or more and nobody has claimed it.

    Args:
        detected: image names [n], boxes [n, 4], scores [n].
        objects: image names [m], boxes [m, 4].
        difficult: bool [m]; detections of these are left out, as VOC's own rule has it. Render for CNN's script
            removes them from the objects instead, which makes detections of them false positives: leave them out of
            ``objects`` for that.
        threshold: least intersection over union.

    Raises:
        UserError: different lengths, or a score or box that is not finite.
    """
    images, boxes, scores = _checked_detections(*detected)
    object_images, object_boxes = _checked_boxes("objects", *objects)
    difficult = np.zeros(len(object_images), bool) if difficult is None else np.asarray(difficult, bool)
    claims = np.full(len(images), NOTHING)
    shown = _places(object_images)
    for image, mine in _places(images).items():
        if image in shown:
            theirs, mine = shown[image], mine[np.argsort(-scores[mine], kind="stable")]
            overlaps = box_iou(boxes[mine], object_boxes[theirs])
            claims[mine] = _claims_in_one(overlaps, theirs, difficult[theirs], threshold)
    return claims


def _places(names: np.ndarray) -> dict[str, np.ndarray]:
    """Return name -> where it stands, int [k]."""
    places: dict[str, list[int]] = {}
    for place, name in enumerate(names.tolist()):
        places.setdefault(name, []).append(place)
    return {name: np.array(found) for name, found in places.items()}


def _claims_in_one(overlaps: np.ndarray, numbers: np.ndarray, difficult: np.ndarray, threshold: float) -> np.ndarray:
    """Return the claims [n] in one image, whose detections are sorted by score; ``overlaps`` is [n, m]."""
    claims, taken = np.full(len(overlaps), NOTHING), np.zeros(len(numbers), bool)
    for row, best in enumerate(overlaps.argmax(axis=1)):
        if overlaps[row, best] < threshold:
            continue
        if difficult[best]:
            claims[row] = LEFT_OUT
        elif not taken[best]:
            taken[best] = True
            claims[row] = numbers[best]
    return claims


def precision_recall(
    scores: np.ndarray, found: np.ndarray, positives: int, right: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Return recall [n] and precision [n] after each detection, the surest first.

    Args:
        scores: [n].
        found: bool [n], the detection claims an object.
        positives: how many objects there are.
        right: bool [n]; precision counts these instead of ``found``, recall does not: with "the view is right too"
            this is the curve whose area is the average viewpoint precision.
    """
    order = np.argsort(-np.asarray(scores, np.float64), kind="stable")
    found = np.asarray(found, bool)[order]
    right = found if right is None else np.asarray(right, bool)[order] & found
    return np.cumsum(found) / max(positives, 1), np.cumsum(right) / np.arange(1, len(order) + 1)


def average_precision(recall: np.ndarray, precision: np.ndarray, method: str = "area") -> float:
    """Return the average precision of a curve; 0 of an empty one.

    - ``area``: below the curve, each precision raised to the largest at the same or a greater recall (``VOCap.m`` of
      the VOC2010 to VOC2012 kits; what PASCAL3D+'s and Render for CNN's scripts call).
    - ``11-point``: the mean of that raised precision at recall 0, 0.1, .. 1 (VOC2007).

    Args:
        recall: [n], not falling.
        precision: [n], in [0, 1].

    Raises:
        UserError: an unknown method, or different lengths.
    """
    recall, precision = np.asarray(recall, np.float64), np.asarray(precision, np.float64)
    if recall.shape != precision.shape or recall.ndim != 1:
        raise UserError(f"recall has shape {list(recall.shape)}, precision {list(precision.shape)}", "[n] of both")
    raised = np.maximum.accumulate(precision[::-1])[::-1]
    if method == "area":
        return float(np.sum(np.diff(recall, prepend=0.0) * raised))
    if method == "11-point":
        first = np.searchsorted(recall, np.arange(11) / 10 - 1e-12)
        return float(np.append(raised, 0.0)[first].mean())
    raise UserError(f"unknown method {method!r}", f"one of {', '.join(METHODS)}")


def _checked_detections(images: Sequence[str], boxes: np.ndarray, scores: np.ndarray) -> tuple:
    """Return names, boxes and scores as arrays, or raise."""
    images, boxes = _checked_boxes("detections", images, boxes)
    scores = np.asarray(scores, np.float64)
    if scores.shape != (len(images),) or not np.isfinite(scores).all():
        found = f"scores of {len(images)} detections have shape {list(scores.shape)} or are not finite"
        raise UserError(found, "one finite number for each")
    return images, boxes, scores


def _checked_boxes(name: str, images: Sequence[str], boxes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return names and boxes as arrays, or raise."""
    images = np.asarray(list(images), np.str_)
    boxes = np.asarray(boxes, np.float64).reshape(-1, 4) if np.size(boxes) % 4 == 0 else np.full((0, 4), np.nan)
    if len(boxes) != len(images) or not np.isfinite(boxes).all():
        found = f"boxes of {len(images)} {name} have shape {list(np.shape(boxes))} or are not finite"
        raise UserError(found, "x0, y0, x1, y1 for each")
    return images, boxes
