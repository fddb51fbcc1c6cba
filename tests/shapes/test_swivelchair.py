"""Swivel chairs: castors named by 3D-INN's places whatever the turn, the column in the middle."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synth_data.shapes.swivelchair import (
    RANGES,
    STYLES,
    SwivelchairParams,
    build_swivelchair,
    castor_points,
    sample_swivelchair_params,
)
from tests.shapes import furniture_checks as checks
from vantage.errors import UserError

PLACES = {f"wheel_{k}": -72.0 * k for k in range(1, 6)}


@pytest.fixture(scope="module")
def chairs():
    return checks.sampled(sample_swivelchair_params, build_swivelchair, range(24))


def angle_of(point):
    return np.degrees(np.arctan2(point[1], point[0]))


def apart(a, b):
    """Return the distance of two angles."""
    return abs((a - b + 180) % 360 - 180)


def test_without_a_shift_the_castors_are_those_of_the_mean_shape():
    points = castor_points(0.3, 0.05, 18.0)
    for name, place in PLACES.items():
        assert apart(angle_of(points[name]), place) < 1e-9
        assert np.hypot(*points[name][:2]) == pytest.approx(0.3)
        assert points[name][2] == 0.05


@settings(max_examples=60, deadline=None, derandomize=True)
@given(turn=st.floats(-360, 360, allow_nan=False))
def test_each_castor_has_the_name_of_the_nearest_place(turn):
    points = castor_points(0.3, 0.05, turn)
    assert len(points) == 5
    for name, point in points.items():
        assert apart(angle_of(point), PLACES[name]) < 36 + 1e-6


def test_castors_are_under_the_castors(chairs):
    for chair in chairs:
        base = checks.part_of(chair, "base")
        low = base[base[:, 2] < 0.02]
        for name in PLACES:
            assert np.linalg.norm(low[:, :2] - chair.keypoints[name][:2], axis=1).min() < 0.03, chair.style


def test_styles_and_ranges(chairs):
    assert {chair.style for chair in chairs} >= set(STYLES) - {"banker", "drafting"}
    checks.check_ranges_hold(sample_swivelchair_params, RANGES)
    turns = [sample_swivelchair_params(np.random.default_rng(seed)).chair.base_turn_deg for seed in range(200)]
    assert min(turns) < -30 and max(turns) > 30


def test_one_sits_down_from_the_front_over_the_column(chairs):
    for chair in chairs:
        k = chair.keypoints
        assert k["back_top_left"][1] > k["seat_front_left"][1] + 0.2
        assert k["back_top_left"][2] > k["seat_middle"][2] + 0.15
        np.testing.assert_allclose(k["hub"][:2], 0)
        np.testing.assert_allclose(k["seat_middle"][:2], 0)
        assert 0.05 < k["hub"][2] < k["seat_middle"][2] < k["seat_front_left"][2] + 0.1


def test_extras_are_where_they_belong(chairs):
    plain = next(chair.params for chair in chairs if chair.style == "task")
    full = build_swivelchair(replace(plain, head_rest=0.15, foot_ring=0.4, lumbar=0.03))
    top = plain.chair.height + 0.8 * plain.chair.back_height
    assert checks.part_of(full, "head")[:, 2].max() > top
    assert np.ptp(checks.part_of(full, "ring")[:, 0]) == pytest.approx(0.42, abs=0.02)
    assert checks.part_of(full, "ring")[:, 2].mean() == pytest.approx(0.4 * plain.chair.height, abs=0.01)
    assert checks.part_of(full, "lumbar")[:, 1].min() > 0


def test_mistakes_are_refused(chairs):
    params = chairs[0].params
    with pytest.raises(UserError, match="a star of 5 arms"):
        replace(params, chair=replace(params.chair, base="sled"))
    with pytest.raises(UserError, match="executive"):
        SwivelchairParams("throne", params.chair)
    with pytest.raises(UserError, match="head_rest"):
        replace(params, head_rest=1.0)
