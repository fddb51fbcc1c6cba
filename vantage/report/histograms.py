"""Figures of how values are distributed: histograms and bars, in the page's colours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes

from vantage.report.figures import AZIMUTH_NAMES, AZIMUTH_TICKS, SERIES, SOFT, WIDTH, draw_figure
from vantage.report.html import FigureSvg

SIZE = (WIDTH, 2.4)


def histogram(
    values: Sequence[float],
    title: str,
    unit: str = "",
    limits: tuple[float, float] | None = None,
    bins: int = 36,
) -> FigureSvg:
    """Draw how many views have which value, with a line at the median.

    Args:
        values: [n]; those that are not finite are left out.
        title: what they are.
        unit: written below.
        limits: of the axis; those of the values without it.
        bins: bars.
    """
    values = np.asarray(values, np.float64)
    values = values[np.isfinite(values)]
    if not len(values):
        return FigureSvg("", f"{title}: there is none.")
    low, high = limits or _limits(values)
    counts, edges = np.histogram(values, bins, (low, high))
    median = float(np.median(values))

    def draw(axes: Axes) -> None:
        axes.bar(edges[:-1], counts, np.diff(edges), align="edge", color=SERIES[0], linewidth=0, alpha=0.85)
        axes.axvline(median, color=SERIES[1], linewidth=1.5)
        axes.set(title=title, xlabel=unit, ylabel="views", xlim=(low, high))
        axes.grid(visible=False, axis="x")

    spread = f"{values.min():.4g} to {values.max():.4g}, median {median:.4g}"
    return draw_figure(draw, label=f"{title}, {unit}: {spread}", size=SIZE)


def azimuth_histogram(values: Sequence[float], title: str = "Azimuth") -> FigureSvg:
    """Draw how many views see which side; [n] degrees."""
    values = np.mod(np.asarray(values, np.float64), 360.0)
    counts, edges = np.histogram(values, 36, (0, 360))

    def draw(axes: Axes) -> None:
        axes.bar(edges[:-1], counts, 10.0, align="edge", color=SERIES[0], linewidth=0, alpha=0.85)
        axes.set(title=title, ylabel="views", xlim=(0, 360))
        axes.set_xticks(AZIMUTH_TICKS, AZIMUTH_NAMES)
        axes.grid(visible=False, axis="x")

    return draw_figure(draw, label=f"{title}: {counts.min()} to {counts.max()} views in 10 degrees", size=SIZE)


def share_bars(shares: Mapping[str, float], title: str, form: str = "{:.3g}", unit: str = "") -> FigureSvg:
    """Draw named amounts as bars lying below each other, the first uppermost, each with its value beside it."""
    names, values = list(shares), np.array(list(shares.values()), np.float64)

    def draw(axes: Axes) -> None:
        places = np.arange(len(names))[::-1]
        axes.barh(places, values, 0.7, color=SERIES[0], linewidth=0, alpha=0.85)
        for place, value in zip(places, values):
            beside = {"xytext": (3, 0), "textcoords": "offset points", "va": "center"}
            axes.annotate(form.format(value), (value, place), color=SOFT, **beside)
        axes.set_yticks(places, names)
        axes.set(title=title, xlabel=unit, xlim=(0, max(1.25 * values.max(initial=0.0), 1e-9)))
        axes.grid(visible=False, axis="y")
        axes.spines["left"].set_visible(False)
        axes.tick_params(axis="y", length=0)

    told = ", ".join(f"{name} {form.format(value)}" for name, value in shares.items())
    return draw_figure(draw, label=f"{title}: {told}", size=SIZE)


def _limits(values: np.ndarray) -> tuple[float, float]:
    """Return the range of values, widened where they are all alike."""
    low, high = float(values.min()), float(values.max())
    largest = max(abs(low), abs(high))
    margin = 0.02 * largest or 1.0 if high - low <= 1e-6 * largest else 0.0
    return low - margin, high + margin
