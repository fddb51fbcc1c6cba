"""The network: contract, shapes, the paper's trunk layer by layer, and what it imports."""

import subprocess
import sys
from dataclasses import replace

import keras
import numpy as np
import pytest

from render4cnn.config import LossConfig, ModelConfig, preset
from render4cnn.model import ViewpointModel, build_model
from tests.keras_contract import KerasContract
from vantage.training.configs import to_plain

MICRO = ModelConfig("resnet", 32, 0.25, (24, 12, 8), 16, 0.5, 0.8, "argmax")
LOSS = LossConfig((30.0, 30.0, 45.0), (10.0, 15.0, 20.0), (1.0, 0.5, 0.25), "exponential", False, True)


class TestViewpointModel(KerasContract):
    cls = ViewpointModel
    arguments = {"model": to_plain(MICRO), "classes": ["car", "chair"], "loss": to_plain(LOSS), "l2": 1e-3}

    def inputs(self):
        return np.random.default_rng(0).uniform(0, 1, (3, 32, 32, 3)).astype("float32")

    def as_model(self):
        return self.make()

    def test_declared_shape_is_the_real_one(self):
        model = self.make()
        found = {name: tuple(value.shape) for name, value in model(self.inputs()).items()}
        blocks = {"azimuth": (3, 2, 24), "elevation": (3, 2, 12), "tilt": (3, 2, 8)}
        offsets = {f"{name}_offset": (count, bins) for name, (count, _, bins) in blocks.items()}
        assert found == {**blocks, **offsets, "category": (3, 2)}
        declared = model(keras.Input((32, 32, 3)))
        assert {name: value.shape[1:] for name, value in declared.items()} == {k: v[1:] for k, v in found.items()}

    def test_computes_in_half_precision(self):
        before = keras.config.dtype_policy()
        keras.config.set_dtype_policy("mixed_bfloat16")
        try:
            model = self.make()
        finally:
            keras.config.set_dtype_policy(before)
        assert model.get_layer("stem_conv").compute_dtype == "bfloat16"
        assert all(keras.backend.standardize_dtype(v.dtype) == "float32" for v in model(self.inputs()).values())


@pytest.mark.parametrize("trunk", ["mobilenet", "resnet"])
def test_weight_paths_do_not_depend_on_what_was_built_before(trunk):
    config = ModelConfig(trunk, 32, 0.25, (24, 24, 24))
    first, second = (ViewpointModel(config, ["car"]) for _ in range(2))
    assert [w.path for w in first.weights] == [w.path for w in second.weights]
    assert len({w.path for w in first.weights}) == len(first.weights)


def test_batch_norm_momentum_arrives():
    model = ViewpointModel(MICRO, ["car"])
    momenta = {layer.momentum for layer in model.layers if isinstance(layer, keras.layers.BatchNormalization)}
    assert momenta == {0.8}


def test_mobilenet_trunk_has_the_size_of_mobilenet_v3_small():
    """Howard et al. 2019, table 2: the convolutions have 0.93 million weights (Keras' own: 939,120)."""
    model = ViewpointModel(ModelConfig("mobilenet", 96, bins=(120, 120, 120), offsets=False, calibrated=False), ["car"])
    heads = 3 * (576 + 1) * 120
    assert model.count_params() - heads == pytest.approx(939_120, rel=0.005)


def test_shipped_size():
    """Twelve classes in half precision stay below 8 MB."""
    assert 2 * build_model(preset("small"), [f"class{n}" for n in range(12)]).count_params() < 8e6


def test_paper_trunk_is_the_prototxt():
    model = build_model(preset("paper"), [f"class{n}" for n in range(12)])
    shapes = {layer.name: tuple(layer.output.shape[1:]) for layer in model.layers}
    expected = {"conv1": (55, 55, 96), "pool1": (27, 27, 96), "conv2": (27, 27, 256), "pool2": (13, 13, 256)}
    expected |= {"conv3": (13, 13, 384), "conv5": (13, 13, 256), "pool5": (6, 6, 256), "fc7": (4096,)}
    assert {name: shapes[name] for name in expected} == expected
    assert shapes["azimuth_dense"] == (4320,)
    assert [model.get_layer(f"conv{n}").groups for n in range(1, 6)] == [1, 2, 1, 2, 2]
    kernels = [w for layer in model.layers for w in layer.weights if w.name == "kernel"]
    assert all(
        layer.kernel_regularizer.l2 == pytest.approx(2.5e-4) for layer in model.layers if hasattr(layer, "kernel")
    )
    assert len(kernels) == 10
    order = [layer.name for layer in model.layers if layer.name.startswith(("pool", "norm", "conv"))]
    assert order[:6] == ["conv1", "pool1", "norm1", "conv2", "pool2", "norm2"]
    assert np.asarray(model.get_layer("tilt_dense").kernel).std() == pytest.approx(0.01, rel=0.02)


