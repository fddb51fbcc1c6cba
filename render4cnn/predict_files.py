"""``vantage predict render4cnn``: photographs, folders and videos in; JSON lines out, and pictures where wanted."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from render4cnn.crops import clamped
from render4cnn.inputs import Inputs, Picture, match_boxes
from render4cnn.lines import PART, Lines, open_lines
from render4cnn.pictures import Drawer, Drawing, Renderer, shown
from render4cnn.predict import Predictor
from render4cnn.streaming import Done, predict_stream
from vantage.console import console, progress, write_json
from vantage.errors import DataError, ImageError, UserError
from vantage.image_files import find_images
from vantage.records.detections import Box, Detection
from vantage.records.video import is_video, load_av
from vantage.termination import stop_says
from vantage.training.run_folder import config_digest

FEW = 24
"""So many photographs are drawn where nobody says whether to draw; more only where asked."""

TOLD = 50
"""Problems told on the terminal one by one where predictions.json has them all."""

HINT = "an image is taken as a crop around one object; --box x0,y0,x1,y1 or --boxes FILE cuts objects out"

LINE_ENDINGS = (".jsonl", ".ndjson")


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
            found = f"{self.boxes_file} has boxes of class {', '.join(map(repr, unknown[:10]))}"
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

    def identity(self, predictor: Predictor) -> dict[str, Any]:
        """Return plain values that decide the lines: a call with the same ones may go on with another's."""
        names = "\n".join(str(file.path) for file in self.found[0])
        boxes = repr(self.boxes) if self.boxes is not None else None
        return {
            "run": _digest(repr(predictor.source) + config_digest(predictor.trained.run.config)),
            "list_of_images": _digest(names),
            "boxes": _digest(boxes) if boxes else None,
            "category": self.category,
            "box": list(self.box) if self.box else None,
            "every": self.every,
            "flip": predictor.flip,
            "probabilities": self.probabilities,
        }


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()


@dataclass
class Tally:
    """What was done."""

    count: int = 0
    images: int = 0
    first: list[dict[str, Any]] = field(default_factory=list)

    def add(self, entries: Sequence[dict[str, Any]], most: int) -> None:
        """Count, and keep the first ``most`` entries and one more."""
        self.count += len(entries)
        self.images += bool(entries)
        self.first += entries[: max(0, most + 1 - len(self.first))]


def predict_files(request: Request, predictor: Predictor) -> int:
    """Predict every object; write its line, and its picture and own JSON where pictures are drawn.

    Returns:
        2 where anything was left out: an image that is missing or cannot be read, a box that is none; otherwise 0.

    Raises:
        UserError: see ``Request.check``; or no image can be read.
    """
    request.check(predictor.classes)
    inputs, unmatched = request.objects
    drawer = Drawer(request.folder, request.render) if request.drawn() else None
    tally = Tally()
    with open_lines(request.lines, request.identity(predictor), request.resume) as lines:
        for skip in _skips_before(request, unmatched):
            lines.skip(skip)
        with stop_says(lambda: _left(request, tally)):
            _predict(request, predictor, inputs, lines, drawer, tally)
        if drawer:
            drawer.finish()
        skipped = lines.skipped
    if request.folder:
        _summarise(request, predictor, drawer, skipped, tally)
    return _conclude(request, tally, skipped)


def _left(request: Request, tally: Tally) -> str:
    """Return what is said where it is stopped."""
    if request.lines is None or not tally.count:
        return "nothing was written" if request.lines else f"{tally.count} predictions were written"
    return f"{tally.count} predictions of this call are kept in {request.lines}{PART}, the same with --resume goes on"


