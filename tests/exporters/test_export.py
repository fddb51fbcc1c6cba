"""The command ``vantage export``: whole or not at all, one line for each mistake, and the plain folder."""

import csv
import errno
import fcntl
import json
import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from synth_data.exporters import folder as folder_format
from synth_data.exporters.export import parse_background
from synth_data.exporters.views import composite, depth_span, depth_step, quantised, safe_names
from tests.exporters.samples import toy_record, write_toy_set
from vantage.errors import DataError, UserError
from vantage.records import writer
from vantage.records.formats.folder import open_folder
from vantage.records.reader import open_records
from vantage.staging import staged


def entries(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


def test_folder_holds_what_the_records_hold(export, toy_set):
    out = export(toy_set, "folder")
    records = list(open_records(toy_set))
    views = open_folder(out)
    assert len(views) == len(records) == 8
    for record, view in zip(records, views):
        assert np.array_equal(view["image"], record.image)
        assert np.array_equal(view["mask"], record.mask)
        assert np.abs(view["depth"] - record.depth).max() <= 0.5e-4 + 1e-6
        assert np.array_equal(view["depth"] > 0, record.depth > 0)
        for name in ("intrinsics", "camera_from_world", "viewpoint", "bbox"):
            assert np.array_equal(view[name].astype(np.float32), getattr(record, name)), name
        assert (view["category"], view["model_id"]) == (record.category, record.model_id)
    assert entries(out)[:2] == ["cameras.json", "depth"]
    assert Image.open(out / "depth/000000.png").mode.startswith("I;16")


def test_folder_table_can_be_read_by_anyone(export, toy_set):
    out = export(toy_set, "folder", "--split", "val", "--background", "10,20,30")
    rows = list(csv.DictReader((out / "labels.csv").open()))
    assert [row["file"] for row in rows] == ["images/000000.png"]
    assert rows[0]["split"] == "val" and float(rows[0]["azimuth_deg"]) == 330
    x0, y0, x1, y1 = map(float, rows[0]["box"].split())
    image = Image.open(out / rows[0]["file"])
    assert image.mode == "RGB" and image.getpixel((0, 0)) == (10, 20, 30)
    mask = np.asarray(Image.open(out / "masks/000000.png")) > 0
    assert mask[int(y0) : int(y1), int(x0) : int(x1)].sum() == mask.sum()


def test_limit_and_summary(run_vantage, toy_set, tmp_path):
    out, summary = tmp_path / "a" / "out", tmp_path / "summary.json"
    out.mkdir(parents=True)  # an empty folder is as good as none
    status, _, err = run_vantage("export", toy_set, "--to", "folder", "--limit", 3, out, "--json", summary)
    assert status == 0 and "3 images of split train as folder" in err
    assert len(list((out / "images").iterdir())) == 3
    assert json.loads(summary.read_text())["images"] == 3
    assert out.stat().st_mode & 0o777 == 0o777 & ~umask()


def umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def test_views_that_fail_midway_leave_nothing(run_vantage, toy_set, tmp_path, monkeypatch):
    def full(path, pixels):
        if path.name == "000005.png":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))

    monkeypatch.setattr(folder_format, "write_png", full)
    status, _, err = run_vantage("export", toy_set, "--to", "folder", tmp_path / "out")
    assert status == 2 and "no space left on the disk" in err.splitlines()[-1]
    assert entries(tmp_path) == []


def test_interrupted_exports_leave_nothing(run_vantage, toy_set, tmp_path, monkeypatch):
    def stop(path, pixels):
        raise KeyboardInterrupt

    monkeypatch.setattr(folder_format, "write_png", stop)
    status, _, _ = run_vantage("export", toy_set, "--to", "folder", tmp_path / "out")
    assert status == 130 and entries(tmp_path) == []


