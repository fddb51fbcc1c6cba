"""Layers that Keras lacks, written with keras.ops only."""

from __future__ import annotations

import keras
from keras import ops


@keras.saving.register_keras_serializable("render4cnn")
class PixelNormalisation(keras.layers.Layer):
    """Turn RGB in [0, 1] into what a trunk expects: ``(image * scale - mean) / deviation``.

    Args:
        scale: factor on the image.
        mean: three means after scaling, in the order of the output's channels.
        deviation: divisor.
        bgr: reverse the channels first, as Caffe's networks expect.

    Shapes: [B, H, W, 3] -> the same.
    """

    def __init__(self, scale=1.0, mean=(0.5, 0.5, 0.5), deviation=0.25, bgr=False, **kwargs):
        super().__init__(**kwargs)
        self.scale, self.mean, self.deviation, self.bgr = scale, tuple(mean), deviation, bgr

    def call(self, image):
        image = ops.flip(image, axis=-1) if self.bgr else image
        mean = ops.convert_to_tensor(self.mean, dtype=image.dtype)
        return (image * self.scale - mean) / self.deviation

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        own = {"scale": self.scale, "mean": self.mean, "deviation": self.deviation, "bgr": self.bgr}
        return {**super().get_config(), **own}


@keras.saving.register_keras_serializable("render4cnn")
class LocalResponseNormalisation(keras.layers.Layer):
    """Divide each value by what its neighbouring channels hold (Krizhevsky et al. 2012, section 3.3).

    ``x / (bias + alpha / size * sum of squares over size channels) ** beta``, which is Caffe's form (its alpha is
    divided by the window, the original paper's is not).

    Shapes: [B, H, W, C] -> the same.
    """

    def __init__(self, size=5, alpha=1e-4, beta=0.75, bias=1.0, **kwargs):
        super().__init__(**kwargs)
        self.size, self.alpha, self.beta, self.bias = size, alpha, beta, bias

    def call(self, x):
        before = (self.size - 1) // 2
        padded = ops.pad(ops.square(x), [[0, 0], [0, 0], [0, 0], [before, self.size - 1 - before]])
        channels = x.shape[-1]
        total = sum(padded[..., shift : shift + channels] for shift in range(self.size))
        return x / ops.power(self.bias + self.alpha / self.size * total, self.beta)

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        own = {"size": self.size, "alpha": self.alpha, "beta": self.beta, "bias": self.bias}
        return {**super().get_config(), **own}


@keras.saving.register_keras_serializable("render4cnn")
class Temperature(keras.layers.Layer):
    """Divide logits by a temperature, so that probabilities say how often they are right (Guo et al. 2017, sec. 4.2).

    The temperature is a weight that no gradient reaches: 1 until it is fitted. In training the logits pass as they are.

    Shapes: [...] -> the same.
    """

    def __init__(self, **kwargs):
        super().__init__(**kwargs)

    def build(self, input_shape):
        self.temperature = self.add_weight(name="temperature", shape=(), initializer="ones", trainable=False)

    def call(self, logits, training=None):
        return logits if training else logits / self.temperature

    def compute_output_shape(self, input_shape):
        return input_shape
