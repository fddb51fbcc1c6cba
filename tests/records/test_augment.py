"""What augmentation does to pixels and labels."""

from dataclasses import fields, replace

import numpy as np
import pytest
from PIL import Image

from tests.records.samples import drawn_views
from vantage.errors import DataError
from vantage.records.augment import AugmentConfig, augment, crop_only
from vantage.records.backgrounds import BackgroundPool, load_backgrounds, make_pool, procedural_background

OFF = AugmentConfig(
    image_size=48,
    **{
        item.name: 0.0
        for item in fields(AugmentConfig)
        if item.type == "float" and item.name not in ("lowest_resolution", "plain", "erase_area")
    },
)


@pytest.fixture(params=[False, True], ids=["render", "photograph"])
def view(request):
    return drawn_views(3, real=request.param)[2]


def made(view, config, seed=0, pool=None):
    return augment(view, config, np.random.default_rng(seed), pool)


def test_equal_generators_give_equal_examples(view):
    first, again = made(view, AugmentConfig(), 5), made(view, AugmentConfig(), 5)
    np.testing.assert_array_equal(first["image"], again["image"])
    assert not np.array_equal(first["image"], made(view, AugmentConfig(), 6)["image"])


def test_the_view_stays_as_it_was(view):
    before = view["image"].copy()
    for seed in range(20):
        made(view, AugmentConfig(), seed)
    np.testing.assert_array_equal(view["image"], before)


def test_with_all_off_it_is_the_plain_crop(view):
    grey = BackgroundPool([Image.new("RGB", (64, 64), (128, 128, 128))], plain=0)
    np.testing.assert_allclose(made(view, OFF, pool=grey)["image"], crop_only(view, 48)["image"], atol=1.01 / 255)


def test_a_flip_mirrors_pixels_and_labels():
    view = drawn_views(2, real=True)[1] | {"keypoints_2d": np.array([[10.0, 12.0]], np.float32)}
    plain, mirrored = made(view, OFF), made(view, replace(OFF, flip=1.0))
    np.testing.assert_array_equal(mirrored["image"], plain["image"][:, ::-1])
    azimuth, elevation, tilt = view["viewpoint"][:3]
    assert mirrored["azimuth"] == 360 - azimuth
    assert (mirrored["elevation"], mirrored["tilt"]) == (elevation, -tilt)
    np.testing.assert_allclose(mirrored["keypoints_2d"][0], (48, 0) + plain["keypoints_2d"][0] * (-1, 1), atol=1e-4)
    np.testing.assert_allclose(plain["bbox"], [0, 0, 48, 48], atol=1e-4)


def test_pixels_follow_keypoints_under_jitter():
    pixels = np.zeros((64, 64, 4), np.uint8)
    pixels[..., 3] = 255
    pixels[28:33, 38:43, :3] = 255
    view = drawn_views(1)[0] | {"image": pixels, "bbox": np.array([8, 8, 58, 56], np.float32)}
    view["keypoints_2d"] = np.array([[40.5, 30.5]], np.float32)
    config = replace(OFF, truncation=0.08, flip=0.5, wide=0.5, wide_limit=0.2)
    for seed in range(30):
        example = made(view, config, seed, BackgroundPool([Image.new("RGB", (64, 64))], plain=0))
        light = example["image"].sum(-1)
        centres = np.arange(48) + 0.5
        found = np.array([(light * centres).sum(), (light * centres[:, None]).sum()]) / light.sum()
        np.testing.assert_allclose(found, example["keypoints_2d"][0], atol=0.4)


CHANGES = {
    "brightness": 1.0,
    "contrast": 0.8,
    "gamma": 0.5,
    "white_balance": 0.5,
    "tint": 0.2,
    "saturation": 1.0,
    "hue": 0.3,
    "greyscale": 1.0,
    "erase": 1.0,
    "jpeg": 1.0,
    "truncation": 0.1,
}


@pytest.mark.parametrize("name", CHANGES)
def test_each_thing_alone_changes_the_image(view, name):
    config = replace(OFF, **{name: CHANGES[name]})
    plain, changed = made(view, OFF, 1)["image"], made(view, config, 1)["image"]
    assert np.abs(plain - changed).mean() > 1e-3
    assert changed.min() >= 0 and changed.max() <= 1 and changed.dtype == np.float32


