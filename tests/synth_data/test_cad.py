"""CAD folders and files: what is found, what is skipped and why, and what comes in."""

import json
import os

import numpy as np
import pytest
import trimesh
from PIL import Image

from synth_data.cad import cad_file, list_cad, parse_axis
from synth_data.cad.building import MAX_TRIANGLES, import_cad, object_from_source
from synth_data.importing import import_folder, read_notes
from synth_data.models import load_model, model_from_shape, save_model
from synth_data.palettes import resolve_palettes
from synth_data.pool import Limits
from synth_data.shapes import sample_shape
from tests.synth_data.objects import TETRAHEDRON, TETRAHEDRON_FACES, write_obj, write_off
from vantage.errors import MeshError, UserError


@pytest.fixture(scope="module")
def bad_folder(tmp_path_factory):
    """Two good models and files that are bad in many ways."""
    root = tmp_path_factory.mktemp("cad")
    write_obj(root / "car" / "good.obj")
    write_off(root / "car" / "fine.OFF")
    nan = np.where(TETRAHEDRON == 4, np.nan, TETRAHEDRON)
    write_off(root / "car" / "nan.off", nan)
    write_off(root / "car" / "flat.off", np.zeros((4, 3)))
    write_off(root / "car" / "points.off", TETRAHEDRON, np.zeros((0, 3), int))
    write_off(root / "car" / "out_of_range.off", TETRAHEDRON, TETRAHEDRON_FACES + 7)
    write_off(root / "car" / "infinite.off", TETRAHEDRON * 4e307)
    (root / "car" / "empty.glb").touch()
    (root / "car" / "text.glb").write_text("this is no mesh")
    (root / "car" / "cut.ply").write_text("ply\nformat ascii 1.0\nelement vertex 9\nproperty float x\nend_header\n1\n")
    (root / "car" / "scene.blend").write_bytes(b"BLENDER")
    os.mkfifo(root / "car" / "pipe.stl")
    (root / "car" / "gone.stl").symlink_to("nowhere.stl")
    (root / "car" / "again.obj").symlink_to(root / "car" / "good.obj")
    (root / "loop").symlink_to(root)
    (root / "car" / "notes.txt").write_text("not a model")
    return root


@pytest.fixture(scope="module")
def imported(bad_folder, tmp_path_factory):
    files, skipped = list_cad(bad_folder)
    cache = tmp_path_factory.mktemp("cache")
    stored, broken = import_folder(files, cache)
    times = {name: path.stat().st_mtime_ns for name, path in stored.items()}
    stored, _ = import_folder([file for file in files if file.name in stored], cache)
    assert times == {name: path.stat().st_mtime_ns for name, path in stored.items()}, "nothing is imported twice"
    return stored, {item.file: item.reason for item in (*skipped, *broken)}


def test_good_files_come_in(imported):
    stored, _ = imported
    assert sorted(stored) == ["car/again.obj", "car/fine.OFF", "car/good.obj"]
    model = load_model(stored["car/good.obj"])
    assert model.category == "car" and model.model_id == "car/good.obj"
    assert len(model.triangles) == 4


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("nan.off", "not finite"),
        ("flat.off", "no area"),
        ("points.off", "no triangles"),
        ("out_of_range.off", ""),
        ("infinite.off", ""),
        ("empty.glb", "the file is empty"),
        ("text.glb", ""),
        ("cut.ply", ""),
        ("scene.blend", ".blend files are not read"),
        ("pipe.stl", "not a regular file"),
        ("gone.stl", "a link to a file that is not there"),
    ],
)
def test_bad_files_are_named_with_a_reason(imported, name, words):
    _, skipped = imported
    assert skipped[f"car/{name}"]
    assert words in skipped[f"car/{name}"]


def test_nothing_else_is_named(imported):
    assert len(imported[1]) == 11


def test_the_same_content_is_one_group(bad_folder):
    files, _ = list_cad(bad_folder)
    groups = {file.name: file.group for file in files}
    assert groups["car/again.obj"] == groups["car/good.obj"] != groups["car/fine.OFF"]


def test_the_manifest_of_the_folder_groups_and_licenses(tmp_path):
    write_obj(tmp_path / "chair" / "a.obj")
    write_off(tmp_path / "chair" / "b.off")
    entries = [{"file": name, "shape_group": "same", "licence": "CC0-1.0"} for name in ("chair/a.obj", "chair/b.off")]
    (tmp_path / "manifest.json").write_text(json.dumps(entries))
    files, _ = list_cad(tmp_path)
    assert {(file.group, file.licence) for file in files} == {("same", "CC0-1.0")}
    (tmp_path / "manifest.json").write_text("not json")
    assert len({file.group for file in list_cad(tmp_path)[0]}) == 2


def test_files_directly_in_the_folder_take_its_name(tmp_path):
    write_obj(tmp_path / "vase" / "a.obj")
    files, _ = list_cad(tmp_path / "vase")
    assert files[0].category == "vase"


