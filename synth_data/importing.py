"""Importing a CAD folder in a worker process with limits: every file becomes a prepared model or a named reason."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from synth_data.cad import CadFile, Skipped
from synth_data.pool import Handler, Limits, Pool
from vantage.console import progress, write_json
from vantage.termination import kept_words, stop_says

LIMITS = Limits(seconds=60.0, memory=6 * 2**30, recycle_after=500, attempts=1)
"""What one import may use: a minute, and 6 GiB of address space."""

VERSIONS = ("bpy", "numpy", "pillow", "trimesh", "vantage")
"""Packages that an imported model depends on."""

_CODE = (
    "cad/*.py",
    "blender/cad_reader.py",
    "develop.py",
    "measured_symmetry.py",
    "models.py",
    "normals.py",
    "palettes.py",
)
"""What imports files here; it may change while Vantage's version does not."""


@dataclass(frozen=True)
class Note:
    """Something that a file lacks and that it is used without, such as a texture."""

    file: str
    note: str


def import_folder(
    files: Sequence[CadFile], folder: Path, limits: Limits | None = None, workers: int = 1
) -> tuple[dict[str, Path], list[Skipped]]:
    """Import ``files`` and store what came of them in ``folder``.

    Files that are there already, by their content and axes, imported by the same code and packages, are not imported
    again. Without ``limits``, `LIMITS` hold.

    Returns:
        model id -> its stored model, and the files that could not be imported.
    """
    stored = {file.name: folder / f"{_key(file)}.npz" for file in files}
    missing = [file for file in files if not stored[file.name].exists()]
    reasons: dict[str, str] = {}
    if missing:
        folder.mkdir(parents=True, exist_ok=True)
        pool = Pool(_make_importer, (), min(workers, len(missing)), limits or LIMITS)
        with (
            stop_says(lambda: kept_words(_imported(stored.values()), len(files), "imported CAD files")),
            progress(len(missing), "importing CAD files", "files") as bar,
        ):
            for outcome in pool.run([(file, stored[file.name]) for file in missing]):
                bar.advance()
                reason = str(outcome.error) if outcome.error else outcome.failure
                if reason:
                    reasons[outcome.payload[0].name] = reason
    skipped = [Skipped(name, reasons[name]) for name in sorted(reasons)]
    return {name: path for name, path in stored.items() if name not in reasons}, skipped


def _imported(paths: Iterable[Path]) -> int:
    return sum(path.exists() for path in paths)


def read_notes(prepared: Mapping[str, Path]) -> list[Note]:
    """Return what was noted when the models that `import_folder` gave were imported, now or earlier."""
    notes = []
    for name, path in sorted(prepared.items()):
        place = _notes_path(path)
        if place.exists():
            notes += [Note(name, text) for text in json.loads(place.read_text(encoding="utf-8"))]
    return notes


def _notes_path(stored: Path) -> Path:
    return stored.with_suffix(".notes.json")


def _key(file: CadFile) -> str:
    """Return a name for what the import of a file depends on."""
    words = (file.name, file.category, file.sha256, file.up, file.front, _importer())
    return hashlib.sha256("\n".join(words).encode()).hexdigest()[:24]


@cache
def _importer() -> str:
    """Return the versions of the packages that import, and a checksum of the code here that does."""
    places = sorted(path for pattern in _CODE for path in Path(__file__).parent.glob(pattern))
    code = hashlib.sha256(b"".join(path.read_bytes() for path in places)).hexdigest()
    return " ".join((*(f"{name} {version(name)}" for name in VERSIONS), code))


def _make_importer() -> Handler:
    """Return the worker's function (trimesh and Blender are imported in the worker alone)."""
    from synth_data.cad.building import import_noted
    from synth_data.models import save_model

    def work(payload: tuple[CadFile, Path], tell: Callable[[int], None]) -> Any:
        file, target = payload
        model, notes = import_noted(file)
        if notes:
            write_json(_notes_path(target), notes)
        save_model(target, model)
        tell(1)

    return work
