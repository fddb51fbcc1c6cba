"""Predictions as pictures: each object with its axes, a CAD model at the same viewpoint beside it, and its own JSON."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from render4cnn.inputs import Picture
from render4cnn.prediction import Prediction
from vantage.console import atomic_write, console, write_json
from vantage.errors import RunError, UserError, VantageError
from vantage.image_files import PICTURE_SUFFIX, ImageFile
from vantage.records.photos import OpenPhoto
from vantage.report.cards import HEIGHT, panel, prediction_card
from vantage.report.evaluations import read_json

CHUNK = 256
"""Objects rendered and drawn together: more take memory, fewer start Blender more often."""

CAD_FORMATS = ("glb", "gltf", "obj", "ply", "stl", "off", "dae", "fbx", "usd", "usda", "usdc", "usdz")
"""Endings of CAD files that can be drawn."""

_CAD_WORDS = ", ".join(name.upper() for name in CAD_FORMATS)

Renderer = Callable[[str, np.ndarray], list[np.ndarray]]
"""Category and viewpoints [n, 3] -> one uint8 [h, w, 4] for each."""


@dataclass(frozen=True)
class Drawing:
    """What one picture needs.

    Args:
        picture: which photograph or frame.
        number: of the object in it, from 0.
        shown: uint8 [h, w, 3], the whole photograph at a card's size.
        entry: what its JSON says, without the name of the picture.
        prediction: the viewpoint.
    """

    picture: Picture
    number: int
    shown: np.ndarray
    entry: dict[str, Any]
    prediction: Prediction

    def place(self, out: Path) -> Path:
        """Return folder and stem of its files."""
        place = out / self.picture.file.place
        if self.picture.frame is not None:
            place = place / f"{self.picture.frame:06}"
        return place.with_name(f"{place.name}.{self.number + 1}") if self.picture.several else place

    def json(self, out: Path) -> Path:
        """Return its JSON file."""
        place = self.place(out)
        return place.with_name(place.name + ".json")

    def box(self) -> list[float] | None:
        """Return the box in the pixels of ``shown``."""
        if self.entry["box"] is None:
            return None
        return [edge * self.shown.shape[1] / self.entry["size"][0] for edge in self.entry["box"]]


def shown(photo: OpenPhoto) -> np.ndarray:
    """Return what a card needs of a photograph: uint8 [h, w, 3]."""
    return panel(np.asarray(photo.image))


class Drawer:
    """Draws in chunks.

    Args:
        out: folder for pictures and JSON files.
        render: draws CAD models, or None for pictures without them.
    """

    def __init__(self, out: Path, render: Renderer | None):
        self.out, self.render = out, render
        self.entries: list[dict[str, Any]] = []
        """What was written about each object."""
        self._waiting: list[Drawing] = []

    def add(self, drawing: Drawing) -> None:
        """Take it up, to be drawn with others."""
        self._waiting.append(drawing)

    @property
    def full(self) -> bool:
        """Whether as many wait as should be drawn together."""
        return len(self._waiting) >= CHUNK

    def finish(self) -> list[str]:
        """Draw all that wait; return the names of their JSON files, relative to the folder."""
        drawings, self._waiting = self._waiting, []
        for drawing, render in zip(drawings, self._renders([drawing.prediction for drawing in drawings])):
            self.entries.append(_write(self.out, drawing, render))
        return [drawing.json(self.out).relative_to(self.out).as_posix() for drawing in drawings]

    def read_back(self, names: Sequence[str]) -> None:
        """Take up what an earlier call wrote."""
        self.entries += [read_json(self.out / name, "what vantage predict wrote") for name in names]

    def _renders(self, predictions: Sequence[Prediction]) -> list[np.ndarray | None]:
        """Return a render for each, drawn class by class; None for all where rendering is off or fails."""
        renders: list[np.ndarray | None] = [None] * len(predictions)
        if self.render is None:
            return renders
        for category in sorted({prediction.category for prediction in predictions}):
            places = [place for place, prediction in enumerate(predictions) if prediction.category == category]
            viewpoints = np.stack([predictions[place].viewpoint for place in places])
            try:
                drawn = self.render(category, viewpoints)
            except VantageError as error:
                console.print(f"no renders beside the photographs: {error}", style="yellow", markup=False)
                self.render = None
                return renders
            for place, image in zip(places, drawn):
                renders[place] = image
        return renders


def _write(out: Path, drawing: Drawing, render: np.ndarray | None) -> dict[str, Any]:
    """Write the JSON and the picture of one object, and return what the JSON says."""
    place, prediction = drawing.place(out), drawing.prediction
    picture = place.with_name(place.name + PICTURE_SUFFIX)
    second = f"{prediction.confidence:.0%} sure within 30°"
    second += "" if prediction.category_given else "; the class is a guess"
    words = [prediction.caption(), second]
    card = prediction_card(drawing.shown, prediction.rotation, words, render, drawing.box())
    with atomic_write(picture) as file:
        Image.fromarray(card).save(file, "PNG")
    entry = {**drawing.entry, **prediction.as_json(), "picture": picture.relative_to(out).as_posix()}
    write_json(drawing.json(out), entry)
    return entry


def refuse_foreign(out: Path, files: Sequence[ImageFile]) -> None:
    """Refuse a folder in which JSON of others has the names that ours would get.

    Raises:
        UserError: such a file, by name.
    """
    for file in files:
        for ending in (".json", ".1.json"):
            path = out / file.place.with_name(file.place.name + ending)
            if path.is_file() and not _is_ours(path):
                raise UserError(f"{path} is no prediction and would be lost", "another --out", "choose a new folder")


def _is_ours(path: Path) -> bool:
    """Whether a JSON file is one that predictions write."""
    try:
        return {"viewpoint", "picture"} <= set(read_json(path, "a prediction"))
    except RunError:
        return False


def cad_renderer(cad: Path | None, size: int = HEIGHT) -> Renderer:
    """Return what draws a CAD file, or a procedural model of the predicted class, at given viewpoints.

    Raises:
        UserError: ``cad`` is no file, or none of `CAD_FORMATS`.
    """
    if cad is not None and not cad.is_file():
        raise UserError(f"--cad {cad} is no file", f"a CAD model ({_CAD_WORDS})", "check the path")
    if cad is not None and cad.suffix[1:].lower() not in CAD_FORMATS:
        raise UserError(f"--cad {cad} is no CAD model", _CAD_WORDS, "choose another file, or leave --cad out")

    def render(category: str, viewpoints: np.ndarray) -> list[np.ndarray]:
        from vantage.rendering import render_views

        return render_views(str(cad) if cad else f"procedural:{category}:0", viewpoints, size)

    return render
