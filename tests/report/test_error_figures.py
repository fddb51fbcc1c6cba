"""Figures of errors say in words what they draw, and take any views."""

import numpy as np
import pytest

from vantage.metrics.calibration import reliability
from vantage.report import error_figures


def test_medians_over_elevation_are_told():
    figure = error_figures.error_over_elevation([1.0, 2.0, 3.0, 15.0], [10.0, 20.0, 60.0, 5.0])
    assert figure.label == "Median rotation error, from 0: 20.0, from 10: 5.0"


def test_sizes_are_put_into_equal_groups():
    figure = error_figures.error_over_size(np.arange(1, 61.0), np.repeat(np.arange(6.0), 10))
    told = figure.label.partition(", ")[2].split(", ")
    assert [entry.partition(": ")[2] for entry in told] == ["0.0", "1.0", "2.0", "3.0", "4.0", "5.0"]


@pytest.mark.parametrize("sizes", [[48.0], [48.0] * 5, [0.5, 0.5, 4000.0], np.linspace(60, 90, 2000)])
def test_any_sizes(sizes):
    assert "<svg" in error_figures.error_over_size(sizes, np.zeros(len(sizes))).svg
    assert "<svg" in error_figures.error_over_elevation(np.zeros(len(sizes)), np.zeros(len(sizes))).svg


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (118.0, 127.0, [118, 120, 122, 124, 126]),
        (57.0, 94.5, [60, 70, 80, 90]),
        (0.9, 3000.0, [1, 10, 100, 1000]),
        (40.0, 500.0, [50, 100, 200, 500]),
        (1.2, 1.9, [1.2, 1.4, 1.6, 1.8]),
    ],
)
def test_box_sizes_on_the_axis_are_round_and_have_room(low, high, ticks):
    assert error_figures._size_ticks(low, high) == ticks


@pytest.mark.parametrize("low", np.geomspace(0.3, 900, 12))
@pytest.mark.parametrize("ratio", [1.11, 1.4, 3.9, 4.1, 40, 299, 5000])
def test_an_axis_of_any_range_has_some_box_sizes(low, ratio):
    ticks = np.array(error_figures._size_ticks(low, low * ratio))
    assert 1 <= len(ticks) <= 8
    assert np.diff(np.log(ticks)).min(initial=9) > 0.12 * np.log(ratio)


def test_many_views_are_thinned_and_say_so():
    figure = error_figures.error_over_elevation(np.linspace(-5, 40, 3000), np.zeros(3000))
    assert figure.caption == "1000 of 3000 views are drawn."


def test_confusion_and_calibration():
    figure = error_figures.class_confusion(np.eye(16) * 3, "table", 2)
    assert figure.caption == "48 views, 2 front-back flips"
    assert "table" in figure.svg
    curve = reliability(np.array([0.2, 0.9, 0.95]), np.array([False, True, True]))
    assert f"ECE {curve.expected_error:.3f}" in error_figures.calibration_curve(curve).svg
