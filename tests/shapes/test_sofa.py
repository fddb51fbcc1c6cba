from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from synth_data.shapes.sofa import build_sofa, sample_sofa_params
from synth_data.shapes.sofa.params import CHOICES, STYLES
from tests.shapes import furniture_checks as checks
from tests.shapes.surfaces import folded
from vantage.errors import UserError

ARMS = ["arm_front_left", "arm_front_right", "arm_back_left", "arm_back_right"]
NAMES = [
    *(f"leg_{c}" for c in checks.CORNERS),
    *(f"seat_{c}" for c in checks.CORNERS),
    *ARMS,
    "back_top_left",
    "back_top_right",
]


@pytest.fixture(scope="module")
def sofas():
    return checks.sampled(sample_sofa_params, build_sofa)


def test_hundred_seeds_hundred_sofas(sofas):
    checks.check_all_different(sofas)
    assert {sofa.style for sofa in sofas} == set(STYLES)
    for part in ("arms", "back", "feet", "chaise"):
        assert {getattr(sofa.params, part) for sofa in sofas} == set(CHOICES[part])
    assert {sofa.params.seats for sofa in sofas} == {2, 3, 4}


def test_meshes(sofas):
    checks.check_meshes(sofas)
    checks.check_closed_and_outward(sofas[::3])


def test_keypoints(sofas):
    checks.check_keypoints(sofas, NAMES)
    checks.check_on_the_floor(sofas)
    checks.check_normalised(sofas[:20])
    checks.check_mirror(sofas)


def test_one_sits_down_from_the_front(sofas):
    for sofa in sofas:
        tops = np.mean([sofa.keypoints["back_top_left"], sofa.keypoints["back_top_right"]], axis=0)
        seat = np.mean([sofa.keypoints[f"seat_{c}"] for c in checks.CORNERS], axis=0)
        assert tops[1] > seat[1] + 0.25, sofa.style
        assert tops[2] > seat[2] + 0.15, sofa.style


def test_arms_rise_above_the_seat(sofas):
    for sofa in sofas:
        for name in ARMS:
            rise = sofa.keypoints[name][2] - sofa.params.seat_height
            assert rise > (0.5 * sofa.params.arm_height if sofa.params.arms != "none" else -0.08), (sofa.style, name)


def test_ends_of_arms_stay_within_their_outline(sofas):
    rolled = [sofa for sofa in sofas if sofa.params.arms == "rolled"]
    assert len(rolled) > 3
    for sofa in rolled:
        arms = next(piece for piece in sofa.parts if piece.name == "arms")
        assert len(folded(arms.vertices, arms.faces)) == 0, sofa.style


def test_the_chaise_is_on_the_side_it_says(sofas):
    plain = next(sofa.params for sofa in sofas if sofa.params.chaise == "left" and not sofa.params.pillows)
    left, right = build_sofa(plain), build_sofa(replace(plain, chaise="right"))
    for sofa, sign in ((left, 1), (right, -1)):
        assert not sofa.symmetry.mirror
        vertices = checks.all_vertices(sofa)
        ahead = vertices[vertices[:, 1] < -plain.depth - 0.3 * plain.chaise_length]
        assert len(ahead) > 20 and (sign * ahead[:, 0] > 0).mean() > 0.9
    side = {1: "left", -1: "right"}
    for sofa, sign in ((left, 1), (right, -1)):
        longer, shorter = (sofa.keypoints[f"seat_front_{side[s]}"][1] for s in (sign, -sign))
        assert longer < shorter - 0.8 * plain.chaise_length


def test_left_and_right_chaise_are_mirror_images(sofas):
    params = next(sofa.params for sofa in sofas if sofa.params.chaise == "left" and not sofa.params.pillows)
    left, right = build_sofa(params), build_sofa(replace(params, chaise="right"))
    for a, b in zip(left.parts, right.parts, strict=True):
        np.testing.assert_array_equal(a.vertices * (-1, 1, 1), b.vertices)
    for name, point in left.keypoints.items():
        swapped = name.replace("left", "*").replace("right", "left").replace("*", "right")
        np.testing.assert_array_equal(point * (-1, 1, 1), right.keypoints[swapped])


def test_pillows_lie_on_the_seat(sofas):
    found = 0
    for sofa in sofas:
        for part in sofa.parts:
            if part.name == "pillows":
                found += 1
                low, high = part.vertices.min(axis=0), part.vertices.max(axis=0)
                assert abs(low[2] - sofa.params.seat_height) < 0.02
                assert low[1] > -sofa.params.depth - 0.1 and high[1] < sofa.params.back_thickness + 0.1
                assert -sofa.params.outer - 0.05 < low[0] and high[0] < sofa.params.outer + 0.05
    assert found > 20


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"seats": 9}, "seats"), ({"depth": float("nan")}, "depth"), ({"arms": "wings"}, "rolled"),
        ({"chaise": "left", "chaise_length": 0.0}, "chaise"), ({"chaise": "none", "chaise_length": 0.4}, "chaise"),
        ({"cushion": 0.22, "seat_height": 0.34, "foot_height": 0.2}, "no room"),
    ],
)  # fmt: skip
def test_wrong_parameters_are_refused_by_name(change, words, sofas):
    with pytest.raises(UserError, match=words):
        replace(sofas[0].params, **change)
