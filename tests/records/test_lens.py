"""Lens and shutter: labels go where the pixels go, and blurs leave things in their places."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.records.samples import drawn_views
from tests.records.test_augment import OFF, made
from vantage.errors import DataError, UserError
from vantage.records.augment import sample_crop
from vantage.records.backgrounds import make_pool
from vantage.records.lens import LIMIT, Distortion, motion_blurred
from vantage.records.truncations import load_truncations


def dot(size, x, y, radius=3.0):
    """Return a white disc on black."""
    ys, xs = np.mgrid[:size, :size] + 0.5
    inside = np.clip(radius + 0.5 - np.hypot(xs - x, ys - y), 0, 1)
    return Image.fromarray(np.repeat(np.rint(255 * inside).astype(np.uint8)[..., None], 3, -1))


def centroid(image):
    weights = np.asarray(image, np.float64)[..., 0]
    ys, xs = np.mgrid[: weights.shape[0], : weights.shape[1]] + 0.5
    return np.array([(xs * weights).sum(), (ys * weights).sum()]) / weights.sum()


@settings(deadline=None, max_examples=60)
@given(st.floats(-LIMIT, LIMIT), st.floats(6, 90), st.floats(6, 90))
def test_pixels_go_where_points_go(k, x, y):
    lens = Distortion(k, 96)
    expected = lens.points(np.array([x, y]))
    if (expected > 6).all() and (expected < 90).all():
        np.testing.assert_allclose(centroid(lens.image(dot(96, x, y))), expected, atol=0.5)


@settings(deadline=None, max_examples=40)
@given(st.floats(-LIMIT, LIMIT), st.lists(st.tuples(st.floats(0, 64), st.floats(0, 64)), min_size=1, max_size=9))
def test_straight_undoes_points(k, points):
    lens = Distortion(k, 64)
    np.testing.assert_allclose(lens.straight(lens.points(np.array(points))), points, atol=1e-6)


@pytest.mark.parametrize("k", [-LIMIT, -0.04, 0.03, LIMIT])
def test_every_place_of_the_picture_has_a_source(k):
    lens = Distortion(k, 80)
    grid = np.stack(np.meshgrid(np.linspace(0, 80, 21), np.linspace(0, 80, 21)), -1)
    np.testing.assert_allclose(lens.points(lens.straight(grid)), grid, atol=1e-3)


def test_what_is_far_outside_stays_there():
    far = np.stack([np.linspace(96, 900, 50), np.full(50, 40.0)], 1)
    moved = Distortion(-LIMIT, 96).points(far)
    assert (np.diff(moved[:, 0]) > 0).all()


def test_the_middle_stays_and_barrels_shrink():
    lens = Distortion(-0.06, 100)
    np.testing.assert_allclose(lens.points([50.0, 50.0]), [50, 50])
    np.testing.assert_allclose(lens.points([100.0, 50.0]), [97, 50])
    np.testing.assert_allclose(lens.box([0, 0, 100, 100]), [3, 3, 97, 97], atol=1e-4)
    with pytest.raises(UserError, match="a distortion of 0.2"):
        Distortion(0.2, 100)
    assert (Distortion(0.05, 100).box([10, 10, 90, 90])[2:] > 90).all()


@pytest.mark.parametrize("angle", [0, 37, 90, 135])
def test_motion_blur_keeps_the_place_and_the_light(angle):
    before = dot(64, 30, 34)
    after = motion_blurred(before, 9.0, angle)
    np.testing.assert_allclose(centroid(after), centroid(before), atol=0.1)
    assert np.asarray(after, float).sum() == pytest.approx(np.asarray(before, float).sum(), rel=0.03)
    ys, xs = np.nonzero(np.asarray(after)[..., 0] > 20)
    across = np.ptp(xs * np.sin(np.radians(angle)) - ys * np.cos(np.radians(angle)))
    along = np.ptp(xs * np.cos(np.radians(angle)) + ys * np.sin(np.radians(angle)))
    assert along > across + 3


def test_a_shutter_that_is_hardly_open_changes_nothing():
    before = dot(32, 12, 20)
    np.testing.assert_allclose(np.asarray(motion_blurred(before, 0.0, 10), int), np.asarray(before, int), atol=1)


def test_augmentation_moves_the_labels_with_the_lens():
    view = drawn_views(2, real=False)[1] | {"keypoints_2d": np.array([[10.0, 12.0], [20.0, 25.0]], np.float32)}
    plain, bent = made(view, OFF, 3), made(view, replace(OFF, distortion=0.06), 3)
    moved = bent["keypoints_2d"] - 24
    before = plain["keypoints_2d"] - 24
    factor = np.linalg.norm(moved, axis=1) / np.linalg.norm(before, axis=1)
    k = (factor - 1) / np.square(np.linalg.norm(before, axis=1) / 24)
    assert k[0] == pytest.approx(k[1], rel=1e-3) and 0 < abs(k[0]) <= 0.06
    assert bent["bbox"].shape == (4,) and (bent["azimuth"], bent["tilt"]) == (plain["azimuth"], plain["tilt"])


@pytest.mark.parametrize(
    "changes", [{"defocus": 1.0}, {"motion_blur": 1.0, "motion_length": 0.1}, {"distortion": 0.06}]
)
def test_each_effect_changes_pixels_and_is_repeatable(changes):
    view = drawn_views(2, real=False)[1]
    config = replace(OFF, **changes)
    pool = make_pool(("procedural",), plain=0.0)
    first = made(view, config, 5, pool)["image"]
    np.testing.assert_array_equal(first, made(view, config, 5, pool)["image"])
    assert not np.array_equal(first, made(view, OFF, 5, pool)["image"])


def test_truncations_follow_their_file(tmp_path):
    path = tmp_path / "shifts.csv"
    path.write_text("left,top,right,bottom\n" + "0.1,-0.2,-0.1,0.05\n" * 50)
    draws = np.array([load_truncations(path).draw(np.random.default_rng(n)) for n in range(500)])
    exact = np.isclose(draws, [0.1, -0.2, -0.1, 0.05]).all(axis=1)
    assert exact.mean() == pytest.approx(0.8, abs=0.06)
    assert np.abs(draws[~exact]).max() <= 0.5 and draws[~exact].std() == pytest.approx(0.1, rel=0.2)
    view = drawn_views(2, real=False)[1]
    config = replace(OFF, truncations=str(path))
    assert not np.array_equal(made(view, config, 1)["image"], made(view, OFF, 1)["image"])


def test_the_kernel_has_the_paper_s_bandwidth(tmp_path):
    """1.06 std n^(-1/5), each edge its own; left goes with right and top with bottom, and nothing else is bound."""
    rng = np.random.default_rng(0)
    rows = rng.multivariate_normal(np.zeros(4), [[4, 0, 3, 0], [0, 1, 0, 0.5], [3, 0, 4, 0], [0, 0.5, 0, 1]], 400) / 40
    path = tmp_path / "shifts.csv"
    path.write_text("left,top,right,bottom\n" + "".join(",".join(map(repr, row)) + "\n" for row in rows.tolist()))
    found = load_truncations(path)
    np.testing.assert_allclose(found.bandwidths, 1.06 * rows.std(axis=0, ddof=1) * 400**-0.2)
    draws = np.array([found.draw(np.random.default_rng(n)) for n in range(4000)])
    kernels, broad = np.diag(found.bandwidths**2), 0.2 * 0.1**2 * np.eye(4)
    np.testing.assert_allclose(np.cov(draws.T), 0.8 * (np.cov(rows.T) + kernels) + broad, atol=6e-4)


def test_each_class_has_its_own_densities(tmp_path):
    path = tmp_path / "shifts.csv"
    path.write_text("class,image,left,top,right,bottom\ncar,a,0.1,0,0,0\nbus,b,0.3,0,0,0\ncar,c,0.1,0,0,0\n")
    assert load_truncations(path, "car").rows[:, 0].tolist() == [0.1, 0.1]
    assert load_truncations(path, "bus").rows[:, 0].tolist() == [0.3]
    assert len(load_truncations(path, "boat").rows) == len(load_truncations(path).rows) == 3, "unknown: those of all"
    config = replace(OFF, truncations=str(path))
    lefts = {}
    for name in ("car", "bus"):
        view = drawn_views(1, category=name)[0]
        crops = [sample_crop(view, config, np.random.default_rng(n)) for n in range(60)]
        lefts[name] = np.median([(crop.x0 - view["bbox"][0]) / (view["bbox"][2] - view["bbox"][0]) for crop in crops])
    assert lefts == {"car": pytest.approx(0.1, abs=0.02), "bus": pytest.approx(0.3, abs=0.02)}


def test_photographs_are_cut_already(tmp_path):
    """A box around what a photograph shows holds its truncation: the densities belong to renders."""
    path = tmp_path / "shifts.csv"
    path.write_text("left,top,right,bottom\n0.2,0.2,0,0\n")
    view = drawn_views(1, real=True)[0]
    crops = [sample_crop(view, replace(OFF, truncations=given), np.random.default_rng(1)) for given in ("", str(path))]
    assert crops[0] == crops[1]


def test_a_box_that_would_double_is_drawn_broadly(tmp_path):
    path = tmp_path / "wide.csv"
    path.write_text("left,top,right,bottom\n" + "-0.9,0,0.9,0\n" * 9)
    draws = np.array([load_truncations(path).draw(np.random.default_rng(n)) for n in range(200)])
    assert np.abs(draws[:, [0, 2]]).max() <= 0.5


@pytest.mark.parametrize(
    ("text", "words"),
    [("left,top\n1,2\n", "lacks the column right"), ("", "lacks the column left"),
     ("left,top,right,bottom\n", "0 rows"), ("left,top,right,bottom\n1,2,x,4\n", "line 2")],
)  # fmt: skip
def test_bad_files_are_named(tmp_path, text, words):
    path = tmp_path / "bad.csv"
    path.write_text(text)
    with pytest.raises(DataError, match=words):
        load_truncations(path)
    with pytest.raises(UserError, match="no file of truncations"):
        load_truncations(tmp_path / "nowhere.csv")
