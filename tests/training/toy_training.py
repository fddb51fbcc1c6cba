"""A training that takes milliseconds: a dense layer with dropout, and a stream with a position."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np

from vantage.training.determinism import seed_everything
from vantage.training.loop import LoopOptions, TrainingLoop
from vantage.training.metrics_log import read_metrics
from vantage.training.run_folder import RunFolder, create_run

TIMES = ("steps_per_second", "images_per_second", "input_wait", "seconds")
OPTIONS = LoopOptions(12, 4.0, 8, log_every=2, validate_every=5, checkpoint_every=3, checkpoint_seconds=1e9)


def toy_model() -> keras.Model:
    """Two dense layers with dropout between, compiled."""
    seed_everything(3)
    image = keras.Input((4,), name="x")
    x = keras.layers.Dense(8, activation="relu", name="first")(image)
    x = keras.layers.Dropout(0.5, name="drop")(x)
    model = keras.Model(image, keras.layers.Dense(1, name="last")(x), name="toy")
    model.compile(optimizer=keras.optimizers.AdamW(0.01), loss="mse")
    return model


class ToyStream:
    """Batches that depend on their number alone; calls ``at[n]`` before batch n."""

    def __init__(self, at=None):
        self.number, self.at = 0, at or {}

    def __next__(self):
        self.at.get(self.number, lambda: None)()
        rng = np.random.default_rng([5, self.number])
        self.number += 1
        x = rng.normal(size=(8, 4)).astype("float32")
        return x, x.sum(axis=1, keepdims=True)

    def get_state(self):
        return {"number": self.number}

    def set_state(self, state):
        self.number = state["number"]


def validation(model: keras.Model):
    """Return the mean error on fixed inputs."""
    x = np.linspace(-1, 1, 32, dtype="float32").reshape(8, 4)
    return lambda: {"val_error": float(np.abs(np.asarray(model.predict_on_batch(x)) - x.sum(1, keepdims=True)).mean())}


def new_run(folder: Path) -> RunFolder:
    """Make a run folder."""
    return create_run(folder, "toy", {"preset": "toy"})


def loop(run: RunFolder, stream=None, options: LoopOptions = OPTIONS) -> TrainingLoop:
    """Build the training of a run, from the start."""
    model = toy_model()
    options = LoopOptions(**{**vars(options), "monitor": "val_error"})
    return TrainingLoop(run, model, stream or ToyStream(), options, validation(model))


def rows_without_times(run: RunFolder) -> list[dict]:
    """Return the metrics, less what depends on the machine's speed."""
    return [{k: v for k, v in row.items() if k not in TIMES} for row in read_metrics(run.metrics)]
