"""A pool of worker processes for work that may crash: recycled now and then, retried once, timed.

Workers are spawned, not forked; they do not see Ctrl-C (the parent stops them), they die with the parent, and what
native code writes to their standard output and error goes nowhere.
"""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import resource
import signal
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from typing import Any

from vantage.errors import VantageError

Handler = Callable[[Any, Callable[[int], None]], Any]
"""Does one task: (payload, tell how many more items are done) -> result."""


_ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
"""A worker is one core's work. The helper threads of NumPy's linear algebra spin for a while after each call, and the
next worker needs the core that they take."""


@dataclass(frozen=True)
class Limits:
    """What a worker may use.

    Attributes:
        seconds: for one task, or since it last told of an item; None: no limit.
        memory: bytes of address space; None: no limit.
        recycle_after: items after which a worker makes room for a new one.
        attempts: times that a task is tried when its worker dies.
    """

    seconds: float | None = None
    memory: int | None = None
    recycle_after: int = 10**9
    attempts: int = 2


@dataclass(frozen=True)
class Outcome:
    """What became of one task: its result; or an error of the user's; or the reason why it failed."""

    payload: Any
    result: Any = None
    error: VantageError | None = None
    failure: str = ""


GIVE_UP = 3
"""Tasks that may fail before the rest is no longer tried: what ails so many ails all."""


def rest_done(outcomes: Iterable[Outcome], failed: Callable[[Outcome], VantageError]) -> Iterator[Outcome]:
    """Yield what was done; raise ``failed(outcome)`` of the first failure when the rest is done or `GIVE_UP` failed.

    A user's error, such as a full disk, is raised at once.
    """
    failures = []
    for outcome in outcomes:
        if outcome.error:
            raise outcome.error
        if not outcome.failure:
            yield outcome
            continue
        failures.append(outcome)
        if len(failures) >= GIVE_UP:
            break
    if failures:
        raise failed(failures[0])


@dataclass
class _Worker:
    """One process and its task."""

    process: Any
    connection: Connection
    payload: Any = None
    busy: bool = False
    deadline: float = float("inf")
    items: int = 0
    ready: bool = False


@dataclass
class Pool:
    """Runs tasks in processes.

    Args:
        make_handler: called in each worker with ``arguments``; returns its `Handler`. Both are pickled.
        arguments: for it.
        count: of workers.
        limits: see there.
    """

    make_handler: Callable[..., Handler]
    arguments: tuple = ()
    count: int = 1
    limits: Limits = field(default_factory=Limits)

    def run(self, payloads: Iterable[Any], on_items: Callable[[int], None] = lambda n: None) -> Iterator[Outcome]:
        """Do all tasks and yield their outcomes as they come; ``on_items`` is told of progress.

        The workers are stopped when the iterator is closed, or an exception passes through it.
        """
        waiting = deque((payload, 1) for payload in payloads)
        workers: list[_Worker] = []
        tries: dict[int, int] = {}
        try:
            while waiting or any(worker.busy for worker in workers):
                self._hand_out(workers, waiting, tries)
                for worker in self._heard(workers):
                    yield from self._listen(worker, workers, waiting, tries, on_items)
        finally:
            for worker in workers:
                _stop(worker)

    def _hand_out(self, workers: list[_Worker], waiting: deque, tries: dict[int, int]) -> None:
        """Give every idle worker a task, starting workers while there is need."""
        for worker in [worker for worker in workers if not worker.busy and worker.items >= self.limits.recycle_after]:
            workers.remove(worker)
            _stop(worker)
        while waiting:
            worker = next((worker for worker in workers if not worker.busy), None)
            if worker is None:
                if len(workers) >= self.count:
                    return
                worker = self._started()
                workers.append(worker)
            payload, attempt = waiting.popleft()
            worker.payload, worker.busy = payload, True
            tries[id(worker)] = attempt
            worker.deadline = float("inf") if not worker.ready else self._deadline()
            _send(worker, payload)

    def _started(self) -> _Worker:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        arguments = (theirs, os.getpid(), self.limits.memory, self.make_handler, self.arguments)
        process = context.Process(target=_work, args=arguments, daemon=True)
        with _environment(_ONE_THREAD):
            process.start()
        theirs.close()
        return _Worker(process, ours)

    def _deadline(self) -> float:
        return float("inf") if self.limits.seconds is None else time.monotonic() + self.limits.seconds

    def _heard(self, workers: list[_Worker]) -> list[_Worker]:
        """Wait until some worker has something to say, has ended, or has run out of time."""
        busy = [worker for worker in workers if worker.busy]
        left = max(0.0, min(worker.deadline for worker in busy) - time.monotonic())
        handles = {id(handle): w for w in busy for handle in (w.connection, w.process.sentinel)}
        known = [handle for w in busy for handle in (w.connection, w.process.sentinel)]
        heard = {id(handles[id(handle)]): handles[id(handle)] for handle in wait(known, min(left, 3600.0))}
        late = {id(w): w for w in busy if w.deadline <= time.monotonic()}
        return list({**late, **heard}.values())

    def _listen(self, worker, workers, waiting, tries, on_items) -> Iterator[Outcome]:
        """Read what a worker says; yield an outcome where its task has one."""
        message = _received(worker)
        if message is None:
            overdue = worker.process.is_alive() and worker.deadline <= time.monotonic()
            if worker.process.is_alive() and not overdue:
                return
            reason = f"it took longer than {self.limits.seconds:g} s" if overdue else _death(worker)
            workers.remove(worker)
            _stop(worker)
            attempt = tries.pop(id(worker), 1)
            if attempt < self.limits.attempts and not overdue:
                waiting.appendleft((worker.payload, attempt + 1))
            else:
                yield Outcome(worker.payload, failure=reason)
            return
        kind, value = message
        if kind == "ready":
            worker.ready, worker.deadline = True, self._deadline()
        elif kind == "items":
            worker.items += value
            worker.deadline = self._deadline()
            on_items(value)
        else:
            worker.busy, worker.deadline = False, float("inf")
            yield Outcome(worker.payload, **{kind: value})


