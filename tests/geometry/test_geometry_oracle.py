"""tensorflow-graphics, written by others, as the oracle for rotations, cameras and homographies."""

from __future__ import annotations

import numpy as np
import pytest

from tests.geometry.samples import random_rigid, random_rotations, special_rotations
from vantage.geometry import (
    Camera,
    Viewpoint,
    apply_homography,
    axis_angle_from_matrix,
    camera_from_object_rotation,
    camera_from_world_at,
    geodesic_distance_deg,
    intrinsics_from_fov,
    invert_transform,
    matrix_from_axis_angle,
    matrix_from_quaternion,
    plane_homography,
    quaternion_from_matrix,
    rotation_x,
    rotation_y,
    rotation_z,
    transform_points,
)

pytest.importorskip("tensorflow_graphics", reason="the oracle is not installed")
from tensorflow_graphics.geometry.transformation import (
    axis_angle,
    look_at,
    quaternion,
    rotation_matrix_3d,
)
from tensorflow_graphics.rendering.camera import perspective

TO_OPENCV = np.diag([1.0, -1.0, -1.0])


def to_xyzw(wxyz: np.ndarray) -> np.ndarray:
    """The oracle's quaternions have the real part last."""
    return np.roll(wxyz, -1, axis=-1)


@pytest.fixture
def rotations(rng) -> np.ndarray:
    return np.concatenate([random_rotations(rng, (500,)), special_rotations()[:24]])


def test_matrix_from_quaternion(rng):
    wxyz = rng.normal(size=(300, 4))
    wxyz /= np.linalg.norm(wxyz, axis=-1, keepdims=True)
    expected = rotation_matrix_3d.from_quaternion(to_xyzw(wxyz)).numpy()
    np.testing.assert_allclose(matrix_from_quaternion(wxyz), expected, atol=1e-12)


def test_quaternion_from_matrix(rotations):
    expected = quaternion.from_rotation_matrix(rotations).numpy()
    found = to_xyzw(quaternion_from_matrix(rotations))
    # q and -q are one rotation
    np.testing.assert_allclose(np.abs(np.sum(found * expected, axis=-1)), 1.0, atol=1e-6)


def test_matrix_from_axis_angle(rng):
    axis = rng.normal(size=(300, 3))
    axis /= np.linalg.norm(axis, axis=-1, keepdims=True)
    angle = rng.uniform(-360, 360, 300)
    expected = rotation_matrix_3d.from_axis_angle(axis, np.radians(angle)[:, None]).numpy()
    np.testing.assert_allclose(matrix_from_axis_angle(axis, angle), expected, atol=1e-12)


def test_axis_angle_from_matrix(rng):
    rotation = random_rotations(rng, (300,))
    axis, angle = axis_angle_from_matrix(rotation)
    expected_axis, expected_angle = axis_angle.from_rotation_matrix(rotation)
    # the oracle may give the opposite axis with 360 degrees less the angle
    flip = np.sign(np.sum(axis * expected_axis.numpy(), axis=-1))
    np.testing.assert_allclose(axis, expected_axis.numpy() * flip[:, None], atol=1e-6)
    radians = np.where(flip > 0, expected_angle.numpy()[:, 0], 2 * np.pi - expected_angle.numpy()[:, 0])
    np.testing.assert_allclose(np.radians(angle), radians, atol=1e-6)


def test_turns_about_the_axes(rng):
    x, y, z = rng.uniform(-180, 180, (3, 200))
    expected = rotation_matrix_3d.from_euler(np.radians(np.stack([x, y, z], axis=-1))).numpy()
    np.testing.assert_allclose(rotation_z(z) @ rotation_y(y) @ rotation_x(x), expected, atol=1e-12)


def test_geodesic_distance(rotations, rng):
    others = random_rotations(rng, (len(rotations),))
    expected = quaternion.relative_angle(
        quaternion.from_rotation_matrix(rotations), quaternion.from_rotation_matrix(others)
    )
    found = np.radians(geodesic_distance_deg(rotations, others))
    np.testing.assert_allclose(found, expected.numpy().ravel(), atol=1e-5)


