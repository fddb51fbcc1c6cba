"""Distances under symmetry, against a search over turns."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.geometry.samples import BATCHES, angles, quick, random_rotations, seeds
from vantage.errors import DataError
from vantage.geometry import (
    ShapeError,
    Symmetry,
    geodesic_distance_deg,
    rotation_x,
    rotation_z,
    symmetric_geodesic,
    symmetry_rotations,
)

folds = st.sampled_from([0, 1, 2, 3, 4, 5, 8])


def searched(found, true, fold, steps=1440):
    """Return the smallest distance over the turns one by one: all of them, or a fine fan for fold 0."""
    count = fold or steps
    return min(geodesic_distance_deg(found @ rotation_z(360.0 * k / count), true) for k in range(count))


@quick
@given(seed=seeds, fold=st.sampled_from([1, 2, 3, 4, 5, 8]))
def test_it_is_the_smallest_over_the_turns(seed, fold):
    found, true = random_rotations(np.random.default_rng(seed), (2,))
    assert symmetric_geodesic(found, true, Symmetry(fold=fold)) == pytest.approx(searched(found, true, fold), abs=1e-9)


@pytest.mark.parametrize("seed", range(8))
def test_with_any_turn_it_is_what_a_fine_search_finds(seed):
    found, true = random_rotations(np.random.default_rng(seed), (2,))
    closed = symmetric_geodesic(found, true, Symmetry(fold=0))
    assert closed <= searched(found, true, 0) + 1e-9
    assert closed == pytest.approx(searched(found, true, 0), abs=0.13)


@quick
@given(seed=seeds, fold=folds, turn=angles)
def test_turns_that_leave_the_object_cost_nothing(seed, fold, turn):
    rotation = random_rotations(np.random.default_rng(seed))
    turn = turn if fold == 0 else 360.0 / fold * round(turn)
    assert symmetric_geodesic(rotation @ rotation_z(turn), rotation, Symmetry(fold=fold)) < 1e-5


@quick
@given(seed=seeds, fold=folds)
def test_it_is_a_distance_between_what_one_sees(seed, fold):
    a, b, c = random_rotations(np.random.default_rng(seed), (3,))
    symmetry = Symmetry(fold=fold)
    ab, bc, ac = (symmetric_geodesic(*pair, symmetry) for pair in ((a, b), (b, c), (a, c)))
    assert ab == pytest.approx(symmetric_geodesic(b, a, symmetry), abs=1e-9)
    assert 0 <= ac <= ab + bc + 1e-9
    assert ab <= geodesic_distance_deg(a, b) + 1e-9
    camera = random_rotations(np.random.default_rng(seed + 1))
    assert ab == pytest.approx(symmetric_geodesic(camera @ a, camera @ b, symmetry), abs=1e-6)


@quick
@given(seed=seeds, fold=st.integers(1, 6), times=st.integers(1, 4))
def test_more_symmetry_never_costs_more(seed, fold, times):
    found, true = random_rotations(np.random.default_rng(seed), (2,))
    less, more, most = (symmetric_geodesic(found, true, Symmetry(fold=n)) for n in (fold, fold * times, 0))
    assert most - 1e-9 <= more <= less + 1e-9


def test_known_angles():
    level, quarter = np.eye(3), rotation_z(100.0)
    for fold, expected in ((1, 100.0), (2, 80.0), (4, 10.0), (0, 0.0)):
        assert symmetric_geodesic(quarter, level, Symmetry(fold=fold)) == pytest.approx(expected, abs=1e-9)
    tilted = rotation_x(25.0) @ quarter
    assert symmetric_geodesic(tilted, level, Symmetry(fold=0)) == pytest.approx(25.0)
    assert symmetric_geodesic(rotation_x(180.0), level, Symmetry(fold=0)) == pytest.approx(180.0)
    assert symmetric_geodesic(rotation_x(1e-6), level, Symmetry(fold=0)) == pytest.approx(1e-6, rel=1e-6)


def test_a_mirror_image_is_no_turn():
    found, true = random_rotations(np.random.default_rng(0), (2,))
    assert symmetric_geodesic(found, true, Symmetry(mirror=True)) == symmetric_geodesic(found, true, Symmetry())


@pytest.mark.parametrize("batch", BATCHES)
@pytest.mark.parametrize("fold", [0, 1, 4])
def test_batches(batch, fold):
    rng = np.random.default_rng(1)
    found, true = random_rotations(rng, batch), random_rotations(rng)
    result = symmetric_geodesic(found, true, Symmetry(fold=fold))
    assert result.shape == batch
    single = [symmetric_geodesic(one, true, Symmetry(fold=fold)) for one in found.reshape(-1, 3, 3)]
    np.testing.assert_allclose(result.ravel(), single)
    if batch:
        assert symmetric_geodesic(*(a.astype("float32") for a in (found, true)), Symmetry(fold=fold)).dtype == "float32"


@pytest.mark.parametrize("fold", [1, 2, 5])
def test_the_turns_are_a_group(fold):
    turns = symmetry_rotations(Symmetry(fold=fold))
    assert turns.shape == (fold, 3, 3)
    np.testing.assert_allclose(turns[0], np.eye(3))
    for a in turns:
        for b in turns:
            assert np.abs(turns - a @ b).max(axis=(1, 2)).min() < 1e-12


def test_json_round_trip():
    for symmetry in (Symmetry(), Symmetry(True, 2), Symmetry(False, 0)):
        assert Symmetry.from_json(symmetry.as_json()) == symmetry
    assert Symmetry.from_json({}) == Symmetry()


@pytest.mark.parametrize("entry", [{"fold": -1}, {"fold": 1.5}, {"fold": "2"}, {"mirror": 1}, {"fold": True}, {"x": 1}])
def test_what_is_no_symmetry_is_refused(entry):
    with pytest.raises(DataError, match="symmetry"):
        Symmetry.from_json(entry)


def test_mistakes_are_named():
    with pytest.raises(DataError, match="fold"):
        symmetry_rotations(Symmetry(fold=0))
    with pytest.raises(ShapeError, match="found rotation"):
        symmetric_geodesic(np.zeros((2, 3)), np.eye(3), Symmetry())
    with pytest.raises(ShapeError, match="go together"):
        symmetric_geodesic(np.zeros((2, 3, 3)), np.zeros((3, 3, 3)), Symmetry())
