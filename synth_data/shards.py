"""A shard, the unit of work: one process renders it, writes it under a temporary name, notes it, and renames it.

What that process needs is here, be it a worker of this machine's pool or of a cluster.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from synth_data.cad import Skipped
from synth_data.handover import picture_folder
from synth_data.importing import Note
from synth_data.passes import needs_albedo
from synth_data.spec import Shard, Spec, following_view, view_spec, views_together
from synth_data.stopwatch import Stopwatch
from vantage.console import atomic_write, write_json
from vantage.records.writer import ShardInfo, shard_name, write_shard

WORK = ".work"
"""Hidden folder of a set that is not finished: its spec, prepared models, notes on finished shards."""

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
        together = partial(views_together, spec, prior)
        renderer = Renderer(stage, shelf, spec.seed, spec.smooth, spec.passes, watch, together)
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


def note_path_of(folder: Path, shard: Shard) -> Path:
    return folder / WORK / "shards" / f"{shard.split}-{shard.number:05}.json"


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
    write_json(note_path_of(folder, shard), dict(note))
    with atomic_write(shard_path(folder, shard)) as file:
        file.write(data)


def _told(records: Iterator[Any], tell: Callable[[int], None], watch: Stopwatch) -> Iterator[Any]:
    """Pass records on, telling of each; what is done with them until the next is asked for is the encoding."""
    for record in records:
        yield record
        tell(1)
        watch.lap("encoding")
