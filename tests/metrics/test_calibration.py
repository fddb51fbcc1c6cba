"""Calibration by hand, and of confidences that are true by construction."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vantage.errors import UserError
from vantage.metrics.calibration import expected_calibration_error, reliability


def test_by_hand():
    """Two bins: (0.2, 0.4) with one right of two, (0.8, 1.0) with one right of two."""
    curve = reliability([0.2, 0.4, 0.8, 1.0], [True, False, True, False], 2)
    assert curve.count.tolist() == [2, 2]
    np.testing.assert_allclose(curve.confidence, [0.3, 0.9])
    np.testing.assert_allclose(curve.accuracy, [0.5, 0.5])
    assert curve.expected_error == pytest.approx(0.5 * 0.2 + 0.5 * 0.4)
    assert curve.largest_error == pytest.approx(0.4)


def test_edges_belong_below_and_empty_bins_count_nothing():
    curve = reliability([0.0, 0.5, 1.0], [False, True, True], 4)
    assert curve.count.tolist() == [1, 1, 0, 1]
    assert np.isnan(curve.accuracy[2])
    assert curve.expected_error == pytest.approx(0.5 / 3)


def test_sure_and_right_or_sure_and_wrong():
    assert expected_calibration_error(np.ones(5), np.ones(5, bool)) == 0.0
    assert expected_calibration_error(np.ones(5), np.zeros(5, bool)) == 1.0


def test_true_confidences_are_calibrated(rng):
    confidence = rng.random(200_000)
    right = rng.random(200_000) < confidence
    assert expected_calibration_error(confidence, right) < 0.01
    assert expected_calibration_error(np.sqrt(confidence), right) > 0.1


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=50), st.integers(1, 20))
def test_bounds(pairs, bins):
    """At least the gap of the means (one bin), at most the largest of a bin; every prediction counts once."""
    confidence, right = (np.array(column, float) for column in zip(*pairs))
    curve = reliability(confidence, right > 0, bins)
    assert curve.count.sum() == len(pairs)
    gap = abs(confidence.mean() - right.mean())
    assert gap - 1e-9 <= curve.expected_error <= curve.largest_error + 1e-9 <= 1 + 1e-8


@pytest.mark.parametrize(
    ("confidence", "right", "bins"),
    [([], [], 5), ([0.5], [True, False], 5), ([1.1], [True], 5), ([np.nan], [True], 5), ([0.5], [True], 0)],
)
def test_what_cannot_be_scored_is_refused(confidence, right, bins):
    with pytest.raises(UserError):
        reliability(confidence, right, bins)
