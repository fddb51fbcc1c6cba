"""Rotations: round trips between all forms, known turns, and the distance."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

from tests.geometry.samples import (
    BATCHES,
    angles,
    assert_rotation,
    batches,
    quick,
    random_rotations,
    seeds,
    special_rotations,
)
from vantage.geometry import (
    ShapeError,
    axis_angle_from_matrix,
    geodesic_distance_deg,
    matrix_from_6d,
    matrix_from_axis_angle,
    matrix_from_quaternion,
    quaternion_from_matrix,
    rotation_x,
    rotation_y,
    rotation_z,
    sixd_from_matrix,
)

X, Y, Z = np.eye(3)


@pytest.mark.parametrize(("turn", "start", "end"), [(rotation_x, Y, Z), (rotation_y, Z, X), (rotation_z, X, Y)])
def test_a_quarter_turn_leads_one_axis_to_the_next(turn, start, end):
    np.testing.assert_allclose(turn(90.0) @ start, end, atol=1e-15)
    np.testing.assert_allclose(turn([0.0, 90.0, 360.0])[2], np.eye(3), atol=1e-15)


@pytest.mark.parametrize(("turn", "axis"), [(rotation_x, X), (rotation_y, Y), (rotation_z, Z)])
@quick
@given(angle=angles)
def test_turns_about_the_axes_agree_with_axis_and_angle(turn, axis, angle):
    np.testing.assert_allclose(turn(angle), matrix_from_axis_angle(2.5 * axis, angle), atol=1e-12)


def test_known_quaternions():
    half = np.sqrt(0.5)
    np.testing.assert_allclose(matrix_from_quaternion([1.0, 0, 0, 0]), np.eye(3))
    np.testing.assert_allclose(matrix_from_quaternion([half, 0, 0, half]), rotation_z(90.0), atol=1e-15)
    np.testing.assert_allclose(quaternion_from_matrix(rotation_x(90.0)), [half, half, 0, 0], atol=1e-15)
    np.testing.assert_allclose(quaternion_from_matrix(np.diag([-1.0, 1, -1])), [0, 0, 1, 0], atol=1e-15)


def test_integers_are_taken_as_numbers():
    np.testing.assert_array_equal(matrix_from_quaternion([2, 0, 0, 0]), np.eye(3))


@quick
@given(seed=seeds, batch=batches)
def test_every_form_leads_back(seed, batch):
    rotation = random_rotations(np.random.default_rng(seed), batch)
    assert rotation.shape == (*batch, 3, 3)
    assert_rotation(rotation)
    for there, back in (
        (quaternion_from_matrix, matrix_from_quaternion),
        (sixd_from_matrix, matrix_from_6d),
        (axis_angle_from_matrix, lambda form: matrix_from_axis_angle(*form)),
    ):
        again = back(there(rotation))
        assert again.shape == rotation.shape
        np.testing.assert_allclose(again, rotation, atol=1e-13)


def test_every_form_leads_back_for_the_hard_cases():
    rotation = special_rotations()
    quaternion = quaternion_from_matrix(rotation)
    np.testing.assert_allclose(np.linalg.norm(quaternion, axis=-1), 1.0)
    np.testing.assert_allclose(matrix_from_quaternion(quaternion), rotation, atol=1e-14)
    np.testing.assert_allclose(matrix_from_axis_angle(*axis_angle_from_matrix(rotation)), rotation, atol=1e-14)
    np.testing.assert_allclose(matrix_from_6d(sixd_from_matrix(rotation)), rotation, atol=1e-14)


@quick
@given(seed=seeds)
def test_quaternions_come_back_up_to_sign_and_length(seed):
    quaternion = np.random.default_rng(seed).normal(size=(7, 4))
    again = quaternion_from_matrix(matrix_from_quaternion(quaternion * 3.0))
    assert (again[:, 0] >= 0).all()
    expected = quaternion / np.linalg.norm(quaternion, axis=1, keepdims=True) * np.sign(quaternion[:, :1])
    np.testing.assert_allclose(again, expected, atol=1e-12)


@quick
@given(seed=seeds)
def test_axis_and_angle_come_back(seed):
    rng = np.random.default_rng(seed)
    axis = rng.normal(size=(6, 3))
    angle = rng.uniform(0.0, 180.0, 6)
    found_axis, found_angle = axis_angle_from_matrix(matrix_from_axis_angle(axis, angle))
    np.testing.assert_allclose(found_angle, angle, atol=1e-6)
    turned = angle[:, None] > 0.01
    expected = axis / np.linalg.norm(axis, axis=1, keepdims=True)
    np.testing.assert_allclose(np.where(turned, found_axis, expected), expected, atol=1e-6)


def test_no_turn_has_angle_0_about_x():
    axis, angle = axis_angle_from_matrix(np.eye(3))
    np.testing.assert_array_equal(axis, X)
    assert angle == 0.0


def test_a_negative_angle_turns_about_the_opposite_axis():
    axis, angle = axis_angle_from_matrix(matrix_from_axis_angle(Z, -40.0))
    np.testing.assert_allclose(axis, -Z, atol=1e-15)
    assert angle == pytest.approx(40.0)


def test_6d_makes_columns_orthonormal():
    rotation = matrix_from_6d([2.0, 0, 0, 5.0, 3.0, 0])
    np.testing.assert_allclose(rotation, np.eye(3))
    np.testing.assert_allclose(matrix_from_6d([0, 3.0, 0, 0, 1.0, 2.0]), [[0, 0, 1], [1, 0, 0], [0, 1, 0]])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_degenerate_input_still_gives_a_rotation(dtype):
    sixd = np.array(
        [
            [0, 0, 0, 0, 0, 0],
            [0, 0, 0, 1, 0, 0],
            [1, 2, 3, 0, 0, 0],
            [1, 2, 3, -2, -4, -6],
            [0, 0, 1, 0, 0, 1],
            [1, 0, 0, 1, 1e-5, 0],
            [1e-20, 1e-21, 0, 0, 1e12, 1e30],
        ],
        dtype,
    )
    rotation = matrix_from_6d(sixd)
    assert rotation.dtype == dtype
    assert_rotation(rotation, 10 * np.finfo(dtype).eps)
    np.testing.assert_array_equal(matrix_from_quaternion(np.zeros(4, dtype)), np.eye(3))
    np.testing.assert_array_equal(matrix_from_axis_angle(np.zeros(3, dtype), 30.0), np.eye(3))


@quick
@given(seed=seeds, angle=angles)
def test_distance_is_the_angle_of_the_turn_between(seed, angle):
    rng = np.random.default_rng(seed)
    first = random_rotations(rng)
    second = first @ matrix_from_axis_angle(rng.normal(size=3), angle)
    folded = abs((angle + 180.0) % 360.0 - 180.0)
    assert geodesic_distance_deg(first, second) == pytest.approx(folded, abs=1e-9)
    assert geodesic_distance_deg(second, first) == pytest.approx(folded, abs=1e-9)


@quick
@given(seed=seeds)
def test_distance_is_a_metric_and_does_not_depend_on_the_frame(seed):
    a, b, c, frame = random_rotations(np.random.default_rng(seed), (4,))
    assert geodesic_distance_deg(a, a) == pytest.approx(0.0, abs=1e-12)
    assert geodesic_distance_deg(a, c) <= geodesic_distance_deg(a, b) + geodesic_distance_deg(b, c) + 1e-9
    assert geodesic_distance_deg(frame @ a, frame @ b) == pytest.approx(geodesic_distance_deg(a, b), abs=1e-9)
    assert geodesic_distance_deg(a @ frame, b @ frame) == pytest.approx(geodesic_distance_deg(a, b), abs=1e-9)


@pytest.mark.parametrize("angle", [0.0, 1e-12, 1e-7, 1e-3, 90.0, 179.999, 180.0 - 1e-7, 180.0])
def test_distance_is_exact_where_acos_is_not(angle):
    assert geodesic_distance_deg(np.eye(3), rotation_y(angle)) == pytest.approx(angle, rel=1e-13, abs=1e-14)


def test_distance_in_single_precision():
    turn = rotation_z(np.float32([0.01, 179.99]))
    distance = geodesic_distance_deg(np.eye(3, dtype=np.float32), turn)
    assert turn.dtype == distance.dtype == np.float32
    np.testing.assert_allclose(distance, [0.01, 179.99], atol=2e-5)


def test_distance_of_the_published_example():
    """A turn of 29.44 degrees has distance 29.44; over sqrt(2), as released code reports, 20.81."""
    distance = geodesic_distance_deg(rotation_x(10.0), rotation_x(39.44))
    assert distance == pytest.approx(29.44)
    assert distance / np.sqrt(2.0) == pytest.approx(20.817, abs=1e-3)


def test_distance_broadcasts(rng):
    rotations = random_rotations(rng, (4,))
    table = geodesic_distance_deg(rotations[:, None], rotations[None])
    assert table.shape == (4, 4)
    np.testing.assert_allclose(np.diag(table), 0.0, atol=1e-12)
    np.testing.assert_allclose(table, table.T)


@pytest.mark.parametrize("batch", BATCHES)
def test_batch_shapes_are_kept(batch):
    assert rotation_x(np.zeros(batch)).shape == (*batch, 3, 3)
    assert matrix_from_axis_angle(np.ones((*batch, 3)), np.zeros(batch)).shape == (*batch, 3, 3)
    assert matrix_from_axis_angle(np.ones(3), np.zeros(batch)).shape == (*batch, 3, 3)
    identity = np.broadcast_to(np.eye(3), (*batch, 3, 3))
    axis, angle = axis_angle_from_matrix(identity)
    assert axis.shape == (*batch, 3)
    assert angle.shape == batch
    assert geodesic_distance_deg(identity, np.eye(3)).shape == batch


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: matrix_from_quaternion(np.zeros((2, 3))), r"quaternion has shape \[2, 3\]; expected \[..., 4\]"),
        (lambda: matrix_from_quaternion(1.0), r"shape \[\]"),
        (lambda: quaternion_from_matrix(np.eye(4)), r"rotation has shape \[4, 4\]; expected \[..., 3, 3\]"),
        (lambda: axis_angle_from_matrix(np.zeros(3)), r"rotation has shape \[3\]"),
        (lambda: matrix_from_axis_angle(np.zeros(4), 3.0), "axis has shape"),
        (lambda: matrix_from_axis_angle(np.zeros((2, 3)), np.zeros(5)), "do not go together"),
        (lambda: matrix_from_6d(np.zeros(5)), "sixd has shape"),
        (lambda: sixd_from_matrix(np.zeros((3, 2))), "rotation has shape"),
        (lambda: geodesic_distance_deg(np.eye(3), np.eye(2)), "second rotation"),
        (lambda: geodesic_distance_deg(np.ones((2, 3, 3)), np.ones((3, 3, 3))), "do not go together"),
        (lambda: rotation_x("ninety"), "real numbers"),
        (lambda: rotation_x([[1.0], [1.0, 2.0]]), "ragged"),
        (lambda: rotation_x(None), "real numbers"),
        (lambda: rotation_x(1j), "real numbers"),
    ],
)
def test_wrong_shapes_are_named(call, said):
    with pytest.raises(ShapeError, match=said):
        call()
