"""The car of the documentation's figures: what rays photograph is where projection says it is."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
VIEWS = [
    (0, 10, 0),
    (20, 10, 20),
    (340, 30, -20),
    (45, 0, 20),
    (315, -15, -35),
    (10, 40, 90),
    (350, 20, 170),
    (30, 5, -5),
]


@pytest.fixture(scope="module")
def toy_car():
    sys.path.insert(0, str(DOCS))
    try:
        from drawing import toy_car as module

        yield module
    finally:
        sys.path.remove(str(DOCS))


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("side", [-1, 1])
def test_a_lamp_is_photographed_where_it_is_projected(toy_car, view, side):
    """Each lamp alone, so nothing hides it; the middle of its picture against its projected centre."""
    centre = np.array([0.145 * side, -0.43, 0.0225])
    lamp = toy_car._lamp(centre[0], centre[1], toy_car.YELLOW)
    camera = toy_car.camera_at(*view, width=160, height=120)
    alpha = toy_car.photograph(camera, (lamp,))[..., 3].astype(float)
    seen = np.tensordot(alpha, camera.pixel_centres(), axes=([0, 1], [0, 1])) / alpha.sum()
    np.testing.assert_allclose(seen, camera.project(centre)[0], atol=0.5)


def test_the_front_is_yellow_and_the_back_is_red(toy_car):
    for azimuth, seen, hidden in ((0, toy_car.YELLOW, toy_car.RED), (180, toy_car.RED, toy_car.YELLOW)):
        image = toy_car.photograph(toy_car.camera_at(azimuth, 0, 0, width=120, height=120))
        colours = image[..., :3].reshape(-1, 3).astype(float)
        shaded = [np.array(colour) * 0.94 for colour in (seen, hidden)]
        near = [(np.abs(colours - colour).max(axis=1) < 12).sum() for colour in shaded]
        assert near[0] > 20
        assert near[1] == 0


def test_at_azimuth_90_the_lamps_in_front_are_on_the_left(toy_car):
    camera = toy_car.camera_at(90, 0, 0)
    assert camera.project(toy_car.KEYPOINTS["lamp +1x front"])[0][0] < 60
    assert camera.project(toy_car.KEYPOINTS["lamp +1x back"])[0][0] > 180


def test_keypoints_hide_behind_the_car(toy_car):
    camera = toy_car.camera_at(62, 16, 0)
    seen = {name for name, point in toy_car.KEYPOINTS.items() if toy_car.visible(camera, point, toy_car.CAR)}
    assert {"wheel +1x front", "wheel +1x back", "roof +1x", "lamp +1x front"} <= seen
    assert not {"wheel -1x front", "wheel -1x back", "lamp +1x back", "lamp -1x back"} & seen


def test_figures_in_the_text_are_in_the_repository():
    text = (DOCS / "conventions.md").read_text(encoding="utf-8")
    names = [part.split(")")[0] for part in text.split("](figures/")[1:]]
    assert len(names) == 5
    for name in names:
        assert (DOCS / "figures" / name).stat().st_size > 5000
