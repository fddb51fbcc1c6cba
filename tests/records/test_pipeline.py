"""Training batches: shapes, shares, order, determinism, saved state."""

import json
import subprocess
import sys

import numpy as np
import pytest

from tests.records.samples import drawn_views
from vantage.errors import DataError
from vantage.records.backgrounds import BackgroundPool
from vantage.records.pipeline import AugmentConfig, evaluation_batches, stacked, training_batches
from vantage.records.sources import InMemorySource, Subset, ViewSource

CONFIG = AugmentConfig(image_size=32)
POOL = BackgroundPool()


def batches(sources, weights=None, seed=3, batch_size=4, **options):
    return training_batches(sources, weights, CONFIG, batch_size, seed, POOL, **options)


def take(iterator, count):
    return [next(iterator) for _ in range(count)]


def assert_same(left, right):
    for a, b in zip(left, right, strict=True):
        assert a.keys() == b.keys()
        for name in a:
            np.testing.assert_array_equal(a[name], b[name])


@pytest.fixture(scope="module")
def sources():
    return [drawn_views(10), drawn_views(6, real=True)]


def test_shapes_and_ranges(sources):
    batch = next(iter(batches(sources)))
    assert batch["image"].shape == (4, 32, 32, 3) and batch["image"].dtype == np.float32
    assert batch["image"].min() >= 0 and batch["image"].max() <= 1
    for name in ("azimuth", "elevation", "tilt"):
        assert batch[name].shape == (4,) and batch[name].dtype == np.float32
    assert list(batch["category"]) == ["car"] * 4


@pytest.mark.parametrize("options", [{"prefetch": 0}, {"prefetch": 3}, {"threads": 2}])
def test_equal_seeds_give_equal_batches(sources, options):
    first, again = iter(batches(sources, **options)), iter(batches(sources, prefetch=0))
    assert_same(take(first, 7), take(again, 7))


def test_other_seeds_differ(sources):
    one, other = next(iter(batches(sources, seed=1))), next(iter(batches(sources, seed=2)))
    assert not np.array_equal(one["image"], other["image"])


@pytest.mark.parametrize("options", [{"prefetch": 0}, {"prefetch": 4}, {"threads": 2, "prefetch": 2}])
@pytest.mark.parametrize("done", [0, 1, 6])
def test_an_interrupted_run_goes_on_with_the_same_batches(sources, options, done):
    straight = take(iter(batches(sources, **options)), done + 5)
    broken = iter(batches(sources, **options))
    take(broken, done)
    state = json.loads(json.dumps(broken.get_state()))
    assert len(json.dumps(state)) < 2000
    resumed = iter(batches(sources, **options))
    resumed.set_state(state)
    assert_same(take(resumed, 5), straight[done:])


ENDING = """
from tests.records.samples import drawn_views
from vantage.records.pipeline import AugmentConfig, training_batches
kept = iter(training_batches([drawn_views(9)], None, AugmentConfig(background="plain"), 64, 0, threads={threads}))
next(kept)
"""


@pytest.mark.parametrize("threads", [0, 2])
def test_a_program_ends_in_peace_while_batches_are_made_ahead(root, threads):
    command = [sys.executable, "-c", ENDING.format(threads=threads)]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


def test_each_epoch_holds_every_view_in_a_new_order():
    views = drawn_views(12)
    transform = {"transform": lambda example: example["azimuth"]}
    config = AugmentConfig(image_size=32, flip=0)
    iterator = iter(training_batches([views], None, config, 12, 0, POOL, **transform))
    expected = sorted(float(views[i]["viewpoint"][0]) for i in range(12))
    orders = [batch.tolist() for batch in take(iterator, 3)]
    for order in orders:
        assert sorted(order) == pytest.approx(expected)
    assert orders[0] != orders[1] != orders[2]


def test_sources_are_mixed_by_weight():
    sources = [drawn_views(8), drawn_views(8, real=True, category="chair")]
    iterator = iter(batches(sources, weights=[3, 1], batch_size=40))
    assert sum(np.sum(batch["category"] == "car") for batch in take(iterator, 5)) == pytest.approx(150, abs=2)


def test_without_weights_sources_are_mixed_by_size(sources):
    sources = [sources[0], drawn_views(30, category="chair")]
    batch = next(iter(batches(sources, batch_size=80)))
    assert np.sum(batch["category"] == "car") == pytest.approx(20, abs=1)


@pytest.mark.parametrize("weights", [[1], [1, 0], [1, float("nan")], [1, -2]])
def test_weights_must_fit(sources, weights):
    with pytest.raises(DataError, match="weights"):
        batches(sources, weights)


def test_empty_sources_are_refused():
    with pytest.raises(DataError, match="no source"):
        batches([])
    with pytest.raises(DataError, match="empty"):
        batches([drawn_views(3), drawn_views(0)])


def test_evaluation_reads_all_views_once_in_order():
    views = drawn_views(7)
    found = list(evaluation_batches(views, 24, 3))
    assert [len(batch["image"]) for batch in found] == [3, 3, 1]
    azimuths = np.concatenate([batch["azimuth"] for batch in found])
    np.testing.assert_allclose(azimuths, [views[i]["viewpoint"][0] for i in range(7)])


def test_stacking_nests_and_keeps_ragged_arrays_apart():
    made = stacked([({"a": 1, "k": np.zeros((i, 2))}, "x") for i in (2, 3)])
    assert made[0]["a"].tolist() == [1, 1]
    assert [len(item) for item in made[0]["k"]] == [2, 3]
    assert made[1].tolist() == ["x", "x"]


def test_memory_keeps_each_view_once():
    class Counted(list):
        reads = 0

        def __getitem__(self, index):
            Counted.reads += 1
            return super().__getitem__(index)

    views = drawn_views(5)
    source = InMemorySource(Counted(views)).preload()
    assert Counted.reads == 5 and source.kept == 5
    for i in range(5):
        assert "mask" not in source[i]
        np.testing.assert_array_equal(source[i]["image"], views[i]["image"])
    assert Counted.reads == 5
    assert source.nbytes == sum(views[i][name].nbytes for i in range(5) for name in ("image", "viewpoint", "bbox"))


def test_beyond_its_limit_memory_decodes_again():
    views = drawn_views(6)
    per_view = sum(views[0][name].nbytes for name in ("image", "viewpoint", "bbox"))
    source = InMemorySource(views, limit=2 * per_view).preload()
    np.testing.assert_array_equal(source[5]["image"], views[5]["image"])
    assert source.kept == 2 and source.nbytes == 2 * per_view


def test_subset_and_protocol():
    views = drawn_views(6)
    chosen = Subset(views, np.array([4, 1]))
    assert [chosen[i]["index"] for i in range(len(chosen))] == [4, 1]
    assert isinstance(chosen, ViewSource) and isinstance(InMemorySource(views), ViewSource)
