"""CAD folders: which files they hold, what category each is, and which are near-duplicates of each other."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from synth_data.cad.axes import DEFAULT_AXES, axes_of
from synth_data.cad.layouts import place_of, texture_root
from vantage.choices import unknown_words
from vantage.errors import MeshError, UserError
from vantage.records.writer import file_sha256

FORMATS = tuple(DEFAULT_AXES)
"""File formats that are read (in any case of letters)."""

_OTHERS = "blend 3ds 3mf abc x3d wrl step stp iges max"
OTHER_MESHES = tuple(f".{name}" for name in _OTHERS.split())
"""Formats that hold models but are not read; they are named as skipped. A ``.blend`` file may run scripts."""


@dataclass(frozen=True)
class CadFile:
    """One file to import.

    Attributes:
        path: where it is.
        name: its path in the CAD folder with forward slashes; unique, and the model's id.
        category: class name.
        group: models of one group are near-duplicates and never stand on both sides of a split.
        sha256: of the file.
        licence: as the folder's manifest states it, or "".
        up, front: the axes of the file.
        root: the folder that its textures may lie in; None: its own and what is below.
    """

    path: Path
    name: str
    category: str
    group: str
    sha256: str
    licence: str
    up: str
    front: str
    root: Path | None = None


@dataclass(frozen=True)
class Skipped:
    """A file that is left out, and why."""

    file: str
    reason: str


def list_cad(
    folder: Path, categories: Sequence[str] = (), up: str | None = None, front: str | None = None
) -> tuple[list[CadFile], list[Skipped]]:
    """Find the models below ``folder``, whose layout is one of `synth_data.cad.layouts`.

    Args:
        folder: or one file, whose category is the only one of ``categories``, or what its place tells.
        categories: keep only these; all without any.
        up, front: axes of every file, instead of the layout's or the format's.

    Returns:
        the files in the order of their names, and those that need not even be opened to be left out.

    Raises:
        UserError: no such folder, no model in it, unknown category, axes that are not perpendicular.
    """
    if folder.is_file():
        return _lone(folder, categories, up, front)
    if not folder.is_dir():
        found = f"{folder} is neither file nor folder" if folder.exists() else f"there is no CAD folder {folder}"
        raise UserError(found, "a folder with one sub-folder for each category, or one CAD file")
    found = sorted((path.relative_to(folder).as_posix(), path) for path in _walk(folder))
    known = sorted({_category(name, folder) for name, path in found if _is_model(path)})
    others = sorted({suffix for _, path in found if (suffix := path.suffix.lower()) in OTHER_MESHES})
    _require_known(folder, known, categories, others)
    wanted = [(name, path) for name, path in found if not categories or _category(name, folder) in categories]
    facts = _manifest(folder)
    files, skipped = [], []
    for name, path in wanted:
        reason = _unfit(path)
        if reason:
            skipped.append(Skipped(name, reason))
        elif _is_model(path):
            files.append(_file(name, path, folder, facts.get(name, {}), up, front))
    return files, skipped


def _lone(
    path: Path, categories: Sequence[str], up: str | None, front: str | None
) -> tuple[list[CadFile], list[Skipped]]:
    """Return the one file ``path``."""
    if len(categories) > 1:
        raise UserError(f"--cad {path} is one file, of {len(categories)} categories", "one name after --categories")
    if not _is_model(path):
        raise UserError(f"--cad {path} is no CAD file that is read", f"a file in {', '.join(FORMATS)}, or a folder")
    reason = _unfit(path)
    file = None if reason else _file(path.name, path, path.absolute().parent, {}, up, front)
    if file is None:
        return [], [Skipped(path.name, reason)]
    return [replace(file, category=(*categories, file.category)[0], root=texture_root(path))], []


def _walk(folder: Path) -> Iterator[Path]:
    """Yield all files below a folder; linked folders are followed, but each real folder once."""
    seen = set()
    for root, folders, names in os.walk(folder, followlinks=True):
        real = os.path.realpath(root)
        if real in seen:
            folders.clear()
            continue
        seen.add(real)
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(root, name) for name in names if not name.startswith("."))


def _is_model(path: Path) -> bool:
    return path.suffix.lower() in FORMATS


def _unfit(path: Path) -> str | None:
    """Return why a file cannot be imported, as far as can be told from outside; None for one worth trying."""
    suffix = path.suffix.lower()
    if suffix in OTHER_MESHES:
        return f"{suffix} files are not read; export it as one of {', '.join(FORMATS)}"
    if suffix not in FORMATS:
        return None
    if not path.exists():
        return "a link to a file that is not there" if path.is_symlink() else "the file is gone"
    if not path.is_file():
        return "not a regular file"
    if not os.access(path, os.R_OK):
        return "no permission to read it"
    return "the file is empty" if path.stat().st_size == 0 else None


def _category(name: str, folder: Path) -> str:
    return place_of(name, folder).category


def _require_known(folder: Path, known: Sequence[str], categories: Sequence[str], others: Sequence[str]) -> None:
    if not known:
        only = f" but {', '.join(others)} files, which are not read" if others else ""
        raise UserError(f"{folder} holds no model{only}", f"files in {', '.join(FORMATS)}", "check --cad")
    if unknown := unknown_words(categories, known):
        raise UserError(f"{folder} has no category {unknown}", f"one of {', '.join(known)}")


def _file(name: str, path: Path, folder: Path, facts: dict[str, Any], up: str | None, front: str | None) -> CadFile:
    """Return what is known of a file from outside."""
    place = place_of(name, folder)
    axes = place.axes or axes_of(path)
    up, front = up or axes[0], front or axes[1]
    if up[1] == front[1]:
        raise UserError(f"up {up} and front {front} of {name}", "two different axes", "give both --up and --front")
    sha256 = file_sha256(path)
    group = str(facts.get("shape_group") or place.group or sha256)
    licence = str(facts.get("licence") or facts.get("license") or place.licence)
    return CadFile(path, name, place.category, group, sha256, licence, up, front, folder)


def _manifest(folder: Path) -> dict[str, dict[str, Any]]:
    """Return the entries of the folder's ``manifest.json`` by file; nothing where there is none that makes sense."""
    try:
        entries = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    entries = entries.get("models") if isinstance(entries, dict) else entries
    entries = [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []
    return {name: entry for entry in entries if isinstance(name := entry.get("file"), str)}


def cad_file(path: str | Path, category: str = "object", up: str | None = None, front: str | None = None) -> CadFile:
    """Return a lone file as a `CadFile`, with the axes of its format.

    Raises:
        MeshError: a format that is not read.
    """
    path = Path(path)
    if not _is_model(path):
        raise MeshError(f"{path.name} is no CAD file that can be read", f"one of {', '.join(FORMATS)}")
    axes = axes_of(path)
    return CadFile(path, path.name, category, path.name, "", "", up or axes[0], front or axes[1], texture_root(path))
