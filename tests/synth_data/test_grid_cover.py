"""Every category covers a grid of viewpoints evenly, as far as the number of views allows."""

from __future__ import annotations

from collections import Counter

import pytest

from synth_data.grid_cover import directions_seen, uncovered
from synth_data.sampling.viewpoints import GridPrior, UniformPrior
from synth_data.spec import Spec, procedural_models, view_spec

CATEGORIES = ("car", "chair", "table")


def spec_of(count, categories=CATEGORIES, **options):
    models = [model for name in categories for model in procedural_models(name, 6, 0)]
    return Spec(tuple(models), count=count, **options)


def seen(spec, grid, split="train"):
    """Return category -> how often each direction is seen."""
    found = {}
    for index in spec.splits[split]:
        view = view_spec(spec, grid, index)
        found.setdefault(view.model.category, Counter())[view.direction.azimuth, view.direction.elevation] += 1
    return found


@pytest.mark.parametrize("count", [90, 300, 720])
@pytest.mark.parametrize("options", [{}, {"group_size": 6, "held": ("light",)}], ids=["single", "groups"])
def test_no_direction_is_seen_twice_before_all_are_seen_once(count, options):
    grid = GridPrior()  # 72 points are nine runs of eight, which three categories would share out for ever
    spec = spec_of(count, **options)
    for split in ("train", "val"):
        for name, times in seen(spec, grid, split).items():
            assert max(times.values()) - min(times.values()) <= 1, name
            assert len(times) == min(sum(times.values()), len(grid))


def test_elevations_and_halves_of_the_circle_come_alike():
    for times in seen(spec_of(120), GridPrior()).values():
        elevations = Counter(elevation for _, elevation in times)
        assert max(elevations.values()) - min(elevations.values()) <= 1
        quarters = Counter(int(azimuth // 90) for azimuth, _ in times)
        assert max(quarters.values()) - min(quarters.values()) <= 4


def test_groups_that_hold_the_direction_take_one_point_each():
    spec = spec_of(240, group_size=4, held=("direction",))
    for name, times in seen(spec, GridPrior(12, (10.0,))).items():
        assert set(times.values()) <= {4, 8}, name


@pytest.mark.parametrize("options", [{}, {"group_size": 6}, {"group_size": 4, "held": ("direction",)}])
def test_directions_are_counted(options):
    spec = spec_of(480, **options)
    per_direction = 4 if options.get("held") else 1
    counted = {name: sum(times.values()) // per_direction for name, times in seen(spec, GridPrior()).items()}
    assert directions_seen(spec) == counted


def test_a_small_count_is_told_in_one_line_and_a_large_one_is_not():
    grid = GridPrior()
    told = uncovered(spec_of(120), grid)
    assert told == (
        "the grid has 72 viewpoints; in 120 images each category shows 32 to 40 of them, evenly spread; "
        "--count 270 shows all"
    )
    assert uncovered(spec_of(270), grid) == ""
    assert "in 40 images car shows 36 of them" in uncovered(spec_of(40, ("car",)), grid)


def test_other_viewpoints_have_no_grid_to_cover():
    assert uncovered(spec_of(8), UniformPrior()) == ""
    assert uncovered(spec_of(8, group_size=4, held=("direction",), path="steps", step=10.0), GridPrior()) == ""
