"""Batch normalisation by the backend's fused operation; Keras adds it up from a dozen passes over the activations."""

from __future__ import annotations

import keras
from keras import layers, ops


@keras.saving.register_keras_serializable("vantage")
class BatchNormalization(layers.BatchNormalization):
    """Keras' layer of this name, with the same weights and numbers, in less time where TensorFlow trains it.

    A training of MobileNetV3-small takes a fifth less processor time with it (``python -m benchmarks.bm_training``).
    What the fused operation cannot do (masks, other axes than the last of four, half precision) is left to Keras.
    """

    def call(self, inputs, training=None, mask=None):
        """Return ``inputs`` normalised: float [B, H, W, C] -> the same."""
        if not (training and self.trainable and mask is None and self._can_be_fused(inputs)):
            return super().call(inputs, training=training, mask=mask)
        outputs, mean, variance = _fused(inputs, self.gamma, self.beta, self.epsilon)
        for moving, new in ((self.moving_mean, mean), (self.moving_variance, variance)):
            moving.assign(moving * self.momentum + ops.stop_gradient(new) * (1.0 - self.momentum))
        return outputs

    def _can_be_fused(self, inputs) -> bool:
        plain = self.scale and self.center and not (self.renorm or self.synchronized)
        last = self.axis in (-1, 3) and len(inputs.shape) == 4
        return keras.backend.backend() == "tensorflow" and plain and last and self.compute_dtype == "float32"


def _fused(inputs, gamma, beta, epsilon):
    """Return the normalised inputs, and mean and variance [C] of the batch."""
    import tensorflow as tf

    outputs, mean, variance = tf.compat.v1.nn.fused_batch_norm(
        inputs, ops.convert_to_tensor(gamma), ops.convert_to_tensor(beta), epsilon=epsilon, is_training=True
    )
    count = ops.cast(ops.size(inputs) // inputs.shape[-1], variance.dtype)
    return outputs, mean, variance * ((count - 1) / count)  # it gives the sample's, Keras keeps the batch's
