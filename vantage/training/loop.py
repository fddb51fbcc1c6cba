"""The training loop: any compiled Keras model, any stream of batches, exact resume.

It calls ``model.train_on_batch``, which is the same on TensorFlow, JAX and PyTorch. A checkpoint is taken between
steps and holds weights, optimiser, data position and running means, so that a run that was killed and resumed
computes what an uninterrupted one does.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from vantage.console import console, progress, rate_text
from vantage.errors import RunError
from vantage.training.checkpoint import load_checkpoint, save_checkpoint, save_weights
from vantage.training.interrupts import StopRequest, stop_requests
from vantage.training.metrics_log import MetricsLog
from vantage.training.run_folder import RunFolder


class BatchStream(Protocol):
    """An endless stream of ``(x, y)`` batches whose position can be kept as JSON values."""

    def __next__(self) -> tuple[Any, Any]: ...

    def get_state(self) -> Any: ...

    def set_state(self, state: Any) -> None: ...


@dataclass(frozen=True)
class LoopOptions:
    """How long to train and how often to report.

    Args:
        steps: last step.
        steps_per_epoch: steps in a pass over the data; only for the ``epoch`` of a metrics row.
        batch_size: images in a step, for the rate.
        log_every: steps between two rows of metrics.
        validate_every: steps between two validations; the last step is always validated.
        checkpoint_every: steps between two checkpoints, besides those in time; 0 for none.
        checkpoint_seconds: seconds between two checkpoints.
        monitor: validation metric whose lowest value marks the best weights.
    """

    steps: int
    steps_per_epoch: float
    batch_size: int
    log_every: int = 20
    validate_every: int = 1000
    checkpoint_every: int = 0
    checkpoint_seconds: float = 60.0
    monitor: str = "val_mean_err_deg"


@dataclass(frozen=True)
class LoopResult:
    """How a training ended.

    Args:
        step: steps done.
        interrupted: whether a signal ended it before the last step.
        validation: metrics of the last validation.
        best: lowest monitored value, None where nothing was validated.
        seconds: time of training, over all resumptions.
        signal: the one that interrupted it.
    """

    step: int
    interrupted: bool
    validation: dict[str, float]
    best: float | None
    seconds: float
    signal: int | None = None


class TrainingLoop:
    """One training of ``model`` into ``run``.

    Args:
        run: the run folder.
        model: compiled.
        stream: batches; its position is set on resume.
        options: see :class:`LoopOptions`.
        validate: returns metrics, named ``val_...``.
    """

    def __init__(
        self,
        run: RunFolder,
        model: Any,
        stream: BatchStream,
        options: LoopOptions,
        validate: Callable[[], Mapping[str, float]],
    ):
        self.run, self.model, self.stream, self.options, self.validate = run, model, stream, options, validate
        self.step, self.seconds, self.best = 0, 0.0, None
        self.sums: dict[str, float] = {}
        self.counted = 0
        self.validation: dict[str, float] = {}
        self.keep = 0

    def resume(self) -> None:
        """Continue from the last checkpoint; from the start where the run was killed before the first.

        Raises:
            RunError: the checkpoint is broken or of another model.
        """
        if not self.run.last.exists():
            return
        state = load_checkpoint(self.run.last, self.model)
        self.step, self.seconds, self.best = state["step"], state["seconds"], state["best"]
        self.sums, self.counted, self.validation = state["sums"], state["counted"], state["validation"]
        self.keep = state["metrics_bytes"]
        self.stream.set_state(state["data"])

    def fit(self) -> LoopResult:
        """Train to the last step, or until a signal asks to stop.

        Raises:
            RunError: the loss is no longer finite.
        """
        log = MetricsLog(self.run.metrics, self.run.tensorboard, self.keep)
        clock = _Clock()
        remaining = self.options.steps - self.step
        try:
            with stop_requests() as stop, progress(remaining, "training", "steps") as bar:
                while self.step < self.options.steps and not stop:
                    self._train_step(clock)
                    self._after_step(log, clock, bar, stop)
                self.seconds += clock.lap_total()
                if stop:
                    self._checkpoint(log)
        finally:
            log.close()
        interrupted = self.step < self.options.steps
        return LoopResult(self.step, interrupted, self.validation, self.best, self.seconds, stop.signal)

    def _train_step(self, clock: _Clock) -> None:
        """Fetch a batch and take one step."""
        with clock.waiting():
            x, y = next(self.stream)
        values = self.model.train_on_batch(x, y, return_dict=True)
        self.step += 1
        self.counted += 1
        for name, value in values.items():
            self.sums[name] = self.sums.get(name, 0.0) + float(value)
        if not math.isfinite(self.sums["loss"]):
            found = f"the loss is not finite at step {self.step}"
            raise RunError(found, do="start again with a lower --learning-rate")

    def _after_step(self, log: MetricsLog, clock: _Clock, bar: Any, stop: StopRequest) -> None:
        """Log, validate and save where it is time."""
        options, last = self.options, self.step == self.options.steps
        bar.advance(1)
        if self.step % options.log_every == 0 or last:
            self._log(log, clock, bar)
        due = self.step % options.validate_every == 0 or last
        if due:
            self._validate(log)
        every = options.checkpoint_every and self.step % options.checkpoint_every == 0
        if due or every or clock.since_checkpoint() > options.checkpoint_seconds:
            self.seconds += clock.lap_total()
            self._checkpoint(log)
            clock.checkpointed()

    def _log(self, log: MetricsLog, clock: _Clock, bar: Any) -> None:
        """Write the means since the last row, with rates."""
        seconds, waited, steps = clock.lap()
        means = {name: value / self.counted for name, value in self.sums.items()}
        rate = steps * self.options.batch_size / seconds
        learning_rate = float(self.model.optimizer.learning_rate)
        row = {"step": self.step, "epoch": round(self.step / self.options.steps_per_epoch, 4), **means}
        rates = {"steps_per_second": steps / seconds, "images_per_second": rate, "input_wait": waited / seconds}
        log.write({**row, "learning_rate": learning_rate, **rates, "seconds": self.seconds + clock.unsaved()})
        bar.describe(f"training: loss {means['loss']:.3f}, {rate_text(rate, 1.0, 'images')}")
        self.sums, self.counted = {}, 0

    def _validate(self, log: MetricsLog) -> None:
        """Score, and keep the weights if they are the best."""
        self.validation = {name: float(value) for name, value in self.validate().items()}
        if not self.validation:
            return
        log.write({"step": self.step, "epoch": round(self.step / self.options.steps_per_epoch, 4), **self.validation})
        shown = ", ".join(f"{name} {value:.4g}" for name, value in self.validation.items())
        console.print(f"step {self.step}: {shown}", markup=False, soft_wrap=True)
        value = self.validation.get(self.options.monitor, math.inf)
        if self.best is None or value < self.best:
            self.best = value
            save_weights(self.run.best, self.model)

    def _checkpoint(self, log: MetricsLog) -> None:
        """Save everything that a resumed run needs."""
        state = {
            "step": self.step,
            "seconds": self.seconds,
            "best": self.best,
            "sums": self.sums,
            "counted": self.counted,
            "validation": self.validation,
            "metrics_bytes": log.size,
            "data": self.stream.get_state(),
        }
        save_checkpoint(self.run.last, self.model, state)


class _Clock:
    """Where the time goes."""

    def __init__(self) -> None:
        self._mark = self._lap_start = self._saved = time.monotonic()
        self._waited, self._steps = 0.0, 0

    def waiting(self) -> _Waiting:
        """Count the block as waiting for input, and one step."""
        self._steps += 1
        return _Waiting(self)

    def add_wait(self, seconds: float) -> None:
        """Add to the time spent waiting."""
        self._waited += seconds

    def lap(self) -> tuple[float, float, int]:
        """Return seconds, seconds waited and steps since the last lap."""
        now = time.monotonic()
        result = max(now - self._lap_start, 1e-9), self._waited, self._steps
        self._lap_start, self._waited, self._steps = now, 0.0, 0
        return result

    def lap_total(self) -> float:
        """Return the seconds since the last call."""
        now = time.monotonic()
        seconds, self._mark = now - self._mark, now
        return seconds

    def unsaved(self) -> float:
        """Return the seconds since `lap_total` was called."""
        return time.monotonic() - self._mark

    def since_checkpoint(self) -> float:
        """Return the seconds since the last checkpoint."""
        return time.monotonic() - self._saved

    def checkpointed(self) -> None:
        """Note a checkpoint."""
        self._saved = time.monotonic()


class _Waiting:
    """Context manager that adds its duration to a clock."""

    def __init__(self, clock: _Clock):
        self._clock = clock

    def __enter__(self) -> None:
        self._start = time.monotonic()

    def __exit__(self, *exception: object) -> None:
        self._clock.add_wait(time.monotonic() - self._start)
