"""Evaluations kept in a run folder, so that a report can be written again without the data.

An evaluation called NAME is two files: ``evaluation-NAME.json`` (the summary that ``vantage evaluate`` prints) and
``evaluation-NAME.npz`` (every prediction, and the pictures of a few). The second is optional.
"""

from __future__ import annotations

import json
import re
import zipfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from vantage.archives import write_archive
from vantage.console import write_json
from vantage.errors import RunError

PICTURES = 6
"""Best, median and worst predictions kept as pictures: this many of each."""


@dataclass(frozen=True)
class StoredEvaluation:
    """One evaluation of one run.

    Args:
        name: part of the file names; letters, digits, dots, dashes and underscores.
        summary: ``{"overall": {...}, "per_class": {...}, "data": ..., "split": ..., ...}``.
        predicted: [n, 3] azimuth, elevation, tilt in degrees; n is 0 where only the summary is known.
        true: [n, 3] degrees.
        categories: [n] class of each view.
        names: [n] file or record of each view.
        tiles: uint8 [m, h, w, 3 or 4] pictures as the network saw them, of the views ``tile_of``.
        tile_of: [m] indices into the views.
        confidence: [n] probability of an error below 30 degrees; empty where unknown, like the two below.
        folds: int [n] of the objects' symmetry.
        sizes: [n] longer side of each box, pixels.
    """

    name: str
    summary: dict[str, Any]
    predicted: np.ndarray = field(default_factory=lambda: np.zeros((0, 3), np.float32))
    true: np.ndarray = field(default_factory=lambda: np.zeros((0, 3), np.float32))
    categories: np.ndarray = field(default_factory=lambda: np.zeros(0, "<U1"))
    names: np.ndarray = field(default_factory=lambda: np.zeros(0, "<U1"))
    tiles: np.ndarray = field(default_factory=lambda: np.zeros((0, 1, 1, 3), np.uint8))
    tile_of: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    confidence: np.ndarray = field(default_factory=lambda: np.zeros(0, np.float32))
    folds: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    sizes: np.ndarray = field(default_factory=lambda: np.zeros(0, np.float32))

    @property
    def symmetry(self) -> np.ndarray:
        """The fold of each object's symmetry, int [n]; 1 where it is not known."""
        return self.folds if len(self.folds) else np.ones(len(self.predicted), np.int64)

    def save(self, folder: str | Path) -> Path:
        """Write both files into ``folder`` and return the JSON's path."""
        folder = Path(folder)
        path = folder / f"evaluation-{evaluation_name(self.name)}.json"
        write_archive(path.with_suffix(".npz"), {key: getattr(self, key) for key in _ARRAYS}, compress=True)
        write_json(path, self.summary)
        return path


_ARRAYS = ("predicted", "true", "categories", "names", "tiles", "tile_of", "confidence", "folds", "sizes")


def evaluation_name(text: str) -> str:
    """Return ``text`` (``"cars:/data/cars val"``) as part of a file name; other texts have other ones."""
    readable = re.sub(r"[^A-Za-z0-9._-]+", "-", text).strip("-.")[-80:] or "data"
    return readable if readable == text else f"{readable}-{zlib.crc32(text.encode('utf-8', 'surrogateescape')):08x}"


