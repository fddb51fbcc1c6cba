"""Cameras and transforms: round trips, pixel centres, batches."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.geometry.samples import BATCHES, quick, random_rigid, seeds
from vantage.geometry import (
    Camera,
    ShapeError,
    Viewpoint,
    camera_from_world_at,
    intrinsics_from_fov,
    invert_intrinsics,
    invert_transform,
    transform_points,
)


def camera(azimuth=30.0, elevation=20.0, tilt=-10.0, distance=2.0, width=128, height=96) -> Camera:
    viewpoint = Viewpoint(azimuth, elevation, tilt, distance)
    return Camera(intrinsics_from_fov(45.0, width, height), camera_from_world_at(viewpoint), width, height)


@pytest.mark.parametrize(("width", "height"), [(100, 60), (60, 100), (100, 100)])
def test_the_angle_of_view_spans_the_longer_side(width, height):
    intrinsics = intrinsics_from_fov(90.0, width, height)
    np.testing.assert_allclose(intrinsics, [[50, 0, width / 2], [0, 50, height / 2], [0, 0, 1]], atol=1e-12)


def test_pixel_centres_are_at_a_half():
    """A plane at depth 1, seen by 90 degrees and 4 pixels, has pixels of size 0.5 with centres at -0.75, .., 0.75."""
    view = Camera(intrinsics_from_fov(90.0, 4, 4), np.eye(4), 4, 4)
    centres = view.pixel_centres()
    assert centres.shape == (4, 4, 2)
    np.testing.assert_array_equal(centres[0, 0], [0.5, 0.5])
    np.testing.assert_array_equal(centres[1, 3], [3.5, 1.5])
    points = view.unproject(centres, np.ones((4, 4)))
    np.testing.assert_allclose(points[1, :, 0], [-0.75, -0.25, 0.25, 0.75])
    np.testing.assert_allclose(points[1, 0], [-0.75, -0.25, 1.0])


def test_image_axes_are_opencv_s():
    view = Camera(intrinsics_from_fov(60.0, 64, 64), np.eye(4), 64, 64)
    pixels, z_depth = view.project([[0.1, 0, 1], [0, 0.1, 1], [0, 0, 5]])
    assert pixels[0, 0] > 32, "x is right"
    assert pixels[1, 1] > 32, "y is down"
    np.testing.assert_allclose(pixels[2], [32, 32])
    np.testing.assert_allclose(z_depth, [1, 1, 5])


@quick
@given(seed=seeds, azimuth=st.floats(0, 360), elevation=st.floats(-90, 90), tilt=st.floats(-90, 90))
def test_unproject_undoes_project(seed, azimuth, elevation, tilt):
    view = camera(azimuth, elevation, tilt)
    points = np.random.default_rng(seed).uniform(-0.5, 0.5, (6, 3))
    pixels, z_depth = view.project(points)
    np.testing.assert_allclose(view.unproject(pixels, z_depth), points, atol=1e-12)


@quick
@given(seed=seeds)
def test_rays_go_from_the_centre_through_the_points(seed):
    view = camera()
    points = np.random.default_rng(seed).uniform(-0.5, 0.5, (2, 3, 3))
    pixels, z_depth = view.project(points)
    origin, direction = view.rays(pixels)
    np.testing.assert_allclose(origin, np.broadcast_to(view.centre, points.shape), atol=1e-14)
    np.testing.assert_allclose(np.linalg.norm(direction, axis=-1), 1.0)
    length = view.ray_length_from_z_depth(pixels, z_depth)
    np.testing.assert_allclose(origin + length[..., None] * direction, points, atol=1e-12)
    np.testing.assert_allclose(length, np.linalg.norm(points - view.centre, axis=-1))
    np.testing.assert_allclose(view.z_depth_from_ray_length(pixels, length), z_depth)


def test_z_depth_is_not_ray_length():
    """In the corner of a 90 degree image the ray is sqrt(3) times as long as the z-depth."""
    view = Camera(intrinsics_from_fov(90.0, 2, 2), np.eye(4), 2, 2)
    assert view.ray_length_from_z_depth([0.0, 0.0], 1.0) == pytest.approx(math.sqrt(3))


def test_what_is_behind_the_camera_has_no_pixel():
    view = Camera(intrinsics_from_fov(60.0, 64, 64), np.eye(4), 64, 64)
    pixels, z_depth = view.project([[0.0, 0, 1], [0, 0, 0], [0.1, 0, -1]])
    np.testing.assert_array_equal(np.isnan(pixels[:, 0]), [False, True, True])
    np.testing.assert_array_equal(z_depth, [1, 0, -1])
    np.testing.assert_array_equal(view.in_frame(pixels), [True, False, False])


def test_the_frame_has_its_left_and_upper_edges_only():
    view = camera(width=10, height=5)
    inside = view.in_frame([[0, 0], [9.99, 4.99], [10, 1], [1, 5], [-0.01, 1]])
    np.testing.assert_array_equal(inside, [True, True, False, False, False])


def test_cropping_and_resizing_move_the_pixels_alike():
    view = camera()
    points = np.random.default_rng(0).uniform(-0.4, 0.4, (5, 3))
    pixels, _ = view.project(points)
    crop = view.cropped((20, 10, 84, 90), 32, 20)
    assert (crop.width, crop.height) == (32, 20)
    np.testing.assert_allclose(crop.project(points)[0], (pixels - [20, 10]) * [0.5, 0.25])
    np.testing.assert_allclose(view.resized(64, 192).project(points)[0], pixels * [0.5, 2.0])


@quick
@given(seed=seeds)
def test_transforms_compose_and_invert(seed):
    rng = np.random.default_rng(seed)
    c_from_b, b_from_a = random_rigid(rng, (2,))
    points = rng.normal(size=(4, 3))
    np.testing.assert_allclose(
        transform_points(c_from_b @ b_from_a, points),
        transform_points(c_from_b, transform_points(b_from_a, points)),
        atol=1e-12,
    )
    np.testing.assert_allclose(transform_points(invert_transform(b_from_a), transform_points(b_from_a, points)), points)
    np.testing.assert_allclose(invert_transform(b_from_a), np.linalg.inv(b_from_a), atol=1e-12)


@quick
@given(seed=seeds)
def test_intrinsics_invert_with_skew(seed):
    intrinsics = np.eye(3) + np.triu(np.random.default_rng(seed).uniform(0.1, 3.0, (3, 3)))
    intrinsics[2] = [0, 0, 1]
    np.testing.assert_allclose(invert_intrinsics(intrinsics) @ intrinsics, np.eye(3), atol=1e-12)


@pytest.mark.parametrize("batch", BATCHES)
@pytest.mark.parametrize("free", [(), (4,), (2, 3)])
def test_batches_of_cameras_take_points_behind_their_batch(batch, free):
    rng = np.random.default_rng(0)
    viewpoint = Viewpoint(rng.uniform(0, 360, batch), rng.uniform(-60, 60, batch), 5.0, 2.0)
    views = Camera(intrinsics_from_fov(45.0, 64, 64), camera_from_world_at(viewpoint), 64, 64)
    points = rng.uniform(-0.5, 0.5, (*batch, *free, 3))
    pixels, z_depth = views.project(points)
    assert pixels.shape == (*batch, *free, 2)
    assert z_depth.shape == (*batch, *free)
    np.testing.assert_allclose(views.unproject(pixels, z_depth), points, atol=1e-12)
    origin, direction = views.rays(pixels)
    assert origin.shape == direction.shape == points.shape
    for index in np.ndindex(*batch):
        one = Camera(views.intrinsics, views.camera_from_world[index], 64, 64)
        np.testing.assert_allclose(pixels[index], one.project(points[index])[0])


def test_the_same_points_in_every_camera():
    views = Camera(intrinsics_from_fov([40.0, 60.0], 64, 64), np.stack([np.eye(4)] * 2), 64, 64)
    pixels, z_depth = views.project(np.ones((1, 5, 3)))
    assert pixels.shape == (2, 5, 2)
    assert pixels[0, 0, 0] > pixels[1, 0, 0], "a longer lens shows it further out"
    assert z_depth.shape == (1, 5) or z_depth.shape == (2, 5)


def test_precision_is_kept():
    transforms = np.eye(4, dtype=np.float32)[None]
    view = Camera(intrinsics_from_fov(np.float32([40]), 64, 64), transforms, 64, 64)
    pixels, z_depth = view.project(np.ones((1, 3, 3), np.float32))
    assert pixels.dtype == z_depth.dtype == view.rays(pixels)[1].dtype == np.float32


@pytest.mark.parametrize(
    "call",
    [
        lambda: Camera(np.eye(4), np.eye(4), 8, 8),
        lambda: Camera(np.eye(3), np.eye(3), 8, 8),
        lambda: camera().project(np.zeros((4, 2))),
        lambda: camera().unproject(np.zeros((4, 3)), np.ones(4)),
        lambda: camera().unproject(np.zeros((4, 2)), np.ones(5)),
        lambda: camera().rays(np.zeros(3)),
        lambda: camera().in_frame(np.zeros(3)),
        lambda: camera().cropped((5, 5, 5, 9), 4, 4),
        lambda: camera([0.0, 1.0]).project(np.zeros(3)),
        lambda: camera([0.0, 1.0]).project(np.zeros((3, 3))),
        lambda: intrinsics_from_fov(180.0, 4, 4),
        lambda: intrinsics_from_fov([40.0, math.nan], 4, 4),
        lambda: intrinsics_from_fov(40.0, 0, 4),
        lambda: invert_transform(np.eye(3)),
        lambda: invert_intrinsics(np.eye(4)),
        lambda: transform_points(np.eye(3), np.zeros(3)),
    ],
)
def test_wrong_shapes_are_named(call):
    with pytest.raises(ShapeError):
        call()
