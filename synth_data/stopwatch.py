"""Where a render worker's time goes: seconds by stage, each a lap of one watch, so that together they are all of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

STAGES = ("models", "geometry", "scene", "render", "development", "encoding")
"""Models built or read; cameras, raster and labels; what Blender is told; Cycles; the picture after it; files."""


class Stopwatch:
    """Shares time out between stages.

    Args:
        clock: seconds; another one for tests.
    """

    def __init__(self, clock: Callable[[], float] = time.perf_counter):
        self._clock = clock
        self._seconds: dict[str, float] = {}
        self._last = clock()

    def lap(self, stage: str) -> None:
        """Count the time since the last lap as ``stage``'s."""
        now = self._clock()
        self._seconds[stage] = self._seconds.get(stage, 0.0) + now - self._last
        self._last = now

    def take(self) -> dict[str, float]:
        """Return the seconds of each stage and begin anew."""
        seconds, self._seconds, self._last = self._seconds, {}, self._clock()
        return seconds


def seconds_by_stage(notes: Iterable[Mapping[str, Any]]) -> dict[str, float]:
    """Return the mean seconds of an image in each stage, of notes with ``count`` and ``stages``; {} without any."""
    timed = [note for note in notes if note.get("stages")]
    count = sum(note["count"] for note in timed)
    names = list(dict.fromkeys([*STAGES, *(name for note in timed for name in note["stages"])]))
    totals = {name: sum(note["stages"].get(name, 0.0) for note in timed) for name in names}
    return {name: round(total / count, 5) for name, total in totals.items() if total} if count else {}
