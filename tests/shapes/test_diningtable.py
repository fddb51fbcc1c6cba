"""Dining tables: tables of that style, and what is on them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from synth_data.shapes.diningtable import RANGES, build_diningtable, sample_diningtable_params
from synth_data.shapes.table import build_table
from tests.shapes import furniture_checks as checks
from tests.shapes.surfaces import is_left_as_it_is
from vantage.errors import UserError
from vantage.geometry import rotation_z


@pytest.fixture(scope="module")
def tables():
    return checks.sampled(sample_diningtable_params, build_diningtable, range(40))


@pytest.fixture(scope="module")
def plain(tables):
    params = next(t.params for t in tables if t.params.table.top == "rectangular" and t.style == "tapered")
    table = replace(params.table, drawers=0, stretcher=0.0, shelf=0.0)
    return replace(params, table=table, cloth=0.0, runner=0.0, seats=0, middle="none")


def test_it_is_the_table_and_more(tables, plain):
    checks.check_ranges_hold(sample_diningtable_params, RANGES)
    assert all(table.params.table.style == "dining" for table in tables)
    bare = build_diningtable(plain)
    for part, own in zip(bare.parts, build_table(plain.table).parts, strict=True):
        np.testing.assert_array_equal(part.vertices, own.vertices)
    assert {len(table.keypoints) for table in tables} == {12}


def test_middles_of_the_edges_are_between_the_corners(tables):
    for table in tables:
        k, p = table.keypoints, table.params.table
        assert k["top_left"][0] == pytest.approx(p.width / 2) and k["top_right"][0] == pytest.approx(-p.width / 2)
        assert k["top_front"][1] == pytest.approx(-p.depth / 2) and k["top_back"][1] == pytest.approx(p.depth / 2)


def test_a_cloth_covers_the_top_and_hangs_down(plain):
    for folds in (0.0, 0.02):
        cloth = checks.part_of(build_diningtable(replace(plain, cloth=0.2, folds=folds)), "cloth")
        assert cloth[:, 2].min() == pytest.approx(plain.table.height - 0.2, abs=0.01)
        assert cloth[:, 2].max() == pytest.approx(plain.table.height, abs=0.006)
        assert np.ptp(cloth[:, 0]) > plain.table.width


def test_places_are_laid_along_both_sides_on_the_top(plain):
    for seats in (1, 2, 3):
        table = build_diningtable(replace(plain, seats=seats))
        places = checks.part_of(table, "places")
        np.testing.assert_allclose(places.mean(axis=0)[:2], 0, atol=1e-6)
        assert places[:, 2].min() == pytest.approx(plain.table.height, abs=1e-6)
        assert (np.abs(places[:, :2]) < np.array([plain.table.width, plain.table.depth]) / 2).all()


@pytest.mark.parametrize("width", ["oblong", "square"])
@pytest.mark.parametrize(
    "change", [{}, {"seats": 2}, {"cloth": 0.2}, {"runner": 0.3}, {"middle": "candles"}, {"middle": "vase"}]
)
def test_what_is_on_it_takes_away_symmetry(change, width, plain):
    table = plain.table if width == "oblong" else replace(plain.table, width=plain.table.depth)
    shape = build_diningtable(replace(plain, table=table, **change))
    halved = width == "oblong" or "runner" in change or change.get("middle") == "candles"
    assert shape.symmetry.fold == (2 if halved else 4)
    assert is_left_as_it_is(shape, rotation_z(360 / shape.symmetry.fold), 5e-3)
    assert not is_left_as_it_is(shape, rotation_z(180 / shape.symmetry.fold), 5e-3)


def test_on_a_round_column_everything_counts(tables):
    params = next(t.params for t in tables if t.params.table.top == "round")
    table = replace(params.table, base="column", drawers=0, shelf=0.0)
    folds = {}
    for name, change in {
        "bare": {},
        "laid": {"seats": 1},
        "bowl": {"middle": "bowl"},
        "pair": {"middle": "candles"},
    }.items():
        bare = replace(params, table=table, cloth=0.0, runner=0.0, seats=0, middle="none")
        folds[name] = build_diningtable(replace(bare, **change)).symmetry.fold
    assert folds == {"bare": 0, "laid": 4, "bowl": 0, "pair": 2}


def test_only_dining_tables_are_taken(plain):
    with pytest.raises(UserError, match="style dining"):
        replace(plain, table=replace(plain.table, style="desk"))
