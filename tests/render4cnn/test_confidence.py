"""Confidence against drawing viewpoints from the distributions and measuring them."""

from __future__ import annotations

import numpy as np
import pytest

from render4cnn.confidence import confidence_within
from vantage.metrics.viewpoint import rotation_errors_deg

DRAWS = 4000


def bump(bins, centre, deviation):
    """A wrapped bell [bins] about ``centre`` degrees."""
    offset = (np.arange(bins) * 360.0 / bins - centre + 180) % 360 - 180
    bell = np.exp(-0.5 * (offset / deviation) ** 2)
    return bell / bell.sum()


def drawn(probabilities, rng):
    """Return angles [DRAWS], spread evenly over each bin."""
    bins = len(probabilities)
    width = 360.0 / bins
    return (rng.choice(bins, DRAWS, p=probabilities) + rng.uniform(-0.5, 0.5, DRAWS)) * width


@pytest.mark.parametrize("bins", [72, 120, 360])
@pytest.mark.parametrize("elevation", [0.0, 30.0, 65.0])
@pytest.mark.parametrize(("deviations", "fold"), [((12, 8, 8), 1), ((25, 10, 1), 1), ((40, 12, 6), 1), ((30, 9, 9), 2)])
def test_against_drawing(bins, elevation, deviations, fold, rng):
    view = np.array([200.0, elevation, -5.0])
    azimuth = 0.6 * bump(bins, view[0], deviations[0]) + 0.4 * bump(bins, view[0] + 180, deviations[0])
    own = {"azimuth": azimuth, "elevation": bump(bins, elevation, deviations[1]), "tilt": bump(bins, -5, deviations[2])}
    angles = np.stack([drawn(values, rng) for values in own.values()], axis=1)
    angles[:, 1] = np.clip((angles[:, 1] + 180) % 360 - 180, -90, 90)
    truth = (rotation_errors_deg(np.tile(view, (DRAWS, 1)), angles, np.full(DRAWS, fold)) < 30).mean()
    rows = {name: values[None] for name, values in own.items()}
    assert confidence_within(rows, view[None], folds=np.array([fold]))[0] == pytest.approx(truth, abs=0.06)


def test_sure_unsure_and_symmetric():
    sure = {name: bump(120, 0, 1e-3)[None] for name in ("azimuth", "elevation", "tilt")}
    flat = {**sure, "azimuth": np.full((1, 120), 1 / 120)}
    view = np.zeros((1, 3))
    assert confidence_within(sure, view)[0] == pytest.approx(1.0)
    assert confidence_within(flat, view)[0] == pytest.approx(60 / 360, abs=0.03)
    assert confidence_within(flat, view, folds=np.array([0]))[0] == pytest.approx(1.0), "a bottle has no azimuth"
    assert confidence_within(flat, view, folds=np.array([4]))[0] == pytest.approx(60 / 90, abs=0.1)
    assert confidence_within(flat, view, folds=np.array([12]))[0] == pytest.approx(1.0, abs=0.1)


def test_tilt_that_is_known_does_not_count():
    own = {"azimuth": bump(120, 90, 1e-3), "elevation": bump(120, 9, 1e-3), "tilt": np.full(120, 1 / 120)}
    rows = {name: np.stack([values] * 3) for name, values in own.items()}
    views = np.tile([90.0, 9.0, 0.0], (3, 1))
    np.testing.assert_allclose(confidence_within(rows, views, no_tilt=True), 1.0)
    assert (confidence_within(rows, views) < 0.3).all()
