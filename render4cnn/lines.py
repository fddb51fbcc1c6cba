"""Predictions as JSON lines: a file that appears whole, or goes on after an interruption; or standard output."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from vantage.errors import UserError

PART, JOURNAL = ".part", ".journal"
"""Endings of what an interrupted call leaves: the lines so far; its request, and what it passed over."""

_BEFORE = "drawn_before"
"""Key of the journal's notes of what is drawn."""

Start = tuple[str, int | None]
"""File and frame."""


@dataclass
class Lines:
    """Where lines go.

    Args:
        file: open for UTF-8 text.
        journal: for what is passed over; None for standard output.
        start: file and frame to go on from; None for the first.
        skipped: what an earlier call passed over.
        kept: lines of an earlier call that stay.
        drawn: JSON files that an earlier call wrote beside pictures, relative to the folder.
    """

    file: IO[str]
    journal: IO[str] | None = None
    start: Start | None = None
    skipped: list[dict[str, str]] = field(default_factory=list)
    kept: int = 0
    drawn: list[str] = field(default_factory=list)

    def write(self, entries: Sequence[Mapping[str, Any]]) -> None:
        """Write one line each."""
        for entry in entries:
            self.file.write(json.dumps(entry, allow_nan=False, separators=(",", ":")) + "\n")

    def skip(self, entry: dict[str, str]) -> None:
        """Remember an image that was passed over."""
        if entry not in self.skipped[-1000:]:  # what an earlier call met last is met again
            self.skipped.append(entry)
            if self.journal is not None:
                self.journal.write(json.dumps(entry) + "\n")

    def note_drawn(self, before: Start, names: Sequence[str]) -> None:
        """Remember that pictures are drawn of all before a photograph or frame, and of some of it."""
        if self.journal is not None:
            self.journal.write(json.dumps({_BEFORE: before, "names": names}) + "\n")

    def flush(self) -> None:
        """Hand over what was written."""
        self.file.flush()
        if self.journal is not None:
            self.journal.flush()


@contextmanager
def open_lines(
    path: Path | None, request: Mapping[str, Any], resume: bool = False, draws: bool = False
) -> Iterator[Lines]:
    """Open the file of predictions; it gets its name when the block ends without an error.

    Until then lines are in ``NAME.part``, which stays where the block is interrupted.

    Args:
        path: the file; None writes to standard output.
        request: plain values that decide the lines; to go on they must be the same.
        resume: go on where an interrupted call stopped, if there was one.
        draws: go on where its pictures end, which come later than its lines.

    Raises:
        UserError: the interrupted call was another request.
    """
    if path is None:
        yield Lines(sys.stdout)
        sys.stdout.flush()
        return
    part, journal = path.with_name(path.name + PART), path.with_name(path.name + JOURNAL)
    path.parent.mkdir(parents=True, exist_ok=True)
    before = _go_on(part, journal, request, draws) if resume and part.is_file() else {}
    mode = "a" if before else "w"
    with open(part, mode, encoding="utf-8") as file, open(journal, mode, encoding="utf-8") as notes:
        if not before:
            notes.write(json.dumps(request) + "\n")
        lines = Lines(file, notes, **before)
        with ExitStack() as failed:
            failed.callback(_leave, lines, part, journal)
            yield lines
            lines.flush()
            os.fsync(file.fileno())
            failed.pop_all()
    part.replace(path)
    journal.unlink()


def _leave(lines: Lines, part: Path, journal: Path) -> None:
    """Keep what there is for another call, if there is anything."""
    with suppress(OSError):  # a full disk may be what ended it
        lines.flush()
    if not part.stat().st_size:
        part.unlink()
        journal.unlink()


def _go_on(part: Path, journal: Path, request: Mapping[str, Any], draws: bool) -> dict[str, Any]:
    """Cut off the lines of the last photograph, which may not be all, or of those that are not drawn.

    Returns:
        ``start``, ``skipped``, ``kept`` and ``drawn`` of `Lines`; nothing where there is nothing to go on with.
    """
    notes = _notes(journal)
    if not notes:
        return {}
    for name, value in json.loads(json.dumps(dict(request))).items():
        if notes[0].get(name) != value:
            found = f"--resume with another {name.replace('_', ' ')} than the call that left {part}"
            raise UserError(found, "the same options", "give them again, or leave --resume out to start anew")
    marks = [note for note in notes[1:] if _BEFORE in note]
    if draws and not marks:
        return {}
    start, offset, kept = _last(part, tuple(marks[-1][_BEFORE]) if draws else None)
    if start is None:
        return {}
    os.truncate(part, offset)
    drawn = list(dict.fromkeys(name for mark in marks for name in mark["names"]))
    return {
        "start": start,
        "skipped": [note for note in notes[1:] if _BEFORE not in note],
        "kept": kept,
        "drawn": drawn,
    }


def _notes(journal: Path) -> list[dict[str, Any]]:
    """Return the whole lines of a journal; none where it is missing or was cut short."""
    if not journal.is_file():
        return []
    found = []
    for line in journal.read_text(encoding="utf-8").splitlines():
        with suppress(ValueError):
            found.append(json.loads(line))
    return found


def _last(part: Path, until: Start | None = None) -> tuple[Start | None, int, int]:
    """Return the last photograph or frame of which there is a whole line, where its first begins, and how many before.

    Args:
        part: the lines.
        until: take this one as the last, if it is among them.
    """
    start, offset, kept, at, count = None, 0, 0, 0, 0
    with open(part, "rb") as file:
        for line in file:
            try:
                entry = json.loads(line)
                here = entry["file"], entry["frame"]
            except (ValueError, KeyError, TypeError):
                break
            if here != start:
                start, offset, kept = here, at, count
            if here == until:
                break
            at, count = at + len(line), count + 1
    return start, offset, kept
