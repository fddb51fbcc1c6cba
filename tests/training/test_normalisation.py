"""Fused batch normalisation against Keras' own layer."""

import keras
import numpy as np
import pytest
from keras import layers, ops

from vantage.training.normalisation import BatchNormalization

OPTIONS = {"momentum": 0.8, "epsilon": 1e-3}


def pair(shape, **options):
    """Return both layers with the same weights, built for ``shape``."""
    rng = np.random.default_rng(0)
    both = [kind(**OPTIONS, **options) for kind in (BatchNormalization, layers.BatchNormalization)]
    for layer in both:
        layer.build(shape)
    weights = [rng.uniform(0.5, 2.0, weight.shape) for weight in both[0].weights]
    for layer in both:
        layer.set_weights(weights)
    return both


def images(shape=(4, 6, 5, 3)):
    return np.random.default_rng(1).normal(3.0, 2.0, shape).astype(np.float32)


@pytest.mark.parametrize("training", [True, False])
def test_same_numbers_as_keras(training):
    ours, theirs = pair((None, 6, 5, 3))
    for _ in range(2):
        found, expected = (ops.convert_to_numpy(layer(images(), training=training)) for layer in (ours, theirs))
        np.testing.assert_allclose(found, expected, atol=2e-5)
    for found, expected in zip(ours.get_weights(), theirs.get_weights()):
        np.testing.assert_allclose(found, expected, rtol=1e-5)


def test_same_training_as_keras():
    """Gradients to weights and inputs: two convolutions with a normalisation between learn alike."""

    def trained(normalise):
        image = keras.Input((8, 8, 3))
        first, last = (layers.Conv2D(n, 3, kernel_initializer=keras.initializers.HeNormal(n)) for n in (4, 2))
        x = last(ops.relu(normalise(**OPTIONS, name="norm")(first(image))))
        model = keras.Model(image, layers.GlobalAveragePooling2D()(x))
        model.compile(optimizer=keras.optimizers.SGD(0.05), loss="mse")
        x, y = images((16, 8, 8, 3)), np.random.default_rng(2).normal(size=(16, 2))
        losses = [float(model.train_on_batch(x, y)) for _ in range(6)]
        return losses, model.get_weights()

    (found, ours), (expected, theirs) = trained(BatchNormalization), trained(layers.BatchNormalization)
    np.testing.assert_allclose(found, expected, rtol=1e-4)
    assert found[-1] < 0.9 * found[0]
    for one, other in zip(ours, theirs):
        np.testing.assert_allclose(one, other, rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize(
    ("shape", "options"), [((4, 7), {}), ((4, 3, 6, 5), {"axis": 1}), ((4, 6, 5, 3), {"scale": False})]
)
def test_what_cannot_be_fused_is_kerass_own(shape, options):
    ours, theirs = pair((None, *shape[1:]), **options)
    found, expected = (ops.convert_to_numpy(layer(images(shape), training=True)) for layer in (ours, theirs))
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_frozen_layers_keep_their_statistics():
    layer, _ = pair((None, 6, 5, 3))
    layer.trainable = False
    before = layer.get_weights()
    layer(images(), training=True)
    for one, other in zip(layer.get_weights(), before):
        np.testing.assert_array_equal(one, other)


def test_it_is_stored_and_read():
    image = keras.Input((6, 5, 3))
    model = keras.Model(image, BatchNormalization(**OPTIONS)(image))
    again = keras.Model.from_config(model.get_config())
    assert isinstance(again.layers[1], BatchNormalization) and again.layers[1].momentum == 0.8
