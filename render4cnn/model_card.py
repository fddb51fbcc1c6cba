"""The model card of a viewpoint classifier."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from render4cnn.config import Config
from render4cnn.evaluate import lacks_tilt
from vantage.training.loop import LoopResult
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

LIMITS = (
    "The class must be given, and the box must be known.",
    "Confusions of front and back are the most common large error; the probabilities show both peaks.",
)


def training_card(run: RunFolder, config: Config, classes: Sequence[str], result: LoopResult) -> str:
    """Return the card of a finished training, as Markdown."""
    environment = json.loads(run.environment.read_text(encoding="utf-8")) if run.environment.is_file() else {}
    data = run.config["data"]
    facts = {
        "classes": ", ".join(classes),
        "data": "; ".join(_data(item) for item in data),
        "command": f"`{environment.get('command', 'unknown')}`",
        "preset": config.preset,
        "seed": config.seed,
        "steps, batch size": f"{result.step}, {config.batch_size}",
        "hours": round(result.seconds / 3600, 3),
        "hardware": f"{environment.get('cores', '?')} cores, {', '.join(environment.get('devices', ['?']))}",
        "backend": environment.get("backend", "?"),
        "git revision": environment.get("git_revision") or "unknown",
    }
    real = any(lacks_tilt(item["spec"]) for item in data)
    rows = [{"metric": name, "value": value} for name, value in result.validation.items()]
    limits = LIMITS + (("The photographs' labels have no tilt: it was taken as 0.",) if real else ())
    return ModelCard(f"render4cnn {config.preset}", SUMMARY, facts, rows, RESEARCH if real else FREE, limits).markdown()


def _data(item: Mapping[str, Any]) -> str:
    """Return one source in words."""
    weight = "" if item["weight"] is None else f", weight {item['weight']:g}"
    return f"{item['spec']} ({item['views']} training views{weight})"
