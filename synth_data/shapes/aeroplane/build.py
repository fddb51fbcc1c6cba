"""An aeroplane from its parameters: fuselage, wings, tail, engines, undercarriage, keypoints."""

from __future__ import annotations

import numpy as np

from synth_data.shapes.aeroplane.fuselage import fuselage, fuselage_pieces
from synth_data.shapes.aeroplane.lift import fin_points, tail_pieces, tail_tip, wing_pieces, wing_tip
from synth_data.shapes.aeroplane.params import AeroplaneParams
from synth_data.shapes.aeroplane.power import gear_pieces, nose_leg, power_pieces
from synth_data.shapes.mesh import Shape, assembled
from synth_data.shapes.vehicles import MIRROR, lacquer, sided

EDGES = (
    ("nose", "cockpit"), ("nose", "noselanding"), ("cockpit", "rudder_lower"), ("rudder_lower", "rudder_upper"),
    ("rudder_lower", "tail"), ("cockpit", "left_wing"), ("cockpit", "right_wing"),
    ("tail", "left_elevator"), ("tail", "right_elevator"),
)  # fmt: skip
"""The skeleton."""


def build_aeroplane(params: AeroplaneParams) -> Shape:
    """Return the aeroplane of ``params``, in metres, level; its wheels, or its lowest point, on the ground z = 0."""
    paint, second = lacquer("paint", params.paint, params.metallic), lacquer("second paint", params.second)
    groups = {
        "fuselage": fuselage_pieces(params, paint, second), "wings": wing_pieces(params, paint, second),
        "tail": tail_pieces(params, paint, second), "engines": power_pieces(params, paint, second),
        "gear": gear_pieces(params, paint),
    }  # fmt: skip
    parts = [assembled(name, pieces, sharp_angle_deg=35) for name, pieces in groups.items() if pieces]
    lowest = min(part.vertices[:, 2].min() for part in parts)
    lift = np.array([0, 0, -lowest])
    points = {name: point + lift for name, point in keypoints(params).items()}
    return Shape(
        "aeroplane", params.style, tuple(part.moved(lift) for part in parts), points, params, MIRROR, edges=EDGES
    )


def keypoints(p: AeroplaneParams) -> dict[str, np.ndarray]:
    """Return the points of PASCAL3D+ under its names, and nose, cockpit and wing roots, before the shift to the ground.

    Of two fins the rudder's points are those between them.
    """
    skin = fuselage(p)
    top, foot = fin_points(p)
    cockpit = {"airliner": 0.075, "bizjet": 0.12, "turboprop": 0.09, "light": 0.3, "fighter": 0.24}.get(p.style, 0.39)
    points = {
        "nose": skin.points[0].mean(axis=0), "tail": skin.points[-1].mean(axis=0), "noselanding": nose_leg(p),
        "cockpit": skin.top([0.0], p.y(cockpit))[0], "rudder_upper": top, "rudder_lower": foot,
    }  # fmt: skip
    return points | sided({"wing": wing_tip(p), "elevator": tail_tip(p)})
