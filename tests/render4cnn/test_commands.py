"""``vantage train|evaluate render4cnn``: options, mistakes, and what the shell sees."""

import dataclasses
import json
import os
import signal
import subprocess
import sys
import time

import pytest
from PIL import Image

from render4cnn import config as configs
from render4cnn.commands import Train
from render4cnn.config import augmentation
from render4cnn.data import augment_config
from tests.render4cnn import micro
from tests.toy_cars import write_toy_cars
from vantage.errors import UserError
from vantage.training.configs import to_plain
from vantage.training.run_folder import create_run


@pytest.fixture(scope="module")
def cars(tmp_path_factory):
    return f"cars:{write_toy_cars(tmp_path_factory.mktemp('data') / 'cars')}"


@pytest.fixture
def small_presets(monkeypatch):
    """Make every preset a micro one."""
    monkeypatch.setattr(configs, "PRESETS", dict.fromkeys(configs.PRESETS, micro.config))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"data": ()}, "no --data"),
        ({"weight": (1.0, 2.0)}, "2 --weight for 1 --data"),
        ({"weight": (0.0,)}, "--weight is 0; expected more than 0"),
        ({"epochs": 1.0, "steps": 3}, "both --epochs and --steps"),
        ({"steps": 0}, "--steps is 0"),
        ({"batch_size": -1}, "--batch-size is -1"),
        ({"learning_rate": 0.0}, "--learning-rate is 0"),
        ({"max_real": 0}, "--max-real is 0"),
        ({"image_size": 32}, "--image-size is 32; expected a multiple of 32 from 64 to 512 pixels"),
        ({"image_size": 100}, "--image-size is 100"),
    ],
)
def test_senseless_options(options, message):
    with pytest.raises(UserError, match=message):
        Train(**{"out": "run", "data": ("cars:x",), **options}).config()


def test_options_change_the_preset():
    found = Train("run", ("cars:x",), preset="tiny", steps=7, batch_size=3, learning_rate=0.5, seed=9).config()
    assert (found.preset, found.steps, found.batch_size, found.seed) == ("tiny", 7, 3, 9)
    assert found.optimiser.learning_rate == 0.5
    larger = Train("run", ("cars:x",), image_size=128).config()
    assert (larger.model.image_size, augment_config(larger).image_size) == (128, 128)


def test_first_weights_bring_their_network(tmp_path):
    tiny = configs.preset("tiny")
    theirs = dataclasses.replace(tiny, model=dataclasses.replace(tiny.model, image_size=96))
    settings = {"config": to_plain(theirs), "classes": ["car"], "data": [], "options": {}}
    run = str(create_run(tmp_path / "run", "render4cnn", settings).path)
    begun = Train("out", ("cars:x",), init=run, steps=3).config()
    assert (begun.preset, begun.model, begun.steps) == ("tiny", theirs.model, 3)
    assert Train("out", ("cars:x",), init=run, image_size=128).config().model.image_size == 128
    assert Train("out", ("cars:x",), init=run, preset="small").config().model == configs.preset("small").model


def test_epochs_replace_the_steps_of_a_preset():
    found = Train("run", ("cars:x",), preset="paper", epochs=2.0).config()
    assert (found.steps, found.epochs) == (0, 2.0)


def test_unknown_preset_by_name():
    with pytest.raises(UserError, match="unknown preset 'huge'; expected one of tiny, small, base, paper"):
        configs.preset("huge")


def test_truncations_are_checked_at_once_and_reach_the_augmentation(tmp_path):
    path = tmp_path / "shifts.csv"
    path.write_text("left,top,right,bottom\n0.1,0,0,0\n")
    config = Train("run", ("renders",), preset="paper", truncations=str(path)).config()
    assert augment_config(config).truncations == str(path) and augment_config(config).plain == 0.2
    with pytest.raises(UserError, match="there is no file of truncations"):
        Train("run", ("renders",), truncations=str(tmp_path / "none.csv")).config()


def test_limit_holds_for_photographs_alone():
    plan = Train("run", ("renders", "cars:x"), weight=(3.0, 1.0), max_real=50)._plan()
    assert [(item.spec, item.weight, item.limit) for item in plan.data] == [
        ("renders", 3.0, None),
        ("cars:x", 1.0, 50),
    ]