def test_greyscale_has_no_colour(view):
    config = replace(OFF, greyscale=1.0, brightness=0.5, white_balance=0.3, tint=0.2, contrast=0.3, gamma=0.5)
    image = made(view, config, 3)["image"]
    assert np.ptp(image, axis=-1).max() < 2.1 / 255


def test_noise_has_at_most_its_deviation():
    view = drawn_views(1, real=True)[0] | {"image": np.full((48, 48, 4), 128, np.uint8)}
    view["bbox"] = np.array([0, 0, 48, 48], np.float32)
    config = replace(OFF, noise=0.1, noise_probability=1.0)
    deviations = [made(view, config, seed)["image"].std() for seed in range(40)]
    assert 0.05 < max(deviations) < 0.11


@pytest.mark.parametrize("options", [{"blur": 1.0, "blur_sigma": 3.0}, {"low_resolution": 1.0}])
def test_sharpness_is_lost(view, options):
    soft, sharp = made(view, replace(OFF, **options), 2)["image"], made(view, OFF, 2)["image"]
    assert np.abs(np.diff(soft, axis=1)).mean() < np.abs(np.diff(sharp, axis=1)).mean()


def test_a_render_shows_the_background_and_a_photograph_does_not():
    pool = BackgroundPool([Image.new("RGB", (80, 80), (0, 255, 0))], plain=0)
    config = replace(OFF, context=0.3)
    for real in (False, True):
        example = made(drawn_views(1, real=real)[0], config, 0, pool)["image"]
        assert (example[0, 0].tolist() == [0, 1, 0]) is (not real)


def test_a_shadow_darkens_the_background():
    view = drawn_views(1)[0]
    view = view | {"image": np.dstack([np.zeros((48, 48, 3), np.uint8), np.full((48, 48), 128, np.uint8)])}
    white = BackgroundPool([Image.new("RGB", (80, 80), (255, 255, 255))], plain=0)
    assert made(view, OFF, 0, white)["image"].mean() == pytest.approx(0.5, abs=0.02)


def test_soft_edges_do_not_grow_a_dark_rim():
    pixels = np.zeros((48, 48, 4), np.uint8)
    pixels[12:36, 12:36] = 255
    view = drawn_views(1)[0] | {"image": pixels, "bbox": np.array([0, 0, 48, 48], np.float32)}
    white = BackgroundPool([Image.new("RGB", (80, 80), (255, 255, 255))], plain=0)
    assert made(view, replace(OFF, soft_edges=1.0), 0, white)["image"].min() > 0.99


def test_crop_only_is_the_box_on_grey():
    view = drawn_views(1)[0]
    x0, y0 = view["bbox"][:2].astype(int)
    example = crop_only(view, 40, context=0.2)
    np.testing.assert_allclose(example["image"][0, 0], 128 / 255, atol=1e-6)
    assert example["azimuth"] == view["viewpoint"][0] and example["category"] == "car"
    exact = crop_only(view | {"bbox": np.array([x0, y0, x0 + 20, y0 + 20], np.float32)}, 20)["image"]
    opaque = view["image"][y0 : y0 + 20, x0 : x0 + 20]
    inside = opaque[..., 3] == 255
    np.testing.assert_allclose(exact[inside], opaque[inside][:, :3] / 255, atol=1e-6)


def test_backgrounds_are_pictures_of_the_asked_size_and_reproducible():
    one, again = (procedural_background(np.random.default_rng(4), 40) for _ in range(2))
    assert one.mode == "RGB" and one.size == (40, 40) and one.tobytes() == again.tobytes()
    pool = BackgroundPool([one], plain=0.5)
    for seed in range(20):
        drawn = pool.sample(np.random.default_rng(seed), 33, aspect=2.5)
        assert drawn.size == (33, 33) and drawn.mode == "RGB"


def test_photographs_as_backgrounds(tmp_path):
    Image.new("RGB", (700, 300), (9, 8, 7)).save(tmp_path / "a.png")
    assert [image.size for image in load_backgrounds(tmp_path)] == [(256, 110)]
    assert make_pool([f"photos:{tmp_path}"]).images[0].getpixel((0, 0)) == (9, 8, 7)
    assert make_pool(["plain"]).images == []


def test_unknown_background():
    with pytest.raises(DataError, match="unknown background 'forest'"):
        make_pool(["forest"])
