"""SIGTERM, which schedulers send, ends a command as Ctrl-C does: at once, tidily, and saying how to go on."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn


class Terminated(KeyboardInterrupt):
    """SIGTERM came. What cleans up after Ctrl-C cleans up after it; only the exit status differs (143)."""


@contextmanager
def stop_says(tell: Callable[[], str]) -> Iterator[None]:
    """Let Ctrl-C or SIGTERM in the block carry what ``tell`` returns; words from further in stay."""
    try:
        yield
    except KeyboardInterrupt as stop:
        if stop.args:
            raise
        raise type(stop)(tell()) from stop


def kept_words(done: int, total: int, items: str) -> str:
    """Return what a command says that was stopped and that goes on when it is given again."""
    return f"{done} of {total} {items} are kept, the same command goes on from there"


def _raise(number: int, frame: FrameType | None) -> NoReturn:
    raise Terminated


@contextmanager
def termination_raises() -> Iterator[None]:
    """Raise `Terminated` in the block when SIGTERM comes; outside the main thread nothing changes."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, _raise)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
