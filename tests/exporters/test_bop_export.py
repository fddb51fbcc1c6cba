"""BOP: the layout field by field, the geometry against the meshes, and our own reader."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import trimesh
from PIL import Image

from synth_data.exporters.export import export_dataset
from synth_data.exporters.models import procedural_model, shown_model
from synth_data.raster import rasterise, screen_triangles
from tests.exporters.samples import toy_model, toy_record, write_toy_set
from vantage.errors import DataError
from vantage.records.formats.bop import read_bop, read_bop_models
from vantage.records.formats.images import read_depth
from vantage.records.reader import open_records
from vantage.records.writer import shard_name, write_metadata, write_shard


@pytest.fixture(scope="module")
def exported(toy_set, tmp_path_factory):
    """Not to be changed."""
    out = tmp_path_factory.mktemp("bop") / "out"
    export_dataset(toy_set, out, "bop")
    return out


SHIFT = {"cam_t_m2c": [0, 0, 1]}


def load(path: Path):
    return json.loads(path.read_text())


def test_every_file_is_where_bop_has_it(exported):
    names = {path.relative_to(exported).as_posix() for path in exported.rglob("*") if path.is_file()}
    scene = {f"train/{s:06d}/{name}.json" for s in (1, 2) for name in ("scene_camera", "scene_gt", "scene_gt_info")}
    images = {
        f"train/{s:06d}/{folder}/{i:06d}{suffix}.png"
        for s in (1, 2)
        for i in range(4)
        for folder, suffix in (("rgb", ""), ("depth", ""), ("mask", "_000000"), ("mask_visib", "_000000"))
    }
    models = {"models/models_info.json", "models/obj_000001.ply", "models/obj_000002.ply"}
    assert names == scene | images | models | {"camera.json", "objects.json"}


def test_every_field_has_bops_kind(exported):
    for scene in (exported / "train").iterdir():
        cameras, truth, infos = (load(scene / f"{n}.json") for n in ("scene_camera", "scene_gt", "scene_gt_info"))
        assert list(cameras) == list(truth) == list(infos) == ["0", "1", "2", "3"]
        for camera in cameras.values():
            assert set(camera) == {"cam_K", "cam_R_w2c", "cam_t_w2c", "depth_scale"}
            assert [len(camera[name]) for name in ("cam_K", "cam_R_w2c", "cam_t_w2c")] == [9, 9, 3]
        for image in truth.values():
            assert [set(thing) for thing in image] == [{"cam_R_m2c", "cam_t_m2c", "obj_id"}]
        for image in infos.values():
            assert set(image[0]) == {"bbox_obj", "bbox_visib", "px_count_all", "px_count_valid", "px_count_visib",
                                     "visib_fract"}  # fmt: skip
            assert all(isinstance(n, int) for name in ("bbox_obj", "bbox_visib") for n in image[0][name])
        assert Image.open(scene / "depth/000000.png").mode.startswith("I;16")
        assert Image.open(scene / "rgb/000000.png").mode == "RGB"
        assert set(np.unique(np.asarray(Image.open(scene / "mask/000000_000000.png")))) == {0, 255}
    assert set(load(exported / "camera.json")) == {"fx", "fy", "cx", "cy", "width", "height", "depth_scale"}
    for info in load(exported / "models/models_info.json").values():
        assert set(info) >= {"diameter", "min_x", "min_y", "min_z", "size_x", "size_y", "size_z"}


def test_the_mesh_drawn_with_the_pose_is_the_depth_and_the_mask(exported, toy_set):
    """Everything together, from files alone: PLY, pose, cam_K, depth_scale, in millimetres."""
    for view in read_bop(exported):
        (thing,) = view.objects
        mesh = trimesh.load(exported / "models" / f"obj_{thing.obj_id:06d}.ply", process=False)
        screen = screen_triangles(mesh.vertices, mesh.faces, thing.camera_from_model, view.camera.intrinsics)
        drawn, _ = rasterise(screen, 48, 48)
        depth = read_depth(view.depth, view.depth_scale)
        mask = np.asarray(Image.open(thing.mask)) > 0
        assert ((drawn > 0) ^ mask).mean() < 0.005 and mask.mean() > 0.05
        both = (drawn > 0) & mask
        assert np.median(np.abs(drawn - depth)[both]) < 1 and depth[both].min() > 500
        assert np.allclose(view.camera.camera_from_world, thing.camera_from_model)


def test_numbers_are_the_records(exported, toy_set):
    for record, view in zip(open_records(toy_set), read_bop(exported)):
        (thing,) = view.objects
        per_unit = 1000 / record.normalisation["scale"]
        assert np.allclose(view.camera.intrinsics, record.intrinsics)
        assert np.allclose(thing.camera_from_model[:3, :3], record.camera_from_world[:3, :3], atol=1e-6)
        assert np.allclose(thing.camera_from_model[:3, 3], record.camera_from_world[:3, 3] * per_unit, rtol=1e-5)
        assert np.abs(read_depth(view.depth, view.depth_scale) - record.depth * per_unit).max() < 1
        assert np.array_equal(thing.box_visib, record.bbox) and np.array_equal(thing.box, record.bbox)
        assert thing.visible_fraction == 1


def test_models_are_in_millimetres_about_their_centre(exported, toy_models):
    models = read_bop_models(exported)
    assert sorted(models) == [1, 2]
    for model, toy in zip(models.values(), toy_models):
        mesh = trimesh.load(model.mesh, process=False)
        assert np.allclose(mesh.bounds, model.box, atol=1e-3) and np.allclose(mesh.bounds.mean(axis=0), 0, atol=1e-3)
        assert np.allclose(np.linalg.norm(np.ptp(mesh.bounds, axis=0)), 1000 / toy.normalisation["scale"])
        hull = mesh.convex_hull.vertices
        widest = max(np.linalg.norm(hull - point, axis=1).max() for point in hull)
        assert model.diameter == pytest.approx(widest, rel=1e-5)
        assert np.allclose(np.linalg.norm(mesh.vertex_normals, axis=1), 1, atol=1e-3)
        assert len(mesh.faces) == len(toy.triangles)
        assert model.mesh.read_text().startswith("ply\nformat ascii 1.0\n")
        assert len(np.unique(mesh.visual.vertex_colors, axis=0)) > 1
    assert 3500 < models[2].diameter < 6500  # a car


def test_truncated_objects_have_a_silhouette_beyond_the_frame(export, tmp_path, toy_models):
    near = np.eye(4, dtype=np.float32)
    near[:3] = [[1, 0, 0, 0.3], [0, 0, -1, 0.05], [0, 1, 0, 1.0]]
    intrinsics = np.array([[60, 0, 24], [0, 60, 24], [0, 0, 1]], np.float32)
    model = toy_models[0]
    depth, _ = rasterise(screen_triangles(model.vertices, model.triangles, near, intrinsics), 48, 48)
    mask = np.where(depth > 0, np.uint8(255), np.uint8(0))
    changes = {"camera_from_world": near, "intrinsics": intrinsics, "mask": mask, "depth": depth.astype(np.float32)}
    info = write_shard(tmp_path / "set" / shard_name("train", 0, 1), [toy_record(model, 0, **changes)])
    write_metadata(tmp_path / "set", {"train": [info]}, {"seed": 0})
    out = export(tmp_path / "set", "bop")
    found = load(out / "train/000001/scene_gt_info.json")["0"][0]
    assert found["px_count_visib"] == (mask > 0).sum() < found["px_count_all"]
    assert found["visib_fract"] == found["px_count_visib"] / found["px_count_all"]
    x, _, width, _ = found["bbox_obj"]
    visible_x, _, visible_width, _ = found["bbox_visib"]
    assert visible_x + visible_width == 48 < x + width and x == visible_x


def test_symmetries(export, tmp_path):
    models = read_bop_models(export(write_toy_set(tmp_path / "tables", (toy_model("table", 3),), 1), "bop"))
    model = toy_model("table", 3)
    fold = model.symmetry.fold
    assert len(models[1].symmetries) == max(fold - 1, 0) and len(models[1].axes) == (fold == 0)
    for turn in models[1].symmetries:
        assert np.allclose(turn @ [0, 0, 1, 0], [0, 0, 1, 0]) and np.isclose(np.linalg.det(turn), 1)


def test_cad_models_and_models_of_other_versions_have_no_mesh(run_vantage, tmp_path, toy_models):
    others = {"scale": 0.5, "offset": [0, 0, 0], "up": "y", "front": "z"}
    records = [
        toy_record(toy_models[0], 0, model_id="cars/suv.glb", normalisation=others),
        toy_record(toy_models[0], 1, normalisation=others),
        toy_record(toy_models[0], 2, model_id="procedural:../../x:3"),
    ]
    info = write_shard(tmp_path / "set" / shard_name("train", 0, 1), records)
    write_metadata(tmp_path / "set", {"train": [info]}, {"seed": 0})
    status, _, err = run_vantage("export", tmp_path / "set", "--to", "bop", tmp_path / "out")
    assert status == 0 and "3 of 3 models have no mesh" in err
    assert load(tmp_path / "out/models/models_info.json") == {}
    assert len(read_bop(tmp_path / "out")) == 3
    assert load(tmp_path / "out/objects.json")["1"]["millimetres_per_unit"] == 2000


def test_models_are_known_by_their_ids():
    assert procedural_model("procedural:unicorn:1") is None and procedural_model("x.glb") is None
    model = toy_model("chair", 1)
    assert shown_model(model.model_id, model.normalisation) is not None
    assert shown_model(model.model_id, {"scale": 1}) is None


@pytest.mark.parametrize("spec", [None, [], {"models": 3}, {"models": [3, {}]}])
def test_sets_without_a_list_of_models(chair_set, tmp_path, export, spec):
    folder = shutil.copytree(chair_set, tmp_path / "set")
    (folder / "manifest.json").write_text(json.dumps({**load(folder / "manifest.json"), "spec": spec}))
    assert list(load(export(folder, "bop", "--limit", 1) / "objects.json")) == ["1"]


def test_splits_share_object_ids(export, toy_set):
    out = export(toy_set, "bop", "--split", "val")
    assert list(load(out / "objects.json")) == ["1"]
    assert [view.objects[0].obj_id for view in read_bop(out, "val")] == [1]


@pytest.mark.parametrize(
    ("file", "change", "says"),
    [
        ("scene_camera", {"0": {"cam_K": [1, 2, 3]}}, "9 numbers"),
        ("scene_camera", {"x": {}}, "numbers as names"),
        ("scene_camera", {"99": {"cam_K": [1] * 9}}, "no file in rgb"),
        ("scene_gt", {"0": [{"obj_id": 1, "cam_R_m2c": [2, 0, 0, 0, 2, 0, 0, 0, 2], **SHIFT}]}, "no rot"),
        ("scene_gt", {"0": [{"obj_id": "x"}]}, "obj_id is 'x'"),
        ("scene_gt_info", {"0": []}, "do not go together"),
    ],
)  # fmt: skip
def test_broken_files_are_told(exported, tmp_path, file, change, says):
    folder = shutil.copytree(exported, tmp_path / "copy")
    path = folder / f"train/000001/{file}.json"
    path.write_text(json.dumps({**load(path), **change}))
    with pytest.raises(DataError, match=says):
        read_bop(folder)


def test_missing_parts_are_told(exported, tmp_path):
    with pytest.raises(DataError, match="no scenes in test"):
        read_bop(exported, "test")
    folder = shutil.copytree(exported, tmp_path / "copy")
    (folder / "models/obj_000001.ply").unlink()
    with pytest.raises(DataError, match=r"no obj_000001\.ply"):
        read_bop_models(folder)
