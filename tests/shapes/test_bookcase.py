"""Bookcases: open to the front, boards where the levels say, things on the boards and between the walls."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from synth_data.shapes.bookcase import CHOICES, RANGES, STYLES, build_bookcase, sample_bookcase_params
from tests.shapes import furniture_checks as checks
from tests.shapes.surfaces import corners, winding
from vantage.errors import UserError


@pytest.fixture(scope="module")
def cases():
    return checks.sampled(sample_bookcase_params, build_bookcase, range(40))


@pytest.fixture(scope="module")
def plain(cases):
    params = next(case.params for case in cases if case.style == "modern")
    return replace(params, columns=2, shelves=4, stagger=0.0, back="board", filled=0.8)


def test_all_styles_come_and_all_ranges_hold(cases):
    assert {case.style for case in cases} == set(STYLES) == set(CHOICES["style"])
    checks.check_ranges_hold(sample_bookcase_params, RANGES)


def test_the_case_is_as_big_as_asked_for(cases):
    for case in cases:
        p, (low, high) = case.params, case.bounds()
        assert high[2] == pytest.approx(p.height, abs=0.04), case.style
        assert high[0] - low[0] == pytest.approx(p.width + 2 * p.crown, abs=0.04), case.style


def test_it_is_open_at_the_front_and_closed_at_the_back(plain):
    empty = build_bookcase(replace(plain, filled=0.0))
    x, z = plain.width / 4, (plain.levels[1] + plain.levels[2]) / 2
    inside = winding(corners(empty), np.array([[x, -plain.depth / 2, z], [x, 0, z], [x, plain.depth / 2 - 0.006, z]]))
    np.testing.assert_allclose(inside, [0, 0, 1], atol=0.01)
    assert empty.symmetry.mirror


def test_things_stand_on_the_boards_between_the_walls(cases):
    for case in (case for case in cases if "things" in checks.part_names(case)):
        p, things = case.params, checks.part_of(case, "things")
        assert np.abs(things[:, 0]).max() < p.width / 2
        assert things[:, 1].max() < p.depth / 2 and things[:, 2].max() < p.height
        assert np.abs(p.levels[:, None] - things[None, :, 2]).min(axis=1)[p.doors : -1].min() < 1e-6


def test_fuller_shelves_hold_more(plain):
    volume = [len(checks.part_of(build_bookcase(replace(plain, filled=share)), "things")) for share in (0.1, 0.5, 1.0)]
    assert volume == sorted(volume) and volume[2] > 3 * volume[0]


def test_another_seed_fills_the_same_case_differently(plain):
    one, other = (build_bookcase(replace(plain, fill_seed=seed)) for seed in (1, 2))
    np.testing.assert_array_equal(checks.part_of(one, "case"), checks.part_of(other, "case"))
    assert checks.part_of(one, "things").shape != checks.part_of(other, "things").shape


def test_doors_close_the_lowest_levels(plain):
    case = build_bookcase(replace(plain, doors=2))
    doors = checks.part_of(case, "doors")
    assert doors[:, 1].max() < 0.01 - plain.depth / 2
    assert doors[:, 2].max() <= plain.levels[2] + 1e-6
    assert checks.part_of(case, "things")[:, 2].min() > plain.levels[2] - 1e-6


def test_a_ladder_leans_back(cases):
    ladder = next(case for case in cases if case.style == "ladder")
    k = ladder.keypoints
    assert k["top_front_left"][1] > k["bottom_front_left"][1] + 0.03
    assert k["top_back_left"][1] == pytest.approx(k["bottom_back_left"][1], abs=0.03)


def test_every_form_goes_with_every_other(plain):
    checks.check_choices_build(replace(plain, doors=1), build_bookcase, CHOICES)


@pytest.mark.parametrize(("change", "words"), [({"height": 9.0}, "height"), ({"style": "spiral"}, "ladder")])
def test_wrong_parameters_are_refused(change, words, plain):
    with pytest.raises(UserError, match=words):
        replace(plain, **change)
