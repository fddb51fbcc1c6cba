"""Figures: valid SVG in the page's colours, without matplotlib's global state."""

import re
import xml.etree.ElementTree as ElementTree

import matplotlib
import numpy as np
import pytest

from vantage.report import figures


def curves():
    thresholds = np.arange(0.0, 91.0)
    return {"car": (thresholds, thresholds / 90), "all $views$ <b>": (thresholds, thresholds / 95)}


def all_figures():
    rng = np.random.default_rng(0)
    history = {"loss": (list(range(1000)), list(rng.random(1000))), "val_loss": ([0, 500], [1.0, 0.5])}
    return [
        *figures.training_panels(history, "step"),
        figures.accuracy_curves(curves()),
        figures.azimuth_confusion(rng.integers(0, 5, (24, 24))),
        figures.azimuth_errors(rng.uniform(-360, 720, 2000), rng.uniform(0, 180, 2000)),
    ]


def test_figures_are_svg_in_the_colours_of_the_page():
    for figure in all_figures():
        root = ElementTree.fromstring(figure.svg)
        assert root.tag.endswith("svg")
        assert root.get("viewBox")
        assert root.get("width") is None
        assert "var(--c1)" in figure.svg
        assert "#0a0b" not in figure.svg
        assert "metadata" not in figure.svg


PHONE = 350
"""Width of a figure on a phone, px."""


def test_letters_are_large_enough_on_a_phone():
    for figure in all_figures():
        width = float(ElementTree.fromstring(figure.svg).get("viewBox").split()[2])
        sizes = [float(size) for size in re.findall(r"font(?:-size)?: (?:bold )?([\d.]+)px", figure.svg)]
        assert len(sizes) > 5 and min(sizes) * PHONE / width >= 11


def test_numbers_on_an_axis_have_room_on_a_phone():
    figure = figures.draw_figure(lambda axes: axes.plot([-1e-3, 1e-3], [0, 1]))
    root = ElementTree.fromstring(figure.svg)
    numbers = [float(node.text.replace("\N{MINUS SIGN}", "-")) for node in root.iter() if node.tag.endswith("text")]
    assert 4 <= len(numbers) <= 2 * (figures.TICKS + 1)


def test_names_are_text_and_not_mathematics():
    assert "all $views$ &lt;b&gt;" in figures.accuracy_curves(curves()).svg


def test_a_long_name_leaves_the_axes_their_room(recwarn):
    svg = figures.accuracy_curves({"photographs of a category with many words " * 9: curves()["car"]}).svg
    assert not recwarn.list
    assert "photographs of a category" in svg
    assert "…" in svg


def test_training_and_validation_share_a_panel():
    panels = figures.training_panels({"loss": ([0], [1.0]), "val_loss": ([0], [2.0]), "x": ([0], [3.0])}, "epoch")
    assert len(panels) == 2
    assert "held out" in panels[0].svg
    assert "loss: 1, val_loss: 2" in panels[0].label


def test_each_source_has_a_curve_beside_those_of_all():
    sources = {"cars": "photographs", "med": "renders of a set with a long name, the second"}
    history = {f"{front}{name}": ([0, 1], [1.0, 2.0]) for front in ("", "val_") for name in ("loss", "med_err_deg")}
    history |= {f"val_{of}_{name}": ([0, 1], [3.0, 4.0]) for of in sources for name in ("loss", "med_err_deg")}
    panels = figures.training_panels(history, "step", sources)
    assert len(panels) == 2
    for panel, name in zip(panels, ("loss", "med_err_deg")):
        assert panel.label.endswith(f"{name}: 2, val_{name}: 2, val_cars_{name}: 4, val_med_{name}: 4")
        text = [node.text for node in ElementTree.fromstring(panel.svg).iter() if node.tag.endswith("text")]
        assert {"training", "held out", "held out of photographs"} <= set(text)


def test_long_curves_are_thinned():
    few = figures.training_panels({"loss": (range(400), np.zeros(400))}, "step")[0]
    many = figures.training_panels({"loss": (range(100_000), np.zeros(100_000))}, "step")[0]
    assert len(many.svg) < 2 * len(few.svg)


def test_the_same_data_gives_the_same_bytes():
    assert figures.accuracy_curves(curves()).svg == figures.accuracy_curves(curves()).svg


def test_global_settings_stay(monkeypatch):
    before = dict(matplotlib.rcParams)
    all_figures()
    assert dict(matplotlib.rcParams) == before


@pytest.mark.parametrize("count", [0, 1])
def test_hardly_any_views(count):
    assert figures.azimuth_errors(np.zeros(count), np.zeros(count)).svg
    assert figures.azimuth_confusion(np.eye(24) * count).svg
