"""Materials, parts, shapes and their normalisation."""

from dataclasses import replace

import numpy as np
import pytest

from synth_data.shapes.mesh import Material, Normalisation, Part, Shape, assembled, normalised
from synth_data.shapes.primitives import box
from vantage.errors import MeshError

RED = Material("red", (1.0, 0.0, 0.0))
BLUE = Material("blue", (0.0, 0.0, 1.0), pattern="wood", pattern_scale=0.1)


@pytest.fixture
def shape():
    parts = (Part("low", *box((2, 4, 1), (1, 2, 0.5)), RED), Part("high", *box((1, 1, 1), (1, 1, 1.5)), BLUE))
    return Shape("table", "test", parts, {"top": np.array([1.0, 1.0, 2.0])})


@pytest.mark.parametrize(
    "wrong",
    [
        {"base_color": (1.2, 0, 0)},
        {"metallic": -0.1},
        {"roughness": float("nan")},
        {"alpha": 2},
        {"emission": -1},
        {"pattern": "marble"},
        {"pattern_scale": 0.0},
    ],
)
def test_material_out_of_range_is_refused_by_name(wrong):
    with pytest.raises(MeshError, match="material odd"):
        Material(**{"name": "odd", "base_color": (0.5, 0.5, 0.5), **wrong})


def test_edges_join_keypoints(shape):
    assert replace(shape, edges=(("top", "top"),)).edges
    with pytest.raises(MeshError, match="edges to roof"):
        replace(shape, edges=(("top", "roof"),))


def test_part_takes_one_material_or_several():
    vertices, faces = box((1, 1, 1))
    assert Part("one", vertices, faces, RED).materials == (RED,)
    assert Part("one", vertices, faces, (RED, BLUE)).material is RED


@pytest.mark.parametrize("faces", [np.zeros((4, 4)), np.zeros(3)])
def test_part_refuses_what_is_not_triangles(faces):
    with pytest.raises(MeshError, match="part odd"):
        Part("odd", np.zeros((4, 3)), faces, RED)


def test_part_refuses_material_numbers_that_do_not_fit():
    vertices, faces = box((1, 1, 1))
    with pytest.raises(MeshError, match="one a face"):
        Part("odd", vertices, faces, RED, np.zeros(3, int))


def test_assembled_lists_equal_materials_once_and_keeps_faces_apart():
    part = assembled(
        "both", [(box((1, 1, 1)), RED), (box((1, 1, 1), (5, 0, 0)), BLUE), (box((1, 1, 1), (9, 0, 0)), RED)]
    )
    assert part.materials == (RED, BLUE)
    assert np.bincount(part.face_materials).tolist() == [24, 12]
    blue = part.vertices[part.faces[part.face_materials == 1]]
    assert blue[..., 0].min() == 4.5 and blue[..., 0].max() == 5.5


def test_mirrored_part_keeps_its_faces_outwards():
    part = Part("left", *box((1, 1, 1), (2, 0, 0)), RED).mirrored("right")
    a, b, c = (part.vertices[part.faces[:, k]] for k in range(3))
    assert np.einsum("ij,ij", a, np.cross(b, c)) / 6 == pytest.approx(1.0)
    assert part.name == "right" and part.vertices[:, 0].max() == -1.5


def test_normalised_has_unit_diagonal_about_the_origin(shape):
    small, norm = normalised(shape)
    low, high = small.bounds()
    assert np.linalg.norm(high - low) == pytest.approx(1.0)
    np.testing.assert_allclose(low + high, 0, atol=1e-12)
    assert small.normalisation == norm


def test_normalisation_round_trip(shape):
    small, norm = normalised(shape)
    for before, after in zip(shape.parts, small.parts):
        np.testing.assert_allclose(norm.undo(after.vertices), before.vertices, atol=1e-12)
        np.testing.assert_allclose(norm.apply(before.vertices), after.vertices, atol=1e-12)
    np.testing.assert_allclose(norm.undo(small.keypoints["top"]), shape.keypoints["top"])


def test_normalisation_scales_patterns_with_the_shape(shape):
    small, norm = normalised(shape)
    assert small.parts[1].material.pattern_scale == pytest.approx(0.1 * norm.scale)


def test_normalising_twice_changes_nothing(shape):
    once, _ = normalised(shape)
    again, norm = normalised(once)
    assert norm.scale == pytest.approx(1.0)
    np.testing.assert_allclose(again.parts[0].vertices, once.parts[0].vertices, atol=1e-12)


def test_a_point_cannot_be_normalised():
    flat = Shape("table", "point", (Part("p", np.zeros((3, 3)), [[0, 1, 2]], RED),), {})
    with pytest.raises(MeshError, match="bounding-box diagonal"):
        normalised(flat)


def test_identity_normalisation():
    points = np.random.default_rng(0).normal(size=(5, 3))
    np.testing.assert_array_equal(Normalisation().apply(points), points)
