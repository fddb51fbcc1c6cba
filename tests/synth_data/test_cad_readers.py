"""What the readers of the single formats do: COLLADA, FBX and USD; textures that lie elsewhere, or nowhere."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pytest
import trimesh
from PIL import Image

from synth_data import importing
from synth_data.cad import cad_file, list_cad
from synth_data.cad.building import import_cad, import_noted
from synth_data.cad.textures import Beside, decoded, open_picture
from synth_data.importing import Note, import_folder, read_notes
from tests.synth_data.objects import TETRAHEDRON, TETRAHEDRON_FACES, write_obj
from tests.synth_data.workers import in_blender, make_cad_writer, make_importer
from vantage.errors import MeshError

SOLID = (TETRAHEDRON - TETRAHEDRON.max(axis=0) / 2) / np.linalg.norm(TETRAHEDRON.max(axis=0))
"""The tetrahedron as a normalised object."""


def assert_solid(model, atol=1e-5):
    """The model is the tetrahedron, outside out."""
    corners = model.vertices[model.triangles]
    places = np.unique(corners.reshape(-1, 3).round(5), axis=0)
    np.testing.assert_allclose(places, SOLID[np.lexsort(SOLID.T[::-1])], atol=atol)
    volume = np.einsum("fc,fc->f", corners[:, 0], np.cross(corners[:, 1], corners[:, 2])).sum() / 6
    assert volume > 0
    assert (
        np.einsum("fc,fkc->fk", np.cross(*(corners[:, k] - corners[:, 0] for k in (1, 2))), model.normals) > 0
    ).all()


@pytest.fixture(scope="module")
def blended(tmp_path_factory):
    """Files that Blender wrote, and what comes of them."""
    folder = tmp_path_factory.mktemp("blended")
    names = ["inside.fbx", "beside.fbx", "text.usda", "binary.usdc", "any.usd", "packed.usdz"]
    in_blender(make_cad_writer, names, folder)
    lonely = folder / "lonely"
    lonely.mkdir()
    for name in ("inside.fbx", "beside.fbx", "text.usda", "packed.usdz"):
        shutil.copy(folder / name, lonely)
    paths = [str(folder / name) for name in names] + [str(path) for path in sorted(lonely.iterdir())]
    (folder / "paint.png").rename(folder / "textures" / "Paint.PNG")
    (folder / "textures" / "paint.png").unlink(missing_ok=True)
    results = in_blender(make_importer, paths)
    return {path.removeprefix(f"{folder}/"): result for path, result in zip(paths, results)}


@pytest.mark.parametrize("name", ["inside.fbx", "beside.fbx", "text.usda", "binary.usdc", "any.usd", "packed.usdz"])
def test_fbx_and_usd_come_in_with_their_picture(blended, name):
    model, notes, scripts = blended[name]
    assert_solid(model)
    assert len(model.textures) == 1 and model.textures[0].shape == (64, 64, 4)
    assert model.surfaces[0].roughness == pytest.approx(0.3, abs=0.02)
    assert model.surfaces[0].base_color == (1, 1, 1)
    assert notes == () and scripts is False
    assert (model.normalisation["up"], model.normalisation["front"]) == ("+y", "+z")


@pytest.mark.parametrize("name", ["beside.fbx", "text.usda"])
def test_without_their_picture_they_are_plain_and_it_is_noted(blended, name):
    model, notes, _ = blended[f"lonely/{name}"]
    assert_solid(model)
    assert model.textures == () and len(notes) == 1 and "paint.png is missing" in notes[0]


@pytest.mark.parametrize("name", ["inside.fbx", "packed.usdz"])
def test_pictures_inside_need_no_other_file(blended, name):
    assert len(blended[f"lonely/{name}"][0].textures) == 1


def test_usd_is_made_of_files_of_its_folder_alone(tmp_path):
    in_blender(make_cad_writer, ["whole.usda"], tmp_path)
    layered = '#usda 1.0\n(\n    subLayers = [@{}@]\n    upAxis = "Z"\n)\n'
    (tmp_path / "cad" / "solid" / "parts").mkdir(parents=True)
    shutil.copy(tmp_path / "whole.usda", tmp_path / "cad" / "solid" / "parts" / "whole.usda")
    for name, layer in (("in", "parts/whole.usda"), ("out", "../../whole.usda"), ("gone", "/gone/x.usda")):
        (tmp_path / "cad" / "solid" / f"{name}.usda").write_text(layered.format(layer))
    stored, skipped = import_folder(list_cad(tmp_path / "cad")[0], tmp_path / "cache")
    assert set(stored) == {"solid/in.usda", "solid/parts/whole.usda"}
    reasons = {item.file: item.reason for item in skipped}
    assert "files of its own folder" in reasons["solid/out.usda"] and "no triangles" in reasons["solid/gone.usda"]


def test_a_blend_file_by_another_name_is_not_opened(tmp_path):
    for suffix in ("fbx", "usd", "usda", "usdc", "usdz"):
        (tmp_path / f"a.{suffix}").write_bytes(b"BLENDER-v405" + bytes(100))
        with pytest.raises(MeshError, match="it does not begin as"):
            import_cad(cad_file(tmp_path / f"a.{suffix}"))


def write_dae(path, up="Y", vertices=TETRAHEDRON):
    """A COLLADA file that says which axis is up."""
    mesh = trimesh.Trimesh(vertices, TETRAHEDRON_FACES, process=False)
    path.write_bytes(mesh.export(file_type="dae").replace(b"Y_UP", f"{up}_UP".encode()))
    return path


def test_collada_says_which_axis_is_up(tmp_path):
    frames = {"Y": ("+y", "+z"), "Z": ("+z", "-y"), "X": ("+x", "+z")}
    for up, axes in frames.items():
        file = cad_file(write_dae(tmp_path / f"{up}.dae", up))
        assert (file.up, file.front) == axes
    assert_solid(import_cad(cad_file(tmp_path / "Z.dae")))
    turned = TETRAHEDRON[:, [0, 2, 1]] * (1, 1, -1)
    assert_solid(import_cad(cad_file(write_dae(tmp_path / "turned.dae", "Y", turned))))


def test_entities_are_refused(tmp_path):
    path = write_dae(tmp_path / "a.dae")
    path.write_bytes(path.read_bytes().replace(b"<COLLADA", b"<!DOCTYPE x [<!ENTITY e SYSTEM 'secret'>]>\n<COLLADA"))
    with pytest.raises(MeshError, match="declares entities"):
        import_cad(cad_file(path))


NOISE = np.random.default_rng(1).integers(0, 256, (64, 64, 3), dtype=np.uint8)


def painted(folder, named: str, mtl: str = "model.mtl"):
    """An OBJ whose material names a picture."""
    path = write_obj(folder / "model.obj")
    lines = [line if not line.startswith("f ") else _with_uv(line) for line in path.read_text().splitlines()]
    path.write_text("\n".join([f"mtllib {mtl}", "vt 0 0", "vt 1 0", "vt 0 1", "usemtl paint", *lines]))
    (folder / "model.mtl").write_text(f"newmtl paint\nKd 0.5 0.25 0.125\nmap_Kd {named}\n")
    return path


def _with_uv(line: str) -> str:
    return " ".join(["f", *(f"{word}/{k + 1}" for k, word in enumerate(line.split()[1:]))])


@pytest.mark.parametrize(
    ("named", "lies"),
    [
        ("wood.png", "wood.png"),
        ("Wood.PNG", "wood.png"),
        ("textures\\wood.png", "textures/wood.png"),
        ("C:\\Users\\Somebody\\models\\tex\\wood.png", "tex/wood.png"),
        ("/Users of it/a b/wood.png", "wood.png"),
        ("file://D:/a/wood%20grain.png", "wood grain.png"),
        ("wood.png", "Textures/Wood.png"),
        ("textures/wood.png", "wood.png"),
        ("-s 1 1 1 -clamp on wood.png", "wood.png"),
        ("wood.tga", "textures/wood.png"),
    ],
)
def test_textures_are_found_whatever_the_name_says(tmp_path, named, lies):
    path = painted(tmp_path, named)
    (tmp_path / lies).parent.mkdir(exist_ok=True)
    Image.fromarray(NOISE).save(tmp_path / lies)
    model, notes = import_noted(cad_file(path))
    np.testing.assert_array_equal(model.textures[0][..., :3], NOISE)
    assert notes == ()


def test_the_folder_that_the_name_says_wins(tmp_path):
    for name, shade in (("a", 10), ("b", 200)):
        (tmp_path / name).mkdir()
        Image.fromarray(NOISE // 2 + shade // 2).save(tmp_path / name / "wood.png")
    found = Beside(tmp_path / "model.obj").find("X:\\elsewhere\\B\\wood.png")
    assert found == tmp_path / "b" / "wood.png"


@pytest.mark.parametrize("named", ["wood.png", "C:\\gone\\wood.png", "wood", "-s 1 1 1", '"', ".."])
def test_a_missing_texture_leaves_the_plain_colour_and_a_note(tmp_path, named):
    model, notes = import_noted(cad_file(painted(tmp_path, named)))
    assert model.textures == () and model.surfaces[0].base_color == pytest.approx((0.5, 0.25, 0.125), abs=0.01)
    assert len(notes) == 1 and "is missing; its colour is plain" in notes[0]


@pytest.mark.parametrize("mtl", ["MODEL.MTL", "C:\\x\\model.mtl", "other.mtl"])
def test_material_files_are_found_too(tmp_path, mtl):
    Image.fromarray(NOISE).save(tmp_path / "wood.png")
    assert len(import_cad(cad_file(painted(tmp_path, "wood.png", mtl))).textures) == 1


@pytest.mark.parametrize("named", ["../secret.png", "/secret.png", "..\\secret.png", "x/../../secret.png"])
def test_nothing_outside_is_read(tmp_path, named):
    Image.fromarray(NOISE).save(tmp_path / "secret.png")
    (tmp_path / "cad").mkdir()
    model, notes = import_noted(cad_file(painted(tmp_path / "cad", named)))
    assert model.textures == () and len(notes) == 1


def test_links_that_loop_end_the_search(tmp_path):
    (tmp_path / "round").symlink_to(tmp_path)
    assert Beside(tmp_path / "model.obj").find("wood.png") is None


def test_damaged_pictures_leave_a_note(tmp_path):
    Image.fromarray(NOISE).save(tmp_path / "wood.png")
    (tmp_path / "wood.png").write_bytes((tmp_path / "wood.png").read_bytes()[:2000])
    model, notes = import_noted(cad_file(painted(tmp_path, "wood.png")))
    assert model.textures == () and notes == ("the texture of paint is damaged or too large; its colour is plain",)


def test_programs_are_no_pictures(tmp_path):
    picture = open_picture(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EndComments\nshowpage\n")
    assert picture is None or decoded(picture) is None
    assert open_picture(b"nothing of the kind") is None


def test_missing_pictures_of_gltf_are_noted_and_missing_numbers_are_not_survived(tmp_path):
    visual = trimesh.visual.TextureVisuals(
        uv=np.eye(4)[:, :2], material=trimesh.visual.material.PBRMaterial(baseColorTexture=Image.fromarray(NOISE))
    )
    mesh = trimesh.Trimesh(TETRAHEDRON, TETRAHEDRON_FACES, visual=visual, process=False)
    for name, data in trimesh.exchange.gltf.export_gltf(mesh.scene()).items():
        (tmp_path / name).write_bytes(data)
    scene = json.loads((tmp_path / "model.gltf").read_text())
    scene["images"] = [{"uri": "gone.png"}]
    (tmp_path / "model.gltf").write_text(json.dumps(scene))
    model, notes = import_noted(cad_file(tmp_path / "model.gltf"))
    assert model.textures == () and "gone.png is missing" in notes[0]
    next(tmp_path.glob("*.bin")).unlink()
    with pytest.raises(MeshError, match="which it needs, is missing"):
        import_cad(cad_file(tmp_path / "model.gltf"))


def test_notes_are_kept_with_the_imported_models(tmp_path):
    (tmp_path / "cad" / "vase").mkdir(parents=True)
    painted(tmp_path / "cad" / "vase", "wood.png")
    files, _ = list_cad(tmp_path / "cad")
    for _ in range(2):
        stored, skipped = import_folder(files, tmp_path / "cache")
        assert not skipped
        expected = Note("vase/model.obj", "texture wood.png is missing; its colour is plain")
        assert read_notes(stored) == [expected]


def test_models_of_other_code_are_imported_again(tmp_path, monkeypatch):
    write_obj(tmp_path / "cad" / "vase" / "a.obj")
    files, _ = list_cad(tmp_path / "cad")
    first, _ = import_folder(files, tmp_path / "cache")
    monkeypatch.setattr(importing, "Pool", None)  # nothing is left to import
    assert import_folder(files, tmp_path / "cache")[0] == first
    for name, other in (("version", lambda name: "9.9"), ("_CODE", ("models.py",))):
        with monkeypatch.context() as changed:
            changed.setattr(importing, name, other)
            importing._importer.cache_clear()
            assert importing._key(files[0]) not in str(first)
        importing._importer.cache_clear()
    assert importing._key(files[0]) in str(first)
