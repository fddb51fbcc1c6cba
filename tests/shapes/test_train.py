"""Trains: the face at -y, wheels on z = 0, cars in a row with gaps, red lamps on the last."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from synth_data.shapes.mesh import Material, Part
from synth_data.shapes.train import build_train, sample_train_params
from synth_data.shapes.train.params import BOUNDS, CARS, CHOICES, MEASURES, STYLES
from synth_data.shapes.train.stock import coach_body, hopper, wheelset
from tests.shapes import vehicle_checks as checks
from tests.shapes.surfaces import mesh_of, part
from vantage.errors import UserError

PLACES = [
    f"{place}_{side}_{level}" for place in ("mid", "tail") for level in ("bottom", "top") for side in ("left", "right")
]
NAMES = (
    "head_left_bottom", "head_right_bottom", "head_left_top", "head_right_top", "head_top", *PLACES, "tail_top",
)  # fmt: skip


@pytest.fixture(scope="module")
def trains():
    return checks.sampled(sample_train_params, build_train, STYLES, each=4)


def test_vehicle(trains):
    checks.check_vehicles(trains, sample_train_params, build_train, most=9_000)
    checks.check_build_time(trains, build_train, 0.04)
    checks.check_bounds(sample_train_params, STYLES, MEASURES, BOUNDS)


def test_two_hundred_seeds_two_hundred_trains():
    checks.check_all_seeds_differ(sample_train_params, build_train)


@pytest.mark.slow
def test_thousand_seeds_thousand_trains():
    checks.check_all_seeds_differ(sample_train_params, build_train, 1000)


def test_keypoints(trains):
    checks.check_keypoints(trains, NAMES)


def test_the_longest_stays_within_the_budget():
    for style in STYLES:
        params = sample_train_params(np.random.default_rng(7), style)
        most = max(k + 1 for k, chance in enumerate(CARS[style]) if chance)
        train = build_train(replace(params, cars=most, windows=16, doors=3, drivers=4))
        assert train.triangle_count() <= 12_000, (style, train.triangle_count())


def test_cars_stand_in_a_row(trains):
    for train in trains:
        spans = train.params.spans
        assert len(spans) == train.params.cars + (train.style == "steam")
        assert len(train.parts) == len(spans)
        gaps = [start - end for (_, end), (start, _) in pairwise(spans)]
        np.testing.assert_allclose(gaps[train.style == "steam" :], train.params.gap)
        assert min(gaps, default=1) > 0.2
        assert spans[0][0] == pytest.approx(-spans[-1][1])


def test_order_from_head_to_tail(trains):
    for train in trains:
        points = train.keypoints
        assert (
            points["head_left_bottom"][1] < points["mid_left_bottom"][1] + 1e-9 < points["tail_left_bottom"][1] + 1e-6
        )
        for place in ("head", "tail"):
            assert points[f"{place}_left_bottom"][2] < points[f"{place}_left_top"][2], (train.style, place)


def test_red_lamps_are_on_the_last_car_only(trains):
    for train in trains:
        assert checks.reds(train, back=True) > 0 == checks.reds(train, back=False), train.style


def test_white_lamps_are_at_the_front_only(trains):
    for train in trains:
        start, end = train.params.spans[0]
        found = 0
        for piece in train.parts:
            white = [i for i, m in enumerate(piece.materials) if m.name == "reflector"]
            lamps = piece.vertices[piece.faces[np.isin(piece.face_materials, white)]].reshape(-1, 3)
            assert (lamps[:, 1] < 0.5 * (start + end)).all(), train.style
            found += len(lamps)
        assert found, train.style


def test_wheels_run_on_a_track(trains):
    for train in trains:
        low = np.concatenate([p.vertices for p in train.parts])
        low = np.abs(low[low[:, 2] < 0.01][:, 0])
        assert low.size and (np.abs(low - 0.72) < 0.15).all(), train.style


@pytest.mark.parametrize("mesh", [wheelset(0.46), hopper(1.4, np.array([-5, 5, 3, -3.0]), np.array([3, 3, 1, 1.0]))])
def test_pieces_are_closed_and_outwards(mesh):
    solid = mesh_of(Part("piece", *mesh, Material("plain", (0.5, 0.5, 0.5))))
    assert solid.is_watertight and solid.volume > 0


def test_a_coach_has_its_section():
    params = sample_train_params(np.random.default_rng(0), "commuter")
    points = coach_body(params, -10.0, 10.0).points.reshape(-1, 3)
    np.testing.assert_allclose(np.ptp(points, axis=0), (params.width, 20, params.height - params.under), atol=0.01)


def test_hood_units_have_rails_beside_the_hood():
    params = sample_train_params(np.random.default_rng(0), "diesel")
    shapes = {front: part(build_train(replace(params, front=front)), "lead") for front in CHOICES["front"]}
    counts = {front: len(mesh_of(lead).split()) for front, lead in shapes.items()}
    assert counts["hood"] > counts["flat"]


def test_every_choice_builds():
    checks.check_choices(sample_train_params, build_train, CHOICES, STYLES)


def test_every_measure_matters():
    checks.check_every_measure_matters(sample_train_params, build_train, BOUNDS, STYLES)


def test_left_and_right_are_alike(trains):
    checks.check_mirrored(trains, ("lead", "car 1", "car 2"))


def test_bad_parameters_name_the_field():
    params = sample_train_params(np.random.default_rng(0), "tram")
    with pytest.raises(UserError, match=r"TrainParams\.cars is 12"):
        replace(params, cars=12)
    with pytest.raises(UserError, match="TrainParams.chimney is 'none'"):
        replace(params, chimney="none")
