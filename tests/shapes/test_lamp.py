"""Lamps: the shade is where the stem ends, the bulb is in it, arms reach to the front."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from synth_data.shapes.lamp import CHOICES, RANGES, STYLES, build_lamp, sample_lamp_params
from tests.shapes import furniture_checks as checks
from vantage.errors import UserError


@pytest.fixture(scope="module")
def lamps():
    return checks.sampled(sample_lamp_params, build_lamp, range(50))


@pytest.fixture(scope="module")
def table(lamps):
    return next(lamp.params for lamp in lamps if lamp.style == "table" and lamp.params.shade == "cone")


def test_all_styles_come_and_all_ranges_hold(lamps):
    assert {lamp.style for lamp in lamps} == set(STYLES) == set(CHOICES["style"])
    checks.check_ranges_hold(sample_lamp_params, RANGES)


def test_standing_lamps_are_as_high_as_asked_for(lamps):
    for lamp in lamps:
        if not lamp.params.hung:
            assert lamp.bounds()[1, 2] == pytest.approx(lamp.params.height, abs=0.06 + 0.15 * lamp.params.shade_height)


def test_the_bulb_is_in_the_shade(lamps):
    for lamp in lamps:
        shade, bulb = checks.part_of(lamp, "shade"), lamp.keypoints["bulb"]
        assert (bulb > shade.min(axis=0) - 0.02).all() and (bulb < shade.max(axis=0) + 0.02).all(), lamp.style


def test_arms_reach_to_the_front(lamps):
    for lamp in (lamp for lamp in lamps if lamp.params.hung):
        assert lamp.keypoints["bulb"][1] < lamp.keypoints["stem_middle"][1], lamp.style
        assert lamp.keypoints["bulb"][2] < lamp.bounds()[1, 2]
        assert (lamp.symmetry.mirror, lamp.symmetry.fold) == (True, 1)


def test_the_shade_is_over_the_foot_otherwise(lamps):
    for lamp in (lamp for lamp in lamps if not lamp.params.hung):
        np.testing.assert_allclose(checks.part_of(lamp, "shade").mean(axis=0)[:2], 0, atol=1e-6)


def test_the_foot_decides_the_symmetry(table):
    folds = {foot: build_lamp(replace(table, foot=foot)).symmetry.fold for foot in CHOICES["foot"]}
    assert folds == {"disc": 0, "dome": 0, "block": 4, "tripod": 1}


def test_a_lamp_that_is_on_shines(lamps):
    on = [lamp for lamp in lamps if lamp.params.light.emission]
    assert 0.2 < len(on) / len(lamps) < 0.8
    for lamp in on:
        assert len(checks.of_material(lamp, "bulb")) > 0


def test_shades_have_their_measures(table):
    for taper in (0.3, 0.9):
        shade = checks.part_of(build_lamp(replace(table, taper=taper)), "shade")
        assert np.ptp(shade[:, 0]) == pytest.approx(2 * table.shade_radius, rel=0.01)
        assert np.ptp(shade[:, 2]) == pytest.approx(table.shade_height, rel=0.01)


def test_every_form_goes_with_every_other(table):
    forms = {"foot": CHOICES["foot"], "stem": CHOICES["stem"], "shade": CHOICES["shade"]}
    checks.check_choices_build(table, build_lamp, forms)
    desk = replace(table, style="desk", reach=0.25, bend_deg=20.0, head_deg=30.0, height=0.4)
    checks.check_choices_build(desk, build_lamp, {"shade": CHOICES["shade"], "foot": ("disc", "block")})


@pytest.mark.parametrize(
    ("change", "words"),
    [({"height": 9.0}, "height"), ({"reach": 0.5}, "only of desk and arc"), ({"shade": "hat"}, "globe")],
)
def test_wrong_parameters_are_refused(change, words, table):
    with pytest.raises(UserError, match=words):
        replace(table, **change)
