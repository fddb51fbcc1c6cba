"""What is true of every vehicle of a kind, whatever its style: sizes in metres, wheels, order and sides of keypoints.

The tables below are facts of real vehicles and of PASCAL3D+'s keypoints, not of the builders' code.
"""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import pytest

from synth_data.shapes import sample_shape
from tests.shapes.surfaces import corners, mesh_of

SEEDS = range(12)

SIZES = {
    "car": ((1.7, 2.5), (3.0, 6.3), (1.0, 2.3)),
    "bus": ((2.3, 3.5), (5.5, 19.0), (2.5, 4.8)),
    "motorbike": ((0.5, 1.2), (1.5, 2.8), (0.9, 1.8)),
    "bicycle": ((0.35, 0.95), (0.9, 2.3), (0.6, 1.4)),
    "aeroplane": ((4.0, 90.0), (4.0, 80.0), (1.2, 26.0)),
    "boat": ((0.5, 60.0), (1.8, 400.0), (0.3, 75.0)),
    "train": ((2.2, 3.8), (8.0, 90.0), (3.0, 6.0)),
}
"""Width, length and height that real ones have, metres."""

AHEAD = {
    "car": ("front_plate left_front_light left_front_wheel lower_left_windshield upper_left_windshield "
            "upper_left_rearwindow left_back_light", "left_front_wheel left_mirror left_back_wheel back_plate"),
    "bus": ("left_front_light left_front_wheel left_back_wheel left_back_light",
            "body_front_left_lower left_back_wheel body_back_left_lower",
            "body_front_left_upper body_back_left_upper"),
    "motorbike": ("left_front_wheel head_center left_handle_center front_seat back_seat tail_light",
                  "headlight_center head_center", "front_seat left_back_wheel"),
    "bicycle": ("left_front_wheel head_center left_pedal_center left_back_wheel",
                "left_handle_center seat_front seat_back left_back_wheel"),
    "aeroplane": ("nose noselanding left_wing left_elevator", "nose cockpit rudder_lower tail",
                  "left_wing rudder_upper"),
    "boat": ("head head_left tail_left", "head_down tail_down", "head tail"),
    "train": ("head_left_bottom mid_left_bottom tail_left_bottom", "head_left_top mid_left_top tail_left_top",
              "head_top tail_top"),
}  # fmt: skip
"""Keypoints in the order in which they come from the front (-y) to the back."""

ABOVE = {
    "car": ("front_plate lower_left_windshield upper_left_windshield", "left_front_wheel left_front_light left_mirror",
            "back_plate upper_left_rearwindow"),
    "bus": ("left_front_wheel left_front_light", "body_front_left_lower body_front_left_upper",
            "body_back_left_lower body_back_left_upper"),
    "motorbike": ("left_front_wheel front_seat left_handle_center", "left_back_wheel tail_light"),
    "bicycle": ("left_front_wheel head_center", "left_pedal_center seat_back", "left_pedal_center left_handle_center"),
    "aeroplane": ("noselanding cockpit rudder_upper", "rudder_lower rudder_upper", "noselanding nose"),
    "boat": ("head_down head", "tail_down tail", "tail_down tail_left"),
    "train": ("head_left_bottom head_left_top", "mid_left_bottom mid_left_top", "tail_left_bottom tail_left_top"),
}  # fmt: skip
"""Keypoints from below to above."""

UNPAIRED = {"left_pedal_center"}
"""The cranks of a bicycle stand opposite each other."""

ROLLING = {"car": 4, "bus": 4, "motorbike": 2, "bicycle": 2}
"""Vehicles with wheels of their own parts, and how many of them at least."""


@pytest.fixture(scope="module", params=list(SIZES))
def vehicles(request):
    """A dozen vehicles of a category, each with its keypoints in metres."""
    return [sample_shape(request.param, seed) for seed in SEEDS]


def metres(shape, points):
    """Return points of a normalised shape in metres."""
    return shape.normalisation.undo(np.asarray(points))


def wheels_of(shape):
    """Return name -> lowest and highest corner of each wheel, in metres."""
    parts = {part.name: metres(shape, part.vertices) for part in shape.parts if part.name.endswith("wheel")}
    return {name: (points.min(axis=0), points.max(axis=0)) for name, points in parts.items()}


