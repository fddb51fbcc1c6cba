"""What every Keras layer and model of ours must stand: each one's own test is a few lines on top.

Learned from keras-hub's test case: configuration round trip with a non-default value for every argument, saving and
loading, dtype policies.
"""

from __future__ import annotations

import inspect
from typing import Any

import keras
import numpy as np


def to_numpy(value: Any) -> Any:
    """Turn tensors into arrays, inside dictionaries too."""
    if isinstance(value, dict):
        return {key: to_numpy(item) for key, item in value.items()}
    return keras.ops.convert_to_numpy(value)


def assert_equal(first: Any, second: Any) -> None:
    """Compare arrays, or dictionaries of them, bit for bit."""
    if isinstance(first, dict):
        assert set(first) == set(second)
        for key, value in first.items():
            np.testing.assert_array_equal(value, second[key], err_msg=key)
    else:
        np.testing.assert_array_equal(first, second)


class KerasContract:
    """Subclass as ``TestX`` and say what is tested.

    Attributes:
        cls: the layer or model.
        arguments: a value for every argument of its constructor, other than the default.
    """

    cls: Any = None
    arguments: dict[str, Any] = {}

    def make(self, **changes: Any) -> Any:
        """Build one from the arguments."""
        return self.cls(**{**self.arguments, **changes})

    def inputs(self) -> np.ndarray:
        """Return a batch of inputs."""
        raise NotImplementedError

    def test_every_argument_has_a_value_of_its_own(self):
        parameters = inspect.signature(self.cls.__init__).parameters
        own = [name for name, p in parameters.items() if name != "self" and p.kind != p.VAR_KEYWORD]
        assert set(own) == set(self.arguments)
        for name, value in self.arguments.items():
            assert parameters[name].default != value, f"{name} is tested with its default"

    def test_config_round_trip(self):
        first = self.make()
        config = first.get_config()
        second = self.cls.from_config(config)
        assert second.get_config() == config
        for name in self.arguments:
            assert name in config
        assert_equal(*(self.shapes(item) for item in (first, second)))

    def shapes(self, item: Any) -> dict[str, Any]:
        """Return the shape of each weight by path."""
        item(self.inputs())
        return {weight.path.split("/", 1)[-1]: np.array(weight.shape) for weight in item.weights}

    def test_saving_and_loading_gives_the_same_outputs(self, tmp_path):
        model = self.as_model()
        expected = to_numpy(model(self.inputs()))
        model.save(tmp_path / "model.keras")
        assert_equal(to_numpy(keras.saving.load_model(tmp_path / "model.keras")(self.inputs())), expected)

    def as_model(self) -> Any:
        """Return the layer inside a model."""
        image = keras.Input(self.inputs().shape[1:])
        return keras.Model(image, self.make()(image))

    def test_computes_in_half_precision(self):
        item = self.make(dtype="mixed_bfloat16")
        output = item(self.inputs())
        assert item.compute_dtype == "bfloat16"
        assert item.variable_dtype == "float32"
        assert keras.backend.standardize_dtype(output.dtype) == "bfloat16"

    def test_declared_shape_is_the_real_one(self):
        symbolic = self.make()(keras.Input(self.inputs().shape[1:]))
        assert tuple(symbolic.shape[1:]) == tuple(self.make()(self.inputs()).shape[1:])
