from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from synth_data.shapes.chair import build_chair, sample_chair_params
from synth_data.shapes.chair.params import CHOICES, STYLES
from tests.shapes import furniture_checks as checks
from vantage.errors import UserError

NAMES = (
    [f"leg_{c}" for c in checks.CORNERS] + [f"seat_{c}" for c in checks.CORNERS] + ["back_top_left", "back_top_right"]
)


@pytest.fixture(scope="module")
def chairs():
    return checks.sampled(sample_chair_params, build_chair)


def test_hundred_seeds_hundred_chairs_of_all_styles(chairs):
    checks.check_all_different(chairs)
    assert {chair.style for chair in chairs} == set(STYLES)
    assert len({chair.params.back for chair in chairs}) >= 8
    assert len({chair.params.base for chair in chairs}) >= 8


def test_meshes(chairs):
    checks.check_meshes(chairs)
    checks.check_closed_and_outward(chairs[::3])


def test_keypoints(chairs):
    checks.check_keypoints(chairs, NAMES)
    checks.check_on_the_floor(chairs)
    checks.check_normalised(chairs[:20])
    checks.check_mirror(chairs)


def test_one_sits_down_from_the_front(chairs):
    for chair in chairs:
        tops = np.mean([chair.keypoints["back_top_left"], chair.keypoints["back_top_right"]], axis=0)
        seat = np.mean([chair.keypoints[f"seat_{c}"] for c in checks.CORNERS], axis=0)
        assert tops[1] > seat[1] + 0.1, chair.style
        assert tops[2] > seat[2] + 0.1, chair.style
        vertices = checks.all_vertices(chair)
        high = vertices[vertices[:, 2] > chair.params.height + 0.7 * chair.params.back_height]
        assert high[:, 1].min() > 0, f"{chair.style}: something high at the front"


def test_seat_corners_are_where_one_sits(chairs):
    for chair in chairs:
        p = chair.params
        for corner in checks.CORNERS:
            x, y, z = chair.keypoints[f"seat_{corner}"]
            assert abs(z - p.height) < 0.12, (chair.style, corner)
            assert 0.2 * p.width < abs(x) < 0.56 * p.width, (chair.style, corner)
            assert (y < 0) == corner.startswith("front"), (chair.style, corner)


def test_a_turned_swivel_base_is_not_symmetric(chairs):
    turned = [chair for chair in chairs if chair.params.base == "star"]
    assert turned and not any(chair.symmetry.mirror for chair in turned)
    straight = build_chair(replace(turned[0].params, base_turn_deg=0.0))
    assert straight.symmetry.mirror
    checks.check_mirror([straight])


@pytest.mark.parametrize("back", CHOICES["back"][:-1])
@pytest.mark.parametrize("base", CHOICES["base"])
def test_every_back_goes_with_every_base(back, base, chairs):
    dining = next(chair.params for chair in chairs if chair.style == "dining")
    chair = build_chair(replace(dining, back=back, base=base, stretchers="none", arms="none"))
    checks.check_meshes([chair])
    checks.check_keypoints([chair], NAMES)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"width": 3.0}, "width"),
        ({"height": float("nan")}, "height"),
        ({"back": "net"}, "upholstered"),
        ({"taper": "x"}, "taper"),
    ],
)
def test_wrong_parameters_are_refused_by_name(change, words, chairs):
    with pytest.raises(UserError, match=words):
        replace(chairs[0].params, **change)
