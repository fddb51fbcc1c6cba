"""Weights and checkpoints: whole or absent, exact, and refused where they do not fit."""

import json

import keras
import numpy as np
import pytest

from tests.training.toy_training import toy_model
from vantage.errors import RunError
from vantage.training import checkpoint


@pytest.fixture
def model():
    return toy_model()


def train_a_little(model):
    x = np.ones((4, 4), "float32")
    model.train_on_batch(x, x[:, :1])


def test_weights_round_trip(tmp_path, model):
    train_a_little(model)
    checkpoint.save_weights(tmp_path / "w.npz", model)
    other = toy_model()
    checkpoint.load_weights(tmp_path / "w.npz", other)
    for first, second in zip(model.get_weights(), other.get_weights()):
        np.testing.assert_array_equal(first, second)


def test_half_precision_halves_the_file_and_keeps_what_does_not_fit(tmp_path, model):
    model.get_layer("last").kernel.assign(np.full((8, 1), 1e6))
    checkpoint.save_weights(tmp_path / "w.npz", model, "float16")
    arrays = checkpoint.read_arrays(tmp_path / "w.npz")
    assert arrays["first/kernel"].dtype == np.float16
    assert arrays["last/kernel"].dtype == arrays["first/bias"].dtype == np.float32
    other = toy_model()
    checkpoint.load_weights(tmp_path / "w.npz", other)
    np.testing.assert_allclose(other.get_layer("first").kernel, model.get_layer("first").kernel, atol=1e-3)
    assert other.get_layer("first").kernel.dtype == "float32"


def test_checkpoint_holds_optimiser_and_state(tmp_path, model):
    train_a_little(model)
    checkpoint.save_checkpoint(tmp_path / "c.npz", model, {"step": 3, "data": {"n": [1, 2]}})
    other = toy_model()
    assert checkpoint.load_checkpoint(tmp_path / "c.npz", other) == {"step": 3, "data": {"n": [1, 2]}}
    assert int(other.optimizer.iterations) == 1
    for first, second in zip(model.optimizer.variables, other.optimizer.variables):
        np.testing.assert_array_equal(first, second)


def test_failing_save_keeps_the_old_checkpoint(tmp_path, model, monkeypatch):
    path = tmp_path / "c.npz"
    checkpoint.save_checkpoint(path, model, {"step": 1})
    before = path.read_bytes()

    def full(*args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np.lib.format, "write_array", full)
    with pytest.raises(OSError, match="space"):
        checkpoint.save_checkpoint(path, model, {"step": 2})
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_missing_file(tmp_path, model):
    with pytest.raises(RunError, match="does not exist"):
        checkpoint.load_weights(tmp_path / "w.npz", model)


@pytest.mark.parametrize("cut", [0, 10, 200])
def test_cut_file(tmp_path, model, cut):
    path = tmp_path / "c.npz"
    checkpoint.save_checkpoint(path, model, {})
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(RunError, match="cannot be read"):
        checkpoint.load_checkpoint(path, model)


def test_flipped_bit(tmp_path, model):
    path = tmp_path / "c.npz"
    checkpoint.save_checkpoint(path, model, {})
    kernel = np.asarray(model.get_layer("first").kernel).tobytes()
    data = bytearray(path.read_bytes())
    data[data.index(kernel) + 5] ^= 0x10
    path.write_bytes(data)
    with pytest.raises(RunError, match=r"cannot be read.*checksum"):
        checkpoint.load_checkpoint(path, model)


def test_checkpoint_before_the_first_step(tmp_path, model):
    checkpoint.save_checkpoint(tmp_path / "c.npz", model, {"step": 0})
    assert checkpoint.load_checkpoint(tmp_path / "c.npz", toy_model()) == {"step": 0}


def test_weights_of_another_model(tmp_path, model):
    checkpoint.save_weights(tmp_path / "w.npz", model)
    image = keras.Input((5,))
    wider = keras.Model(image, keras.layers.Dense(8, name="first")(image))
    with pytest.raises(RunError, match=r"first/kernel has shape \(4, 8\); expected \(5, 8\)"):
        checkpoint.load_weights(tmp_path / "w.npz", wider)
    other = keras.Model(image, keras.layers.Dense(8, name="second")(image))
    with pytest.raises(RunError, match="no weight second/kernel"):
        checkpoint.load_weights(tmp_path / "w.npz", other)


def test_state_of_another_optimiser(tmp_path, model):
    checkpoint.save_checkpoint(tmp_path / "c.npz", model, {})
    model.compile(optimizer=keras.optimizers.SGD(), loss="mse")
    train_a_little(model)
    with pytest.raises(RunError, match="another optimiser"):
        checkpoint.load_checkpoint(tmp_path / "c.npz", model)


def test_weights_are_no_checkpoint(tmp_path, model):
    np.savez(tmp_path / "w.npz", state=np.frombuffer(json.dumps({}).encode(), np.uint8))
    with pytest.raises(RunError, match="no weight"):
        checkpoint.load_checkpoint(tmp_path / "w.npz", model)


def test_random_states_have_names_that_do_not_count_up(model):
    assert [name for name in checkpoint.model_arrays(model) if "random" in name] == ["random_state/0"]
    assert set(checkpoint.model_arrays(model)) == set(checkpoint.model_arrays(toy_model()))


def test_layers_of_one_name_are_refused():
    image = keras.Input((4,))
    x = keras.layers.Dense(4, name="same")(image)
    model = keras.Sequential([keras.Model(image, x), keras.Sequential([keras.layers.Dense(4, name="same")])])
    model.build((None, 4))
    paths = [variable.path for variable in model.variables]
    if len(set(paths)) < len(paths):
        with pytest.raises(ValueError, match="share a path"):
            checkpoint.model_arrays(model)
