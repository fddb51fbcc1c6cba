"""What the annotation files of a folder say, read once and kept, since a release has tens of thousands of them.

The index of a folder is a JSON file in the user's cache (``VANTAGE_CACHE``, else ``$XDG_CACHE_HOME/vantage``, else
``~/.cache/vantage``). Each entry has its file's size and time; files that differ are read anew.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from vantage.benchmarks.annotations import read_annotation
from vantage.console import atomic_write, console, progress
from vantage.errors import DataError

Annotation = dict[str, Any]
Stamp = tuple[int, int]
"""Size in bytes and time of change, nanoseconds, of a file."""

VERSION = 1
"""Of the entries; another version's are made anew."""

TOLERATED = 0.01
"""Share of a release's files that may be missing or unreadable: the releases themselves have such ones."""

LONG = 1000
"""More new files than this are worth a progress bar."""

WORTH_KEEPING = 20
"""Fewer new files than this are read again the next time."""


def annotations_of(folder: Path, stems: Iterable[str]) -> dict[str, Annotation]:
    """Return stem -> annotation (see `read_annotation`) of those files ``STEM.mat`` of a folder that exist.

    Raises:
        DataError: more than a hundredth of them cannot be read.
    """
    stamps = _stamps(folder)
    wanted = [stem for stem in stems if stem in stamps]
    kept = {stem: entry for stem, entry in _load(folder).items() if stamps.get(stem) == entry[0]}
    fresh = [stem for stem in wanted if stem not in kept]
    broken: list[DataError] = []
    for stem in _shown(fresh, f"reading annotations of {folder.name}"):
        try:
            kept[stem] = stamps[stem], read_annotation(folder / f"{stem}.mat")
        except DataError as error:
            broken.append(error)
    if len(fresh) >= WORTH_KEEPING:
        _store(folder, kept)
    if broken:
        what = "annotations cannot be read"
        tolerate(folder, what, [error.found for error in broken], len(wanted), "the released files", broken[0].do)
    return {stem: kept[stem][1] for stem in wanted if stem in kept}


def tolerate(folder: Path, what: str, bad: Sequence[str], total: int, expected: str, do: str | None = None) -> None:
    """Say that a few of many files are ``bad``, and refuse a release that lacks more than a hundredth of them.

    Raises:
        DataError: more are bad than `TOLERATED`.
    """
    if not bad:
        return
    found = f"{folder}: {len(bad)} of {total} {what}, first: {bad[0]}"
    if len(bad) > TOLERATED * total:
        raise DataError(found, expected, do)
    console.print(f"left out: {found}", markup=False, soft_wrap=True)


def cache_folder() -> Path:
    """Return the user's folder of what can be made anew."""
    if given := os.environ.get("VANTAGE_CACHE"):
        return Path(given)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser()) / "vantage"


def _stamps(folder: Path) -> dict[str, Stamp]:
    """Return stem -> stamp of the annotation files of a folder."""
    with os.scandir(folder) as entries:
        facts = {entry.name: entry.stat() for entry in entries if entry.name.endswith(".mat") and entry.is_file()}
    return {name.removesuffix(".mat"): (fact.st_size, fact.st_mtime_ns) for name, fact in facts.items()}


def _shown(stems: Sequence[str], description: str) -> Iterator[str]:
    """Yield stems, with a progress bar where there are many."""
    if len(stems) <= LONG:
        yield from stems
        return
    with progress(len(stems), description, "files") as bar:
        for stem in stems:
            yield stem
            bar.advance()


def _place(folder: Path) -> Path:
    """Return the file of a folder's index."""
    digest = hashlib.sha256(os.fsencode(folder.resolve())).hexdigest()[:24]
    return cache_folder() / f"annotations-{digest}.json"


def _load(folder: Path) -> dict[str, tuple[Stamp, Annotation]]:
    """Return the stored entries; none where there are none of this version, or the file is damaged."""
    try:
        content = json.loads(_place(folder).read_text(encoding="utf-8"))
        if content["version"] != VERSION or content["folder"] != str(folder.resolve()):
            return {}
        return {stem: ((int(size), int(time)), dict(entry)) for stem, (size, time, entry) in content["files"].items()}
    except (OSError, RuntimeError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def _store(folder: Path, entries: dict[str, tuple[Stamp, Annotation]]) -> None:
    """Keep the entries, where the user's cache can be written."""
    files = {stem: (*stamp, entry) for stem, (stamp, entry) in entries.items()}
    try:
        with atomic_write(_place(folder), "w") as file:
            json.dump({"version": VERSION, "folder": str(folder.resolve()), "files": files}, file)
    except (OSError, RuntimeError) as error:
        console.print(f"the index of {folder} is not kept ({error})", markup=False, soft_wrap=True)
