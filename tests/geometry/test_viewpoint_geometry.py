"""Viewpoints: the signs of PASCAL3D+, round trips, the poles, and the camera of a viewpoint."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.geometry.samples import BATCHES, angles, assert_rotation, quick, random_rotations, seeds
from vantage.errors import UserError
from vantage.geometry import (
    Camera,
    ShapeError,
    Viewpoint,
    camera_from_object_rotation,
    camera_from_world_at,
    geodesic_distance_deg,
    intrinsics_from_fov,
    rotation_x,
    rotation_z,
    viewpoint_distance_deg,
    viewpoint_from_camera,
    viewpoint_from_rotation,
    wrap_degrees,
)

FRONT, BACK, RIGHT_SIDE, LEFT_SIDE, TOP = (0, -0.4, 0), (0, 0.4, 0), (0.2, 0, 0), (-0.2, 0, 0), (0, 0, 0.3)


def look(azimuth, elevation, tilt, point, distance=2.0) -> tuple[float, float]:
    """Project a point as PASCAL3D+ means it, derived by hand with a camera that is put up and pointed.

    The camera stands at ``distance (cos e sin a, -cos e cos a, sin e)`` and looks at the origin, with the object's z
    up in the picture. The picture (x right, y UP) is then turned counter-clockwise by the tilt. No Euler angles here.

    Returns:
        x right and y down, focal length 1.
    """
    a, e, t = (math.radians(angle) for angle in (azimuth, elevation, tilt))
    towards_camera = np.array([math.cos(e) * math.sin(a), -math.cos(e) * math.cos(a), math.sin(e)])
    right = np.cross(-towards_camera, [0.0, 0.0, 1.0])
    right /= np.linalg.norm(right)
    up = np.cross(right, -towards_camera)
    offset = np.asarray(point) - distance * towards_camera
    depth = -offset @ towards_camera
    x, y = offset @ right / depth, offset @ up / depth
    x, y = x * math.cos(t) - y * math.sin(t), x * math.sin(t) + y * math.cos(t)
    return x, -y


def pixel(azimuth, elevation, tilt, point, distance=2.0) -> np.ndarray:
    """Project a point with the code under test; focal length 1, principal point 0."""
    camera = Camera(np.eye(3), camera_from_world_at(Viewpoint(azimuth, elevation, tilt, distance)), 1, 1)
    pixels, z_depth = camera.project(point)
    assert z_depth > 0
    return pixels


@quick
@given(azimuth=angles, elevation=st.floats(-85, 85), tilt=angles, seed=seeds)
def test_projection_is_that_of_a_camera_put_up_by_hand(azimuth, elevation, tilt, seed):
    point = np.random.default_rng(seed).uniform(-0.5, 0.5, 3)
    np.testing.assert_allclose(
        pixel(azimuth, elevation, tilt, point), look(azimuth, elevation, tilt, point), atol=1e-11
    )


@pytest.mark.parametrize(
    ("azimuth", "left_in_image", "right_in_image", "nearest"),
    [
        (0, LEFT_SIDE, RIGHT_SIDE, FRONT),
        (90, FRONT, BACK, RIGHT_SIDE),
        (180, RIGHT_SIDE, LEFT_SIDE, BACK),
        (270, BACK, FRONT, LEFT_SIDE),
    ],
)
def test_what_each_azimuth_shows(azimuth, left_in_image, right_in_image, nearest):
    """The object's sides are named by axes: +x is called its right side here, whatever a driver calls it."""
    assert pixel(azimuth, 0, 0, left_in_image)[0] < -0.05
    assert pixel(azimuth, 0, 0, right_in_image)[0] > 0.05
    assert pixel(azimuth, 0, 0, TOP)[1] < -0.05, "up is up"
    camera = Camera(np.eye(3), camera_from_world_at(Viewpoint(azimuth, 0)), 1, 1)
    depths = [camera.project(point)[1] for point in (FRONT, BACK, LEFT_SIDE, RIGHT_SIDE)]
    assert depths.index(min(depths)) == [FRONT, BACK, LEFT_SIDE, RIGHT_SIDE].index(nearest)


def test_at_azimuth_45_the_front_points_left_and_towards_the_viewer():
    camera = Camera(np.eye(3), camera_from_world_at(Viewpoint(45, 0, 0, 2.0)), 1, 1)
    (x, _), depth = camera.project(FRONT)
    assert x < -0.05
    assert depth < 2.0


def test_positive_elevation_is_from_above():
    assert camera_centre(0, 30)[2] > 0
    assert pixel(0, 30, 0, FRONT)[1] > 0.05, "from above, the front lies low in the image"
    assert pixel(0, -30, 0, FRONT)[1] < -0.05


def test_positive_tilt_turns_the_content_counter_clockwise():
    assert pixel(0, 0, 20, TOP)[0] < -0.04, "the top goes left"
    assert pixel(0, 0, -20, TOP)[0] > 0.04
    assert pixel(90, 0, 20, FRONT)[1] > 0.04, "the front, on the left, goes down"
    np.testing.assert_allclose(pixel(0, 0, 90, TOP), [-0.15, 0.0], atol=1e-15)


