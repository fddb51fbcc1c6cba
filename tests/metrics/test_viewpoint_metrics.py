"""Viewpoint metrics against numbers worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vantage.errors import UserError
from vantage.metrics.viewpoint import (
    accuracy_curve,
    azimuth_bins,
    azimuth_confusion,
    azimuth_errors_deg,
    evaluation_summary,
    rotation_errors_deg,
    viewpoint_summary,
)

TRUE = np.array([[0.0, 0, 0], [10, 0, 0], [350, 0, 0], [90, 20, 0], [200, 0, 5]])
PREDICTED = np.array([[10.0, 0, 0], [350, 0, 0], [170, 0, 0], [90, 51, 0], [200, 0, -20]])
ERRORS = [10.0, 20.0, 180.0, 31.0, 25.0]


def test_errors_by_hand():
    np.testing.assert_allclose(rotation_errors_deg(PREDICTED, TRUE), ERRORS, atol=1e-9)
    np.testing.assert_allclose(azimuth_errors_deg(PREDICTED, TRUE), [10, 20, 180, 0, 0])


def test_azimuth_matters_less_from_above():
    """Seen from 60 degrees up, half a turn in azimuth is half a turn; from a pole, azimuth and tilt are one thing."""
    assert rotation_errors_deg([[180, 60, 0]], [[0, 60, 0]]) == pytest.approx(180.0)
    assert rotation_errors_deg([[50, 90, 50]], [[0, 90, 0]]) == pytest.approx(0.0, abs=1e-9)


def test_error_over_two_angles_by_hand():
    """Azimuth off by 90 and elevation 0 against 90: R1^T R2 has trace 0, so the angle is acos(-1/2) = 120."""
    assert rotation_errors_deg([[90, 90, 0]], [[0, 0, 0]]) == pytest.approx(120.0)


def test_summary_by_hand():
    summary = viewpoint_summary(PREDICTED, TRUE)
    assert summary["count"] == 5
    assert summary["acc_pi_6"] == pytest.approx(3 / 5), "10, 20 and 25 are below 30"
    assert summary["med_err_deg"] == pytest.approx(25.0)
    assert summary["med_err_deg_over_sqrt2"] == pytest.approx(25.0 / math.sqrt(2))
    assert summary["mean_err_deg"] == pytest.approx(53.2)
    assert summary["azimuth_acc_30"] == pytest.approx(4 / 5)
    assert summary["azimuth_med_err_deg"] == pytest.approx(10.0)
    assert summary["elevation_med_err_deg"] == pytest.approx(0.0)
    assert summary["tilt_med_err_deg"] == pytest.approx(0.0)
    assert summary["front_back_flips"] == pytest.approx(1 / 5)
    assert all(type(value) in (int, float) for value in summary.values()), "plain numbers, for JSON"


def test_the_released_figure_is_a_true_one_over_sqrt_2():
    """A true median of 14.4 degrees is what released code prints as 10.18."""
    summary = viewpoint_summary([[14.397, 0, 0]], [[0.0, 0, 0]])
    assert summary["med_err_deg"] == pytest.approx(14.397)
    assert summary["med_err_deg_over_sqrt2"] == pytest.approx(10.18, abs=1e-3)


def test_a_perfect_and_a_hopeless_prediction():
    perfect = viewpoint_summary(TRUE, TRUE)
    assert (perfect["acc_pi_6"], perfect["front_back_flips"]) == (1.0, 0.0)
    assert perfect["med_err_deg"] == pytest.approx(0.0, abs=1e-9)
    hopeless = viewpoint_summary(TRUE + [180, 0, 0], TRUE)
    assert (hopeless["acc_pi_6"], hopeless["front_back_flips"]) == (0.0, 1.0)


@pytest.mark.parametrize(("off", "flips"), [(149.9, 0.0), (150.1, 1.0), (-151.0, 1.0), (210.0, 0.0), (205.0, 1.0)])
def test_flips_are_azimuth_errors_above_150(off, flips):
    assert viewpoint_summary([[off, 0, 0]], [[0.0, 0, 0]])["front_back_flips"] == flips


def test_angles_may_be_given_in_any_turn():
    turned = viewpoint_summary(PREDICTED + [360, 0, -360], TRUE - [720, 0, 0])
    expected = viewpoint_summary(PREDICTED, TRUE)
    assert turned == pytest.approx(expected, abs=1e-9)


def test_evaluation_by_class():
    result = evaluation_summary(PREDICTED, TRUE, ["car", "car", "chair", "car", "chair"])
    assert sorted(result["per_class"]) == ["car", "chair"]
    assert result["overall"] == viewpoint_summary(PREDICTED, TRUE)
    assert result["per_class"]["car"]["count"] == 3
    assert result["per_class"]["car"]["med_err_deg"] == pytest.approx(20.0)
    assert result["per_class"]["chair"]["front_back_flips"] == pytest.approx(0.5)
    assert result["per_class"]["chair"]["med_err_deg"] == pytest.approx((180 + 25) / 2)


def test_symmetric_objects_by_hand():
    """A table half turned (fold 2), a stool turned by 120 (fold 4), a bottle turned and raised (fold 0)."""
    true = np.array([[0.0, 20, 0], [10, 20, 0], [0, 10, 0], [0, 10, 0]])
    told = np.array([[180.0, 20, 0], [130, 20, 0], [77, 35, 0], [180, 10, 0]])
    folds = np.array([2, 4, 0, 1])
    np.testing.assert_allclose(azimuth_errors_deg(told, true, folds), [0, 30, 0, 180], atol=1e-9)
    errors = rotation_errors_deg(told, true, folds)
    np.testing.assert_allclose(errors[[0, 2, 3]], [0, 25, 180], atol=1e-6)
    assert errors[1] == pytest.approx(30.0), "120 is 30 from a quarter turn, about the vertical axis itself"
    summary = viewpoint_summary(told, true, folds)
    assert (summary["acc_pi_6"], summary["front_back_flips"]) == (0.5, 0.25)
    assert summary["acc_pi_6_no_symmetry"] == 0.0


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_symmetry_never_makes_an_error_larger(seed):
    rng = np.random.default_rng(seed)
    told, true = rng.uniform([0, -80, -60], [360, 80, 60], (2, 12, 3))
    folds = rng.integers(0, 7, 12)
    plain, errors = rotation_errors_deg(told, true), rotation_errors_deg(told, true, folds)
    assert (errors <= plain + 1e-6).all()
    np.testing.assert_allclose(errors[folds == 1], plain[folds == 1])
    turned = told + np.stack([360.0 / np.maximum(folds, 1) * (folds > 0), *np.zeros((2, 12))], axis=1)
    np.testing.assert_allclose(rotation_errors_deg(turned, true, folds), errors, atol=1e-6)
    assert (azimuth_errors_deg(told, true, folds) <= 180 / np.maximum(folds, 1) + 1e-9).all()


def test_mean_over_classes():
    result = evaluation_summary(PREDICTED, TRUE, ["car", "car", "chair", "car", "chair"])
    assert result["mean"]["acc_pi_6"] == pytest.approx((2 / 3 + 1 / 2) / 2)
    assert result["mean"]["med_err_deg"] == pytest.approx((20.0 + 102.5) / 2)
    assert "count" not in result["mean"]
    folds = np.array([1, 1, 0, 1, 0])
    mixed = evaluation_summary(PREDICTED, TRUE, ["car", "car", "chair", "car", "chair"], folds)
    assert mixed["mean"]["acc_pi_6"] == pytest.approx((2 / 3 + 1) / 2)
    assert mixed["mean"]["acc_pi_6_no_symmetry"] == pytest.approx(result["mean"]["acc_pi_6"])


def test_a_summary_holds_the_accuracy_curve():
    result = evaluation_summary(PREDICTED, TRUE, ["car", "car", "chair", "car", "chair"])
    curve = result["accuracy_curve"]
    at = curve["below_deg"].index(30)
    assert curve["overall"][at] == result["overall"]["acc_pi_6"]
    assert curve["per_class"]["chair"][at] == result["per_class"]["chair"]["acc_pi_6"]
    assert curve["overall"][-1] == curve["per_class"]["car"][-1] == 1.0, "all errors are below 181"


def test_accuracy_curve_by_hand():
    curve = accuracy_curve([10.0, 20.0, 30.0, 180.0], [0.0, 10.0, 15.0, 30.0, 30.1, 181.0])
    np.testing.assert_allclose(curve, [0, 0, 0.25, 0.5, 0.75, 1.0])


def test_accuracy_curve_meets_the_summary():
    errors = rotation_errors_deg(PREDICTED, TRUE)
    assert accuracy_curve(errors, [30.0])[0] == viewpoint_summary(PREDICTED, TRUE)["acc_pi_6"]


def test_confusion_by_hand():
    """Four bins centred on 0, 90, 180, 270; rows are true."""
    true, predicted = [0, 44, 46, 316, 180, 270], [359, 91, 90, 180, 180, 0]
    np.testing.assert_array_equal(
        azimuth_confusion(predicted, true, 4),
        [[1, 1, 1, 0], [0, 1, 0, 0], [0, 0, 1, 0], [1, 0, 0, 0]],
    )


def test_confusion_takes_viewpoints_and_counts_each_once():
    counts = azimuth_confusion(PREDICTED, TRUE, 24)
    assert counts.shape == (24, 24)
    assert counts.sum() == 5
    assert counts[0, 1] == 1, "true 0, predicted 10 degrees: the second bin begins at 7.5"
    assert azimuth_confusion([], [], 3).sum() == 0


@pytest.mark.parametrize(
    ("azimuth", "bin_of_8"), [(0, 0), (22.4, 0), (22.5, 1), (-22.5, 0), (-22.6, 7), (337.5, 0), (360, 0), (-1e-18, 0)]
)
def test_bins_are_centred(azimuth, bin_of_8):
    assert azimuth_bins(azimuth, 8) == bin_of_8


def nan_at(row: int) -> np.ndarray:
    values = PREDICTED.copy()
    values[row, 1] = np.nan
    return values


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: viewpoint_summary(nan_at(3), TRUE), r"1 of 5 predicted viewpoints are not finite \(first: row 3\)"),
        (lambda: viewpoint_summary(PREDICTED, TRUE + np.inf), "true viewpoints are not finite"),
        (lambda: viewpoint_summary(np.zeros((0, 3)), np.zeros((0, 3))), "no viewpoints were given"),
        (lambda: viewpoint_summary(PREDICTED[:4], TRUE), "4 predicted and 5 true"),
        (lambda: rotation_errors_deg(PREDICTED[:, :2], TRUE), r"predicted viewpoints have shape \[5, 2\]"),
        (lambda: rotation_errors_deg(PREDICTED, TRUE[0]), r"true viewpoints have shape \[3\]"),
        (lambda: rotation_errors_deg([["a", "b", "c"]], TRUE), "predicted viewpoints are no numbers"),
        (lambda: evaluation_summary(PREDICTED, TRUE, ["car"]), "1 class names were given for 5"),
        (lambda: viewpoint_summary(PREDICTED, TRUE, [1, 2]), "folds of 5 views"),
        (lambda: viewpoint_summary(PREDICTED, TRUE, [1.5] * 5), "folds of 5 views"),
        (lambda: viewpoint_summary(PREDICTED, TRUE, [-1] * 5), "folds of 5 views"),
        (lambda: accuracy_curve([], [30.0]), "no errors were given"),
        (lambda: accuracy_curve([1.0, np.nan], [30.0]), "1 of 2 errors are NaN"),
        (lambda: azimuth_confusion([1.0], [1.0, 2.0], 4), "1 predicted and 2 true azimuths"),
        (lambda: azimuth_confusion([np.nan], [1.0], 4), "predicted azimuths"),
        (lambda: azimuth_confusion([1.0], [1.0], 0), "0 bins"),
    ],
)
def test_what_cannot_be_scored_is_refused(call, said):
    with pytest.raises(UserError, match=said):
        call()
