"""Pieces of bicycles and motorbikes."""

import numpy as np
import pytest

from synth_data.shapes.cycles import axle, bent, cast_spokes, hoop, mudguard, side_sheet, strut, wire_spokes
from tests.shapes.test_vehicles import check_closed, solid


@pytest.mark.parametrize("sides", [4, 6, 8])
def test_hoops_have_their_size(sides):
    body = check_closed(hoop(0.3, 0.05, 0.1, 32, sides))
    radius = np.hypot(*body.vertices[:, 1:].T)
    assert radius.max() == pytest.approx(0.325, abs=0.004) and radius.min() == pytest.approx(0.275, abs=0.004)
    assert np.ptp(body.vertices[:, 0]) == pytest.approx(0.1, abs=0.015)


def test_axles_lie_along_x():
    body = check_closed(axle(0.02, 0.1))
    np.testing.assert_allclose(body.bounds[:, 0], (-0.1, 0.1))
    assert np.abs(body.vertices[:, 1:]).max() <= 0.02 + 1e-12


@pytest.mark.parametrize("count", [8, 16, 24])
def test_wire_spokes_run_from_hub_to_rim(count):
    mesh = wire_spokes(count, 0.03, 0.04, 0.3, 0.002)
    spokes = solid(mesh).split()
    assert len(spokes) == count
    angles = []
    for spoke in spokes:
        radius = np.hypot(*spoke.vertices[:, 1:].T)
        assert radius.min() < 0.035 and radius.max() == pytest.approx(0.3, abs=0.004)
        assert np.abs(spoke.vertices[:, 0]).max() == pytest.approx(0.04, abs=0.004)
        end = spoke.vertices[radius.argmax()]
        angles.append(np.degrees(np.arctan2(end[2], end[1])) % 360)
    np.testing.assert_allclose(np.diff(np.sort(angles)), 360 / count, atol=1.5)


def test_wire_spokes_go_to_both_flanges():
    spokes = solid(wire_spokes(16, 0.03, 0.04, 0.3, 0.002)).split()
    sides = [np.sign(spoke.vertices[np.abs(spoke.vertices[:, 0]).argmax(), 0]) for spoke in spokes]
    assert sides.count(1.0) == sides.count(-1.0) == 8


@pytest.mark.parametrize(("count", "twist"), [(3, 0), (5, 14), (10, 0)])
def test_cast_spokes_repeat_around_the_wheel(count, twist):
    vertices = check_closed(cast_spokes(count, 0.05, 0.2, 0.04, twist)).vertices
    angle = 2 * np.pi / count
    turn = np.array([[1, 0, 0], [0, np.cos(angle), -np.sin(angle)], [0, np.sin(angle), np.cos(angle)]])
    turned = vertices @ turn.T
    gap = np.linalg.norm(vertices[:, None] - turned[None], axis=-1).min(axis=1)
    assert gap.max() < 1e-9


def test_mudguards_cover_their_angles():
    body = check_closed(mudguard((0, 1, 2), 0.4, 0.06, 40, 170, 0.03, 15))
    offset = body.vertices - (0, 1, 2)
    angle = np.degrees(np.arctan2(offset[:, 2], -offset[:, 1]))
    assert angle.min() == pytest.approx(40, abs=2) and angle.max() == pytest.approx(170, abs=2)
    np.testing.assert_allclose([np.abs(offset[:, 0]).max(), np.hypot(*offset[:, 1:].T).max()], (0.06, 0.4), atol=0.01)


def test_mudguards_droop_at_their_edges():
    vertices = mudguard((0, 0, 0), 0.4, 0.06, 80, 100, 0.05)[0]
    edge, middle = (vertices[np.isclose(np.abs(vertices[:, 0]), x, atol=0.004)][:, 2].max() for x in (0.06, 0.0))
    assert middle - edge == pytest.approx(0.05, abs=0.012)


def test_bent_tubes_pass_their_ends_and_cut_corners():
    body = check_closed(bent([(0, 0, 0), (0, 1, 0), (0, 1, 1)], 0.05, 0.3))
    np.testing.assert_allclose(body.bounds, [[-0.05, 0, -0.05], [0.05, 1.05, 1]], atol=0.03)
    assert np.linalg.norm(body.vertices - (0, 1, 0), axis=1).min() > 0.05


def test_struts_taper():
    body = check_closed(strut((0, 0, 0), (0, 0, 2), 0.1, 12, 0.5))
    low, high = (body.vertices[np.isclose(body.vertices[:, 2], z)] for z in (0, 2))
    assert np.hypot(*low[:, :2].T).max() == pytest.approx(0.1) and np.hypot(*high[:, :2].T).max() == pytest.approx(0.05)


def test_side_sheets_look_to_the_left_and_bulge():
    corners = [(0.1, 0, 0), (0.1, 1, 0), (0.1, 1, 1), (0.1, 0, 1)]
    flat, round_ = (check_closed(side_sheet(corners, bulge, 0.01, 5)) for bulge in (0.0, 0.05))
    np.testing.assert_allclose(flat.bounds[:, 0], (0.09, 0.1), atol=1e-9)
    assert round_.bounds[1, 0] == pytest.approx(0.15, abs=1e-6)
