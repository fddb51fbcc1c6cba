"""Views: what training and evaluation read, be it rendered or photographed, decoded once and kept in memory."""

from __future__ import annotations

import threading
from typing import Any, Protocol, runtime_checkable

import numpy as np

from vantage.records.reader import RecordSource

View = dict[str, Any]
"""One view: ``image`` uint8 [H, W, 4] with straight alpha; ``viewpoint`` float32 [4] (azimuth, elevation, tilt in
degrees, distance); ``bbox`` float32 [4] (x0, y0, x1, y1, pixels); ``mask`` uint8 [H, W], 255 on the object (may be
left out); ``category``; ``index``; ``real``, true for photographs. Rendered views may hold further features.

Views of photographs may also have ``truncated``, ``occluded``, ``difficult`` (bool; absent: unknown);
``viewpoint_kind``, which is ``fine`` (an absent one too), ``coarse`` (the azimuth alone is meant, the others are NaN)
or ``none``; ``source_image``, the name of the whole photograph, which views of one share; and ``source_bbox``, the box
in its pixels."""

FINE = "fine"

MEMORY_LIMIT = 6 * 2**30
"""Bytes of views that `InMemorySource` keeps by default."""

BASE_FEATURES = ("image", "viewpoint", "bbox", "category", "index")


@runtime_checkable
class ViewSource(Protocol):
    """Random access to views."""

    def __len__(self) -> int:
        """Return the number of views."""

    def __getitem__(self, index: int) -> View:
        """Return one view."""


def label_of(source: Any, index: int) -> View:
    """Return a view without its pixels where the source can tell it without decoding them (``label``), else whole."""
    return source.label(index) if hasattr(source, "label") else source[index]


def fine_views(source: ViewSource) -> ViewSource:
    """Return the views of ``source`` whose viewpoint is fine: what can be trained on and scored."""
    if not hasattr(source, "label"):
        return source
    kinds = [source.label(index).get("viewpoint_kind", FINE) for index in range(len(source))]
    fine = [index for index, kind in enumerate(kinds) if kind == FINE]
    return source if len(fine) == len(kinds) else Subset(source, fine)


def fold_of(view: View) -> int:
    """Return the fold of a view's symmetry, 1 where it has none or tells none; see `vantage.geometry.symmetry`."""
    return int((view.get("symmetry") or {}).get("fold", 1))


def has_tilt(source: Any) -> bool:
    """Whether the labels of a source have a tilt; without one it is 0 in all."""
    return getattr(source, "has_tilt", True)


class RecordViews:
    """The records of one split as views.

    Args:
        records: an open split.
        extra: further features to decode, such as ``mask`` or ``keypoints_2d``.
    """

    def __init__(self, records: RecordSource, extra: tuple[str, ...] = ("mask", "symmetry")):
        self.records = records.only(*BASE_FEATURES, *extra)

    def __len__(self) -> int:
        return len(self.records)

    def __getitem__(self, index: int) -> View:
        return {**self.records[index], "real": False}


class InMemorySource:
    """Keeps the views of a source once they are decoded, as uint8, so that nothing is decoded twice.

    Beyond ``limit`` bytes further views are decoded each time they are asked for. Threads may share it.

    Args:
        source: where the views come from.
        limit: bytes to keep at most.
        drop: parts of a view to leave out, since training does without them.
    """

    def __init__(self, source: ViewSource, limit: int = MEMORY_LIMIT, drop: tuple[str, ...] = ("mask",)):
        self.source, self.limit, self.drop = source, limit, drop
        self.nbytes = 0
        """Bytes of pixels and labels kept so far."""
        self._views: list[View | None] = [None] * len(source)
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._views)

    def __getitem__(self, index: int) -> View:
        view = self._views[index]
        return self._load(index) if view is None else view

    def label(self, index: int) -> View:
        """Return a view, perhaps without its pixels; see `label_of`."""
        view = self._views[index]
        if view is None and hasattr(self.source, "label"):
            return self.source.label(index)
        return self[index]

    @property
    def has_tilt(self) -> bool:
        """Whether the labels have a tilt."""
        return has_tilt(self.source)

    def preload(self) -> InMemorySource:
        """Decode everything now (as far as the limit allows), and return self."""
        for index in range(len(self)):
            if self.nbytes >= self.limit:
                break
            self[index]
        return self

    @property
    def kept(self) -> int:
        """The number of views in memory."""
        return sum(view is not None for view in self._views)

    def _load(self, index: int) -> View:
        view = {name: value for name, value in self.source[index].items() if name not in self.drop}
        size = sum(value.nbytes for value in view.values() if isinstance(value, np.ndarray))
        with self._lock:
            if self._views[index] is None and self.nbytes + size <= self.limit:
                self._views[index] = view
                self.nbytes += size
        return view


class Subset:
    """Some views of a source, such as fifty photographs, or the views of one category.

    Args:
        source: where the views come from.
        indices: which, in which order.
    """

    def __init__(self, source: ViewSource, indices: Any):
        self.source = source
        self.indices = [int(index) for index in indices]

    def __len__(self) -> int:
        return len(self.indices)

    def __getitem__(self, index: int) -> View:
        return self.source[self.indices[index]]

    def label(self, index: int) -> View:
        """Return a view, perhaps without its pixels; see `label_of`."""
        return label_of(self.source, self.indices[index])

    @property
    def has_tilt(self) -> bool:
        """Whether the labels have a tilt."""
        return has_tilt(self.source)
