"""Which image files a command was given, and a place for what it writes about each that overwrites nothing."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from vantage.errors import UserError
from vantage.records import photos

SUFFIXES = frozenset((*photos.SUFFIXES, ".jpe", ".jfif", ".pnm", ".dib", ".tga", ".avif", ".heic", ".heif"))
"""In a folder, files with these endings are images, also of kinds that will be refused by name; others are passed over.
A file that is given itself is always tried."""

PICTURE_SUFFIX = ".viewpoint.png"
"""Ending of the pictures that predictions write; in a folder they are passed over."""


@dataclass(frozen=True)
class ImageFile:
    """One input.

    Args:
        path: where it is.
        place: folder and stem, relative, for what is written about it; no two files of a list share it.
        named: it was given itself, and did not come with a folder.
    """

    path: Path
    place: PurePosixPath
    named: bool


def find_images(inputs: Sequence[Path], out: Path | None = None) -> tuple[list[ImageFile], list[Path]]:
    """Return the images in ``inputs``, files or folders with all below them, in a fixed order; and what is missing.

    Args:
        inputs: as the user gave them.
        out: folder that will be written to; images inside it are results of an earlier call and are passed over.

    Returns:
        The files, each once, and the inputs that do not exist.

    Raises:
        UserError: a folder that cannot be listed.
    """
    taken = {"predictions"}  # predictions.json is the list of all
    files: dict[str, ImageFile] = {}
    missing = [path for path in inputs if not path.exists()]
    for given in inputs:
        for path, place in _expand(given, out) if given not in missing else ():
            absolute = os.path.abspath(path)  # noqa: PTH100  (a link counts as the file that it names, a loop as one too)
            if absolute not in files:
                files[absolute] = ImageFile(path, _claim(place, taken), given == path)
    return list(files.values()), missing


def _expand(given: Path, out: Path | None) -> Iterator[tuple[Path, PurePosixPath]]:
    """Yield the images of one input with the place each would like."""
    if not given.is_dir():
        yield given, PurePosixPath(given.stem or given.name)
        return
    top = given.resolve().name
    for path in _walk(given, out):
        yield path, PurePosixPath(top, path.relative_to(given).with_suffix("").as_posix())


def _walk(folder: Path, out: Path | None) -> Iterator[Path]:
    """Yield image files below ``folder``, sorted, without hidden ones, links to folders, and our own results."""

    def fail(error: OSError) -> None:
        raise UserError(f"the folder {error.filename} cannot be read ({error.strerror})")

    results = out.resolve() if out is not None and out.resolve() != folder.resolve() else None
    for current, folders, names in os.walk(folder, onerror=fail):
        folders[:] = sorted(
            name for name in folders if not name.startswith(".") and Path(current, name).resolve() != results
        )
        yield from (Path(current, name) for name in sorted(names) if _is_image(name))


def _is_image(name: str) -> bool:
    """Tell by its name whether a file in a folder is an image and not one that we drew."""
    return not name.startswith(".") and not name.endswith(PICTURE_SUFFIX) and Path(name).suffix.lower() in SUFFIXES


def _claim(place: PurePosixPath, taken: set[str]) -> PurePosixPath:
    """Return ``place``, or the first of ``place-2``, ``place-3`` ... not in ``taken`` (in lower case), and take it."""
    candidate, number = place, 1
    while str(candidate).lower() in taken:
        number += 1
        candidate = place.with_name(f"{place.name}-{number}")
    taken.add(str(candidate).lower())
    return candidate