def test_unknown_category_and_empty_folder_are_told(tmp_path, bad_folder):
    with pytest.raises(UserError, match="has no category boat; expected one of car"):
        list_cad(bad_folder, ["boat"])
    with pytest.raises(UserError, match="holds no model"):
        list_cad(tmp_path)
    with pytest.raises(UserError, match="there is no CAD folder"):
        list_cad(tmp_path / "none")


def test_an_import_that_takes_too_long_is_skipped(tmp_path):
    write_obj(tmp_path / "car" / "a.obj")
    files, _ = list_cad(tmp_path)
    slow = Limits(seconds=0.001, memory=None, attempts=1)
    stored, skipped = import_folder(files, tmp_path / "cache", slow)
    assert not stored and "took longer than 0.001 s" in skipped[0].reason


@pytest.mark.parametrize("text", ["-y", "y-", "-Y", " -y "])
def test_axes_are_understood(text):
    assert parse_axis(text, "--front") == "-y"


@pytest.mark.parametrize("text", ["", "w", "xy", "--x", "+", "-"])
def test_other_words_are_no_axes(text):
    with pytest.raises(UserError, match="--up is"):
        parse_axis(text, "--up")


def test_axes_may_not_be_parallel(tmp_path):
    write_obj(tmp_path / "car" / "a.obj")
    with pytest.raises(UserError, match="two different axes"):
        list_cad(tmp_path, up="+z", front="-z")


@pytest.mark.parametrize("up", ["+x", "-x", "+y", "-y", "+z", "-z"])
@pytest.mark.parametrize("front", ["+x", "-x", "+y", "-y", "+z", "-z"])
def test_axes_turn_to_ours(up, front):
    if up[1] == front[1]:
        return
    turn = object_from_source(up, front)
    axis = lambda name: (1 if name[0] == "+" else -1) * np.eye(3)["xyz".index(name[1])]  # noqa: E731
    assert np.linalg.det(turn) == pytest.approx(1)
    np.testing.assert_allclose(turn @ axis(up), (0, 0, 1))
    np.testing.assert_allclose(turn @ axis(front), (0, -1, 0))


def test_normalisation_can_be_undone(tmp_path):
    path = write_off(tmp_path / "a.off")
    model = import_cad(cad_file(path, "car", "+z", "-y"))
    used = model.vertices
    assert np.linalg.norm(np.ptp(used, axis=0)) == pytest.approx(1)
    np.testing.assert_allclose(used.min(axis=0) + used.max(axis=0), 0, atol=1e-12)
    source = used / model.normalisation["scale"] + model.normalisation["offset"]
    np.testing.assert_allclose(np.sort(source, axis=0), np.sort(TETRAHEDRON, axis=0), atol=1e-9)
    assert (model.normalisation["up"], model.normalisation["front"]) == ("+z", "-y")


@pytest.mark.parametrize("suffix", ["glb", "gltf", "obj", "ply", "stl", "off"])
def test_every_format_gives_the_same_shape(tmp_path, suffix):
    mesh = trimesh.Trimesh(TETRAHEDRON, TETRAHEDRON_FACES, process=False)
    if suffix == "gltf":
        for name, data in trimesh.exchange.gltf.export_gltf(mesh.scene()).items():
            (tmp_path / name).write_bytes(data)
        path = tmp_path / "model.gltf"
    else:
        path = tmp_path / f"a.{suffix}"
        mesh.export(path)
    model = import_cad(cad_file(path, "car", "+z", "-y"))
    corners = model.vertices[model.triangles]
    expected = (TETRAHEDRON - TETRAHEDRON.max(axis=0) / 2) / np.linalg.norm(TETRAHEDRON.max(axis=0))
    np.testing.assert_allclose(np.sort(np.unique(corners.reshape(-1, 3).round(6), axis=0), axis=0),
                               np.sort(expected, axis=0), atol=1e-5)  # fmt: skip
    volume = np.einsum("fc,fc->f", corners[:, 0], np.cross(corners[:, 1], corners[:, 2])).sum() / 6
    assert volume > 0
    assert np.isfinite(model.normals).all()


def test_scene_transforms_and_mirrors_are_applied(tmp_path):
    mesh = trimesh.Trimesh(TETRAHEDRON, TETRAHEDRON_FACES, process=False)
    scene = trimesh.Scene()
    scene.add_geometry(mesh, node_name="one", geom_name="tetra")
    mirror = np.diag([-1.0, 1.0, 1.0, 1.0])
    mirror[0, 3] = -1
    scene.graph.update("two", geometry="tetra", matrix=mirror)
    scene.export(tmp_path / "two.glb")
    model = import_cad(cad_file(tmp_path / "two.glb"))
    assert len(model.triangles) == 8
    corners = model.vertices[model.triangles]
    faces = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    for part in (slice(0, 4), slice(4, 8)):
        middle = corners[part].mean(axis=(0, 1))
        assert (np.einsum("fc,fc->f", faces[part], corners[part].mean(axis=1) - middle) > 0).all()
        assert (np.einsum("fc,fkc->fk", faces[part], model.normals[part]) > 0).all()


