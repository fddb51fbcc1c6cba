"""COLMAP models that we export: pycolmap reads them and reprojects the keypoints where the records have them."""

import json

import numpy as np
import pycolmap
from PIL import Image

from vantage.records.reader import open_records
from vantage.records.scenes.colmap import read_colmap
from vantage.records.schema import VISIBLE


def test_pycolmap_reprojects_the_keypoints(export, chair_set):
    out = export(chair_set, "colmap")
    model, records = pycolmap.Reconstruction(str(out / "sparse/0")), list(open_records(chair_set))
    assert len(model.images) == len(records) == 5
    for record, image in zip(records, sorted(model.images.values(), key=lambda image: image.name)):
        everything = np.array([image.project_point(point) for point in record.keypoints_3d.astype(float)])
        assert np.abs(everything - record.keypoints_2d).max() < 0.1
        observed = [point for point in image.points2D if point.has_point3D()]
        assert len(observed) == (record.keypoint_visibility == VISIBLE).sum() > 0
        for point in observed:
            place = model.points3D[point.point3D_id].xyz
            assert np.abs(image.project_point(place) - point.xy).max() < 0.1
    assert model.compute_mean_reprojection_error() < 0.01
    names = {name for record in records for name in np.array(record.keypoint_names)[record.keypoint_visibility == 0]}
    assert len(model.points3D) == len(names)


def test_our_reader_returns_the_records_cameras(export, chair_set):
    scene = read_colmap(export(chair_set, "colmap"))
    for record, view in zip(open_records(chair_set), scene.views):
        assert np.abs(view.camera.camera_from_world - record.camera_from_world).max() < 1e-5
        assert np.abs(view.camera.intrinsics - record.intrinsics).max() < 1e-5
    seen = np.concatenate([r.depth[r.depth > 0] for r in open_records(chair_set)])
    assert seen.min() * 0.9 < scene.depth_range[0] < scene.depth_range[1] < seen.max() * 1.1


def test_images_and_masks_lie_where_colmap_looks(export, chair_set):
    out = export(chair_set, "colmap")
    record = open_records(chair_set)[0]
    image = np.asarray(Image.open(out / "images/000000.png"))
    assert image.shape == (48, 48, 3) and image[0, 0].tolist() == [255, 255, 255]
    mask = np.asarray(Image.open(out / "masks/000000.png.png"))
    assert np.array_equal(mask, record.mask)
    rows, columns = np.nonzero(mask)
    assert np.array_equal(image[rows, columns], record.image[rows, columns, :3])


def test_two_models_are_two_scenes(export, toy_set):
    out = export(toy_set, "colmap", "--limit", 6)
    listed = json.loads((out / "scenes.json").read_text())["scenes"]
    assert [scene["images"] for scene in listed] == [4, 2]
    for scene in listed:
        model = pycolmap.Reconstruction(str(out / scene["folder"] / "sparse/0"))
        assert len(model.images) == scene["images"] and len(model.cameras) == scene["images"]
