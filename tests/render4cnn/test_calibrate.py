"""Temperatures: found again where they are known, stored with the weights, and gone in training."""

import keras
import numpy as np
import pytest

from render4cnn import calibrate, train
from render4cnn.data import Crops, DataSpec
from render4cnn.decoding import softmax
from render4cnn.evaluate import load_trained
from render4cnn.layers import Temperature
from render4cnn.model import build_model
from render4cnn.train import TrainingPlan
from tests.keras_contract import KerasContract
from tests.render4cnn.micro import config
from tests.toy_cars import write_toy_cars


class TestTemperature(KerasContract):
    cls = Temperature
    arguments = {}

    def inputs(self):
        return np.random.default_rng(0).normal(size=(4, 6)).astype("float32")

    def test_divides_only_when_the_network_is_used(self):
        layer, logits = self.make(), self.inputs()
        layer(logits)
        layer.temperature.assign(2.0)
        np.testing.assert_allclose(keras.ops.convert_to_numpy(layer(logits)), logits / 2)
        np.testing.assert_allclose(keras.ops.convert_to_numpy(layer(logits, training=True)), logits)
        assert not layer.trainable_weights


@pytest.mark.parametrize("true", [0.5, 1.0, 3.0])
def test_a_known_temperature_is_found_again(true):
    rng = np.random.default_rng(0)
    logits = rng.normal(0, 3, (4000, 12))
    truth = (softmax(logits / true).cumsum(axis=1) > rng.random((4000, 1))).argmax(axis=1)
    assert calibrate.temperature(logits, truth) == pytest.approx(true, rel=0.08)


def test_nothing_to_learn_from_leaves_one():
    assert calibrate.temperature(np.zeros((0, 5)), np.zeros(0, int)) == 1.0


def test_symmetric_objects_and_unlabelled_tilts_are_left_out():
    model = build_model(config(), ("bottle", "car"))
    images = np.random.default_rng(0).integers(0, 255, (6, 32, 32, 3), dtype=np.uint8)
    views = np.random.default_rng(1).uniform(0, 80, (6, 3))
    folds, flags = np.zeros(6, int), np.zeros(6, bool)
    crops = Crops(images, views, ("bottle",) * 6, ("",) * 6, flags, folds, np.ones(6), flags)
    found = calibrate.fit_temperatures(model, ("azimuth", "elevation", "tilt"), [(crops, True)], ("bottle", "car"))
    assert found["azimuth"] == found["tilt"] == 1.0
    assert found["elevation"] != 1.0


def test_a_training_ends_with_temperatures_in_its_weights(tmp_path):
    cars = f"cars:{write_toy_cars(tmp_path / 'cars')}"
    train.start(tmp_path / "run", config(), TrainingPlan((DataSpec(cars),)))
    for which in ("last", "best"):
        model = load_trained(tmp_path / "run", which).model
        fitted = {name: float(model.get_layer(f"{name}_temperature").temperature) for name in ("azimuth", "tilt")}
        assert fitted["azimuth"] != 1.0
        assert fitted["tilt"] == 1.0, "photographs without tilt tell nothing of it"
