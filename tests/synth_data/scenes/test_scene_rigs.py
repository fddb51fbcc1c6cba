"""Camera rigs: where their cameras are and look, and that samplers keep clear of everything."""

from __future__ import annotations

import numpy as np
import pytest

from synth_data.scenes.rigs import (
    SAMPLERS,
    DriveRig,
    GridRig,
    Ground,
    Lens,
    OrbitRig,
    StereoRig,
    WalkRig,
    camera_at,
    rig_cameras,
    rig_points,
)
from synth_data.scenes.space import Space, boxes_overlap
from vantage.errors import DataError

LENS = Lens(60.0, 64, 48)


def ground(**more) -> Ground:
    """A room of 6 x 5 x 2.5 with two obstacles."""
    boxes = [np.array([(-1, -1, 0), (0.5, 0.2, 0.8)]), np.array([(2.2, -2.5, 0), (3.0, 1.0, 2.0)])]
    space = Space.of((-3, -2.5, 0), (3, 2.5, 2.5), boxes)
    return Ground(space, (0.9, 1.8), 1.0, 0.3, np.array([box.mean(axis=0) for box in boxes]), **more)


def centres(rig) -> np.ndarray:
    """Where the cameras are, by their matrices."""
    return np.array([camera.centre for camera in rig_cameras(rig, LENS)])


def ahead(camera) -> np.ndarray:
    """Where a camera looks."""
    return np.asarray(camera.camera_from_world)[2, :3]


def test_headings_are_those_of_a_compass_and_cameras_are_level():
    for heading, direction in ((0, (0, 1, 0)), (90, (1, 0, 0)), (180, (0, -1, 0)), (-90, (-1, 0, 0))):
        camera = camera_at((1, 2, 3), heading, 0.0, LENS)
        np.testing.assert_allclose(ahead(camera), direction, atol=1e-12)
        np.testing.assert_allclose(np.asarray(camera.camera_from_world)[1, :3], (0, 0, -1), atol=1e-12)
        np.testing.assert_allclose(camera.centre, (1, 2, 3))
    assert ahead(camera_at((0, 0, 0), 0, 30.0, LENS))[2] == pytest.approx(0.5)
    rotation = np.asarray(camera_at((0, 0, 0), 37.0, -20.0, LENS).camera_from_world)[:3, :3]
    np.testing.assert_allclose(rotation @ rotation.T, np.eye(3), atol=1e-12)
    assert np.linalg.det(rotation) == pytest.approx(1)


def test_a_grid_is_flat_and_looks_one_way():
    rig = GridRig((0.0, 0.0, 1.0), 0.0, 0.0, 2, 3, 0.1)
    expected = [(x, 0, z) for z in (1.05, 0.95) for x in (-0.1, 0, 0.1)]
    np.testing.assert_allclose(centres(rig), expected, atol=1e-12)
    assert all(np.allclose(ahead(camera), (0, 1, 0)) for camera in rig_cameras(rig, LENS))


def test_a_drive_goes_where_it_looks():
    rig = DriveRig((0.0, 0.0, 1.5), 90.0, 0.5, 4, pitch_deg=-10.0)
    np.testing.assert_allclose(centres(rig), [(0.5 * k, 0, 1.5) for k in range(4)], atol=1e-12)


def test_an_orbit_looks_at_its_target():
    rig = OrbitRig((1.0, 2.0, 0.5), 2.0, 1.5, 30.0, 120.0, 5)
    for camera in rig_cameras(rig, LENS):
        pixel, _ = camera.project(np.array([1.0, 2.0, 0.5]))
        np.testing.assert_allclose(pixel, (32, 24), atol=1e-9)
    assert np.linalg.norm(centres(rig)[:, :2] - (1, 2), axis=1) == pytest.approx(2.0)


def test_stereo_pairs_lie_left_and_right():
    stations = WalkRig(((0.0, 0.0, 1.0), (0.0, 1.0, 1.0)), (0.0, 90.0), (0.0, -5.0))
    points = centres(StereoRig(stations, 0.2))
    np.testing.assert_allclose(points, [(-0.1, 0, 1), (0.1, 0, 1), (0, 1.1, 1), (0, 0.9, 1)], atol=1e-12)
    np.testing.assert_allclose(points, rig_points(StereoRig(stations, 0.2)), atol=1e-12)


