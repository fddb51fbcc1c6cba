"""Rifles: the muzzle is ahead, the butt behind, the rest between, in their order."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from synth_data.shapes.rifle import build_rifle, sample_rifle_params
from synth_data.shapes.rifle.params import CHOICES, RANGES, STYLES
from tests.shapes import furniture_checks as checks
from vantage.errors import UserError


@pytest.fixture(scope="module")
def rifles():
    return checks.sampled(sample_rifle_params, build_rifle, range(60))


def test_all_styles_come_and_all_ranges_hold(rifles):
    assert {rifle.style for rifle in rifles} == set(STYLES) == set(CHOICES["style"])
    checks.check_ranges_hold(sample_rifle_params, RANGES)


def test_points_follow_each_other_from_the_muzzle_to_the_butt(rifles):
    for rifle in rifles:
        k = rifle.keypoints
        order = ["muzzle", "chamber", "receiver_back", "butt_top"]
        assert np.diff([k[name][1] for name in order]).min() > 0.1, rifle.style
        assert k["muzzle"][1] < k["front_sight"][1] < k["rear_sight"][1] < k["butt_top"][1], rifle.style
        assert k["butt_bottom"][2] < k["butt_top"][2] - 0.05
        assert k["trigger"][2] < k["receiver_back"][2]


def test_the_muzzle_is_the_foremost_point_and_the_butt_the_last(rifles):
    for rifle in rifles:
        low, high = rifle.bounds()
        assert rifle.keypoints["muzzle"][1] == pytest.approx(low[1], abs=0.005), rifle.style
        assert rifle.keypoints["butt_top"][1] == pytest.approx(high[1], abs=0.02), rifle.style
        assert high[1] - low[1] == pytest.approx(
            rifle.params.barrel + rifle.params.receiver + rifle.params.stock_length, abs=0.12
        )


def test_keypoints_are_in_the_plane_of_the_barrel(rifles):
    for rifle in rifles:
        assert all(point[0] == 0 for point in rifle.keypoints.values())


def test_the_trigger_is_within_its_guard_and_a_grip_behind_it(rifles):
    for rifle in rifles:
        guard = checks.part_of(rifle, "guard")
        trigger = rifle.keypoints["trigger"]
        assert (trigger > guard.min(axis=0) - 1e-9).all() and (trigger < guard.max(axis=0) + 1e-9).all()
        assert rifle.keypoints["grip"][1] > trigger[1], rifle.style


def test_a_magazine_hangs_below_the_receiver(rifles):
    with_magazine = [rifle for rifle in rifles if "magazine" in checks.part_names(rifle)]
    assert len(with_magazine) > 20
    for rifle in with_magazine:
        magazine, point = checks.part_of(rifle, "magazine"), rifle.keypoints["magazine"]
        assert point[2] == pytest.approx(magazine[:, 2].min(), abs=0.03), rifle.style
        assert point[2] < rifle.keypoints["receiver_back"][2] - 0.03


def test_a_telescope_is_above_and_its_lenses_at_its_ends(rifles):
    for rifle in (rifle for rifle in rifles if rifle.params.sight == "scope"):
        lens = checks.of_material(rifle, "lens")
        assert np.ptp(lens[:, 1]) == pytest.approx(rifle.params.scope_length, abs=0.02)
        assert lens[:, 2].min() > rifle.keypoints["receiver_back"][2]


def test_the_bolt_is_on_the_right(rifles):
    for rifle in (rifle for rifle in rifles if rifle.style in ("bolt", "hunting")):
        assert not rifle.symmetry.mirror
        assert checks.part_of(rifle, "extras")[:, 0].min() < -0.04
        plain = replace(rifle.params, bipod=0.0)
        assert checks.part_of(build_rifle(plain), "extras")[:, 0].max() < 0.01


def test_every_form_goes_with_every_other(rifles):
    assault = next(rifle.params for rifle in rifles if rifle.style == "assault")
    checks.check_choices_build(assault, build_rifle, CHOICES)
    bolt = next(rifle.params for rifle in rifles if rifle.style == "bolt")
    checks.check_choices_build(bolt, build_rifle, {name: CHOICES[name] for name in ("magazine", "sight", "muzzle")})


@pytest.mark.parametrize(("change", "words"), [({"barrel": 3.0}, "barrel"), ({"stock": "wire"}, "skeleton")])
def test_wrong_parameters_are_refused(change, words, rifles):
    with pytest.raises(UserError, match=words):
        replace(rifles[0].params, **change)
