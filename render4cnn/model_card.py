"""The model card of a viewpoint classifier."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
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
PHOTOGRAPHS = "Trained on photographs too: it may be used for what these may be used for."
BACKGROUNDS = "Trained on renders alone; as free as the CAD models and the background photographs they were made from."
FREE = "Trained on renders alone, on procedural backgrounds; as free as the CAD models they were made from."

METRICS = ("count", "acc_pi_6", "med_err_deg", "front_back_flips")
CALIBRATION = "expected_calibration_error"

GIVEN = "The class must be given, and the box must be known."
GUESSED = "The box must be known; a class that is not given is guessed, and all else then rests on the guess."
FLIPS = "Confusions of front and back are the most common large error; the probabilities show both peaks."
NO_TILT = "The photographs' labels have no tilt: it was taken as 0."


def run_card(run: RunFolder, config: Config, classes: Sequence[str], which: str = "last") -> str:
    """Return the card of a run whose training has finished, as Markdown.

    Its results are those in the run folder that were scored with ``which`` weights, ``last`` or ``best``.
    """
    environment = _json(run.environment) if run.environment.is_file() else {}
    data, rows, before = run.config["data"], read_metrics(run.metrics), run.config.get("ancestors", [])
    facts = {
        "classes": ", ".join(classes),
        "data": "; ".join(_data(item) for item in data),
        **({"begun with weights trained on": "; ".join(_begun(item) for item in before)} if before else {}),
        "date": environment.get("date") or _last_written(run.metrics),
        "command": f"`{environment.get('command', 'unknown')}`",
        "preset": config.preset,
        "input": f"{config.model.image_size} px",
        "seed": config.seed,
        "steps, batch size": f"{rows[-1]['step'] if rows else '?'}, {config.batch_size}",
        "hours": round(max((row["seconds"] for row in rows if "seconds" in row), default=0) / 3600, 3),
        "hardware": f"{environment.get('cores', '?')} cores, {', '.join(environment.get('devices', ['?']))}",
        "backend": environment.get("backend", "?"),
        "git revision": environment.get("git_revision") or "unknown",
    }
    sources = [item for trained in (run.config, *before) for item in trained["data"]]
    specs = [item.get("photographs", item["spec"]) for item in sources]
    limits = [GUESSED if config.model.class_head and len(classes) > 1 else GIVEN, FLIPS]
    limits += [NO_TILT] if any(is_photographs(item["spec"]) and not item.get("tilt", False) for item in sources) else []
    title = f"render4cnn {config.preset}: {', '.join(classes)}"
    pasted = any(trained["options"].get("backgrounds") for trained in (run.config, *before))
    return ModelCard(title, SUMMARY, facts, _results(run, rows, which), _use(specs, pasted), limits).markdown()


def _last_written(path: Path) -> str:
    """Return the date when a file was written last."""
    return date.fromtimestamp(path.stat().st_mtime).isoformat() if path.is_file() else "unknown"


def _use(specs: Sequence[str], pasted: bool) -> str:
    """Return what a network may be used for that learned from these sources, with renders on photographs or not."""
    if any(spec.startswith("cars:") for spec in specs):
        return RESEARCH
    if any(is_photographs(spec) for spec in specs):
        return PHOTOGRAPHS
    return BACKGROUNDS if pasted else FREE


def _begun(trained: Mapping[str, Any]) -> str:
    """Return the sources of the run that another began with, in words."""
    return " and ".join(_data(item) for item in trained["data"])


def _results(run: RunFolder, rows: Sequence[Mapping[str, Any]], which: str) -> list[dict[str, Any]]:
    """Return a row for each evaluation in the run folder, or for the last validation where there is none."""
    found = [_json(path) for path in sorted(run.path.glob("evaluation-*.json"))]
    scored = [row for item in found if item.get("weights", "last") == which for row in _each(item)]
    if scored:
        return scored
    last = next((row for row in reversed(rows) if "val_acc_pi_6" in row), {})
    return [{"validation": key, "value": value} for key, value in last.items() if key.startswith("val_")]


def _each(evaluation: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield a row for each class of an evaluation, and one for all together, which tells the calibration."""
    classes = evaluation["per_class"] if len(evaluation["per_class"]) > 1 else {}
    everything = "all" if classes else next(iter(evaluation["per_class"]))
    for name, figures in (*classes.items(), (everything, evaluation["overall"])):
        error = evaluation["calibration"][CALIBRATION] if name == everything else ""
        place = {"data": f"{evaluation['data']}, {evaluation['split']}", "class": name}
        yield {**place, **{key: figures[key] for key in METRICS}, CALIBRATION: error}


def _json(path: Path) -> dict[str, Any]:
    """Read a JSON file of ours."""
    return json.loads(path.read_text(encoding="utf-8"))


def _data(item: Mapping[str, Any]) -> str:
    """Return one source in words."""
    weight = "" if item["weight"] is None else f", weight {item['weight']:g}"
    return f"{item['spec']} ({item['views']} training views{weight})"
