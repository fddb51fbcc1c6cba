"""Learning-rate schedules and what decays."""

import math

import keras
import numpy as np
import pytest

from vantage.training import optimisers


def test_warmup_and_cosine_by_hand():
    schedule = optimisers.WarmupCosine(2.0, 100, 10)
    rate = [float(schedule(step)) for step in (0, 4, 9, 10, 55, 100, 150)]
    assert rate == pytest.approx([0.2, 1.0, 2.0, 2.0, 1.0, 0.0, 0.0], abs=1e-6)


def test_no_warmup():
    assert float(optimisers.WarmupCosine(1.0, 4)(1)) == pytest.approx(0.5 * (1 + math.cos(math.pi / 4)))


def test_schedule_round_trip():
    schedule = optimisers.WarmupCosine(2.0, 100, 10)
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(schedule))
    assert again.get_config() == schedule.get_config() == {"peak": 2.0, "steps": 100, "warmup": 10}


def test_stepwise_drops_tenfold():
    schedule = optimisers.stepwise(1e-3, 20_000)
    found = [float(schedule(step)) for step in (0, 19_999, 20_000, 60_000)]
    assert found == pytest.approx([1e-3, 1e-3, 1e-4, 1e-6])


def test_adamw_decays_kernels_alone():
    image = keras.Input((2,))
    x = keras.layers.BatchNormalization(name="norm")(keras.layers.Dense(2, name="dense")(image))
    model = keras.Model(image, x)
    model.compile(optimizer=optimisers.adamw(0.1, 0.5))
    model.optimizer.build(model.trainable_variables)
    before = [np.ones(v.shape) for v in model.trainable_variables]
    for variable in model.trainable_variables:
        variable.assign(np.ones(variable.shape))
    model.optimizer.apply([np.zeros(v.shape, "float32") for v in before])
    changed = {v.path: not np.allclose(v, 1.0) for v in model.trainable_variables}
    assert changed == {"dense/kernel": True, "dense/bias": False, "norm/gamma": False, "norm/beta": False}


def test_sgd_has_momentum():
    assert optimisers.sgd(0.1).momentum == 0.9
    assert optimisers.sgd(0.1, clip_norm=2.0).global_clipnorm == 2.0
    assert optimisers.sgd(0.1).global_clipnorm is None
