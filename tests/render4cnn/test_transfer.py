"""Starting from other weights: blocks of shared classes, frozen layers."""

from dataclasses import replace

import numpy as np
import pytest

from render4cnn import train, transfer
from render4cnn.data import DataSpec
from render4cnn.model import build_model
from render4cnn.train import TrainingPlan
from tests.render4cnn.micro import MODEL, config
from tests.toy_cars import write_toy_cars
from vantage.errors import RunError, UserError
from vantage.training.checkpoint import model_arrays
from vantage.training.run_folder import open_run


class Trained:
    """What `load_trained` returns, as far as `start_from` looks."""

    def __init__(self, model, classes):
        self.model, self.classes = model, classes


def arrays_after(monkeypatch, from_classes, to_classes, **changes):
    """Return the arrays of a source, and of a network before and after it starts from the source."""
    source = build_model(config(model=replace(MODEL, **changes)), from_classes)
    model = build_model(config(), to_classes)
    monkeypatch.setattr(transfer, "load_trained", lambda run: Trained(source, from_classes))
    before = model_arrays(model)
    transfer.start_from("run", model)
    return model_arrays(source), before, model_arrays(model)


def test_blocks_of_shared_classes_are_taken(monkeypatch):
    theirs, before, after = arrays_after(monkeypatch, ("bus", "car", "sofa"), ("car", "chair"))
    key, bins = "azimuth_dense/kernel", 24
    width = theirs[key].shape[0]
    blocks = (
        theirs[key].reshape(width, 3, bins),
        before[key].reshape(width, 2, bins),
        after[key].reshape(width, 2, bins),
    )
    np.testing.assert_array_equal(blocks[2][:, 0], blocks[0][:, 1])
    np.testing.assert_array_equal(blocks[2][:, 1], blocks[1][:, 1])
    np.testing.assert_array_equal(after["category_dense/kernel"][:, 0], theirs["category_dense/kernel"][:, 1])
    np.testing.assert_array_equal(after["azimuth_offset_dense/kernel"], theirs["azimuth_offset_dense/kernel"])
    np.testing.assert_array_equal(after["stem_conv/kernel"], theirs["stem_conv/kernel"])


@pytest.mark.parametrize("changes", [{"bins": (36, 36, 36)}, {"offsets": False, "class_head": False}])
def test_heads_that_do_not_fit_start_anew(monkeypatch, changes):
    theirs, before, after = arrays_after(monkeypatch, ("car", "chair"), ("car", "chair"), **changes)
    np.testing.assert_array_equal(after["azimuth_offset_dense/kernel"], before["azimuth_offset_dense/kernel"])
    kept = before if "bins" in changes else theirs
    np.testing.assert_array_equal(after["azimuth_dense/kernel"], kept["azimuth_dense/kernel"])


def test_a_frozen_trunk_keeps_its_weights(tmp_path):
    cars = f"cars:{write_toy_cars(tmp_path / 'cars')}"
    train.start(tmp_path / "first", config(), TrainingPlan((DataSpec(cars),)))
    plan = TrainingPlan((DataSpec(cars),), init=str(tmp_path / "first"), freeze="trunk")
    train.start(tmp_path / "second", config(seed=5), plan)
    first, second = (model_arrays(transfer.load_trained(tmp_path / name).model) for name in ("first", "second"))
    same = {key: np.array_equal(first[key], second[key]) for key in first if "random_state" not in key}
    heads = ("azimuth", "elevation", "tilt")
    assert all(equal for key, equal in same.items() if not key.startswith(heads))
    assert not same["azimuth_dense/kernel"]
    assert open_run(tmp_path / "second", "render4cnn").config["options"]["freeze"] == "trunk"
    with pytest.raises(UserError, match="no layer of this network"):
        train.start(tmp_path / "third", config(seed=5), replace(plan, freeze="nonsense"))
    assert not (tmp_path / "third").exists(), "so that the corrected command can begin"


def test_freezing_some_layers():
    model = build_model(config(), ("car",))
    transfer.freeze_layers(model, "stem, stage0")
    frozen = {layer.name.split("_")[0] for layer in model.layers if layer.weights and not layer.trainable}
    assert frozen == {"stem", "stage0"}


def test_going_on_at_another_size(tmp_path):
    cars = f"cars:{write_toy_cars(tmp_path / 'cars')}"
    train.start(tmp_path / "first", config(), TrainingPlan((DataSpec(cars),)))
    size = 2 * MODEL.image_size
    plan = TrainingPlan((DataSpec(cars),), init=str(tmp_path / "first"))
    train.start(tmp_path / "second", config(model=replace(MODEL, image_size=size)), plan)
    second = transfer.load_trained(tmp_path / "second")
    assert second.config.model.image_size == size and second.model.input_shape[1:] == (size, size, 3)
    shapes = [{key: value.shape for key, value in model_arrays(transfer.load_trained(tmp_path / name).model).items()}
              for name in ("first", "second")]  # fmt: skip
    assert shapes[0] == shapes[1]


def test_dense_layers_over_a_map_fit_one_size_only(monkeypatch):
    theirs, own = (config(model=replace(MODEL, trunk="alexnet", image_size=size)) for size in (227, 128))
    monkeypatch.setattr(transfer, "find_run", lambda run: run)
    monkeypatch.setattr(transfer, "read_settings", lambda run: (theirs, ("car",)))
    transfer.check_start("run", theirs)
    with pytest.raises(RunError, match="an alexnet for 227 px.*; expected an input of 227 px; leave --preset and"):
        transfer.check_start("run", own)


@pytest.mark.parametrize(
    ("names", "said"), [("stems", "no layer .* begins with"), ("trunk,azimuth,elevation,tilt", "nothing")]
)
def test_what_cannot_be_frozen(names, said):
    with pytest.raises(UserError, match=said):
        transfer.freeze_layers(build_model(config(), ("car",)), names)
