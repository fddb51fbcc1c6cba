"""What all views of a set show, as columns: the ground of ``vantage inspect``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from vantage.records.reader import RecordSource, open_records, splits_of

STATES = ("visible", "self-occluded", "occluded", "outside")
"""The states of a keypoint, in the order of their numbers."""

LOOKED_AT = 1000
"""Views whose pictures are decoded, for the brightness; the labels of all are read."""

_LABELS = ("category", "model_id", "viewpoint", "bbox", "keypoint_visibility")
_LUMINANCE = np.array([0.2126, 0.7152, 0.0722], np.float32)


@dataclass(frozen=True, eq=False)
class Survey:
    """Columns over the n views of all splits, in order.

    Attributes:
        split, category, model_id: [n] text.
        place: int [n], where it is in its split.
        viewpoint: float64 [n, 4], azimuth, elevation, tilt in degrees, distance in object units.
        side: float64 [n], longer side of the object's box, px; 0 where nothing is seen.
        states: int64 [n, 4], keypoints in each state.
        brightness: float64 [n], mean of the object's pixels in [0, 1]; NaN where the picture was not looked at.
    """

    split: np.ndarray
    category: np.ndarray
    model_id: np.ndarray
    place: np.ndarray
    viewpoint: np.ndarray
    side: np.ndarray
    states: np.ndarray
    brightness: np.ndarray

    def __len__(self) -> int:
        return len(self.split)

    def of(self, chosen: np.ndarray) -> Survey:
        """Return the views that ``chosen`` (bool or int [n]) picks."""
        return Survey(**{name: column[chosen] for name, column in vars(self).items()})


def survey_set(folder: Path, looked_at: int = LOOKED_AT) -> Survey:
    """Read the labels of every view of a set, and the brightness of about ``looked_at``.

    Raises:
        DataError: the folder is no finished set.
    """
    counts = splits_of(folder)
    step = max(1, -(-sum(counts.values()) // looked_at))
    parts = [_survey_split(open_records(folder, split), step) for split in counts]
    return Survey(*(np.concatenate([vars(part)[name] for part in parts]) for name in Survey.__dataclass_fields__))


def _survey_split(source: RecordSource, step: int) -> Survey:
    """Return the columns of one split; the picture of every ``step``-th view is looked at."""
    labels, pictures = source.only(*_LABELS), source.only("image", "mask")
    rows = [labels[place] for place in range(len(labels))]
    boxes = np.array([row["bbox"] for row in rows], np.float64)
    seen = [brightness(**pictures[place]) if place % step == 0 else np.nan for place in range(len(rows))]
    return Survey(
        np.full(len(rows), source.split),
        np.array([row["category"] for row in rows]),
        np.array([row["model_id"] for row in rows]),
        np.arange(len(rows)),
        np.array([row["viewpoint"] for row in rows], np.float64),
        (boxes[:, 2:] - boxes[:, :2]).max(axis=1),
        np.array([np.bincount(row["keypoint_visibility"], minlength=4) for row in rows], np.int64),
        np.array(seen, np.float64),
    )


def even_picks(places: np.ndarray, count: int) -> np.ndarray:
    """Return up to ``count`` of ``places``, spread evenly."""
    chosen = np.linspace(0, len(places) - 1, min(count, len(places))).round().astype(int)
    return places[np.unique(chosen)]


def brightness(image: np.ndarray, mask: np.ndarray) -> float:
    """Return the mean luminance of the object's pixels, display values in [0, 1]; NaN where there are none.

    Args:
        image: uint8 [h, w, 4].
        mask: uint8 [h, w], or [h, w, 1].
    """
    pixels = image[np.asarray(mask).reshape(image.shape[:2]) > 0][:, :3]
    return float((pixels @ _LUMINANCE).mean() / 255) if len(pixels) else float("nan")


def spread(values: np.ndarray) -> dict[str, Any]:
    """Return least, median and greatest of the finite ``values``; None each where there are none."""
    values = values[np.isfinite(values)]
    if not len(values):
        return {"min": None, "median": None, "max": None}
    return {"min": float(values.min()), "median": float(np.median(values)), "max": float(values.max())}
