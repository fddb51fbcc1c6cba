"""Overlaps of voxels, on boxes whose overlap is known."""

import numpy as np
import pytest

from synth_data.shapes.mesh import Material, Part, Shape
from synth_data.shapes.primitives import box
from synth_data.shapes.variety import category_variety, mean_pairwise_iou, pairwise_iou, shape_voxels
from vantage.errors import UserError

GREY = Material("grey", (0.5, 0.5, 0.5))


def boxes(*meshes):
    """Return a shape of boxes as they are, voxelised at 32."""
    parts = tuple(Part(str(k), *mesh, GREY) for k, mesh in enumerate(meshes))
    return shape_voxels(Shape("table", "test", parts, {}))


def test_a_box_has_the_voxels_of_its_volume():
    voxels = boxes(box((0.5, 0.25, 0.75)))
    assert voxels.shape == (32, 32, 32) and voxels.sum() == 16 * 8 * 24
    assert voxels[16, 16, 16] and not voxels[16, 22, 16]


def test_overlaps_of_boxes_are_those_of_their_volumes():
    cube = box((0.5, 0.5, 0.5))
    voxels = np.array([
        boxes(cube),
        boxes(box((0.5, 0.5, 0.5), (0.125, 0, 0))),
        boxes(box((0.25, 0.5, 0.5), (0.375, 0, 0))),
        boxes(box((0.25, 0.5, 0.5), (-0.125, 0, 0)), box((0.25, 0.5, 0.5), (0.125, 0, 0))),
    ])  # fmt: skip
    iou = pairwise_iou(voxels)
    np.testing.assert_allclose(np.diag(iou), 1)
    np.testing.assert_array_equal(iou, iou.T)
    assert iou[0, 1] == pytest.approx(3 / 5)
    assert iou[0, 2] == 0
    assert iou[1, 2] == pytest.approx(1 / 5)
    assert iou[0, 3] == pytest.approx(1), "two halves are the cube"
    expected = np.mean([iou[i, j] for i in range(4) for j in range(i)])
    assert mean_pairwise_iou(voxels) == pytest.approx(expected)


def test_two_empty_grids_are_equal():
    assert mean_pairwise_iou(np.zeros((2, 4, 4, 4), bool)) == 1


def test_shapes_of_a_category_differ_more_than_one_from_itself():
    lamps = category_variety("lamp", range(6))
    assert 0 < lamps < 0.5
    assert category_variety("lamp", [3, 3]) == 1
    assert lamps == category_variety("lamp", range(6))


def test_one_shape_has_no_variety():
    with pytest.raises(UserError, match="at least 2"):
        mean_pairwise_iou(np.zeros((1, 4, 4, 4), bool))