def test_train_evaluate_resume(small_presets, run_vantage, cars, tmp_path):
    run, result, metrics = tmp_path / "run", tmp_path / "result.json", tmp_path / "train.json"
    train = ("train", "render4cnn", "--out", run)
    status, _, err = run_vantage(*train, "--data", cars, "--max-real", 12, "--steps", 2, "--json", metrics)
    assert status == 0, err
    assert json.loads(metrics.read_text())["step"] == 2
    assert json.loads((run / "config.json").read_text())["data"][0]["limit"] == 12
    status, _, err = run_vantage("evaluate", "render4cnn", "--run", run, "--data", cars, "--json", result)
    assert status == 0, err
    assert json.loads(result.read_text())["per_class"]["car"]["count"] == 8
    status, _, err = run_vantage(*train, "--data", cars, "--steps", 2)
    assert status == 2
    assert "--resume" in err
    status, _, err = run_vantage(*train, "--resume", "--steps", 5)
    assert status == 2
    assert "--steps differs from the run's (2)" in err
    status, _, err = run_vantage(*train, "--resume", "--image-size", 64)
    assert status == 2 and "--image-size differs from the run's (" in err
    (tmp_path / "shifts.csv").write_text("left,top,right,bottom\n0.1,0,0,0\n")
    status, _, err = run_vantage(*train, "--resume", "--truncations", tmp_path / "shifts.csv")
    assert (status, "--truncations differs from the run's (None)" in err) == (2, True), err
    status, _, err = run_vantage(*train, "--resume", "--data", cars, "--max-real", 12, "--steps", 2)
    assert status == 0, err


