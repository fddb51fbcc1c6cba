"""Placeholder geometry of the category sofa, replaced by the real modeller."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synth_data.shapes import materials, primitives
from synth_data.shapes.bounds import check_ranges, uniform
from synth_data.shapes.mesh import Part, Shape

SIZES = {"car": (1.8, 4.5, 1.5), "chair": (0.5, 0.5, 0.9), "table": (1.4, 0.8, 0.75), "sofa": (2.0, 0.9, 0.85)}


@dataclass(frozen=True)
class SofaParams:
    """Parameters of a sofa."""

    stretch: float = 1.0

    def __post_init__(self):
        check_ranges(self, {"stretch": (0.8, 1.3)})


def sample_sofa_params(rng: np.random.Generator) -> SofaParams:
    """Draw the parameters."""
    return SofaParams(uniform(rng, (0.8, 1.3)))


def build_sofa(params: SofaParams) -> Shape:
    """Build it."""
    x, y, z = np.array(SIZES["sofa"]) * (1, params.stretch, 1)
    body = primitives.rounded_box((x, y, z / 2), (0, 0, z / 4), 0.1)
    upper = primitives.rounded_box((x * 0.9, y / 2, z / 2), (0, y / 8, 0.75 * z), 0.1)
    parts = (Part("body", *body, materials.GREY_PLASTIC), Part("upper", *upper, materials.CHROME))
    keypoints = {f"{s}_{e}": np.array([sx * x / 2, sy * y / 2, z / 4])
                 for s, sx in (("left", 1), ("right", -1)) for e, sy in (("front", -1), ("back", 1))}
    return Shape("sofa", "plain", parts, keypoints, params)