@pytest.mark.parametrize("name", SAMPLERS)
@pytest.mark.parametrize("count", [7, 12])
def test_samplers_give_the_cameras_asked_for_and_keep_clear(name, count):
    here = ground()
    for seed in range(6):
        rig = SAMPLERS[name](np.random.default_rng(seed), here, count)
        points = rig_points(rig)
        assert len(points) >= count and len(points) - count <= (name == "stereo")
        assert here.space.clearance(points).min() >= 0.3
        assert SAMPLERS[name](np.random.default_rng(seed), here, count) == rig


@pytest.mark.parametrize("name", SAMPLERS)
def test_rigs_of_many_cameras_shrink_until_they_fit(name):
    rig = SAMPLERS[name](np.random.default_rng(0), ground(), 60)
    assert len(rig_points(rig)) == 60 and ground().space.clearance(rig_points(rig)).min() >= 0.3


def test_a_lane_is_driven_along():
    lane = np.array([(-2.5, 2.0, 0.0), (1.8, 2.0, 0.0)])
    rig = SAMPLERS["drive"](np.random.default_rng(0), ground(lane=lane), 5)
    assert abs((rig.heading_deg - 90 + 180) % 360 - 180) < 10
    assert np.abs(rig_points(rig)[:, 1] - 2.0).max() < 0.5


def test_walks_are_smooth():
    points = rig_points(SAMPLERS["walk"](np.random.default_rng(2), ground(), 16))
    steps = np.linalg.norm(np.diff(points, axis=0), axis=1)
    assert steps.max() < 0.3


@pytest.mark.parametrize("name", SAMPLERS)
def test_a_full_room_is_said_to_be_full(name):
    full = Space.of((0, 0, 0), (2, 2, 2), [np.array([(0.1, 0.1, 0), (1.9, 1.9, 2)])])
    with pytest.raises(DataError, match=r"found room in 400 tries.*more free space"):
        SAMPLERS[name](np.random.default_rng(0), Ground(full, (0.5, 1.5), 1.0, 0.2, np.ones((1, 3))), 4)


def test_clearance_is_the_distance_to_the_nearest_wall_or_box():
    space = Space.of((0, 0, 0), (10, 10, 4), [np.array([(4, 4, 0), (6, 6, 2)])])
    points = [(1, 5, 2), (3, 5, 1), (7, 7, 2), (5, 5, 1), (5, 5, 3)]
    np.testing.assert_allclose(space.clearance(np.array(points)), [1, 1, np.sqrt(2), 0, 1])
    assert Space.of((0, 0, 0), (2, 2, 2), []).clearance(np.array([(1, 1, 0.25)]))[0] == 0.25


def test_sight_ends_at_the_first_thing():
    space = Space.of((0, 0, 0), (10, 10, 4), [np.array([(4, 4, 0), (6, 6, 2)])])
    origins = np.array([(1.0, 5, 1), (1, 5, 3), (5, 1, 1), (1, 5, 1)])
    directions = np.array([(1.0, 0, 0), (1, 0, 0), (0, 1, 0), (-1, 0, 0)])
    np.testing.assert_allclose(space.sight(origins, directions), [3, 9, 3, 1])
    np.testing.assert_allclose(Space.of((0, 0, 0), (10, 10, 4), []).sight(origins, directions), [9, 9, 9, 1])


def test_a_space_in_other_units_keeps_its_shape():
    space = ground().space
    scaled = space.scaled(0.1, (1, 2, 3))
    point = np.array([(1.2, 1.5, 1.4)])
    np.testing.assert_allclose(scaled.clearance((point - (1, 2, 3)) * 0.1), 0.1 * space.clearance(point))


def test_boxes_overlap_when_no_axis_parts_them():
    box = np.array([(0, 0, 0), (1, 1, 1.0)])
    assert boxes_overlap(box, box + 0.5) and not boxes_overlap(box, box + (1.0, 0, 0))
    assert boxes_overlap(box, box + (1.05, 0, 0), gap=0.1)
