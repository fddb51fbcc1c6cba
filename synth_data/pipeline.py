"""A spec becomes shards, in a pool of processes or on a cluster, and the shards a data set.

A run that was stopped in any way goes on with the shards that are missing (`synth_data.shards`).
"""

from __future__ import annotations

import fcntl
import json
import math
import platform
import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

from synth_data.labelling import label_entries, label_set
from synth_data.passes import features_of
from synth_data.pool import Handler, Limits, Outcome, Pool, rest_done
from synth_data.shards import (
    RECYCLE_AFTER,
    VERSIONS,
    WORK,
    Job,
    make_renderer,
    note_path_of,
    render_shard,
    shard_path,
)
from synth_data.spec import Shard, Spec, licence_of, shown_models
from synth_data.spec_differences import differences
from synth_data.stopwatch import Stopwatch, seconds_by_stage
from vantage.console import progress, write_json
from vantage.errors import UserError, VantageError
from vantage.records.reader import read_manifest
from vantage.records.writer import MANIFEST, ShardInfo, write_metadata
from vantage.termination import kept_words, stop_says

SPEC = "spec.json"


@contextmanager
def claimed(folder: Path) -> Iterator[None]:
    """Make ``folder`` and hold it alone, so that two runs do not write into it at once.

    Raises:
        UserError: it is a file, cannot be written, or another run holds it.
    """
    if folder.exists() and not folder.is_dir():
        raise UserError(f"{folder} is a file", "a folder to render into", "choose another --out")
    try:
        (folder / WORK).mkdir(parents=True, exist_ok=True)
        lock = open(folder / WORK / "lock", "w")  # noqa: SIM115
    except (PermissionError, NotADirectoryError, FileExistsError) as error:
        raise UserError(f"{folder} cannot be written ({error.strerror})", do="choose another --out") from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise UserError(f"another vantage render is writing {folder}", do="wait for it, or stop it") from error
        yield


def check_spec(folder: Path, spec: Spec) -> None:
    """Store the spec of a new set; for one that was begun, see that it is the same.

    Raises:
        UserError: the folder holds another set (saying what differs) or something else.
    """
    path = folder / SPEC
    wanted = json.loads(json.dumps(spec.as_json()))
    if not path.exists():
        foreign = sorted(item.name for item in folder.iterdir() if item.name != WORK)
        if foreign:
            found = f"{folder} is not empty and was not begun by vantage render (it has {', '.join(foreign[:3])})"
            raise UserError(found, "an empty or a new folder", "choose another --out")
        write_json(path, wanted)
        return
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise UserError(f"{path} is not JSON ({error})", "the spec of a set", "remove the folder") from error
    if found := differences(stored, wanted):
        message = f"{folder} holds a set with another spec: {'; '.join(found)}"
        raise UserError(message, "the same spec to go on with", "choose another --out, or remove the folder")


def render_set(job: Job, workers: int, cluster: str | None = None) -> dict[str, Any]:
    """Render what is missing of a set and make it a data set; return its summary.

    The folder must be `claimed`. With the address of a Ray ``cluster`` its nodes render, and ``workers`` do nothing.

    Raises:
        UserError: see `check_spec`.
        VantageError: a shard could not be written or rendered; finished shards stay.
    """
    _remove_begun(job.folder)
    start = time.monotonic()
    notes = {shard: note for shard in job.spec.shards if (note := _noted(job, shard))}
    missing = [shard for shard in job.spec.shards if shard not in notes]
    finished = not missing and (job.folder / MANIFEST).exists()
    reused = sum(shard.count for shard in notes)
    if missing:
        _render_shards(job, missing, min(workers, len(missing)), notes, cluster)
    seconds = time.monotonic() - start
    if job.model_labels:
        made, lacking = label_set(job.folder, job.spec, job.prepared, workers)
        finished = finished and not made and "model_labels" in read_manifest(job.folder)
        job = replace(job, notes=(*job.notes, *lacking))
    if not finished:
        _write_dataset(job, notes)
    return summary(job, notes, reused, seconds)


def summary(job: Job, notes: Mapping[Shard, Mapping[str, Any]], reused: int, seconds: float) -> dict[str, Any]:
    """Return what a finished run tells: counts, times, what was skipped."""
    rendered = job.spec.count - reused
    shown = shown_models(job.spec)
    return {
        "folder": str(job.folder),
        "count": job.spec.count,
        "splits": {split: len(indices) for split, indices in job.spec.splits.items()},
        "models": len(shown),
        "unseen": sorted({model.category for model in job.spec.models} - {model.category for model in shown}),
        "shards": len(job.spec.shards),
        "rendered": rendered,
        "reused": reused,
        "seconds": round(seconds, 3),
        "images_per_second": round(rendered / seconds, 3) if rendered else None,
        "seconds_per_image": _seconds_per_image(job, notes),
        "skipped": [asdict(skipped) for skipped in job.skipped],
    }