def test_viewpoint_rotation_is_the_product_of_pascal3d(rng):
    azimuth, elevation, tilt = rng.uniform(-180, 180, (3, 200))

    def turn(axis, angle):
        return rotation_matrix_3d.from_axis_angle(np.tile(np.eye(3)[axis], (200, 1)), np.radians(angle)[:, None])

    product = turn(2, tilt).numpy() @ turn(0, elevation - 90).numpy() @ turn(2, -azimuth).numpy()
    found = camera_from_object_rotation(azimuth, elevation, tilt)
    np.testing.assert_allclose(found, TO_OPENCV @ product, atol=1e-12)


def test_camera_of_a_viewpoint_looks_at_the_origin(rng):
    """The oracle's look-at gives OpenGL axes: turned to OpenCV's, and without tilt, it is ours."""
    azimuth, elevation = rng.uniform(0, 360, 100), rng.uniform(-80, 80, 100)
    ours = camera_from_world_at(Viewpoint(azimuth, elevation, 0.0, 2.5))
    position = invert_transform(ours)[:, :3, 3]
    origin, up = np.zeros((100, 3)), np.tile([0.0, 0.0, 1.0], (100, 1))
    expected = look_at.right_handed(position, origin, up).numpy()
    np.testing.assert_allclose(ours[:, :3], TO_OPENCV @ expected[:, :3], atol=1e-9)


@pytest.fixture
def scene(rng) -> tuple[Camera, np.ndarray]:
    camera = Camera(
        intrinsics_from_fov(50.0, 160, 120), camera_from_world_at(Viewpoint(37.0, 21.0, -13.0, 2.0)), 160, 120
    )
    return camera, rng.uniform(-0.5, 0.5, (200, 3))


def parameters(camera: Camera, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the oracle's focal lengths and principal points [count, 2]."""
    k = camera.intrinsics
    return np.tile([k[0, 0], k[1, 1]], (count, 1)), np.tile([k[0, 2], k[1, 2]], (count, 1))


def test_projection(scene):
    camera, points = scene
    in_camera = transform_points(camera.camera_from_world, points)
    expected = perspective.project(in_camera, *parameters(camera, 200)).numpy()
    pixels, z_depth = camera.project(points)
    np.testing.assert_allclose(pixels, expected, atol=1e-9)
    np.testing.assert_allclose(z_depth, in_camera[:, 2])


def test_unprojection_and_rays(scene):
    camera, points = scene
    pixels, z_depth = camera.project(points)
    expected = perspective.unproject(pixels, z_depth[:, None], *parameters(camera, 200)).numpy()
    np.testing.assert_allclose(transform_points(camera.camera_from_world, points), expected, atol=1e-9)
    ray = perspective.ray(pixels, *parameters(camera, 200)).numpy()
    ray /= np.linalg.norm(ray, axis=-1, keepdims=True)
    _, direction = camera.rays(pixels)
    np.testing.assert_allclose(direction @ camera.camera_from_world[:3, :3].T, ray, atol=1e-9)


def test_homography(scene, rng):
    """Points of a plane, projected by the oracle into both cameras, are joined by our homography."""
    target, _ = scene
    source_from_target = random_rigid(rng)
    source_from_target[:3, :3] = matrix_from_axis_angle(rng.normal(size=3), 15.0)
    source_from_target[:3, 3] *= 0.2
    points = np.column_stack([rng.uniform(-0.5, 0.5, (200, 2)), np.full(200, 2.0)])
    in_target = perspective.project(points, *parameters(target, 200)).numpy()
    in_source = points @ source_from_target[:3, :3].T + source_from_target[:3, 3]
    expected = perspective.project(in_source, *parameters(target, 200)).numpy()
    homography = plane_homography(target.intrinsics, target.intrinsics, source_from_target, [0.0, 0.0, 1.0], 2.0)
    np.testing.assert_allclose(apply_homography(homography, in_target), expected, atol=1e-8)