def test_sizes_are_those_of_real_ones(vehicles):
    for shape in vehicles:
        size = np.ptp(metres(shape, shape.bounds()), axis=0)
        for value, (low, high) in zip(size, SIZES[shape.category]):
            assert low <= value <= high, (shape.style, size)


def test_keypoints_come_in_order_from_the_front(vehicles):
    for shape in vehicles:
        for chain in AHEAD[shape.category]:
            for side in (chain, chain.replace("left", "right")):
                places = [shape.keypoints[name][1] for name in side.split()]
                assert np.diff(places).min() > 0, (shape.style, side)


def test_keypoints_come_in_order_from_below(vehicles):
    for shape in vehicles:
        for chain in ABOVE[shape.category]:
            for side in (chain, chain.replace("left", "right")):
                heights = [shape.keypoints[name][2] for name in side.split()]
                assert np.diff(heights).min() > 0, (shape.style, side)


def test_keypoints_of_the_two_sides_are_mirror_images(vehicles):
    for shape in vehicles:
        for name, point in shape.keypoints.items():
            if "left" in name and name not in UNPAIRED:
                assert point[0] > 0, (shape.style, name)
                other = shape.keypoints[name.replace("left", "right")]
                np.testing.assert_allclose(other, point * (-1, 1, 1), atol=1e-9, err_msg=f"{shape.style} {name}")


def test_keypoints_without_a_side_lie_in_the_middle(vehicles):
    for shape in vehicles:
        width = np.ptp(shape.bounds(), axis=0)[0]
        for name, point in shape.keypoints.items():
            if "left" not in name and "right" not in name:
                assert abs(point[0]) < 0.02 * width, (shape.style, name)


def test_keypoints_span_the_vehicle(vehicles):
    """Lengthways they reach over most of it: a keypoint set that lost its front or back end would not."""
    for shape in vehicles:
        low, high = shape.bounds()
        points = np.array(list(shape.keypoints.values()))
        assert np.ptp(points[:, 1]) > 0.5 * (high - low)[1], shape.style
        assert (points > low - 0.02).all() and (points < high + 0.02).all(), shape.style


def test_wheels_are_round_stand_on_the_ground_and_nothing_is_below(vehicles):
    for shape in (shape for shape in vehicles if shape.category in ROLLING):
        wheels = wheels_of(shape)
        assert len(wheels) >= ROLLING[shape.category], shape.style
        for name, (low, high) in wheels.items():
            across, along, up = high - low
            assert abs(low[2]) < 0.005 and along == pytest.approx(up, rel=0.02), (shape.style, name)
            assert across < 0.65 * up, (shape.style, name)
        lowest = metres(shape, shape.bounds())[0, 2]
        assert lowest > -0.005, (shape.style, "something is below the road")


def test_keypoints_of_wheels_are_at_their_hubs(vehicles):
    for shape in (shape for shape in vehicles if shape.category in ROLLING):
        for name, (low, high) in wheels_of(shape).items():
            for keypoint in (word for word in shape.keypoints if word.endswith(name)):
                point = metres(shape, shape.keypoints[keypoint])
                np.testing.assert_allclose(point[1:], ((low + high) / 2)[1:], atol=0.01, err_msg=shape.style)
                assert abs(point[0]) < abs(np.array([low[0], high[0]])).max() + 0.1, (shape.style, keypoint)


def test_wheels_do_not_touch_each_other(vehicles):
    for shape in (shape for shape in vehicles if shape.category in ROLLING):
        for (one, (low, high)), (other, (bottom, top)) in combinations(wheels_of(shape).items(), 2):
            assert (np.minimum(high, top) < np.maximum(low, bottom)).any(), (shape.style, one, other)


def test_wheels_of_cars_and_buses_come_in_equal_pairs(vehicles):
    for shape in (shape for shape in vehicles if shape.category in ("car", "bus")):
        parts = {part.name: part for part in shape.parts}
        for name in (name for name in parts if name.startswith("left_") and name.endswith("wheel")):
            left, right = parts[name].vertices, parts[name.replace("left", "right")].vertices
            np.testing.assert_allclose(np.sort(left * (-1, 1, 1), axis=0), np.sort(right, axis=0), atol=1e-9)
            assert left[:, 0].min() > 0 > right[:, 0].max(), (shape.style, name)


