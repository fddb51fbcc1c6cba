"""Training and scoring from end to end at toy size; a killed training resumes to the same numbers."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from render4cnn import evaluate, runs, train, transfer
from render4cnn.config import ModelConfig
from render4cnn.data import DataSpec, load_crops
from render4cnn.train import TrainingPlan
from tests.render4cnn.micro import config
from tests.toy_cars import write_toy_cars
from vantage.benchmarks import open_views
from vantage.errors import DataError, RunError
from vantage.training.checkpoint import read_arrays
from vantage.training.metrics_log import read_metrics
from vantage.training.run_folder import create_run, open_run

TIMES = ("steps_per_second", "images_per_second", "input_wait", "seconds")


@pytest.fixture(scope="module")
def cars(tmp_path_factory):
    return f"cars:{write_toy_cars(tmp_path_factory.mktemp('data') / 'cars')}"


def plan(cars, **options):
    return TrainingPlan((DataSpec(cars),), **options)


@pytest.fixture(scope="module")
def finished(cars, tmp_path_factory):
    out = tmp_path_factory.mktemp("runs") / "run"
    return open_run(out, "render4cnn") if train.start(out, config(), plan(cars)) else None


def stop_at(step, monkeypatch):
    """Ask the training to stop, as a person would, during a step."""
    original = train.TrainingLoop._train_step

    def stopping(self, clock):
        original(self, clock)
        if self.step == step:
            os.kill(os.getpid(), signal.SIGTERM)

    monkeypatch.setattr(train.TrainingLoop, "_train_step", stopping)


def rows(run):
    return [{k: v for k, v in row.items() if k not in TIMES} for row in read_metrics(run.metrics)]


def test_run_folder_is_complete(finished, cars):
    stored = finished.config
    assert stored["classes"] == ["car"]
    assert stored["data"] == [
        {"spec": cars, "weight": None, "limit": None, "views": 23, "validation": 1, "tilt": False}
    ]
    assert stored["config"]["augmentation"]["image_size"] == 32
    assert {"val_loss", "val_acc_pi_6", "val_med_err_deg", "val_mean_err_deg"} <= set(rows(finished)[-1])
    card = finished.model_card.read_text()
    assert "Research only" in card
    assert "23 training views" in card
    assert json.loads(finished.environment.read_text())["backend"]


def test_resume_after_an_interrupt_gives_the_same_numbers(finished, cars, tmp_path, monkeypatch):
    out = tmp_path / "run"
    stop_at(4, monkeypatch)
    result = train.start(out, config(), plan(cars))
    assert (result.step, result.interrupted) == (4, True)
    monkeypatch.undo()
    assert not train.resume(out).interrupted
    run = open_run(out, "render4cnn")
    assert rows(run) == rows(finished)
    first, second = read_arrays(run.last), read_arrays(finished.last)
    for name in set(first) - {"state"}:
        np.testing.assert_array_equal(first[name], second[name], err_msg=name)


def test_existing_run_is_kept(finished, cars):
    before = finished.last.read_bytes()
    with pytest.raises(RunError, match="holds a run"):
        train.start(finished.path, config(), plan(cars))
    assert finished.last.read_bytes() == before


def test_changed_data_are_noticed(finished, tmp_path):
    folder = write_toy_cars(tmp_path / "cars", train=23)
    data = [{**finished.config["data"][0], "spec": f"cars:{folder}"}]
    run = create_run(tmp_path / "run", "render4cnn", {**finished.config, "data": data})
    with pytest.raises(RunError, match="now has 22 training views; the run began with 23"):
        train.resume(run.path)


def test_init_takes_the_weights_of_another_run(finished):
    model = train.compiled_model(config(), ["boat", "car"], 1)
    heads = np.array(model.get_layer("tilt_dense").kernel)
    transfer.start_from(str(finished.path), model)
    taken = read_arrays(finished.last)["model/stem_conv/kernel"]
    np.testing.assert_array_equal(model.get_layer("stem_conv").kernel, taken)
    bins, tilt = config().model.bins[2], np.array(model.get_layer("tilt_dense").kernel)
    np.testing.assert_array_equal(tilt[:, :bins], heads[:, :bins], err_msg="boats are new")
    np.testing.assert_array_equal(tilt[:, bins:], read_arrays(finished.last)["model/tilt_dense/kernel"])


def test_init_from_another_trunk_is_refused(finished):
    model = train.compiled_model(config(model=ModelConfig("resnet", 32, 0.5, (24, 24, 24))), ["car"], 1)
    with pytest.raises(RunError, match="--init .*has shape"):
        transfer.start_from(str(finished.path), model)


def test_init_from_another_trunk_is_noticed_before_a_run_is_made(finished, cars, tmp_path):
    wider = config(model=ModelConfig("resnet", 32, 0.5, (24, 24, 24)))
    with pytest.raises(RunError, match=r"is a resnet of width 0.25.*expected resnet of width 0.5"):
        train.start(tmp_path / "run", wider, plan(cars, init=str(finished.path)))
    assert not (tmp_path / "run").exists()


def test_evaluation_on_the_run(finished, cars, tmp_path):
    trained = evaluate.load_trained(finished.path)
    result = evaluate.evaluate(trained, open_views(cars, "val"), cars, "val")
    keys = {"count", "acc_pi_6", "med_err_deg", "med_err_deg_over_sqrt2", "front_back_flips"}
    assert keys <= set(result.summary["overall"])
    assert set(result.summary["per_class"]) == {"car"}
    assert result.summary["overall"]["count"] == 8
    assert "no tilt" in result.summary["notes"][0]
    assert not result.predicted[:, 2].any()
    calibration = result.summary["calibration"]
    assert 0 <= calibration["expected_calibration_error"] <= calibration["largest_calibration_error"] <= 1
    assert sum(row["count"] for row in calibration["bins"]) == 8
    path = evaluate.store(result, tmp_path, open_views(cars, "val"))
    best = evaluate.evaluate(evaluate.load_trained(finished.path, "best"), open_views(cars, "val"), cars, "val")
    assert (result.summary["weights"], best.summary["weights"]) == ("last", "best")
    assert evaluate.store(best, tmp_path, open_views(cars, "val")) != path
    assert json.loads(path.read_text())["overall"] == result.summary["overall"]


def test_hard_objects_are_scored_apart(finished, cars, tmp_path):
    rows = ["file,category,azimuth_deg,elevation_deg,truncated"]
    labels = Path(cars.partition(":")[2], "labels.csv").read_text().splitlines()[1:5]
    rows += [
        f"{file},car,{azimuth},{elevation},{number % 2}"
        for number, (file, _, azimuth, elevation) in enumerate(line.split(",") for line in labels)
    ]
    table = Path(cars.partition(":")[2], "own.csv")
    table.write_text("\n".join(rows))
    result = evaluate.evaluate(evaluate.load_trained(finished.path), open_views(f"csv:{table}", "all"), "own", "all")
    assert (result.summary["overall"]["count"], result.summary["easy"]["overall"]["count"]) == (4, 2)


def test_last_and_best_weights(finished):
    last, best = (evaluate.load_trained(finished.path, which) for which in ("last", "best"))
    assert last.classes == best.classes == ("car",)
    finished_with_one = evaluate._weights(finished, "best")[0]
    assert finished_with_one == finished.best


def test_mirror_images_give_mirrored_predictions(finished, cars):
    trained = evaluate.load_trained(finished.path)
    crops = load_crops(open_views(cars, "val"), 32)
    index = np.zeros(len(crops), np.int32)
    straight = evaluate.predict_probabilities(trained.model, crops.images, index, flip=True)
    mirrored = evaluate.predict_probabilities(trained.model, crops.images[:, :, ::-1], index, flip=True)
    np.testing.assert_allclose(straight["elevation"], mirrored["elevation"], atol=1e-6)
    turned = np.roll(mirrored["azimuth"][:, ::-1], 1, axis=1)
    np.testing.assert_allclose(straight["azimuth"], turned, atol=1e-6)


def test_size_of_the_batch_does_not_matter(finished, rng):
    model = evaluate.load_trained(finished.path).model
    images = rng.integers(0, 255, (5, 32, 32, 3), np.uint8)
    first, second = evaluate.forward(model, images, 2), evaluate.forward(model, images, 64)
    for name, value in first.items():
        np.testing.assert_allclose(value, second[name], atol=1e-5)


def test_class_that_the_weights_do_not_know(finished, cars):
    trained = evaluate.load_trained(finished.path)

    class Boats:
        views = open_views(cars, "val")

        def __len__(self):
            return 2

        def __getitem__(self, index):
            return {**self.views[index], "category": "boat"}

    with pytest.raises(DataError, match="unknown class 'boat'; expected one of car"):
        evaluate.evaluate(trained, Boats(), "boats", "val")


def test_configuration_of_another_version(finished):
    from dataclasses import replace

    for bad in ({"modle": 1}, None):
        stored = {**finished.config, "config": bad}
        with pytest.raises(RunError, match="does not fit this version"):
            runs.read_settings(replace(finished, config=stored))


def test_run_without_weights(finished, tmp_path):
    (tmp_path / "run").mkdir()
    (tmp_path / "run/config.json").write_bytes((finished.path / "config.json").read_bytes())
    with pytest.raises(RunError, match="no weights yet"):
        evaluate.load_trained(tmp_path / "run")


def test_no_run_named_and_none_shipped(monkeypatch, tmp_path):
    monkeypatch.setattr(runs, "WEIGHTS", tmp_path)
    with pytest.raises(RunError, match="no weights ship"):
        evaluate.load_trained()


def test_evaluations_are_kept_in_the_run_that_was_scored(finished, tmp_path, monkeypatch):
    monkeypatch.setattr(runs, "WEIGHTS", tmp_path / "weights")
    monkeypatch.setattr(evaluate, "WEIGHTS", tmp_path / "weights")
    shutil.copytree(finished.path, tmp_path / "weights" / "cars")
    (tmp_path / "cars").mkdir()
    monkeypatch.chdir(tmp_path)
    assert evaluate.own_folder("cars") is None, "shipped weights keep none, nor does a folder of the same name"
    assert evaluate.own_folder(tmp_path / "weights" / "cars") is None and evaluate.own_folder(None) is None
    assert evaluate.own_folder(finished.path) == finished.path


def test_validation_of_several_sources_is_that_of_all_views():
    errors = iter((np.array([1.0, 2.0, 3.0]), np.array([50.0])))
    validation = train.Validation.__new__(train.Validation)
    validation.sets = [("a", [0] * 3, False), ("b", [0], False)]
    validation._score = lambda crops, no_tilt: (float(len(crops)), next(errors))
    found = validation()
    assert found["val_loss"] == 2.5 and found["val_med_err_deg"] == 2.5 and found["val_acc_pi_6"] == 0.75
    assert found["val_a_med_err_deg"] == 2.0 and found["val_b_mean_err_deg"] == 50.0


def test_shipped_weights_are_found_by_name(monkeypatch, finished, tmp_path):
    monkeypatch.setattr(runs, "WEIGHTS", finished.path.parent)
    name = finished.path.name
    monkeypatch.chdir(tmp_path)
    assert runs.find_run(name).path == finished.path
    (tmp_path / name).mkdir()  # of photographs, say
    assert runs.find_run(name).path == finished.path
    with pytest.raises(RunError, match="no config.json"):
        runs.find_run(f"./{name}/")
    with pytest.raises(
        RunError, match=rf"run folder {name}s does not exist \(did you mean {name}\?\).* that ship: {name};"
    ):
        runs.find_run(f"{name}s")


KILLED = """
import sys
from tests.render4cnn.micro import config
from render4cnn import train
from render4cnn.data import DataSpec
from render4cnn.train import TrainingPlan
out, spec = sys.argv[1:]
train.start(out, config(steps=400, validations=1), TrainingPlan((DataSpec(spec),), checkpoint_every=2))
"""


def test_kill_nine_and_resume(cars, tmp_path, root, monkeypatch):
    """Killed at any moment, resumed in another process: the losses to come are those of an uninterrupted run."""
    out, whole = tmp_path / "killed", tmp_path / "whole"
    child = subprocess.Popen([sys.executable, "-c", KILLED, str(out), cars], cwd=root, stderr=subprocess.DEVNULL)
    try:
        wait_for(lambda: (out / "checkpoints/last.npz").exists() and read_metrics(out / "metrics.jsonl"), child)
    finally:
        child.send_signal(signal.SIGKILL)
        child.wait()
    step = json.loads(read_arrays(out / "checkpoints/last.npz")["state"].tobytes())["step"]
    goal = (step // 20 + 2) * 20
    stop_at(goal, monkeypatch)
    assert train.resume(out).step == goal
    assert train.start(whole, config(steps=400, validations=1), plan(cars, checkpoint_every=2)).step == goal
    found, expected = (
        {row["step"]: row["loss"] for row in read_metrics(folder / "metrics.jsonl")} for folder in (out, whole)
    )
    assert max(found) == goal
    assert found == expected


def wait_for(condition, child, seconds=120):
    end = time.monotonic() + seconds
    while not condition():
        assert child.poll() is None, "the training ended early"
        assert time.monotonic() < end
        time.sleep(0.1)
