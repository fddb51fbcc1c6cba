"""The geometric-structure-aware loss of Render for CNN (Su et al. 2015, section 4.2), with keras.ops only.

Cross-entropy over a circular window of bins around the true angle, within the block of the true class. The other
classes' logits do not enter, so they receive no gradient. An object that looks the same after a turn has several true
azimuths: bins are as far away as the nearest of them.
"""

from __future__ import annotations

import keras
from keras import ops

from render4cnn.config import ANGLES, CATEGORY, OFFSET

KERNELS = ("exponential", "gaussian")

OFFSET_REACH = 2.5
"""Bins whose centre is within so many bin widths of the angle learn their offset."""


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


def bin_distances(angle, bins, fold=None):
    """Return how far, and on which side, an angle lies of every bin's centre: degrees [B, bins].

    Args:
        angle: degrees [B], any turn.
        bins: bins over the circle; bin i is centred at i * 360 / bins degrees.
        fold: int [B]; a turn by 360 / fold shows the same, and the nearest of these angles counts. With 0 every turn
            does, and every centre is as near as its bin allows. None: 1 for all.
    """
    width = 360.0 / bins
    period = 360.0
    if fold is not None:
        fold = ops.cast(fold, "float32")
        period = ops.where(fold > 0, 360.0 / ops.maximum(fold, 1.0), width)[:, None]
    centres = ops.arange(bins, dtype="float32") * width
    away = ops.cast(angle, "float32")[:, None] - centres[None, :]
    return ops.mod(away + 0.5 * period, period) - 0.5 * period


def circular_targets(angle, bins, window, sigma, kernel="exponential", normalised=False, snap=True, fold=None):
    """Return the weight of every bin for a true angle.

    Args:
        angle: degrees [B], any turn.
        bins: bins over the circle; bin i is centred at i * 360 / bins degrees.
        window: bins farther than this many degrees weigh nothing.
        sigma: decay, degrees.
        kernel: exponential, exp(-d / sigma), or gaussian, exp(-d^2 / 2 sigma^2).
        normalised: divide by the sum over the bins.
        snap: take the distance d from the bin nearest to the angle, instead of from the angle itself.
        fold: of the objects' symmetry, int [B]; see `bin_distances`. The sum over the bins is that of fold 1.

    Returns:
        float [B, bins], at least 0.
    """
    width = 360.0 / bins
    angle = ops.cast(angle, "float32")
    if snap:
        angle = ops.floor(angle / width + 0.5) * width
    weights = _decay(bin_distances(angle, bins, fold), window, sigma, kernel)
    total = ops.sum(weights, axis=-1, keepdims=True)
    if normalised:
        return weights / total
    if fold is None:
        return weights
    plain = _decay(bin_distances(angle, bins), window, sigma, kernel)
    return weights * (ops.sum(plain, axis=-1, keepdims=True) / total)


def _decay(away, window, sigma, kernel):
    """Return the weight of bins that lie ``away`` degrees from the angle."""
    distance = ops.abs(away)
    inside = ops.cast(distance <= window + 1e-3, "float32")
    decay = distance / sigma if kernel == "exponential" else 0.5 * ops.square(distance / sigma)
    return inside * ops.exp(-decay)


def window_cross_entropy(targets, logits):
    """Return the weighted cross-entropy, one value per item: [B, bins], [B, bins] -> [B]."""
    return -ops.sum(targets * ops.log_softmax(ops.cast(logits, "float32"), axis=-1), axis=-1)


def offset_loss(angle, offsets, fold=None):
    """Return how wrong the offsets of the bins near the angle are: [B], a Huber loss in bin widths.

    Args:
        angle: degrees [B].
        offsets: [B, bins], in bin widths; those of farther bins are free.
        fold: as in `bin_distances`.
    """
    bins = offsets.shape[-1]
    away = bin_distances(angle, bins, fold) * (bins / 360.0)
    near = ops.cast(ops.abs(away) <= OFFSET_REACH, "float32")
    error = ops.abs(ops.cast(offsets, "float32") - away)
    huber = ops.where(error < 1.0, 0.5 * ops.square(error), error - 0.5)
    return ops.sum(near * huber, axis=-1) / ops.sum(near, axis=-1)


def class_cross_entropy(class_index, logits):
    """Return the cross-entropy of the class: int [B], [B, classes] -> [B]."""
    chosen = ops.one_hot(ops.cast(class_index, "int32"), logits.shape[-1])
    return window_cross_entropy(chosen, logits)


@keras.saving.register_keras_serializable("render4cnn")
class ViewpointLoss:
    """The loss of all heads together.

    Args: as :class:`render4cnn.config.LossConfig`, one value per angle where that says so.

    Raises:
        ValueError: an unknown kernel, or a window narrower than a bin's half (which would hold no bin).
    """

    def __init__(
        self, window, sigma, weights, kernel="exponential", normalised=False, snap=True, offset=0.1, category=0.2
    ):
        if kernel not in KERNELS:
            raise ValueError(f"unknown kernel {kernel!r}; expected one of {', '.join(KERNELS)}")
        self.window, self.sigma, self.weights = tuple(window), tuple(sigma), tuple(weights)
        self.kernel, self.normalised, self.snap = kernel, normalised, snap
        self.offset, self.category = offset, category

    def parts(self, labels, logits):
        """Return each head's loss per item, weighted: a list of [B].

        Args:
            labels: ``azimuth``, ``elevation``, ``tilt`` in degrees [B] and ``class_index`` [B]; ``fold`` int [B] of the
                objects' symmetry may be there.
            logits: what the network returns; see :class:`render4cnn.model.ViewpointModel`.
        """
        parts = [self._part(labels, logits, number, name) for number, name in enumerate(ANGLES)]
        if CATEGORY in logits:
            parts.append(self.category * class_cross_entropy(labels["class_index"], logits[CATEGORY]))
        return parts

    def _part(self, labels, logits, number, name):
        block = true_block(logits[name], labels["class_index"])
        options = (self.window[number], self.sigma[number], self.kernel, self.normalised, self.snap)
        fold = labels.get("fold") if name == "azimuth" else None
        targets = circular_targets(labels[name], block.shape[-1], *options, fold=fold)
        loss = window_cross_entropy(targets, block)
        if name + OFFSET in logits:
            loss = loss + self.offset * offset_loss(labels[name], logits[name + OFFSET], fold)
        return self.weights[number] * loss

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
            "offset": self.offset,
            "category": self.category,
            "snap": self.snap,
        }
