"""What Blender draws against what the labels say: markers, masks, order of views."""

import numpy as np
import pytest

from synth_data.raster import rasterise, screen_triangles
from synth_data.render import keypoint_visibility, mask_box
from synth_data.sampling.cameras import Framing, frame_object
from synth_data.sampling.viewpoints import Direction
from tests.synth_data.objects import MARKERS, marked_model
from tests.synth_data.workers import in_blender, make_marker_shots
from vantage.records.schema import OUTSIDE, SELF_OCCLUDED, VISIBLE

SIZE = 96
VIEWS = [
    (0, 0, 0), (20, 10, 15), (75, 35, -20), (110, -15, 40), (160, 5, -75), (200, 70, 100), (245, -40, -130),
    (290, 25, 179), (330, -5, -8), (355, 50, 3),
]  # fmt: skip


def camera_of(view, number):
    framing = Framing(18.0 + 3 * number, 0.85, (0.5, -0.4))
    return frame_object(Direction(*view), framing, marked_model().hull, SIZE)[1]


@pytest.fixture(scope="module")
def shots():
    """Linear pictures of the marked model from ten viewpoints."""
    cameras = [camera_of(view, number) for number, view in enumerate(VIEWS)]
    pictures = in_blender(make_marker_shots, [(camera, 7) for camera in cameras], SIZE, 16)
    return list(zip(cameras, pictures))


def raster_of(camera):
    model = marked_model()
    screen = screen_triangles(model.vertices, model.triangles, camera.camera_from_world, camera.intrinsics)
    return model, screen, *rasterise(screen, camera.width, camera.height)


def in_full_sight(model, camera, face, number):
    """Whether nothing hides any part of a marker, and it is in the frame: drawn alone it covers the same pixels."""
    own = model.triangles[model.surface_of == number]
    alone = screen_triangles(model.vertices, own, camera.camera_from_world, camera.intrinsics)
    covered = rasterise(alone, camera.width, camera.height)[1] >= 0
    drawn = (face >= 0) & (model.surface_of[face] == number)
    return covered.any() and (covered == drawn).all()


def centre_of_color(picture, color):
    """Return where a colour is in a linear picture [h, w, 4], px: the mean of its pixels, weighted by their light."""
    light = picture[..., :3]
    direction = np.asarray(color) / np.linalg.norm(color)
    length = np.linalg.norm(light, axis=-1)
    weight = np.where((light @ direction) > 0.98 * length, length, 0.0) * (length > 0.15)
    rows, columns = np.indices(weight.shape) + 0.5
    return np.array([(weight * columns).sum(), (weight * rows).sum()]) / weight.sum()


@pytest.mark.parametrize("number", range(len(VIEWS)))
def test_markers_lie_on_the_projected_keypoints(shots, number):
    camera, picture = shots[number]
    model, _, _, face = raster_of(camera)
    points, _ = camera.project(model.keypoints)
    checked = 0
    for place, (name, (_, color)) in enumerate(MARKERS.items(), start=1):
        if in_full_sight(model, camera, face, place):
            assert np.linalg.norm(centre_of_color(picture, color) - points[place - 1]) < 0.6, name
            checked += 1
    assert checked >= 4


@pytest.mark.parametrize("number", range(len(VIEWS)))
def test_the_mask_is_what_blender_draws(shots, number):
    camera, picture = shots[number]
    _, _, depth, _ = raster_of(camera)
    drawn, mask = picture[..., 3] > 0.5, depth > 0
    assert (drawn & mask).sum() > 0.93 * (drawn | mask).sum()
    assert not (mask & (picture[..., 3] == 0)).any()
    box = mask_box(mask)
    rows, columns = np.nonzero(drawn)
    edges = (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
    np.testing.assert_allclose(box, edges, atol=1.01)


def test_keypoints_have_their_states():
    model = marked_model()
    camera = camera_of((0, 0, 0), 0)
    _, screen, _, _ = raster_of(camera)
    surface = model.keypoints + (0, -0.031, 0)
    points, z = camera.project(surface)
    states = dict(zip(MARKERS, keypoint_visibility(points, z, screen, camera)))
    assert states["front"] == VISIBLE and states["top"] == VISIBLE
    points, z = camera.project(np.array([[0.02, 0.0, 0.03], [0, 0, 5.0]]))
    assert keypoint_visibility(points, z, screen, camera).tolist() == [SELF_OCCLUDED, OUTSIDE]
    assert len(keypoint_visibility(np.zeros((0, 2)), np.zeros(0), screen, camera)) == 0


def test_an_empty_mask_has_an_empty_box():
    assert mask_box(np.zeros((4, 5), bool)).tolist() == [0, 0, 0, 0]
    mask = np.zeros((4, 5), bool)
    mask[1:3, 2] = True
    assert mask_box(mask).tolist() == [2, 1, 3, 3]
