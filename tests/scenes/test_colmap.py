"""Reading and writing COLMAP models: against pycolmap, by hand, and damaged."""

import shutil

import numpy as np
import pycolmap
import pytest
from PIL import Image

from vantage.errors import DataError
from vantage.geometry.rotations import quaternion_from_matrix, rotation_x, rotation_z
from vantage.records.scenes import colmap_binary
from vantage.records.scenes.colmap import read_colmap, read_model
from vantage.records.scenes.colmap_binary import write_binary
from vantage.records.scenes.colmap_model import CAMERA_KINDS, ColmapCamera, ColmapImage, ColmapModel
from vantage.records.scenes.colmap_text import write_text

WRITERS = {"binary": write_binary, "text": write_text}
PARAMS = {"f": 50.0, "fx": 50.0, "fy": 55.0, "cx": 21.0, "cy": 14.0, "k1": 0.1, "k2": -0.05, "p1": 0.002, "p2": -0.003,
          "k3": 0.02, "k4": 0.01, "d1": 0.03, "d2": -0.01, "d3": 0.004}  # fmt: skip


def model_of(kind="PINHOLE", rng=None):
    """A model of three images and seven points, of which each image shows some; ids have gaps."""
    rng = np.random.default_rng(3) if rng is None else rng
    points, ids = rng.uniform(-1, 1, (7, 3)), np.array([3, 1, 20, 8, 2**40, 5, 6])
    camera = ColmapCamera(7, kind, 40, 30, tuple(PARAMS[name] for name in CAMERA_KINDS[kind].names))
    images = []
    for number in range(3):
        shown = rng.permutation(7)[:4]
        rotation = rotation_z(20.0 * number) @ rotation_x(5.0 * number)
        seen = np.append(ids[shown], -1)
        pose = quaternion_from_matrix(rotation), np.array([0.1 * number, 0, 4])
        images.append(ColmapImage(10 - number, *pose, 7, f"b_{number}.png", rng.uniform(0, 30, (5, 2)), seen))
    colors = rng.integers(0, 256, (7, 3)).astype(np.uint8)
    return ColmapModel({7: camera}, tuple(images), ids, points, colors, rng.uniform(0, 1, 7))


def write(folder, model, how="binary"):
    """Write a model into folder/sparse/0, with its images."""
    (folder / "sparse/0").mkdir(parents=True)
    WRITERS[how](folder / "sparse/0", model)
    (folder / "images").mkdir()
    for image in model.images:
        Image.new("RGB", (40, 30)).save(folder / "images" / image.name)
    return folder


@pytest.mark.parametrize("how", WRITERS)
@pytest.mark.parametrize("kind", CAMERA_KINDS)
def test_pycolmap_reads_what_we_write_and_projects_alike(tmp_path, how, kind):
    folder = write(tmp_path, model_of(kind), how)
    theirs, ours = pycolmap.Reconstruction(str(folder / "sparse/0")), read_colmap(folder)
    assert len(theirs.points3D) == 7 and len(theirs.images) == 3
    images = {image.name: image for image in theirs.images.values()}
    for view in ours.views:
        image = images[view.image.name]
        expected = [image.project_point(point) for point in ours.points]
        assert np.allclose(view.project(ours.points)[0], expected, atol=1e-9)
        assert np.allclose(view.camera.camera_from_world[:3], image.cam_from_world().matrix())


@pytest.mark.parametrize("how", WRITERS)
def test_what_is_written_reads_back(tmp_path, how):
    model = model_of()
    found = read_model(write(tmp_path, model, how) / "sparse/0")
    assert found.cameras == model.cameras
    for name in ("point_ids", "points", "colors", "errors"):
        assert np.array_equal(getattr(found, name), getattr(model, name)), name
    for image, wanted in zip(found.images, model.images):
        assert (image.image_id, image.name, image.camera_id) == (wanted.image_id, wanted.name, wanted.camera_id)
        assert np.array_equal(image.points_2d, wanted.points_2d) and np.array_equal(image.point_ids, wanted.point_ids)
        assert np.array_equal(image.quaternion, wanted.quaternion)
    assert found.tracks() == model.tracks()


@pytest.mark.parametrize("how", ["text", "binary"])
def test_we_read_what_pycolmap_writes(tmp_path, how):
    theirs = pycolmap.Reconstruction(str(write(tmp_path / "a", model_of()) / "sparse/0"))
    (tmp_path / "b").mkdir()
    (theirs.write_text if how == "text" else theirs.write_binary)(str(tmp_path / "b"))
    found, wanted = read_model(tmp_path / "b"), model_of()
    by_id = np.argsort(wanted.point_ids)
    assert np.allclose(found.points[np.argsort(found.point_ids)], wanted.points[by_id])
    assert sorted(image.name for image in found.images) == sorted(image.name for image in wanted.images)


