"""Layouts of CAD collections, told from paths alone."""

from __future__ import annotations

import json

import numpy as np
import pytest
from PIL import Image

from synth_data.cad import list_cad
from synth_data.cad.building import import_cad, import_noted
from synth_data.cad.layouts import SYNSETS, place_of
from tests.synth_data.objects import TETRAHEDRON, write_obj, write_off
from vantage.errors import UserError

CAR = "02958343"

ARROW = np.array([[0.9, 0, 0], [-0.5, 0, 0.2], [-0.5, 0, -0.2], [-0.5, 0.4, 0]])
"""A solid of y up whose tip is on +x."""
ARROW_FACES = np.array([[0, 1, 2], [0, 3, 1], [0, 2, 3], [1, 3, 2]])


def tip(model) -> np.ndarray:
    """Where the vertex that is farthest from the others is, as a direction in the object frame."""
    middle = model.vertices.mean(axis=0)
    far = model.vertices[np.argmax(np.linalg.norm(model.vertices - middle, axis=1))]
    return np.sign(np.where(np.abs(far) == np.abs(far).max(), far, 0))


@pytest.fixture
def shapenet(tmp_path):
    """A v1 and a v2 collection with one car each, its tip in front."""
    write_obj(tmp_path / "v1" / CAR / "abc" / "model.obj", ARROW, ARROW_FACES)
    to_minus_z = np.array([[0, 0, 1.0], [0, 1, 0], [-1, 0, 0]])
    turned = ARROW @ to_minus_z.T
    write_obj(tmp_path / "v2" / CAR / "abc" / "models" / "model_normalized.obj", turned, ARROW_FACES)
    return tmp_path


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_shapenet_gives_category_group_licence_and_front(shapenet, version):
    files, skipped = list_cad(shapenet / version)
    assert [(file.category, file.group) for file in files] == [("car", "shapenet:abc")] and not skipped
    assert "ShapeNet" in files[0].licence
    np.testing.assert_array_equal(tip(import_cad(files[0])), (0, -1, 0))


@pytest.mark.parametrize("below", [CAR, f"{CAR}/abc", f"{CAR}/abc/models"])
def test_any_folder_of_shapenet_can_be_named(shapenet, below):
    files, _ = list_cad(shapenet / "v2" / below)
    assert [(file.category, file.up, file.front) for file in files] == [("car", "+y", "-z")]


def test_the_users_axes_win(shapenet):
    files, _ = list_cad(shapenet / "v1", up="+z", front="+x")
    assert (files[0].up, files[0].front) == ("+z", "+x")


def test_textures_of_shapenet_v2_lie_beside_the_folder_of_the_model(shapenet):
    model = shapenet / "v2" / CAR / "abc" / "models" / "model_normalized.obj"
    text = "mtllib model_normalized.mtl\nvt 0 0\nvt 1 0\nvt 0 1\nusemtl paint\n" + model.read_text()
    model.write_text("\n".join(_with_uv(line) for line in text.splitlines()))
    model.with_suffix(".mtl").write_text("newmtl paint\nKd 0 0 0\nmap_Kd ../images/texture0.jpg\n")
    images = model.parents[1] / "images"
    images.mkdir()
    pixels = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(images / "texture0.jpg")
    files = (list_cad(shapenet / "v2")[0][0], list_cad(model)[0][0])
    for file in files:
        imported, notes = import_noted(file)
        assert len(imported.textures) == 1 and not notes
        assert imported.surfaces[0].base_color == (1, 1, 1), "a picture replaces the black beside it"


def _with_uv(line: str) -> str:
    words = line.split()
    return " ".join(["f", *(f"{word}/{k + 1}" for k, word in enumerate(words[1:]))]) if words[:1] == ["f"] else line


def test_all_synsets_have_a_name():
    assert len(SYNSETS) == 55 and len(set(SYNSETS.values())) == 55
    pascal = {"aeroplane", "boat", "bottle", "bus", "car", "chair", "motorbike", "sofa", "train", "tvmonitor"}
    assert pascal <= set(SYNSETS.values())
    assert all(name == name.lower() and " " not in name for name in SYNSETS.values())


def test_an_unknown_synset_is_its_own_category(tmp_path):
    assert place_of("01234567/m/model.obj", tmp_path).category == "01234567"


def test_modelnet(tmp_path):
    write_off(tmp_path / "chair" / "train" / "chair_0001.off")
    write_off(tmp_path / "chair" / "test" / "chair_0002.off", TETRAHEDRON * 2)
    write_off(tmp_path / "night_stand" / "train" / "night_stand_0001.off", TETRAHEDRON * 3)
    files, _ = list_cad(tmp_path)
    assert [file.category for file in files] == ["chair", "chair", "night_stand"]
    assert {(file.up, file.front) for file in files} == {("+z", "-y")}
    assert [file.category for file in list_cad(tmp_path / "chair")[0]] == ["chair", "chair"]
    assert [file.category for file in list_cad(tmp_path / "chair" / "train")[0]] == ["chair"]


def test_one_file_is_of_its_folder_or_of_the_category_that_is_said(tmp_path):
    path = write_obj(tmp_path / "vase" / "a.obj")
    assert [(file.name, file.category) for file in list_cad(path)[0]] == [("a.obj", "vase")]
    assert list_cad(path, ["jug"])[0][0].category == "jug"
    with pytest.raises(UserError, match="is one file, of 2 categories"):
        list_cad(path, ["jug", "vase"])
    (tmp_path / "note.txt").write_text("no model")
    with pytest.raises(UserError, match="is no CAD file that is read"):
        list_cad(tmp_path / "note.txt")
    (tmp_path / "empty.obj").touch()
    assert list_cad(tmp_path / "empty.obj")[1][0].reason == "the file is empty"


@pytest.mark.parametrize("told", ["../../secret.obj", "/etc/passwd", "..\\..\\secret.obj", "vase/../../secret.obj"])
def test_names_in_a_manifest_cannot_leave_the_folder(tmp_path, told):
    write_obj(tmp_path / "secret.obj")
    write_obj(tmp_path / "cad" / "vase" / "a.obj")
    entries = [
        {"file": told, "category": "vase", "licence": "x"},
        {"file": "vase/a.obj", "licence": "CC0"},
        7,
        {"a": 1},
    ]
    (tmp_path / "cad" / "manifest.json").write_text(json.dumps(entries))
    files, skipped = list_cad(tmp_path / "cad")
    assert [(file.name, file.licence) for file in files] == [("vase/a.obj", "CC0")] and not skipped


@pytest.mark.parametrize(
    "content", ["[]", "7", '{"models": 7}', '[{"file": 7}]', '[{"file": ["x"]}]', "[[[[", '{"models": [{}]}']
)
def test_any_manifest_is_survived(tmp_path, content):
    write_obj(tmp_path / "vase" / "a.obj")
    (tmp_path / "manifest.json").write_text(content)
    assert len(list_cad(tmp_path)[0]) == 1
