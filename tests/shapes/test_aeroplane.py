"""Aeroplanes: nose at -y, wings to both sides, fin at the back, engines where they belong, wheels on the ground."""

from dataclasses import replace

import numpy as np
import pytest

from synth_data.shapes.aeroplane import build_aeroplane, sample_aeroplane_params
from synth_data.shapes.aeroplane.fuselage import LINES
from synth_data.shapes.aeroplane.lift import surface
from synth_data.shapes.aeroplane.params import BOUNDS, CHOICES, FORMS, MEASURES, STYLES
from synth_data.shapes.mesh import Material, Part
from tests.shapes import vehicle_checks as checks
from tests.shapes.surfaces import mesh_of, part
from vantage.errors import UserError

NAMES = (
    "nose", "tail", "noselanding", "cockpit", "rudder_upper", "rudder_lower",
    "left_wing", "right_wing", "left_elevator", "right_elevator",
)  # fmt: skip


@pytest.fixture(scope="module")
def planes():
    return checks.sampled(sample_aeroplane_params, build_aeroplane, STYLES)


def test_vehicle(planes):
    checks.check_vehicles(planes, sample_aeroplane_params, build_aeroplane)
    checks.check_build_time(planes, build_aeroplane)
    checks.check_bounds(sample_aeroplane_params, STYLES, MEASURES, BOUNDS)
    checks.check_profiles_differ(planes)


def test_two_hundred_seeds_two_hundred_aeroplanes():
    checks.check_all_seeds_differ(sample_aeroplane_params, build_aeroplane)


@pytest.mark.slow
def test_thousand_seeds_thousand_aeroplanes():
    checks.check_all_seeds_differ(sample_aeroplane_params, build_aeroplane, 1000)


def test_keypoints(planes):
    checks.check_keypoints(planes, NAMES, gap=0.025)


def test_extent_is_span_and_length(planes):
    for plane in planes:
        p = plane.params
        checks.approx_extent(plane, 0, p.span * p.length, 0.06 * p.length)
        checks.approx_extent(plane, 1, p.length, 0.16 * p.length)


def test_order_from_nose_to_tail(planes):
    for plane in planes:
        points = plane.keypoints
        for first, second in (("nose", "cockpit"), ("cockpit", "rudder_lower"), ("left_wing", "left_elevator")):
            assert points[first][1] < points[second][1], (plane.style, first, second)
        assert points["rudder_upper"][2] > points["rudder_lower"][2] > points["nose"][2] - 0.1 * plane.params.length
        assert points["left_wing"][0] > points["left_elevator"][0] > 0


def test_fin_is_the_highest_at_the_back(planes):
    for plane in planes:
        tail = part(plane, "tail").vertices
        assert tail[:, 1].min() > 0
        if plane.style not in ("biplane", "light"):
            fuselage = part(plane, "fuselage").vertices
            assert tail[:, 2].max() > fuselage[:, 2].max()


def test_wheels_are_the_lowest_where_they_are_out(planes):
    for plane in planes:
        lowest = min(plane.parts, key=lambda piece: piece.vertices[:, 2].min()).name
        assert (lowest == "gear") == (plane.params.gear != "up"), (plane.style, lowest)


@pytest.mark.parametrize(
    ("engines", "style", "name", "count"),
    [("prop1", "light", "blade", 1), ("prop2", "turboprop", "blade", 2), ("prop4", "turboprop", "blade", 4)],
)
def test_each_propeller_has_its_blades(engines, style, name, count):
    params = replace(sample_aeroplane_params(np.random.default_rng(4), style), engines=engines, blades=4)
    power = part(build_aeroplane(params), "engines")
    number = [m.name for m in power.materials].index(name)
    blades = mesh_of(Part("blades", power.vertices, power.faces[power.face_materials == number], power.materials))
    assert len(blades.split()) == 4 * count


def test_a_biplane_has_two_wings(planes):
    for plane in planes:
        wing = part(plane, "wings")
        middle = wing.vertices[np.abs(wing.vertices[:, 0]) < 0.7 * plane.params.body]
        tall = np.ptp(middle[:, 2]) / plane.params.body
        assert (tall > 2) == (plane.style == "biplane"), plane.style


def test_surface_is_closed_and_outwards():
    mesh = surface([(0, 0, 0, 2, 0.1), (3, 0.5, 0.2, 1, 0.1)])
    solid = mesh_of(Part("wing", *mesh, Material("plain", (0.5, 0.5, 0.5))))
    assert solid.is_watertight and solid.volume > 0.2


def test_lines_run_from_nose_to_tail():
    for style, lines in LINES.items():
        at, wide, low, high = (np.array(line) for line in lines)
        assert len({len(line) for line in lines}) == 1, style
        assert (np.diff(at) > 0).all() and (wide > 0).all() and (high > low).all(), style


def test_every_choice_builds():
    checks.check_choices(sample_aeroplane_params, build_aeroplane, CHOICES, ("airliner", "light"))


def test_forms_are_known():
    checks.check_forms(STYLES, FORMS, CHOICES)


def test_every_measure_matters():
    checks.check_every_measure_matters(sample_aeroplane_params, build_aeroplane, BOUNDS, STYLES)


def test_left_and_right_are_alike(planes):
    checks.check_mirrored(planes, ("fuselage", "wings", "tail"))


def test_bad_parameters_name_the_field():
    params = sample_aeroplane_params(np.random.default_rng(0), "bizjet")
    with pytest.raises(UserError, match=r"AeroplaneParams\.span is 9"):
        replace(params, span=9)
    with pytest.raises(UserError, match="AeroplaneParams.engines is 'sail'"):
        replace(params, engines="sail")
