"""Adaptation: what is chosen, that labels are never read, and a stopped adaptation that goes on."""

import csv
import json
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from render4cnn import adapt, train
from render4cnn.adapt import AdaptPlan, ToldViews, choose, narrowed
from render4cnn.data import DataSpec
from render4cnn.train import TrainingPlan
from tests.render4cnn.micro import config
from tests.toy_cars import write_toy_cars
from vantage.benchmarks import open_views
from vantage.errors import DataError, ImageError, RunError
from vantage.training.checkpoint import read_arrays


@pytest.fixture(scope="module")
def cars(tmp_path_factory):
    return write_toy_cars(tmp_path_factory.mktemp("data") / "cars")


@pytest.fixture(scope="module")
def run(cars, tmp_path_factory):
    out = tmp_path_factory.mktemp("runs") / "run"
    train.start(out, config(), TrainingPlan((DataSpec(f"cars:{cars}"),)))
    return str(out)


@pytest.fixture
def trusting(monkeypatch):
    """A network of six steps agrees with itself on nothing."""
    monkeypatch.setattr(adapt, "AGREEMENT_DEG", 180.0)


def plan(run, cars, **changes):
    return replace(AdaptPlan(run, (), f"cars:{cars}", rounds=2, share=1.0), **changes)


def weights(folder):
    return {key: value for key, value in read_arrays(folder / "checkpoints" / "last.npz").items() if "model/" in key}


def test_each_sector_keeps_its_surest():
    azimuth = np.repeat([0.0, 180.0], 10)
    told = ToldViews(np.stack([azimuth, azimuth * 0, azimuth * 0], 1), np.linspace(0.99, 0.5, 20), np.zeros(20))
    assert choose(told, 0.5).tolist() == [0, 1, 2, 3, 4, 10, 11, 12, 13, 14]


def test_photographs_that_are_seen_differently_are_left_out():
    told = ToldViews(np.zeros((4, 3)), np.full(4, 0.9), np.array([5.0, 170.0, 39.0, 41.0]))
    assert choose(told, 1.0).tolist() == [0, 2]


def test_a_narrower_view():
    view = {"bbox": np.array([10, 20, 110, 70], np.float32), "real": True}
    assert narrowed(view, (0.1, 0.2, 0.0, 0.4))["bbox"].tolist() == [20, 30, 110, 50]
    assert view["bbox"].tolist() == [10, 20, 110, 70]


def test_labels_are_never_read(run, cars, tmp_path, trusting):
    scrambled = tmp_path / "cars"
    scrambled.mkdir()
    (scrambled / "images").symlink_to(cars / "images")
    rows = list(csv.DictReader((cars / "labels.csv").open()))
    with (scrambled / "labels.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows({**row, "azimuth_deg": "17", "elevation_deg": "3"} for row in rows)
    adapt.adapt(tmp_path / "true", config(), plan(run, cars))
    adapt.adapt(tmp_path / "false", config(), plan(run, scrambled))
    first, second = weights(tmp_path / "true" / "round-2"), weights(tmp_path / "false" / "round-2")
    assert all(np.array_equal(first[key], second[key]) for key in first)


def test_a_stopped_adaptation_goes_on_to_the_same_weights(run, cars, tmp_path, trusting, monkeypatch):
    adapt.adapt(tmp_path / "whole", config(), plan(run, cars))
    with monkeypatch.context() as patch:
        patch.setattr(adapt, "start", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            adapt.adapt(tmp_path / "stopped", config(), plan(run, cars))
    adapt.adapt(tmp_path / "stopped", config(), plan(run, cars))
    first, second = weights(tmp_path / "whole" / "round-2"), weights(tmp_path / "stopped" / "round-2")
    assert all(np.array_equal(first[key], second[key]) for key in first)


def test_another_plan_in_the_same_folder_is_refused(run, cars, tmp_path, trusting):
    adapt.adapt(tmp_path / "out", config(), plan(run, cars, rounds=1))
    with pytest.raises(RunError, match="another adaptation"):
        adapt.adapt(tmp_path / "out", config(), plan(run, cars, rounds=2))
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "notes.txt").write_text("mine")
    with pytest.raises(RunError, match="is not empty"):
        adapt.adapt(tmp_path / "full", config(), plan(run, cars))


def test_a_mistake_is_told_before_the_photographs_are_and_leaves_nothing(run, cars, tmp_path, monkeypatch):
    monkeypatch.setattr(adapt, "load_trained", lambda run: pytest.fail("began to tell photographs"))
    (tmp_path / "empty").mkdir()
    (tmp_path / "boats.csv").write_text("file,category,azimuth_deg,elevation_deg,x0,y0,x1,y1\na.png,boat,1,1,0,0,9,9\n")
    Image.new("RGB", (9, 9)).save(tmp_path / "a.png")
    unknown = {"unlabelled": f"csv:{tmp_path / 'boats.csv'}", "split": "all"}
    wrong = [
        unknown,
        {"unlabelled": "cars:/nowhere"},
        {"data": (DataSpec(str(tmp_path / "renders")),)},
        {"split": "nope"},
    ]
    for change in [*wrong, {"backgrounds": str(tmp_path / "empty")}]:
        with pytest.raises((DataError, ImageError)):
            adapt.adapt(tmp_path / "out", config(), replace(plan(run, cars), **change))
        assert not (tmp_path / "out").exists(), change


def test_none_is_sure(run, cars, tmp_path, monkeypatch):
    monkeypatch.setattr(adapt, "AGREEMENT_DEG", -1.0)
    with pytest.raises(DataError, match="sure of none of the 24"):
        adapt.adapt(tmp_path / "out", config(), plan(run, cars))
    assert not (tmp_path / "out").exists(), "so that the corrected command can begin"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "does not exist"),
        ("[]", "no file of pseudo-labels"),
        ("not json", "no file of pseudo-labels"),
        ({"labels": [[99, 0, 0, 0, 1]]}, "number below 24"),
        ({"labels": [[0, 0, 0]]}, "a label is"),
        ({"labels": [[0, "x", 0, 0, 1]]}, "a label is"),
    ],
)
def test_broken_pseudo_labels(cars, tmp_path, content, said):
    path = tmp_path / "labels.json"
    if content is not None:
        whole = {"source": f"cars:{cars}", "split": "train"}
        path.write_text(json.dumps({**whole, **content}) if isinstance(content, dict) else content)
    with pytest.raises(DataError, match=said):
        open_views(f"pseudo:{path}", "train")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--rounds", "0"), "--rounds is 0"),
        (("--share", "2"), "--share is 2"),
        (("--share", "1", "--data", "renders"), "leaves nothing"),
        (("--run", "nowhere"), "does not exist"),
    ],
)
def test_mistakes_cost_one_line(cars, tmp_path, options, said):
    command = [sys.executable, "-m", "vantage", "adapt", "render4cnn", "--out", str(tmp_path / "out")]
    found = subprocess.run([*command, "--unlabelled", f"cars:{cars}", *options], capture_output=True, text=True)
    assert found.returncode == 2
    assert said in found.stderr
    assert "Traceback" not in found.stderr
