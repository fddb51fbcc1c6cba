"""Readers of public real-data sets, all returning views; `open_views` opens any set by a short text."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from vantage.choices import nearest
from vantage.errors import DataError
from vantage.records.reader import open_records
from vantage.records.sources import RecordViews, ViewSource


def open_views(spec: str, split: str = "train") -> ViewSource:
    """Open the views of one split.

    Args:
        spec: such as ``cars:DIR`` or ``csv:FILE`` (`READERS`), or the folder of a rendered data set.
        split: such as ``train`` or ``val``.

    Raises:
        DataError: for an unknown prefix (listing the known ones), or what the reader of that kind finds wrong.
    """
    prefix, colon, rest = str(spec).partition(":")
    if not colon or Path(spec).exists():
        return RecordViews(open_records(spec, split))
    if prefix not in READERS:
        known = ", ".join(f"{name}:{'FILE' if name == 'csv' else 'DIR'}" for name in READERS if name != "pseudo")
        found = f"unknown kind of data {prefix!r}{nearest(prefix, READERS)} in {spec!r}"
        raise DataError(found, f"{known}, or a folder of renders")
    return READERS[prefix](str(Path(rest).expanduser()) if rest.startswith("~") else rest, split)


def _cars(folder: str, split: str) -> ViewSource:
    from vantage.benchmarks.cars import open_cars

    return open_cars(folder, split)


def _csv(text: str, split: str) -> ViewSource:
    from vantage.benchmarks.table import open_table

    return open_table(text, split)


def _pascal3d(text: str, split: str) -> ViewSource:
    from vantage.benchmarks.pascal3d import open_pascal3d

    return open_pascal3d(text, split)


def _objectnet3d(text: str, split: str) -> ViewSource:
    from vantage.benchmarks.objectnet3d import open_objectnet3d

    return open_objectnet3d(text, split)


def _pseudo(path: str, split: str) -> ViewSource:
    from vantage.benchmarks.pseudo import open_pseudo

    return open_pseudo(path, split, open_views)


READERS: dict[str, Callable[[str, str], ViewSource]] = {
    "cars": _cars,
    "pascal3d": _pascal3d,
    "objectnet3d": _objectnet3d,
    "csv": _csv,
    "pseudo": _pseudo,
}
"""Readers by prefix."""


def is_photographs(spec: str) -> bool:
    """Whether a text names photographs, and not the folder of a rendered set."""
    return spec.partition(":")[0] in READERS and ":" in spec and not Path(spec).exists()


def is_labelled_photographs(spec: str) -> bool:
    """Whether a text names photographs whose viewpoints people told, and not a network."""
    return is_photographs(spec) and not is_pseudo(spec)


def is_pseudo(spec: str) -> bool:
    """Whether a text names a file of pseudo-labels."""
    return spec.startswith("pseudo:")