def mistakes(cars, tmp_path):
    """Command lines that a user may write by mistake, and what the answer must hold."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").touch()
    train, evaluate = ("train", "render4cnn"), ("evaluate", "render4cnn", "--data", cars)
    out = ("--out", str(tmp_path / "new"))
    return [
        ((*train, *out), "no --data was given"),
        ((*train, "--data", cars), "--out"),
        ((*train, *out, "--data", "boats:x"), "unknown kind of data 'boats'"),
        ((*train, *out, "--data", "cars:/nowhere"), "/nowhere does not exist"),
        ((*train, *out, "--data", str(tmp_path / "empty")), "empty"),
        ((*train, *out, "--data", cars, "--preset", "huge"), "huge"),
        ((*train, *out, "--data", cars, "--init", "nothing"), "run folder nothing does not exist"),
        (
            (*train, *out, "--data", cars, "--seed", "99999999999"),
            "expected a whole number from 0 to 2147483647",
        ),
        ((*train, *out, "--data", cars, "--preset", "paper", "--image-size", "64"), "expected 96 or more with alexnet"),
        ((*train, *out, "--data", cars, "--augment", "truncations=nothing.csv"), "nothing.csv"),
        ((*train, *out, "--data", cars, "--backgrounds", str(tmp_path / "empty")), "empty"),
        ((*train, "--data", cars, "--out", str(tmp_path / "file")), "is a file"),
        ((*train, *out, "--resume"), "does not exist"),
        ((*train, "--out", str(tmp_path / "empty"), "--resume"), "no config.json"),
        ((*evaluate, "--run", "nothing"), "run folder nothing does not exist"),
        ((*evaluate, "--split", "test", "--run", str(tmp_path / "empty")), "no config.json"),
    ]


def test_mistakes_are_one_line_and_leave_nothing(cars, tmp_path, run_vantage):
    for args, message in mistakes(cars, tmp_path):
        status, _, err = run_vantage(*args)
        assert status == 2, args
        last = err.strip().splitlines()[-1]
        assert last.startswith("vantage: error: "), err
        assert message in last, last
        assert not (tmp_path / "new" / "checkpoints").exists()
        assert not (tmp_path / "new" / "config.json").exists(), args


def test_help_is_light(root):
    heavy = "('numpy', 'keras', 'tensorflow', 'PIL')"
    code = f"import sys, render4cnn.commands; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_what_is_wrong_is_told_before_anything_slow_is_loaded(root, tmp_path):
    Image.new("RGB", (9, 9)).save(tmp_path / "a.png")
    (tmp_path / "boxes.csv").write_text("file,x0,y0,x1,y1,category\na.png,0,0,9,9,spoon\n")
    here = ["predict", "render4cnn", str(tmp_path / "a.png"), "--out", str(tmp_path / "out.jsonl")]
    calls = [
        ["predict", "render4cnn", str(tmp_path / "none.jpg"), "--out", str(tmp_path / "out")],
        [*here, "--category", "spoon"],
        [*here, "--boxes", str(tmp_path / "boxes.csv")],
        [*here, "--run", str(tmp_path / "run")],
        [*here, "--resume", "--out", "-"],
        ["evaluate", "render4cnn", "--data", "cars:none", "--run", str(tmp_path / "run")],
        ["export-model", "render4cnn", str(tmp_path / "export"), "--to", "onnx", "--run", str(tmp_path / "run")],
    ]
    code = (
        "import sys; from vantage.cli import main\n"
        f"print([main(call) for call in {calls}], {{'keras', 'grain', 'jax', 'tensorflow'}} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == f"{[2] * len(calls)} set()", done.stderr
    for words in (
        "no such file",
        "unknown category 'spoon'",
        "of class 'spoon'; expected",
        "run does not exist",
        "--out -",
    ):
        assert words in done.stderr


SMALL = """
import sys
from render4cnn import config
from tests.render4cnn.micro import config as micro
config.PRESETS = dict.fromkeys(config.PRESETS, micro)
from vantage.cli import main
sys.exit(main())
"""


@pytest.mark.parametrize(
    ("begun", "words"),
    [
        (False, "no run was begun, the same command starts it"),
        (
            True,
            "the run is kept as its last checkpoint has it; continue with: vantage train",
        ),
    ],
)
def test_a_stop_before_the_first_step_says_how_to_go_on(tmp_path, monkeypatch, begun, words):
    out = tmp_path / "run"
    if begun:
        out.mkdir()
        (out / "config.json").write_text("{}")

    def stopped(self):
        raise KeyboardInterrupt

    monkeypatch.setattr(Train, "_start", stopped)
    with pytest.raises(KeyboardInterrupt) as caught:
        Train(str(out), data=("cars:x",)).run()
    assert str(caught.value).startswith(words)
    assert str(caught.value).endswith(f" --out {out} --resume") is begun


def test_interrupt_from_the_keyboard(cars, tmp_path, root):
    out = tmp_path / "run"
    args = ["train", "render4cnn", "--data", cars, "--out", str(out), "--steps", "100000"]
    child = subprocess.Popen([sys.executable, "-c", SMALL, *args], cwd=root, stderr=subprocess.PIPE, text=True)
    try:
        wait_for_file(out / "metrics.jsonl", child)
        os.kill(child.pid, signal.SIGINT)
        _, err = child.communicate(timeout=60)
    finally:
        child.kill()
    assert child.returncode == 130
    assert f"continue with: vantage train render4cnn --out {out} --resume" in err
    assert (out / "checkpoints" / "last.npz").exists()


def wait_for_file(path, child, seconds=120):
    end = time.monotonic() + seconds
    while not path.exists() or not path.stat().st_size:
        assert child.poll() is None, child.stderr.read()
        assert time.monotonic() < end
        time.sleep(0.1)


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ("noise", "NAME=VALUE"),
        ("nois=0.1", "did you mean noise"),
        ("noise=much", "a number for noise"),
        ("noise=-1", "at least 0"),
        ("noise=nan", "at least 0"),
        ("flip=7", "0 to 1 for flip"),
        ("jpeg-quality=97", "0 to 95 for jpeg_quality"),
        ("distortion=0.5", "0 to 0.07 for distortion"),
        ("keep_aspect=2", "true or false"),
        ("image_size=64", "there is no"),
    ],
)
def test_wrong_augmentations(option, said):
    with pytest.raises(UserError, match=said):
        augmentation([option])


def test_augmentations_by_name():
    found = augmentation(["noise=0.1", "keep-aspect=true", "jpeg-quality=50", "background=plain"])
    assert found == {"noise": 0.1, "keep_aspect": True, "jpeg_quality": 50, "background": "plain"}
