"""Figures of the report, drawn with matplotlib as SVG that takes the page's font and its light or dark colours.

Colours in matplotlib are place-holders (``INK``, ``SERIES`` ...) which become the CSS variables of ``report.css``.
No figure touches matplotlib's global state.
"""

from __future__ import annotations

import io
import re
import textwrap
from collections.abc import Container, Iterable, Mapping, Sequence

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.ticker import AutoLocator, MaxNLocator

from vantage.report.html import FigureSvg

INK, SOFT, LINE = "#0a0b01", "#0a0b02", "#0a0b03"
SERIES = ("#0a0b11", "#0a0b12", "#0a0b13", "#0a0b14", "#0a0b15", "#0a0b16")
_VARIABLES = {INK: "--ink", SOFT: "--soft", LINE: "--line", **{c: f"--c{i}" for i, c in enumerate(SERIES, 1)}}

_STYLE = {
    "svg.fonttype": "none",
    "svg.hashsalt": "vantage",
    "text.parse_math": False,
    "font.family": "DejaVu Sans",
    "font.size": 9.8,
    "axes.titlesize": 10.8,
    "axes.titlelocation": "left",
    "axes.titleweight": "bold",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": SOFT,
    "axes.labelcolor": SOFT,
    "axes.titlecolor": INK,
    "axes.facecolor": "none",
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": LINE,
    "grid.linewidth": 0.7,
    "xtick.color": SOFT,
    "ytick.color": SOFT,
    "text.color": INK,
    "figure.facecolor": "none",
    "legend.frameon": False,
    "legend.fontsize": 9.4,
    "legend.handlelength": 1.6,
    "lines.linewidth": 1.7,
    "lines.solid_capstyle": "round",
}

WIDTH = 4.1
"""Inches. A phone shows a figure 350 px wide: its letters are 12 px high then, and 14 px on a wide page."""

TICKS = 5
"""Most steps of an axis, so that the numbers have room on a phone."""

NAME_WIDTH = 28
"""Letters of a legend's line: a longer name would leave the axes no room."""

MOST_POINTS = 400
"""A curve is thinned to this many points."""

AZIMUTH_TICKS = (0, 90, 180, 270, 360)
AZIMUTH_NAMES = ("0°\nfront", "90°\nleft", "180°\nrear", "270°\nright", "360°\nfront")
"""Azimuth 90: the nose points to the image's left."""


def training_panels(
    history: Mapping[str, tuple[Sequence[float], Sequence[float]]],
    x_name: str,
    sources: Mapping[str, str] | None = None,
) -> list[FigureSvg]:
    """Return one figure per quantity; ``loss``, ``val_loss`` and each source's ``val_SOURCE_loss`` share one.

    Args:
        history: name -> (x, y); a name with ``val_`` in front belongs to the same name without it.
        x_name: what x counts, such as ``"step"``.
        sources: of the held-out views, name in ``history`` -> name in words.
    """
    names = list(dict.fromkeys(quantity(name, history, sources or {}) for name in history))
    return [_training_panel(name, history, x_name, sources or {}) for name in names]


def quantity(name: str, history: Container[str], sources: Iterable[str] = ()) -> str:
    """Return what a curve is of: its name without ``val_`` in front, or ``val_SOURCE_`` where all have it together."""
    for source in sources:
        own = name.removeprefix(f"val_{source}_")
        if own != name and f"val_{own}" in history:
            return own
    return name.removeprefix("val_")


