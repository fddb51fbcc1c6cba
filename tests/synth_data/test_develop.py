"""From linear light to display values."""

import numpy as np
import pytest

from synth_data.develop import (
    Development,
    develop,
    linear_from_srgb,
    metered_gain,
    sample_development,
    srgb_from_linear,
)
from synth_data.render import over_shadow


def flat(value, alpha=1.0):
    picture = np.full((2, 2, 4), value * alpha, np.float32)
    picture[..., 3] = alpha
    return picture


@pytest.mark.parametrize("value", [0.0, 0.002, 0.18, 0.5, 1.0])
def test_plain_development_is_srgb(value):
    expected = round(float(srgb_from_linear(np.array(value))) * 255)
    assert abs(int(develop(flat(value), 1.0, Development())[0, 0, 0]) - expected) <= 1


def test_srgb_and_linear_are_inverses():
    values = np.linspace(0, 1, 101)
    np.testing.assert_allclose(srgb_from_linear(linear_from_srgb(values)), values, atol=1e-9)


def test_alpha_is_straight():
    half = develop(flat(0.5, 0.4), 1.0, Development())
    np.testing.assert_array_equal(half[..., :3], develop(flat(0.5), 1.0, Development())[..., :3])
    assert half[0, 0, 3] == 102
    assert not develop(flat(0.5, 0.0), 1.0, Development()).any()


@pytest.mark.parametrize("seed", range(8))
def test_brighter_light_is_never_darker(seed):
    how = sample_development(np.random.default_rng(seed))
    ramp = np.ones((1, 400, 4), np.float32)
    ramp[0, :, :3] = np.linspace(0, 20, 400)[:, None]
    values = develop(ramp, 1.0, how).astype(int)[0, :, 0]
    assert (np.diff(values) >= 0).all()
    assert values[0] == 0 and values[-1] > 200


def test_the_meter_saves_what_is_burnt_out_or_black():
    mask = np.ones((2, 2), bool)
    assert metered_gain(flat(0.3), mask, 1.0) == 1.0
    assert 0.3 * metered_gain(flat(0.3), mask, 20.0) == pytest.approx(0.85)
    assert 0.3 * metered_gain(flat(0.3), mask, 0.01) == pytest.approx(0.12)
    assert metered_gain(flat(0.3), ~mask, 20.0) == 20.0


def test_shadows_lie_behind_the_object(rng):
    picture = np.zeros((32, 32, 4), np.float32)
    picture[10:20, 10:20] = (0.2, 0.3, 0.4, 1.0)
    noise = (rng.random((8, 8)) < 0.5).astype(np.float32)
    result = over_shadow(picture, noise)
    np.testing.assert_array_equal(result[10:20, 10:20], picture[10:20, 10:20])
    np.testing.assert_array_equal(result[..., :3], picture[..., :3])
    assert result[22:, :, 3].std() < 0.6 * noise.std()
    assert result[22:, :, 3].mean() == pytest.approx(noise[5:].mean(), abs=0.15)
    assert not over_shadow(picture, np.zeros((8, 8), np.float32))[:10].any()
