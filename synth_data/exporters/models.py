"""The procedural models that views show, built again from their ids, since a data set does not hold meshes."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np

from synth_data.deformation import deform_by_seed
from synth_data.models import Model, model_from_shape
from synth_data.shapes.registry import CATEGORIES, sample_shape

_ID = re.compile(r"procedural:([a-z_]{1,40}):(\d{1,18})(?:~(\d{1,18}))?")
_TOLERANCE = 1e-6


@lru_cache(maxsize=64)
def procedural_model(model_id: str) -> Model | None:
    """Return the model ``procedural:CATEGORY:SEED``, deformed where ``~NUMBER`` follows, or None for any other id."""
    found = _ID.fullmatch(model_id)
    if found is None or found[1] not in CATEGORIES:
        return None
    model = model_from_shape(sample_shape(found[1], int(found[2])), model_id.partition("~")[0])
    return model if found[3] is None else deform_by_seed(model, int(found[3]), model_id)


def shown_model(model_id: str, normalisation: Mapping[str, Any]) -> Model | None:
    """Return the model that a record shows, None where it is a CAD file's or another version of Vantage built it.

    Args:
        model_id: of the record.
        normalisation: of the record; a model that is built otherwise today has another.
    """
    model = procedural_model(model_id)
    if model is None:
        return None
    ours, theirs = (_numbers(entry) for entry in (model.normalisation, normalisation))
    same = np.allclose(ours, theirs, rtol=_TOLERANCE, atol=_TOLERANCE)
    return model if same and _deformation(model.normalisation) == _deformation(normalisation) else None


def _deformation(normalisation: Mapping[str, Any]) -> str:
    return json.dumps(normalisation.get("deformation"), sort_keys=True)


def _numbers(normalisation: Mapping[str, Any]) -> np.ndarray:
    return np.array([normalisation.get("scale", 1.0), *normalisation.get("offset", (0, 0, 0))], np.float64)