def test_hand_computed_pixel():
    """Camera at (2, 0, 0): FRONT is 0.4 to the left at depth 2; BACK 0.4 to the right; TOP 0.3 up."""
    np.testing.assert_allclose(pixel(90, 0, 0, FRONT), [-0.2, 0.0], atol=1e-15)
    np.testing.assert_allclose(pixel(90, 0, 0, TOP), [0.0, -0.15], atol=1e-15)
    np.testing.assert_allclose(pixel(90, 0, 0, RIGHT_SIDE), [0.0, 0.0], atol=1e-15)
    np.testing.assert_allclose(pixel(0, 90, 0, FRONT), [0.0, 0.2], atol=1e-15)


def camera_centre(azimuth, elevation, distance=1.0) -> np.ndarray:
    return Camera(np.eye(3), camera_from_world_at(Viewpoint(azimuth, elevation, 0, distance)), 1, 1).centre


@pytest.mark.parametrize(
    ("azimuth", "elevation", "centre"),
    [(0, 0, (0, -3, 0)), (90, 0, (3, 0, 0)), (180, 0, (0, 3, 0)), (270, 0, (-3, 0, 0)), (77, 90, (0, 0, 3))],
)
def test_where_the_camera_stands(azimuth, elevation, centre):
    np.testing.assert_allclose(camera_centre(azimuth, elevation, 3.0), centre, atol=1e-12)


@quick
@given(azimuth=angles, elevation=angles, tilt=angles)
def test_the_rotation_is_the_product_of_pascal3d(azimuth, elevation, tilt):
    product = rotation_z(tilt) @ rotation_x(elevation - 90.0) @ rotation_z(-azimuth)
    rotation = camera_from_object_rotation(azimuth, elevation, tilt)
    assert_rotation(rotation)
    np.testing.assert_allclose(rotation, np.diag([1.0, -1.0, -1.0]) @ product, atol=1e-12)


@quick
@given(azimuth=st.floats(0, 359.999), elevation=st.floats(-89.9, 89.9), tilt=st.floats(-179.9, 180))
def test_angles_come_back(azimuth, elevation, tilt):
    found = viewpoint_from_rotation(camera_from_object_rotation(azimuth, elevation, tilt))
    assert abs(wrap_degrees(found[0] - azimuth)) < 1e-9
    np.testing.assert_allclose(found[1:], (elevation, tilt), atol=1e-9)


@quick
@given(azimuth=angles, elevation=angles, tilt=angles)
def test_any_angles_come_back_as_the_same_rotation_in_range(azimuth, elevation, tilt):
    rotation = camera_from_object_rotation(azimuth, elevation, tilt)
    a, e, t = viewpoint_from_rotation(rotation)
    assert 0 <= a < 360
    assert -90 <= e <= 90
    assert -180 < t <= 180
    np.testing.assert_allclose(camera_from_object_rotation(a, e, t), rotation, atol=1e-11)


@pytest.mark.parametrize("pole", [90.0, -90.0])
@pytest.mark.parametrize("off", [0.0, 1e-14, 1e-12, 1e-9, 1e-7, 1e-4])
@pytest.mark.parametrize("tilt", [0.0, 25.0, -140.0])
def test_the_rotation_comes_back_at_and_near_the_poles(pole, off, tilt):
    rotation = camera_from_object_rotation(33.0, pole - math.copysign(off, pole), tilt)
    again = camera_from_object_rotation(*viewpoint_from_rotation(rotation))
    assert geodesic_distance_deg(rotation, again) < 1e-9


@pytest.mark.parametrize(("elevation", "azimuth"), [(90.0, 20.0), (-90.0, 40.0)])
def test_at_a_pole_the_tilt_is_0_and_the_azimuth_takes_all(elevation, azimuth):
    found = viewpoint_from_rotation(camera_from_object_rotation(30.0, elevation, 10.0))
    np.testing.assert_allclose(found, (azimuth, elevation, 0.0), atol=1e-9)


def test_the_poles_in_single_precision():
    rotation = camera_from_object_rotation(np.float32(30), np.float32([90, 89.99995, 89.9, -90]), np.float32(10))
    assert rotation.dtype == np.float32
    found = viewpoint_from_rotation(rotation)
    assert all(angle.dtype == np.float32 for angle in found)
    assert geodesic_distance_deg(rotation, camera_from_object_rotation(*found)).max() < 3e-4


def test_any_rotation_is_a_viewpoint(rng):
    rotation = random_rotations(rng, (200,))
    np.testing.assert_allclose(camera_from_object_rotation(*viewpoint_from_rotation(rotation)), rotation, atol=1e-13)


