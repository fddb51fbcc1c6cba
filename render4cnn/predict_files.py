"""``vantage predict render4cnn``: photographs, folders and videos in; JSON lines out, and pictures where wanted."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from render4cnn.crops import clamped
from render4cnn.inputs import Inputs, Picture
from render4cnn.lines import PART, Lines, open_lines
from render4cnn.pictures import Drawer, Drawing, refuse_foreign, shown
from render4cnn.predict import Predictor
from render4cnn.request import SUMMARY, Request
from render4cnn.streaming import Done, predict_stream
from vantage.console import console, progress, write_json
from vantage.errors import ImageError, UserError
from vantage.termination import stop_says
from vantage.training.checkpoint import model_arrays
from vantage.training.run_folder import config_digest

TOLD = 50
"""Problems told on the terminal one by one where predictions.json has them all."""

HINT = "an image is taken as a crop around one object; --box x0,y0,x1,y1 or --boxes FILE cuts objects out"


@dataclass
class Tally:
    """What was done: by this call, and ``kept`` of an interrupted one."""

    count: int = 0
    kept: int = 0
    images: int = 0
    first: list[dict[str, Any]] = field(default_factory=list)

    @property
    def told(self) -> str:
        """The number of predictions in words, those of an interrupted call among them."""
        return f"{self.all} prediction{'s' * (self.all != 1)}"

    @property
    def all(self) -> int:
        """Predictions of this call and of the one that it goes on with."""
        return self.count + self.kept

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
    if drawer:
        refuse_foreign(request.folder, inputs.files)
    with open_lines(request.lines, _identity(request, predictor), request.resume, drawer is not None) as lines:
        tally.kept = lines.kept
        if drawer:
            drawer.read_back(lines.drawn)
        for skip in _skips_before(request, unmatched):
            lines.skip(skip)
        with stop_says(lambda: _left(request, tally)):
            _predict(request, predictor, inputs, lines, drawer, tally)
            if drawer:
                drawer.finish()
        skipped = lines.skipped
        if not tally.count and skipped and not request.resume:
            _tell_skipped(skipped)
            raise UserError("nothing is left to predict", "photographs, and boxes in them", "see the reasons above")
    if request.folder:
        _summarise(request, predictor, drawer, skipped, tally)
    return _conclude(request, tally, skipped)


def _left(request: Request, tally: Tally) -> str:
    """Return what is said where it is stopped."""
    if request.lines is None or not tally.all:
        return "nothing was written" if request.lines else f"{tally.told} written"
    return f"{tally.told} are kept in {request.lines}{PART}, the same with --resume goes on"


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
            if drawer and drawer.full:
                lines.note_drawn((str(picture.file.path), picture.frame), drawer.finish())
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
    return {"file": file, "reason": where + reason.removeprefix(file).strip(" ,:").replace(f" of {file} (", " of it (")}


def _summarise(
    request: Request, predictor: Predictor, drawer: Drawer | None, skipped: Sequence[dict[str, str]], tally: Tally
) -> None:
    """Write predictions.json: the weights, what was left out, and where pictures were drawn every object."""
    summary = {"model": predictor.source, "hint": HINT, "lines": "predictions.jsonl", "count": tally.all}
    drawn = {entry["picture"]: entry for entry in drawer.entries} if drawer else {}  # some perhaps a second time
    entries = {"predictions": list(drawn.values())} if drawer else {}
    write_json(request.folder / SUMMARY, {**summary, **entries, "skipped": list(skipped)})


def _conclude(request: Request, tally: Tally, skipped: Sequence[dict[str, str]]) -> int:
    """Tell what was done and what was skipped, and return the exit status."""
    _tell_skipped(skipped, request.folder)
    if request.lines is not None:
        for line in _lines(tally, request.lines.name):
            sys.stdout.write(line + "\n")
    hint = "" if request.box or request.boxes is not None else f" ({HINT})"
    where = f" in {request.out}" if request.lines is not None else ""
    console.print(f"{tally.told}{where}{hint}", markup=False, soft_wrap=True)
    return 2 if skipped else 0


def _tell_skipped(skipped: Sequence[dict[str, str]], folder: Path | None = None) -> None:
    """Say what was skipped: all of it, or the first where ``folder`` has a list."""
    told = skipped[:TOLD] if folder else skipped
    for skip in told:
        console.print(f"skipped {skip['file']}: {skip['reason']}", style="yellow", markup=False, soft_wrap=True)
    if len(skipped) > len(told):
        more = f"... and {len(skipped) - len(told)} more, all in {folder / SUMMARY}"
        console.print(more, style="yellow", markup=False, soft_wrap=True)


def _lines(tally: Tally, name: str, most: int = 20) -> Iterator[str]:
    """Yield a line for each of the first predictions."""
    for entry in tally.first[:most]:
        angles = "  ".join(f"{name} {round(value, 1) + 0.0:.1f}" for name, value in entry["viewpoint"].items())
        frame = "" if entry["frame"] is None else f" frame {entry['frame']}"
        yield f"{entry['file']}{frame}: {entry['category']}  {angles}  confidence {entry['confidence']:.2f}"
    if tally.count > most:
        yield f"... and {tally.count - most} more in {name}"


def _identity(request: Request, predictor: Predictor) -> dict[str, Any]:
    """Return plain values that decide the lines: a call with the same ones may go on with another's."""
    names = "\n".join(str(file.path) for file in request.found[0])
    boxes = repr(request.boxes) if request.boxes is not None else None
    return {
        "run": _digest(repr(predictor.source) + config_digest(predictor.trained.run.config)),
        "weights": _weights_digest(predictor),
        "list_of_images": _digest(names),
        "boxes": _digest(boxes) if boxes else None,
        "category": request.category,
        "box": list(request.box) if request.box else None,
        "every": request.every,
        "flip": predictor.flip,
        "probabilities": request.probabilities,
    }


def _weights_digest(predictor: Predictor) -> str:
    """Return a checksum of all weights: a run may have been trained further since."""
    digest = hashlib.sha256()
    for name, values in sorted(model_arrays(predictor.trained.model).items()):
        digest.update(name.encode() + np.ascontiguousarray(values).tobytes())
    return digest.hexdigest()


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()
