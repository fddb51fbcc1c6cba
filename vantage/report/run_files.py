"""What a report reads from a run folder: plain files, so that a run in progress or without its data has one too."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from vantage.errors import RunError
from vantage.report.evaluations import StoredEvaluation, load_evaluations, load_precisions, read_json
from vantage.training.run_folder import open_run

COUNTERS = ("step", "epoch")
"""Keys of metrics.jsonl that count rather than measure; the first one present is the x of the curves."""

NOT_CURVES = {*COUNTERS, "time", "seconds", "elapsed", "timestamp", "images", "count", "val_count", "input_wait"}

THROUGHPUT = ("images_per_second", "steps_per_second")
"""Shown as a figure and not as a curve."""

History = dict[str, tuple[list[float], list[float]]]


@dataclass(frozen=True)
class RunFiles:
    """The readable side of a run folder.

    Args:
        path: the folder.
        config: config.json; has ``package``.
        environment: environment.json, empty where missing.
        history: name -> (x, y) from metrics.jsonl.
        x_name: what x counts.
        evaluations: of this run, oldest first.
        beside: evaluations of other weights, to be shown with them.
        precisions: of detections, of this run and of those beside it, oldest first.
        model_card: model_card.md, empty where missing.
    """

    path: Path
    config: dict[str, Any]
    environment: dict[str, Any]
    history: History
    x_name: str
    evaluations: list[StoredEvaluation]
    beside: list[StoredEvaluation]
    model_card: str
    precisions: list[dict[str, Any]] = field(default_factory=list)

    @property
    def package(self) -> str:
        """The model package that made the run."""
        return self.config["package"]


def read_run(folder: str | Path, beside: Sequence[Path] = ()) -> RunFiles:
    """Read a run folder, and the evaluations in the folders ``beside``.

    Raises:
        RunError: not a run folder, one of another version, an edited configuration, or a file in it that is broken.
    """
    folder = Path(folder)
    config = folder / "config.json"
    package = read_json(config, "the configuration of a run").get("package") if config.is_file() else None
    run = open_run(folder, str(package))
    environment = folder / "environment.json"
    card = folder / "model_card.md"
    x_name, history = read_history(folder / "metrics.jsonl")
    return RunFiles(
        folder,
        dict(run.config),
        read_json(environment, "the environment of a run") if environment.is_file() else {},
        history,
        x_name,
        load_evaluations(folder),
        [evaluation for other in beside for evaluation in _stored(other)],
        card.read_text(encoding="utf-8", errors="replace") if card.is_file() else "",
        [precision for place in (folder, *beside) for precision in load_precisions(place)],
    )


def _stored(folder: Path) -> list[StoredEvaluation]:
    """Return the evaluations in a folder that must have some."""
    evaluations = load_evaluations(folder)
    if not evaluations and not load_precisions(folder):
        raise RunError(
            f"{folder} holds no evaluation", "a folder that vantage evaluate --store wrote", "check the path"
        )
    return evaluations


def read_history(path: Path) -> tuple[str, History]:
    """Return what the x of the curves counts, and name -> (x, y), x ascending.

    A line that is cut off (a run in progress) is passed over; where a resumed run wrote a step again, the later counts.
    """
    rows = list(_rows(path))
    x_name = next((name for name in COUNTERS if any(name in row for row in rows)), "entry")
    values: dict[str, dict[float, float]] = {}
    for number, row in enumerate(rows):
        x = row.get(x_name, number if x_name == "entry" else None)
        for name, value in row.items() if x is not None else ():
            if name not in NOT_CURVES:
                values.setdefault(name, {})[x] = value
    return x_name, {name: _columns(points) for name, points in values.items()}


def _columns(points: Mapping[float, float]) -> tuple[list[float], list[float]]:
    """Return x and y, sorted by x."""
    ordered = sorted(points.items())
    return [x for x, _ in ordered], [y for _, y in ordered]


def _rows(path: Path) -> Iterator[dict[str, float]]:
    """Yield the finite numbers of each line; groups (``{"val": {"loss": 1}}``) become ``val_loss``."""
    if not path.is_file():
        return
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            row = json.loads(line)
        except ValueError:
            continue
        if isinstance(row, dict):
            yield dict(_numbers(row))


def _numbers(row: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, float]]:
    """Yield name and value of every finite number, group names in front."""
    for name, value in row.items():
        if isinstance(value, Mapping):
            yield from _numbers(value, f"{prefix}{name}_")
        elif isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value):
            yield f"{prefix}{name}", value
