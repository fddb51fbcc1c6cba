"""Training batches: sources mixed by weight, shuffled anew each epoch, augmented, from one seed, resumable exactly.

Built on grain's own data sets, whose iterators have ``get_state()`` and ``set_state()``.
"""

from __future__ import annotations

import atexit
import math
import weakref
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import grain
import numpy as np

from vantage.errors import DataError
from vantage.records.augment import AugmentConfig, augment, crop_only, flip_viewpoint
from vantage.records.backgrounds import BackgroundPool, make_pool
from vantage.records.sources import InMemorySource, RecordViews, Subset, View, ViewSource

__all__ = [
    "AugmentConfig",
    "BackgroundPool",
    "InMemorySource",
    "RecordViews",
    "Subset",
    "View",
    "ViewSource",
    "augment",
    "crop_only",
    "evaluation_batches",
    "flip_viewpoint",
    "make_pool",
    "stacked",
    "training_batches",
]


def training_batches(
    sources: Sequence[ViewSource],
    weights: Sequence[float] | None,
    config: AugmentConfig,
    batch_size: int,
    seed: int,
    backgrounds: BackgroundPool | None = None,
    transform: Callable[[dict[str, Any]], Any] | None = None,
    threads: int = 0,
    prefetch: int = 4,
) -> grain.IterDataset:
    """Return an infinite data set of batches; iterate over it, or give it to ``keras.Model.fit``.

    Every example depends on ``seed`` and its place alone, so an iterator whose ``get_state()`` is given to
    ``set_state()`` of a new one goes on with the same batches. Each source is shuffled anew in each of its epochs.

    Args:
        sources: where views come from; wrap slow ones in `InMemorySource`.
        weights: share of each source in the examples (any positive numbers); None mixes by size.
        config: how examples are made.
        batch_size: examples in a batch.
        seed: of the order, the augmentation and the procedural backgrounds.
        backgrounds: what renders are laid on; made from ``config.background`` if None.
        transform: applied to each example before batching, such as to turn angles into targets.
        threads: that make examples, besides the caller's; 0 makes them in the one thread that fills ``prefetch``.
        prefetch: batches made ahead, in a thread of their own; 0 makes each when it is asked for.

    Returns:
        Batches as `augment`'s examples with a leading dimension (``category`` is an array of str), or of whatever
        ``transform`` returns.

    Raises:
        DataError: for no or empty sources, or weights that do not fit them.
    """
    weights = _weights(sources, weights)
    pool = make_pool(config.background.split(","), config.plain, seed) if backgrounds is None else backgrounds

    def example(step: int, place: tuple[int, int]) -> Any:
        source, index = place
        rng = np.random.Generator(np.random.Philox(key=[seed % 2**64, step]))
        made = augment(sources[source][index], config, rng, pool)
        return transform(made) if transform else made

    places = grain.MapDataset.mix([_places(i, len(s), seed) for i, s in enumerate(sources)], weights)
    reading = grain.ReadOptions(num_threads=threads, prefetch_buffer_size=max(4 * threads, 1))
    batches = places.map_with_index(example).to_iter_dataset(reading).batch(batch_size, batch_fn=stacked)
    if prefetch:
        batches = _Ahead(batches, prefetch_buffer_size=prefetch)
    return batches


def evaluation_batches(
    source: ViewSource, size: int, batch_size: int, context: float = 0.0, keep_aspect: bool = False
) -> Iterator[dict[str, Any]]:
    """Yield all views of a source once, in order, by `crop_only`; the last batch may be smaller."""
    for start in range(0, len(source), batch_size):
        views = (source[index] for index in range(start, min(start + batch_size, len(source))))
        yield stacked([crop_only(view, size, context, keep_aspect) for view in views])


def stacked(examples: Sequence[Any]) -> Any:
    """Return examples (arrays, numbers, strings, or dicts and tuples of these) with a leading dimension.

    Arrays whose first size differs between examples, such as keypoints of several categories, become a list.
    """
    first = examples[0]
    if isinstance(first, dict):
        return {name: stacked([example[name] for example in examples]) for name in first}
    if isinstance(first, tuple):
        return tuple(stacked([example[i] for example in examples]) for i in range(len(first)))
    if len({np.shape(example) for example in examples}) > 1:
        return list(examples)
    return np.stack([np.asarray(example) for example in examples])


class _Ahead(grain.experimental.ThreadPrefetchIterDataset):
    """Batches made ahead in a thread, which is stopped before the interpreter ends (it would abort otherwise)."""

    def __iter__(self) -> Any:
        iterator = super().__iter__()
        _OPEN.add(iterator)
        return iterator


_OPEN: weakref.WeakSet = weakref.WeakSet()


@atexit.register
def _close_iterators() -> None:
    """Stop the threads of all iterators that are still in use."""
    for iterator in list(_OPEN):
        iterator.close()


def _places(source: int, length: int, seed: int) -> grain.MapDataset:
    """Return (source, index) of all views of a source, for ever, in a new order each epoch."""
    indices = grain.MapDataset.range(length).seed(seed * 1_000_003 + source).shuffle().repeat()
    return indices.map(lambda index: (source, int(index)))


def _weights(sources: Sequence[ViewSource], weights: Sequence[float] | None) -> list[float]:
    """Return the checked weights, of sum 1."""
    if not sources or not all(len(source) for source in sources):
        raise DataError("a source of training views is empty" if sources else "no source of training views was given")
    found = [float(len(source)) for source in sources] if weights is None else [float(w) for w in weights]
    if len(found) != len(sources) or not all(math.isfinite(w) and w > 0 for w in found):
        raise DataError(f"weights {found} for {len(sources)} sources", "one positive number for each source")
    return [weight / sum(found) for weight in found]
