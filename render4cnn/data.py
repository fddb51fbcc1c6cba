"""Views to tensors: sources, classes, the training stream and the crops that are scored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from render4cnn.config import ANGLES, Config
from vantage.benchmarks import is_labelled_photographs, is_photographs, open_views
from vantage.console import console
from vantage.errors import DataError
from vantage.records.pipeline import AugmentConfig, InMemorySource, Subset, crop_only, training_batches
from vantage.records.sources import fine_views, fold_of, label_of
from vantage.training.configs import from_plain

HELD_OUT = 0.05
"""Share of the labelled photographs that a training is validated on, instead of learning from them."""


@dataclass(frozen=True)
class DataSpec:
    """One ``--data`` option.

    Args:
        spec: a folder of renders, or photographs such as ``cars:DIR`` (`vantage.benchmarks.READERS`).
        weight: share of the training views drawn from it, relative to the others'; None for its number of views.
        limit: use only so many of its training views, chosen by the seed; None for all.
    """

    spec: str
    weight: float | None = None
    limit: int | None = None


def select(source: Any, limit: int | None, seed: int) -> Any:
    """Return ``limit`` views of ``source`` drawn without replacement; a larger limit holds the smaller one's views."""
    if limit is None or limit >= len(source):
        return source
    order = np.random.default_rng([seed, 0x11E1]).permutation(len(source))
    return Subset(source, np.sort(order[:limit]))


def spread(source: Any, count: int) -> Any:
    """Return at most ``count`` views of ``source``, evenly spread over it."""
    if len(source) <= count:
        return source
    return Subset(source, np.linspace(0, len(source) - 1, count).round().astype(np.int64))


def categories_of(source: Any) -> list[str]:
    """Return the class of each view."""
    return [str(label_of(source, index)["category"]) for index in range(len(source))]


def class_names(sources: Sequence[Any]) -> tuple[str, ...]:
    """Return the classes of all sources, in alphabetical order."""
    return tuple(sorted({name for source in sources for name in categories_of(source)}))


def class_indices(categories: Sequence[str], classes: Sequence[str]) -> np.ndarray:
    """Return the number of each category: int32 [n].

    Raises:
        DataError: categories that ``classes`` does not hold, by name.
    """
    numbers = {name: number for number, name in enumerate(classes)}
    unknown = sorted(set(categories) - set(numbers))
    if unknown:
        found = f"unknown class {', '.join(map(repr, unknown))}"
        raise DataError(found, f"one of {', '.join(classes)}, which the weights know", "use other data, or train")
    return np.array([numbers[name] for name in categories], np.int32)


@dataclass(frozen=True)
class Opened:
    """One ``--data`` as a training uses it.

    Args:
        train: views to learn from, each decoded once and kept.
        validation: views to validate on, without augmentation; None where there are none.
    """

    train: InMemorySource
    validation: Any | None


