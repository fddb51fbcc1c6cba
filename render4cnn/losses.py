"""The geometric-structure-aware loss of Render for CNN (Su et al. 2015, section 4.2), with keras.ops only.

Cross-entropy over a circular window of bins around the true angle, within the block of the true class. The other
classes' logits do not enter, so they receive no gradient.
"""

from __future__ import annotations

import keras
from keras import ops

from render4cnn.config import ANGLES

KERNELS = ("exponential", "gaussian")


def true_block(logits, class_index):
    """Select each item's block of logits.

    Args:
        logits: [B, classes, bins].
        class_index: int [B].

    Returns:
        [B, bins], the logits of class ``class_index[b]``.
    """
    logits = ops.convert_to_tensor(logits)  # PyTorch's tensors do not multiply arrays
    chosen = ops.one_hot(ops.cast(class_index, "int32"), logits.shape[1], dtype=logits.dtype)
    return ops.sum(logits * chosen[:, :, None], axis=1)


def circular_targets(angle, bins, window, sigma, kernel="exponential", normalised=False, snap=True):
    """Return the weight of every bin for a true angle.

    Args:
        angle: degrees [B], any turn.
        bins: bins over the circle; bin i is centred at i * 360 / bins degrees.
        window: bins farther than this many degrees weigh nothing.
        sigma: decay, degrees.
        kernel: exponential, exp(-d / sigma), or gaussian, exp(-d^2 / 2 sigma^2).
        normalised: divide by the sum over the bins.
        snap: take the distance d from the bin nearest to the angle, instead of from the angle itself.

    Returns:
        float [B, bins], at least 0.
    """
    width = 360.0 / bins
    angle = ops.cast(angle, "float32")
    if snap:
        angle = ops.floor(angle / width + 0.5) * width
    centres = ops.arange(bins, dtype="float32") * width
    distance = ops.abs(ops.mod(angle[:, None] - centres[None, :] + 180.0, 360.0) - 180.0)
    inside = ops.cast(distance <= window + 1e-3, "float32")
    decay = distance / sigma if kernel == "exponential" else 0.5 * ops.square(distance / sigma)
    weights = inside * ops.exp(-decay)
    return weights / ops.sum(weights, axis=-1, keepdims=True) if normalised else weights


def window_cross_entropy(targets, logits):
    """Return the weighted cross-entropy, one value per item: [B, bins], [B, bins] -> [B]."""
    return -ops.sum(targets * ops.log_softmax(ops.cast(logits, "float32"), axis=-1), axis=-1)


@keras.saving.register_keras_serializable("render4cnn")
class ViewpointLoss:
    """The loss of the three heads together.

    Args: as :class:`render4cnn.config.LossConfig`, one value per angle where that says so.

    Raises:
        ValueError: an unknown kernel, or a window narrower than a bin's half (which would hold no bin).
    """

    def __init__(self, window, sigma, weights, kernel="exponential", normalised=False, snap=True):
        if kernel not in KERNELS:
            raise ValueError(f"unknown kernel {kernel!r}; expected one of {', '.join(KERNELS)}")
        self.window, self.sigma, self.weights = tuple(window), tuple(sigma), tuple(weights)
        self.kernel, self.normalised, self.snap = kernel, normalised, snap

    def parts(self, labels, logits):
        """Return each head's loss per item, weighted: a list of [B].

        Args:
            labels: ``azimuth``, ``elevation``, ``tilt`` in degrees [B] and ``class_index`` [B].
            logits: the same angles, [B, classes, bins] each.
        """
        return [self._part(labels, logits, number, name) for number, name in enumerate(ANGLES)]

    def _part(self, labels, logits, number, name):
        block = true_block(logits[name], labels["class_index"])
        options = (self.window[number], self.sigma[number], self.kernel, self.normalised, self.snap)
        targets = circular_targets(labels[name], block.shape[-1], *options)
        return self.weights[number] * window_cross_entropy(targets, block)

    def __call__(self, labels, logits):
        """Return the sum over the heads, averaged over the batch: a scalar."""
        return ops.mean(sum(self.parts(labels, logits)))

    def get_config(self):
        return {
            "window": self.window,
            "sigma": self.sigma,
            "weights": self.weights,
            "kernel": self.kernel,
            "normalised": self.normalised,
            "snap": self.snap,
        }
