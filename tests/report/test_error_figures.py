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


def test_many_views_are_thinned_and_say_so():
    figure = error_figures.error_over_elevation(np.linspace(-5, 40, 3000), np.zeros(3000))
    assert figure.caption == "1000 of 3000 views are drawn."


def test_confusion_and_calibration():
    figure = error_figures.class_confusion(np.eye(16) * 3, "table", 2)
    assert figure.caption == "48 views, 2 front-back flips"
    assert "table" in figure.svg
    curve = reliability(np.array([0.2, 0.9, 0.95]), np.array([False, True, True]))
    assert f"ECE {curve.expected_error:.3f}" in error_figures.calibration_curve(curve).svg
