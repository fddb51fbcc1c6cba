"""Bottles: surfaces of revolution; the label is the front; what is inside stays inside."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from synth_data.shapes.bottle import build_bottle, sample_bottle_params
from synth_data.shapes.bottle.build import radius_at
from synth_data.shapes.bottle.params import CHOICES, RANGES, STYLES
from tests.shapes import furniture_checks as checks
from tests.shapes.surfaces import folded, part
from vantage.errors import UserError


@pytest.fixture(scope="module")
def bottles():
    return checks.sampled(sample_bottle_params, build_bottle, range(50))


@pytest.fixture(scope="module")
def wine(bottles):
    params = next(bottle.params for bottle in bottles if bottle.style == "bordeaux")
    return replace(params, label="front", label_turn_deg=120.0, corners=0.0, waist=0.0)


def test_all_styles_come_and_all_ranges_hold(bottles):
    assert {bottle.style for bottle in bottles} == set(STYLES) == set(CHOICES["style"])
    checks.check_ranges_hold(sample_bottle_params, RANGES)


def test_height_and_width_are_as_asked_for(bottles):
    for bottle in bottles:
        p, (low, high) = bottle.params, bottle.bounds()
        assert (low[2], high[2]) == (pytest.approx(0, abs=0.005), pytest.approx(p.height, rel=0.02)), bottle.style
        if p.corners == 0:
            glass = checks.part_of(bottle, "glass")
            assert np.hypot(glass[:, 0], glass[:, 1]).max() == pytest.approx(p.radius, rel=0.02), bottle.style


def test_the_neck_is_narrower_than_the_body(bottles):
    for bottle in bottles:
        p = bottle.params
        assert radius_at(p, 0.99 * p.mouth) == pytest.approx(p.neck * p.radius, rel=0.05)
        assert radius_at(p, 0.1 * p.height) > radius_at(p, 0.99 * p.mouth)


def test_the_glass_is_one_wall(bottles):
    for bottle in bottles:
        glass = part(bottle, "glass")
        assert len(folded(glass.vertices, glass.faces)) == 0, (bottle.style, bottle.params.lip)


def test_the_label_is_at_the_front(wine):
    for turn in (60.0, 120.0, 200.0):
        label = checks.part_of(build_bottle(replace(wine, label_turn_deg=turn)), "label")
        angle = np.degrees(np.arctan2(label[:, 0], -label[:, 1]))
        assert angle.max() == pytest.approx(turn / 2, abs=0.5) and angle.min() == pytest.approx(-turn / 2, abs=0.5)


def test_a_label_has_a_front_unless_it_goes_around(wine):
    folds = {
        "front": build_bottle(wine).symmetry.fold,
        "none": build_bottle(replace(wine, label="none")).symmetry.fold,
        "around": build_bottle(replace(wine, label="band", label_turn_deg=360.0, art="stripes")).symmetry.fold,
        "badge": build_bottle(replace(wine, label="band", label_turn_deg=360.0, art="badge")).symmetry.fold,
        "square": build_bottle(replace(wine, label="none", corners=0.8)).symmetry.fold,
    }
    assert folds == {"front": 1, "none": 0, "around": 0, "badge": 1, "square": 4}


def test_the_content_is_inside_the_glass(bottles):
    for bottle in bottles:
        if "content" in checks.part_names(bottle):
            content, p = checks.part_of(bottle, "content"), bottle.params
            assert content[:, 2].max() == pytest.approx(p.fill * p.mouth)
            if p.corners == 0:
                glass = np.array([radius_at(p, z) for z in content[:, 2]])
                assert (np.hypot(content[:, 0], content[:, 1]) < glass).all(), bottle.style


def test_the_cap_is_on_top(bottles):
    for bottle in bottles:
        cap = checks.part_of(bottle, "cap")
        assert cap[:, 2].max() == pytest.approx(bottle.params.height)
        assert cap[:, 2].min() > 0.5 * bottle.params.height


def test_every_form_goes_with_every_other(wine):
    checks.check_choices_build(replace(wine, ribs=8, waist=0.1), build_bottle, CHOICES)


@pytest.mark.parametrize(("change", "words"), [({"radius": 1.0}, "radius"), ({"cap": "rag"}, "crown")])
def test_wrong_parameters_are_refused(change, words, wine):
    with pytest.raises(UserError, match=words):
        replace(wine, **change)
