"""Buses: closed bodies on wheels, windscreen at -y, red lamps at the back, doors on one side."""

from dataclasses import replace

import numpy as np
import pytest

from synth_data.shapes.bus import build_bus, sample_bus_params
from synth_data.shapes.bus.layout import Layout
from synth_data.shapes.bus.params import BOUNDS, CHOICES, MEASURES, STYLES
from synth_data.shapes.bus.sides import door_spans
from tests.shapes import vehicle_checks as checks
from tests.shapes.surfaces import mesh_of, part
from vantage.errors import UserError

NAMES = (
    "body_front_left_lower", "body_front_right_lower", "body_front_left_upper", "body_front_right_upper",
    "body_back_left_lower", "body_back_right_lower", "body_back_left_upper", "body_back_right_upper",
    "left_front_wheel", "right_front_wheel", "left_back_wheel", "right_back_wheel",
    "left_front_light", "right_front_light", "left_back_light", "right_back_light",
)  # fmt: skip


@pytest.fixture(scope="module")
def buses():
    return checks.sampled(sample_bus_params, build_bus, STYLES)


def test_vehicle(buses):
    checks.check_vehicles(buses, sample_bus_params, build_bus)
    checks.check_build_time(buses, build_bus)
    checks.check_bounds(sample_bus_params, STYLES, MEASURES, BOUNDS)


def test_two_hundred_seeds_two_hundred_buses():
    checks.check_all_seeds_differ(sample_bus_params, build_bus)


@pytest.mark.slow
def test_thousand_seeds_thousand_buses():
    checks.check_all_seeds_differ(sample_bus_params, build_bus, 1000)


def test_keypoints(buses):
    checks.check_keypoints(buses, NAMES)


def test_body_is_watertight(buses):
    for bus in buses:
        body = mesh_of(part(bus, "body"))
        assert body.is_watertight and body.volume > 8, bus.style


def test_outer_size_is_what_was_asked_for(buses):
    for bus in buses:
        checks.approx_extent(bus, 1, bus.params.length, 0.75)
        body = part(bus, "body").vertices
        assert np.ptp(body[:, 1]) == pytest.approx(bus.params.length, abs=0.05)
        assert body[:, 2].max() == pytest.approx(bus.params.height, abs=0.02)


def test_red_lamps_are_at_the_back(buses):
    for bus in buses:
        assert checks.reds(bus, back=True) > 0
        assert checks.reds(bus, back=False) == 0 or bus.style == "school"


def test_front_light_is_in_front_of_the_wheels(buses):
    for bus in buses:
        points = bus.keypoints
        assert points["left_front_light"][1] < points["left_front_wheel"][1] < 0 < points["left_back_wheel"][1]
        assert points["left_back_wheel"][1] < points["left_back_light"][1]


def test_doors_are_on_one_side_and_clear_of_the_wheels(buses):
    for bus in buses:
        for start, end in door_spans(Layout(bus.params)):
            assert end - start > 0.5
            assert min(abs(axle - 0.5 * (start + end)) for axle in bus.params.axles) > bus.params.wheel_radius


def test_a_double_decker_has_two_rows_of_windows(buses):
    for bus in buses:
        decks = bus.params.decks
        assert len(decks) == (2 if bus.style == "double" else 1)
        assert all(low + 0.3 < high for low, high in decks), bus.style


def test_every_choice_builds():
    checks.check_choices(sample_bus_params, build_bus, CHOICES, ("city", "coach"))


def test_every_measure_matters():
    checks.check_every_measure_matters(sample_bus_params, build_bus, BOUNDS, STYLES)


def test_left_and_right_are_alike(buses):
    checks.check_mirrored(buses, ("body", "rear", "roof"))


def test_bad_parameters_name_the_field():
    params = sample_bus_params(np.random.default_rng(0), "coach")
    with pytest.raises(UserError, match=r"BusParams\.length is 30; expected a number from 5\.5 to 15"):
        replace(params, length=30)
    with pytest.raises(UserError, match="BusParams.unit is 'sail'"):
        replace(params, unit="sail")
