"""A spec becomes shards, in a pool of processes, and the shards a data set.

A shard is the unit of work: it is rendered by one worker, written under a temporary name, noted in ``.work``, and
renamed. A run that was stopped in any way goes on with the shards that are missing.
"""

from __future__ import annotations

import fcntl
import json
import math
import os
import platform
import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

from synth_data.cad import Skipped
from synth_data.handover import picture_folder
from synth_data.importing import Note
from synth_data.labelling import label_entries, label_set
from synth_data.passes import features_of, needs_albedo
from synth_data.pool import Handler, Limits, Outcome, Pool, rest_done
from synth_data.spec import Shard, Spec, following_view, licence_of, shown_models, view_spec
from synth_data.spec_differences import differences
from synth_data.stopwatch import Stopwatch, seconds_by_stage
from vantage.console import atomic_write, progress, write_json
from vantage.errors import UserError, VantageError
from vantage.records.reader import read_manifest
from vantage.records.writer import MANIFEST, ShardInfo, shard_name, write_metadata, write_shard
from vantage.termination import kept_words, stop_says

WORK = ".work"
"""Hidden folder of a set that is not finished: its spec, prepared models, notes on finished shards."""

SPEC = "spec.json"
RECYCLE_AFTER = 800
"""Views after which a render worker is replaced: Blender does not give all memory back."""

VERSIONS = ("bpy", "numpy", "trimesh", "array_record", "vantage")
"""Packages that the bytes of a set depend on."""


@dataclass(frozen=True)
class Job:
    """A set to render.

    Attributes:
        folder: where it goes.
        spec: what it is.
        prior: draws the viewpoints.
        prepared: CAD model id -> stored model.
        skipped: CAD files that are left out.
        command: words that say how it was asked for, for the manifest.
        notes: what CAD files lack that are used all the same.
        model_labels: make the labels of whole models as well.
    """

    folder: Path
    spec: Spec
    prior: Any
    prepared: Mapping[str, Path] = field(default_factory=dict)
    skipped: Sequence[Skipped] = ()
    command: Mapping[str, Any] = field(default_factory=dict)
    notes: Sequence[Note] = ()
    model_labels: bool = False


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


def shard_path(folder: Path, shard: Shard) -> Path:
    """Return where a shard is stored."""
    return folder / shard_name(shard.split, shard.number, shard.total)


def make_renderer(
    spec: Spec, prior: Any, prepared: Mapping[str, Path], watch: Stopwatch | None = None
) -> Callable[[int], Any]:
    """Return, in a process that may import Blender, the function from an index of the set to its record."""
    with on_one_core():
        from synth_data.blender.stage import Stage
    from synth_data.render import ModelShelf, Renderer

    surrounded = bool(spec.rigs)
    stage = Stage(
        spec.sides,
        spec.samples,
        picture_folder(),
        albedo=needs_albedo(spec.passes),
        surrounded=surrounded,
        denoised=surrounded and spec.smooth,
        device=spec.device,
    )
    if surrounded:
        from synth_data.scenes.render import SceneRenderer, SceneShelf

        renderer = SceneRenderer(stage, SceneShelf(spec.textures, spec.seed), spec.seed, False, spec.passes, watch)
    else:
        shelf = ModelShelf(prepared, spec.textures, spec.seed)
        renderer = Renderer(stage, shelf, spec.seed, spec.smooth, spec.passes, watch)
    following = following_view if "flow" in spec.passes else lambda spec, prior, index: None
    return lambda index: renderer.record(view_spec(spec, prior, index), following(spec, prior, index))


@contextmanager
def on_one_core() -> Iterator[None]:
    """Let this thread see one core inside the block.

    Blender counts the cores when it is imported. Where it finds several, a helper thread spins beside the one that
    renders and takes as much of a second core as the render of the first, which the next worker needs. The threads that
    are started inside may run anywhere afterwards: on that one core they would wait for whichever worker has it, and
    every worker for them.
    """
    if not hasattr(os, "sched_setaffinity"):  # only Linux has it
        yield
        return
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(cores)})
    try:
        yield
    finally:
        for thread in Path("/proc/self/task").iterdir():
            with suppress(ProcessLookupError):  # it has ended meanwhile
                os.sched_setaffinity(int(thread.name), cores)


def _noted(job: Job, shard: Shard) -> dict[str, Any] | None:
    """Return the note on a finished shard, or None where it has to be rendered."""
    path = shard_path(job.folder, shard)
    try:
        note = json.loads(_note_path(job.folder, shard).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    whole = path.is_file() and path.stat().st_size == note["bytes"] and note["count"] == shard.count
    return note if whole else None


def _note_path(folder: Path, shard: Shard) -> Path:
    return folder / WORK / "shards" / f"{shard.split}-{shard.number:05}.json"


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
        return render_shard(render, watch, shard, shard_path(folder, shard), tell, _note_path(folder, shard))

    return work


def render_shard(
    render: Callable[[int], Any],
    watch: Stopwatch,
    shard: Shard,
    path: Path,
    tell: Callable[[int], None],
    note_path: Path | None = None,
) -> dict[str, Any]:
    """Render a shard to ``path`` and return its note, which goes to ``note_path`` before the shard has its name.

    Args:
        render: of `make_renderer`.
        watch: the one that ``render`` has.
        shard: which.
        path: where to.
        tell: is told of each view.
        note_path: where the note goes; nowhere without it.
    """
    start, clock, note = time.monotonic(), time.process_time(), {}
    watch.take()

    def write_note(info: ShardInfo) -> None:
        seconds, processor = time.monotonic() - start, time.process_time() - clock
        watch.lap("encoding")
        stages = {name: round(value, 3) for name, value in watch.take().items()}
        note.update(asdict(info), seconds=round(seconds, 3), processor=round(processor, 3), stages=stages)
        write_json(note_path, note)

    write_shard(path, _told(map(render, range(shard.start, shard.stop)), tell, watch), write_note)
    return note


def keep_shard(folder: Path, shard: Shard, note: Mapping[str, Any], data: bytes) -> None:
    """Store a shard that was rendered elsewhere, its note first."""
    write_json(_note_path(folder, shard), dict(note))
    with atomic_write(shard_path(folder, shard)) as file:
        file.write(data)


def _told(records: Iterator[Any], tell: Callable[[int], None], watch: Stopwatch) -> Iterator[Any]:
    """Pass records on, telling of each; what is done with them until the next is asked for is the encoding."""
    for record in records:
        yield record
        tell(1)
        watch.lap("encoding")


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