def _noted(job: Job, shard: Shard) -> dict[str, Any] | None:
    """Return the note on a finished shard, or None where it has to be rendered."""
    path = shard_path(job.folder, shard)
    try:
        note = json.loads(note_path_of(job.folder, shard).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    whole = path.is_file() and path.stat().st_size == note["bytes"] and note["count"] == shard.count
    return note if whole else None


def _remove_begun(folder: Path) -> None:
    """Remove what killed workers left of the shards that they were at."""
    for begun in folder.glob(".*.tmp-*"):
        begun.unlink(missing_ok=True)


def _render_shards(
    job: Job, shards: Sequence[Shard], workers: int, notes: dict[Shard, dict[str, Any]], cluster: str | None
) -> None:
    """Render ``shards`` in worker processes, or on a cluster, and fill ``notes``."""

    def kept() -> str:
        _remove_begun(job.folder)
        return kept_words(sum(shard.count for shard in notes), job.spec.count, "images")

    with (
        stop_says(kept),
        progress(sum(shard.count for shard in shards), "rendering", "images") as bar,
        closing(_outcomes(job, shards, workers, cluster, bar.advance)) as outcomes,
    ):
        for outcome in rest_done(outcomes, _failed):
            notes[outcome.payload] = outcome.result


def _outcomes(
    job: Job, shards: Sequence[Shard], workers: int, cluster: str | None, on_items: Callable[[int], None]
) -> Generator[Outcome, None, None]:
    """Return what comes of each shard, as it comes."""
    if cluster:
        from synth_data.cluster import on_cluster

        return on_cluster(job, shards, cluster, on_items)
    arguments = (job.folder, job.spec, job.prior, dict(job.prepared))
    return Pool(_make_worker, arguments, workers, limits_for(job.spec)).run(shards, on_items)


def _failed(outcome: Outcome) -> VantageError:
    """Return what is told of a shard that could not be rendered."""
    shard = outcome.payload
    return VantageError(
        f"views {shard.start} to {shard.stop - 1} could not be rendered: {outcome.failure}; "
        "finished shards are kept, and the same command goes on from there"
    )


def limits_for(spec: Spec) -> Limits:
    """Return what a render worker may use: it has hung when no view comes for far longer than Cycles could need."""
    return Limits(seconds=900.0 + 5e-5 * math.prod(spec.sides) * spec.samples, recycle_after=RECYCLE_AFTER)


def _make_worker(folder: Path, spec: Spec, prior: Any, prepared: Mapping[str, Path]) -> Handler:
    """Return a render worker's function: a shard -> its note."""
    watch = Stopwatch()
    render = make_renderer(spec, prior, prepared, watch)

    def work(shard: Shard, tell: Callable[[int], None]) -> dict[str, Any]:
        return render_shard(render, watch, shard, shard_path(folder, shard), tell, note_path_of(folder, shard))

    return work


def _write_dataset(job: Job, notes: Mapping[Shard, Mapping[str, Any]]) -> None:
    """Make the finished shards a TFDS data set with a manifest."""
    infos: dict[str, list[ShardInfo]] = {}
    for shard in job.spec.shards:
        note = notes[shard]
        infos.setdefault(shard.split, []).append(ShardInfo(note["count"], note["sha256"], note["bytes"]))
    write_metadata(job.folder, infos, _manifest(job, notes), features_of(job.spec.passes))


def _manifest(job: Job, notes: Mapping[Shard, Mapping[str, Any]]) -> dict[str, Any]:
    """Return what the manifest says beside the list of shards."""
    licences: dict[str, int] = {}
    for model in job.spec.models:
        licences[licence_of(model)] = licences.get(licence_of(model), 0) + 1
    labels = {"model_labels": label_entries(job.folder, job.spec)} if job.model_labels else {}
    return {
        "spec": job.spec.as_json(),
        "seed": job.spec.seed,
        "command": dict(job.command),
        "versions": {"python": platform.python_version(), **{name: version(name) for name in VERSIONS}},
        "seconds_per_image": _seconds_per_image(job, notes),
        "seconds_by_stage": seconds_by_stage(notes.values()),
        "licences": licences,
        "skipped": [asdict(skipped) for skipped in job.skipped],
        "notes": [asdict(note) for note in job.notes],
        **labels,
    }


def _seconds_per_image(job: Job, notes: Mapping[Shard, Mapping[str, Any]]) -> float:
    """Return the mean time that one worker takes for one image."""
    return round(sum(note["seconds"] for note in notes.values()) / job.spec.count, 4)
