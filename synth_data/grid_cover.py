"""How much of a grid of viewpoints a set of so many views shows."""

from __future__ import annotations

import math
from typing import Any

from synth_data.sampling.viewpoints import GridPrior
from synth_data.spec import Spec


def uncovered(spec: Spec, prior: Any) -> str:
    """Return one line for people where some category of the split train sees less than the grid, else nothing."""
    if not isinstance(prior, GridPrior) or spec.path == "steps":
        return ""
    seen = directions_seen(spec)
    least, most = min(seen.values()), min(max(seen.values()), len(prior))
    if least >= len(prior):
        return ""
    unit = spec.group_size or 1
    enough = unit * math.ceil(spec.count * len(prior) / least / unit)
    share = f"{least}" if least == most else f"{least} to {most}"
    whose = "each category" if len(seen) > 1 else next(iter(seen))
    return (
        f"the grid has {len(prior)} viewpoints; in {spec.count} images {whose} shows {share} of them, evenly spread; "
        f"--count {enough} shows all"
    )


def directions_seen(spec: Spec) -> dict[str, int]:
    """Return category -> the directions that its views in the split train have, repeated ones too."""
    seen: dict[str, int] = {}
    indices = spec.splits["train"]
    categories = {model.category for model in spec.models_beside(indices.start)}
    for index in reversed(indices):  # the last view of a category has the highest number
        seen.setdefault(spec.model_of(index).category, spec.turn_of(index) + 1)
        if len(seen) == len(categories):
            break
    return seen
