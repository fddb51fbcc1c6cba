"""Objects before and beside the one that is looked at: where they stand, and what the record says of them."""

from dataclasses import replace

import numpy as np
import pytest

from synth_data.models import model_from_shape
from synth_data.raster import rasterise, screen_triangles
from synth_data.sampling.cameras import Framing, frame_object
from synth_data.sampling.neighbours import Neighbour, sample_neighbours, with_neighbours
from synth_data.sampling.viewpoints import Direction, UniformPrior
from synth_data.shapes.registry import sample_shape
from synth_data.spec import Spec, procedural_models, view_spec


@pytest.fixture(scope="module")
def chair():
    return model_from_shape(sample_shape("chair", 1), "procedural:chair:1")


@pytest.fixture(scope="module")
def table():
    return model_from_shape(sample_shape("table", 2), "procedural:table:2")


def neighbour(bearing, scale=0.6, gap=0.05, turn=30.0):
    return Neighbour(None, bearing, gap, turn, scale)


def test_neighbours_share_the_ground_and_do_not_touch(chair, table):
    others = [(neighbour(bearing, 0.8), table) for bearing in (0, 10, 20, 200)]
    scene = with_neighbours(chair, others, "scene")
    boxes = []
    for number in range(5):
        points = scene.vertices[np.unique(scene.triangles[scene.instance_of == number])]
        assert points[:, 2].min() == pytest.approx(chair.vertices[:, 2].min(), abs=1e-9)
        boxes.append(points)
    centres = [(points.min(0) + points.max(0))[:2] / 2 for points in boxes]
    radius = 0.8 * np.linalg.norm(table.hull[:, :2], axis=1).max()
    for i in range(1, 5):
        for j in range(i + 1, 5):
            assert np.linalg.norm(centres[i] - centres[j]) > 2 * radius - 0.02


def test_the_main_object_keeps_its_labels(chair, table):
    scene = with_neighbours(chair, [(neighbour(90), table)], "scene")
    assert scene.keypoint_names == chair.keypoint_names and scene.category == "chair"
    np.testing.assert_array_equal(scene.keypoints, chair.keypoints)
    assert [instance.category for instance in scene.instances] == ["chair", "table"]
    assert scene.own.sum() == len(chair.triangles)


@pytest.mark.parametrize("azimuth", [0, 75, 190, 300])
def test_what_stands_in_front_is_nearer_to_the_camera(chair, table, azimuth):
    scene = with_neighbours(chair, [(neighbour(azimuth), table)], "scene")
    _, camera = frame_object(Direction(azimuth, 5), Framing(30, 0.6), chair.hull, 96)
    depth, face = rasterise(
        screen_triangles(scene.vertices, scene.triangles, camera.camera_from_world, camera.intrinsics), 96, 96
    )
    seen = scene.instance_of[face[depth > 0]]
    near, far = (np.median(depth[depth > 0][seen == number]) for number in (1, 0))
    assert near < far


def test_draws_follow_their_probabilities():
    counts = [len(sample_neighbours(np.random.default_rng(n), lambda rng: "m", 40.0, 0.3, 0)) for n in range(400)]
    assert np.mean(counts) == pytest.approx(0.3, abs=0.07)
    found = [sample_neighbours(np.random.default_rng(n), lambda rng: "m", 40.0, 0.0, 3) for n in range(400)]
    assert np.bincount([len(each) for each in found]) / 400 == pytest.approx([0.25] * 4, abs=0.07)
    front = [sample_neighbours(np.random.default_rng(n), lambda rng: "m", 40.0, 1.0, 0)[0] for n in range(100)]
    off = (np.array([each.bearing for each in front]) - 40 + 180) % 360 - 180
    assert np.abs(off).mean() < 25


def test_neighbours_of_a_group_stand_still():
    spec = Spec(tuple(procedural_models("chair", 8, 0)), 80, group_size=10, occluders=1.0, companions=2, val_fraction=0)
    views = [view_spec(spec, UniformPrior(), index) for index in range(80)]
    for group in range(8):
        assert len({view.neighbours for view in views[10 * group : 10 * group + 10]}) == 1
    assert len({view.neighbours for view in views}) == 8


def test_single_views_have_their_own_and_none_unless_asked_for():
    spec = Spec(tuple(procedural_models("chair", 8, 0)), 40, occluders=1.0)
    views = [view_spec(spec, UniformPrior(), index) for index in range(40)]
    assert len({view.neighbours for view in views}) == 40 and all(len(view.neighbours) == 1 for view in views)
    train, val = ({model.model_id for model in spec.models_beside(index)} for index in (0, 39))
    assert not train & val and len(train | val) == 8
    assert all(view.neighbours[0].model.model_id in train for view in views[: len(spec.splits["train"])])
    plain = [view_spec(replace(spec, occluders=0.0), UniformPrior(), index) for index in range(40)]
    assert [replace(view, neighbours=()) for view in views] == plain
