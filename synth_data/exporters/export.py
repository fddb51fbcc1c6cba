"""From the options of ``vantage export`` to a finished folder: check, write beside it, rename, tell."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

from synth_data.exporters.views import Source
from vantage.choices import nearest
from vantage.console import console, progress
from vantage.errors import UserError
from vantage.records.reader import open_records, read_manifest
from vantage.staging import refuse_occupied, staged

FORMATS = {
    "transforms": "synth_data.exporters.transforms:write_transforms",
    "colmap": "synth_data.exporters.colmap:write_colmap",
    "coco": "synth_data.exporters.coco:write_coco",
    "bop": "synth_data.exporters.bop:write_bop",
    "folder": "synth_data.exporters.folder:write_folder",
}
"""Format -> ``function(source, folder) -> facts`` that writes into an empty folder."""

BACKGROUNDS = {"white": (255, 255, 255), "black": (0, 0, 0), "none": None}
DEFAULT_BACKGROUND = {"transforms": "none", "folder": "none", "colmap": "white", "coco": "white", "bop": "black"}
"""What the readers of a format expect."""


def export_dataset(
    dataset: Path, out: Path, to: str, split: str = "train", background: str = "", limit: int | None = None
) -> dict[str, Any]:
    """Write a set in another format, tell what was done and return the summary.

    Args:
        dataset: folder of the set.
        out: folder to write; new or empty.
        to: one of `FORMATS`.
        split: which of the set.
        background: see `parse_background`; what the format's readers expect without it.
        limit: the first so many views only.

    Raises:
        UserError: an option that makes no sense, or an ``out`` that is not empty.
        DataError: a data set that cannot be read, or views that the format cannot hold.
    """
    if limit is not None and limit < 1:
        raise UserError(f"--limit is {limit}", "at least 1")
    colour = parse_background(background or DEFAULT_BACKGROUND[to])
    if colour is None and to == "bop":
        raise UserError("--to bop needs a background: its images have three channels", "--background white or black")
    refuse_occupied(out)
    records = open_records(dataset, split)
    count = min(len(records), limit or len(records))
    with progress(count, f"exporting to {to}", "images") as bar, staged(out) as folder:
        source = Source(records, count, colour, read_manifest(dataset), bar.advance)
        facts = writer_of(to)(source, folder)
    result = {"folder": out, "format": to, "split": split, "images": count, **facts}
    _tell(result)
    return result


def parse_background(text: str) -> tuple[int, int, int] | None:
    """Return RGB of 0 to 255, or None for ``none``.

    Raises:
        UserError: neither a name nor three such numbers.
    """
    if text in BACKGROUNDS:
        return BACKGROUNDS[text]
    words = text.split(",")
    if len(words) == 3 and all(word.strip().isdecimal() and int(word) <= 255 for word in words):
        return tuple(int(word) for word in words)
    raise UserError(
        f"--background is {text!r}{nearest(text, BACKGROUNDS)}",
        "white, black, none, or three numbers from 0 to 255 such as 90,90,90",
    )


def writer_of(name: str) -> Any:
    """Return the function that writes format ``name``."""
    module, _, function = FORMATS[name].partition(":")
    return getattr(importlib.import_module(module), function)


def _tell(result: dict[str, Any]) -> None:
    """Say what was written, and what was left out."""
    text = f"{result['folder']}: {result['images']} images of split {result['split']} as {result['format']}"
    scenes = result.get("scenes", 1)
    if scenes > 1:
        text += f", {scenes} scenes (listed in {Path(result['folder']) / 'scenes.json'})"
    console.print(text, markup=False, soft_wrap=True)
    for note in result.get("notes", ()):
        console.print(f"  {note}", markup=False, soft_wrap=True)
