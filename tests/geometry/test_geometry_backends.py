"""The same functions on tensors of every Keras backend that is installed; and no Keras where none is needed."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from vantage.geometry import namespace

ROOT = Path(__file__).resolve().parents[2]


def python(*arguments: str, **environment: str) -> subprocess.CompletedProcess:
    settings = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "", **environment}
    return subprocess.run([sys.executable, *arguments], cwd=ROOT, env=settings, capture_output=True, text=True)


@pytest.mark.parametrize("backend", ["tensorflow", "jax", "torch"])
def test_tensors_give_what_numpy_gives(backend):
    if importlib.util.find_spec(backend) is None:
        pytest.skip(f"{backend} is not installed")
    done = python("-m", "tests.geometry.backend_check", KERAS_BACKEND=backend, JAX_PLATFORMS="cpu")
    assert done.returncode == 0, done.stderr[-3000:]


def test_numpy_alone_imports_no_keras():
    code = (
        "import sys, numpy as np\n"
        "from vantage.geometry import *\n"
        "from vantage.metrics.viewpoint import viewpoint_summary\n"
        "viewpoint_summary(np.zeros((2, 3)), np.zeros((2, 3)))\n"
        "heavy = {'keras', 'tensorflow', 'jax', 'torch', 'scipy'} & set(sys.modules)\n"
        "sys.exit(f'imported {heavy}' if heavy else 0)\n"
    )
    done = python("-c", code)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("value", [1, 2.0, np.float32(1), np.zeros(3), [1, 2], (1.0,), None, "text"])
def test_what_is_no_tensor_belongs_to_numpy(value):
    assert namespace(value) is np
    assert namespace(np.zeros(2), value) is np
