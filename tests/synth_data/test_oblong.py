"""Pictures that are wider than high, or higher than wide: framing, pixels, labels and formats agree."""

from __future__ import annotations

import numpy as np
import pytest

from synth_data.option_checks import parse_size
from synth_data.sampling.cameras import Framing, frame_object
from synth_data.sampling.viewpoints import Direction
from synth_data.spec import Spec
from tests.synth_data.conftest import run
from vantage.errors import UserError
from vantage.records.formats.bop import read_bop
from vantage.records.formats.coco import read_coco
from vantage.records.reader import open_records
from vantage.records.scenes.colmap import read_colmap
from vantage.records.scenes.transforms import read_transforms

SIZES = [(160, 100), (60, 200), (128, 128), (33, 32)]
BOX = np.array([[x, y, z] for x in (-0.4, 0.4) for y in (-0.2, 0.2) for z in (-0.1, 0.1)])


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("fill", [0.5, 0.9])
def test_the_box_fills_the_side_that_it_meets_first(size, fill):
    _, camera = frame_object(Direction(30.0, 20.0, 5.0), Framing(40.0, fill, (0.7, -0.7)), BOX, size)
    assert (camera.width, camera.height) == size
    pixels, _ = camera.project(BOX)
    share = np.ptp(pixels, axis=0) / size
    assert share.max() == pytest.approx(fill, abs=1e-3)
    assert (pixels >= 0).all() and (pixels <= size).all()


@pytest.mark.parametrize("size", SIZES)
def test_the_angle_of_view_is_that_over_the_longer_side(size):
    _, camera = frame_object(Direction(0.0, 0.0, 0.0), Framing(40.0, 0.9, straight=True), BOX, size)
    assert camera.intrinsics[0, 0] == camera.intrinsics[1, 1] == pytest.approx(max(size) / 2 / np.tan(np.radians(20)))
    np.testing.assert_allclose(camera.intrinsics[:2, 2], np.array(size) / 2)


def test_one_number_is_both_sides():
    direction, framing = Direction(10.0, 5.0, 0.0), Framing(30.0, 0.8, (0.2, 0.1))
    (one, camera), (two, other) = (frame_object(direction, framing, BOX, size) for size in (64, (64, 64)))
    assert one.distance == two.distance
    np.testing.assert_array_equal(camera.intrinsics, other.intrinsics)


@pytest.mark.parametrize(
    ("text", "size"),
    [(128, (128, 128)), ("128", (128, 128)), ("160x120", (160, 120)), (" 64 X 48 ", (64, 48)), ("8×4096", (8, 4096))],
)
def test_sizes_are_one_number_or_two(text, size):
    assert parse_size(text) == size


@pytest.mark.parametrize("text", [7, 4097, -64, "", "big", "160x", "x120", "160x7", "1x2x3", "64.5", "٦٤"])
def test_other_sizes_are_refused(text):
    with pytest.raises(UserError, match="expected 8 to 4096 pixels, or width x height such as 160x120"):
        parse_size(text)


def test_a_square_spec_is_as_it_was():
    assert Spec((), 1, 96).sides == (96, 96)
    assert Spec((), 1, 96, height=64).sides == (96, 64)


@pytest.fixture(scope="module")
def oblong(tmp_path_factory):
    """Six views of 72 x 40 px with shadows, by Cycles."""
    folder = tmp_path_factory.mktemp("sets") / "oblong"
    options = ("--categories", "chair,car", "--count", 6, "--size", "72x40", "--samples", 2, "--models", 1)
    done = run("render", "--out", folder, *options, "--val-fraction", 0, "--workers", 1, "--ground", 0.5)
    assert done.returncode == 0, done.stderr
    return folder


def test_labels_agree_with_rendered_pixels(oblong):
    for record in open_records(oblong):
        assert record.image.shape == (40, 72, 4) and record.depth.shape == record.mask.shape == (40, 72)
        solid = record.mask > 0
        assert (record.image[..., 3][solid] > 64).mean() > 0.97  # what the raster says is there, Cycles sees
        seen = record.keypoint_visibility == 0
        points = record.keypoints_3d @ record.camera_from_world[:3, :3].T + record.camera_from_world[:3, 3]
        pixels = (points @ record.intrinsics.T)[:, :2] / points[:, 2:]
        np.testing.assert_allclose(pixels, record.keypoints_2d, atol=0.01)
        column, row = np.floor(pixels[seen]).astype(int).T
        near = [solid[max(y - 1, 0) : y + 2, max(x - 1, 0) : x + 2].any() for x, y in zip(column, row)]
        assert all(near)


def test_outlines_of_pixels_and_labels_coincide(oblong):
    """Without a shadow the alpha is the object alone: its box is that of the labels, within a pixel."""
    plain = [record for record in open_records(oblong) if (record.image[..., 3][record.mask == 0] > 64).mean() < 0.02]
    assert plain
    for record in plain:
        rows, columns = np.nonzero(record.image[..., 3] > 127)
        box = (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
        np.testing.assert_allclose(box, record.bbox, atol=1.01)


def test_every_format_reads_back(oblong, run_vantage, tmp_path):
    for to in ("transforms", "colmap", "coco", "bop", "folder"):
        status, _, err = run_vantage("export", oblong, "--to", to, tmp_path / to)
        assert status == 0, err
    for read, to in ((read_transforms, "transforms"), (read_colmap, "colmap")):
        cameras = [view.camera for view in read(tmp_path / to).views]
        assert len(cameras) == 6 and {(camera.width, camera.height) for camera in cameras} == {(72, 40)}
    assert len(read_coco(tmp_path / "coco" / "annotations" / "train.json").images) == 6
    assert read_bop(tmp_path / "bop", "train")
