"""Many photographs, one after another: decoded by threads while the network works, in memory that does not grow."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from render4cnn.crops import Box, ImageLike, crop_photo
from render4cnn.prediction import Prediction
from render4cnn.serving import BATCH
from vantage.errors import ImageError
from vantage.records.photos import OpenPhoto, open_photo

AHEAD = 3 * BATCH
"""Crops made before the network asks for them."""

FRAME_WEIGHT = 32
"""An image that is in memory already counts as so many crops: a frame of a video is large."""


@dataclass(frozen=True)
class Job:
    """Objects in one photograph.

    Args:
        image: a file, pixels, or a PIL image.
        boxes: of the objects, x0, y0, x1, y1 px; None for the whole image.
        categories: the class of each, or None to let the network choose.
        tag: whatever the caller knows it by.
    """

    image: ImageLike
    boxes: Sequence[Box | None] = (None,)
    categories: Sequence[str | None] = (None,)
    tag: Any = None

    @property
    def weight(self) -> int:
        """How many crops it counts for."""
        return max(1, len(self.boxes)) + (FRAME_WEIGHT if isinstance(self.image, np.ndarray) else 0)


@dataclass(frozen=True)
class Done:
    """What came of a job.

    Args:
        job: the job.
        results: a prediction, or why there is none, for each box.
        size: width and height of the photograph, px; None where it cannot be read.
        error: why it cannot be read.
        kept: what ``keep`` returned.
    """

    job: Job
    results: Sequence[Prediction | ImageError]
    size: tuple[int, int] | None = None
    error: ImageError | None = None
    kept: Any = None

    def predictions(self) -> list[Prediction]:
        """Return a prediction for each box.

        Raises:
            ImageError: there is none for one of them.
        """
        problems = [self.error, *(result for result in self.results if isinstance(result, ImageError))]
        for problem in problems:
            if problem is not None:
                raise problem
        return list(self.results)


Keep = Callable[[OpenPhoto], Any]


class Network(Protocol):
    """What is asked of ``render4cnn.predict.Predictor`` here."""

    @property
    def image_size(self) -> int: ...

    def open(self, image: ImageLike, boxes: Sequence[Box | None]) -> OpenPhoto: ...

    def predict_crops(self, crops: Sequence[np.ndarray], category: Sequence[str | None]) -> list[Prediction]: ...


@dataclass
class _Loaded:
    """A decoded job: its crops, with errors in the place of those that could not be made."""

    job: Job
    crops: list[np.ndarray | ImageError] = field(default_factory=list)
    size: tuple[int, int] | None = None
    error: ImageError | None = None
    kept: Any = None


def predict_stream(predictor: Network, jobs: Iterable[Job], keep: Keep | None = None) -> Iterator[Done]:
    """Yield the result of every job, in order.

    Args:
        predictor: the network.
        jobs: taken one by one, a few batches ahead of what is yielded.
        keep: called with each photograph, whole and in full size, while it is in memory.

    Raises:
        UserError: an unknown class.
    """
    batch: list[_Loaded] = []
    weight = 0
    for loaded in _load_ahead(jobs, lambda job: _load(job, predictor, keep)):
        batch.append(loaded)
        weight += max(1, len(loaded.crops))
        if weight >= BATCH:
            yield from _predict(predictor, batch)
            batch, weight = [], 0
    yield from _predict(predictor, batch)


def _load_ahead(jobs: Iterable[Job], load: Callable[[Job], _Loaded]) -> Iterator[_Loaded]:
    """Yield each job loaded, in order; threads load those that come next."""
    pool = ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="photographs")
    waiting: deque[tuple[Job, Future[_Loaded]]] = deque()
    source, weight = iter(jobs), 0
    try:
        while True:
            while weight < AHEAD and (job := next(source, None)) is not None:
                waiting.append((job, pool.submit(load, job)))
                weight += job.weight
            if not waiting:
                return
            job, future = waiting.popleft()
            yield future.result()
            weight -= job.weight
    finally:
        pool.shutdown(cancel_futures=True)


def _load(job: Job, predictor: Network, keep: Keep | None) -> _Loaded:
    """Decode a job's photograph and cut its crops; pixels are not needed any longer then."""
    slim = job if isinstance(job.image, str | Path) else replace(job, image="")
    try:
        photo = predictor.open(job.image, job.boxes)
        kept = keep(photo if slim is not job else open_photo(job.image)) if keep else None
    except ImageError as error:
        return _Loaded(slim, error=error)
    return _Loaded(slim, [_crop(job, photo, box, predictor) for box in job.boxes], photo.size, kept=kept)


def _crop(job: Job, photo: OpenPhoto, box: Box | None, predictor: Network) -> np.ndarray | ImageError:
    name = str(job.image) if isinstance(job.image, str | Path) else "the image"
    try:
        return crop_photo(photo, box, predictor.image_size, name)
    except ImageError as error:
        return error


def _predict(predictor: Network, batch: Sequence[_Loaded]) -> Iterator[Done]:
    """Run the network on all crops of a batch of jobs."""
    crops, categories = [], []
    for item in batch:
        for crop, category in zip(item.crops, item.job.categories):
            if not isinstance(crop, ImageError):
                crops.append(crop)
                categories.append(category)
    found = iter(predictor.predict_crops(crops, categories))
    for item in batch:
        results = [crop if isinstance(crop, ImageError) else next(found) for crop in item.crops]
        yield Done(item.job, results, item.size, item.error, item.kept)