@contextmanager
def _environment(changes: Mapping[str, str]) -> Iterator[None]:
    """Change environment variables inside the block: NumPy reads them when a process starts."""
    before = {name: os.environ.get(name) for name in changes}
    os.environ.update(changes)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _send(worker: _Worker, payload: Any) -> None:
    try:
        worker.connection.send(payload)
    except (BrokenPipeError, ConnectionResetError):
        return  # it has died; its sentinel tells


def _received(worker: _Worker) -> tuple[str, Any] | None:
    """Return the next message; None where there is none (it may have died)."""
    try:
        return worker.connection.recv() if worker.connection.poll() else None
    except (EOFError, ConnectionResetError):
        worker.process.join(5)
        return None


def _death(worker: _Worker) -> str:
    """Say how a worker died."""
    worker.process.join(5)
    code = worker.process.exitcode
    if code is not None and code < 0:
        name = signal.Signals(-code).name
        return f"its worker process was killed by {name}" + (" (out of memory?)" if name == "SIGKILL" else "")
    return f"its worker process ended with status {code}"


def _stop(worker: _Worker) -> None:
    """End a worker now."""
    worker.connection.close()
    if worker.process.is_alive():
        worker.process.kill()
    worker.process.join()
    worker.process.close()


def _work(connection: Connection, parent: int, memory: int | None, make_handler, arguments: tuple) -> None:
    """The life of a worker process."""
    _die_with(parent)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if not os.environ.get("VANTAGE_DEBUG"):
        _silence()
    if memory:
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    try:
        handler = make_handler(*arguments)
        connection.send(("ready", None))
        while True:
            payload = connection.recv()
            connection.send(done_or_reason(handler, payload, lambda n: connection.send(("items", n))))
    except (EOFError, BrokenPipeError):
        return


def done_or_reason(handler: Handler, payload: Any, tell: Callable[[int], None]) -> tuple[str, Any]:
    """Do one task and say what came of it; a process boundary, so that nothing escapes."""
    try:
        return "result", handler(payload, tell)
    except VantageError as error:
        return "error", error
    except MemoryError:
        return "failure", "it needs too much memory"
    except Exception as error:  # noqa: BLE001
        text = " ".join(str(error).split())
        return "failure", f"{type(error).__name__}: {text}"[:300]


def _die_with(parent: int) -> None:
    """Ask Linux to kill this process when its parent ends, however that happens."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)


def _silence() -> None:
    """Send standard output and error of this process, and of the libraries in it, nowhere."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    os.close(nowhere)
