"""Finishes: each repeats without a seam, is the same each time, and has detail to be matched."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from synth_data.scenes.finishes import PALETTES, sample_finish
from synth_data.scenes.noise import cloud, courses, joints, scattered
from synth_data.scenes.textures import KINDS, Finish, texture
from vantage.errors import UserError

ONCE = ("carpet", "poster", "outlook")
"""Kinds that are spread once and need not repeat."""


def small(kind: str, seed: int = 0) -> Finish:
    """A finish at a size that is quickly painted."""
    return replace(sample_finish(np.random.default_rng(seed), kind), size=128)


@pytest.mark.parametrize("kind", KINDS)
def test_a_texture_is_an_image_of_some_contrast(kind):
    image = texture(small(kind))
    assert image.shape == (128, 128, 4) and image.dtype == np.uint8 and (image[..., 3] == 255).all()
    assert image[..., :3].astype(float).mean(axis=-1).std() > 4
    assert 20 < image[..., :3].mean() < 250


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ONCE])
def test_a_texture_repeats_without_a_seam(kind):
    image = texture(small(kind))[..., :3].astype(float)
    for axis in (0, 1):
        inside = np.abs(np.diff(image, axis=axis)).mean(axis=(1 - axis, 2))
        seam = np.abs(np.take(image, 0, axis) - np.take(image, -1, axis)).mean()
        assert seam <= inside.max() + 2


def test_the_same_finish_paints_the_same_image():
    for kind in ("bricks", "foliage", "poster"):
        first = texture(small(kind))
        texture.cache_clear()
        np.testing.assert_array_equal(texture(small(kind)), first)
        assert (texture(small(kind, 1)) != first).any()


def test_images_cannot_be_changed_behind_the_cache():
    with pytest.raises(ValueError, match="read-only"):
        texture(small("grass"))[0, 0] = 0


def test_every_kind_can_be_drawn():
    assert set(PALETTES) == set(KINDS)
    for kind in KINDS:
        finish = sample_finish(np.random.default_rng(3), kind)
        assert finish.kind == kind and 128 <= finish.size <= 512 and finish.period > 0
        assert all(0 <= channel <= 1 for channel in (*finish.color, *finish.second))


def test_an_unknown_kind_is_named():
    with pytest.raises(UserError, match=r"marble.*planks"):
        texture(Finish("marble", (0.5, 0.5, 0.5), (0.2, 0.2, 0.2)))


def test_clouds_have_no_mean_and_unit_deviation(rng):
    noise = cloud(rng, 64, 1.5, 2, 10)
    assert noise.mean() == pytest.approx(0, abs=1e-12) and noise.std() == pytest.approx(1)
    spectrum = np.abs(np.fft.fft2(noise))
    assert spectrum[0, 1] < 1e-9 * spectrum.max() and spectrum[0, 20] < 1e-9 * spectrum.max()


def test_blocks_are_numbered_by_row_and_shifted():
    x, y = np.array([0.1, 0.6, 0.1]), np.array([0.1, 0.1, 0.6])
    number, u, v = courses(x, y, 2, 2, np.array([0.0, 0.5]))
    assert number.tolist() == [0, 1, 2]
    np.testing.assert_allclose(u, [0.2, 0.2, 0.7])
    np.testing.assert_allclose(v, 0.2)
    np.testing.assert_array_equal(joints(np.array([0.0, 0.5]), np.array([0.5, 0.5]), 0.1, 0.1), [1, 0])


def test_the_nearest_of_scattered_points_may_lie_over_the_edge(rng):
    distance, number = scattered(rng, 32, 5)
    assert distance.max() < 0.71 and set(np.unique(number)) <= set(range(5))
    assert np.abs(distance[0] - distance[-1]).max() < 0.05
