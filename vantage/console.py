"""What the user sees while a command works, and how it leaves files behind: whole, or not at all.

Progress and messages go to standard error, so that standard output holds results alone.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, TextColumn, TimeRemainingColumn
from rich.text import Text

console = Console(stderr=True, highlight=False)
"""Where messages and progress go (standard error)."""

results = Console(highlight=False, width=None if sys.stdout.isatty() else 120)
"""Where results go that people read (standard output); where no terminal says how wide it is, tables have room."""

PLAIN_INTERVAL_SECONDS = 10.0
"""Seconds between two progress lines where standard error is no terminal."""

SHORTEST_SECONDS = 0.5
"""A rate is told of no shorter time, in lines."""


class _RateColumn(ProgressColumn):
    """Items per second since the start."""

    def __init__(self, unit: str):
        super().__init__()
        self.unit = unit

    def render(self, task) -> Text:
        return Text(rate_text(task.completed, task.elapsed or 0.0, self.unit), style="progress.data.speed")


class _Bar:
    """Progress on a terminal."""

    def __init__(self, bar: Progress, task: Any):
        self._bar, self._task = bar, task

    def advance(self, n: float = 1) -> None:
        """Count ``n`` more items as done."""
        self._bar.advance(self._task, n)

    def describe(self, text: str) -> None:
        """Replace the description."""
        self._bar.update(self._task, description=text)


class _Lines:
    """Progress as a line now and then, for logs."""

    def __init__(self, total: int | None, description: str, unit: str):
        self.total, self.description, self.unit = total, description, unit
        self.done, self.told, self.before = 0.0, -1.0, 0.0
        self.start = self.last = time.monotonic()

    def advance(self, n: float = 1) -> None:
        """Count ``n`` more items as done, and print a line when the last is old enough."""
        now = time.monotonic()
        if not self.done:  # what comes before the first item is done once, and says nothing of the rate
            self.start, self.before = now, n
        self.done += n
        if now - self.last >= PLAIN_INTERVAL_SECONDS:
            self.last = now
            self.line(now)

    def describe(self, text: str) -> None:
        """Replace the description."""
        self.description = text

    def line(self, now: float) -> None:
        """Print where it stands: count, rate, time left."""
        self.told = self.done
        elapsed = now - self.start
        total = "" if self.total is None else f"/{self.total}"
        text = f"{self.description}: {self.done:g}{total}"
        counted = self.done - self.before
        if counted and elapsed >= SHORTEST_SECONDS:
            text += f", {rate_text(counted, elapsed, self.unit)}"
            text += f", {_clock(elapsed * max(self.total - self.done, 0) / counted)} left" if self.total else ""
        console.print(text, markup=False, soft_wrap=True)


@contextmanager
def progress(total: int | None, description: str, unit: str = "items") -> Iterator[_Bar | _Lines]:
    """Show count, rate and time left; ``.advance(n)`` counts, ``.describe(text)`` renames.

    On a terminal it is a bar; elsewhere a line every ten seconds and one at the end.
    """
    if not console.is_terminal:
        lines = _Lines(total, description, unit)
        yield lines
        if lines.done != lines.told:
            lines.line(time.monotonic())
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), _RateColumn(unit))
    with Progress(*columns, TimeRemainingColumn(), console=console) as bar:
        yield _Bar(bar, bar.add_task(description, total=total))


@contextmanager
def atomic_write(path: str | os.PathLike, mode: str = "wb") -> Iterator[IO]:
    """Open a temporary file beside ``path`` and rename it into place when the block ends without an error.

    A reader sees the old file or the whole new one; a killed or failing writer leaves ``path`` as it was.
    Text modes write UTF-8. Missing parent folders are made.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    text = {} if "b" in mode else {"encoding": "utf-8"}
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.tmp-", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, mode, **text) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o666 & ~_umask())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)  # it is still there only where something failed


def write_json(path: str | os.PathLike | None, value: Any) -> None:
    """Write ``value`` as indented JSON, atomically; nothing is written where ``path`` is None.

    NumPy scalars and arrays, paths and tuples are taken as they are. NaN and infinity, which JSON lacks, become null.
    """
    if path is None:
        return
    with atomic_write(path, "w") as file:
        json.dump(_plain(value), file, indent=2, allow_nan=False)
        file.write("\n")


def _plain(value: Any) -> Any:
    """Turn ``value`` into what JSON has."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(item) for item in value]
    if hasattr(value, "tolist"):
        return _plain(value.tolist())
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return None
    return value


def _umask() -> int:
    """Return the process's umask (which can only be read by setting it)."""
    mask = os.umask(0)
    os.umask(mask)
    return mask


def rate_text(done: float, seconds: float, unit: str) -> str:
    """Return ``123 images/s``, ``1.2 images/s``, or the inverse where that would be next to 0: ``25 s each``."""
    if not done or not seconds:
        return f"- {unit}/s"
    rate = done / seconds
    return f"{rate:.{0 if rate >= 100 else 1}f} {unit}/s" if rate >= 0.1 else f"{1 / rate:.0f} s each"


def _clock(seconds: float) -> str:
    """Return ``m:ss`` or ``h:mm:ss``."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
