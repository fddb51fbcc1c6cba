"""Published figures of Render for CNN (Su, Qi, Li, Guibas, ICCV 2015), each with where it comes from.

Classes are PASCAL3D+'s; ``PASCAL_NAME`` says which of ours they are set beside. All were measured on PASCAL3D+, on the
VOC12-val objects that are neither truncated, occluded nor difficult, in ground-truth boxes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from vantage.classes import PASCAL3D as CLASSES

PASCAL_NAME = {"table": "diningtable", **{name: name for name in CLASSES}}
"""Our class -> the class of PASCAL3D+ that comes nearest."""


@dataclass(frozen=True)
class Published:
    """One row of a published table.

    Args:
        name: what was measured.
        source: where the figures are to be found.
        per_class: class of PASCAL3D+ -> figure.
        mean: over the classes, as published.
    """

    name: str
    source: str
    per_class: Mapping[str, float]
    mean: float


def _row(name: str, source: str, figures: str, mean: float, classes: Sequence[str] = CLASSES) -> Published:
    """Read figures in the order of ``classes``."""
    return Published(name, source, dict(zip(classes, map(float, figures.split()), strict=True)), mean)


def _percent(source: str, figures: str, mean: float) -> Published:
    """Read the paper's percentages of average viewpoint precision, which have no bottle."""
    classes = [name for name in CLASSES if name != "bottle"]
    row = _row("Su et al. 2015, paper (unchecked)", source, figures, mean / 100, classes)
    return Published(row.name, row.source, {name: value / 100 for name, value in row.per_class.items()}, row.mean)


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

_PRECISION = (
    "Su et al., ICCV 2015, table of joint detection and viewpoint; entered from memory and not checked against it"
)
_MODEL = "Su et al. 2015, released model and script"


def _released(figures: str, mean: float) -> Published:
    return _row(_MODEL, _RELEASED, figures, mean)


PRECISION: dict[str, tuple[Published, ...]] = {
    "ap": (_released(".739 .666 .327 .312 .679 .581 .259 .361 .714 .430 .630 .636", 0.528),),
    "avp_4": (
        _released(".622 .591 .177 .310 .616 .482 .172 .205 .599 .349 .516 .605", 0.448),
        _percent(_PRECISION, "54.0 50.5 15.1 57.1 41.8 15.7 18.6 50.8 28.4 46.1 58.2", 39.7),
    ),
    "avp_8": (
        _released(".558 .522 .147 .310 .482 .429 .155 .166 .510 .293 .479 .459", 0.382),
        _percent(_PRECISION, "44.5 41.1 10.1 48.0 36.6 13.7 15.1 39.9 26.8 39.1 46.5", 32.9),
    ),
    "avp_16": (
        _released(".398 .343 .094 .306 .518 .355 .119 .176 .363 .204 .352 .299", 0.293),
        _percent(_PRECISION, "27.5 25.8 6.5 45.8 29.7 8.5 12.0 31.4 17.7 29.7 31.4", 24.2),
    ),
    "avp_24": (
        _released(".284 .234 .077 .300 .395 .321 .106 .126 .281 .197 .385 .179", 0.235),
        _percent(_PRECISION, "21.5 22.0 4.1 38.6 25.5 7.4 11.0 24.4 15.0 28.0 19.8", 19.8),
    ),
}
"""Average precision of the detector (R-CNN with box regression) and of detector and viewpoint together, on whole
VOC12-val photographs. Means leave the bottle out, but for ``ap``'s."""
