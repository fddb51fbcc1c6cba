"""Motorbikes: two wheels on the ground in one line, handlebar ahead of the seat, lamp in front and red at the back."""

from dataclasses import replace

import numpy as np
import pytest

from synth_data.shapes.cycles import cast_spokes, hoop, mudguard, side_sheet, wire_spokes
from synth_data.shapes.mesh import Material, Part
from synth_data.shapes.motorbike import build_motorbike, sample_motorbike_params
from synth_data.shapes.motorbike.params import BOUNDS, CHOICES, FORMS, MEASURES, STYLES
from tests.shapes import vehicle_checks as checks
from tests.shapes.surfaces import mesh_of, part
from vantage.errors import UserError

NAMES = (
    "front_seat", "back_seat", "head_center", "headlight_center", "tail_light",
    "left_front_wheel", "right_front_wheel", "left_back_wheel", "right_back_wheel",
    "left_handle_center", "right_handle_center",
)  # fmt: skip


@pytest.fixture(scope="module")
def bikes():
    return checks.sampled(sample_motorbike_params, build_motorbike, STYLES)


def test_vehicle(bikes):
    checks.check_vehicles(bikes, sample_motorbike_params, build_motorbike, most=10_000)
    checks.check_build_time(bikes, build_motorbike)
    checks.check_bounds(sample_motorbike_params, STYLES, MEASURES, BOUNDS)
    checks.check_profiles_differ(bikes)


def test_two_hundred_seeds_two_hundred_motorbikes():
    checks.check_all_seeds_differ(sample_motorbike_params, build_motorbike)


@pytest.mark.slow
def test_thousand_seeds_thousand_motorbikes():
    checks.check_all_seeds_differ(sample_motorbike_params, build_motorbike, 1000)


def test_keypoints(bikes):
    checks.check_keypoints(bikes, NAMES, gap=0.03)


def test_wheels_stand_on_the_ground_in_one_line(bikes):
    for bike in bikes:
        p = bike.params
        for name, radius in (("front_wheel", p.front_radius), ("back_wheel", p.rear_radius)):
            wheel = part(bike, name).vertices
            assert wheel[:, 2].min() == pytest.approx(0, abs=0.01)
            assert np.ptp(wheel[:, 2]) == pytest.approx(2 * radius, rel=0.02)
        gap = part(bike, "back_wheel").vertices[:, 1].mean() - part(bike, "front_wheel").vertices[:, 1].mean()
        assert gap == pytest.approx(p.wheelbase, abs=0.02)


def test_order_along_the_machine(bikes):
    for bike in bikes:
        points = bike.keypoints
        places = [
            points[name][1] for name in ("headlight_center", "head_center", "front_seat", "back_seat", "tail_light")
        ]
        assert np.diff(places).min() > 0, bike.style
        assert points["left_handle_center"][2] > points["front_seat"][2], bike.style


def test_red_lamp_is_at_the_back(bikes):
    for bike in bikes:
        assert checks.reds(bike, back=True) > 0 == checks.reds(bike, back=False)


def test_a_scooter_has_a_free_floor(bikes):
    for bike in bikes:
        vertices = np.concatenate([p.vertices for p in bike.parts])
        start = bike.params.seat_span[0]
        between = vertices[(np.abs(vertices[:, 0]) < 0.1) & (np.abs(vertices[:, 1] - start + 0.12) < 0.06)]
        tall = between[:, 2].max(initial=0)
        assert (tall < 0.4) == (bike.style == "scooter"), bike.style


@pytest.mark.parametrize(
    "mesh",
    [
        hoop(0.3, 0.05, 0.1), hoop(0.3, 0.05, 0.1, sides=4), wire_spokes(8, 0.03, 0.03, 0.3, 0.002),
        cast_spokes(5, 0.05, 0.2, 0.04, 10), mudguard((0, 0, 0), 0.3, 0.05, 30, 150),
        side_sheet([(0.1, 0, 0), (0.1, 1, 0), (0.1, 1, 1), (0.1, 0, 1)], 0.02),
    ],
)  # fmt: skip
def test_pieces_are_closed_and_outwards(mesh):
    solid = mesh_of(Part("piece", *mesh, Material("plain", (0.5, 0.5, 0.5))))
    assert solid.is_watertight and solid.is_winding_consistent and solid.volume > 0


def test_every_choice_builds():
    checks.check_choices(sample_motorbike_params, build_motorbike, CHOICES, ("naked", "scooter"))


def test_forms_are_known():
    checks.check_forms(STYLES, FORMS, CHOICES)


def test_every_measure_matters():
    checks.check_every_measure_matters(sample_motorbike_params, build_motorbike, BOUNDS, STYLES)


def test_left_and_right_are_alike(bikes):
    checks.check_mirrored(bikes, ("seat", "tail"))


def test_bad_parameters_name_the_field():
    params = sample_motorbike_params(np.random.default_rng(0), "cruiser")
    with pytest.raises(UserError, match=r"MotorbikeParams\.rake is 80"):
        replace(params, rake=80)
    with pytest.raises(UserError, match="MotorbikeParams.lamp is 'candle'"):
        replace(params, lamp="candle")