def _training_panel(name: str, history: Mapping, x_name: str, sources: Mapping[str, str]) -> FigureSvg:
    """Draw one quantity, in training, on the held-out views, and on those of each source."""
    lines = {name: "training", f"val_{name}": "held out"}
    lines |= {f"val_{source}_{name}": f"held out of {words}" for source, words in sources.items()}
    looks = {key: (SERIES[n % len(SERIES)], ("-", "--", ":")[n // len(SERIES) % 3]) for n, key in enumerate(lines)}
    lines = {key: words for key, words in lines.items() if key in history}
    many = len(lines) > 2

    def draw(axes: Axes) -> None:
        for key, label in lines.items():
            (x, y), (colour, style) = _thinned(*history[key]), looks[key]
            marks = {"marker": "o" if len(x) < 12 else None, "markersize": 3}
            axes.plot(x, y, color=colour, linestyle=style, label=_in_lines(label), **marks)
        axes.set(title=_readable(name), xlabel=x_name)
        if many:
            axes.figure.legend(loc="outside lower left")
        elif f"val_{name}" in lines:
            axes.legend(loc="best")

    last = ", ".join(f"{key}: {history[key][1][-1]:.4g}" for key in lines if len(history[key][1]))
    height = 2.5 + 0.18 * sum(1 + len(words) // NAME_WIDTH for words in lines.values()) * many
    return draw_figure(draw, label=f"{name} over {x_name}; last values {last}", size=(WIDTH, height))


def accuracy_curves(curves: Mapping[str, tuple[np.ndarray, np.ndarray]]) -> FigureSvg:
    """Draw accuracy over the error threshold, one curve per name; the last is drawn strongest.

    Args:
        curves: name -> (thresholds in degrees [t], fraction within them [t]).
    """

    def draw(axes: Axes) -> None:
        for index, (name, (thresholds, fraction)) in enumerate(curves.items()):
            main = index == len(curves) - 1
            colour = INK if main and len(curves) > 1 else SERIES[index % len(SERIES)]
            axes.plot(thresholds, fraction, color=colour, label=_in_lines(name), linewidth=2.2 if main else 1.4)
        axes.axvline(30, color=SOFT, linewidth=0.9, linestyle=(0, (4, 3)))
        axes.text(31, 0.02, "π/6", color=SOFT)
        axes.set(title="Accuracy over threshold", xlabel="rotation error below (degrees)", ylabel="fraction of views")
        axes.set(xlim=(0, 90), ylim=(0, 1.02), xticks=range(0, 91, 15))
        axes.legend(loc="lower right")

    return draw_figure(draw, "Fraction of views whose true rotation error is below each threshold.")


def azimuth_confusion(counts: np.ndarray) -> FigureSvg:
    """Draw true against predicted azimuth.

    Args:
        counts: [bins, bins] views, rows true, columns predicted, the first bin centred on 0 degrees.
    """
    counts = np.asarray(counts, np.float64)
    share = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1.0)
    bins = len(counts)

    def draw(axes: Axes) -> None:
        edges = (np.arange(bins + 1) - 0.5) * (360.0 / bins)
        for row, column in zip(*np.nonzero(counts)):
            square = (edges[column], 360.0 / bins, 360.0 / bins, edges[row])
            axes.bar(*square, align="edge", color=SERIES[0], alpha=np.sqrt(share[row, column]), linewidth=0)
        axes.set(title="Azimuth, true and predicted", xlabel="predicted", ylabel="true", aspect="equal")
        axes.set(xlim=(edges[0], edges[-1]), ylim=(edges[0], edges[-1]))
        _azimuth_axis(axes, "x")
        _azimuth_axis(axes, "y")

    caption = (
        f"Each row shares out the views of one {360 / bins:g}° bin of true azimuth; stronger is more. "
        "On the diagonal the prediction is right; half a turn off it lie the front-back flips."
    )
    return draw_figure(draw, caption, size=(WIDTH, 4.0))


def azimuth_errors(true_azimuth: np.ndarray, errors: np.ndarray) -> FigureSvg:
    """Draw each view's azimuth error over its true azimuth, with the median per 30 degrees.

    Args:
        true_azimuth: [n] degrees.
        errors: [n] absolute azimuth error, degrees, in [0, 180].
    """
    azimuth, errors = np.mod(np.asarray(true_azimuth, float), 360.0), np.asarray(errors, float)
    keep = np.linspace(0, len(errors) - 1, min(len(errors), 1500)).astype(int)

    def draw(axes: Axes) -> None:
        axes.scatter(azimuth[keep], errors[keep], s=5, color=SERIES[0], alpha=0.4, linewidths=0)
        for start in range(0, 360, 30):
            inside = errors[(azimuth >= start) & (azimuth < start + 30)]
            if len(inside):
                axes.plot([start + 2, start + 28], [np.median(inside)] * 2, color=SERIES[1], linewidth=2.2)
        axes.plot([], [], color=SERIES[1], linewidth=2.2, label="median of 30°")
        axes.set(title="Azimuth error over true azimuth", xlabel="true azimuth", ylabel="error (degrees)")
        axes.set(xlim=(0, 360), yticks=range(0, 181, 30), ylim=(-4, 184))
        _azimuth_axis(axes, "x")
        axes.legend(loc="center")

    shown = "" if len(keep) == len(errors) else f" {len(keep)} of {len(errors)} views are drawn."
    return draw_figure(draw, f"A point is a view; points near 180° are front-back flips.{shown}")


def _azimuth_axis(axes: Axes, which: str) -> None:
    """Name the four sides on one axis."""
    names = AZIMUTH_NAMES if which == "x" else [name.replace("\n", " ") for name in AZIMUTH_NAMES]
    low, high = axes.get_xlim() if which == "x" else axes.get_ylim()
    shown = [(tick, name) for tick, name in zip(AZIMUTH_TICKS, names) if low <= tick <= high]
    getattr(axes, f"set_{which}ticks")([tick for tick, _ in shown], [name for _, name in shown])


def draw_figure(draw, caption: str = "", label: str = "", size: tuple[float, float] = (WIDTH, 3.0)) -> FigureSvg:
    """Draw on fresh axes and return the SVG in the page's colours."""
    stream = io.StringIO()
    with rc_context(_STYLE):
        figure = Figure(figsize=size, layout="constrained")
        FigureCanvasSVG(figure)
        axes = figure.add_subplot()
        draw(axes)
        for axis in (axes.xaxis, axes.yaxis):
            if isinstance(axis.get_major_locator(), AutoLocator):
                axis.set_major_locator(MaxNLocator(TICKS, steps=[1, 2, 2.5, 5, 10]))
        figure.savefig(stream, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    return FigureSvg(_in_page_style(stream.getvalue()), caption, label)


def _in_page_style(svg: str) -> str:
    """Strip what a page needs not, and replace colours and font by the page's."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(
        r'(<svg[^>]*?) width="[^"]*"', r"\1", re.sub(r'(<svg[^>]*?) height="[^"]*"', r"\1", svg, count=1), count=1
    )
    svg = re.sub(r"'DejaVu Sans'(, sans-serif)?", "var(--font)", svg)
    return re.sub("|".join(_VARIABLES), lambda match: f"var({_VARIABLES[match[0]]})", svg)


def _in_lines(name: str) -> str:
    """Return a name for a legend, broken into at most three lines."""
    return textwrap.fill(name, NAME_WIDTH, max_lines=3, placeholder="…")


def _thinned(x: Sequence[float], y: Sequence[float]) -> tuple[np.ndarray, np.ndarray]:
    """Average neighbours until at most ``MOST_POINTS`` are left."""
    x, y = np.asarray(x, float), np.asarray(y, float)
    if len(x) <= MOST_POINTS:
        return x, y
    groups = np.array_split(np.arange(len(x)), MOST_POINTS)
    return np.array([x[group].mean() for group in groups]), np.array([np.nanmean(y[group]) for group in groups])


def _readable(name: str) -> str:
    """Return a metric's name in words."""
    words = {"acc_pi_6": "Accuracy within π/6", "med_err_deg": "Median error (degrees)", "loss": "Loss"}
    return words.get(name, name.replace("_err_deg", "_error (degrees)").replace("_", " ").capitalize())