def test_remains_of_killed_runs_are_removed_and_living_ones_stay(tmp_path):
    dead, alive = tmp_path / ".out.tmp-dead", tmp_path / ".out.tmp-alive"
    dead.mkdir()
    (dead / "x.png").write_bytes(b"half")
    alive.mkdir()
    handle = os.open(alive, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    with staged(tmp_path / "out") as folder:
        (folder / "y.png").write_bytes(b"whole")
        assert not (tmp_path / "out").exists()
    os.close(handle)
    assert entries(tmp_path) == [".out.tmp-alive", "out", "out/y.png"]


def test_a_place_that_fills_meanwhile_is_not_overwritten(tmp_path):
    with pytest.raises(UserError, match="is not empty"), staged(tmp_path / "out") as folder:
        (folder / "mine").touch()
        (tmp_path / "out").mkdir()
        (tmp_path / "out" / "yours").touch()
    assert entries(tmp_path) == ["out", "out/yours"]


def test_names_of_models_cannot_leave_the_folder(toy_models, export, tmp_path):
    evil = ("../../evil", "/etc/passwd", "..", "a\\b\0c", "A b", "a_b", "x" * 300, "scenes.json")
    names = safe_names(evil)
    assert len(set(map(str.lower, names.values()))) == len(evil)
    for name in names.values():
        assert name not in ("", ".", "..", "scenes.json") and len(name) <= 90 and not set(name) & set("/\\\0 ")
    from vantage.records.writer import shard_name, write_metadata, write_shard

    records = [toy_record(toy_models[0], i, model_id=name.replace("\0", "")) for i, name in enumerate(evil * 2)]
    info = write_shard(tmp_path / "evil" / shard_name("train", 0, 1), records)
    write_metadata(tmp_path / "evil", {"train": [info]}, {"seed": 0})
    before = set(entries(tmp_path))
    out = export(tmp_path / "evil", "transforms")
    assert all(Path(name).parts[0] == out.name for name in set(entries(tmp_path)) - before)
    assert len(json.loads((out / "scenes.json").read_text())["scenes"]) == len(evil)


def test_depth_steps():
    assert depth_step(0) == depth_step(6.5) == 1e-4
    assert depth_step(6.6) == 2e-4 and depth_step(100) == 2e-3
    assert quantised(np.array([0, 1e-9, 1.0, 6.5]), 1e-4).tolist() == [0, 1, 10000, 65000]
    with pytest.raises(DataError, match="a depth of 1e"):
        depth_step(1e20)
    assert depth_span([np.zeros((2, 2)), np.array([0, 2.0, 3])]) == (2, 3)
    assert depth_span([np.zeros(3)]) is None


def test_composite_is_the_formula():
    rgba = np.array([[[200, 100, 0, 255], [200, 100, 0, 0], [200, 100, 0, 51]]], np.uint8)
    assert composite(rgba, (0, 0, 100)).tolist() == [[[200, 100, 0], [0, 0, 100], [40, 20, 80]]]


def test_backgrounds():
    assert parse_background("white") == (255, 255, 255) and parse_background("none") is None
    assert parse_background("1, 2,3") == (1, 2, 3)


@pytest.mark.parametrize("damage", ["labels", "cameras", "column", "leaving", "size", "missing"])
def test_damaged_folders_are_told(export, chair_set, damage):
    out = export(chair_set, "folder")
    cameras = json.loads((out / "cameras.json").read_text())
    labels = (out / "labels.csv").read_text()
    match damage:
        case "labels":
            (out / "labels.csv").unlink()
        case "cameras":
            cameras["cameras"][1]["intrinsics"][0][0] = "far"
        case "column":
            (out / "labels.csv").write_text(labels.replace("azimuth_deg", "azimuth"))
        case "leaving":
            (out / "labels.csv").write_text(labels.replace("images/000001.png", "../images/000001.png"))
        case "size":
            cameras["cameras"][0]["width"] = 99
        case "missing":
            (out / "depth/000000.png").unlink()
    (out / "cameras.json").write_text(json.dumps(cameras))
    expected = {"labels": "has no labels.csv", "cameras": "intrinsics is no matrix", "column": "azimuth_deg",
                "leaving": "a path below", "size": "have the sizes", "missing": "does not exist"}  # fmt: skip
    with pytest.raises(UserError, match=expected[damage]):
        _ = open_folder(out)[0]


@pytest.mark.parametrize("to", ["transforms", "colmap", "coco", "bop", "folder"])
def test_numbers_that_are_not_finite_are_refused(run_vantage, toy_models, tmp_path, monkeypatch, to):
    monkeypatch.setattr(writer, "checked", lambda record: record)  # which would refuse to write them
    keypoints = np.full((len(toy_models[0].keypoints), 2), np.nan, np.float32)
    broken = {"keypoints_2d": keypoints, "intrinsics": np.full((3, 3), np.inf, np.float32)}
    write_toy_set(tmp_path / "set", toy_models[:1], 1, **broken)
    status, _, err = run_vantage("export", tmp_path / "set", "--to", to, tmp_path / "out")
    assert status == 2 and "that are not finite" in err.splitlines()[-1]
    assert not (tmp_path / "out").exists()


def test_two_views_of_a_scene_are_one_scene(toy_models, export, tmp_path):
    folder = write_toy_set(tmp_path / "room", toy_models[:1], 4, scene_id="room")
    out = export(folder, "transforms")
    assert len(json.loads((out / "transforms.json").read_text())["frames"]) == 4
