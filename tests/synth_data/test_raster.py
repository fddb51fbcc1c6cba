"""Depth by scan conversion against trimesh, and its edges."""

import numpy as np
import pytest
import trimesh

from synth_data.raster import NEAR, nearest_depth, rasterise, screen_triangles
from synth_data.sampling.cameras import Framing, frame_object
from synth_data.sampling.viewpoints import Direction
from tests.synth_data.objects import ball, marked_model
from vantage.geometry.cameras import Camera, intrinsics_from_fov
from vantage.geometry.viewpoints import Viewpoint, camera_from_world_at

VIEWS = [(0, 0, 0), (37, 20, 10), (140, -25, -33), (250, 60, 120), (301, 88, -170)]


def drawn(model, azimuth, elevation, tilt, size=64, fill=0.8):
    _, camera = frame_object(Direction(azimuth, elevation, tilt), Framing(35.0, fill), model.hull, size)
    screen = screen_triangles(model.vertices, model.triangles, camera.camera_from_world, camera.intrinsics)
    return camera, screen, *rasterise(screen, size, size)


@pytest.mark.parametrize("view", VIEWS)
def test_depth_unprojects_onto_the_mesh(view):
    model = marked_model()
    camera, _, depth, face = drawn(model, *view)
    seen = depth > 0
    points = camera.unproject(camera.pixel_centres()[seen], depth[seen])
    mesh = trimesh.Trimesh(model.vertices, model.triangles, process=False)
    _, distance, _ = trimesh.proximity.closest_point_naive(mesh, points)
    assert distance.max() < 1e-9
    assert (face[seen] >= 0).all() and (face[~seen] == -1).all()


@pytest.mark.parametrize("view", VIEWS)
def test_nothing_lies_in_front_of_the_depth(view):
    model = marked_model()
    camera, screen, depth, _ = drawn(model, *view)
    pixels = camera.pixel_centres()
    again = nearest_depth(screen, pixels[depth > 0])
    np.testing.assert_allclose(again, depth[depth > 0], rtol=1e-9)
    assert np.isinf(nearest_depth(screen, pixels[depth == 0])).all()


def test_depth_is_that_of_a_sphere():
    vertices, triangles = ball((0, 0, 0), 0.5, rows=64)
    camera = Camera(intrinsics_from_fov(40.0, 33, 33), camera_from_world_at(Viewpoint(20, 30, 5, 3.0)), 33, 33)
    screen = screen_triangles(vertices, triangles, camera.camera_from_world, camera.intrinsics)
    depth, _ = rasterise(screen, 33, 33)
    assert depth[16, 16] == pytest.approx(2.5, abs=2e-3)
    area = (depth > 0).sum() * (2 * np.tan(np.radians(20)) / 33) ** 2
    tangent = np.tan(np.arcsin(0.5 / 3.0))
    assert area == pytest.approx(np.pi * tangent**2, rel=0.02)


def test_each_pixel_of_a_shared_edge_is_drawn():
    vertices = np.array([[-1, -1, 0], [1, -1, 0], [1, 1, 0], [-1, 1, 0.0]])
    camera = Camera(intrinsics_from_fov(40.0, 32, 32), camera_from_world_at(Viewpoint(0, 90, 0, 1.0)), 32, 32)
    screen = screen_triangles(vertices, np.array([[0, 1, 2], [0, 2, 3]]), camera.camera_from_world, camera.intrinsics)
    depth, _ = rasterise(screen, 32, 32)
    np.testing.assert_allclose(depth, 1.0)


def test_triangles_through_the_camera_are_cut():
    vertices = np.array([[-1, -5, -0.3], [1, -5, -0.3], [0, 5, -0.3]])
    camera = Camera(intrinsics_from_fov(60.0, 32, 32), camera_from_world_at(Viewpoint(0, 0, 0, 2.0)), 32, 32)
    screen = screen_triangles(vertices, np.array([[0, 1, 2]]), camera.camera_from_world, camera.intrinsics)
    depth, face = rasterise(screen, 32, 32)
    seen = face == 0
    assert seen[-1].any() and not seen[:17].any()
    points = camera.unproject(camera.pixel_centres()[seen], depth[seen])
    np.testing.assert_allclose(points[:, 2], -0.3, atol=1e-9)
    assert depth[seen].min() > NEAR


def test_what_is_behind_the_camera_is_not_drawn():
    camera = Camera(intrinsics_from_fov(60.0, 8, 8), camera_from_world_at(Viewpoint(0, 0, 0, 1.0)), 8, 8)
    vertices = np.array([[-1, -3, -1], [1, -3, -1], [0, -3, 1.0]])
    screen = screen_triangles(vertices, np.array([[0, 1, 2]]), camera.camera_from_world, camera.intrinsics)
    depth, _ = rasterise(screen, 8, 8)
    assert not depth.any()
