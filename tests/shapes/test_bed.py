"""Beds: the head is at the back, what one lies on is where the mattress says, bedding fits."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from synth_data.shapes.bed import build_bed, sample_bed_params
from synth_data.shapes.bed.params import CHOICES, RANGES, STYLES
from tests.shapes import furniture_checks as checks
from vantage.errors import UserError


@pytest.fixture(scope="module")
def beds():
    return checks.sampled(sample_bed_params, build_bed, range(40))


def test_all_styles_come_and_all_ranges_hold(beds):
    assert {bed.style for bed in beds} == set(STYLES) == set(CHOICES["style"])
    checks.check_ranges_hold(sample_bed_params, RANGES)


def test_one_lies_with_the_head_at_the_back(beds):
    for bed in beds:
        k, p = bed.keypoints, bed.params
        head = np.mean([k["back_top_left"], k["back_top_right"]], axis=0)
        assert head[1] > 0.45 * p.length, bed.style
        assert head[2] > p.height + 0.5 * p.head, bed.style
        if "pillows" in checks.part_names(bed):
            assert checks.part_of(bed, "pillows")[:, 1].mean() > 0.2 * p.length


def test_keypoints_on_the_floor_and_on_the_mattress(beds):
    for bed in beds:
        p = bed.params
        for corner in checks.CORNERS:
            assert bed.keypoints[f"leg_{corner}"][2] < 0.05, (bed.style, corner)
            x, y, z = bed.keypoints[f"top_{corner}"]
            assert abs(z - p.height) < 0.05 and abs(abs(x) - p.width / 2) < 0.05 and abs(abs(y) - p.length / 2) < 0.05


def test_the_mattress_is_as_big_as_asked_for(beds):
    for bed in beds:
        p = bed.params
        np.testing.assert_allclose(
            np.ptp(checks.part_of(bed, "mattress"), axis=0), [p.width, p.length, p.mattress], atol=1e-6
        )


def test_a_foot_board_is_at_the_front_and_lower_than_the_head(beds):
    with_foot = [bed for bed in beds if "foot" in checks.part_names(bed)]
    assert len(with_foot) > 8
    for bed in with_foot:
        foot = checks.part_of(bed, "foot")
        assert foot[:, 1].max() < -0.4 * bed.params.length
        assert foot[:, 2].max() < checks.part_of(bed, "head")[:, 2].max()


def test_a_canopy_stands_on_posts(beds):
    poster = next(bed for bed in beds if bed.style == "fourposter")
    assert poster.bounds()[1, 2] == pytest.approx(poster.params.canopy, abs=0.2)


def test_bedding_lies_on_the_mattress(beds):
    for bed in beds:
        if bed.params.cover != "bare":
            top = checks.part_of(bed, "cover")[:, 2].max()
            assert bed.params.height < top < bed.params.height + 0.14
    tidy = build_bed(replace(beds[0].params, creases=0.0))
    assert tidy.symmetry.mirror


def test_every_form_goes_with_every_other(beds):
    checks.check_choices_build(replace(beds[0].params, throw=0.4), build_bed, CHOICES)


@pytest.mark.parametrize(
    ("change", "words"),
    [({"width": 5.0}, "width"), ({"style": "water"}, "sleigh"), ({"height": 0.3, "mattress": 0.25}, "room under")],
)
def test_wrong_parameters_are_refused_by_name(change, words, beds):
    with pytest.raises(UserError, match=words):
        replace(beds[0].params, **change)
