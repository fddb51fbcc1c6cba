"""Lens distortion against pycolmap's cameras, which are another implementation of the same formulas."""

import numpy as np
import pycolmap
import pytest

from vantage.errors import DataError
from vantage.geometry.cameras import Camera
from vantage.records.scenes.lens import Lens
from vantage.records.scenes.scene import SceneView

PLANE = np.stack(np.meshgrid(np.linspace(-0.5, 0.5, 7), np.linspace(-0.4, 0.4, 5)), axis=-1)


@pytest.mark.parametrize(
    ("model", "values", "lens"),
    [
        ("OPENCV", (0.1, -0.05, 0.002, -0.003), Lens((0.1, -0.05), (0.002, -0.003))),
        ("OPENCV_FISHEYE", (0.05, -0.02, 0.01, -0.003), Lens((0.05, -0.02, 0.01, -0.003), fisheye=True)),
        ("FULL_OPENCV", (0.1, -0.05, 0.002, -0.003, 0.02, 0.03, -0.01, 0.004),
         Lens((0.1, -0.05, 0.02), (0.002, -0.003), (0.03, -0.01, 0.004))),
    ],
)  # fmt: skip
def test_distortion_is_colmaps(model, values, lens):
    camera = pycolmap.Camera(model=model, width=80, height=60, params=[50, 55, 41, 29, *values])
    points = np.concatenate([PLANE.reshape(-1, 2), np.ones((PLANE[..., 0].size, 1))], axis=1)
    intrinsics = np.array([[50, 0, 41], [0, 55, 29], [0, 0, 1.0]])
    view = SceneView("x.png", Camera(intrinsics, np.eye(4), 80, 60), lens)
    assert np.allclose(view.project(points)[0], camera.img_from_cam(points), atol=1e-9)


@pytest.mark.parametrize("lens", [Lens((0.1, -0.05, 0.02, 0.01), (0.002, -0.003)), Lens((0.05, -0.02), fisheye=True)])
def test_undistortion_inverts(lens):
    assert np.allclose(lens.undistort(lens.distort(PLANE)), PLANE, atol=1e-9)
    assert np.allclose(lens.distort(np.zeros(2)), 0)


def test_what_no_point_is_imaged_to_is_nan():
    assert np.isnan(Lens((-0.5,)).undistort(np.array([[3.0, 0]]))).all()


def test_points_behind_have_no_pixel():
    view = SceneView("x.png", Camera(np.eye(3), np.eye(4), 4, 4), Lens((0.1,)))
    pixels, depth = view.project(np.array([[0.0, 0, -1], [0, 0, 1], [0, 0, 0]]))
    assert np.isnan(pixels[[0, 2]]).all() and np.allclose(pixels[1], 0) and depth.tolist() == [-1, 1, 0]


def test_identity_and_bad_values():
    assert Lens().is_identity and Lens((0, 0)).is_identity and not Lens((0.1,)).is_identity
    assert not Lens(fisheye=True).is_identity
    with pytest.raises(DataError):
        Lens((float("nan"),))
    with pytest.raises(DataError):
        Lens((1, 2, 3, 4, 5))
