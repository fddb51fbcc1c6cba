"""Shading normals."""

import numpy as np

from synth_data.normals import corner_normals, face_normals, unit_normals
from tests.synth_data.objects import TETRAHEDRON, TETRAHEDRON_FACES, ball

CUBE = np.array([[x, y, z] for x in (0, 1) for y in (0, 1) for z in (0, 1.0)])
CUBE_FACES = np.array(
    [[0, 1, 3], [0, 3, 2], [4, 6, 7], [4, 7, 5], [0, 4, 5], [0, 5, 1], [2, 3, 7], [2, 7, 6], [0, 2, 6], [0, 6, 4],
     [1, 5, 7], [1, 7, 3]]
)  # fmt: skip


def slow_corner_normals(vertices, triangles, angle):
    """The definition, corner by corner."""
    weighted = face_normals(vertices, triangles)
    flat = weighted / np.linalg.norm(weighted, axis=1, keepdims=True)
    result = np.zeros((len(triangles), 3, 3))
    for face, corners in enumerate(triangles):
        for place, vertex in enumerate(corners):
            around = [other for other in range(len(triangles)) if vertex in triangles[other]]
            near = [other for other in around if other == face or flat[face] @ flat[other] >= np.cos(np.radians(angle))]
            total = weighted[near].sum(axis=0) if angle > 0 else weighted[face]
            result[face, place] = total / np.linalg.norm(total)
    return result


def test_a_cube_has_sharp_edges():
    normals = corner_normals(CUBE, CUBE_FACES, 35.0)
    flat = face_normals(CUBE, CUBE_FACES)
    np.testing.assert_allclose(normals, np.repeat(flat[:, None], 3, axis=1), atol=1e-6)


def test_a_ball_is_smooth():
    vertices, triangles = ball((0.1, 0.2, 0.3), 2.0, rows=16)
    normals = corner_normals(vertices, triangles, 60.0)
    outward = (vertices[triangles] - (0.1, 0.2, 0.3)) / 2.0
    assert np.einsum("fkc,fkc->fk", normals, outward).min() > 0.99


def test_it_agrees_with_the_definition(rng):
    vertices, triangles = ball((0, 0, 0), 1.0, rows=5)
    vertices = vertices + rng.normal(0, 0.08, vertices.shape)
    for angle in (0.0, 20.0, 45.0, 180.0):
        expected = slow_corner_normals(vertices, triangles, angle)
        np.testing.assert_allclose(corner_normals(vertices, triangles, angle), expected, atol=1e-5)


def test_each_face_may_have_its_angle():
    angles = np.array([0.0, 180.0, 180.0, 180.0])
    mixed = corner_normals(TETRAHEDRON, TETRAHEDRON_FACES, angles)
    flat = corner_normals(TETRAHEDRON, TETRAHEDRON_FACES, 0.0)
    smooth = corner_normals(TETRAHEDRON, TETRAHEDRON_FACES, 180.0)
    np.testing.assert_allclose(mixed[0], flat[0])
    np.testing.assert_allclose(mixed[1:], smooth[1:])


def test_normals_are_brought_to_length_one_and_lacking_ones_found():
    vertices, triangles = np.array([[0, 0, 0], [2, 0, 0], [0, 2, 0], [0, 0, 0.0]]), np.array([[0, 2, 1], [0, 0, 3]])
    normals = np.zeros((2, 3, 3), np.float32)
    normals[0, 0] = (0, 3, 4)
    found = unit_normals(normals, vertices, triangles)
    np.testing.assert_allclose(found[0], [(0, 0.6, 0.8), (0, 0, -1), (0, 0, -1)], atol=1e-6)
    np.testing.assert_allclose(found[1], 3 * [(0, 0, 1)])
    assert not normals[1].any() and found.dtype == np.float32
