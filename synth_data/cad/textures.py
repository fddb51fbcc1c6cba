"""Finding and decoding the pictures that a CAD file names, whatever machine wrote the name.

Names come with the wrong case, backslashes, the absolute path of another machine, options of an MTL file, or without
their folder. What is looked at lies beside the model, below it, or in a folder for textures next to it, and never
outside the root that the caller gives.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

import numpy as np
from PIL import EpsImagePlugin, Image

# Pillow would start Ghostscript for a picture that is PostScript, which is a program
EpsImagePlugin.gs_binary = False

PICTURES = (".png", ".jpg", ".jpeg", ".bmp", ".tga", ".tif", ".tiff", ".webp", ".gif", ".dds", ".psd")
KINDS = ("PNG", "JPEG", "MPO", "BMP", "TGA", "TIFF", "WEBP", "GIF", "DDS", "PSD")
"""Formats that are decoded, by their name in Pillow."""

MAX_PIXELS = 2**26
"""Larger pictures are not decoded: a small file may announce any size."""

MAX_TEXTURE = 1024
"""Larger textures are halved until they fit (side, px)."""

MAX_LISTED = 20_000
"""Files that are looked at in search of a name."""

_FOLDERS = ("textures", "texture", "tex", "images", "image", "maps", "materials", "media")


@dataclass
class Beside:
    """The files around a model.

    Args:
        model: the CAD file.
        root: folder that nothing found lies outside of; the model's own without it.

    Attributes:
        missing: names that were asked for and not found, in order.
    """

    model: Path
    root: Path | None = None
    missing: list[str] = field(default_factory=list)

    def find(self, name: str) -> Path | None:
        """Return the file that ``name`` means, or None (and note it)."""
        words = _words(name)
        found = self._named(words) or self._like(words)
        if found is None and name not in self.missing:
            self.missing.append(name)
        return found

    def notes(self) -> tuple[str, ...]:
        """Return what is missing, in words."""
        return tuple(f"{_kind(name)} {_shown(name)} is missing; its colour is plain" for name in self.missing)

    def _named(self, words: list[str]) -> Path | None:
        """Return the file at exactly this place, if that is inside the root."""
        if not words:
            return None
        place = Path(_flat(self.model.parent.absolute().joinpath(*words)))
        return place if place.is_relative_to(self._root) and place.is_file() else None

    def _like(self, words: list[str]) -> Path | None:
        """Return the file whose path ends most like the name; without one, a picture of the same stem."""
        wanted = [word.lower() for word in words if word != ".."]
        if not wanted:
            return None
        stem, dot, suffix = wanted[-1].rpartition(".")
        best = [path for path in self._around if path.name.lower() == wanted[-1]]
        if not best and f".{suffix}" in PICTURES:
            best = [path for path in self._around if path.suffix.lower() in PICTURES and path.stem.lower() == stem]
        if not best and dot and suffix == "mtl":
            best = [path for path in (self.model.with_suffix(".mtl"),) if path.is_file()]
        return max(best, key=lambda path: _likeness(path, wanted), default=None)

    @cached_property
    def _root(self) -> Path:
        base = self.model.parent.absolute()
        root = base if self.root is None else Path(self.root).absolute()
        return Path(_flat(root)) if base.is_relative_to(root) else base

    @cached_property
    def _around(self) -> list[Path]:
        """Files that a name may mean, nearest first."""
        base = self.model.parent.absolute()
        found = list(_below(base, 2))
        if base != self._root:
            for folder in sorted(base.parent.iterdir()):
                if folder != base and folder.is_dir() and folder.name.lower() in _FOLDERS:
                    found += _below(folder, 1)
            found += sorted(path for path in base.parent.iterdir() if path.is_file())
        return found[:MAX_LISTED]


def open_picture(content: bytes) -> Image.Image | None:
    """Return a picture, not decoded yet, from the bytes of its file; None where they are none."""
    try:
        return Image.open(io.BytesIO(content))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None


def decoded(image: Image.Image) -> np.ndarray | None:
    """Return a picture as uint8 RGBA [h, w, 4], its sides at most `MAX_TEXTURE`; None where it cannot be decoded."""
    if image.format not in (None, *KINDS) or image.width * image.height > MAX_PIXELS:
        return None
    try:
        picture = image.convert("RGBA")
    except (OSError, ValueError, SyntaxError, EOFError, IndexError, Image.DecompressionBombError):
        return None
    while max(picture.size) > MAX_TEXTURE:
        picture = picture.resize([max(1, side // 2) for side in picture.size])
    return np.asarray(picture)


def _words(name: str) -> list[str]:
    """Return the parts of a name's path, without a drive, a scheme, empty parts, or options of an MTL line."""
    text = _without_options(unquote(name).strip().strip("\"'")).replace("\\", "/").replace("\0", "")
    text = re.sub(r"^(file:/*|[A-Za-z]:)", "", text)
    return [word for word in text.split("/") if word not in ("", ".")]


def _without_options(text: str) -> str:
    """Return the file's name of an MTL line such as ``-s 1 1 1 wood.png``."""
    words = text.split()
    if not words or not words[0].startswith("-"):
        return text
    while words and re.fullmatch(r"-[A-Za-z]+|on|off|[-+.\d]+(e[-+]?\d+)?", words[0]):
        words.pop(0)
    return " ".join(words)


def _kind(name: str) -> str:
    return "the material file" if name.lower().endswith(".mtl") else "texture"


def _shown(name: str) -> str:
    return PurePosixPath("/".join(_words(name)[-2:]) or "without a name").as_posix()[:120]


def _likeness(path: Path, wanted: list[str]) -> int:
    """Return how many parts at the end of a path are as wanted."""
    parts = [part.lower() for part in path.parts]
    count = 0
    while count < min(len(parts), len(wanted)) and parts[-1 - count] == wanted[-1 - count]:
        count += 1
    return count


def _flat(path: Path) -> str:
    """Return a path without ``..``, as text only: links stay what they are."""
    parts: list[str] = []
    for part in path.parts:
        if part == "..":
            parts = parts[:-1] if len(parts) > 1 else parts
        else:
            parts.append(part)
    return str(Path(*parts))


def _below(folder: Path, depth: int) -> Iterator[Path]:
    """Yield the files of a folder, then those of the folders in it."""
    try:
        items = sorted(folder.iterdir())
    except OSError:
        return
    yield from (item for item in items if item.is_file())
    if depth:
        for item in items:
            if item.is_dir() and not item.name.startswith("."):
                yield from _below(item, depth - 1)
