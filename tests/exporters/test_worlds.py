"""A scene of transforms.json or COLMAP is one world in which nothing moves; what cannot be that is refused."""

from __future__ import annotations

import json

import pytest

from synth_data.exporters.worlds import changing_looks
from tests.exporters.samples import toy_record
from vantage.records.scenes.colmap import read_colmap
from vantage.records.scenes.transforms import read_transforms
from vantage.records.writer import shard_name, write_metadata, write_shard

WORLDS = ("transforms", "colmap")
OTHERS = ("coco", "bop", "folder")


def write_set(folder, records, **spec):
    info = write_shard(folder / shard_name("train", 0, 1), records)
    write_metadata(folder, {"train": [info]}, {"seed": 0, "spec": spec})
    return folder


@pytest.fixture
def crowded(tmp_path, toy_models):
    """Single views of one model among companions."""
    return write_set(tmp_path / "set", [toy_record(toy_models[0], k) for k in range(3)], companions=3, group_size=0)


@pytest.mark.parametrize("to", WORLDS)
def test_views_among_things_that_move_are_refused(crowded, run_vantage, tmp_path, to):
    status, _, err = run_vantage("export", crowded, "--to", to, tmp_path / "out")
    assert status == 2 and not (tmp_path / "out").exists()
    assert "stand elsewhere in each view" in err.splitlines()[-1] and "--group-size" in err.splitlines()[-1]


@pytest.mark.parametrize("to", OTHERS)
def test_formats_of_single_pictures_take_them(crowded, export, to):
    assert export(crowded, to).is_dir()


@pytest.mark.parametrize("to", WORLDS)
def test_one_view_is_a_world(crowded, export, to):
    assert export(crowded, to, "--limit", 1).is_dir()


@pytest.mark.parametrize(("to", "read"), [("transforms", read_transforms), ("colmap", read_colmap)])
def test_groups_keep_their_things_in_place_and_are_a_scene_each(tmp_path, toy_models, export, to, read):
    records = [toy_record(toy_models[0], k, scene_id=f"{k // 2:08d}") for k in range(6)]
    out = export(write_set(tmp_path / "set", records, occluders=0.5, group_size=2), to)
    listed = json.loads((out / "scenes.json").read_text())["scenes"]
    assert listed == [{"folder": f"{k:08d}", "images": 2} for k in range(3)]
    assert all(len(read(out / scene["folder"]).views) == 2 for scene in listed)


def test_a_group_whose_model_changes_is_a_scene_for_each_model(tmp_path, toy_models, export):
    records = [toy_record(toy_models[k % 2], k, scene_id=f"{k // 4:08d}") for k in range(4)]
    records += [toy_record(toy_models[0], k, scene_id="00000001") for k in range(4, 6)]
    out = export(write_set(tmp_path / "set", records, group_size=4), "transforms")
    listed = json.loads((out / "scenes.json").read_text())["scenes"]
    assert [scene["folder"] for scene in listed] == [
        "00000000_procedural_chair_1",
        "00000000_procedural_car_2",
        "00000001",
    ]
    assert [scene["images"] for scene in listed] == [2, 2, 2]


def test_looks_that_may_differ_are_told_in_a_line(tmp_path, toy_models, run_vantage):
    records = [toy_record(toy_models[0], k) for k in range(2)]
    folder = write_set(tmp_path / "set", records, lights="mixed", ground=0.5, tones=True)
    status, _, err = run_vantage("export", folder, "--to", "transforms", tmp_path / "out", "--json", tmp_path / "facts")
    line = "light, shadows, exposure and tones may differ between the views of a scene"
    assert status == 0 and sum(line in text for text in err.splitlines()) == 1
    assert json.loads((tmp_path / "facts").read_text())["notes"][0].startswith(line)


@pytest.mark.parametrize(
    ("spec", "looks"),
    [
        ({}, []),
        ({"lights": "soft", "ground": 0.0, "tones": False}, []),
        ({"lights": "mixed"}, ["light"]),
        ({"lights": "mixed", "held": ["light"]}, ["light"]),
        ({"lights": "mixed", "ground": 1.0, "held": ["light"], "group_size": 4}, []),
        ({"tones": True, "held": ["camera"], "group_size": 4}, []),
        ({"materials": "random"}, ["paint"]),
        ({"materials": "random", "held": ["paint"], "group_size": 4}, []),
        ({"recolour": 0.8, "recoloured": ["car"], "models": [{"category": "car", "sha256": ""}]}, []),
        ({"recolour": 0.8, "recoloured": ["car"], "models": [{"category": "car", "sha256": "a"}]}, ["paint"]),
    ],
)
def test_what_may_change(spec, looks):
    assert changing_looks(spec) == looks
