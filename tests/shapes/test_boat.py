"""Boats: a closed hull with its bow at -y, what stands on deck inside it, sails that swing with the boom."""

from dataclasses import replace

import numpy as np
import pytest

from synth_data.shapes.boat import build_boat, sample_boat_params
from synth_data.shapes.boat.hull import HOLLOWS, LINES, Hull
from synth_data.shapes.boat.params import BOUNDS, CHOICES, FORMS, MEASURES, STYLES
from synth_data.shapes.boat.rig import sail, swung
from synth_data.shapes.mesh import Material, Part
from tests.shapes import vehicle_checks as checks
from tests.shapes.surfaces import mesh_of, part
from vantage.errors import UserError

NAMES = ("head", "head_down", "tail", "tail_down", "head_left", "head_right", "tail_left", "tail_right")


@pytest.fixture(scope="module")
def boats():
    return checks.sampled(sample_boat_params, build_boat, STYLES)


def test_vehicle(boats):
    checks.check_vehicles(boats, sample_boat_params, build_boat)
    checks.check_build_time(boats, build_boat)
    checks.check_bounds(sample_boat_params, STYLES, MEASURES, BOUNDS)
    checks.check_profiles_differ([boat for boat in boats if not boat.params.pointed_stern])


def test_two_hundred_seeds_two_hundred_boats():
    checks.check_all_seeds_differ(sample_boat_params, build_boat)


@pytest.mark.slow
def test_thousand_seeds_thousand_boats():
    checks.check_all_seeds_differ(sample_boat_params, build_boat, 1000)


def test_keypoints(boats):
    checks.check_keypoints(boats, NAMES)


def test_hull_is_watertight_and_has_its_size(boats):
    for boat in boats:
        p, hull = boat.params, part(boat, "hull")
        mesh = mesh_of(hull)
        assert mesh.is_watertight and mesh.volume > 0, boat.style
        assert np.ptp(hull.vertices[:, 1]) == pytest.approx(p.length)
        assert np.ptp(hull.vertices[:, 0]) == pytest.approx(p.beam * p.length, rel=0.02)


def test_floor_lies_inside_the_hull(boats):
    for boat in boats:
        rings = Hull(boat.params).points
        corner, deck_edge = rings[:, 8, 2], rings[:, 6, 2]
        keel = rings[:, 0, 2]
        assert (corner <= deck_edge + 1e-9).all() and (corner > keel).all(), boat.style
        for ring in rings:
            outside = np.interp(ring[8, 2], ring[:7, 2], -ring[:7, 0])
            assert -ring[8, 0] <= outside + 1e-9, boat.style


def test_hulls_are_hollow_where_they_should_be(boats):
    for boat in boats:
        hull = Hull(boat.params)
        start, end, _, _ = HOLLOWS[boat.style]
        _, edge, floor = hull.at(boat.params.y(0.5 * (start + end)))
        assert floor < edge - 0.01 * boat.params.depth * boat.params.length, boat.style


def test_bow_is_sharp_and_high_at_negative_y(boats):
    for boat in boats:
        points = boat.keypoints
        assert points["head"][1] < points["head_down"][1] + 1e-9 < points["head_left"][1] < points["tail"][1]
        assert points["head"][2] > points["head_down"][2]
        if not boat.params.pointed_stern:
            assert np.abs(Hull(boat.params).lines[1, [0, -1]]).argmin() == 0, boat.style


def test_bottom_paint_is_below_the_topsides(boats):
    for boat in boats:
        hull = part(boat, "hull")
        heights = [hull.vertices[hull.faces[hull.face_materials == k]][..., 2].mean() for k in (0, 2)]
        assert heights[1] < heights[0], boat.style


def test_sails_are_out_to_one_side_only_where_they_are_set():
    params = sample_boat_params(np.random.default_rng(3), "sailing")
    for choice in ("none", "sloop", "ketch"):
        boat = build_boat(replace(params, sails=choice, boom_deg=20.0))
        names = {m.name for m in part(boat, "rig").materials}
        assert ("sail" in names) == (choice != "none")
        assert boat.symmetry.mirror == (choice == "none")


def test_a_boom_swings_to_the_left():
    turned = swung((0, 2, 1), np.array([0, 0, 1.0]), 30)
    np.testing.assert_allclose(turned, (1, np.sqrt(3), 1), atol=1e-12)


def test_a_sail_is_closed():
    solid = mesh_of(Part("sail", *sail((0, 0, 0), (0, 2, 0), (0, 0, 5), 0.3), Material("plain", (0.5, 0.5, 0.5))))
    assert solid.is_watertight
    assert solid.bounds[1, 0] > 0.1


def test_lines_run_from_bow_to_stern():
    for style, lines in LINES.items():
        at, beam, keel, rise, power = (np.array(line) for line in lines)
        assert len({len(line) for line in lines}) == 1, style
        assert (np.diff(at) > 0).all() and (beam > 0).all() and beam.max() == 1, style
        assert (keel < 1 + 0.5 * rise).all() and (power >= 1).all(), style


def test_every_choice_builds():
    checks.check_choices(sample_boat_params, build_boat, CHOICES, ("fishing", "sailing"))


def test_forms_are_known():
    checks.check_forms(STYLES, FORMS, CHOICES)


def test_every_measure_matters():
    checks.check_every_measure_matters(sample_boat_params, build_boat, BOUNDS, STYLES)


def test_left_and_right_are_alike(boats):
    checks.check_mirrored(boats, ("hull", "oars", "house", "fins"))


def test_bad_parameters_name_the_field():
    params = sample_boat_params(np.random.default_rng(0), "rowing")
    with pytest.raises(UserError, match=r"BoatParams\.beam is 2"):
        replace(params, beam=2)
    with pytest.raises(UserError, match="BoatParams.motor is 'oars'"):
        replace(params, motor="oars")
