"""Stop when asked, at a good moment."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType

from vantage.termination import Terminated


class StopRequest:
    """Set once a signal came."""

    def __init__(self) -> None:
        self.signal: int | None = None

    def __bool__(self) -> bool:
        return self.signal is not None

    def handle(self, number: int, frame: FrameType | None) -> None:
        """Note the first signal; a second one stops at once."""
        if self.signal is not None:
            raise Terminated if number == signal.SIGTERM else KeyboardInterrupt
        self.signal = number
        with suppress(OSError):  # a stream could be in the middle of a line of its own, and the step takes long
            os.write(2, _NOTED)


_NOTED = b"\nvantage: stopping after this step, all will be saved; a second signal stops at once\n"


@contextmanager
def stop_requests(signals: tuple[int, ...] = (signal.SIGINT, signal.SIGTERM)) -> Iterator[StopRequest]:
    """Turn interrupt and termination into a request that the block looks at between steps.

    Outside the main thread, where Python takes no handlers, the request is simply never set.
    """
    request = StopRequest()
    if threading.current_thread() is not threading.main_thread():
        yield request
        return
    before = {number: signal.signal(number, request.handle) for number in signals}
    try:
        yield request
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
