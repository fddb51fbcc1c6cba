"""``vantage predict render4cnn``: image files in; JSON and pictures out."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from render4cnn.predict import Prediction, Predictor
from vantage.console import atomic_write, console, progress, write_json
from vantage.errors import ImageError, UserError, VantageError
from vantage.image_files import PICTURE_SUFFIX, ImageFile, find_images
from vantage.records.photos import load_photo
from vantage.report.cards import HEIGHT, panel, prediction_card

CHUNK = 256
"""Images predicted, rendered and written together: more take memory, fewer start Blender more often."""

HINT = "an image is taken as a crop around one object; --box x0,y0,x1,y1 cuts one out"

Box = tuple[float, float, float, float]
Renderer = Callable[[str, np.ndarray], list[np.ndarray]]
"""Category and viewpoints [n, 3] -> one uint8 [h, w, 4] for each."""


@dataclass(frozen=True)
class Request:
    """One call of the command.

    Args:
        inputs: image files and folders.
        out: folder for the results.
        category: class of the objects, or None to let the network guess.
        box: of the object in every image, x0, y0, x1, y1 px.
        render: draws CAD models, or None for pictures without them.
    """

    inputs: Sequence[Path]
    out: Path
    category: str | None = None
    box: Box | None = None
    render: Renderer | None = None

    def check(self) -> list[ImageFile]:
        """Return the image files, before anything slow begins.

        Raises:
            UserError: ``out`` is a file, or nothing is there to predict.
        """
        if self.out.exists() and not self.out.is_dir():
            raise UserError(f"--out {self.out} is a file", "a folder", "choose another --out")
        files, missing = find_images(self.inputs, self.out)
        if not files:
            names = ", ".join(map(str, missing or self.inputs))
            found = f"{names}: no such file or folder" if missing else f"no image in {names}"
            raise UserError(found, "image files, or folders that hold some", "check the path")
        return files


@dataclass(frozen=True)
class Photo:
    """An image that could be read: what the network needs and what the picture needs, not more.

    Args:
        file: where it came from.
        crop: uint8 [S, S, 3], what the network sees.
        shown: uint8 [h, w, 3], the whole photograph at a card's size.
        size: width and height, px.
        box: the crop in the photograph, px, or None for all of it.
    """

    file: ImageFile
    crop: np.ndarray
    shown: np.ndarray
    size: tuple[int, int]
    box: Box | None

    @property
    def shown_box(self) -> list[float] | None:
        """The box in the pixels of ``shown``."""
        if self.box is None:
            return None
        return [edge * self.shown.shape[1] / self.size[0] for edge in self.box]


def predict_files(request: Request, predictor: Predictor) -> int:
    """Predict every image, write JSON and a picture for each and ``predictions.json`` for all.

    Returns:
        2 where an input is missing, an image given by name cannot be read, or none can; otherwise 0.

    Raises:
        UserError: ``out`` is a file, the class is unknown, or no image can be read.
    """
    files = request.check()
    skipped: list[dict[str, str]] = [_skip(path, "does not exist") for path in request.inputs if not path.exists()]
    bad = len(skipped)
    entries: list[dict[str, Any]] = []
    with progress(len(files), "predicting", "images") as bar:
        for start in range(0, len(files), CHUNK):
            photos = []
            for file in files[start : start + CHUNK]:
                try:
                    photos.append(_load(file, request.box, predictor))
                except ImageError as error:
                    skipped.append(_skip(file.path, str(error)))
                    bad += file.named
            entries += _predict_chunk(request, predictor, photos)
            bar.advance(len(files[start : start + CHUNK]))
    summary = {"model": predictor.source, "hint": HINT, "predictions": entries, "skipped": skipped}
    write_json(request.out / "predictions.json", summary)
    return _conclude(request, entries, skipped, bad)


def _load(file: ImageFile, box: Box | None, predictor: Predictor) -> Photo:
    """Read an image once, and keep its crop and a small copy."""
    image = load_photo(file.path)
    height, width = image.shape[:2]
    if box is not None:
        box = _clamped(box, width, height, file.path)
    return Photo(file, predictor.crop(image, box), panel(image), (width, height), box)


def _clamped(box: Box, width: int, height: int, path: Path) -> Box:
    """Return the part of ``box`` that is in the image.

    Raises:
        ImageError: there is none.
    """
    x0, y0, x1, y1 = max(0.0, box[0]), max(0.0, box[1]), min(float(width), box[2]), min(float(height), box[3])
    if x1 - x0 < 2 or y1 - y0 < 2:
        found = f"the box {','.join(f'{edge:g}' for edge in box)} holds nothing of {path} ({width}x{height} pixels)"
        raise ImageError(found, "x0,y0,x1,y1 in pixels, from the upper left corner")
    return x0, y0, x1, y1


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


def _predict_chunk(request: Request, predictor: Predictor, photos: Sequence[Photo]) -> list[dict[str, Any]]:
    """Predict, draw and write some photos; return their entries of predictions.json."""
    if not photos:
        return []
    predictions = predictor.predict_crops([photo.crop for photo in photos], request.category)
    renders = _renders(request, predictions)
    return [_write(request.out, *item) for item in zip(photos, predictions, renders)]


def _renders(request: Request, predictions: Sequence[Prediction]) -> list[np.ndarray | None]:
    """Return a render for every prediction, drawn class by class; None for all where rendering is off or fails."""
    renders: list[np.ndarray | None] = [None] * len(predictions)
    if request.render is None:
        return renders
    for category in sorted({prediction.category for prediction in predictions}):
        places = [place for place, prediction in enumerate(predictions) if prediction.category == category]
        viewpoints = np.stack([predictions[place].viewpoint for place in places])
        try:
            drawn = request.render(category, viewpoints)
        except VantageError as error:
            console.print(f"no renders beside the photographs: {error}", style="yellow", markup=False)
            return renders
        for place, image in zip(places, drawn):
            renders[place] = image
    return renders


def _write(out: Path, photo: Photo, prediction: Prediction, render: np.ndarray | None) -> dict[str, Any]:
    """Write the JSON and the picture of one image, and return its entry."""
    from PIL import Image

    place = out / photo.file.place
    picture = place.with_name(place.name + PICTURE_SUFFIX)
    second = f"{prediction.confidence:.0%} sure of the azimuth within 15°"
    second += "" if prediction.category_given else "; the class is a guess"
    card = prediction_card(photo.shown, prediction.rotation, [prediction.caption(), second], render, photo.shown_box)
    with atomic_write(picture) as file:
        Image.fromarray(card).save(file, "PNG")
    entry = {
        "file": str(photo.file.path),
        "size": list(photo.size),
        "box": None if photo.box is None else list(photo.box),
        **prediction.as_json(),
        "picture": picture.relative_to(out).as_posix(),
    }
    write_json(place.with_name(place.name + ".json"), entry)
    return entry


def _skip(path: Path, reason: str) -> dict[str, str]:
    """Return an entry of the list of skipped files; the reason does not repeat the file."""
    return {"file": str(path), "reason": reason.removeprefix(str(path)).strip(" :")}


def _conclude(request: Request, entries: Sequence, skipped: Sequence[dict[str, str]], bad: int) -> int:
    """Tell what was done and what was skipped, and return the exit status."""
    for skip in skipped:
        console.print(f"skipped {skip['file']}: {skip['reason']}", style="yellow", markup=False, soft_wrap=True)
    for line in _lines(entries):
        sys.stdout.write(line + "\n")
    if not entries:
        raise UserError(f"none of {len(skipped)} images can be read", "photographs", "see the reasons above")
    console.print(f"{len(entries)} predictions in {request.out} ({HINT})", markup=False, soft_wrap=True)
    return 2 if bad else 0


def _lines(entries: Sequence[dict[str, Any]], most: int = 20) -> Iterator[str]:
    """Yield a line for each of the first predictions."""
    for entry in entries[:most]:
        angles = "  ".join(f"{name} {round(value, 1) + 0.0:.1f}" for name, value in entry["viewpoint"].items())
        yield f"{entry['file']}: {entry['category']}  {angles}  confidence {entry['confidence']:.2f}"
    if len(entries) > most:
        yield f"... and {len(entries) - most} more in predictions.json"


def cad_renderer(cad: Path | None, size: int = HEIGHT) -> Renderer:
    """Return what draws a CAD file, or a procedural model of the predicted class, at given viewpoints.

    Raises:
        UserError: ``cad`` is no file.
    """
    if cad is not None and not cad.is_file():
        raise UserError(f"--cad {cad} is no file", "a CAD model (GLB, glTF, OBJ, PLY, STL, OFF)", "check the path")

    def render(category: str, viewpoints: np.ndarray) -> list[np.ndarray]:
        from vantage.rendering import render_views

        return render_views(str(cad) if cad else f"procedural:{category}:0", viewpoints, size)

    return render
