"""Loading libraries that talk while they are imported, without their words among ours."""

from __future__ import annotations

import importlib
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import IO


def load_quietly(*names: str) -> None:
    """Import modules and keep what they write to standard error to themselves, unless the import fails.

    TensorFlow writes about processors and graphics cards, and grain about profilers, before a log level can be set.
    ``VANTAGE_DEBUG=1`` in the environment lets them talk.

    Raises:
        ImportError: a module is missing or broken; what was written is shown then.
    """
    if os.environ.get("VANTAGE_DEBUG"):
        _load(names)
        return
    with withheld():
        _load(names)


def _load(names: tuple[str, ...]) -> None:
    for name in names:
        importlib.import_module(name)


@contextmanager
def withheld() -> Iterator[None]:
    """Keep what any library writes to file descriptor 2 inside the block, and show it where the block fails."""
    sys.stderr.flush()
    kept = os.dup(2)
    with tempfile.TemporaryFile() as words, ExitStack() as failed:
        failed.callback(_show, words)
        os.dup2(words.fileno(), 2)
        try:
            yield
            failed.pop_all()
        finally:
            sys.stderr.flush()
            os.dup2(kept, 2)
            os.close(kept)


def _show(words: IO[bytes]) -> None:
    """Write what was kept to standard error."""
    words.seek(0)
    os.write(2, words.read())