@quick
@given(azimuth=angles, elevation=st.floats(-90, 90), tilt=angles, distance=st.floats(0.1, 50))
def test_the_camera_looks_at_the_origin_and_comes_back(azimuth, elevation, tilt, distance):
    viewpoint = Viewpoint(azimuth, elevation, tilt, distance)
    camera_from_world = camera_from_world_at(viewpoint)
    camera = Camera(intrinsics_from_fov(40.0, 128, 96), camera_from_world, 128, 96)
    pixels, z_depth = camera.project(np.zeros(3))
    np.testing.assert_allclose(pixels, [64, 48], atol=1e-9)
    assert z_depth == pytest.approx(distance)
    again = viewpoint_from_camera(camera_from_world)
    assert again.distance == pytest.approx(distance)
    assert viewpoint_distance_deg(viewpoint, again) < 1e-9


@quick
@given(azimuth=angles, elevation=st.floats(-90, 90), tilt=angles, seed=seeds)
def test_mirroring_the_image_of_a_symmetric_object(azimuth, elevation, tilt, seed):
    """A pair of points that mirror each other in the object: one seen in the mirrored image is the other."""
    point = np.random.default_rng(seed).uniform(-0.3, 0.3, 3)
    viewpoint = Viewpoint(azimuth, elevation, tilt, 2.0)
    mirrored = viewpoint.mirrored()
    x, y = pixel(azimuth, elevation, tilt, point)
    again = pixel(mirrored.azimuth, mirrored.elevation, mirrored.tilt, point * [-1, 1, 1])
    np.testing.assert_allclose(again, [-x, y], atol=1e-11)


def test_viewpoints_broadcast_and_index():
    viewpoints = Viewpoint([0.0, 90.0, 400.0], 10.0, distance=2.0)
    assert viewpoints.shape == (3,)
    np.testing.assert_array_equal(viewpoints.to_array()[1], [90, 10, 0, 2])
    assert viewpoints[2].shape == ()
    assert viewpoints[2].canonical().azimuth == pytest.approx(40.0)
    assert viewpoints[:2].rotation().shape == (2, 3, 3)
    np.testing.assert_array_equal(Viewpoint.from_array(viewpoints.to_array()).to_array(), viewpoints.to_array())


def test_viewpoints_of_two_or_three_numbers():
    np.testing.assert_array_equal(Viewpoint.from_array([10.0, 20.0]).to_array(), [10, 20, 0, 1])
    np.testing.assert_array_equal(Viewpoint.from_array([10.0, 20.0, 5.0]).to_array(), [10, 20, 5, 1])


def test_distance_of_viewpoints_by_hand():
    assert viewpoint_distance_deg([0, 0, 0], [30, 0, 0]) == pytest.approx(30.0)
    assert viewpoint_distance_deg([350, 0, 0], [10, 0, 0]) == pytest.approx(20.0)
    assert viewpoint_distance_deg([0, 10], [0, 30]) == pytest.approx(20.0)
    assert viewpoint_distance_deg([40, 10, -5], [40, 10, 25]) == pytest.approx(30.0)
    assert viewpoint_distance_deg([0, 0, 0], [180, 0, 0]) == pytest.approx(180.0)
    assert viewpoint_distance_deg([0, 90, 0], [60, 90, 60]) == pytest.approx(0.0, abs=1e-9)
    # the same turn about z, wherever it is seen from; two tilted heads 20 degrees apart at 90 degrees of elevation
    assert viewpoint_distance_deg([0, 45, 0], [60, 45, 0]) == pytest.approx(60.0)
    assert viewpoint_distance_deg([0, 90, 0], [0, 90, 20]) == pytest.approx(20.0)


@pytest.mark.parametrize("batch", BATCHES)
def test_batch_shapes_are_kept(batch):
    viewpoint = Viewpoint(np.zeros(batch), 0.0)
    assert viewpoint.rotation().shape == (*batch, 3, 3)
    assert camera_from_world_at(viewpoint).shape == (*batch, 4, 4)
    assert viewpoint_from_camera(camera_from_world_at(viewpoint)).shape == batch
    assert all(angle.shape == batch for angle in viewpoint_from_rotation(viewpoint.rotation()))


@quick
@given(angle=st.floats(-1e6, 1e6), start=st.sampled_from([-180.0, 0.0, 90.0]))
def test_wrapping(angle, start):
    wrapped = wrap_degrees(angle, start)
    assert start <= wrapped < start + 360
    assert math.cos(math.radians(wrapped)) == pytest.approx(math.cos(math.radians(angle)), abs=1e-8)


def test_wrapping_of_a_tiny_negative_angle():
    assert wrap_degrees(-1e-17, 0.0) == 0.0
    assert wrap_degrees(np.float32([-1e-9]), 0.0) == 0.0


@pytest.mark.parametrize(
    "call",
    [
        lambda: Viewpoint([1, 2], [1, 2, 3]),
        lambda: Viewpoint.from_array(np.zeros((2, 5))),
        lambda: Viewpoint.from_array(3.0),
        lambda: camera_from_object_rotation([1, 2], [1, 2, 3]),
        lambda: viewpoint_from_rotation(np.eye(4)),
        lambda: viewpoint_from_camera(np.eye(3)),
    ],
)
def test_wrong_shapes_are_named(call):
    with pytest.raises(ShapeError) as error:
        call()
    assert isinstance(error.value, UserError)
    assert "shape" in str(error.value)
