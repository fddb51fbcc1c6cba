"""Geometry passes against rays cast by trimesh, against depth, and against each other."""

import numpy as np
import pytest

from synth_data.composition import Placed, merged, placement
from synth_data.models import model_from_shape
from synth_data.passes import PASSES, amodal_box, features_of, geometry_passes, numbered, parse_passes, surface_points
from synth_data.raster import rasterise, screen_triangles
from synth_data.render import keypoint_visibility, mask_box, own_mask
from synth_data.sampling.cameras import Framing, frame_object
from synth_data.sampling.viewpoints import Direction
from synth_data.shapes.registry import sample_shape
from tests.synth_data.objects import MARKERS, ball, marked_model
from tests.synth_data.ray_cast import cast
from tests.synth_data.workers import in_blender, make_room_records
from vantage.errors import UserError
from vantage.geometry.cameras import Camera, intrinsics_from_fov
from vantage.geometry.viewpoints import Viewpoint, camera_from_world_at
from vantage.records.schema import OCCLUDED, OUTSIDE, SELF_OCCLUDED, VISIBLE, checked

SIZE = 24
VIEWS = [(0, 0, 0), (37, 20, 10), (140, -25, -33), (301, 70, -170)]


def room():
    """The marked model behind a copy of itself, and a small one beside it."""
    model = marked_model()
    placed = [
        Placed(model, np.eye(4), "model"),
        Placed(model, placement((0.0, -0.9, 0.0), 200, 0.9), "before"),
        Placed(model, placement((0.6, 0.2, 0.1), 75, 0.3), "beside"),
    ]
    return merged(placed, "room", "room", main=0)


def seen_by(model, view, fill=0.6, shift=(0.5, -0.3), size=SIZE):
    camera = frame_object(Direction(*view), Framing(35.0, fill, shift), model.hull, size)[1]
    screen = screen_triangles(model.vertices, model.triangles, camera.camera_from_world, camera.intrinsics)
    return camera, screen, *rasterise(screen, size, size)


@pytest.fixture(scope="module", params=VIEWS[:3])
def cast_room(request):
    """One view of the room: model, camera, screen, depth, face; and what rays hit."""
    model = room()
    camera, screen, depth, face = seen_by(model, request.param)
    return model, camera, screen, depth, face, cast(model, camera)


def test_names_of_passes():
    assert parse_passes("") == () and parse_passes(" part, normal,part") == ("normal", "part")
    assert set(features_of(PASSES)) >= set(PASSES)
    with pytest.raises(UserError) as error:
        parse_passes("normal,normals,depht")
    assert "normals (did you mean normal?), depht;" in str(error.value) and "object_coordinates" in str(error.value)
    assert "\n" not in str(error.value)


def test_points_are_where_rays_hit(cast_room):
    model, camera, _, depth, face, (hit, points, _) = cast_room
    np.testing.assert_array_equal(face >= 0, hit >= 0)
    found, _ = surface_points(model, camera, face)
    assert found.dtype == np.float32 and not found[hit < 0].any()
    np.testing.assert_allclose(found, points, atol=1e-6)
    seen = depth > 0
    unprojected = camera.unproject(camera.pixel_centres()[seen], depth.astype(np.float32)[seen].astype(float))
    assert np.abs(found[seen] - unprojected).max() < 1e-4


def test_normals_are_those_of_the_corners_between_them(cast_room):
    model, camera, _, _, face, (hit, _, weights) = cast_room
    _, found = surface_points(model, camera, face)
    seen = hit >= 0
    expected = np.einsum("nk,nkc->nc", weights[seen], model.normals[hit[seen]])
    expected /= np.linalg.norm(expected, axis=1, keepdims=True)
    np.testing.assert_allclose(found[seen], expected, atol=1e-4)
    np.testing.assert_allclose(np.linalg.norm(found[seen], axis=-1), 1, atol=1e-6)
    assert not found[~seen].any()


