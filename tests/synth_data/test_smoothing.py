"""Noise on a surface goes, edges between surfaces stay."""

from dataclasses import replace

import numpy as np
import pytest

from synth_data.models import Model, Surface
from synth_data.smoothing import RADIUS, smooth_surfaces

SIZE = 40


def flat_model(**changes):
    """Four triangles: 0 and 1 with the surface "a" in the plane of the picture, 2 with "b", 3 is "a" turned away."""
    vertices = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1.0]])
    triangles = np.array([[0, 1, 2], [0, 1, 2], [0, 1, 2], [0, 1, 3]], np.int32)
    surfaces = (replace(Surface("a"), **changes), Surface("b"))
    return Model("m", "box", vertices, triangles, np.zeros((4, 3, 3)), np.array([0, 0, 1, 0], np.int32), surfaces)


def noisy(rng, mean=0.3):
    color = (mean * rng.gamma(2.0, 0.5, (SIZE, SIZE, 3))).astype(np.float32)
    return np.concatenate([color, np.ones((SIZE, SIZE, 1), np.float32)], axis=-1)


def faces(left, right):
    face = np.full((SIZE, SIZE), left)
    face[:, SIZE // 2 :] = right
    return face


@pytest.fixture
def picture():
    return noisy(np.random.default_rng(0))


def test_noise_on_one_surface_falls_and_its_mean_stays(picture):
    smooth = smooth_surfaces(picture, flat_model(), faces(0, 1), np.ones((SIZE, SIZE)))
    inner = slice(RADIUS, -RADIUS)
    assert smooth[inner, inner, :3].std() < 0.35 * picture[inner, inner, :3].std()
    assert smooth[..., :3].mean() == pytest.approx(picture[..., :3].mean(), rel=0.2)  # sparks count less
    np.testing.assert_allclose(smooth[..., 3], 1, atol=1e-6)


@pytest.mark.parametrize("right", [2, 3])
def test_an_edge_between_surfaces_or_normals_stays(picture, right):
    picture[:, : SIZE // 2, :3] = 0.9
    picture[:, SIZE // 2 :, :3] = 0.1
    smooth = smooth_surfaces(picture, flat_model(), faces(0, right), np.ones((SIZE, SIZE)))
    np.testing.assert_allclose(smooth, picture, atol=1e-5)


def test_a_step_in_depth_stays(picture):
    picture[:, : SIZE // 2, :3], picture[:, SIZE // 2 :, :3] = 0.9, 0.1
    depth = np.where(np.arange(SIZE) < SIZE // 2, 1.0, 2.0) * np.ones((SIZE, 1))
    smooth = smooth_surfaces(picture, flat_model(), faces(0, 1), depth)
    np.testing.assert_allclose(smooth, picture, atol=1e-5)


@pytest.mark.parametrize("changes", [{"texture": 0}, {"vertex_colors": True}])
def test_images_on_surfaces_are_left_alone(picture, changes):
    smooth = smooth_surfaces(picture, flat_model(**changes), faces(0, 2), np.ones((SIZE, SIZE)))
    np.testing.assert_array_equal(smooth[:, : SIZE // 2], picture[:, : SIZE // 2])
    assert smooth[:, SIZE // 2 :, :3].std() < 0.5 * picture[:, SIZE // 2 :, :3].std()


def test_background_and_the_empty_picture_are_left_alone(picture):
    face = faces(0, -1)
    picture[:, SIZE // 2 :] = 0
    smooth = smooth_surfaces(picture, flat_model(), face, np.where(face < 0, 0.0, 1.0))
    assert not smooth[:, SIZE // 2 :].any()
    nothing = np.full((SIZE, SIZE), -1)
    assert smooth_surfaces(picture, flat_model(), nothing, np.zeros((SIZE, SIZE))) is picture


def test_coverage_at_the_silhouette_is_kept(picture):
    face = faces(0, -1)
    picture[:, SIZE // 2 :] = 0
    picture[:, SIZE // 2 - 1] *= 0.5
    smooth = smooth_surfaces(picture, flat_model(), face, np.where(face < 0, 0.0, 1.0))
    np.testing.assert_allclose(smooth[:, SIZE // 2 - 1, 3], 0.5, atol=1e-5)
    assert (smooth[..., :3].max(axis=-1) <= 1.5 * smooth[..., 3] + 1e-5).all()
