"""What every exporter needs of a data set: its views in order, pixels and depth as PNG, safe names, scenes."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from vantage.errors import DataError
from vantage.records.reader import RecordSource

DEPTH_STEPS = tuple(factor * 10.0**power for power in range(-4, 7) for factor in (1, 2, 5))
"""Object units for one step of a 16-bit depth image: the finest with which the farthest depth can be written."""

SCENES = "scenes.json"
"""Lists the scenes where there are several."""

MAX_NAME = 80
PNG_LEVEL = 1
"""Level 4, that of records, takes a third longer for files 4 % smaller (renders at 128 px)."""

_DEPTH_LIMIT = 65535


@dataclass(frozen=True)
class Source:
    """The views to export.

    Attributes:
        records: an open split.
        count: the first so many.
        background: RGB to lay pictures on, or None to keep their alpha.
        manifest: of the data set.
        advance: is called with the number of views that are done.
    """

    records: RecordSource
    count: int
    background: tuple[int, int, int] | None
    manifest: Mapping[str, Any]
    advance: Callable[[int], None] = lambda n: None

    def views(self, *names: str, indices: Sequence[int] | None = None) -> Iterator[tuple[int, dict[str, Any]]]:
        """Yield place in the split and the features ``names`` of each view; each counts as done when the next comes.

        Raises:
            DataError: a view that cannot be decoded, or holds numbers that are not finite.
        """
        chosen = self.records.only(*names)
        for index in range(self.count) if indices is None else indices:
            view = chosen[index]
            _require_finite(view, index)
            yield index, view
            self.advance(1)

    def facts(self, *names: str) -> list[dict[str, Any]]:
        """Return these features of every view, without counting."""
        chosen = self.records.only(*names)
        return [chosen[index] for index in range(self.count)]

    def pixels(self, image: np.ndarray) -> np.ndarray:
        """Return a record's RGBA picture on the background, RGB, or as it is where there is none."""
        return image if self.background is None else composite(image, self.background)


def _require_finite(view: Mapping[str, Any], index: int) -> None:
    """Raise a DataError where a view has a number that is not finite, which no format can hold."""
    for name, value in view.items():
        if getattr(value, "dtype", None) == np.float32 and not np.isfinite(value).all():
            raise DataError(f"view {index} has values in {name} that are not finite", do="render the set again")


def composite(rgba: np.ndarray, background: tuple[int, int, int]) -> np.ndarray:
    """Return uint8 RGBA [H, W, 4] with straight alpha laid on a colour, uint8 RGB."""
    alpha = rgba[..., 3:].astype(np.uint16)
    mixed = rgba[..., :3] * alpha + np.array(background, np.uint16) * (255 - alpha)
    return ((mixed + 127) // 255).astype(np.uint8)


def write_png(path: Path, pixels: np.ndarray) -> None:
    """Write 8-bit or 16-bit pixels as PNG, fast rather than small; the folder is made where it is missing."""
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG", compress_level=PNG_LEVEL)
    try:
        path.write_bytes(buffer.getbuffer())
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(buffer.getbuffer())


def write_entries(path: Path, head: Mapping[str, Any], name: str, entries: Sequence[Mapping[str, Any]]) -> None:
    """Write ``head`` as JSON with the list ``entries`` as ``name`` behind, a line each: as fast as JSON can be written.

    All values are plain Python.
    """
    lines = ",\n".join(json.dumps(entry, allow_nan=False) for entry in entries)
    begin = json.dumps(dict(head), allow_nan=False)[1:-1]
    text = f'{{{begin}{", " if begin else ""}"{name}": [\n{lines}\n]}}\n'
    path.write_text(text, encoding="utf-8")


def depth_step(farthest: float) -> float:
    """Return the object units of one step of a 16-bit depth image that reaches ``farthest``.

    Raises:
        DataError: farther than any step reaches.
    """
    for step in DEPTH_STEPS:
        if farthest <= step * _DEPTH_LIMIT:
            return step
    raise DataError(f"a depth of {farthest:g}", f"at most {DEPTH_STEPS[-1] * _DEPTH_LIMIT:g} object units")


def quantised(depth: np.ndarray, step: float) -> np.ndarray:
    """Return z-depth, object units, in whole steps, uint16; 0 stays for the background alone."""
    steps = np.rint(depth / step).clip(1, _DEPTH_LIMIT)
    return np.where(depth > 0, steps, 0).astype(np.uint16)


def safe_names(names: Sequence[str]) -> dict[str, str]:
    """Return name -> a file name for it: letters, digits, dot, dash and underscore, different also in lower case."""
    taken = {SCENES}
    return {name: _claim(re.sub(r"[^A-Za-z0-9._-]+", "_", name).strip("._-")[:MAX_NAME], taken) for name in names}


def _claim(stem: str, taken: set[str]) -> str:
    """Return ``stem``, or the first of ``stem-2``, ``stem-3`` ... that is not taken, and take it."""
    stem = stem or "unnamed"
    candidate, number = stem, 1
    while candidate.lower() in taken:
        number += 1
        candidate = f"{stem}-{number}"
    taken.add(candidate.lower())
    return candidate


def scenes_of(source: Source) -> dict[str, list[int]]:
    """Return safe scene name -> the places of its views, which show one model in one frame.

    Views of one ``scene_id`` are a scene, or several where its model changes; where every view has its own, views of
    one model are, since the world of a record is its object frame.
    """
    facts = source.facts("scene_id", "model_id")
    models: dict[str, set[str]] = {}
    for fact in facts:
        models.setdefault(fact["scene_id"], set()).add(fact["model_id"])
    groups: dict[str, list[int]] = {}
    for index, fact in enumerate(facts):
        scene, model = fact["scene_id"], fact["model_id"]
        name = model if len(models) == len(facts) else scene if len(models[scene]) == 1 else f"{scene} {model}"
        groups.setdefault(name, []).append(index)
    names = safe_names(list(groups))
    return {names[name]: places for name, places in groups.items()}


def image_name(index: int) -> str:
    """Return the file name of the view at place ``index`` of its split."""
    return f"{index:06d}.png"


def depth_span(depths: Iterable[np.ndarray]) -> tuple[float, float] | None:
    """Return the nearest and the farthest z-depth above 0 in all maps, or None."""
    near, far = float("inf"), 0.0
    for depth in depths:
        near = min(near, float(depth.min(where=depth > 0, initial=np.inf)))
        far = max(far, float(depth.max(initial=0)))
    return (near, far) if far else None
