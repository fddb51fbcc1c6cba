"""Broken files among good ones: each is left out by name with its own reason, and the good ones are done."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.bad_inputs.meshes import MESHES, write_good
from tests.bad_inputs.pictures import PICTURES
from tests.bad_inputs.table import contents
from tests.toy_cars import toy_picture
from vantage.cli import main


@pytest.fixture(scope="module")
def rendered(tmp_path_factory) -> Path:
    """Two images rendered from a CAD folder of one good file and every broken one."""
    root = tmp_path_factory.mktemp("skips")
    write_good(root / "cad/car/good.obj")
    for mesh in MESHES:
        mesh.write(root / "cad/car" / mesh.name)
    order = ("render", "--out", root / "out", "--cad", root / "cad", "--count", 2, "--size", 16, "--samples", 1)
    assert main([str(word) for word in order]) == 0
    return root / "out"


@pytest.fixture(scope="module")
def predicted(tmp_path_factory, goods) -> Path:
    """Predictions for a folder of one good picture and every broken one."""
    root = tmp_path_factory.mktemp("skips")
    (root / "in").mkdir()
    toy_picture(30, 10).save(root / "in/good.png")
    for picture in PICTURES:
        picture.write(root / "in" / picture.name)
    order = ("predict", "render4cnn", root / "in", "--run", goods.run, "--out", root / "out", "--no-render")
    assert main([str(word) for word in order]) == 2
    return root / "out"


def reasons(path: Path) -> dict[str, str]:
    """Return file name -> reason, as a JSON file lists what was skipped."""
    return {Path(entry["file"]).name: entry["reason"] for entry in json.loads(path.read_text())["skipped"]}


@pytest.mark.parametrize("mesh", MESHES, ids=lambda mesh: mesh.name)
def test_broken_mesh(mesh, rendered):
    assert mesh.reason in reasons(rendered / "manifest.json")[mesh.name]


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.name)
def test_broken_picture(picture, predicted):
    assert picture.reason in reasons(predicted / "predictions.json")[picture.name]


def test_good_mesh_is_rendered(rendered):
    assert set(reasons(rendered / "manifest.json")) == {mesh.name for mesh in MESHES}
    spec = json.loads((rendered / "manifest.json").read_text())["spec"]
    assert [model["model_id"] for model in spec["models"]] == ["car/good.obj"]


def test_good_picture_is_predicted(predicted):
    assert set(reasons(predicted / "predictions.json")) == {picture.name for picture in PICTURES}
    names = ["good.json", "good.viewpoint.png", "predictions.json", "predictions.jsonl"]
    assert [Path(path).name for path in contents(predicted)] == names


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.name)
def test_broken_picture_given_by_name_is_a_mistake(picture, place, run_vantage):
    picture.write(place.root / picture.name)
    order = ("predict", "render4cnn", picture.name, "--run", place.goods.run, "--out", "out", "--no-render")
    status, out, err = run_vantage(*order)
    assert (status, out) == (2, "")
    assert picture.name in err
    assert picture.reason in err or "no such file" in err
    assert err.splitlines()[-1].startswith("vantage: error: ")


def test_a_category_of_broken_files_alone_is_left_out(tmp_path):
    write_good(tmp_path / "cad/car/good.obj")
    (tmp_path / "cad/boat").mkdir()
    (tmp_path / "cad/boat/bad.stl").write_bytes(bytes(80) + b"\7\0\0\0")
    order = ("--out", tmp_path / "out", "--cad", tmp_path / "cad", "--count", 1, "--size", 8, "--samples", 1)
    assert main(["render", *map(str, order)]) == 0
    assert set(reasons(tmp_path / "out/manifest.json")) == {"bad.stl"}
    assert main(["render", *map(str, order), "--categories", "boat,car"]) == 2


def test_notes_on_pictures_alone_are_told_at_once(tmp_path, capsys):
    write_good(tmp_path / "car.obj")
    path = tmp_path / "car.obj"
    path.write_text("mtllib gone.mtl\nusemtl red\n" + path.read_text())
    order = ("--out", tmp_path / "out", "--cad", path, "--azimuth", 0, "--size", 8, "--samples", 1)
    assert main(["render", *map(str, order)]) == 0
    told = capsys.readouterr().err
    assert "car.obj: the material file gone.mtl is missing" in told and "manifest.json" not in told
