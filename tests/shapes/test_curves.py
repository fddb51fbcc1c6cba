"""Curves: steps, cubics, smoothing, even spacing."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synth_data.shapes.curves import monotone_cubic, resampled, smoothed, smoothstep


def test_smoothstep_values():
    np.testing.assert_allclose(smoothstep([-1, 0, 0.5, 1, 2]), [0, 0, 0.5, 1, 1])
    assert smoothstep(3.0, 2, 4) == pytest.approx(0.5)


def test_cubic_goes_through_its_knots_and_stays_outside():
    knots, values = [0, 1, 3, 4], [0, 2, 1, 5]
    np.testing.assert_allclose(monotone_cubic(np.array(knots), knots, values), values)
    np.testing.assert_allclose(monotone_cubic(np.array([-9.0, 9.0]), knots, values), [0, 5])


def test_cubic_is_exact_for_a_line():
    x = np.linspace(0, 4, 33)
    np.testing.assert_allclose(monotone_cubic(x, [0, 1, 3, 4], [1, 3, 7, 9]), 1 + 2 * x)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(-5, 5), min_size=3, max_size=8))
def test_cubic_never_overshoots(values):
    x = np.linspace(0, len(values) - 1, 200)
    y = monotone_cubic(x, np.arange(len(values)), values)
    i = np.minimum(x.astype(int), len(values) - 2)
    pair = np.stack([np.array(values)[i], np.array(values)[i + 1]])
    assert (y >= pair.min(0) - 1e-9).all() and (y <= pair.max(0) + 1e-9).all()


def test_smoothed_holds_ends_and_straight_lines():
    line = np.stack([np.linspace(0, 1, 40), np.linspace(2, 5, 40)], -1)
    np.testing.assert_allclose(smoothed(line, 3), line, atol=1e-12)


def test_smoothed_rounds_a_corner():
    x = np.linspace(-1, 1, 41)
    line = smoothed(np.stack([x, np.abs(x)], -1), 3)
    assert line[20, 1] > 0.05
    np.testing.assert_allclose(line[[0, -1]], [[-1, 1], [1, 1]], atol=1e-12)


def test_resampled_is_even_along_the_line():
    points = resampled([[0, 0], [3, 0], [3, 1]], 5)
    np.testing.assert_allclose(points, [[0, 0], [1, 0], [2, 0], [3, 0], [3, 1]])
