"""The model card of a viewpoint classifier."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from render4cnn.config import Config
from vantage.benchmarks import is_photographs
from vantage.training.metrics_log import read_metrics
from vantage.training.model_card import ModelCard
from vantage.training.run_folder import RunFolder

SUMMARY = (
    "Tells azimuth, elevation and tilt (degrees, PASCAL3D+ meaning: azimuth 0 looks at the front, 90 sees the nose "
    "pointing to the image's left) of one object of a given class, from a crop of its box stretched to a square. "
    "Three softmax heads over bins of the full circle, one block of bins for each class, after Su et al., "
    '"Render for CNN" (ICCV 2015).'
)

RESEARCH = (
    "Research only: the photographs it was trained on (Stanford Cars images with the pose labels of Wang et al. 2018) "
    "may be used to train and to score, not for other purposes."
)
FREE = "Trained on renders alone; as free as the CAD models and the background photographs they were made from."

METRICS = ("count", "acc_pi_6", "med_err_deg", "front_back_flips")

LIMITS = (
    "The class must be given, and the box must be known.",
    "Confusions of front and back are the most common large error; the probabilities show both peaks.",
)


def run_card(run: RunFolder, config: Config, classes: Sequence[str]) -> str:
    """Return the card of a run whose training has finished, as Markdown; its results are those in the run folder."""
    environment = _json(run.environment) if run.environment.is_file() else {}
    data, rows = run.config["data"], read_metrics(run.metrics)
    facts = {
        "classes": ", ".join(classes),
        "data": "; ".join(_data(item) for item in data),
        "command": f"`{environment.get('command', 'unknown')}`",
        "preset": config.preset,
        "seed": config.seed,
        "steps, batch size": f"{rows[-1]['step'] if rows else '?'}, {config.batch_size}",
        "hours": round(max((row["seconds"] for row in rows if "seconds" in row), default=0) / 3600, 3),
        "hardware": f"{environment.get('cores', '?')} cores, {', '.join(environment.get('devices', ['?']))}",
        "backend": environment.get("backend", "?"),
        "git revision": environment.get("git_revision") or "unknown",
    }
    real = any(is_photographs(item["spec"]) for item in data)
    limits = LIMITS + (("The photographs' labels have no tilt: it was taken as 0.",) if real else ())
    title = f"render4cnn {config.preset}: {', '.join(classes)}"
    return ModelCard(title, SUMMARY, facts, _results(run, rows), RESEARCH if real else FREE, limits).markdown()


def _results(run: RunFolder, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return a row for each evaluation in the run folder, or for the last validation where there is none."""
    found = [_json(path) for path in sorted(run.path.glob("evaluation-*.json"))]
    scored = [(f"{item['data']}, {item['split']}", name, m) for item in found for name, m in _each(item)]
    if scored:
        return [{"data": data, "class": name, **{key: m[key] for key in METRICS}} for data, name, m in scored]
    last = next((row for row in reversed(rows) if "val_acc_pi_6" in row), {})
    return [{"validation": key, "value": value} for key, value in last.items() if key.startswith("val_")]


def _each(evaluation: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    """Return class names and metrics of an evaluation, all classes together last."""
    classes = evaluation["per_class"] if len(evaluation["per_class"]) > 1 else {}
    return [*classes.items(), ("all" if classes else next(iter(evaluation["per_class"])), evaluation["overall"])]


def _json(path: Path) -> dict[str, Any]:
    """Read a JSON file of ours."""
    return json.loads(path.read_text(encoding="utf-8"))


def _data(item: Mapping[str, Any]) -> str:
    """Return one source in words."""
    weight = "" if item["weight"] is None else f", weight {item['weight']:g}"
    return f"{item['spec']} ({item['views']} training views{weight})"
