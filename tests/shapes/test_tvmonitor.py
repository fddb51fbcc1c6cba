"""Televisions and monitors: the screen looks to the front, its picture is on it, the stand carries it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from synth_data.shapes.tvmonitor import build_tvmonitor, sample_tvmonitor_params
from synth_data.shapes.tvmonitor.params import CHOICES, RANGES, STYLES
from synth_data.shapes.tvmonitor.pictures import picture
from tests.shapes import furniture_checks as checks
from vantage.errors import UserError


@pytest.fixture(scope="module")
def sets():
    return checks.sampled(sample_tvmonitor_params, build_tvmonitor, range(40))


@pytest.fixture(scope="module")
def flat(sets):
    params = next(s.params for s in sets if s.style == "television" and s.params.stand == "plate")
    return replace(params, tilt_deg=0.0, curve=0.0)


def test_all_styles_come_and_all_ranges_hold(sets):
    assert {s.style for s in sets} == set(STYLES) == set(CHOICES["style"])
    checks.check_ranges_hold(sample_tvmonitor_params, RANGES)


def test_the_screen_is_before_the_housing(sets):
    for s in sets:
        if not s.params.curve:
            screen, housing = (checks.part_of(s, name) for name in ("screen", "housing"))
            assert screen[:, 1].mean() < housing[:, 1].mean(), s.style
        k = s.keypoints
        assert k["front_bottom_left"][1] < k["back_bottom_left"][1]
        assert k["front_top_left"][2] > k["front_bottom_left"][2] + 0.1


def test_size_and_height_over_the_ground(flat):
    shape = build_tvmonitor(flat)
    k = shape.keypoints
    assert k["front_top_left"][0] - k["front_top_right"][0] == pytest.approx(flat.width)
    assert k["front_top_left"][2] - k["front_bottom_left"][2] == pytest.approx(flat.height)
    assert k["front_bottom_left"][2] == pytest.approx(flat.stand_height)


def test_a_tilted_screen_looks_up(flat):
    k = build_tvmonitor(replace(flat, tilt_deg=10.0)).keypoints
    up = k["front_top_left"] - k["front_bottom_left"]
    assert np.degrees(np.arctan2(up[1], up[2])) == pytest.approx(10.0)


def test_a_curved_screen_comes_forward_at_its_ends(flat):
    k = build_tvmonitor(replace(flat, curve=0.4)).keypoints
    screen = checks.part_of(build_tvmonitor(replace(flat, curve=0.4, picture="off")), "screen")
    middle = screen[np.abs(screen[:, 0]) < 0.1 * flat.width]
    assert k["front_top_left"][1] < middle[:, 1].min()


@pytest.mark.parametrize("kind", CHOICES["picture"])
def test_pictures_are_on_the_screen(kind, flat):
    patches = picture(kind, 3)
    assert (len(patches) == 0) == (kind == "off")
    for u0, u1, v0, v1, color in patches:
        assert u1 > u0 and v1 > v0 - 1e-9, kind
        assert all(-0.01 <= c <= 1.01 for c in color), kind
    assert patches == picture(kind, 3)
    shape = build_tvmonitor(replace(flat, picture=kind, picture_seed=3))
    shown = checks.of_material(shape, "picture")
    assert (len(shown) > 0) == (kind != "off")
    assert shape.symmetry.mirror == (kind == "off")
    if len(shown):
        x, z = np.abs(shown[:, 0]).max(), shown[:, 2]
        assert x < flat.width / 2 and z.min() > flat.stand_height and z.max() < flat.stand_height + flat.height


def test_text_begins_at_the_left_of_who_looks(flat):
    shape = build_tvmonitor(replace(flat, picture="text", picture_seed=1))
    pieces = checks.of_material(shape, "picture")
    # lines of text lie before the paper, which is in the middle
    lines = pieces[pieces[:, 1] < np.quantile(pieces[:, 1], 0.7)]
    assert lines[:, 0].mean() < 0, "on the object's right"


def test_every_form_goes_with_every_other(flat):
    forms = {"picture": CHOICES["picture"], "stand": [s for s in CHOICES["stand"] if s != "none"]}
    checks.check_choices_build(flat, build_tvmonitor, {**forms, "style": CHOICES["style"]})


@pytest.mark.parametrize(
    ("change", "words"),
    [({"width": 9.0}, "width"), ({"stand": "none"}, "only with a stand"), ({"width": 0.25, "bezel": 0.08}, "bezel")],
)
def test_wrong_parameters_are_refused(change, words, flat):
    with pytest.raises(UserError, match=words):
        replace(flat, **change)
