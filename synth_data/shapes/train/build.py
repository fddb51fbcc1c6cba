"""A train from its parameters: the leading car, what it draws, keypoints."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from synth_data.shapes.mesh import Part, Shape, assembled
from synth_data.shapes.train.leads import diesel, highspeed, multiple_unit
from synth_data.shapes.train.params import TrainParams
from synth_data.shapes.train.steam import steam, tender
from synth_data.shapes.train.stock import coach, colors_of, wagon
from synth_data.shapes.vehicles import MIRROR, sided

CORNERS = ("left_bottom", "left_top", "right_top", "right_bottom")
EDGES = (
    *(
        (f"{place}_{a}", f"{place}_{b}")
        for place in ("head", "mid", "tail")
        for a, b in pairwise((*CORNERS, CORNERS[0]))
    ),
    *((f"{a}_{corner}", f"{b}_{corner}") for a, b in (("head", "mid"), ("mid", "tail")) for corner in CORNERS),
    ("head_top", "tail_top"),
)
"""The skeleton: the edges of the train, cut in its middle."""

LEADS = {"steam": steam, "diesel": diesel, "highspeed": highspeed, "tram": multiple_unit, "commuter": multiple_unit}


def build_train(params: TrainParams) -> Shape:
    """Return the train of ``params``, in metres, its wheels on z = 0, its middle at x = y = 0."""
    colors = colors_of(params)
    spans = params.spans
    lead, heads = LEADS[params.style](params, colors, *spans[0], len(spans) == 1)
    groups = {"lead": lead}
    for number, (start, end) in enumerate(spans[1:], 1):
        maker = tender if params.style == "steam" and number == 1 else coach if params.wagons == "coach" else wagon
        groups[f"car {number}"] = maker(params, colors, start, end, number == len(spans) - 1)
    parts = tuple(assembled(name, pieces, sharp_angle_deg=35) for name, pieces in groups.items())
    return Shape("train", params.style, parts, keypoints(params, heads, parts), params, MIRROR, edges=EDGES)


def keypoints(p: TrainParams, heads: dict[str, np.ndarray], parts: tuple[Part, ...]) -> dict[str, np.ndarray]:
    """Return the corners of the face, of the middle and of the tail under names like those of PASCAL3D+."""
    points = sided({"bottom": heads["bottom"], "top": heads["top"]}, "head_{side}_{name}")
    points["head_top"] = heads["crown"]
    vertices = np.concatenate([part.vertices for part in parts])
    places = {"mid": np.mean([p.spans[0][0], p.spans[-1][1]]), "tail": p.spans[-1][1]}
    for place, y in places.items():
        for level, z in (("bottom", 1.0), ("top", p.height)):
            points |= sided({level: _outermost(vertices, y, z)}, f"{place}_{{side}}_{{name}}")
    points["tail_top"] = _outermost(vertices, places["tail"], p.height) * (0, 1, 1)
    return points


def _outermost(vertices: np.ndarray, y: float, z: float) -> np.ndarray:
    """Return the vertex on the left that is nearest to the corner of a body at (y, z)."""
    left = vertices[vertices[:, 0] > 0.3]
    return left[np.argmin(np.linalg.norm((left - (1.6, y, z)) * (0.8, 1.0, 1.0), axis=1))].copy()
