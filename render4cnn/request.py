"""A call of ``vantage predict render4cnn``, and what is wrong with it; nothing here needs the network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from render4cnn.inputs import Inputs, match_boxes
from render4cnn.lines import PART
from render4cnn.pictures import Renderer
from vantage.choices import nearest
from vantage.errors import DataError, UserError
from vantage.image_files import find_images
from vantage.records.detections import Box, Detection
from vantage.records.video import is_video, load_av

FEW = 24
"""So many photographs are drawn where nobody says whether to draw; more only where asked."""

SUMMARY = "predictions.json"
"""In a folder of results: the weights, what was left out, and every object that was drawn."""

LINE_ENDINGS = (".jsonl", ".ndjson")

OTHER_ENDINGS = (".json", ".csv", ".tsv", ".txt", ".jpg", ".jpeg", ".png", ".mp4")
"""Of files that are not written: a folder of such a name was not meant."""


@dataclass(frozen=True)
class Request:
    """One call of the command.

    Args:
        inputs: image files, folders and videos.
        out: folder for the results; a file where it ends in .jsonl; ``-`` for standard output.
        category: class of all objects, or None for each box's own, else the network's choice.
        box: of the object in every image, x0, y0, x1, y1 px.
        render: draws CAD models, or None for pictures without them.
        boxes: detections, or None where no file of boxes was given.
        boxes_file: where they come from.
        problems: boxes that are none, as text.
        every: of a video, each so many-th frame.
        draw: draw pictures; None decides by their number.
        probabilities: write every bin into the lines.
        resume: go on where an interrupted call stopped.
    """

    inputs: Sequence[Path]
    out: Path
    category: str | None = None
    box: Box | None = None
    render: Renderer | None = None
    boxes: Sequence[Detection] | None = None
    boxes_file: Path | None = None
    problems: Sequence[str] = ()
    every: int = 1
    draw: bool | None = None
    probabilities: bool = False
    resume: bool = False

    @property
    def folder(self) -> Path | None:
        """The folder for results; None where there is one file of lines or none."""
        return None if str(self.out) == "-" or self.out.suffix.lower() in LINE_ENDINGS else self.out

    @property
    def lines(self) -> Path | None:
        """The file of lines; None for standard output."""
        return None if str(self.out) == "-" else self.folder / "predictions.jsonl" if self.folder else self.out

    @property
    def finished(self) -> bool:
        """Whether it is to go on with what was not interrupted."""
        if not self.resume or self.lines is None or self.lines.with_name(self.lines.name + PART).exists():
            return False
        return self.lines.is_file() and (self.folder is None or (self.folder / SUMMARY).is_file())

    def check(self, classes: Sequence[str] | None = None) -> None:
        """Refuse what cannot be done before anything slow begins.

        Raises:
            UserError: ``out`` is in the way, nothing is there to predict, or options that do not fit together.
            DataError: a class of the boxes that is not among ``classes``.
        """
        if self.folder is not None and self.out.exists() and not self.out.is_dir():
            raise UserError(f"--out {self.out} is a file", "a folder, or a file that ends in .jsonl", "choose another")
        if self.folder is None and self.lines is not None and self.out.is_dir():
            raise UserError(f"--out {self.out} is a folder", "a file, since it ends in .jsonl", "choose another --out")
        if self.folder is not None and self.out.suffix.lower() in OTHER_ENDINGS and not self.out.is_dir():
            found = f"--out {self.out} would be a folder of that name"
            raise UserError(found, "a folder, or a file that ends in .jsonl", "choose another --out")
        if self.every < 1:
            raise UserError(f"--every is {self.every}", "1 or more")
        if self.box is not None and self.boxes is not None:
            raise UserError("both --box and --boxes were given", "one of them")
        if self.draw and self.folder is None:
            raise UserError(f"--draw yes with --out {self.out}", "a folder as --out, for the pictures")
        if self.resume and self.lines is None:
            raise UserError("--resume with --out -", "a file or a folder as --out")
        if not self.found[0]:
            missing = self.found[1]
            names = ", ".join(map(str, missing or self.inputs))
            found = f"{names}: no such file or folder" if missing else f"no image in {names}"
            raise UserError(found, "image files, or folders that hold some", "check the path")
        self._check_classes(classes)
        if any(is_video(file.path) for file in self.found[0]):
            load_av()

    def _check_classes(self, classes: Sequence[str] | None) -> None:
        """Refuse boxes of classes that the weights do not know."""
        if classes is None or self.category is not None:
            return
        unknown = sorted({one.category for one in self.boxes or ()} - {"", *classes})
        if unknown:
            named = (f"{name!r}{nearest(name, classes)}" for name in unknown[:10])
            found = f"{self.boxes_file} has boxes of class {', '.join(named)}"
            found += f" and {len(unknown) - 10} more" if len(unknown) > 10 else ""
            expected = f"one of {', '.join(classes)}, which the weights know"
            raise DataError(found, expected, "leave these boxes out, or give --category")

    @cached_property
    def found(self) -> tuple[list, list[Path]]:
        """The image files, and the inputs that do not exist."""
        return find_images(self.inputs, self.folder)

    @cached_property
    def objects(self) -> tuple[Inputs, list[tuple[str, str]]]:
        """What to predict; and names in the boxes' file for which there is no image, with the reason."""
        files, _ = self.found
        if self.boxes is None:
            return Inputs(files, self.category, self.box, None, self.every), []
        folders = [path if path.is_dir() else path.parent for path in self.inputs]
        folders += [self.boxes_file.parent] if self.boxes_file else []
        matched, told = match_boxes(self.boxes, files, [*dict.fromkeys(folders), Path()])
        return Inputs(files, self.category, None, matched, self.every), told

    def drawn(self) -> bool:
        """Whether to draw."""
        if self.draw is not None or self.folder is None:
            return bool(self.draw)
        count = len(self.boxes) if self.boxes is not None else len(self.found[0])
        return count <= FEW and not any(is_video(file.path) for file in self.found[0])


def parse_box(text: str) -> Box:
    """Read ``x0,y0,x1,y1``.

    Raises:
        UserError: not four numbers, or no area.
    """
    try:
        x0, y0, x1, y1 = (float(part) for part in text.split(","))
    except ValueError:
        raise UserError(f"--box {text!r}", "four numbers x0,y0,x1,y1 in pixels") from None
    if not (np.isfinite([x0, y0, x1, y1]).all() and x0 < x1 and y0 < y1):
        raise UserError(f"--box {text!r} has no area", "x0 < x1 and y0 < y1, in pixels")
    return x0, y0, x1, y1