def test_numbers_are_those_of_the_triangles_hit(cast_room):
    model, camera, screen, _, face, (hit, *_) = cast_room
    found = geometry_passes(PASSES, model, camera, screen, face)
    assert found["instance"].dtype == np.uint16
    np.testing.assert_array_equal(found["instance"], np.where(hit >= 0, model.instance_of[hit] + 1, 0))
    np.testing.assert_array_equal(own_mask(model, face), found["instance"] == 1)
    assert len(np.unique(found["instance"])) >= 3


def test_only_what_is_asked_for_is_made(cast_room):
    model, camera, screen, _, face, _ = cast_room
    assert geometry_passes((), model, camera, screen, face) == {}
    assert set(geometry_passes(("normal",), model, camera, screen, face)) == {"normal"}
    assert set(geometry_passes(("part",), model, camera, screen, face)) == {"part", "part_names"}


def test_parts_have_the_names_of_the_shape():
    shape = sample_shape("chair", 4)
    model = model_from_shape(shape, "chair")
    camera, screen, _, face = seen_by(model, (30, 25, 0))
    found = geometry_passes(("part", "instance"), model, camera, screen, face)
    assert set(found["part_names"]) == {part.name for part in shape.parts}
    starts = np.cumsum([len(part.faces) for part in shape.parts])
    for name in np.unique(found["part"])[1:]:
        triangles = face[found["part"] == name]
        owners = {shape.parts[int(np.searchsorted(starts, t, side="right"))].name for t in triangles}
        assert owners == {found["part_names"][name - 1]}
    np.testing.assert_array_equal(found["part"] > 0, face >= 0)
    np.testing.assert_array_equal(found["instance"], face >= 0)


def test_parts_in_a_composition_keep_their_names():
    chair = model_from_shape(sample_shape("chair", 4), "chair")
    both = merged([Placed(marked_model(), np.eye(4), "a"), Placed(chair, placement((1, 0, 0)), "b")], "x", "x")
    count = len(marked_model().triangles)
    assert (both.part_of[:count] == -1).all() and both.part_names == tuple(f"b/{name}" for name in chair.part_names)
    np.testing.assert_array_equal(both.part_of[count:], chair.part_of)
    assert numbered(both.part_of, np.array([[-1, 0, count]])).tolist() == [[0, 0, chair.part_of[0] + 1]]
    assert not geometry_passes(("part",), marked_model(), None, None, np.zeros((2, 2), np.int32))["part"].any()


@pytest.mark.parametrize("turned", [False, True])
def test_normals_are_on_the_camera_s_side_however_the_mesh_is_wound(turned):
    vertices, triangles = ball((0, 0, 0), 0.5, rows=24)
    model = marked_model()
    triangles = triangles[:, ::-1] if turned else triangles
    normals = -vertices[triangles] if turned else vertices[triangles]
    changes = {"vertices": vertices, "triangles": triangles, "normals": (normals / 0.5).astype(np.float32)}
    model = type(model)(**{**vars(model), **changes})
    camera, _, _, face = seen_by(model, (20, 30, 5))
    points, found = surface_points(model, camera, face)
    seen = face >= 0
    np.testing.assert_allclose(found[seen], points[seen] / 0.5, atol=2e-2)


def test_a_triangle_through_the_camera_s_plane_has_exact_points():
    vertices = np.array([[-1, -5, -0.3], [1, -5, -0.3], [0, 5, -0.3]])
    up = np.tile(np.float32((0, 0, 1)), (1, 3, 1))
    model = type(marked_model())("floor", "floor", vertices, np.array([[0, 1, 2]]), up, np.zeros(1, int), ())
    camera = Camera(intrinsics_from_fov(60.0, 32, 32), camera_from_world_at(Viewpoint(0, 0, 0, 2.0)), 32, 32)
    screen = screen_triangles(vertices, model.triangles, camera.camera_from_world, camera.intrinsics)
    depth, face = rasterise(screen, 32, 32)
    points, normals = surface_points(model, camera, face)
    seen = face >= 0
    expected = camera.unproject(camera.pixel_centres()[seen], depth[seen])
    np.testing.assert_allclose(points[seen], expected, atol=1e-6)
    np.testing.assert_allclose(normals[seen], np.broadcast_to((0, 0, 1), expected.shape), atol=1e-7)