def open_training(data: Sequence[DataSpec], seed: int, validation_views: int = 512) -> list[Opened]:
    """Open every ``--data``, limited where asked: what is learned from, and what is validated on.

    Of renders these are the splits train and val. Of photographs both are parts of the split train: their other splits
    are there to be scored on, and a training that looked at them would spoil the score. Views without a fine viewpoint
    are left out.

    Args:
        data: sources.
        seed: chooses where there is a limit.
        validation_views: at most about so many views are validated on, of all sources together.

    Raises:
        DataError: a source that cannot be read or holds no view.
    """
    most = max(validation_views // max(len(data), 1), 1)
    return [_open_one(item, seed, most) for item in data]


def _open_one(item: DataSpec, seed: int, most: int) -> Opened:
    source = select(fine_views(open_views(item.spec, "train")), item.limit, seed)
    if not len(source):
        raise DataError(
            f"{item.spec} has no view with a fine viewpoint in its train split", "at least one", "choose more"
        )
    held = None
    if is_labelled_photographs(item.spec):
        source, held = hold_out(source, most)
    elif not is_photographs(item.spec):
        held = _validation_split(item.spec, most)
    return Opened(InMemorySource(source), held)


def hold_out(source: Any, most: int) -> tuple[Any, Any | None]:
    """Split photographs into those to learn from and those to validate on: the same at each call.

    A training with another seed that goes on with a network validates on what that one did not learn from either. Of
    each class at most ``HELD_OUT`` is held out, so that none is lost; objects of one picture stay together.

    Returns:
        both; the second is None where there are too few to hold one out.
    """
    labels = [label_of(source, number) for number in range(len(source))]
    pictures: dict[str, list[int]] = {}
    for number, label in enumerate(labels):
        pictures.setdefault(str(label.get("source_image", number)), []).append(number)
    total, taken, held = Counter(str(label["category"]) for label in labels), Counter(), []
    names = sorted(pictures)
    for place in np.random.default_rng([0, 0x4E1D]).permutation(len(names)):
        numbers = pictures[names[place]]
        then = taken + Counter(str(labels[number]["category"]) for number in numbers)
        if len(held) + len(numbers) <= most and all(then[name] <= HELD_OUT * total[name] for name in then):
            taken, held = then, held + numbers
    if not held:
        return source, None
    rest = np.setdiff1d(np.arange(len(source)), held)
    return Subset(source, rest), Subset(source, np.sort(held))


def _validation_split(spec: str, most: int) -> Any | None:
    """Return views of a rendered set's split val, None where it has none."""
    try:
        source = fine_views(open_views(spec, "val"))
    except DataError as error:
        console.print(f"no validation on {spec}: {error}", markup=False, soft_wrap=True)
        return None
    return spread(source, most) if len(source) else None


def mixing_weights(data: Sequence[DataSpec], sources: Sequence[Any]) -> list[float]:
    """Return each source's share of the training views; they add up to 1."""
    weights = [len(source) if item.weight is None else item.weight for item, source in zip(data, sources)]
    return [weight / sum(weights) for weight in weights]


def augment_config(config: Config, backgrounds: str | None = None) -> AugmentConfig:
    """Return how training examples are made: the defaults, the preset's changes, and the user's photographs.

    Raises:
        ValueError: a field that the pipeline does not have.
    """
    changes = {**config.augmentation, "image_size": config.model.image_size}
    if backgrounds:
        changes["background"] = f"photos:{backgrounds}"
    return from_plain(AugmentConfig, changes)


def to_tensors(batch: Mapping[str, Any], classes: Sequence[str]) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Turn a batch of the pipeline into the network's input and labels."""
    labels = {name: np.asarray(batch[name], np.float32) for name in ANGLES}
    if "fold" in batch:
        labels["fold"] = np.asarray(batch["fold"], np.int32)
    labels["class_index"] = class_indices([str(name) for name in batch["category"]], classes)
    return np.asarray(batch["image"], np.float32), labels


def training_stream(
    sources: Sequence[Any],
    weights: Sequence[float],
    config: Config,
    classes: Sequence[str],
) -> TrainingStream:
    """Return augmented batches of a mix of sources, in an order that the configuration's seed decides."""
    augment = augment_config(config)
    return TrainingStream(training_batches(sources, weights, augment, config.batch_size, config.seed), classes)


class TrainingStream:
    """Endless batches ``(images, labels)`` whose position can be saved; see ``vantage.training.loop``.

    Args:
        batches: the pipeline's batches, in an iterable or iterator.
        classes: names, in the order of the blocks.
    """

    def __init__(self, batches: Any, classes: Sequence[str]):
        self._iterator, self._classes = iter(batches), classes

    def __next__(self) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        return to_tensors(next(self._iterator), self._classes)

    def get_state(self) -> Any:
        """Return the position, as JSON values."""
        return self._iterator.get_state()

    def set_state(self, state: Any) -> None:
        """Continue from a position."""
        self._iterator.set_state(state)


@dataclass(frozen=True)
class Crops:
    """Views as the network sees them, without augmentation.

    Args:
        images: uint8 [n, S, S, 3].
        viewpoints: float64 [n, 3], azimuth, elevation, tilt, degrees.
        categories: n names.
        names: n files or records, for people.
        real: bool [n].
        folds: int [n], of the objects' symmetry; 1 where the data tell none.
        sizes: float64 [n], the longer side of each box in pixels of its picture.
        hard: bool [n], objects that are truncated, occluded or difficult, where the data say so.
    """

    images: np.ndarray
    viewpoints: np.ndarray
    categories: tuple[str, ...]
    names: tuple[str, ...]
    real: np.ndarray
    folds: np.ndarray
    sizes: np.ndarray
    hard: np.ndarray

    def __len__(self) -> int:
        return len(self.images)


def crop_of(view: Any, size: int) -> np.ndarray:
    """Return the crop of a view's box as the network sees it, nothing random: uint8 [size, size, 3]."""
    return np.rint(crop_only(view, size)["image"] * 255).astype(np.uint8)


def load_crops(source: Any, image_size: int) -> Crops:
    """Decode every view of ``source`` and crop it to its box."""
    images, viewpoints, categories, names, rest = [], [], [], [], []
    for number in range(len(source)):
        view = source[number]
        images.append(crop_of(view, image_size))
        viewpoints.append(np.asarray(view["viewpoint"], np.float64)[:3])
        categories.append(str(view["category"]))
        names.append(str(view.get("name", view["index"])))
        rest.append((bool(view["real"]), fold_of(view), box_size(view), is_hard(view)))
    stacked = np.stack(images) if images else np.zeros((0, image_size, image_size, 3), np.uint8)
    angles = np.stack(viewpoints) if viewpoints else np.zeros((0, 3))
    columns = zip(zip(*rest) if rest else ((),) * 4, (bool, np.int64, np.float64, bool))
    rest = (np.array(column, kind) for column, kind in columns)
    return Crops(stacked, angles, tuple(categories), tuple(names), *rest)


def box_size(view: Any) -> float:
    """Return the longer side of a view's box, in pixels of the photograph or render that it came from."""
    x0, y0, x1, y1 = np.asarray(view.get("source_bbox", view["bbox"]), np.float64)
    return float(max(x1 - x0, y1 - y0))


def is_hard(view: Any) -> bool:
    """Whether an object is truncated, occluded or difficult, as far as the data say."""
    return any(bool(view.get(name)) for name in ("truncated", "occluded", "difficult"))
