"""Free-form deformation: what must hold for every one of them, and that it changes shapes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.spatial import cKDTree

from synth_data.deformation import Deformation, bend, deform, sample_deformation
from synth_data.models import Model, model_from_shape
from synth_data.normals import face_normals
from synth_data.shapes.registry import sample_shape
from synth_data.subdivision import with_short_edges
from tests.synth_data.objects import ball, marked_model
from vantage.errors import UserError
from vantage.geometry.symmetry import Symmetry

SEEDS = range(4)
BOX = (np.array([-0.2, -0.4, -0.3]), np.array([0.2, 0.4, 0.3]))


@pytest.fixture(scope="module")
def chair() -> Model:
    return model_from_shape(sample_shape("chair", 3), "chair")


@pytest.fixture(scope="module")
def mirrored() -> Model:
    """Balls in pairs on both sides of x = 0, exactly, with a keypoint on each."""
    centres = np.array([[0.2, 0.1, 0.3], [0.3, -0.2, -0.1], [0.1, 0.3, 0.0]])
    pieces = [ball(centre, 0.08) for centre in centres]
    starts = np.cumsum([0] + [len(vertices) for vertices, _ in pieces[:-1]])
    vertices = np.concatenate([vertices for vertices, _ in pieces])
    faces = np.concatenate([faces + start for (_, faces), start in zip(pieces, starts)])
    both = np.concatenate([vertices, vertices * (-1, 1, 1)])
    triangles = np.concatenate([faces, faces[:, ::-1] + len(vertices)]).astype(np.int32)
    both = (both - (both.min(axis=0) + both.max(axis=0)) / 2) / np.linalg.norm(np.ptp(both, axis=0))
    keypoints = both[[0, starts[1], len(vertices), len(vertices) + starts[1]]]
    normals = np.repeat(face_normals(both, triangles)[:, None], 3, axis=1)
    normals /= np.linalg.norm(normals, axis=2, keepdims=True)
    template = marked_model()
    normals = normals.astype(np.float32)
    return replace(template, vertices=both, triangles=triangles, normals=normals, keypoints=keypoints,
                   surface_of=np.zeros(len(triangles), np.int32), symmetry=Symmetry(mirror=True, fold=4),
                   keypoint_names=("a", "b", "c", "d"))  # fmt: skip


def test_no_amplitude_changes_nothing(chair):
    assert deform(chair, sample_deformation(np.random.default_rng(0), 0.0)) is chair


def test_a_small_amplitude_changes_little(chair):
    whole = sample_deformation(np.random.default_rng(0))
    bent = deform(chair, replace(whole, amplitude=1e-9))
    fine = with_short_edges(chair, 0.06)
    np.testing.assert_allclose(bent.vertices, fine.vertices, atol=1e-8)
    np.testing.assert_allclose(bent.normals, fine.normals, atol=1e-5)


@pytest.mark.parametrize("seed", SEEDS)
def test_mirror_images_stay_mirror_images_to_the_last_bit(mirrored, seed):
    bent = deform(mirrored, sample_deformation(np.random.default_rng(seed), 1.0))
    half = len(mirrored.vertices) // 2
    fine = with_short_edges(mirrored, 0.06)
    assert len(fine.vertices) == len(mirrored.vertices), "its edges are short already"
    np.testing.assert_array_equal(bent.vertices[:half] * (-1, 1, 1), bent.vertices[half:])
    np.testing.assert_array_equal(bent.keypoints[:2] * (-1, 1, 1), bent.keypoints[2:])
    count = len(mirrored.triangles) // 2
    np.testing.assert_array_equal(bent.normals[:count] * np.float32([-1, 1, 1]), bent.normals[count:, ::-1])
    assert bent.symmetry == Symmetry(mirror=True, fold=1)


@pytest.mark.parametrize("seed", SEEDS)
def test_points_in_the_middle_stay_there(seed, rng):
    points = rng.uniform(*BOX, (50, 3)) * (0, 1, 1)
    moved, jacobian = bend(points, BOX, sample_deformation(np.random.default_rng(seed), 1.0))
    assert (moved[:, 0] == 0).all()
    assert (jacobian[:, 0, 1:] == 0).all() and (jacobian[:, 1:, 0] == 0).all()


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("lattice", [(4, 4, 4), (3, 5, 2)])
def test_space_is_never_folded(seed, lattice, rng):
    deformation = sample_deformation(np.random.default_rng(seed), 1.0, lattice)
    points = rng.uniform(*BOX, (3000, 3))
    moved, jacobian = bend(points, BOX, deformation)
    assert np.linalg.det(jacobian).min() > 0
    assert np.linalg.norm(moved - points, axis=1).max() > 0.01


def test_the_jacobian_is_the_derivative(rng):
    deformation, points, step = sample_deformation(np.random.default_rng(1), 1.0), rng.uniform(*BOX, (40, 3)), 1e-6
    points = points[np.abs(points[:, 0]) > 1e-3]
    _, jacobian = bend(points, BOX, deformation)
    for axis in range(3):
        ahead, behind = (bend(points + sign * step * np.eye(3)[axis], BOX, deformation)[0] for sign in (1, -1))
        np.testing.assert_allclose(jacobian[:, :, axis], (ahead - behind) / (2 * step), atol=1e-6)


def test_the_place_in_memory_does_not_matter(chair):
    deformation = sample_deformation(np.random.default_rng(2), 1.0)
    moved, jacobian = bend(chair.vertices, BOX, deformation)
    for shift in range(1, 8):
        room = np.empty(chair.vertices.size + 8)
        place = room[shift : shift + chair.vertices.size].reshape(chair.vertices.shape)
        place[:] = chair.vertices
        for part in (slice(None), slice(1, None), slice(None, -1)):
            again, slopes = bend(place[part], BOX, deformation)
            np.testing.assert_array_equal(again, moved[part])
            np.testing.assert_array_equal(slopes, jacobian[part])


def test_what_would_fold_is_refused():
    deformation = sample_deformation(np.random.default_rng(0), 1.0)
    with pytest.raises(UserError, match="would fold"):
        replace(deformation, amplitude=1.01 / deformation.foldedness)


@pytest.mark.parametrize("seed", SEEDS)
def test_triangles_keep_their_side_and_normals_stand_on_them(chair, seed):
    bent = deform(chair, sample_deformation(np.random.default_rng(seed)))
    fine = with_short_edges(chair, 0.06)
    before, after = (face_normals(model.vertices, model.triangles) for model in (fine, bent))
    solid = np.linalg.norm(before, axis=1) > 1e-7
    assert np.linalg.norm(after[solid], axis=1).min() > 0
    flat = np.einsum("fc,fc->f", before, fine.normals.mean(axis=1)) > 0.95 * np.linalg.norm(before, axis=1)
    cosine = np.einsum("fc,fkc->fk", after, bent.normals) / np.maximum(np.linalg.norm(after, axis=1), 1e-30)[:, None]
    assert cosine[solid & flat].min() > 0.5
    np.testing.assert_allclose(np.linalg.norm(bent.normals, axis=2), 1, atol=1e-5)


@pytest.mark.parametrize("seed", SEEDS)
def test_keypoints_stay_where_they_are_on_the_surface(chair, seed):
    bent = deform(chair, sample_deformation(np.random.default_rng(seed), 1.0))
    before, after = (_distance(model) for model in (chair, bent))
    assert np.abs(after - before).max() < 0.02


def _distance(model: Model) -> np.ndarray:
    """Distance of each keypoint from points strewn densely over the surface."""
    points = with_short_edges(model, 0.02).vertices
    return cKDTree(points).query(model.keypoints)[0]


@pytest.mark.parametrize("seed", SEEDS)
def test_the_result_is_normalised_and_another_shape(chair, seed):
    deformation = sample_deformation(np.random.default_rng(seed))
    bent = deform(chair, deformation)
    used = bent.vertices[np.unique(bent.triangles)]
    assert np.linalg.norm(np.ptp(used, axis=0)) == pytest.approx(1)
    np.testing.assert_allclose(used.min(axis=0) + used.max(axis=0), 0, atol=1e-12)
    assert bent.model_id == f"chair~{deformation.key}" and bent.model_id != "chair"
    fine = with_short_edges(chair, 0.06)
    assert 0.008 < np.linalg.norm(bent.vertices - fine.vertices, axis=1).mean() < 0.2
    assert Deformation.from_json(bent.normalisation["deformation"]) == deformation


def test_the_same_seed_gives_the_same_and_others_differ():
    drawn = [sample_deformation(np.random.default_rng(seed)) for seed in (0, 0, *range(1, 50))]
    assert drawn[0] == drawn[1] and len({deformation.key for deformation in drawn}) == 50


@pytest.mark.parametrize(
    "change", [{"lattice": (1, 4, 4)}, {"lattice": (9, 4, 4)}, {"offsets": ((0.0, 0.0, 0.0),)}, {"amplitude": np.nan}]
)
def test_nonsense_is_refused(change):
    with pytest.raises(UserError):
        replace(sample_deformation(np.random.default_rng(0)), **change)
    with pytest.raises(UserError, match="a strength of 2"):
        sample_deformation(np.random.default_rng(0), 2)


def test_cutting_edges_leaves_the_surface_as_it_is(chair):
    fine = with_short_edges(chair, 0.05)
    edges = fine.vertices[fine.triangles] - np.roll(fine.vertices[fine.triangles], -1, axis=1)
    assert np.linalg.norm(edges, axis=2).max() <= 0.05
    np.testing.assert_allclose(fine.surface_areas, chair.surface_areas, rtol=1e-9)
    low, high = (np.bincount(np.unique(np.sort(np.stack([t, np.roll(t, -1, 1)], -1).reshape(-1, 2), 1), axis=0,
                                       return_counts=True)[1]) for t in (chair.triangles, fine.triangles))  # fmt: skip
    assert low[2] == low.sum() and high[2] == high.sum(), "every edge has two triangles, before and after"
