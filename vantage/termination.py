"""SIGTERM, which schedulers send, ends a command as Ctrl-C does: at once, tidily, and saying how to go on."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn


class Terminated(KeyboardInterrupt):
    """SIGTERM came. What cleans up after Ctrl-C cleans up after it; only the exit status differs (143)."""


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
