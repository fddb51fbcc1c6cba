"""Optical flow: object coordinates warped by it, and what is hidden, against rays cast by trimesh."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from synth_data.flow import no_flow, optical_flow
from synth_data.passes import check_groups, surface_points
from synth_data.raster import nearest_depth, nearest_depths, rasterise, screen_triangles
from synth_data.sampling.cameras import Framing, frame_object
from synth_data.sampling.viewpoints import Direction, UniformPrior
from synth_data.spec import Spec, following_view, procedural_models
from tests.synth_data.conftest import run
from tests.synth_data.objects import ball, marked_model
from tests.synth_data.ray_cast import first_hits
from tests.synth_data.workers import in_blender, make_records
from vantage.errors import UserError
from vantage.geometry.cameras import Camera, intrinsics_from_fov
from vantage.geometry.viewpoints import Viewpoint, camera_from_world_at

SIZE = 32
PAIRS = [((10, 20, 0), (35, 25, 5)), ((200, -10, 40), (150, 15, 30))]


def globe():
    """A fine ball, which fills the frame."""
    vertices, triangles = ball((0, 0, 0), 0.5, rows=48)
    return replace(
        marked_model(), vertices=vertices, triangles=triangles, normals=(vertices[triangles] * 2).astype(np.float32)
    )


def seen_by(model, view, shift=(0.0, 0.0)):
    camera = frame_object(Direction(*view), Framing(35.0, 0.9, shift), model.hull, SIZE)[1]
    screen = screen_triangles(model.vertices, model.triangles, camera.camera_from_world, camera.intrinsics)
    return camera, screen, *rasterise(screen, SIZE, SIZE)


@pytest.mark.parametrize("views", PAIRS)
def test_what_is_valid_is_what_rays_reach(views):
    model = marked_model()
    (camera, _, depth, _), (following, screen, *_) = (seen_by(model, view) for view in views)
    flow, valid = optical_flow(depth, camera, following, screen)
    assert flow.dtype == np.float32 and valid.dtype == np.uint8 and set(np.unique(valid)) == {0, 255}
    seen = depth > 0
    points = camera.unproject(camera.pixel_centres()[seen], depth[seen])
    directions = points - following.centre
    length = np.linalg.norm(directions, axis=1)
    origins = np.broadcast_to(following.centre, points.shape)
    _, ray, place = first_hits(model, origins, directions / length[:, None])
    reached = np.full(len(points), np.inf)
    reached[ray] = np.linalg.norm(place - following.centre, axis=1)
    free = reached > length - 1e-5
    inside = following.in_frame(following.project(points)[0])
    np.testing.assert_array_equal(valid[seen] == 255, free & inside)
    assert (free & inside).sum() > 10 and (~free).any() and not valid[~seen].any()


def test_coordinates_warped_by_the_flow_are_those_of_the_next_view():
    model = globe()
    (camera, _, depth, face), (following, screen, _, other_face) = (seen_by(model, view) for view in PAIRS[0])
    flow, valid = optical_flow(depth, camera, following, screen)
    points, other = (surface_points(model, *view)[0] for view in ((camera, face), (following, other_face)))
    rows, columns = np.nonzero(valid)
    x, y = (camera.pixel_centres()[rows, columns] + flow[rows, columns]).T - 0.5
    left, top = np.floor(x).astype(int).clip(0, SIZE - 2), np.floor(y).astype(int).clip(0, SIZE - 2)
    corners = [(top + dy, left + dx) for dy in (0, 1) for dx in (0, 1)]
    inner = np.all([other_face[corner] >= 0 for corner in corners], axis=0)
    across, down = (x - left)[:, None], (y - top)[:, None]
    weights = ((1 - across) * (1 - down), across * (1 - down), (1 - across) * down, across * down)
    warped = sum(weight * other[corner] for weight, corner in zip(weights, corners))
    error = np.linalg.norm(warped - points[rows, columns], axis=1)[inner]
    assert inner.sum() > 300 and np.median(error) < 1e-3 and error.max() < 0.03


def test_flow_is_exact_where_hidden_and_outside_the_frame_too():
    model = marked_model()
    camera, _, depth, _ = seen_by(model, (10, 20, 0))
    following, screen, *_ = seen_by(model, (100, 0, 10))
    following = replace(following, intrinsics=following.intrinsics + np.array([[0, 0, 12.0], [0, 0, -9], [0, 0, 0]]))
    screen = screen_triangles(model.vertices, model.triangles, following.camera_from_world, following.intrinsics)
    flow, valid = optical_flow(depth, camera, following, screen)
    seen = depth > 0
    centres = camera.pixel_centres()[seen]
    expected, _ = following.project(camera.unproject(centres, depth[seen]))
    np.testing.assert_allclose(flow[seen] + centres, expected, atol=1e-4)
    outside = ~following.in_frame(expected)
    assert outside.any() and not valid[seen][outside].any() and not flow[~seen].any()


def test_a_camera_that_stays_has_no_flow():
    model = marked_model()
    camera, screen, depth, _ = seen_by(model, (10, 20, 0))
    flow, valid = optical_flow(depth, camera, camera, screen)
    assert np.abs(flow).max() < 1e-4
    np.testing.assert_array_equal(valid == 255, depth > 0)


def test_points_behind_the_next_camera_have_no_flow():
    model = marked_model()
    camera, _, depth, _ = seen_by(model, (0, 10, 0))
    away = Camera(
        intrinsics_from_fov(40.0, SIZE, SIZE), np.diag([-1.0, 1, -1, 1]) @ camera.camera_from_world, SIZE, SIZE
    )
    screen = screen_triangles(model.vertices, model.triangles, away.camera_from_world, away.intrinsics)
    flow, valid = optical_flow(depth, camera, away, screen)
    assert not flow.any() and not valid.any() and np.isfinite(flow).all()
    flow, valid = no_flow((3, 4))
    assert flow.shape == (3, 4, 2) and valid.shape == (3, 4) and not valid.any()


def test_many_points_are_as_near_as_one_by_one():
    model = marked_model()
    camera = Camera(intrinsics_from_fov(50.0, 40, 24), camera_from_world_at(Viewpoint(20, 10, 5, 0.9)), 40, 24)
    screen = screen_triangles(model.vertices, model.triangles, camera.camera_from_world, camera.intrinsics)
    points = np.random.default_rng(3).uniform(0, (40, 24), (300, 2))
    points = np.concatenate([points, points[:20], [(0, 0), (39.999, 23.999)]])
    np.testing.assert_allclose(nearest_depths(screen, points, 40, 24), nearest_depth(screen, points), rtol=1e-12)
    assert len(nearest_depths(screen, np.zeros((0, 2)), 40, 24)) == 0


def test_records_of_a_group_follow_each_other():
    spec = Spec(
        tuple(procedural_models("chair", 2, 0)), 6, size=40, samples=1, group_size=3, held=("camera", "light"),
        passes=("object_coordinates", "flow"), val_fraction=0.0,
    )  # fmt: skip
    records = in_blender(make_records, range(6), spec, UniformPrior(), {})
    assert [record.scene_id for record in records] == ["00000000"] * 3 + ["00000001"] * 3
    for record, other in pairwise(records):
        if other.view_id == 0:
            assert not record.flow.any() and not record.flow_valid.any()
            continue
        camera = Camera(other.intrinsics.astype(float), other.camera_from_world.astype(float), 40, 40)
        seen = record.mask > 0
        places, _ = camera.project(record.object_coordinates[seen].astype(float))
        np.testing.assert_allclose(record.flow[seen] + camera.pixel_centres()[seen], places, atol=2e-3)
        assert (record.flow_valid[seen] == 255).mean() > 0.1
    assert [following_view(spec, UniformPrior(), index) is None for index in range(6)] == [False, False, True] * 2


def test_flow_needs_groups(tmp_path):
    check_groups(("normal",), 0)
    check_groups(("flow",), 2)
    with pytest.raises(UserError, match="a preset whose views come in groups"):
        check_groups(("flow",), 0)
    done = run("render", "--out", tmp_path / "set", "--passes", "flow")
    assert done.returncode != 0 and "asks for flow" in done.stderr and "Traceback" not in done.stderr
