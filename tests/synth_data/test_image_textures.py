"""Image textures of the user's on procedural shapes: which files, which surfaces, what is recorded, what is seen."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from synth_data.commands import Render
from synth_data.image_textures import (
    COVERINGS,
    MAX_SIDE,
    PERIOD,
    TextureFile,
    box_coordinates,
    kinds_of,
    list_textures,
    load_texture,
    textured,
)
from synth_data.models import Surface
from synth_data.option_checks import check_options
from synth_data.order import make_spec
from synth_data.pipeline import check_spec
from synth_data.render import ModelShelf
from synth_data.sampling.viewpoints import UniformPrior
from synth_data.scenes.render import ready_scene
from synth_data.scenes.textures import KINDS as FINISHES
from synth_data.spec import ModelRef
from tests.synth_data.workers import in_blender, make_records
from vantage.errors import DataError, UserError

CHAIR = ModelRef("procedural:chair:5", "chair", "procedural:chair:5")


def write(path: Path, color, size=(24, 16)) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size, color).save(path)
    return str(path)


@pytest.fixture
def folder(tmp_path) -> Path:
    write(tmp_path / "any.png", (10, 200, 10))
    write(tmp_path / "wood/red.png", (200, 10, 10))
    write(tmp_path / "wood/fine/dark.JPG", (90, 10, 10))
    write(tmp_path / "Cloth/blue.jpeg", (10, 10, 200))
    return tmp_path


def chair(files, seed=0):
    return ModelShelf({}, files, seed).get(CHAIR)


def means(model) -> dict[str, tuple]:
    """Return the mean colour of the image on each surface that has one, by its name."""
    images = ((surface.name, surface.texture) for surface in model.surfaces if surface.texture >= 0)
    return {name: tuple(model.textures[number].mean(axis=(0, 1))[:3].round()) for name, number in images}


def test_sub_folders_say_what_images_are_for(folder):
    (folder / "wood/notes.txt").write_text("no picture")
    write(folder / ".hidden/a.png", (0, 0, 0))
    write(folder / "bricks from town/b.png", (0, 0, 0))
    write(folder / "Tiles/c.png", (0, 0, 0))
    for name in ("Wood01_2K_NormalGL", "oak_nor_gl_1k", "oak_rough", "oak-Displacement"):
        write(folder / f"wood/{name}.png", (128, 128, 255))
    found = {Path(file.path).name: file.kind for file in list_textures(folder)}
    assert found == {"any.png": "", "red.png": "wood", "dark.JPG": "wood", "blue.jpeg": "cloth", "b.png": "",
                     "c.png": "tiles"}  # fmt: skip


def test_names_that_only_look_like_maps_stay(tmp_path):
    for name in ("metal", "rough", "macao", "abnormal", "arm"):
        write(tmp_path / f"{name}.png", (9, 9, 9))
    assert len(list_textures(tmp_path)) == 5


def test_folders_without_textures(tmp_path):
    with pytest.raises(UserError, match="no folder of textures"):
        list_textures(tmp_path / "nowhere")
    with pytest.raises(UserError, match="holds no texture; expected files in .jpg"):
        list_textures(tmp_path)


@pytest.mark.parametrize("content", [b"", b"nonsense", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"GIF89a\x01\0\x01\0\0\0\0;"])
def test_an_image_that_is_none_is_named_before_anything_is_rendered(folder, content):
    (folder / "wood/bad.png").write_bytes(content)
    with pytest.raises(DataError, match=r"bad.png cannot be read as a texture .*; remove it"):
        check_options(Render(folder / "out", textures=str(folder)))


def test_a_truncated_image_is_named(tmp_path):
    noise = np.random.default_rng(0).integers(0, 255, (64, 64, 3)).astype(np.uint8)
    for name in ("a.png", "b.jpg"):
        Image.fromarray(noise).save(tmp_path / name)
        (tmp_path / name).write_bytes((tmp_path / name).read_bytes()[:-400])
        with pytest.raises(DataError, match=name):
            load_texture(str(tmp_path / name))


@pytest.mark.parametrize("mode", ["L", "LA", "P", "RGBA", "1", "CMYK", "I;16"])
def test_images_of_all_modes(tmp_path, mode):
    path = str(tmp_path / ("a.jpg" if mode == "CMYK" else "a.png"))
    picture = Image.fromarray(np.full((8, 8), 200 * 257, np.uint16)) if mode == "I;16" else Image.new("L", (8, 8), 200)
    (picture if mode == "I;16" else picture.convert(mode)).save(path)
    pixels = load_texture(path)
    assert pixels.shape == (8, 8, 4) and pixels.dtype == np.uint8 and (pixels[..., 3] == 255).all()
    assert abs(float(pixels[..., :3].mean()) - (255 if mode == "1" else 200)) < 50


def test_large_images_are_made_smaller(tmp_path):
    assert load_texture(write(tmp_path / "wide.jpg", (50, 60, 70), (1600, 40))).shape == (13, MAX_SIDE, 4)


@pytest.mark.parametrize(
    "name, kinds",
    [("oak", ("wood",)), ("painted metal", ("metal",)), ("lacquered wood", ("wood",)), ("painted", ("wood",)),
     ("cloth", ("cloth",)), ("leather", ("leather",)), ("second paint", ("paint",)), ("black plastic", ("plastic",)),
     ("rubber", ("rubber",)), ("planks", ("planks", "wood")), ("grass", ("grass",)), ("thing", ())],
)  # fmt: skip
def test_kinds_of_surfaces(name, kinds):
    assert kinds_of(Surface(name)) == kinds


def test_every_covering_of_a_scene_is_known():
    assert set(COVERINGS) == set(FINISHES) - {"outlook"}


def test_surfaces_get_images_of_their_kind(folder):
    files = list_textures(folder)
    plain, model = chair(()), chair(files)
    assert model.uv.shape == (len(model.triangles), 3, 2) and len(model.surfaces) == len(plain.surfaces)
    allowed = {"wood": {(200, 10, 10), (90, 10, 10)}, "cloth": {(10, 10, 200)}, "": {(10, 200, 10)}}
    for surface in model.surfaces:
        if surface.texture >= 0:
            kind = "".join(kind for kind in kinds_of(surface) if kind in allowed)
            color = means(model)[surface.name]
            assert min(np.abs(np.subtract(color, other)).max() for other in allowed[kind]) < 4
            assert surface.base_color == (1, 1, 1) and surface.pattern is None
    assert means(model)


def test_choices_follow_from_seed_and_model_alone(folder):
    for number in range(20):
        write(folder / f"{number}.png", (10 * number, 250, 10 * number))
    files = list_textures(folder)
    first, again, other = chair(files), chair(files), chair(files, seed=1)
    assert first.surfaces == again.surfaces and (first.uv == again.uv).all()
    assert means(first) == means(again) != means(other) and not np.allclose(first.uv, other.uv)


def test_what_has_no_image_stays_as_it_is(tmp_path):
    write(tmp_path / "rubber/a.png", (9, 9, 9))
    assert chair(list_textures(tmp_path)).textures == () and chair(list_textures(tmp_path)).uv is None
    write(tmp_path / "any.png", (9, 9, 9))
    lamp = ModelRef("procedural:lamp:1", "lamp", "lamp")
    model = ModelShelf({}, list_textures(tmp_path)).get(lamp)
    for surface in model.surfaces:
        assert surface.texture < 0 or (surface.emission == 0 and surface.alpha > 0.9)


def test_projection_keeps_lengths_on_the_sides_of_a_box():
    corners = np.array([[(0, 0, 0), (2, 0, 0), (0, 0, 3)], [(0, 0, 0), (0, 2, 0), (0, 0, 3)],
                        [(0, 0, 1), (2, 0, 1), (0, 3, 1)]], float)  # fmt: skip
    uv = box_coordinates(corners, np.array([(0, -1, 0), (1, 0, 0), (0, 0, 1)], float))
    sides = np.linalg.norm(uv[:, 1:] - uv[:, :1], axis=-1)
    np.testing.assert_allclose(sides, [(2, 3)] * 3)
    np.testing.assert_allclose(uv[:2, 2, 1] - uv[:2, 0, 1], 3)  # upright


def test_images_have_a_size_on_the_shape(folder):
    model = textured(chair(()), [TextureFile("", str(folder / "any.png"))], 3)
    corners, uv = model.vertices[model.triangles], model.uv
    edges, lengths = (np.linalg.norm(a[:, 1] - a[:, 0], axis=-1) for a in (corners, uv))
    flat = lengths > 0.9 * edges / PERIOD[1]
    assert flat.mean() > 0.5 and (lengths <= edges / PERIOD[0] * 1.001).all()


def test_deformed_copies_have_the_images_of_their_model(folder):
    files = list_textures(folder)
    bent = replace(CHAIR, model_id=f"{CHAIR.model_id}~7", base=CHAIR.model_id, bend=7)
    model = ModelShelf({}, files).get(bent)
    assert means(model) == means(chair(files)) and model.uv.shape == (len(model.triangles), 3, 2)


def spec_of(folder, **options):
    order = Render(folder / "out", categories="chair", count=8, models=2, textures=str(folder), **options)
    return make_spec(order, ["chair"], [], "")


def test_a_set_knows_its_images_by_content(folder, tmp_path_factory):
    out = tmp_path_factory.mktemp("set")
    spec = spec_of(folder)
    assert [len(file.sha256) for file in spec.textures] == [64] * 4 and json.dumps(spec.as_json())
    check_spec(out, spec)
    check_spec(out, spec_of(folder))
    write(folder / "any.png", (11, 200, 10))
    with pytest.raises(UserError, match=r"another spec: textures: 1 changed \(.*any.png\)"):
        check_spec(out, spec_of(folder))
    write(folder / "wood/new.png", (11, 200, 10))
    with pytest.raises(UserError, match=r"textures: 1 new \(.*new.png\), 1 changed"):
        check_spec(out, spec_of(folder))


def test_scenes_take_images_too(folder):
    write(folder / "planks/p.png", (1, 2, 3))
    write(folder / "carpet/p.png", (4, 5, 6))
    ref = ModelRef("procedural:room:3", "room", "room")
    plain, model = ready_scene(ref).model, ready_scene(ref, list_textures(folder)).model
    assert len(model.triangles) == len(plain.triangles) and len(model.instances) == len(plain.instances)
    colors = {tuple(image[0, 0, :3]) for image in model.textures}
    assert {(10, 200, 10)} < colors and (1, 2, 3) in {means(model).get(name) for name in ("planks", "tiles")} | colors
    assert any(surface.name == "outlook" and surface.texture >= 0 for surface in model.surfaces)


def test_images_are_seen(tmp_path):
    write(tmp_path / "red.png", (230, 20, 20))
    spec = replace(spec_of(tmp_path), size=48, samples=4, lights="soft", tones=False, ground=0.0)
    plain, red = (
        in_blender(make_records, [0], chosen, UniformPrior(), {})[0] for chosen in (replace(spec, textures=()), spec)
    )
    np.testing.assert_array_equal(plain.mask, red.mask)
    color, before = (record.image[record.mask > 0][:, :3].astype(float).mean(axis=0) for record in (red, plain))
    assert color[0] > color[1] + 60 and color[0] > color[2] + 60 and abs(before[0] - before[1]) < 50
