"""Short names of sources, for the keys of metrics: renders after their folder, photographs after their reader."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from itertools import count
from pathlib import Path

from vantage.benchmarks import is_photographs

LONGEST = 40
"""Letters of a name at most."""


def source_names(specs: Sequence[str]) -> list[str]:
    """Return a name of ASCII letters, digits and underscores for each source, no two alike.

    ``cars:DIR`` is ``cars``, ``/sets/My renders`` is ``My_renders``; where two would be alike, the later one is
    ``cars_2``.
    """
    names: list[str] = []
    for spec in specs:
        plain = source_name(spec)
        numbered = (f"{plain}_{number}" if number > 1 else plain for number in count(1))
        names.append(next(name for name in numbered if name not in names))
    return names


def source_name(spec: str) -> str:
    """Return the name of one source; ``renders`` for a folder whose name has no letter of these."""
    name = spec.partition(":")[0] if is_photographs(spec) else Path(os.path.normpath(Path.cwd() / spec)).name
    return re.sub(r"[^0-9A-Za-z]+", "_", name).strip("_")[:LONGEST].rstrip("_") or "renders"
