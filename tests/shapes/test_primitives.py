"""Primitives are closed, face outwards and have the volume that geometry gives them."""

import numpy as np
import pytest
import trimesh

from synth_data.shapes import primitives as p

BENT = np.array([[0, 0, 0], [0, 0, 1], [0, 0.4, 1.8], [0.3, 0.9, 2.2]])
SOLIDS = {
    "box": p.box((1, 2, 3)),
    "rounded box": p.rounded_box((1, 2, 3), radius=0.2, segments=3),
    "cushion": p.rounded_box((1, 1, 0.3), radius=0.1, puff=0.08),
    "cylinder": p.cylinder(0.5, -1, 1),
    "cone": p.revolve(np.array([[0, 0], [1, 0], [0, 2]])),
    "frustum": p.cylinder(0.5, 0, 1, top_radius=0.2),
    "round tube": p.tube(BENT, 0.1),
    "square tube": p.tube(BENT, 0.1, square=True),
    "flat bar": p.tube(BENT, np.array([[0.2, 0.05]] * 4), square=True),
    "tapered tube": p.tube(BENT, np.array([0.1, 0.08, 0.06, 0.04])),
    "prism": p.extruded(np.array([[1, 0], [0, 1], [-1, 0], [0, -1]]), 0, 1),
    "bevelled prism": p.extruded(np.array([[1, 0], [0, 1], [-1, 0], [0, -1]]), 0, 1, 0.1),
}


@pytest.mark.parametrize("name", SOLIDS)
def test_solid_is_closed_and_faces_outwards(name):
    mesh = trimesh.Trimesh(*SOLIDS[name], process=False)
    assert mesh.is_watertight and mesh.is_winding_consistent
    assert mesh.volume > 0
    assert mesh.area_faces.min() > 1e-9


@pytest.mark.parametrize(
    ("name", "volume"),
    [("box", 6.0), ("prism", 2.0), ("cylinder", 2 * 0.5 * 16 * 0.25 * np.sin(np.pi / 8)), ("cone", np.nan)],
)
def test_volume(name, volume):
    got = trimesh.Trimesh(*SOLIDS[name], process=False).volume
    if np.isnan(volume):
        volume = 2 / 3 * 0.5 * 24 * np.sin(2 * np.pi / 24)
    assert got == pytest.approx(volume)


def test_rounded_box_has_its_outer_size_and_radius():
    vertices, _ = p.rounded_box((1, 2, 3), (5, 6, 7), radius=0.2)
    np.testing.assert_allclose(np.ptp(vertices, axis=0), (1, 2, 3))
    corner = np.array([5, 6, 7]) + np.array([0.5, 1, 1.5]) - 0.2
    beyond = vertices[(vertices > corner + 1e-9).all(axis=1)]
    np.testing.assert_allclose(np.linalg.norm(beyond - corner, axis=1), 0.2)


def test_radius_is_limited_by_the_smallest_side():
    vertices, _ = p.rounded_box((1, 1, 0.1), radius=1.0)
    np.testing.assert_allclose(np.ptp(vertices, axis=0), (1, 1, 0.1))


def test_puff_swells_the_faces_only_outwards():
    flat, soft = (p.rounded_box((1, 1, 0.4), radius=0.1, puff=puff)[0] for puff in (1e-9, 0.1))
    assert (np.abs(soft) >= np.abs(flat) - 1e-9).all()
    assert soft[:, 2].max() == pytest.approx(0.3)


@pytest.mark.parametrize(
    ("axis", "point", "image"), [("x", (0, 1, 0), (0, 0, 1)), ("y", (0, 0, 1), (1, 0, 0)), ("z", (1, 0, 0), (0, 1, 0))]
)
def test_turned_is_right_handed(axis, point, image):
    vertices, _ = p.turned((np.array([point], float), np.zeros((0, 3), int)), axis, 90)
    np.testing.assert_allclose(vertices[0], image, atol=1e-12)


def test_both_sides_is_symmetric_and_still_outwards():
    mesh = trimesh.Trimesh(*p.both_sides(p.box((1, 1, 1), (2, 0, 0))), process=False)
    assert mesh.volume == pytest.approx(2.0)
    np.testing.assert_allclose(mesh.bounds[:, 0], (-2.5, 2.5))


def test_grid_faces_point_along_columns_cross_rows():
    y, x = np.mgrid[0:3, 0:4].astype(float)
    vertices = np.stack([x, y, 0 * x], -1).reshape(-1, 3)
    mesh = trimesh.Trimesh(vertices, p.grid_faces(3, 4), process=False)
    assert mesh.area == pytest.approx(6)
    np.testing.assert_allclose(mesh.face_normals, np.tile((0, 0, 1), (12, 1)))


def test_wrapped_grid_is_a_closed_ring():
    assert len(p.grid_faces(4, 5, wrap_rows=True, wrap_columns=True)) == 40
    edges = np.sort(p.grid_faces(4, 5, True, True)[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2), axis=1)
    assert (np.unique(edges, axis=0, return_counts=True)[1] == 2).all()


def test_merged_keeps_meshes_apart():
    vertices, faces = p.merged([p.box((1, 1, 1)), p.box((1, 1, 1), (3, 0, 0))])
    assert len(vertices) == 16 and faces[12:].min() == 8
