"""transforms.json: what is exported reads back, and means what instant-ngp says it means."""

import json

import numpy as np
import pytest
from PIL import Image

from tests.exporters.samples import toy_record
from vantage.records.formats.images import read_depth
from vantage.records.reader import open_records
from vantage.records.scenes.transforms import read_transforms
from vantage.records.writer import shard_name, write_metadata, write_shard


def test_round_trip(export, chair_set):
    out = export(chair_set, "transforms")
    records, scene = list(open_records(chair_set)), read_transforms(out)
    assert len(scene.views) == len(records) == 5 and scene.notes == ()
    near, far = scene.depth_range
    for record, view in zip(records, scene.views):
        assert np.abs(view.camera.camera_from_world - record.camera_from_world).max() < 1e-5
        assert np.abs(view.camera.intrinsics - record.intrinsics).max() < 1e-5
        assert (view.camera.width, view.camera.height) == record.depth.shape[::-1]
        assert view.lens is None
        depth = read_depth(view.depth, view.depth_scale)
        assert np.abs(depth - record.depth).max() < 1e-4
        seen = record.depth[record.depth > 0]
        assert near <= seen.min() + 1e-6 and far >= seen.max() - 1e-6
        pixels, _ = view.project(record.keypoints_3d.astype(float))
        assert np.abs(pixels - record.keypoints_2d).max() < 1e-3
        assert np.array_equal(np.asarray(Image.open(view.image)), record.image)


def test_the_matrix_is_the_camera_in_the_world_with_opengl_axes(tmp_path, toy_models, export):
    """A camera at (0, -2, 0.5) that looks along +y: right is +x, up +z, backward -y."""
    camera_from_world = np.array([[1, 0, 0, 0], [0, 0, -1, 0.5], [0, 1, 0, 2], [0, 0, 0, 1]], np.float32)
    record = toy_record(toy_models[0], 0, camera_from_world=camera_from_world)
    info = write_shard(tmp_path / "set" / shard_name("train", 0, 1), [record])
    write_metadata(tmp_path / "set", {"train": [info]}, {"seed": 0})
    head = json.loads((export(tmp_path / "set", "transforms") / "transforms.json").read_text())
    by_hand = [[1, 0, 0, 0], [0, 0, -1, -2], [0, 1, 0, 0.5], [0, 0, 0, 1]]
    assert np.allclose(head["frames"][0]["transform_matrix"], by_hand)
    assert head["w"] == 48 and head["fl_x"] == pytest.approx(24 / np.tan(np.deg2rad(20)), rel=1e-6)


def test_several_models_are_several_scenes(export, toy_set):
    out = export(toy_set, "transforms", "--background", "black")
    listed = json.loads((out / "scenes.json").read_text())["scenes"]
    assert listed == [{"folder": "procedural_chair_1", "images": 4}, {"folder": "procedural_car_2", "images": 4}]
    scenes = [read_transforms(out / scene["folder"]) for scene in listed]
    assert [len(scene.views) for scene in scenes] == [4, 4]
    assert Image.open(scenes[1].views[0].image).mode == "RGB"


def test_intrinsics_are_shared_where_they_are_equal(export, tmp_path, toy_models):
    records = [toy_record(toy_models[0], 0), toy_record(toy_models[0], 0)]
    info = write_shard(tmp_path / "set" / shard_name("train", 0, 1), records)
    write_metadata(tmp_path / "set", {"train": [info]}, {"seed": 0})
    head = json.loads((export(tmp_path / "set", "transforms") / "transforms.json").read_text())
    assert "fl_x" in head and "fl_x" not in head["frames"][0]


def test_a_skew_has_no_place(run_vantage, tmp_path, toy_models):
    skewed = np.array([[50, 3, 24], [0, 50, 24], [0, 0, 1]], np.float32)
    info = write_shard(tmp_path / "set" / shard_name("train", 0, 1), [toy_record(toy_models[0], 0, intrinsics=skewed)])
    write_metadata(tmp_path / "set", {"train": [info]}, {"seed": 0})
    status, _, err = run_vantage("export", tmp_path / "set", "--to", "transforms", tmp_path / "out")
    assert status == 2 and "skew 3" in err.splitlines()[-1] and not (tmp_path / "out").exists()
