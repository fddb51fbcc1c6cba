"""Two steps of training, saving, loading and scoring on every backend that is installed."""

import importlib.util
import json
import os
import subprocess
import sys

import pytest

TWO_STEPS = """
import json, sys
import keras
from render4cnn import evaluate, train
from render4cnn.data import DataSpec
from render4cnn.train import TrainingPlan
from tests.render4cnn.micro import config
from vantage.benchmarks import open_views
out, spec = sys.argv[1:]
result = train.start(out, config(steps=2), TrainingPlan((DataSpec(spec),)))
again = train.resume(out)
assert again.validation == result.validation, (again, result)
trained = evaluate.load_trained(out)
summary = evaluate.evaluate(trained, open_views(spec, "val"), spec, "val").summary
print(json.dumps({"backend": keras.backend.backend(), "step": result.step, "count": summary["overall"]["count"]}))
"""


@pytest.fixture(scope="module")
def cars(tmp_path_factory):
    from tests.toy_cars import write_toy_cars

    return f"cars:{write_toy_cars(tmp_path_factory.mktemp('data') / 'cars')}"


@pytest.mark.parametrize("backend", ["tensorflow", "jax", "torch"])
def test_two_steps(backend, cars, tmp_path, root):
    if importlib.util.find_spec(backend) is None:
        pytest.skip(f"{backend} is not installed")
    env = {**os.environ, "KERAS_BACKEND": backend, "JAX_PLATFORMS": "cpu", "TF_CPP_MIN_LOG_LEVEL": "3"}
    command = [sys.executable, "-c", TWO_STEPS, str(tmp_path / "run"), cars]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, env=env, timeout=280)
    assert done.returncode == 0, done.stderr[-3000:]
    assert json.loads(done.stdout.splitlines()[-1]) == {"backend": backend, "step": 2, "count": 8}