def test_a_camera_by_hand(tmp_path):
    """A point one unit right of and two before the camera, whose focal length is 50: 25 pixels right of the middle."""
    (tmp_path / "cameras.txt").write_text("# comment\n1 SIMPLE_RADIAL 40 30 50 20 15 0.2\n")
    (tmp_path / "images.txt").write_text("# comment\n5 1 0 0 0 0 0 1 1 a b.png\n\n")
    (tmp_path / "points3D.txt").write_text("9 1 0 1 255 0 10 0.5\n")
    Image.new("RGB", (40, 30)).save(tmp_path / "a b.png")
    scene = read_colmap(tmp_path)
    pixels, depth = scene.views[0].project(scene.points)
    assert np.allclose(pixels, [[20 + 50 * 0.5 * (1 + 0.2 * 0.25), 15]]) and depth.tolist() == [2]
    assert scene.colors.tolist() == [[255, 0, 10]] and scene.depth_range is None
    assert scene.visibility().tolist() == [[False]]


def test_visibility_and_depth_range(tmp_path):
    model = model_of()
    scene = read_colmap(write(tmp_path, model))
    assert scene.visibility().sum(axis=1).tolist() == [4, 4, 4]
    for view in scene.views:
        wanted = next(image for image in model.images if image.name == view.image.name)
        assert model.point_ids[view.points_seen].tolist() == wanted.point_ids[:4].tolist()
        assert len(view.points_2d) == 4
    near, far = scene.depth_range
    assert 2.5 < near < far < 5.5


@pytest.mark.parametrize(("name", "points"), [("kitti_0", 523), ("kitti_1", 661)])
def test_street_scenes(vantage_data, name, points):
    scene = read_colmap(vantage_data / "scenes" / name)
    assert [view.image.name for view in scene.views] == [f"00{i}.png" for i in range(5)]
    assert scene.points.shape == (points, 3) and scene.notes == ()
    for view in scene.views:
        pixels, _ = view.project(scene.points[view.points_seen])
        assert len(pixels) > 300 and np.median(np.linalg.norm(pixels - view.points_2d, axis=1)) < 0.5
    theirs = pycolmap.Reconstruction(str(vantage_data / "scenes" / name / "colmap/txt"))
    seen = sum(len(view.points_seen) for view in scene.views)
    assert seen == theirs.compute_num_observations()


def test_images_that_are_missing_are_noted(tmp_path):
    folder = write(tmp_path, model_of())
    (folder / "images/b_1.png").unlink()
    scene = read_colmap(folder)
    assert len(scene.views) == 2
    assert scene.notes == ("1 of 3 listed pictures do not exist and are passed over: b_1.png",)
    shutil.rmtree(folder / "images")
    with pytest.raises(DataError, match="none of its 3 pictures is there, such as b"):
        read_colmap(folder)


def test_a_named_folder_of_images(tmp_path):
    folder = write(tmp_path / "a", model_of())
    (folder / "images").rename(tmp_path / "photos")
    assert len(read_colmap(folder / "sparse/0", tmp_path / "photos").views) == 3


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        ("cameras.txt", "PINHOLE", "FOV", "camera 7 has the camera model FOV"),
        ("cameras.txt", "50.0 55.0", "50.0 55.0 3", "has the parameters"),
        ("cameras.txt", "50.0", "-50.0", "positive"),
        ("cameras.txt", "40 30", "40 thirty", "line 2"),
        ("cameras.txt", "40 30", "41 30", "is 40 x 30 pixels"),
        ("cameras.txt", "7 PINHOLE", "8 PINHOLE", "camera 7, which is not listed"),
        ("images.txt", "b_1.png", "../b_1.png", "a path below"),
        ("images.txt", " 7 b_1.png", "", "images.txt, line 5"),
        ("images.txt", " 1099511627776", " 1099511627777", "not listed"),
        ("images.txt", "10 1.0 0.0 0.0 0.0", "10 0 0 0 0", "quaternion"),
        ("points3D.txt", "\n5 ", "\n6 ", "two points of one id"),
        ("points3D.txt", "\n5 ", "\n5 nan ", "points3D.txt, line 7"),
    ],
)
def test_damaged_text_is_told(tmp_path, file, old, new, says):
    path = write(tmp_path, model_of(), "text") / "sparse/0" / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    with pytest.raises(DataError, match=says):
        read_colmap(tmp_path)


@pytest.mark.parametrize("file", [colmap_binary.CAMERAS, colmap_binary.IMAGES, colmap_binary.POINTS])
def test_damaged_binary_is_told(tmp_path, file):
    path = write(tmp_path, model_of()) / "sparse/0" / file
    whole = path.read_bytes()
    for length in (*range(0, len(whole), 7), len(whole) - 1):
        path.write_bytes(whole[:length])
        with pytest.raises(DataError, match="ends too early"):
            read_colmap(tmp_path)
    path.write_bytes(whole + b"x")
    with pytest.raises(DataError, match="1 bytes too many"):
        read_colmap(tmp_path)
    path.write_bytes(b"\xff" * 8 + whole[8:])
    with pytest.raises(DataError, match="ends too early"):
        read_colmap(tmp_path)


def test_other_camera_models_of_binary_files_are_told(tmp_path):
    path = write(tmp_path, model_of()) / "sparse/0/cameras.bin"
    data = bytearray(path.read_bytes())
    data[12] = 10
    path.write_bytes(data)
    with pytest.raises(DataError, match="camera model number 10"):
        read_colmap(tmp_path)


def test_no_model_is_told(tmp_path):
    with pytest.raises(DataError, match="has no COLMAP model"):
        read_colmap(tmp_path)
    (tmp_path / "images.txt").touch()
    with pytest.raises(DataError, match="has no COLMAP model"):
        read_colmap(tmp_path)
