"""Desks: drawers look to the front, blocks and wings are on the side that they say, knees have room."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from synth_data.shapes.desk import CHOICES, RANGES, STYLES, build_desk, sample_desk_params
from tests.shapes import furniture_checks as checks
from tests.shapes.surfaces import corners, winding
from vantage.errors import UserError


@pytest.fixture(scope="module")
def desks():
    return checks.sampled(sample_desk_params, build_desk, range(40))


@pytest.fixture(scope="module")
def plain(desks):
    params = next(desk.params for desk in desks if desk.style == "pedestal")
    return replace(params, width=1.6, wing_depth=0.5, blocks=0, drawers=0, back="none", legs="tapered")


def test_all_styles_come_and_all_ranges_hold(desks):
    assert {desk.style for desk in desks} == set(STYLES) == set(CHOICES["style"])
    checks.check_ranges_hold(sample_desk_params, RANGES)


def test_the_top_is_as_big_and_high_as_asked_for(desks):
    for desk in desks:
        p, top = desk.params, checks.part_of(desk, "top")
        np.testing.assert_allclose(np.ptp(top, axis=0), [p.width, p.depth, p.thickness], atol=1e-6)
        assert top[:, 2].max() == pytest.approx(p.height)
        for corner in checks.CORNERS:
            assert desk.keypoints[f"leg_{corner}"][2] < 0.07, (desk.style, corner)


def test_blocks_of_drawers_are_on_their_side(plain):
    for blocks, signs in ((1, {1}), (-1, {-1}), (2, {-1, 1})):
        block = checks.part_of(build_desk(replace(plain, blocks=blocks)), "blocks")
        assert set(np.sign(block[:, 0]).astype(int)) == signs
        assert block[:, 2].max() < plain.height


def test_handles_are_at_the_front(plain):
    desk = build_desk(replace(plain, blocks=2, drawers=2, metal=replace(plain.metal, name="handles")))
    handles = checks.of_material(desk, "handles")
    assert len(handles) > 100 and handles[:, 1].max() < 0.1 - plain.depth / 2


def test_the_board_at_the_back_is_at_the_back(plain):
    heights = []
    for back in ("rail", "half", "full"):
        board = checks.part_of(build_desk(replace(plain, back=back)), "back")
        assert board[:, 1].min() > 0.2 * plain.depth
        heights.append(np.ptp(board[:, 2]))
    assert heights == sorted(heights)


def test_knees_have_room(desks):
    for desk in desks:
        knees = np.array([[0.0, -0.3 * desk.params.depth, 0.4]])
        if desk.style != "trestle":
            assert winding(corners(desk), knees)[0] < 0.5, desk.style


def test_a_wing_reaches_to_the_front_on_its_side(plain):
    for side in (1, -1):
        desk = build_desk(replace(plain, wing=0.6, side=side))
        wing = checks.part_of(desk, "wing")
        assert (np.sign(wing[:, 0]) == side).all()
        assert wing[:, 1].min() == pytest.approx(-plain.depth / 2 - 0.6, abs=0.01)
        assert not desk.symmetry.mirror


def test_symmetry_is_that_of_what_is_there(plain):
    assert build_desk(plain).symmetry.fold == 2
    for change in ({"back": "half"}, {"drawers": 2}, {"hutch": 0.4}, {"legs": "frame"}):
        desk = build_desk(replace(plain, **change))
        assert (desk.symmetry.mirror, desk.symmetry.fold) == (True, 1), change
    assert not build_desk(replace(plain, blocks=1)).symmetry.mirror


def test_every_form_goes_with_every_other(plain):
    checks.check_choices_build(replace(plain, drawers=2, blocks=1), build_desk, CHOICES)


@pytest.mark.parametrize(
    ("change", "words"),
    [({"width": 9.0}, "width"), ({"wing": 0.5}, "a side of -1 or 1"), ({"width": 1.0, "blocks": 2}, "for the knees")],
)
def test_wrong_parameters_are_refused(change, words, plain):
    with pytest.raises(UserError, match=words):
        replace(plain, **change)
