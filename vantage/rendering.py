"""Pictures of a 3D model at given viewpoints, for figures and reports.

Blender never runs in the process that trains or predicts: the pictures come from ``python -m synth_data.views``.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from vantage.errors import VantageError

START_SECONDS, SECONDS_PER_VIEW = 120.0, 30.0
"""Time after which the process is given up: for its start, and for each picture more."""


def render_views(model: str, viewpoints: Any, size: int = 256, samples: int = 16) -> list[np.ndarray]:
    """Return pictures of ``model`` in soft light without background, one for each viewpoint.

    Args:
        model: ``procedural:CATEGORY:SEED``, or the path of a CAD file (GLB, glTF, OBJ, PLY, STL, OFF).
        viewpoints: [n, 2 or more] degrees: azimuth, elevation, tilt (0); what follows is ignored, since the object
            fills the frame.
        size: width and height, px.
        samples: paths per pixel.

    Returns:
        uint8 RGBA [size, size, 4] with straight alpha, each.

    Raises:
        VantageError: the model cannot be used, or the renderer fails.
    """
    angles = np.array([(*view, 0.0)[:3] for view in viewpoints], np.float64)
    if not angles.size:
        return []
    with tempfile.TemporaryDirectory(prefix="vantage-views-") as folder:
        request = {"model": str(model), "viewpoints": angles.tolist(), "size": size, "samples": samples, "out": folder}
        result = _drawn(request, START_SECONDS + SECONDS_PER_VIEW * len(angles))
        return [_read(path) for path in result["images"]]


def _drawn(request: dict[str, Any], seconds: float) -> dict[str, Any]:
    """Run the renderer and return its result."""
    command = [sys.executable, "-m", "synth_data.views"]
    try:
        done = subprocess.run(command, input=json.dumps(request), text=True, capture_output=True, timeout=seconds)
    except subprocess.TimeoutExpired as error:
        raise VantageError(f"drawing {request['model']} took longer than {seconds:g} s") from error
    path = Path(request["out"], "result.json")
    if not path.exists():
        last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise VantageError(f"the renderer ended with status {done.returncode}: {last}; vantage doctor may tell why")
    result = json.loads(path.read_text())
    if "error" in result:
        raise VantageError(result["error"])
    return result


def _read(path: str) -> np.ndarray:
    with Image.open(path) as image:
        return np.asarray(image.convert("RGBA"))