def test_penalty_joins_the_loss():
    model = TestViewpointModel().make()
    x = TestViewpointModel().inputs()
    y = {name: np.zeros(3, "float32") for name in ("azimuth", "elevation", "tilt")} | {
        "class_index": np.zeros(3, "int32")
    }
    logits = model(x)
    penalty = sum(float(value) for value in model.losses)
    assert penalty > 0
    loss = float(model.compute_loss(x, y, logits))
    assert loss == pytest.approx(float(model.viewpoint_loss(y, logits)) + penalty, rel=1e-5)


@pytest.mark.parametrize(
    ("changes", "message"),
    [({"model": ModelConfig("vgg")}, "unknown trunk 'vgg'"), ({"classes": []}, "at least one class")],
)
def test_wrong_arguments(changes, message):
    with pytest.raises(ValueError, match=message):
        TestViewpointModel().make(**changes)


BLOCKED = """
import sys
from dataclasses import replace
class Block:
    def find_spec(self, name, path=None, target=None):
        blocked = ("tensorflow", "tensorflow_datasets", "tensorflow_graphics", "bpy", "array_record", "torch")
        if name.split(".")[0] in blocked:
            raise ImportError(f"{name} is blocked")
sys.meta_path.insert(0, Block())
from render4cnn.config import preset
from render4cnn.model import build_model
import render4cnn.layers, render4cnn.losses, render4cnn.trunks, keras
assert keras.backend.backend() == "jax"
print(build_model(preset("tiny"), ["car"]).count_params())
"""


def test_imports_without_tensorflow_and_blender(root):
    pytest.importorskip("jax")
    done = subprocess.run(
        [sys.executable, "-c", BLOCKED], cwd=root, capture_output=True, text=True, env=backend_env("jax"), timeout=120
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert int(done.stdout.split()[-1]) > 1e5


def backend_env(backend):
    """The environment of a process that uses another backend, on CPU."""
    import os

    return {**os.environ, "KERAS_BACKEND": backend, "JAX_PLATFORMS": "cpu", "TF_CPP_MIN_LOG_LEVEL": "3"}


def test_export_gives_the_same_outputs(tmp_path):
    tf = pytest.importorskip("tensorflow")
    if keras.backend.backend() != "tensorflow":
        pytest.skip("SavedModel export is TensorFlow's")
    model, x = TestViewpointModel().make(), TestViewpointModel().inputs()
    model.export(tmp_path / "exported", verbose=False)
    exported = tf.saved_model.load(str(tmp_path / "exported"))
    found = exported.serve(x)
    for name, value in model(x, training=False).items():
        np.testing.assert_allclose(found[name], value, atol=1e-5)


@pytest.mark.slow
def test_base_takes_a_step():
    config = preset("base")
    config = replace(config, model=replace(config.model, image_size=64))
    model = build_model(config, ["car", "chair"])
    assert model.count_params() == pytest.approx(21.8e6, rel=0.01)
    (net,) = (layer for layer in model.layers if isinstance(layer, keras.Model))
    momenta = {layer.momentum for layer in net.layers if isinstance(layer, keras.layers.BatchNormalization)}
    assert momenta == {config.model.batch_norm_momentum}
    model.compile(optimizer="adam")
    labels = {name: np.zeros(2, "float32") for name in ("azimuth", "elevation", "tilt")}
    labels |= {"class_index": np.array([0, 1]), "fold": np.array([1, 0])}
    images = np.random.default_rng(0).uniform(0, 1, (2, 64, 64, 3)).astype("float32")
    assert np.isfinite(model.train_on_batch(images, labels))
