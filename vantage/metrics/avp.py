"""Average viewpoint precision: objects found in whole photographs, with the right azimuth bin.

AVP-V of Xiang, Mottaghi and Savarese, "Beyond PASCAL" (WACV 2014), as Render for CNN's released script computes it
(``view_estimation/compute_recall_precision_accuracy_azimuth.m`` in github.com/ShapeNet/RenderForCNN): azimuth bins of
width 360 / V, the first centred on 0; a detection is right where it finds an object (`vantage.metrics.detection`) and
its azimuth lies in the object's bin; the area below (right detections / detections so far) over recall, by the rule of
VOC2010 and later. Objects marked difficult are removed, so that what is detected there is a false positive; VOC's own
rule, which leaves such detections out, is `Rule(difficult="left out")`. Of an object with a coarse viewpoint only
the azimuth counts. The mean leaves the bottle out, which has no azimuth; the one with it is given too.

Two things differ from the script: detections claim objects in the order of their scores, not of the file (VOC's
rule; files are usually sorted), and ``arp`` (the rotation within 30 degrees, instead of the bin) is measured with the
true angle, where the script's angle / sqrt(2) lets 42.4 degrees pass.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from vantage.errors import UserError
from vantage.geometry.viewpoints import viewpoint_distance_deg, wrap_degrees
from vantage.metrics.detection import (
    IOU_THRESHOLD,
    LEFT_OUT,
    average_precision,
    box_iou,
    claim_objects,
    precision_recall,
)
from vantage.metrics.viewpoint import ACCURACY_THRESHOLD_DEG, azimuth_bins

VIEWS = (4, 8, 16, 24)
"""Numbers of azimuth bins."""

NO_AZIMUTH = ("bottle",)
"""Classes that published means leave out."""

DIFFICULT = ("removed", "left out")


@dataclass(frozen=True)
class Found:
    """Detections, or objects, in whole photographs.

    Args:
        images: n names.
        categories: n classes.
        boxes: [n, 4] x0, y0, x1, y1, pixels of the photograph.
        viewpoints: [n, 3] azimuth, elevation, tilt, degrees; NaN where unknown (never right), elevation and tilt NaN
            where only the azimuth is meant.
        scores: [n], of detections; empty for objects.
        difficult: bool [n], of objects; empty for none.
    """

    images: Sequence[str]
    categories: Sequence[str]
    boxes: np.ndarray
    viewpoints: np.ndarray
    scores: np.ndarray | Sequence[float] = ()
    difficult: np.ndarray | Sequence[bool] = ()

    def by_class(self) -> dict[str, Found]:
        """Return class -> those of it."""
        places: dict[str, list[int]] = {}
        for place, name in enumerate(self.categories):
            places.setdefault(str(name), []).append(place)
        return {name: self._only(np.array(chosen)) for name, chosen in places.items()}

    def _only(self, chosen: np.ndarray) -> Found:
        names = ([str(values[place]) for place in chosen] for values in (self.images, self.categories))
        arrays = (np.asarray(values)[chosen] for values in (self.boxes, self.viewpoints))
        rest = (np.asarray(values)[chosen] if len(values) else () for values in (self.scores, self.difficult))
        return Found(*names, *arrays, *rest)

    def __len__(self) -> int:
        return len(self.images)


@dataclass(frozen=True)
class Rule:
    """How detections are counted.

    Args:
        difficult: ``removed`` (Render for CNN's script) or ``left out`` (VOC).
        method: ``area`` or ``11-point``, see ``average_precision``.
        threshold: least intersection over union.
    """

    difficult: str = "removed"
    method: str = "area"
    threshold: float = IOU_THRESHOLD

    def __post_init__(self):
        if self.difficult not in DIFFICULT:
            raise UserError(f"difficult objects are to be {self.difficult!r}", f"one of {', '.join(DIFFICULT)}")


def view_bins(azimuth: np.ndarray, views: int) -> np.ndarray:
    """Return the bin [n] of azimuths in degrees as the released script has it; -1 for NaN.

    It is ``azimuth_bins``, but for the very lower edge of bin 0, which the script counts to the last bin: coarse
    labels of 315 degrees lie there with 4 views.
    """
    azimuth = np.asarray(azimuth, np.float64)
    known = np.isfinite(azimuth)
    angle = np.where(known, azimuth, 0.0)
    bins = np.where(np.mod(angle, 360.0) == 360.0 - 180.0 / views, views - 1, azimuth_bins(angle, views))
    return np.where(known, bins, -1)


def near_objects(detected: Found, objects: Found, threshold: float = IOU_THRESHOLD) -> np.ndarray:
    """Return which detections overlap an object of their class well enough to find it, bool [n].

    Only their viewpoints matter: all others are false positives by any rule.
    """
    near = np.zeros(len(detected), bool)
    boxes: dict[tuple[str, str], list[np.ndarray]] = {}
    for image, category, box in zip(objects.images, objects.categories, np.reshape(objects.boxes, (-1, 4))):
        boxes.setdefault((str(image), str(category)), []).append(box)
    for number, key in enumerate(zip(map(str, detected.images), map(str, detected.categories))):
        if key in boxes:
            near[number] = box_iou(detected.boxes[number][None], np.stack(boxes[key])).max() >= threshold
    return near


def class_precision(detected: Found, objects: Found, rule: Rule = Rule()) -> dict[str, float | int]:
    """Return the precisions of one class: ``objects``, ``detections``, ``ap``, ``avp_4`` .. ``avp_24``, ``arp``.

    ``objects`` counts those that are to be found, without difficult ones. Where there are none, the precisions are NaN.

    Args:
        detected: with scores.
        objects: of the same class.
        rule: how to count.

    Raises:
        UserError: lengths that disagree, numbers that are not finite.
    """
    difficult = np.asarray(objects.difficult, bool) if len(objects.difficult) else np.zeros(len(objects), bool)
    kept = np.ones(len(objects), bool) if rule.difficult == "left out" else ~difficult
    names = np.asarray(list(objects.images), np.str_)[kept]
    boxes, views = np.reshape(objects.boxes, (-1, 4))[kept], _angles(objects)[kept]
    detections = (detected.images, detected.boxes, detected.scores)
    claims = claim_objects(detections, (names, boxes), difficult[kept], rule.threshold)
    counted = claims != LEFT_OUT
    claims, scores = claims[counted], np.asarray(detected.scores, np.float64)[counted]
    told = _angles(detected)[counted]
    positives = int((~difficult).sum())
    result: dict[str, float | int] = {"objects": positives, "detections": len(claims)}
    for name, right in _right_views(told, views, claims).items():
        curve = precision_recall(scores, claims >= 0, positives, right)
        result[name] = average_precision(*curve, rule.method) if positives else float("nan")
    return result


def _angles(found: Found) -> np.ndarray:
    """Return viewpoints as float64 [n, 3], or raise."""
    values = np.asarray(found.viewpoints, np.float64)
    if values.shape != (len(found), 3) and values.size:
        raise UserError(f"viewpoints of {len(found)} have shape {list(values.shape)}", "[n, 3], NaN where unknown")
    return values.reshape(-1, 3)


def _right_views(told: np.ndarray, true: np.ndarray, claims: np.ndarray) -> dict[str, np.ndarray]:
    """Return name of the precision -> whether each detection is right, bool [n]."""
    found = claims >= 0
    theirs = np.full((len(claims), 3), np.nan)
    theirs[found] = true[claims[found]]
    right = {"ap": found}
    for views in VIEWS:
        bins = view_bins(theirs[:, 0], views)
        right[f"avp_{views}"] = (bins >= 0) & (view_bins(told[:, 0], views) == bins)
    right["arp"] = _viewpoint_errors(told, theirs) < ACCURACY_THRESHOLD_DEG
    return right


def _viewpoint_errors(told: np.ndarray, true: np.ndarray) -> np.ndarray:
    """Return errors [n] in degrees: geodesic, of the azimuth alone where no more is known; infinite without one."""
    azimuth = np.abs(wrap_degrees(told[:, 0] - true[:, 0]))
    whole = np.isfinite(told).all(axis=1) & np.isfinite(true).all(axis=1)
    errors = np.where(np.isfinite(azimuth), azimuth, np.inf)
    errors[whole] = viewpoint_distance_deg(told[whole], true[whole])
    return errors


def viewpoint_precision(detected: Found, objects: Found, rule: Rule = Rule()) -> dict[str, dict]:
    """Return ``{"per_class": {name: class_precision}, "mean": {...}, "mean_with_bottle": {...}}``.

    The classes are those of the objects. Means are over classes that have an object to be found; ``mean`` leaves out
    ``NO_AZIMUTH``, but for ``ap``, whose published mean has all classes.

    Args:
        detected, objects: of any classes.
        rule: how to count.

    Raises:
        UserError: no object, or as ``class_precision``.
    """
    if not len(objects):
        raise UserError("there is no object to be found", "at least one", "check the split and the class")
    found, nothing = detected.by_class(), Found([], [], np.zeros((0, 4)), np.zeros((0, 3)))
    true = sorted(objects.by_class().items())
    per_class = {name: class_precision(found.get(name, nothing), own, rule) for name, own in true}
    scored = {name: row for name, row in per_class.items() if row["objects"]}
    without = {name: row for name, row in scored.items() if name not in NO_AZIMUTH}
    whole = _mean(scored)
    return {"per_class": per_class, "mean": {**_mean(without), "ap": whole["ap"]}, "mean_with_bottle": whole}


def _mean(rows: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    """Return the mean of each precision over classes; NaN without one."""
    keys = ("ap", *(f"avp_{views}" for views in VIEWS), "arp")
    return {key: float(np.mean([row[key] for row in rows.values()])) if rows else float("nan") for key in keys}
