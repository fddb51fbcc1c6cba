"""Weights that ship: small, whole, and without the paths of the machine that trained them."""

import json

import numpy as np
import pytest

from render4cnn import evaluate, train
from render4cnn.data import DataSpec
from render4cnn.ship import portable, ship
from render4cnn.train import TrainingPlan
from tests.render4cnn.micro import config
from tests.toy_cars import write_toy_cars
from vantage.benchmarks import open_views
from vantage.errors import RunError
from vantage.training.run_folder import open_run


@pytest.fixture(scope="module")
def shipped(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    spec = f"cars:{write_toy_cars(folder / 'cars')}"
    train.start(folder / "run", config(steps=2), TrainingPlan((DataSpec(spec),)))
    source = open_views(spec, "val")
    result = evaluate.evaluate(evaluate.load_trained(folder / "run"), source, spec, "val")
    evaluate.store(result, folder / "run", source)
    run = open_run(folder / "run", "render4cnn")
    return run, ship(run, folder / "weights" / "small"), result


def test_shipped_weights_predict_what_the_run_does(shipped, rng):
    run, target, _ = shipped
    images = rng.integers(0, 255, (4, 32, 32, 3), np.uint8)
    first, second = (evaluate.forward(evaluate.load_trained(path).model, images) for path in (run.path, target))
    for name, value in first.items():
        np.testing.assert_allclose(value, second[name], atol=0.02)


def test_only_what_is_needed_ships(shipped):
    _, target, _ = shipped
    names = {path.name for path in target.iterdir()}
    assert names == {"config.json", "environment.json", "model_card.md", "weights.npz"}
    assert not (target / "checkpoints").exists()


def test_card_tells_the_evaluation(shipped):
    _, target, result = shipped
    card = (target / "model_card.md").read_text()
    assert f"{result.summary['overall']['med_err_deg']:.4g}" in card
    assert "Research only" in card


def test_no_path_of_the_machine(shipped):
    run, target, _ = shipped
    for name in ("config.json", "environment.json", "model_card.md"):
        assert str(run.path.parent) not in (target / name).read_text()
    assert json.loads((target / "config.json").read_text())["data"][0]["spec"] == "cars:cars"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("cars:/data/my-cars", "cars:my-cars"),
        (
            "vantage train render4cnn --data cars:/a/b --out /c/d.e/f --lr 1/2",
            "vantage train render4cnn --data cars:b --out f --lr 1/2",
        ),
        ("photos:/x/backgrounds/", "photos:backgrounds"),
        ("nothing here", "nothing here"),
        ("steps/s and a/b", "steps/s and a/b"),
    ],
)
def test_portable(text, expected):
    assert portable({"a": [text]}) == {"a": [expected]}


def test_unfinished_runs_do_not_ship(shipped, tmp_path):
    run, _, _ = shipped
    (tmp_path / "run").mkdir()
    (tmp_path / "run/config.json").write_bytes((run.path / "config.json").read_bytes())
    with pytest.raises(RunError, match="no model card"):
        ship(open_run(tmp_path / "run", "render4cnn"), tmp_path / "out")


def test_large_weights_do_not_ship(shipped, tmp_path, monkeypatch):
    monkeypatch.setattr("render4cnn.ship.LARGEST", 1000)
    with pytest.raises(RunError, match="narrower"):
        ship(shipped[0], tmp_path / "out")
    assert not (tmp_path / "out/config.json").exists()
