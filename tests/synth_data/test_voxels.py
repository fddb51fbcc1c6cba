"""Voxels against volumes that are known: whole, with holes, doubled, turned inside out, overlapping, thin."""

from __future__ import annotations

import time

import numpy as np
import pytest

from synth_data.crossings import SHIFT, crossings
from synth_data.voxels import merged, solid_voxels, surface_voxels, voxel_centres
from tests.synth_data.objects import ball

CENTRE = np.array([0.013, -0.021, 0.008])
"""Nothing lies on the grid by chance."""


def box(low=(-0.31, -0.22, -0.41), high=(0.27, 0.33, 0.38)) -> tuple[np.ndarray, np.ndarray]:
    """A box of 12 triangles, outward."""
    corners = np.array([[x, y, z] for x in (0, 1) for y in (0, 1) for z in (0, 1)])
    quads = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]
    faces = np.array([triangle for a, b, c, d in quads for triangle in ((a, b, c), (a, c, d))])
    return np.asarray(low) + corners * (np.asarray(high) - low), faces


def torus(ring=0.3, tube=0.12, rows=60, columns=30) -> tuple[np.ndarray, np.ndarray]:
    """A torus about z."""
    a, b = np.meshgrid(np.arange(rows) * 2 * np.pi / rows, np.arange(columns) * 2 * np.pi / columns, indexing="ij")
    out = ring + tube * np.cos(b)
    vertices = np.stack([out * np.cos(a), out * np.sin(a), tube * np.sin(b)], -1).reshape(-1, 3) + CENTRE
    number = np.arange(rows * columns).reshape(rows, columns)
    right, up = np.roll(number, -1, 0), np.roll(number, -1, 1)
    both = np.roll(right, -1, 1)
    faces = np.stack([number, right, both, number, both, up], -1).reshape(-1, 3)
    return vertices, faces


def centres(size: int) -> np.ndarray:
    return np.stack(np.meshgrid(*[voxel_centres(size)] * 3, indexing="ij"), -1)


def in_ball(points):
    return np.linalg.norm(points - CENTRE, axis=-1) < 0.4


def in_box(points):
    low, high = box()[0][[0, -1]]
    return ((points > low) & (points < high)).all(axis=-1)


def in_torus(points):
    points = points - CENTRE
    return np.hypot(np.linalg.norm(points[..., :2], axis=-1) - 0.3, points[..., 2]) < 0.12


SHAPES = {"ball": (lambda: ball(CENTRE, 0.4, 32), in_ball), "box": (box, in_box), "torus": (torus, in_torus)}


def overlap(a: np.ndarray, b: np.ndarray) -> float:
    return (a & b).sum() / (a | b).sum()


def holed(vertices, faces, share, rng):
    """Triangles are gone around some places, ``share`` of them in all."""
    middles = vertices[faces].mean(axis=1)
    keep = np.ones(len(faces), bool)
    for _ in range(3):
        distance = np.linalg.norm(middles - middles[rng.integers(len(faces))], axis=1)
        keep[np.argsort(distance)[: round(share * len(faces) / 3)]] = False
    return vertices, faces[keep]


@pytest.mark.parametrize("size", [32, 64])
@pytest.mark.parametrize("name", SHAPES)
def test_whole_shapes_are_what_they_are(name, size):
    make, inside = SHAPES[name]
    assert overlap(solid_voxels(*make(), size), inside(centres(size))) > (1 - 1e-12 if name == "box" else 0.985)


@pytest.mark.parametrize("name", SHAPES)
def test_triangles_turned_round_or_there_twice_change_nothing(name, rng):
    vertices, faces = SHAPES[name][0]()
    whole = solid_voxels(vertices, faces, 32)
    some = rng.random(len(faces)) < 0.4
    turned = np.where(some[:, None], faces[:, ::-1], faces)
    np.testing.assert_array_equal(solid_voxels(vertices, turned, 32), whole)
    doubled = np.concatenate([faces, turned[some], np.roll(faces[some], 1, axis=1)])
    np.testing.assert_array_equal(solid_voxels(vertices, doubled, 32), whole)


@pytest.mark.parametrize("name", SHAPES)
def test_a_soup_of_single_triangles_is_sewn(name):
    vertices, faces = SHAPES[name][0]()
    whole = solid_voxels(vertices, faces, 32)
    soup = vertices[faces].reshape(-1, 3)
    np.testing.assert_array_equal(solid_voxels(soup, np.arange(len(soup)).reshape(-1, 3), 32), whole)


@pytest.mark.parametrize(("name", "share"), [("ball", 0.03), ("ball", 0.1), ("torus", 0.05)])
def test_holes_do_not_let_the_inside_out(name, share, rng):
    make, inside = SHAPES[name]
    vertices, faces = holed(*make(), share, rng)
    assert overlap(solid_voxels(vertices, faces, 64), inside(centres(64))) > 0.93


