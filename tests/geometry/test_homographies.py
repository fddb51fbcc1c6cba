"""Plane homographies agree with projecting points of the plane."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.geometry.samples import quick, seeds
from vantage.geometry import (
    Camera,
    ShapeError,
    Viewpoint,
    apply_homography,
    camera_from_world_at,
    homography_between_indices,
    intrinsics_from_fov,
    invert_transform,
    plane_homography,
    transform_points,
    unproject_to_camera,
)


def two_cameras(azimuth: float = 12.0) -> tuple[Camera, Camera]:
    target = Camera(intrinsics_from_fov(50.0, 64, 48), camera_from_world_at(Viewpoint(0, 5, 0, 2)), 64, 48)
    source = Camera(intrinsics_from_fov(40.0, 80, 80), camera_from_world_at(Viewpoint(azimuth, 8, 3, 2.2)), 80, 80)
    return target, source


def between(target: Camera, source: Camera) -> np.ndarray:
    """Return source_from_target."""
    return source.camera_from_world @ invert_transform(target.camera_from_world)


@quick
@given(seed=seeds, azimuth=st.floats(-40, 40), distance=st.floats(1.0, 4.0))
def test_points_of_the_plane_move_with_the_homography(seed, azimuth, distance):
    rng = np.random.default_rng(seed)
    target, source = two_cameras(azimuth)
    normal = np.array([0.0, 0.0, 1.0]) + rng.normal(size=3) * 0.1
    normal /= np.linalg.norm(normal)
    points_target = rng.normal(size=(6, 3)) * 0.2 + [0, 0, 2]
    points_target *= distance / (points_target @ normal)[:, None]
    pixels, _ = target.project(transform_points(target.world_from_camera, points_target))
    expected, _ = source.project(transform_points(target.world_from_camera, points_target))
    homography = plane_homography(target.intrinsics, source.intrinsics, between(target, source), normal, distance)
    np.testing.assert_allclose(apply_homography(homography, pixels), expected, rtol=1e-9, atol=1e-7)


def test_a_sweep_of_planes_is_one_batch():
    target, source = two_cameras()
    depths = np.linspace(1.0, 3.0, 5)
    sweep = plane_homography(target.intrinsics, source.intrinsics, between(target, source), [0.0, 0, 1], depths)
    assert sweep.shape == (5, 3, 3)
    pixel = np.array([20.5, 30.5])
    for homography, depth in zip(sweep, depths):
        point = target.unproject(pixel, depth)
        np.testing.assert_allclose(apply_homography(homography, pixel), source.project(point)[0])
    moved = apply_homography(sweep[:, None], target.pixel_centres().reshape(1, -1, 2))
    assert moved.shape == (5, 64 * 48, 2)


def test_the_same_camera_leaves_pixels_where_they_are():
    target, _ = two_cameras()
    homography = plane_homography(target.intrinsics, target.intrinsics, np.eye(4), [0, 0, 1], 2.0)
    np.testing.assert_allclose(homography, np.eye(3), atol=1e-12)


def test_moving_sideways_shifts_by_focal_length_over_depth():
    intrinsics = intrinsics_from_fov(90.0, 100, 100)
    source_from_target = np.eye(4)
    source_from_target[0, 3] = -0.2  # the source camera stands 0.2 to the right: things move left
    homography = plane_homography(intrinsics, intrinsics, source_from_target, [0, 0, 1], 2.0)
    np.testing.assert_allclose(apply_homography(homography, [50.0, 50.0]), [45.0, 50.0])


def test_what_ends_behind_the_source_is_nan():
    intrinsics = intrinsics_from_fov(90.0, 100, 100)
    backwards = np.diag([1.0, -1.0, -1.0, 1.0])
    homography = plane_homography(intrinsics, intrinsics, backwards, [0, 0, 1], 1.0)
    assert np.isnan(apply_homography(homography, [50.0, 50.0])).all()


def test_indices_count_centres_at_integers():
    target, source = two_cameras()
    homography = plane_homography(target.intrinsics, source.intrinsics, between(target, source), [0, 0, 1], 2.0)
    indices = homography_between_indices(homography)
    pixel = np.array([[0.5, 0.5], [10.5, 20.5]])
    np.testing.assert_allclose(apply_homography(indices, pixel - 0.5), apply_homography(homography, pixel) - 0.5)


def test_halving_an_image_in_indices_by_hand():
    """Pixel (x, y) goes to (x / 2, y / 2); the centre of the first pixel, index 0, to pixel 0.25, index -0.25."""
    np.testing.assert_allclose(apply_homography(homography_between_indices(np.diag([0.5, 0.5, 1])), [0, 0]), -0.25)


def test_unprojected_pixels_lie_on_the_plane_they_are_given():
    target, _ = two_cameras()
    points = unproject_to_camera(target.intrinsics, target.pixel_centres(), np.full((48, 64), 1.5))
    np.testing.assert_array_equal(points[..., 2], 1.5)


@pytest.mark.parametrize(
    "call",
    [
        lambda: plane_homography(np.eye(4), np.eye(3), np.eye(4), [0, 0, 1], 1.0),
        lambda: plane_homography(np.eye(3), np.eye(2), np.eye(4), [0, 0, 1], 1.0),
        lambda: plane_homography(np.eye(3), np.eye(3), np.eye(3), [0, 0, 1], 1.0),
        lambda: plane_homography(np.eye(3), np.eye(3), np.eye(4), [0, 1], 1.0),
        lambda: plane_homography(np.eye(3), np.eye(3), np.eye(4), np.ones((2, 3)), np.ones(3)),
        lambda: apply_homography(np.eye(2), [0, 0]),
        lambda: apply_homography(np.eye(3), [0, 0, 1]),
        lambda: apply_homography(np.ones((2, 3, 3)), np.ones((5, 2))),
        lambda: homography_between_indices(np.eye(4)),
    ],
)
def test_wrong_shapes_are_named(call):
    with pytest.raises(ShapeError):
        call()