def _predict(
    request: Request, predictor: Predictor, inputs: Inputs, lines: Lines, drawer: Drawer | None, tally: Tally
) -> None:
    """Run through all objects."""
    with progress(inputs.total(), "predicting", "images") if lines.journal else nullcontext() as bar:
        for done in predict_stream(predictor, inputs.jobs(lines.start), shown if drawer else None):
            picture: Picture = done.job.tag
            entries = []
            for number, result in enumerate(done.results):
                if isinstance(result, ImageError):
                    lines.skip(_skip(str(picture.file.path), str(result), picture.frame))
                    continue
                entry = _entry(picture, done, number)
                entries.append({**entry, **result.as_json(request.probabilities)})
                if drawer:
                    drawer.add(Drawing(picture, picture.first + number, done.kept, entry, result))
            if done.error is not None and not picture.first:
                lines.skip(_skip(str(picture.file.path), str(done.error), picture.frame))
            lines.write(entries)
            tally.add(entries, 20)
            lines.flush()
            if bar and not picture.first:
                bar.advance(1)
        for file, reason in inputs.problems:
            lines.skip(_skip(str(file.path), reason))


def _entry(picture: Picture, done: Done, number: int) -> dict[str, Any]:
    """Return what is told about an object besides its prediction."""
    box = done.job.boxes[number]
    entry: dict[str, Any] = {"file": str(picture.file.path), "frame": picture.frame}
    if picture.seconds is not None:
        entry["seconds"] = round(picture.seconds, 4)
    entry["size"] = list(done.size)
    entry["box"] = None if box is None else [round(edge, 3) for edge in clamped(box, *done.size)]
    if picture.scores[number % len(picture.scores)] is not None:
        entry["detection_score"] = picture.scores[number]
    return entry


def _skips_before(request: Request, unmatched: Sequence[tuple[str, str]]) -> Iterator[dict[str, str]]:
    """Yield what is known to be missing before anything is read."""
    for path in request.found[1]:
        yield _skip(str(path), "does not exist")
    for message in request.problems:
        yield _skip(str(request.boxes_file), message)
    for name, reason in unmatched:
        yield _skip(name, reason)


def _skip(file: str, reason: str, frame: int | None = None) -> dict[str, str]:
    """Return an entry of the list of skipped files; the reason does not repeat the file."""
    where = f"frame {frame}: " if frame is not None else ""
    return {"file": file, "reason": where + reason.removeprefix(file).strip(" ,:")}


def _summarise(
    request: Request, predictor: Predictor, drawer: Drawer | None, skipped: Sequence[dict[str, str]], tally: Tally
) -> None:
    """Write predictions.json: the weights, what was left out, and where pictures were drawn every object."""
    summary = {"model": predictor.source, "hint": HINT, "lines": "predictions.jsonl", "count": tally.count}
    entries = {"predictions": drawer.entries} if drawer else {}
    write_json(request.folder / "predictions.json", {**summary, **entries, "skipped": list(skipped)})


def _conclude(request: Request, tally: Tally, skipped: Sequence[dict[str, str]]) -> int:
    """Tell what was done and what was skipped, and return the exit status."""
    told = skipped[:TOLD] if request.folder else skipped
    for skip in told:
        console.print(f"skipped {skip['file']}: {skip['reason']}", style="yellow", markup=False, soft_wrap=True)
    if len(skipped) > len(told):
        more = f"... and {len(skipped) - len(told)} more, all in {request.folder / 'predictions.json'}"
        console.print(more, style="yellow", markup=False, soft_wrap=True)
    if request.lines is not None:
        for line in _lines(tally, request.lines.name):
            sys.stdout.write(line + "\n")
    if not tally.count and skipped and not request.resume:
        raise UserError(f"none of {len(skipped)} images can be read", "photographs", "see the reasons above")
    hint = "" if request.box or request.boxes is not None else f" ({HINT})"
    where = f" in {request.out}" if request.lines is not None else ""
    console.print(f"{tally.count} predictions{where}{hint}", markup=False, soft_wrap=True)
    return 2 if skipped else 0


def _lines(tally: Tally, name: str, most: int = 20) -> Iterator[str]:
    """Yield a line for each of the first predictions."""
    for entry in tally.first[:most]:
        angles = "  ".join(f"{name} {round(value, 1) + 0.0:.1f}" for name, value in entry["viewpoint"].items())
        frame = "" if entry["frame"] is None else f" frame {entry['frame']}"
        yield f"{entry['file']}{frame}: {entry['category']}  {angles}  confidence {entry['confidence']:.2f}"
    if tally.count > most:
        yield f"... and {tally.count - most} more in {name}"


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
