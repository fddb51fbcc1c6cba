"""Layers: the contract, and their numbers against NumPy."""

import numpy as np

from render4cnn.layers import LocalResponseNormalisation, PixelNormalisation
from tests.keras_contract import KerasContract


def batch(channels):
    return np.random.default_rng(0).uniform(0, 1, (2, 5, 4, channels)).astype("float32")


class TestPixelNormalisation(KerasContract):
    cls = PixelNormalisation
    arguments = {"scale": 255.0, "mean": (104.0, 117.0, 123.0), "deviation": 2.0, "bgr": True}

    def inputs(self):
        return batch(3)

    def test_caffe_form(self):
        expected = (batch(3)[..., ::-1] * 255 - (104, 117, 123)) / 2
        np.testing.assert_allclose(self.make()(batch(3)), expected, rtol=1e-5)


class TestLocalResponseNormalisation(KerasContract):
    cls = LocalResponseNormalisation
    arguments = {"size": 3, "alpha": 0.5, "beta": 0.5, "bias": 2.0}

    def inputs(self):
        return batch(7)

    def test_against_a_loop_over_channels(self):
        x, layer = batch(7).astype(float), LocalResponseNormalisation(alpha=0.3)
        expected = np.empty_like(x)
        for channel in range(7):
            near = x[..., max(0, channel - 2) : channel + 3]
            expected[..., channel] = x[..., channel] / (1 + 0.3 / 5 * (near**2).sum(-1)) ** 0.75
        np.testing.assert_allclose(layer(batch(7)), expected, rtol=1e-5)