def test_a_box_without_a_lid_is_full():
    vertices, faces = box()
    lid = (vertices[faces][..., 2] > 0.37).all(axis=1)
    assert lid.sum() == 2
    assert overlap(solid_voxels(vertices, faces[~lid], 32), in_box(centres(32))) > 0.999


def test_a_box_of_six_loose_panels_is_full():
    vertices, faces = box()
    panels = [vertices[faces[k : k + 2]].reshape(-1, 3) for k in range(0, 12, 2)]
    apart = [panel + 1e-4 * (panel.mean(axis=0) - vertices.mean(axis=0)) for panel in panels]
    soup = np.concatenate(apart)
    assert overlap(solid_voxels(soup, np.arange(36).reshape(-1, 3), 32), in_box(centres(32))) > 0.999


def test_overlapping_parts_are_united_and_cavities_filled():
    first, second = box(), box((-0.1, -0.1, -0.1), (0.45, 0.1, 0.1))
    vertices = np.concatenate([first[0], second[0]])
    faces = np.concatenate([first[1], second[1] + 8])
    points = centres(32)
    other = ((points > (-0.1, -0.1, -0.1)) & (points < (0.45, 0.1, 0.1))).all(axis=-1)
    np.testing.assert_array_equal(solid_voxels(vertices, faces, 32), in_box(points) | other)


def test_thin_things_stay():
    sheet = np.array([[-0.4, -0.3, 0.01], [0.4, -0.3, 0.01], [0.4, 0.3, 0.01], [-0.4, 0.3, 0.01]])
    faces = np.array([[0, 1, 2], [0, 2, 3]])
    np.testing.assert_array_equal(solid_voxels(sheet, faces, 32), surface_voxels(sheet, faces, 32))
    plate = box((-0.4, -0.3, 0.011), (0.4, 0.3, 0.0112))
    assert solid_voxels(*plate, 32).sum() == surface_voxels(*plate, 32).sum() > 400


def test_the_order_is_x_y_z():
    vertices, faces = box((0.3, -0.1, -0.45), (0.4, 0.2, -0.3))
    solid = solid_voxels(vertices, faces, 64)
    low = [voxel_centres(64)[index.min()] for index in np.nonzero(solid)]
    assert low == pytest.approx((0.3, -0.1, -0.45), abs=1 / 64)


@pytest.mark.parametrize("name", SHAPES)
def test_surface_voxels_are_those_that_the_surface_passes_through(name, rng):
    vertices, faces = SHAPES[name][0]()
    grid = surface_voxels(vertices, faces, 32)
    weights = rng.dirichlet((1, 1, 1), (len(faces), 400 if len(faces) > 50 else 40_000))
    points = np.einsum("fnk,fkc->fnc", weights, vertices[faces]).reshape(-1, 3)
    seen = np.zeros_like(grid)
    seen[tuple(np.floor((points + 0.5) * 32).astype(int).T)] = True
    assert not (seen & ~grid).any(), "every voxel with a point of the surface in it"
    assert (grid & ~seen).sum() < 0.08 * grid.sum(), "few others: those that it touches at a corner"


def test_what_is_outside_the_grid_is_left_out():
    vertices, faces = box((-3, -3, -3), (3, 3, 3))
    assert solid_voxels(vertices, faces, 16).all()
    assert not surface_voxels(vertices, faces, 16).any()
    assert not solid_voxels(*box((0.6, 0.6, 0.6), (0.9, 0.9, 0.9)), 16).any()


@pytest.mark.parametrize("size", [8, 64])
def test_lines_through_edges_of_a_regular_mesh_cross_a_closed_one_evenly(size):
    """All vertices and edges lie on lines of the grid."""
    vertices, faces = box((-0.25, -0.25, -0.25), (0.25, 0.25, 0.25))
    for axis in range(3):
        shift = np.zeros(3)
        shift[[(axis + 1) % 3, (axis + 2) % 3]] = SHIFT
        count = np.bincount(crossings(vertices + 0.5 / size + shift, faces, size, axis).line)
        assert set(np.unique(count)) == {0, 2}


def test_merging_keeps_one_of_each():
    vertices, faces = box()
    twice, all_faces = np.concatenate([vertices, vertices + 1e-9]), np.concatenate([faces, faces[:, ::-1] + 8])
    found, triangles = merged(twice, np.concatenate([all_faces, [[0, 8, 1], [2, 2, 3]]]))
    assert len(found) == 8 and len(triangles) == 12


def test_nothing_is_nothing():
    empty = np.zeros((0, 3), int)
    assert not solid_voxels(np.zeros((3, 3)), empty, 8).any()
    assert not surface_voxels(np.zeros((3, 3)), empty, 8).any()


def test_ten_thousand_triangles_are_fast():
    vertices, faces = ball(CENTRE, 0.4, 51)
    assert len(faces) > 10_000
    start = time.process_time()
    solid_voxels(vertices, faces, 64)
    assert time.process_time() - start < 1.0, "0.5 s on a quiet machine"
