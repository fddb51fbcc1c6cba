"""Plain pictures of models at given angles: PNG files that are named by their angles, ``views.json``, a contact sheet.

``views.json`` lists for each file its model, viewpoint, box, intrinsics and ``camera_from_world``; every file carries
the same about itself as the PNG text ``vantage``. With several models each has a folder of its own.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from synth_data.contact import SHEET, spread_indices
from synth_data.pipeline import limits_for
from synth_data.pool import Handler, Outcome, Pool, rest_done
from synth_data.sampling.angles import AnglePrior, file_stems
from synth_data.shards import Job, make_renderer
from synth_data.spec import Spec
from vantage.console import atomic_write, progress, write_json
from vantage.errors import VantageError
from vantage.report.drawing import contact_sheet
from vantage.termination import kept_words, stop_says

VIEWS = "views.json"
TEXT = "vantage"
"""Name of the text in a PNG file that says what it shows."""

TILES = 36
BATCH = 4
"""Pictures in one task of a worker: few, so that two workers end together."""


def image_names(spec: Spec, prior: AnglePrior) -> list[str]:
    """Return the file of each view, relative to the set's folder."""
    stems = file_stems(prior.directions)
    folders = _folders(spec)
    shown = (spec.model_of(index) for index in range(spec.count))
    starts = (folders[model.model_id if model.model_id in folders else model.base] for model in shown)
    return [f"{start}{stems[index % len(stems)]}.png" for index, start in enumerate(starts)]


def render_images(job: Job, workers: int) -> dict[str, Any]:
    """Render what is missing of the pictures of ``job`` without records; return the summary.

    The folder must be claimed.

    Raises:
        VantageError: pictures could not be rendered or written; finished ones stay.
    """
    start = time.monotonic()
    names = image_names(job.spec, job.prior)
    entries = {index: entry for index, name in enumerate(names) if (entry := _stored(job.folder / name))}
    missing = [index for index in range(job.spec.count) if index not in entries]
    for index, entry in _rendered(job, names, missing, workers):
        entries[index] = entry
    if missing or not (job.folder / VIEWS).exists():
        _finish(job, [entries[index] for index in range(job.spec.count)])
    return _summary(job, len(missing), time.monotonic() - start)


def write_images(job: Job) -> None:
    """Write the pictures of a finished set of records as files."""
    from vantage.records.reader import open_records

    names = image_names(job.spec, job.prior)
    splits = [split for split, indices in job.spec.splits.items() if indices]
    records = (record for split in splits for record in open_records(job.folder, split))
    write_json(job.folder / VIEWS, [_write(job.folder, names[record.index], record) for record in records])


def _rendered(job: Job, names: list[str], missing: list[int], workers: int) -> Iterator[tuple[int, dict[str, Any]]]:
    """Render in worker processes and yield index and entry of each picture."""
    if not missing:
        return
    tasks = [missing[start : start + BATCH] for start in range(0, len(missing), BATCH)]
    arguments = (job.folder, job.spec, job.prior, dict(job.prepared), names)
    pool = Pool(_make_painter, arguments, min(workers, len(tasks)), limits_for(job.spec))
    with (
        stop_says(lambda: kept_words(sum((job.folder / name).exists() for name in names), len(names), "images")),
        progress(len(missing), "rendering", "images") as bar,
    ):
        for outcome in rest_done(pool.run(tasks, bar.advance), lambda outcome: _failed(outcome, names)):
            yield from zip(outcome.payload, outcome.result)


def _failed(outcome: Outcome, names: list[str]) -> VantageError:
    """Return what is told of pictures that could not be rendered."""
    first, last = names[outcome.payload[0]], names[outcome.payload[-1]]
    return VantageError(
        f"{first} to {last} could not be rendered: {outcome.failure}; "
        "finished pictures are kept, and the same command goes on from there"
    )


def _make_painter(folder: Path, spec: Spec, prior: Any, prepared: Mapping[str, Path], names: list[str]) -> Handler:
    """Return a render worker's function: indices -> the entries of their pictures."""
    render = make_renderer(spec, prior, prepared)

    def work(indices: list[int], tell: Callable[[int], None]) -> list[dict[str, Any]]:
        entries = []
        for index in indices:
            entries.append(_write(folder, names[index], render(index)))
            tell(1)
        return entries

    return work


def _write(folder: Path, name: str, record: Any) -> dict[str, Any]:
    """Write the picture of a record, and beside it its entry; return the entry."""
    entry = {
        "file": name,
        "model_id": record.model_id,
        "category": record.category,
        "viewpoint": _plain(record.viewpoint),
        "intrinsics": _plain(record.intrinsics),
        "camera_from_world": _plain(record.camera_from_world),
        "bbox": _plain(record.bbox),
    }
    text = PngInfo()
    text.add_text(TEXT, json.dumps(entry))
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    with atomic_write(folder / name) as file:
        Image.fromarray(record.image).save(file, "PNG", compress_level=4, pnginfo=text)
    return entry


def _stored(path: Path) -> dict[str, Any] | None:
    """Return the entry of a picture that is there already, or None."""
    try:
        with Image.open(path, formats=("PNG",)) as image:
            return json.loads(image.text[TEXT])
    except (OSError, KeyError, ValueError):
        return None


def _finish(job: Job, entries: list[dict[str, Any]]) -> None:
    """Write the list of pictures and draw the contact sheet."""
    write_json(job.folder / VIEWS, entries)
    shown = [entries[index] for index in spread_indices(len(entries), TILES)]
    tiles = [_pixels(job.folder / entry["file"]) for entry in shown]
    captions = [_caption(entry) for entry in shown]
    title = f"{job.folder.resolve().name}: {len(entries)} views"
    with atomic_write(job.folder / SHEET) as file:
        Image.fromarray(contact_sheet(tiles, columns=6, captions=captions, title=title)).save(file, "PNG")


def _pixels(path: Path) -> np.ndarray:
    with Image.open(path) as image:
        return np.asarray(image.convert("RGBA"))


def _caption(entry: Mapping[str, Any]) -> str:
    azimuth, elevation, tilt, _ = entry["viewpoint"]
    return f"{entry['category']}\naz {azimuth:.0f} el {elevation:.0f} tilt {tilt:.0f}"


def _folders(spec: Spec) -> dict[str, str]:
    """Return model id -> the beginning of its files' names: nothing for a lone model, else a folder of its own."""
    if len(spec.models) == 1:
        return {spec.models[0].model_id: ""}
    words = [re.sub(r"[^\w.-]+", "_", model.model_id).strip("._") for model in spec.models]
    return {
        model.model_id: f"{word}-{number}/" if words.count(word) > 1 or not word else f"{word}/"
        for number, (model, word) in enumerate(zip(spec.models, words))
    }


def _summary(job: Job, rendered: int, seconds: float) -> dict[str, Any]:
    """Return what a finished run tells."""
    return {
        "folder": str(job.folder),
        "count": job.spec.count,
        "splits": {"images": job.spec.count},
        "models": len(job.spec.models),
        "rendered": rendered,
        "reused": job.spec.count - rendered,
        "seconds": round(seconds, 3),
        "images_per_second": round(rendered / seconds, 3) if rendered else None,
        "skipped": [asdict(skipped) for skipped in job.skipped],
    }


def _plain(values: Any) -> list[Any]:
    """Return an array as lists of numbers that JSON holds."""
    return np.asarray(values, np.float64).round(6).tolist()
