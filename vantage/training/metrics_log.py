"""metrics.jsonl and TensorBoard: what a run measured, as it goes."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from vantage.training.event_file import EventFile


class MetricsLog:
    """Appends one JSON object a line, and the same numbers as TensorBoard scalars.

    Args:
        path: metrics.jsonl.
        tensorboard: folder of the events.
        keep: bytes of an earlier metrics.jsonl that stay: a resumed run drops what came after its checkpoint.
    """

    def __init__(self, path: Path, tensorboard: Path, keep: int = 0):
        self.path = Path(path)
        self._file = open(self.path, "ab")  # noqa: SIM115 (open as long as the log is)
        self._file.truncate(keep)
        self._events = EventFile(tensorboard)

    def write(self, row: Mapping[str, Any]) -> None:
        """Append a row; it needs ``step``. Values that are not finite are left out."""
        row = {key: value for key, value in row.items() if not isinstance(value, float) or math.isfinite(value)}
        self._file.write(json.dumps(row).encode() + b"\n")
        self._file.flush()
        self._events.write(row["step"], {k: v for k, v in row.items() if k != "step" and _is_number(v)})

    @property
    def size(self) -> int:
        """Bytes of metrics.jsonl."""
        return os.fstat(self._file.fileno()).st_size

    def close(self) -> None:
        """Flush and close."""
        self._file.close()
        self._events.close()


def read_metrics(path: str | Path) -> list[dict[str, Any]]:
    """Return the rows of a metrics.jsonl; a cut last line is left out."""
    path = Path(path)
    lines = path.read_bytes().split(b"\n")[:-1] if path.is_file() else []
    return [json.loads(line) for line in lines]


def _is_number(value: Any) -> bool:
    """Whether ``value`` is an int or a float."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)
