"""Figures of errors: over elevation and box size, confusion of each class, and calibration; in the page's colours."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from vantage.metrics.calibration import Reliability
from vantage.metrics.viewpoint import ACCURACY_THRESHOLD_DEG
from vantage.report.figures import INK, SERIES, SOFT, TICKS, WIDTH, draw_figure
from vantage.report.html import FigureSvg

MOST_DOTS = 1000
"""At most so many views are drawn as dots."""

SIZE_GROUPS = 6
"""Box sizes are put into this many groups with as many views each."""


def error_over_elevation(elevation: np.ndarray, errors: np.ndarray) -> FigureSvg:
    """Draw rotation errors [n] over the true elevation [n], degrees, with the median of each 10 degrees."""
    elevation = np.asarray(elevation, float)
    low, high = 10 * np.floor(elevation.min() / 10), 10 * np.floor(elevation.max() / 10 + 1)

    def finish(axes: Axes) -> None:
        axes.set(title="Error over true elevation", xlabel="true elevation (degrees)", xlim=(low, high))

    return _errors_over(elevation, errors, np.arange(low, high + 1, 10), finish, "10°")


def error_over_size(sizes: np.ndarray, errors: np.ndarray) -> FigureSvg:
    """Draw rotation errors [n] over the longer side of the box [n], pixels, with the median of equal groups."""
    sizes = np.asarray(sizes, float)
    edges = np.unique(np.quantile(sizes, np.linspace(0, 1, SIZE_GROUPS + 1)))
    edges = edges if len(edges) > 1 else np.array([edges[0] * 0.99, edges[0] * 1.01])
    edges[-1] = np.nextafter(edges[-1], np.inf)

    def finish(axes: Axes) -> None:
        axes.set(title="Error over box size", xlabel="longer side of the box (pixels)", xscale="log")
        limits = edges[0] * 0.95, edges[-1] * 1.05
        ticks = _size_ticks(*limits)
        axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
        axes.set_xticks([], minor=True)
        axes.set_xlim(*limits)

    return _errors_over(sizes, errors, edges, finish, "equal groups")


def _size_ticks(low: float, high: float) -> list[float]:
    """Return round numbers between two sizes that have room beside each other on a logarithmic axis."""
    if high < 4 * low:  # next to even
        found = MaxNLocator(TICKS, steps=[1, 2, 2.5, 5, 10], integer=low > 2).tick_values(low, high)
    else:
        decades = 10.0 ** np.arange(np.floor(np.log10(low)), np.log10(high))
        found = np.outer(decades, (1, 2, 5) if high < 300 * low else (1,)).ravel()
    ticks: list[float] = []
    for tick in found[(found >= low) & (found <= high)]:
        if not ticks or np.log(tick / ticks[-1]) > 0.12 * np.log(high / low):
            ticks.append(float(tick))
    return ticks


def _errors_over(
    x: np.ndarray, errors: np.ndarray, edges: Sequence[float], finish: Callable[[Axes], None], group: str
) -> FigureSvg:
    """Draw errors over something, dots and the median between two edges; ``finish`` names the axis."""
    errors = np.asarray(errors, float)
    keep = np.linspace(0, len(errors) - 1, min(len(errors), MOST_DOTS)).astype(int)
    medians = [_median(errors[(x >= low) & (x < high)]) for low, high in pairwise(edges)]

    def draw(axes: Axes) -> None:
        axes.scatter(x[keep], errors[keep], s=5, color=SERIES[0], alpha=0.4, linewidths=0)
        for ends, median in zip(pairwise(edges), medians):
            axes.plot(ends, [median] * 2, color=SERIES[1], linewidth=2.2)
        axes.plot([], [], color=SERIES[1], linewidth=2.2, label=f"median of {group}")
        axes.axhline(ACCURACY_THRESHOLD_DEG, color=SOFT, linewidth=0.9, linestyle=(0, (4, 3)))
        axes.set(ylabel="rotation error (degrees)", yticks=range(0, 181, 30), ylim=(-4, 184))
        axes.figure.legend(loc="outside lower left")
        finish(axes)

    told = ", ".join(f"from {low:.4g}: {median:.1f}" for low, median in zip(edges, medians) if np.isfinite(median))
    shown = "" if len(keep) == len(errors) else f"{len(keep)} of {len(errors)} views are drawn."
    return draw_figure(draw, shown, label=f"Median rotation error, {told}", size=(WIDTH, 3.2))


def _median(values: np.ndarray) -> float:
    return float(np.median(values)) if len(values) else np.nan


def class_confusion(counts: np.ndarray, title: str, flips: int) -> FigureSvg:
    """Draw true against predicted azimuth of one class, small.

    Args:
        counts: [bins, bins] views, rows true, columns predicted, the first bin centred on 0 degrees.
        title: the class.
        flips: views whose azimuth is off by more than 150 degrees.
    """
    counts = np.asarray(counts, np.float64)
    share = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1.0)
    width = 360.0 / len(counts)

    def draw(axes: Axes) -> None:
        for row, column in zip(*np.nonzero(counts)):
            left, bottom = (column - 0.5) * width, (row - 0.5) * width
            axes.bar(left, width, width, bottom, align="edge", color=SERIES[0], alpha=share[row, column] ** 0.5, lw=0)
        span = (-width / 2, 360 - width / 2)
        axes.set(title=title, xlabel="predicted", ylabel="true", aspect="equal", xlim=span, ylim=span)
        axes.set(xticks=(0, 180), yticks=(0, 180))

    views = int(counts.sum())
    told = f"{views} view{'s' * (views != 1)}, {flips} front-back flip{'s' * (flips != 1)}"
    return draw_figure(draw, told, size=(2.1, 2.1))


def calibration_curve(curve: Reliability) -> FigureSvg:
    """Draw how often predictions of each confidence are right, beside the diagonal where both agree."""
    filled = curve.count > 0
    low, wide = curve.edges[:-1][filled], np.diff(curve.edges)[filled]
    share = curve.count[filled] / curve.count.sum()

    def draw(axes: Axes) -> None:
        axes.bar(low, share, wide, align="edge", color=SOFT, alpha=0.25, linewidth=0, label="share of the views")
        axes.plot([0, 1], [0, 1], color=SOFT, linewidth=0.9, linestyle=(0, (4, 3)))
        at, right = curve.confidence[filled], curve.accuracy[filled]
        axes.plot(at, right, color=SERIES[0], marker="o", markersize=4, label="within 30°")
        axes.text(0.03, 0.93, f"ECE {curve.expected_error:.3f}", color=INK, fontweight="bold")
        axes.set(title="Calibration of the confidence", xlabel="confidence", ylabel="share of views")
        axes.set(xlim=(0, 1), ylim=(0, 1.02))
        axes.figure.legend(loc="outside lower left", ncols=2)

    caption = (
        "Confidence is the probability of an error below 30°, by the network's own account. On the dashed line it "
        "would come true exactly; ECE is the mean distance from it, weighted by views."
    )
    return draw_figure(draw, caption, size=(WIDTH, 3.2))
