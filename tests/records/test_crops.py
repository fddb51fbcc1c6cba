"""Pixels, points and boxes move together."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from vantage.records.crops import Crop, box_crop, flip_viewpoint, sample_shifts

SIZE = 60
corner = st.floats(-25, 40)
extent = st.floats(20, 70)


def dot_image(x, y):
    """A black greyscale image, 64 x 64, with a soft bright dot at (x, y), edges at integers."""
    centres = np.arange(64) + 0.5
    bright = np.exp(-((centres[None] - x) ** 2 + (centres[:, None] - y) ** 2) / (2 * 2.0**2))
    return Image.fromarray((255 * bright).astype(np.uint8))


def centroid(image):
    values = np.asarray(image, float)
    centres = np.arange(values.shape[0]) + 0.5
    return np.array([(values * centres).sum(), (values * centres[:, None]).sum()]) / values.sum()


@settings(max_examples=150, deadline=None)
@given(corner, corner, extent, extent, st.booleans(), st.floats(0.2, 0.8), st.floats(0.2, 0.8))
def test_points_move_with_pixels(x0, y0, width, height, flip, u, v):
    crop = Crop(x0, y0, x0 + width, y0 + height, SIZE, flip)
    x, y = x0 + u * width, y0 + v * height
    margin = 7
    if not (margin < x < 64 - margin and margin < y < 64 - margin):
        return
    if min(u, 1 - u) * width < margin or min(v, 1 - v) * height < margin:
        return
    found = centroid(crop.cut(dot_image(x, y)))
    np.testing.assert_allclose(found, crop.points([x, y]), atol=0.35)


@given(corner, corner, extent, extent)
def test_two_flips_are_none(x0, y0, width, height):
    points = np.array([[3.0, 4.0], [50.0, 20.0]])
    plain = Crop(x0, y0, x0 + width, y0 + height, SIZE)
    mirrored = Crop(x0, y0, x0 + width, y0 + height, SIZE, True).points(points)
    np.testing.assert_allclose(SIZE - mirrored[:, 0], plain.points(points)[:, 0], atol=1e-3)
    np.testing.assert_allclose(mirrored[:, 1], plain.points(points)[:, 1], atol=1e-3)


def test_a_flipped_cut_is_the_mirrored_cut():
    image = Image.fromarray(np.random.default_rng(0).integers(0, 255, (40, 50, 3), dtype=np.uint8))
    plain, mirrored = (Crop(-5.5, 3, 30, 45, 32, flip).cut(image) for flip in (False, True))
    assert np.array_equal(np.asarray(mirrored), np.asarray(plain)[:, ::-1])


@pytest.mark.parametrize("flip", [False, True])
def test_boxes_stay_ordered_and_fill_the_crop(flip):
    crop = Crop(10, 20, 40, 50, 90, flip)
    np.testing.assert_allclose(crop.box([10, 20, 40, 50]), [0, 0, 90, 90])
    assert crop.box([10, 20, 25, 35]).tolist() == ([45, 0, 90, 45] if flip else [0, 0, 45, 45])


def test_outside_shows_the_fill():
    image = Image.new("RGB", (10, 10), (255, 0, 0))
    fill = Image.new("RGB", (20, 20), (0, 0, 255))
    found = np.asarray(Crop(-10, 0, 10, 10, 20).cut(image, fill))
    assert (found[:, :10] == (0, 0, 255)).all() and (found[:, 10:] == (255, 0, 0)).all()
    assert (np.asarray(Crop(-10, 0, 10, 10, 20).cut(image))[:, :10] == 0).all()
    away = np.asarray(Crop(50, 50, 60, 60, 20).cut(image, fill))
    assert (away == (0, 0, 255)).all()


def test_whole_image_at_its_own_size_is_unchanged():
    pixels = np.random.default_rng(0).integers(0, 255, (32, 32, 3), dtype=np.uint8)
    crop = box_crop(np.array([0, 0, 32, 32]), 32)
    assert np.array_equal(np.asarray(crop.cut(Image.fromarray(pixels))), pixels)


def test_box_crop_options():
    box = np.array([10, 20, 50, 40])
    wide = box_crop(box, 32, context=0.1)
    assert (wide.x0, wide.y0, wide.x1, wide.y1) == (6, 18, 54, 42)
    square = box_crop(box, 32, keep_aspect=True)
    assert (square.x0, square.y0, square.x1, square.y1) == (10, 10, 50, 50)
    tall = box_crop(np.array([0, 0, 10, 30]), 32, keep_aspect=True)
    assert (tall.x0, tall.x1, tall.width) == (-10, 20, 30)
    clamped = box_crop(box, 32, context=1, clamp=(60, 45))
    assert (clamped.x0, clamped.y0, clamped.x1, clamped.y1) == (0, 0, 60, 45)


def test_crossing_edges_keep_the_box():
    crop = box_crop(np.array([0, 0, 10, 10]), 8, shifts=(0.9, 0.1, -0.9, 0))
    assert (crop.x0, crop.x1, crop.y0) == (0, 10, 1)


def test_shifts_have_their_deviation_and_correlation():
    rng = np.random.default_rng(0)
    shifts = np.array([sample_shifts(rng, 0.1, 0, 0.2) for _ in range(6000)])
    np.testing.assert_allclose(shifts.std(0), 0.1, rtol=0.05)
    assert np.abs(shifts).max() <= 0.5
    correlation = np.corrcoef(shifts.T)
    assert correlation[0, 2] == pytest.approx(0.5, abs=0.05) and abs(correlation[0, 1]) < 0.05
    wide = np.array([sample_shifts(rng, 0.0, 1, 0.2) for _ in range(100)])
    assert (wide[:, :2] <= 0).all() and (wide[:, 2:] >= 0).all() and np.abs(wide).max() <= 0.2


@given(st.floats(0, 360), st.floats(-90, 90), st.floats(-180, 180))
def test_flipping_a_viewpoint_twice(azimuth, elevation, tilt):
    once = flip_viewpoint(azimuth, elevation, tilt)
    twice = flip_viewpoint(*once)
    assert 0 <= once[0] < 360
    assert (twice[0] - azimuth) % 360 == pytest.approx(0, abs=1e-9) or (azimuth - twice[0]) % 360 < 1e-9
    assert twice[1:] == (elevation, tilt)
    assert flip_viewpoint(90, 10, 5) == (270, 10, -5)
