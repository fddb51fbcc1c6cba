"""``python -m synth_data.views``: draw one model at given viewpoints, for figures. A process of its own, since it has
Blender in it; `vantage.rendering.render_views` calls it.

It reads a JSON object from standard input (model, viewpoints, size, samples, out) and writes ``0.png``, ``1.png`` ...
and ``result.json`` (``{"images": [...]}`` or ``{"error": ...}``) into the folder ``out``.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from synth_data.develop import Development
from synth_data.models import Model, model_from_shape
from synth_data.sampling.cameras import Framing
from synth_data.sampling.lights import SOFT
from synth_data.sampling.viewpoints import Direction
from synth_data.spec import ModelRef, ViewSpec
from vantage.errors import UserError, VantageError

FRAMING = Framing(fov_deg=25.0, fill=0.9)


def draw(request: dict[str, Any]) -> list[str]:
    """Draw what is asked for and return the paths of the pictures."""
    from synth_data.blender.stage import Stage
    from synth_data.handover import picture_folder
    from synth_data.render import Renderer

    model = resolve_model(request["model"])
    stage = Stage(int(request["size"]), int(request["samples"]), picture_folder())
    renderer = Renderer(stage, _OneModel(model), 0)
    out, paths = Path(request["out"]), []
    for number, angles in enumerate(request["viewpoints"]):
        image = renderer.record(_view(model, angles, number)).image
        paths.append(str(out / f"{number}.png"))
        Image.fromarray(image).save(paths[-1])
    stage.close()
    return paths


def resolve_model(name: str) -> Model:
    """Return the model of ``procedural:CATEGORY:SEED`` or of a CAD file.

    Raises:
        UserError: the name is neither.
        MeshError: the file cannot be used.
    """
    if name.startswith("procedural:"):
        from synth_data.shapes.registry import sample_shape

        _, category, seed = (name.split(":") + ["", ""])[:3]
        if not seed.isdigit():
            raise UserError(f"the model is {name!r}", "procedural:CATEGORY:SEED, such as procedural:car:0")
        return model_from_shape(sample_shape(category, int(seed)), name)
    if not Path(name).is_file():
        raise UserError(f"there is no CAD file {name}", "a file, or procedural:CATEGORY:SEED")
    from synth_data.cad import cad_file
    from synth_data.cad.building import import_cad

    return import_cad(cad_file(name))


class _OneModel:
    """A shelf with one model."""

    def __init__(self, model: Model):
        self._model = model

    def get(self, ref: ModelRef) -> Model:
        return self._model

    def scene(self, view: ViewSpec) -> Model:
        return self._model


def _view(model: Model, angles: Sequence[float], number: int) -> ViewSpec:
    """Return the description of one figure."""
    direction = Direction(*(float(angle) for angle in angles[:3]))
    ref = ModelRef(model.model_id, model.category, model.model_id)
    return ViewSpec(number, ref, direction, FRAMING, SOFT, None, Development(), number)


def main() -> int:
    """Read a request, draw it, and say what came of it."""
    request = json.load(sys.stdin)
    try:
        result: dict[str, Any] = {"images": draw(request)}
    except VantageError as error:
        result = {"error": str(error)}
    Path(request["out"], "result.json").write_text(json.dumps(result))
    return 1 if "error" in result else 0


if __name__ == "__main__":
    np.seterr(all="ignore")
    sys.exit(main())
