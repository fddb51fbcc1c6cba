"""CAD folders: which files they hold, what category each is, and which are near-duplicates of each other.

The first folder level names the category; files that lie directly in the folder take its own name.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vantage.errors import UserError
from vantage.records.writer import file_sha256

FORMATS = (".glb", ".gltf", ".obj", ".ply", ".stl", ".off")
"""File formats that are read (in any case of letters)."""

_OTHERS = "blend fbx dae 3ds 3mf usd usda usdc usdz abc x3d wrl step stp iges max"
OTHER_MESHES = tuple(f".{name}" for name in _OTHERS.split())
"""Formats that hold models but are not read; they are named as skipped. A ``.blend`` file may run scripts."""

AXES = ("+x", "-x", "+y", "-y", "+z", "-z")

_Y_UP, _Z_UP = ("+y", "+z"), ("+z", "-y")
DEFAULT_AXES = {".glb": _Y_UP, ".gltf": _Y_UP, ".obj": _Y_UP, ".ply": _Z_UP, ".stl": _Z_UP, ".off": _Z_UP}
"""Format -> (up, front) of its files where the user says nothing."""


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
    """

    path: Path
    name: str
    category: str
    group: str
    sha256: str
    licence: str
    up: str
    front: str


@dataclass(frozen=True)
class Skipped:
    """A file that is left out, and why."""

    file: str
    reason: str


def parse_axis(text: str, option: str) -> str:
    """Return ``+y`` for ``y`` or ``+Y``; a minus may also be written behind (``y-``), where a shell option forbids it.

    Raises:
        UserError: naming ``option``.
    """
    axis = text.strip().lower()
    axis = axis[1:] + axis[:1] if axis[1:] in ("+", "-") else axis
    axis = axis if axis[:1] in ("+", "-") else f"+{axis}"
    axis = axis[::-1] if axis[-1:] in ("+", "-") else axis
    if axis not in AXES:
        raise UserError(f"{option} is {text!r}", f"one of {', '.join(AXES)}", f"write {option}=-y")
    return axis


def list_cad(
    folder: Path, categories: Sequence[str] = (), up: str | None = None, front: str | None = None
) -> tuple[list[CadFile], list[Skipped]]:
    """Find the models below ``folder``.

    Args:
        folder: see the module's words.
        categories: keep only these; all without any.
        up, front: axes of every file, instead of the format's.

    Returns:
        the files in the order of their names, and those that need not even be opened to be left out.

    Raises:
        UserError: no such folder, no model in it, unknown category, axes that are not perpendicular.
    """
    if not folder.is_dir():
        found = f"--cad {folder} is a file" if folder.exists() else f"there is no CAD folder {folder}"
        raise UserError(found, "a folder with one sub-folder for each category")
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
    first, slash, _ = name.partition("/")
    return first if slash else folder.resolve().name


def _require_known(folder: Path, known: Sequence[str], categories: Sequence[str], others: Sequence[str]) -> None:
    if not known:
        only = f" but {', '.join(others)} files, which are not read" if others else ""
        raise UserError(f"{folder} holds no model{only}", f"files in {', '.join(FORMATS)}", "check --cad")
    unknown = [name for name in categories if name not in known]
    if unknown:
        raise UserError(f"{folder} has no category {', '.join(unknown)}", f"one of {', '.join(known)}")


def _file(name: str, path: Path, folder: Path, facts: dict[str, Any], up: str | None, front: str | None) -> CadFile:
    """Return what is known of a file from outside."""
    axes = DEFAULT_AXES[path.suffix.lower()]
    up, front = up or axes[0], front or axes[1]
    if up[1] == front[1]:
        raise UserError(f"up {up} and front {front} of {name}", "two different axes", "give both --up and --front")
    sha256 = file_sha256(path)
    group = str(facts.get("shape_group") or sha256)
    licence = str(facts.get("licence") or facts.get("license") or "")
    return CadFile(path, name, _category(name, folder), group, sha256, licence, up, front)


def _manifest(folder: Path) -> dict[str, dict[str, Any]]:
    """Return the entries of the folder's ``manifest.json`` by file; nothing where there is none that makes sense."""
    try:
        entries = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    entries = entries.get("models", []) if isinstance(entries, dict) else entries
    return {entry["file"]: entry for entry in entries if isinstance(entry, dict) and "file" in entry}