def test_the_amodal_box_is_that_of_all_corners(cast_room):
    model, camera, screen, _, face, _ = cast_room
    box = geometry_passes(("bbox_amodal",), model, camera, screen, face)["bbox_amodal"]
    pixels, _ = camera.project(marked_model().vertices)
    np.testing.assert_allclose(box, [*pixels.min(axis=0), *pixels.max(axis=0)], atol=1e-4)


def test_the_amodal_box_holds_the_modal_one_also_off_the_frame():
    model = marked_model()
    for view in VIEWS:
        camera, screen, depth, _ = seen_by(model, view, fill=1.6, shift=(0.4, 0.1))
        modal, amodal = mask_box(depth > 0), amodal_box(screen)
        assert (amodal[:2] <= modal[:2] + 0.5).all() and (amodal[2:] >= modal[2:] - 0.5).all()
        assert amodal.min() < 0 or amodal.max() > SIZE
    behind = screen_triangles(
        model.vertices + (0, -50, 0), model.triangles, camera.camera_from_world, camera.intrinsics
    )
    assert amodal_box(behind.of(np.zeros(len(model.triangles), bool))).tolist() == [0, 0, 0, 0]
    camera = Camera(camera.intrinsics, camera_from_world_at(Viewpoint(0, 0, 0, 0.2)), SIZE, SIZE)
    through = screen_triangles(model.vertices, model.triangles, camera.camera_from_world, camera.intrinsics)
    assert np.isfinite(amodal_box(through)).all()


def test_keypoints_behind_other_objects_are_occluded():
    model = room()
    camera, screen, _, _ = seen_by(model, (0, 0, 0))
    own, others = screen.of(model.own), screen.of(~model.own)
    assert len(own.source) + len(others.source) == len(screen.source)
    points, z = camera.project(model.keypoints - (0, 0.031, 0))
    alone = keypoint_visibility(points, z, own, camera)
    states = keypoint_visibility(points, z, own, camera, others)
    assert (states == OCCLUDED).any() and (states == VISIBLE).any()
    np.testing.assert_array_equal(states == SELF_OCCLUDED, alone == SELF_OCCLUDED)
    np.testing.assert_array_equal((states == OCCLUDED) | (states == VISIBLE), alone == VISIBLE)
    assert dict(zip(MARKERS, states))["top"] == VISIBLE


def test_a_record_of_several_objects_speaks_of_the_main_one():
    passes = ("instance", "albedo", "bbox_amodal")
    for record in in_blender(make_room_records, [Direction(0, 0, 0), Direction(30, 20, 10)], passes, 64):
        record = checked(record)
        np.testing.assert_array_equal(record.mask == 255, record.instance == 1)
        np.testing.assert_array_equal(record.depth > 0, record.instance > 0)
        assert [entry["name"] for entry in record.instances] == ["model", "before", "beside"]
        low, high = record.bbox_amodal[:2], record.bbox_amodal[2:]
        assert max(high - low) == pytest.approx(0.7 * 64, abs=0.1)  # the main object is what the frame is fitted to
        assert (low <= record.bbox[:2] + 0.5).all() and (high >= record.bbox[2:] - 0.5).all()
        assert record.keypoint_names == tuple(MARKERS) and not (record.keypoint_visibility == OUTSIDE).any()
        colors = {tuple(color) for _, color in MARKERS.values()}
        shown = record.albedo[(record.image[..., 3] == 255) & (record.instance > 0)] == 255
        assert len({tuple(map(float, color)) for color in shown} & colors) >= 4
