"""Studies: many public commands, some after others, that can be stopped at any moment and gone on with.

A study is a list of steps, each one ``vantage`` command and the file that it leaves behind. ``OUT/steps.json`` keeps
account of what each step was called with and how long it took; a step whose file is there is not done again. Steps run
side by side where there are several jobs, with one thread each, and what is left is told in time.
"""

from __future__ import annotations

import fcntl
import itertools
import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from vantage import console
from vantage.console import write_json
from vantage.errors import UserError
from vantage.termination import Terminated, stop_says, termination_raises
from vantage.training.interrupts import stop_requests
from vantage.training.metrics_log import read_metrics

STEPS, LOCK = "steps.json", ".lock"

SECONDS = {"render": 0.1, "train": 0.25, "adapt": 0.3, "evaluate": 0.02}
"""Of one image or training step, until this study has measured its own."""

STARTING = 12.0
"""Seconds that a command takes before its work."""

TELL_SECONDS, LOOK_SECONDS = 120.0, 0.1
"""Between two lines about what is at work; between two looks at it."""

ONE_THREAD = dict.fromkeys(
    ("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1"
)


@dataclass(frozen=True)
class Step:
    """One command of a study.

    Args:
        name: unique, such as ``no-real-image/seed0/train``.
        words: the command line after ``vantage``; the first one tells the kind of work.
        result: file that is there once the step is done.
        after: names of the steps that have to be done before.
        units: images or training steps, for the time that it will take.
        alone: it uses all cores, so that nothing runs beside it.
    """

    name: str
    words: tuple[str, ...]
    result: Path
    after: tuple[str, ...] = ()
    units: float = 0.0
    alone: bool = False

    @property
    def kind(self) -> str:
        """render, train, adapt or evaluate."""
        return self.words[0]

    @property
    def is_done(self) -> bool:
        """Whether the file is there."""
        return self.result.is_file()

    @property
    def run(self) -> Path | None:
        """The folder that a training writes to."""
        return Path(self.words[self.words.index("--out") + 1]) if self.kind in ("train", "adapt") else None

    def command(self, workers: int) -> list[str]:
        """Return what is called: the words, or what goes on with a training that has begun."""
        words = list(self.words)
        if self.kind == "train" and self.run and (self.run / "config.json").exists():
            words = [*words[:2], "--out", str(self.run), "--resume"]
        workers_words = ["--workers", str(workers)] if self.kind == "render" else []
        return [sys.executable, "-m", "vantage", *words, *workers_words]

    def units_done(self) -> float:
        """Return how much of a step that is at work is done, as far as its run tells."""
        folders = [self.run] if self.kind == "train" else sorted(self.run.glob("round-*")) if self.run else []
        rows = [read_metrics(folder / "metrics.jsonl") for folder in folders]
        return float(min(sum(row[-1]["step"] for row in rows if row), self.units))


@dataclass
class Account:
    """What the steps of a study were called with, and what they took.

    Args:
        path: steps.json.
        steps: name -> command (words), seconds so far by the clock and of processor time, units, kind, and when it
            was finished.
        held: open files that commands hold as well.
    """

    path: Path
    steps: dict[str, dict[str, Any]] = field(default_factory=dict)
    held: tuple[int, ...] = ()

    @classmethod
    def open(cls, out: Path) -> Account:
        """Read the account of a folder, or begin one.

        Raises:
            UserError: the folder holds something else.
        """
        path = out / STEPS
        if path.exists():
            return cls(path, json.loads(path.read_text(encoding="utf-8")))
        if out.is_file() or (out.is_dir() and any(item.name != LOCK for item in out.iterdir())):
            raise UserError(f"{out} holds something else", "a new folder, or one of this study", "choose another OUT")
        return cls(path)

    def check(self, steps: Sequence[Step]) -> None:
        """Refuse steps that an earlier call began with other words.

        Raises:
            UserError: naming the first one, with the words that differ.
        """
        for step in steps:
            noted = self.steps.get(step.name)
            if noted and noted["words"] != list(step.words):
                had, has = set(noted["words"]), set(step.words)
                differ = " ".join(word for word in step.words if word not in had) or "less"
                found = f"{step.name} was begun with {' '.join(w for w in noted['words'] if w not in has) or 'less'}"
                raise UserError(f"{found}, now it has {differ}", "the same options", "choose another OUT, or go back")

    def begin(self, step: Step) -> None:
        """Note a step's words before its work."""
        entry = {"kind": step.kind, "units": step.units, "seconds": 0.0, "processor": 0.0, "finished": None}
        self.steps.setdefault(step.name, {"words": list(step.words), **entry})
        write_json(self.path, self.steps)

    def spent(self, step: Step, seconds: float, finished: bool, processor: float = 0.0) -> None:
        """Add the time of a step that ended, or was stopped: seconds by the clock, and of processor time."""
        entry = self.steps[step.name]
        entry["seconds"] += seconds
        entry["processor"] = entry.get("processor", 0.0) + processor
        entry["finished"] = datetime.now().astimezone().isoformat(timespec="seconds") if finished else None
        write_json(self.path, self.steps)

    def rate(self, kind: str) -> float:
        """Return the seconds of one unit of a kind of work, as measured."""
        done = [entry for entry in self.steps.values() if entry["kind"] == kind and entry["finished"]]
        units = sum(entry["units"] for entry in done)
        seconds = sum(max(entry["seconds"] - STARTING, 0.0) for entry in done)
        return seconds / units if units else SECONDS.get(kind, 0.0)

    def seconds_left(self, steps: Sequence[Step], at_work: Mapping[Step, float], jobs: int) -> float:
        """Return about how long the steps that are not done will take.

        Args:
            steps: all of them.
            at_work: seconds that each step at work has had in this call.
            jobs: how many run side by side.
        """
        total = 0.0
        for step in steps:
            if not step.is_done:
                needs = (step.units - step.units_done()) * self.rate(step.kind) + STARTING
                had = 0.0 if step.run else at_work.get(step, 0.0)
                total += max(needs - had, 0.0) / (1 if step.alone else jobs)
        return total


@contextmanager
def claimed(out: Path) -> Iterator[IO]:
    """Hold a folder against a second call, also while commands of a call that was killed are still at work in it.

    Raises:
        UserError: another call has it.
    """
    out.mkdir(parents=True, exist_ok=True)
    with open(out / LOCK, "w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UserError(f"another call is at work in {out}", do="wait until it has ended, or end it") from None
        yield file


@dataclass
class _AtWork:
    process: subprocess.Popen
    log: Path
    begun: float


@contextmanager
def opened(out: Path, steps: Sequence[Step]) -> Iterator[Account]:
    """Hold the folder of a study and give its account; Ctrl-C and SIGTERM in the block say that all is kept.

    Raises:
        UserError: the folder holds another study, or another call is at work in it.
    """
    with claimed(out) as lock, termination_raises(), stop_says(lambda: "all is kept; the same command goes on"):
        account = Account.open(out)
        account.check(steps)
        account.held = (lock.fileno(),)
        write_json(account.path, account.steps)
        yield account


def carry_out(account: Account, steps: Sequence[Step], jobs: int = 1, workers: int = 2) -> None:
    """Do the steps that are not done. Ctrl-C and SIGTERM end the commands at work tidily.

    Args:
        account: of an opened study.
        steps: in the order in which they are begun.
        jobs: how many run side by side; with several each has one thread.
        workers: processes that render.

    Raises:
        SystemExit: a command failed.
    """
    _Crew(account, steps, jobs, workers).work()


class _Crew:
    """The commands at work."""

    def __init__(self, account: Account, steps: Sequence[Step], jobs: int, workers: int):
        self.account, self.steps, self.jobs, self.workers = account, steps, jobs, workers
        self.at_work: dict[Step, _AtWork] = {}
        self.told = time.monotonic()

    def work(self) -> None:
        """Begin what can be begun and look after what is at work, until all is done."""
        with stop_requests() as stop:  # looked at between steps: a signal amid the start of a command would lose it
            try:
                while any(not step.is_done for step in self.steps) or self.at_work:
                    while not stop and (step := self._next()):
                        self._begin(step)
                    if stop:
                        raise Terminated if stop.signal == signal.SIGTERM else KeyboardInterrupt
                    assert self.at_work, "steps wait for one that is not there"
                    time.sleep(LOOK_SECONDS)
                    self._look()
            finally:
                self._stop()

    def _next(self) -> Step | None:
        """Return a step that can be begun now."""
        if len(self.at_work) >= self.jobs or any(step.alone for step in self.at_work):
            return None
        done = {step.name for step in self.steps if step.is_done and step not in self.at_work}
        for step in self.steps:
            if step.name not in done and step not in self.at_work and done.issuperset(step.after):
                return None if step.alone and self.at_work else step
        return None

    def _begin(self, step: Step) -> None:
        """Start a step, in a session of its own, so that Ctrl-C comes to it through us alone."""
        self.account.begin(step)
        log = self.account.path.parent / "logs" / f"{step.name.replace('/', '-')}.txt"
        log.parent.mkdir(exist_ok=True)
        if step.kind == "evaluate":
            step.result.parent.mkdir(parents=True, exist_ok=True)
        environment = {**os.environ, **(ONE_THREAD if self.jobs > 1 and not step.alone else {})}
        with log.open("a", encoding="utf-8") as file:
            process = subprocess.Popen(
                step.command(self.workers), stdout=file, stderr=file, stdin=subprocess.DEVNULL,
                env=environment, start_new_session=True, pass_fds=self.account.held,
            )  # fmt: skip
        self.at_work[step] = _AtWork(process, log, time.monotonic())

    def _look(self) -> None:
        """Note what has ended, and tell now and then how far the rest is."""
        for step, work in list(self.at_work.items()):
            before = _processor_seconds()
            if work.process.poll() is not None:
                self._ended(step, work, _processor_seconds() - before)
        if time.monotonic() - self.told > TELL_SECONDS:
            names = (
                f"{step.name}{f' {step.units_done():g}/{step.units:g}' if step.run else ''}" for step in self.at_work
            )
            self._tell(f"at work: {', '.join(names)}")

    def _ended(self, step: Step, work: _AtWork, processor: float) -> None:
        """Note a step that has ended; stop all where it failed."""
        seconds = time.monotonic() - work.begun
        del self.at_work[step]
        self.account.spent(step, seconds, step.is_done, processor)
        if work.process.returncode or not step.is_done:
            tail = "".join(work.log.read_text(encoding="utf-8", errors="replace").splitlines(keepends=True)[-5:])
            what = f"status {work.process.returncode}" if work.process.returncode else f"no {step.result}"
            raise SystemExit(f"{step.name} ended with {what}; see {work.log}:\n{tail}")
        self._tell(f"{step.name}: {seconds:.0f} s")

    def _tell(self, text: str) -> None:
        """Print how far it is."""
        self.told = now = time.monotonic()
        done = sum(step.is_done for step in self.steps)
        had = {step: now - work.begun for step, work in self.at_work.items()}
        minutes = self.account.seconds_left(self.steps, had, self.jobs) / 60
        left = f", about {minutes // 60:.0f} h {minutes % 60:02.0f} min left" if done < len(self.steps) else ""
        console.console.print(f"[{done} of {len(self.steps)}{left}] {text}", markup=False, soft_wrap=True)

    def _stop(self) -> None:
        """End what is still at work, and note what it took."""
        for work in self.at_work.values():
            work.process.terminate()
        for step, work in self.at_work.items():
            before = _processor_seconds()
            work.process.wait()
            spent = time.monotonic() - work.begun, step.is_done, _processor_seconds() - before
            self.account.spent(step, *spent)


def _processor_seconds() -> float:
    """Return the processor time of all commands that have ended, with their workers."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measure_input_wait(run: Path) -> float:
    """Return the mean share of training time that a run waited for its images, NaN where it tells none.

    The rows of metrics.jsonl are weighted with their time; the first, in which the network is compiled, is left out.
    """
    rows = [row for row in read_metrics(run / "metrics.jsonl") if "input_wait" in row]
    waits, times = [], []
    for before, row in itertools.pairwise(rows):
        steps = row["step"] - before["step"]
        times.append(steps / row["steps_per_second"])
        waits.append(row["input_wait"] * times[-1])
    return sum(waits) / sum(times) if times else float("nan")


@contextmanager
def mistakes_told() -> Iterator[None]:
    """End the process with one line where a user's mistake, or a stop, ends the block."""
    try:
        yield
    except UserError as error:
        raise SystemExit(f"error: {error}") from None
    except KeyboardInterrupt as stop:
        raise SystemExit(f"stopped: {stop}") from None