def test_tyres_are_black_and_below(vehicles):
    for shape in (shape for shape in vehicles if shape.category in ROLLING):
        for part in (part for part in shape.parts if part.name.endswith("wheel")):
            assert any(max(material.base_color) < 0.12 for material in part.materials), (shape.style, part.name)
        low, high = metres(shape, shape.bounds())[:, 2]
        middles = [(bottom[2] + top[2]) / 2 for bottom, top in wheels_of(shape).values()]
        assert max(middles) < low + 0.5 * (high - low), shape.style


def test_windows_are_high_up_and_on_both_sides(vehicles):
    for shape in (shape for shape in vehicles if shape.category in ("car", "bus", "train")):
        glass = [part.vertices[part.faces[part.face_materials == number]]
                 for part in shape.parts for number, material in enumerate(part.materials)
                 if "glass" in material.name]  # fmt: skip
        middles = np.concatenate([triangles.mean(axis=1) for triangles in glass if len(triangles)])
        low, high = shape.bounds()[:, 2]
        assert np.median(middles[:, 2]) > low + 0.4 * (high - low), shape.style
        assert np.ptp(np.concatenate(glass)[..., 0]) > 0.5 * np.ptp(shape.bounds(), axis=0)[0], "on both sides"


def test_wings_are_the_widest_and_the_fin_is_the_highest(vehicles):
    for shape in (shape for shape in vehicles if shape.category == "aeroplane"):
        low, high = shape.bounds()
        points = shape.keypoints
        assert points["left_wing"][0] > 0.9 * high[0] and points["right_wing"][0] < 0.9 * low[0], shape.style
        assert 0.1 * high[0] < points["left_elevator"][0] < 0.8 * points["left_wing"][0], shape.style
        fin = max(points["rudder_upper"][2], points["left_wing"][2], points["left_elevator"][2])
        assert fin > high[2] - 0.25 * (high - low)[2], shape.style
        gear = [part for part in shape.parts if part.name == "gear"]
        assert all(part.vertices[:, 2].min() == pytest.approx(low[2], abs=0.02) for part in gear), shape.style


def test_coaches_of_a_train_follow_each_other(vehicles):
    for shape in (shape for shape in vehicles if shape.category == "train"):
        parts = {part.name: metres(shape, part.vertices) for part in shape.parts}
        chain = [parts[name] for name in ("lead", "car 1", "car 2") if name in parts]
        for ahead, behind in pairwise(chain):
            assert ahead[:, 1].mean() < behind[:, 1].mean(), shape.style
            assert behind[:, 1].min() - ahead[:, 1].max() > -1.5, "they overlap by no more than a coupling"
            assert abs(np.ptp(ahead[:, 0]) - np.ptp(behind[:, 0])) < 0.8, shape.style


def test_hulls_are_closed_long_and_the_lowest_but_for_what_hangs_below(vehicles):
    for shape in (shape for shape in vehicles if shape.category == "boat"):
        hull = next(part for part in shape.parts if part.name == "hull")
        assert mesh_of(hull).is_watertight, shape.style
        low, high = shape.bounds()
        assert np.ptp(hull.vertices[:, 1]) > 0.75 * (high - low)[1], shape.style
        assert np.ptp(hull.vertices[:, 1]) > 1.3 * np.ptp(hull.vertices[:, 0]), shape.style
        assert hull.vertices[:, 2].min() < low[2] + 0.25 * (high - low)[2], shape.style


def test_nothing_floats_far_from_the_rest(vehicles):
    """Each part comes within 4 % of the size of another part: a piece that lost its place would not."""
    for shape in vehicles[::3]:
        boxes = [(part.vertices.min(axis=0), part.vertices.max(axis=0)) for part in shape.parts]
        for number, (low, high) in enumerate(boxes):
            others = [other for place, other in enumerate(boxes) if place != number]
            gaps = [np.maximum(np.maximum(low - top, bottom - high), 0).max() for bottom, top in others]
            assert min(gaps, default=0) < 0.04, (shape.style, shape.parts[number].name)


def test_triangles_are_neither_needles_nor_giants(vehicles):
    for shape in vehicles[::4]:
        sides = corners(shape)
        lengths = np.linalg.norm(sides - np.roll(sides, 1, axis=1), axis=2)
        assert np.median(lengths) > 5e-4 and lengths.max() <= 1.0 + 1e-9, shape.style
