"""Bicycles: two wheels in one line, a frame that meets them, handlebar ahead of the saddle, chain on the right."""

from dataclasses import replace

import numpy as np
import pytest

from synth_data.shapes.bicycle import build_bicycle, sample_bicycle_params
from synth_data.shapes.bicycle.build import pedal_place
from synth_data.shapes.bicycle.params import BOUNDS, CHOICES, FORMS, MEASURES, STYLES
from tests.shapes import vehicle_checks as checks
from tests.shapes.surfaces import part
from vantage.errors import UserError

NAMES = (
    "head_center", "seat_front", "seat_back", "left_front_wheel", "right_front_wheel", "left_back_wheel",
    "right_back_wheel", "left_handle_center", "right_handle_center", "left_pedal_center", "right_pedal_center",
)  # fmt: skip


@pytest.fixture(scope="module")
def bikes():
    return checks.sampled(sample_bicycle_params, build_bicycle, STYLES)


def test_vehicle(bikes):
    checks.check_vehicles(bikes, sample_bicycle_params, build_bicycle)
    checks.check_build_time(bikes, build_bicycle)
    checks.check_bounds(sample_bicycle_params, STYLES, MEASURES, BOUNDS)
    checks.check_profiles_differ(bikes)


def test_two_hundred_seeds_two_hundred_bicycles():
    checks.check_all_seeds_differ(sample_bicycle_params, build_bicycle)


@pytest.mark.slow
def test_thousand_seeds_thousand_bicycles():
    checks.check_all_seeds_differ(sample_bicycle_params, build_bicycle, 1000)


def test_keypoints(bikes):
    checks.check_keypoints(bikes, NAMES, unpaired=("left_pedal_center",))


def test_wheels_stand_on_the_ground_in_one_line(bikes):
    for bike in bikes:
        p = bike.params
        for name in ("front_wheel", "back_wheel"):
            wheel = part(bike, name).vertices
            assert wheel[:, 2].min() == pytest.approx(0, abs=0.005)
            assert np.ptp(wheel[:, 2]) == pytest.approx(2 * p.wheel_radius, rel=0.02)
        gap = part(bike, "back_wheel").vertices[:, 1].mean() - part(bike, "front_wheel").vertices[:, 1].mean()
        assert gap == pytest.approx(p.wheelbase, abs=0.02)


def test_wheels_clear_each_other_and_the_frame(bikes):
    for bike in bikes:
        p, j = bike.params, bike.params.joints
        assert p.wheelbase > 2 * p.wheel_radius + 0.04, bike.style
        assert p.chainstay > p.wheel_radius + 0.01, bike.style
        assert np.linalg.norm(j["bracket"] - j["rear"]) == pytest.approx(p.chainstay)
        assert np.linalg.norm(j["head_low"] - j["front"]) > p.wheel_radius, bike.style


def test_order_along_the_bicycle(bikes):
    for bike in bikes:
        points = bike.keypoints
        assert points["left_front_wheel"][1] < points["head_center"][1] < points["seat_front"][1]
        assert points["seat_front"][1] < points["seat_back"][1] < points["left_back_wheel"][1] + 0.1
        assert points["seat_front"][2] > points["left_back_wheel"][2]


def test_pedals_are_opposite_and_above_the_ground(bikes):
    for bike in bikes:
        left, right = (pedal_place(bike.params, side) for side in (True, False))
        np.testing.assert_allclose(0.5 * (left + right), bike.params.joints["bracket"], atol=1e-12)
        assert left[0] > 0 > right[0]
        assert min(left[2], right[2]) > 0.03


def test_chain_is_on_the_right(bikes):
    for bike in bikes:
        steel = part(bike, "drive")
        chain = [i for i, m in enumerate(steel.materials) if m.name in ("black metal", "steel", "chrome")]
        faces = steel.faces[np.isin(steel.face_materials, chain)]
        assert steel.vertices[faces].reshape(-1, 3)[:, 0].mean() < 0


def test_stabilisers_stand_beside_the_back_wheel():
    params = sample_bicycle_params(np.random.default_rng(0), "child")
    bike = build_bicycle(replace(params, stabilisers=True))
    extras = part(bike, "extras").vertices
    assert np.abs(extras[:, 0]).max() > 0.17
    assert abs(extras[:, 2].min()) < 0.01


def test_every_choice_builds():
    checks.check_choices(sample_bicycle_params, build_bicycle, CHOICES, ("city", "road"))


def test_forms_are_known():
    checks.check_forms(STYLES, FORMS, CHOICES)


def test_every_measure_matters():
    checks.check_every_measure_matters(sample_bicycle_params, build_bicycle, BOUNDS, STYLES)


def test_left_and_right_are_alike(bikes):
    checks.check_mirrored(bikes, ("handlebar", "saddle"))


def test_bad_parameters_name_the_field():
    params = sample_bicycle_params(np.random.default_rng(0), "road")
    with pytest.raises(UserError, match=r"BicycleParams\.head_angle is 20"):
        replace(params, head_angle=20)
    with pytest.raises(UserError, match="BicycleParams.bar is 'wheel'"):
        replace(params, bar="wheel")