def test_colours_and_textures_come_in(tmp_path):
    colors = np.array([[255, 0, 0, 255], [0, 255, 0, 255], [0, 0, 255, 255], [188, 188, 188, 255]], np.uint8)
    mesh = trimesh.Trimesh(TETRAHEDRON, TETRAHEDRON_FACES, vertex_colors=colors, process=False)
    mesh.export(tmp_path / "c.ply")
    model = import_cad(cad_file(tmp_path / "c.ply"))
    assert model.surfaces[0].vertex_colors and model.colors.shape == (4, 3, 4)
    assert np.abs(model.colors[..., 0] - 0.5).min() < 0.01
    rng = np.random.default_rng(0)
    image = Image.fromarray(rng.integers(0, 256, (32, 32, 3), dtype=np.uint8))
    material = trimesh.visual.material.PBRMaterial(baseColorTexture=image, roughnessFactor=0.3, metallicFactor=0.1)
    visual = trimesh.visual.TextureVisuals(uv=rng.random((4, 2)), material=material)
    trimesh.Trimesh(TETRAHEDRON, TETRAHEDRON_FACES, visual=visual, process=False).export(tmp_path / "t.glb")
    model = import_cad(cad_file(tmp_path / "t.glb"))
    assert model.surfaces[0].texture == 0 and model.surfaces[0].roughness == pytest.approx(0.3)
    assert model.textures[0].shape == (32, 32, 4) and model.uv.shape == (4, 3, 2)


def test_a_palette_becomes_plain_surfaces():
    from synth_data.models import Surface

    texture = np.zeros((4, 8, 4), np.uint8)
    texture[..., 3] = 255
    texture[:, :4, :3], texture[:, 4:, :3] = (255, 255, 255), (200, 10, 10)
    uv = np.zeros((6, 3, 2)) + 0.5
    uv[:3, :, 0], uv[3:, :, 0] = 0.2, 0.8
    arrays = {"surface_of": np.zeros(6, int), "uv": uv}
    result, surfaces, textures = resolve_palettes(arrays, (Surface("palette", (1.0, 1.0, 1.0), texture=0),), (texture,))
    assert textures == () and len(surfaces) == 2
    shown = [surfaces[number].base_color for number in result["surface_of"]]
    assert min(shown[0]) > 0.9 and shown[3][0] > 0.5 > shown[3][1]
    noisy = np.random.default_rng(0).integers(0, 256, (64, 64, 4), dtype=np.uint8)
    kept = resolve_palettes({**arrays, "uv": np.random.default_rng(1).random((6, 3, 2))},
                            (Surface("picture", texture=0),), (noisy,))  # fmt: skip
    assert len(kept[1]) == 1 and len(kept[2]) == 1


def test_too_many_triangles_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("synth_data.cad.building.MAX_TRIANGLES", 3)
    assert MAX_TRIANGLES >= 10**6
    with pytest.raises(MeshError, match="4 triangles; expected at most 3"):
        import_cad(cad_file(write_off(tmp_path / "a.off")))


def test_a_stored_model_is_the_model(tmp_path):
    model = import_cad(cad_file(write_obj(tmp_path / "a.obj")))
    save_model(tmp_path / "a.npz", model)
    again = load_model(tmp_path / "a.npz")
    assert again.surfaces == model.surfaces and again.normalisation == dict(model.normalisation)
    for name in ("vertices", "triangles", "normals", "surface_of", "keypoints"):
        np.testing.assert_array_equal(getattr(again, name), getattr(model, name))


def test_a_stored_model_keeps_symmetry_and_skeleton(tmp_path):
    model = model_from_shape(sample_shape("table", 0), "t")
    assert model.symmetry.fold == 2 and len(model.edges) == 8
    save_model(tmp_path / "a.npz", model)
    again = load_model(tmp_path / "a.npz")
    assert (again.symmetry, again.edges) == (model.symmetry, model.edges)


def test_real_cars_come_in(vantage_data):
    model = import_cad(cad_file(vantage_data / "cad" / "car" / "quatreal_SUV.glb", "car"))
    low, high = model.vertices.min(axis=0), model.vertices.max(axis=0)
    assert np.argmax(high - low) == 1 and model.surfaces and len(model.triangles) > 1000


@pytest.mark.slow
def test_every_real_model_comes_in(vantage_data, tmp_path):
    files, skipped = list_cad(vantage_data / "cad")
    stored, broken = import_folder(files, tmp_path)
    assert (len(stored), skipped, broken, read_notes(stored)) == (319, [], [], [])
    assert all(load_model(path).normalisation["front"] == "+z" for path in stored.values())
