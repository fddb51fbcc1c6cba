"""The labels of all models that a set shows (`vantage.records.models`), made in worker processes, each once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from synth_data.importing import Note
from synth_data.pool import Handler, Limits, Pool
from synth_data.spec import ModelRef, Spec, licence_of, shown_models
from vantage.console import progress
from vantage.errors import DataError
from vantage.records.models import FOLDER, labels_file, save_labels
from vantage.records.writer import file_sha256
from vantage.termination import kept_words, stop_says

LIMITS = Limits(seconds=300.0, memory=6 * 2**30, recycle_after=500)
"""What the labels of one model may use: five minutes, and 6 GiB of address space."""


def label_set(
    folder: Path, spec: Spec, prepared: Mapping[str, Path], workers: int, limits: Limits = LIMITS
) -> tuple[int, list[Note]]:
    """Make the labels that ``folder`` lacks of the models that a set shows.

    Each file is written whole or not at all, so that a run that was stopped goes on with the models that are missing.

    Args:
        folder: of the set.
        spec: of the set.
        prepared: CAD model id -> stored model.
        workers: processes.
        limits: for each model.

    Returns:
        how many were made, and a note on each model that none could be made of.

    Raises:
        DataError: a file cannot be written.
    """
    for stale in (folder / FOLDER).glob(".*.tmp-*"):
        stale.unlink(missing_ok=True)
    shown = shown_models(spec)
    missing = _unlabelled(folder, shown)
    notes = []
    if missing:
        pool = Pool(_make_labeller, (folder, dict(prepared)), min(workers, len(missing)), limits)
        with (
            stop_says(lambda: _kept(spec, len(shown) - len(_unlabelled(folder, shown)), len(shown))),
            progress(len(missing), "labelling models", "models") as bar,
        ):
            for outcome in pool.run(missing):
                bar.advance()
                if outcome.error:
                    raise outcome.error
                if outcome.failure:
                    notes.append(Note(outcome.payload.model_id, f"no labels of the model: {outcome.failure}"))
    return len(missing) - len(notes), sorted(notes, key=lambda note: note.file)


def _unlabelled(folder: Path, models: Sequence[ModelRef]) -> list[ModelRef]:
    return [model for model in models if not (folder / labels_file(model.model_id)).exists()]


def _kept(spec: Spec, labelled: int, total: int) -> str:
    """Return what is said where labelling was stopped."""
    return f"all {spec.count} images and {kept_words(labelled, total, 'labelled models')}"


def label_entries(folder: Path, spec: Spec) -> list[dict[str, Any]]:
    """Return what the manifest says of the labels: model, file, size and sha256 of each, by model."""
    files = {model.model_id: labels_file(model.model_id) for model in shown_models(spec)}
    return [
        {"model_id": name, "file": file, "bytes": (folder / file).stat().st_size, "sha256": file_sha256(folder / file)}
        for name, file in sorted(files.items())
        if (folder / file).exists()
    ]


def _make_labeller(folder: Path, prepared: Mapping[str, Path]) -> Handler:
    """Return a worker's function: a `ModelRef` -> nothing; its labels are in their file then."""
    from synth_data.model_labels import label_model
    from synth_data.render import ModelShelf

    shelf = ModelShelf(prepared)

    def work(ref: ModelRef, tell: Callable[[int], None]) -> None:
        path = folder / labels_file(ref.model_id)
        labels = label_model(shelf.get(ref), licence_of(ref))
        try:
            save_labels(path, labels)
        except OSError as error:
            found = f"{path} cannot be written ({error.strerror})"
            raise DataError(found, do="free some space, or choose another folder") from error
        tell(1)

    return work
