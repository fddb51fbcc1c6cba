"""Drawings beside predictions: each drawn once, kept in a file, and left out where drawing fails."""

import numpy as np
import pytest

from vantage.errors import VantageError
from vantage.report.renders import Renders, view_of


class Painter:
    """Draws the azimuth as grey, and counts."""

    def __init__(self):
        self.asked = []

    def __call__(self, category, viewpoints):
        if category == "rocket":
            raise VantageError("unknown category 'rocket'")
        self.asked.append((category, len(viewpoints)))
        return [np.full((4, 4, 4), view[0] % 256, np.uint8) for view in viewpoints]


def test_views_are_drawn_once_by_class_and_kept(tmp_path):
    painter, path = Painter(), tmp_path / "r.npz"
    views = [
        view_of("car", (10.4, 5, 0)),
        view_of("car", (9.6, 5.2, 0)),
        view_of("bus", (10, 5, 0)),
        view_of("car", (90, 5, 0)),
    ]
    renders = Renders(path, painter)
    renders.prepare(views)
    assert painter.asked == [("bus", 1), ("car", 2)], "two viewpoints agree to the degree"
    assert renders.get("car", (90.2, 5, 0))[0, 0, 0] == 90
    assert renders.get("car", (50, 5, 0)) is None
    again = Renders(path, painter)
    again.prepare([*views, view_of("car", (50, 5, 0))])
    assert painter.asked[2:] == [("car", 1)], "the others were kept"
    assert again.get("bus", (10, 5, 0))[0, 0, 0] == 10


def test_a_class_that_cannot_be_drawn_is_said_and_the_rest_is_there(tmp_path, capsys):
    renders = Renders(None, Painter())
    renders.prepare([view_of("rocket", (0, 0, 0)), view_of("car", (0, 0, 0))])
    assert renders.get("rocket", (0, 0, 0)) is None
    assert renders.get("car", (0, 0, 0)) is not None
    assert "no rocket beside its photographs" in " ".join(capsys.readouterr().err.split())


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"text"])
def test_a_broken_file_is_made_again(tmp_path, content):
    path = tmp_path / "r.npz"
    path.write_bytes(content)
    painter = Painter()
    for _ in range(2):
        Renders(path, painter).prepare([view_of("car", (0, 0, 0))])
    assert painter.asked == [("car", 1)]


def test_nothing_wanted_draws_nothing(tmp_path):
    Renders(tmp_path / "r.npz", Painter()).prepare([])
    assert not any(tmp_path.iterdir())


def test_azimuth_is_a_circle():
    assert view_of("car", (359.7, -0.2, 0.0)) == ("car", (0, 0, 0))
    assert view_of("car", (-90, 3.6, 1)) == ("car", (270, 4, 1))
