"""Published figures of Render for CNN (Su, Qi, Li, Guibas, ICCV 2015), each with where it comes from.

Classes are PASCAL3D+'s; ``PASCAL_NAME`` says which of ours they are set beside. All were measured on PASCAL3D+, on the
VOC12-val objects that are neither truncated, occluded nor difficult, in ground-truth boxes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

CLASSES = (
    "aeroplane",
    "bicycle",
    "boat",
    "bottle",
    "bus",
    "car",
    "chair",
    "diningtable",
    "motorbike",
    "sofa",
    "train",
    "tvmonitor",
)
"""The order of the released code (ShapeNet/RenderForCNN, global_variables.py.example)."""

PASCAL_NAME = {"table": "diningtable", **{name: name for name in CLASSES}}
"""Our class -> the class of PASCAL3D+ that comes nearest."""


@dataclass(frozen=True)
class Published:
    """One row of a published table.

    Args:
        name: what was measured.
        source: where the figures are to be found.
        per_class: class of PASCAL3D+ -> figure.
        mean: over the twelve classes, as published.
    """

    name: str
    source: str
    per_class: Mapping[str, float]
    mean: float


def _row(name: str, source: str, figures: str, mean: float) -> Published:
    """Read figures in the order of ``CLASSES``."""
    return Published(name, source, dict(zip(CLASSES, map(float, figures.split()), strict=True)), mean)


_PAPER = "Su et al., ICCV 2015, table of viewpoint accuracy; entered from memory and not checked against the paper"
_RELEASED = "github.com/ShapeNet/RenderForCNN, view_estimation/ref_evaluation_results"

ACCURACY = (
    _row("Su et al. 2015, paper (unchecked)", _PAPER, ".74 .83 .52 .91 .91 .88 .86 .73 .78 .90 .86 .92", 0.82),
    _row(
        "Su et al. 2015, released model and script (in fact within 42.4°)",
        _RELEASED,
        ".804 .839 .621 .956 .955 .847 .754 .857 .881 .872 .823 .896",
        0.842,
    ),
)
"""Accuracy "within pi/6". The released script measures theta / sqrt(2), so its threshold is a true 42.4 degrees."""

MEDIAN_ERROR = (
    _row("Su et al. 2015, paper (unchecked)", _PAPER, "15.4 14.8 25.6 9.3 3.6 6.0 9.7 10.8 16.7 9.5 6.1 12.6", 11.7),
    _row(
        "Su et al. 2015, released model and script (θ/√2)",
        _RELEASED,
        "10.2 12.2 18.5 6.5 4.5 6.4 12.4 8.6 13.0 11.0 5.7 13.1",
        10.18,
    ),
)
"""Median error, degrees. The released script's are theta / sqrt(2); whether the paper's table used it is unknown."""