def store_evaluation(
    folder: str | Path,
    name: str,
    summary: dict[str, Any],
    predicted: np.ndarray,
    true: np.ndarray,
    categories: Sequence[str],
    names: Sequence[str],
    errors: np.ndarray,
    picture: Callable[[int], np.ndarray],
    **further: np.ndarray,
) -> Path:
    """Store an evaluation with the pictures of its best, median and worst predictions.

    Args:
        folder: run folder.
        name: such as ``"val"`` or the data and split that were scored.
        summary: see ``StoredEvaluation``.
        predicted, true: [n, 3] azimuth, elevation, tilt, degrees.
        categories, names: [n].
        errors: [n] degrees, by which pictures are chosen.
        picture: index -> uint8 image [h, w, 3 or 4], all of one size; called for the few that are kept.
        further: ``confidence``, ``folds``, ``sizes`` [n], where they are known.

    Returns:
        The path of the JSON file.
    """
    chosen = np.array(sorted({int(i) for group in picture_groups(errors).values() for i in group}), np.int64)
    tiles = np.stack([picture(int(i)) for i in chosen]) if len(chosen) else np.zeros((0, 1, 1, 3), np.uint8)
    arrays = (np.asarray(predicted, np.float32), np.asarray(true, np.float32))
    text = (np.asarray(categories, np.str_), np.asarray(names, np.str_))
    return StoredEvaluation(name, summary, *arrays, *text, tiles, chosen, **further).save(folder)


def store_precision(folder: str | Path, name: str, result: dict[str, Any]) -> Path:
    """Store the precision of detections as ``precision-NAME.json``, which a report shows; return its path."""
    path = Path(folder) / f"precision-{evaluation_name(name)}.json"
    write_json(path, result)
    return path


def load_precisions(folder: str | Path) -> list[dict[str, Any]]:
    """Return every precision in a run folder, oldest first.

    Raises:
        RunError: a file that is none.
    """
    paths = sorted(Path(folder).glob("precision-*.json"), key=lambda path: (path.stat().st_mtime_ns, path.name))
    found = []
    for path in paths:
        found.append(read_json(path, "what vantage evaluate --detections wrote"))
        if not all(isinstance(found[-1].get(key), dict) for key in ("per_class", "mean", "mean_with_bottle")):
            raise RunError(
                f"{path} has no figures per class", "what vantage evaluate --detections wrote", "score again"
            )
    return found


def picture_groups(errors: np.ndarray, count: int = PICTURES) -> dict[str, np.ndarray]:
    """Return indices of the best, median and worst of ``errors`` [n], ``count`` of each where there are that many."""
    order = np.argsort(errors, kind="stable")
    middle = max(0, (len(order) - count) // 2)
    return {"best": order[:count], "median": order[middle : middle + count], "worst": order[::-1][:count]}


def load_evaluations(folder: str | Path) -> list[StoredEvaluation]:
    """Return every evaluation in a run folder, oldest first.

    Raises:
        RunError: a file that is no evaluation.
    """
    paths = sorted(Path(folder).glob("evaluation*.json"), key=lambda path: (path.stat().st_mtime_ns, path.name))
    return [_load(path) for path in paths]


def _load(path: Path) -> StoredEvaluation:
    """Read one evaluation."""
    summary = read_json(path, "an evaluation that vantage evaluate wrote")
    if not isinstance(summary.get("overall"), dict):
        raise RunError(f"{path} has no 'overall' figures", "an evaluation that vantage evaluate wrote", "score again")
    name = path.stem.removeprefix("evaluation").lstrip("-_") or "evaluation"
    return StoredEvaluation(name, summary, **_load_arrays(path.with_suffix(".npz")))


def _load_arrays(path: Path) -> dict[str, np.ndarray]:
    """Read the predictions; none where the file is missing."""
    if not path.is_file():
        return {}
    try:
        with np.load(path, allow_pickle=False) as arrays:
            return {key: arrays[key] for key in _ARRAYS if key in arrays}
    except (OSError, ValueError, EOFError, zipfile.BadZipFile) as error:
        raise RunError(f"{path} cannot be read ({error})", do="run vantage evaluate again") from error


def read_json(path: str | Path, expected: str) -> dict[str, Any]:
    """Return the object in a JSON file.

    Raises:
        RunError: not readable, not JSON, or no object.
    """
    try:
        value = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise RunError(f"{path} cannot be read ({error})", expected) from error
    if not isinstance(value, dict):
        raise RunError(f"{path} holds no JSON object", expected)
    return value
