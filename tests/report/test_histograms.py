"""Histograms and bars: every value is counted, and what cannot be drawn is said."""

import re

import numpy as np
import pytest

from vantage.report.histograms import azimuth_histogram, histogram, share_bars


def test_a_histogram_counts_every_value_and_tells_its_spread(rng):
    figure = histogram([*rng.normal(20, 5, 500), np.nan], "Elevation", "degrees")
    assert figure.svg.startswith("<svg") and "Elevation" in figure.svg and "degrees" in figure.svg
    assert re.search(r"Elevation, degrees: .* to .*, median (19|20)", figure.label)
    assert "var(--c1)" in figure.svg and "#0a0b" not in figure.svg


@pytest.mark.parametrize("values", [[5.0], [0.0, 0.0], [1e6] * 3])
def test_values_that_are_all_alike_are_drawn(values):
    assert "<svg" in histogram(values, "Tilt").svg


def test_values_that_are_all_nought_have_an_axis_of_whole_degrees():
    drawn = re.findall(r">([^<>]*\d)</text>", histogram([0.0, 0.0], "Tilt").svg)
    assert {"0.0", "0.5", "1.0"} & set(drawn) and not [text for text in drawn if len(text) > 5]


def test_nothing_to_draw_is_said():
    assert histogram([np.nan], "Brightness").caption == "Brightness: there is none."


def test_azimuths_are_wrapped_and_sides_named():
    figure = azimuth_histogram([-90.0, 270.0, 630.0, 360.0])
    assert "0 to 3 views in 10 degrees" in figure.label
    assert "front" in figure.svg and "rear" in figure.svg


def test_bars_show_their_values():
    figure = share_bars({"models": 1.25, "render": 40.0}, "Milliseconds", "{:.1f}", "ms")
    assert "1.2" in figure.svg and "40.0" in figure.svg and "ms" in figure.svg
    assert figure.label == "Milliseconds: models 1.2, render 40.0"
    assert "<svg" in share_bars({}, "Nothing").svg and "<svg" in share_bars({"a": 0.0}, "Nought").svg
