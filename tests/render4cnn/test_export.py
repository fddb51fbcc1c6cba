"""Exported networks say what the original says, through runtimes that know nothing of Vantage."""

import dataclasses
import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import keras
import numpy as np
import pytest
from PIL import Image

from render4cnn import export
from render4cnn.config import ANGLES
from render4cnn.decoding import decode_viewpoints, distributions
from render4cnn.evaluate import Trained
from render4cnn.export import FORMATS, check_formats, describe, export_model
from render4cnn.model import build_model
from render4cnn.predict import Predictor
from tests.render4cnn import micro
from vantage.errors import UserError

CLASSES = ("car", "chair")
needs_tensorflow = pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="TensorFlow writes all formats")


def trained(run: Path, **changes) -> Trained:
    """A network whose logits differ from each other, with batch-norm statistics that are not the initial ones."""
    settings = micro.config(model=dataclasses.replace(micro.MODEL, **changes))
    model = build_model(settings, CLASSES)
    rng = np.random.default_rng(3)
    for weight in model.weights:
        value = np.asarray(weight)
        norm = value.ndim == 1
        weight.assign(value + rng.uniform(0.0, 0.3, value.shape).astype(value.dtype) if norm else value * 1.5)
    return Trained(model, settings, CLASSES, SimpleNamespace(path=run, config={}))


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    """A network, and the folder with all formats of it."""
    root = tmp_path_factory.mktemp("export")
    (root / "run").mkdir()
    (root / "run/model_card.md").write_text("# card\n")
    network = trained(root / "run")
    export_model(network, root / "out", list(FORMATS))
    return network, root / "out"


@pytest.fixture
def images():
    return np.random.default_rng(0).uniform(0, 1, (5, 32, 32, 3)).astype(np.float32)


def expected(network, images):
    return {name: np.asarray(value) for name, value in network.model.predict_on_batch(images).items()}


def assert_equal(found, wanted):
    assert set(found) == set(wanted) > set(ANGLES)
    for name, value in wanted.items():
        np.testing.assert_allclose(np.asarray(found[name]), value, atol=1e-4)
    assert np.ptp(wanted["azimuth"]) > 0.1  # otherwise equality says little


@needs_tensorflow
@pytest.mark.parametrize("count", [5, 1])
def test_onnx_gives_the_same_logits(exported, images, count):
    onnxruntime = pytest.importorskip("onnxruntime")
    network, out = exported
    session = onnxruntime.InferenceSession(str(out / "model.onnx"))
    names = [output.name for output in session.get_outputs()]
    found = dict(zip(names, session.run(names, {"image": images[:count]})))
    assert_equal(found, expected(network, images[:count]))


@needs_tensorflow
@pytest.mark.parametrize("count", [5, 1])
def test_litert_gives_the_same_logits(exported, images, count):
    runtime = pytest.importorskip("ai_edge_litert.interpreter")
    network, out = exported
    interpreter = runtime.Interpreter(model_path=str(out / "model.tflite"))
    found = interpreter.get_signature_runner()(image=images[:count])
    assert_equal(found, expected(network, images[:count]))


@needs_tensorflow
def test_saved_model_gives_the_same_logits(exported, images):
    import tensorflow as tf

    network, out = exported
    loaded = tf.saved_model.load(str(out / "saved_model"))  # its variables live as long as it does
    assert_equal(loaded.serve(images), expected(network, images))


@needs_tensorflow
def test_the_description_says_all(exported):
    _, out = exported
    described = json.loads((out / "model.json").read_text())
    assert described["classes"] == list(CLASSES)
    assert described["input"]["shape"] == [None, 32, 32, 3]
    assert described["outputs"]["azimuth"]["bins"] == 24
    assert described["outputs"]["azimuth"]["bin_width_deg"] == 15
    assert described["decoding"]["method"] == "expectation"
    assert {name: (out / item["file"]).exists() for name, item in described["files"].items()} == dict.fromkeys(
        FORMATS, True
    )
    assert described["files"]["onnx"]["bytes"] == (out / "model.onnx").stat().st_size
    assert (out / "model_card.md").read_text() == "# card\n"
    assert str(out.parent) not in (out / "model.json").read_text()


@needs_tensorflow
def test_the_script_beside_it_needs_nothing_of_vantage(exported, tmp_path):
    network, out = exported
    pixels = np.random.default_rng(1).integers(0, 255, (50, 70, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(tmp_path / "photo.png")
    words = [str(tmp_path / "photo.png"), "--category", "chair", "--box", "10,5,60,45"]
    command = [sys.executable, "-I", str(out / "predict.py"), *words]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    (wanted,) = Predictor(network).predict([pixels], "chair", [(10, 5, 60, 45)])
    np.testing.assert_allclose([found[name] for name in ANGLES], wanted.viewpoint, atol=0.05)
    assert "vantage" not in (out / "predict.py").read_text().split('"""')[2]


@pytest.mark.parametrize(
    "changes", [{}, {"offsets": False}, {"offsets": False, "decode": "argmax"}, {"class_head": False}], ids=str
)
def test_the_script_decodes_as_we_do(tmp_path, changes):
    from render4cnn import standalone

    network = trained(tmp_path, **changes)
    described = json.loads(json.dumps(describe(network)))
    rng = np.random.default_rng(0)
    shapes = {name: (1, *item["shape"][1:]) for name, item in described["outputs"].items()}
    outputs = {name: rng.normal(0, 2, shape) for name, shape in shapes.items()}
    for number, category in enumerate(CLASSES):
        own = distributions(outputs, np.array([number]))
        told, found = standalone.viewpoint(described, outputs, category)
        expected = decode_viewpoints(own, network.config.model.decode)[0]
        np.testing.assert_allclose([found[name] for name in ANGLES], expected, atol=1e-9)
        assert told == category
    if "category" in outputs:
        assert standalone.viewpoint(described, outputs)[0] == CLASSES[int(outputs["category"].argmax())]


def test_what_cannot_be_written_is_refused_before_anything_is_done(tmp_path, monkeypatch):
    (tmp_path / "full").mkdir()
    (tmp_path / "full/x").touch()
    with pytest.raises(UserError, match="not empty"):
        check_formats(tmp_path / "full", ["onnx"])
    with pytest.raises(UserError, match="no --to"):
        check_formats(tmp_path / "new", [])
    monkeypatch.setitem(export.FORMATS, "onnx", export.Format("model.onnx", "onnx", ("no_such_package",)))
    with pytest.raises(UserError, match=r"no_such_package.*vantage\[export\]"):
        check_formats(tmp_path / "new", ["onnx"])


@needs_tensorflow
def test_a_failing_export_leaves_nothing(tmp_path, monkeypatch):
    def fail(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(export, "_write", fail)
    with pytest.raises(OSError, match="space"):
        export_model(trained(tmp_path), tmp_path / "out", ["savedmodel"])
    assert list(tmp_path.iterdir()) == []
