"""Optimisers and learning-rate schedules from plain settings, the same on every backend."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops


@keras.saving.register_keras_serializable("vantage")
class WarmupCosine(keras.optimizers.schedules.LearningRateSchedule):
    """Rise linearly from 0 to ``peak`` over ``warmup`` steps, then fall as half a cosine to 0 at ``steps``."""

    def __init__(self, peak: float, steps: int, warmup: int = 0):
        self.peak, self.steps, self.warmup = peak, steps, warmup

    def __call__(self, step: Any) -> Any:
        step = ops.cast(step, "float32")
        rising = (step + 1.0) / max(self.warmup, 1)
        done = (step - self.warmup) / max(self.steps - self.warmup, 1)
        falling = 0.5 * (1.0 + ops.cos(3.14159265358979 * ops.clip(done, 0.0, 1.0)))
        return self.peak * ops.where(step < self.warmup, rising, falling)

    def get_config(self) -> dict[str, Any]:
        return {"peak": self.peak, "steps": self.steps, "warmup": self.warmup}


def stepwise(start: float, every: int, factor: float = 0.1) -> Any:
    """Return a schedule that multiplies by ``factor`` every ``every`` steps."""
    return keras.optimizers.schedules.ExponentialDecay(start, every, factor, staircase=True)


def adamw(learning_rate: Any, weight_decay: float, clip_norm: float = 0.0) -> Any:
    """Return AdamW that decays kernels only: not biases, not normalisation."""
    optimiser = keras.optimizers.AdamW(learning_rate, weight_decay=weight_decay, global_clipnorm=clip_norm or None)
    optimiser.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    return optimiser


def sgd(learning_rate: Any, momentum: float = 0.9, clip_norm: float = 0.0) -> Any:
    """Return stochastic gradient descent with momentum."""
    return keras.optimizers.SGD(learning_rate, momentum=momentum, global_clipnorm=clip_norm or None)
