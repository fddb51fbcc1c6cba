"""CAD models drawn beside predictions: a procedural model of the class at given viewpoints, kept in a file.

Drawing starts Blender in a process of its own, once for each class, so what was drawn is kept.
"""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np

from vantage.archives import write_archive
from vantage.console import console
from vantage.errors import VantageError

SIZE, SAMPLES = 160, 8
"""Pixels of a side, and paths per pixel."""

FILE = "report-renders.npz"

Draw = Callable[[str, np.ndarray], Sequence[np.ndarray]]
"""Class and viewpoints [n, 3] in degrees -> uint8 [h, w, 4] for each."""

View = tuple[str, tuple[int, int, int]]
"""Class, and azimuth, elevation, tilt in whole degrees."""


def draw_class(category: str, viewpoints: np.ndarray) -> list[np.ndarray]:
    """Draw the first procedural model of a class.

    Raises:
        VantageError: there is no such class, or no Blender.
    """
    from vantage.rendering import render_views

    return render_views(f"procedural:{category}:0", viewpoints, SIZE, SAMPLES)


def view_of(category: str, viewpoint: Sequence[float]) -> View:
    """Return the key of a drawing; viewpoints that agree to the degree share one."""
    azimuth, elevation, tilt = (round(float(angle)) for angle in viewpoint[:3])
    return category, (azimuth % 360, elevation, tilt)


class Renders:
    """Drawings by class and viewpoint.

    Args:
        path: file that keeps them; None keeps them nowhere.
        draw: what draws.
    """

    def __init__(self, path: Path | None, draw: Draw = draw_class):
        self.path, self.draw = path, draw
        self._images: dict[View, np.ndarray] = {}

    def get(self, category: str, viewpoint: Sequence[float]) -> np.ndarray | None:
        """Return a drawing uint8 [h, w, 4] that `prepare` has made; None where it could not."""
        return self._images.get(view_of(category, viewpoint))

    def prepare(self, wanted: Iterable[View]) -> None:
        """Draw what is not there yet, class by class, and keep all that is wanted; what fails is said once."""
        wanted = sorted(set(wanted))
        kept = _read(self.path)
        self._images = {view: kept[view] for view in wanted if view in kept}
        missing = [view for view in wanted if view not in kept]
        for category in sorted({category for category, _ in missing}):
            views = [view for view in missing if view[0] == category]
            console.print(f"drawing a {category} at {len(views)} viewpoints", markup=False)
            try:
                drawn = self.draw(category, np.array([angles for _, angles in views], np.float64))
            except VantageError as error:
                console.print(f"no {category} beside its photographs: {error}", markup=False, style="yellow")
                continue
            self._images.update(zip(views, drawn))
        if any(view in self._images for view in missing):
            self._write()

    def _write(self) -> None:
        """Keep the drawings, where the folder can be written."""
        if self.path is not None and os.access(self.path.parent, os.W_OK):
            write_archive(self.path, {_text(view): image for view, image in self._images.items()}, compress=True)


def _text(view: View) -> str:
    return "|".join([view[0], *map(str, view[1])])


def _read(path: Path | None) -> dict[View, np.ndarray]:
    """Return the drawings of a file; none where it is missing or broken, since they can be made again."""
    if path is None or not path.is_file():
        return {}
    try:
        with np.load(path, allow_pickle=False) as arrays:
            pairs = [(name.split("|"), arrays[name]) for name in arrays]
        return {(parts[0], tuple(map(int, parts[1:]))): image for parts, image in pairs}
    except (OSError, ValueError, EOFError, zipfile.BadZipFile):
        return {}
