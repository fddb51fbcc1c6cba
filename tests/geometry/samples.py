"""Rotations, angles and batch shapes that the tests of geometry share."""

from __future__ import annotations

import numpy as np
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from vantage.geometry import matrix_from_quaternion

BATCHES = [(), (1,), (5,), (2, 3), (0,), (2, 0, 3)]

quick = settings(max_examples=80, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
"""Settings of property tests: the same examples each time."""

angles = st.floats(-720.0, 720.0, allow_nan=False)
seeds = st.integers(0, 2**32 - 1)
batches = st.lists(st.integers(0, 4), max_size=3).map(tuple)


def random_rotations(rng: np.random.Generator, batch: tuple[int, ...] = ()) -> np.ndarray:
    """Return rotations [*batch, 3, 3], uniform over all."""
    return matrix_from_quaternion(rng.normal(size=(*batch, 4)))


def random_rigid(rng: np.random.Generator, batch: tuple[int, ...] = ()) -> np.ndarray:
    """Return rigid transforms [*batch, 4, 4]."""
    transform = np.zeros((*batch, 4, 4))
    transform[..., :3, :3] = random_rotations(rng, batch)
    transform[..., :3, 3] = rng.normal(size=(*batch, 3))
    transform[..., 3, 3] = 1.0
    return transform


def special_rotations() -> np.ndarray:
    """Return the 24 turns of a cube [24, 3, 3] and turns within rounding of them [48, 3, 3]: the hard cases."""
    signs = [np.diag(s) for s in np.array(np.meshgrid([1, -1], [1, -1], [1, -1])).reshape(3, -1).T]
    orders = [np.eye(3)[list(order)] for order in ((0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0))]
    cube = [sign @ order for sign in signs for order in orders if np.linalg.det(sign @ order) > 0]
    rng = np.random.default_rng(1)
    near = [
        turn @ matrix_from_quaternion(np.concatenate([[1.0], rng.normal(size=3) * size]))
        for turn in cube
        for size in (1e-7, 1e-15)
    ]
    return np.array(cube + near)


def assert_rotation(matrix: np.ndarray, tolerance: float = 1e-12) -> None:
    """Check orthonormality and handedness of [..., 3, 3]."""
    identity = np.broadcast_to(np.eye(3), matrix.shape)
    np.testing.assert_allclose(np.swapaxes(matrix, -1, -2) @ matrix, identity, atol=tolerance)
    np.testing.assert_allclose(np.linalg.det(matrix), 1.0, atol=tolerance)
