"""All of the time is some stage's, and a set says how much of it went where."""

import pytest

from synth_data.stopwatch import STAGES, Stopwatch, seconds_by_stage
from vantage.records.reader import read_manifest


def test_laps_share_out_all_of_the_time():
    times = iter([10.0, 11.0, 13.5, 14.0, 20.0, 21.0, 22.0])
    watch = Stopwatch(lambda: next(times))
    for stage in ("models", "render", "models"):
        watch.lap(stage)
    assert watch.take() == {"models": 1.5, "render": 2.5}
    watch.lap("encoding")
    assert watch.take() == {"encoding": 1.0}


def test_the_mean_is_over_images_and_in_the_order_of_the_work():
    notes = [
        {"count": 3, "stages": {"encoding": 0.3, "render": 3.0, "new": 0.6}},
        {"count": 1, "stages": {"render": 1.0}},
        {"count": 9},  # of an older version
    ]
    found = seconds_by_stage(notes)
    assert found == {"render": 1.0, "encoding": 0.075, "new": 0.15}
    assert list(found) == ["render", "encoding", "new"]
    assert seconds_by_stage([]) == seconds_by_stage([{"count": 4}]) == {}


def test_a_rendered_set_says_where_its_time_went(small_set):
    manifest = read_manifest(small_set)
    stages = manifest["seconds_by_stage"]
    assert set(stages) == set(STAGES)
    assert sum(stages.values()) == pytest.approx(manifest["seconds_per_image"], rel=0.1)
