"""Drawings: where marks land, what stays untouched, and that any image kind is taken."""

import subprocess
import sys

import numpy as np
import pytest

from vantage.report import drawing

GREY = np.full((64, 96, 3), 128, np.uint8)


def pascal_rotation(azimuth, elevation, tilt=0.0):
    """camera_from_object, written out here so that the drawing's convention is tested independently."""
    a, e, t = np.deg2rad([azimuth, elevation, tilt])

    def about_z(angle):
        return np.array([[np.cos(angle), -np.sin(angle), 0], [np.sin(angle), np.cos(angle), 0], [0, 0, 1.0]])

    e -= np.pi / 2
    about_x = np.array([[1, 0, 0], [0, np.cos(e), -np.sin(e)], [0, np.sin(e), np.cos(e)]])
    return np.diag([1.0, -1.0, -1.0]) @ about_z(t) @ about_x @ about_z(-a)


def centroid(picture, colour, tolerance=25):
    """Mean (x, y) of the pixels that have ``colour``."""
    near = np.all(np.abs(picture.astype(int) - colour) < tolerance, axis=-1)
    assert near.any(), f"no pixel is {colour}"
    rows, columns = np.nonzero(near)
    return np.array([columns.mean(), rows.mean()]) + 0.5


def has(picture, colour, tolerance=25):
    return bool(np.all(np.abs(picture.astype(int) - colour) < tolerance, axis=-1).any())


def test_front_points_left_when_the_car_is_seen_from_its_side():
    picture = drawing.draw_axes(np.full((200, 200, 3), 90, np.uint8), pascal_rotation(90, 0))
    assert centroid(picture, drawing.FRONT_COLOUR)[0] < 90
    assert centroid(picture, drawing.AXIS_COLOURS["y"])[0] > 110
    assert centroid(picture, drawing.AXIS_COLOURS["z"])[1] < 90


def test_front_comes_towards_the_viewer_at_azimuth_zero():
    picture = drawing.draw_axes(np.full((200, 200, 3), 90, np.uint8), pascal_rotation(0, 20))
    x, y = centroid(picture, drawing.FRONT_COLOUR)
    assert abs(x - 100) < 4
    assert y > 100  # from above, what comes nearer moves down
    assert centroid(picture, drawing.AXIS_COLOURS["x"])[0] > 110


def test_positive_tilt_turns_the_up_axis_counter_clockwise():
    picture = drawing.draw_axes(np.full((200, 200, 3), 90, np.uint8), pascal_rotation(0, 0, 30))
    assert centroid(picture, drawing.AXIS_COLOURS["z"])[0] < 95


def test_axes_start_where_told_and_have_the_length_told():
    image = np.full((200, 200, 3), 90, np.uint8)
    picture = drawing.draw_axes(image, pascal_rotation(0, 0), centre=(60, 150), length=50)
    blue = np.all(np.abs(picture.astype(int) - drawing.AXIS_COLOURS["z"]) < 25, axis=-1)
    rows, columns = np.nonzero(blue)
    assert abs(columns.mean() - 60) < 3
    assert 96 <= rows.min() <= 106


def test_box_edges_lie_on_the_box():
    picture = drawing.draw_box(GREY, (20, 10, 70, 50))
    changed = np.nonzero(np.any(picture != 128, axis=-1))
    assert abs(changed[1].min() - 20) <= 3
    assert abs(changed[0].min() - 10) <= 3
    assert abs(changed[1].max() - 70) <= 3
    assert abs(changed[0].max() - 50) <= 3
    assert np.all(picture[25:35, 35:55] == 128)


@pytest.mark.parametrize("state", range(4))
def test_each_visibility_state_has_its_colour(state):
    picture = drawing.draw_keypoints(GREY, [[40, 30]], [state], zoom=3)
    shown = [has(picture, colour) for _, colour in drawing.VISIBILITY]
    assert shown[state]
    assert sum(shown) == 1


def test_keypoint_outside_the_frame_is_marked_at_the_border():
    picture = drawing.draw_keypoints(GREY, [[500, 30]], [3])
    assert centroid(picture, drawing.VISIBILITY[3][1])[0] > 85


def test_zoom_keeps_points_in_the_pixels_of_the_given_image():
    picture = drawing.draw_keypoints(GREY, [[40, 30]], [0], zoom=4)
    assert picture.shape == (256, 384, 3)
    np.testing.assert_allclose(centroid(picture, drawing.VISIBILITY[0][1]), [160, 120], atol=1.5)


def test_names_that_find_no_room_are_left_out_and_nothing_fails():
    points = np.full((30, 2), 20.0)
    picture = drawing.draw_keypoints(GREY, points, np.zeros(30, int), ["a rather long name"] * 30)
    assert picture.shape == GREY.shape


@pytest.mark.parametrize("shape", [(40, 50), (40, 50, 1), (40, 50, 3), (40, 50, 4)])
def test_every_image_kind_becomes_rgb_and_the_given_one_is_untouched(shape):
    image = np.random.default_rng(0).integers(0, 255, shape, dtype=np.uint8)
    before = image.copy()
    picture = drawing.draw_axes(image, np.eye(3))
    assert picture.shape == (40, 50, 3)
    assert picture.dtype == np.uint8
    np.testing.assert_array_equal(image, before)


def test_alpha_is_composited():
    image = np.zeros((2, 2, 4), np.uint8)
    image[0, 0] = (10, 20, 30, 255)
    picture = drawing.as_rgb(image, background=(200, 100, 50))
    assert picture[0, 0].tolist() == [10, 20, 30]
    assert picture[1, 1].tolist() == [200, 100, 50]


def test_float_images_are_in_zero_to_one():
    assert drawing.as_rgb(np.full((2, 2, 3), 0.5))[0, 0].tolist() == [128, 128, 128]


def test_contact_sheet_holds_tiles_of_different_sizes():
    tiles = [np.full((30, 60, 3), 10 * i, np.uint8) for i in range(5)] + [np.full((200, 100, 4), 255, np.uint8)]
    sheet = drawing.contact_sheet(
        tiles, 3, [f"tile {i}\n<b>&" for i in range(6)], title="A title", legend=drawing.VISIBILITY
    )
    assert sheet.dtype == np.uint8
    assert sheet.shape[1] >= 3 * 200
    assert sheet.shape[0] > 2 * 200


def test_contact_sheet_refuses_nothing_and_wrong_captions():
    with pytest.raises(ValueError, match="at least one"):
        drawing.contact_sheet([])
    with pytest.raises(ValueError, match="captions"):
        drawing.contact_sheet([GREY], captions=["a", "b"])


def test_drawing_is_light():
    code = (
        "import sys, vantage.report.drawing; sys.exit(any(m in sys.modules for m in ('matplotlib', 'jinja2', 'keras')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
