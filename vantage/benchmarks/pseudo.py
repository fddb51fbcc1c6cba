"""Photographs with viewpoints that a network told, for training on photographs that nobody labelled.

A file, JSON::

    {"source": "cars:DIR", "split": "train", "labels": [[number, azimuth, elevation, tilt, confidence], ...]}

``number`` is the place of a view in the source; angles are degrees, the confidence is in [0, 1].
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from vantage.console import write_json
from vantage.errors import DataError
from vantage.records.sources import View, ViewSource

SPLIT = "train"
"""The one split that pseudo-labels have."""

_FIELDS = ("number", "azimuth", "elevation", "tilt", "confidence")


@dataclass(frozen=True)
class PseudoLabel:
    """What a network says of one view: its place in the source, degrees, and how sure it is, in [0, 1]."""

    number: int
    azimuth: float
    elevation: float
    tilt: float
    confidence: float


class PseudoViews:
    """Views of a source with told viewpoints instead of their own labels, which are never read.

    Args:
        source: the photographs.
        labels: those that are used.
    """

    has_tilt = True

    def __init__(self, source: ViewSource, labels: Sequence[PseudoLabel]):
        self.source, self.labels = source, list(labels)

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, index: int) -> View:
        label = self.labels[index]
        told = np.array([label.azimuth, label.elevation, label.tilt, 0], np.float32)
        return {**self.source[label.number], "viewpoint": told, "viewpoint_kind": "fine", "index": index}


def write_pseudo_labels(path: str | os.PathLike, source: str, split: str, labels: Sequence[PseudoLabel]) -> None:
    """Write pseudo-labels of one split of ``source`` (as for `vantage.benchmarks.open_views`)."""
    rows = [[label.number, *(round(float(getattr(label, name)), 4) for name in _FIELDS[1:])] for label in labels]
    write_json(str(path), {"source": source, "split": split, "labels": rows})


def pseudo_source(spec: str) -> str:
    """Return the photographs that a file of pseudo-labels, ``pseudo:FILE``, is of.

    Raises:
        DataError: missing or broken.
    """
    return _read(Path(spec.partition(":")[2]))[0]


def open_pseudo(path: str, split: str, open_views: Callable[[str, str], ViewSource]) -> PseudoViews:
    """Open a file of pseudo-labels, and its source with ``open_views`` (`vantage.benchmarks.open_views`).

    Raises:
        DataError: missing or broken, another split than train, or what is wrong with the source.
    """
    if split != SPLIT:
        raise DataError(f"pseudo-labels have no split {split!r}", SPLIT)
    spec, of_split, rows = _read(Path(path))
    source = open_views(spec, of_split)
    labels = [_label(path, row, len(source)) for row in rows]
    return PseudoViews(source, labels)


def _read(path: Path) -> tuple[str, str, list]:
    """Return the source, its split and the rows of a file."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return str(content["source"]), str(content["split"]), list(content["labels"])
    except FileNotFoundError:
        raise DataError(f"{path} does not exist", "a file that vantage adapt wrote") from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError(f"{path} is no file of pseudo-labels ({error})", "source, split and labels, as JSON") from error


def _label(path: str, row: object, count: int) -> PseudoLabel:
    """Return one checked row."""
    expected = f"{', '.join(_FIELDS)}, the number below {count}"
    if not isinstance(row, list) or len(row) != len(_FIELDS):
        raise DataError(f"{path}: a label is {row!r}", expected)
    numbers = all(isinstance(x, int | float) and not isinstance(x, bool) and math.isfinite(x) for x in row)
    if not numbers or row[0] != int(row[0]) or not 0 <= row[0] < count:
        raise DataError(f"{path}: a label is {row!r}", expected)
    return PseudoLabel(int(row[0]), *map(float, row[1:]))
