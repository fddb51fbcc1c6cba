"""Several models as one: places, surfaces, textures, instances, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from synth_data.composition import Placed, merged, placement
from synth_data.models import Model, Surface, load_model, model_from_shape, save_model
from synth_data.shapes.registry import sample_shape
from vantage.errors import MeshError
from vantage.geometry.symmetry import Symmetry


def square(name: str, **more) -> Model:
    """A unit square in the plane z = 0, seen from above."""
    vertices = np.array([(0, 0, 0), (1, 0, 0), (1, 1, 0), (0, 1, 0)], np.float64)
    triangles = np.array([(0, 1, 2), (0, 2, 3)], np.int32)
    normals = np.tile(np.float32((0, 0, 1)), (2, 3, 1))
    fields = {"surface_of": np.zeros(2, np.int32), "surfaces": (Surface("red", (1.0, 0.0, 0.0)),)} | more
    return Model(name, "square", vertices, triangles, normals, **fields)


def textured(name: str, image: np.ndarray) -> Model:
    """A square with an image on it, beside a surface without."""
    uv = np.array([[(0, 0), (1, 0), (1, 1)], [(0, 0), (1, 1), (0, 1)]], np.float32)
    surfaces = (Surface("plain", pattern="wood", pattern_scale=0.1), Surface("image", texture=0))
    return square(name, surfaces=surfaces, surface_of=np.array([0, 1], np.int32), uv=uv, textures=(image,))


def test_triangles_stand_where_they_were_put():
    model = merged(
        [Placed(square("a"), np.eye(4), "one"), Placed(square("a"), placement((5, 0, 2), 90, 3.0), "two")],
        "pair",
        "pairs",
    )
    assert (model.model_id, model.category, len(model.triangles)) == ("pair", "pairs", 4)
    assert model.triangles.dtype == np.int32 and model.normals.dtype == np.float32
    np.testing.assert_allclose(model.vertices[model.triangles[2]], [(5, 0, 2), (5, 3, 2), (2, 3, 2)], atol=1e-12)
    np.testing.assert_allclose(model.normals[3], np.tile((0, 0, 1), (3, 1)), atol=1e-7)
    assert model.surfaces == (Surface("red", (1.0, 0.0, 0.0)),)
    assert model.uv is None and model.colors is None and len(model.keypoints) == 0


def test_normals_turn_and_keep_their_length():
    tilted = np.eye(4)
    tilted[:3, :3] = 2.5 * np.array([(0, 0, 1), (1, 0, 0), (0, 1, 0)])
    model = merged([Placed(square("a"), tilted, "one")], "x", "x")
    np.testing.assert_allclose(model.normals, np.broadcast_to((1, 0, 0), (2, 3, 3)), atol=1e-6)


def test_instances_say_which_triangle_is_whose(tmp_path):
    chair = model_from_shape(sample_shape("chair", 3), "procedural:chair:3")
    place = placement((1, 2, 0.5), 30, 0.8)
    model = merged([Placed(square("floor"), np.eye(4), "floor"), Placed(chair, place, "chair 1")], "room", "room")
    assert model.instance_of.dtype == np.int32 and model.instance_of.tolist() == [0, 0] + [1] * len(chair.triangles)
    assert [(item.name, item.model_id, item.category) for item in model.instances] == [
        ("floor", "floor", "square"),
        ("chair 1", "procedural:chair:3", "chair"),
    ]
    np.testing.assert_array_equal(model.instances[1].world_from_object, place)
    assert model.instances[1].symmetry == chair.symmetry
    save_model(tmp_path / "room.npz", model)
    again = load_model(tmp_path / "room.npz")
    assert [item.as_json() for item in again.instances] == [item.as_json() for item in model.instances]
    np.testing.assert_array_equal(again.instance_of, model.instance_of)


def test_a_single_model_has_no_instances(tmp_path):
    save_model(tmp_path / "one.npz", square("a"))
    for model in (square("a"), load_model(tmp_path / "one.npz")):
        assert model.instance_of is None and model.instances == ()


def test_a_composed_model_is_taken_apart_again():
    pair = merged(
        [Placed(square("a"), placement((1, 0, 0)), "left"), Placed(square("b"), np.eye(4), "right")], "p", "p"
    )
    both = merged(
        [Placed(square("c"), np.eye(4), "c"), Placed(pair, placement((0, 0, 2), scale=2.0), "pair")], "q", "q"
    )
    assert [item.name for item in both.instances] == ["c", "pair/left", "pair/right"]
    assert both.instance_of.tolist() == [0, 0, 1, 1, 2, 2]
    np.testing.assert_allclose(both.instances[1].world_from_object, placement((2, 0, 2), scale=2.0))


def test_textures_are_counted_on_and_listed_once():
    first, second = np.zeros((2, 2, 4), np.uint8), np.full((2, 2, 4), 9, np.uint8)
    items = [textured("a", first), textured("b", second), textured("c", first), square("d")]
    model = merged([Placed(item, placement((2 * n, 0, 0)), str(n)) for n, item in enumerate(items)], "m", "m")
    assert len(model.textures) == 2 and model.textures[1] is second
    used = [model.surfaces[number].texture for number in model.surface_of]
    assert used == [-1, 0, -1, 1, -1, 0, -1, -1]
    np.testing.assert_array_equal(model.uv[2:4], items[1].uv)
    np.testing.assert_array_equal(model.uv[6:], 0)


def test_patterns_grow_with_the_object():
    model = merged(
        [Placed(textured("a", np.zeros((2, 2, 4), np.uint8)), placement((0, 0, 0), scale=4.0), "a")], "m", "m"
    )
    assert model.surfaces[0].pattern_scale == pytest.approx(0.4)


def test_colours_of_models_without_are_white():
    colored = square("a", colors=np.full((2, 3, 4), 0.5, np.float32))
    model = merged([Placed(colored, np.eye(4), "a"), Placed(square("b"), np.eye(4), "b")], "m", "m")
    np.testing.assert_array_equal(model.colors[:, 0, 0], [0.5, 0.5, 1, 1])


def test_the_main_model_keeps_its_labels():
    chair = model_from_shape(sample_shape("chair", 3), "procedural:chair:3")
    here, there = Placed(chair, np.eye(4), "chair"), Placed(square("a"), placement((2, 0, 0)), "a")
    model = merged([there, here], "m", "chair", main=1)
    assert model.keypoint_names == chair.keypoint_names and model.edges == chair.edges
    assert model.normalisation == chair.normalisation and model.symmetry == chair.symmetry
    np.testing.assert_array_equal(model.keypoints, chair.keypoints)
    moved = merged([Placed(chair, placement((1, 0, 0)), "chair")], "m", "chair", main=0)
    np.testing.assert_allclose(moved.keypoints, chair.keypoints + (1, 0, 0))
    assert moved.normalisation == {} and moved.symmetry == Symmetry()


def test_bounds_of_a_placed_model():
    np.testing.assert_allclose(
        Placed(square("a"), placement((1, 1, 3), 90, 2.0), "a").bounds(), [(-1, 1, 3), (1, 3, 3)]
    )


@pytest.mark.parametrize("names", [[], ["same", "same"]])
def test_names_are_told_apart(names):
    with pytest.raises(MeshError, match="name"):
        merged([Placed(square("a"), np.eye(4), name) for name in names], "m", "m")


@pytest.mark.parametrize(
    "transform",
    [np.diag([1, 1, 2, 1]), np.diag([-1, 1, 1, 1]), np.zeros((4, 4)), np.eye(3), np.full((4, 4), np.nan)],
    ids=["stretched", "mirrored", "zero", "3x3", "nan"],
)
def test_only_similarities_are_places(transform):
    with pytest.raises(MeshError, match="thing stands at"):
        Placed(square("a"), transform, "thing")
