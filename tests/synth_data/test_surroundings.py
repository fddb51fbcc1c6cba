"""Environment images of the user's, surroundings that turn, and other materials."""

from dataclasses import replace

import numpy as np
import OpenEXR
import pytest
from PIL import Image

from synth_data.commands import Render
from synth_data.models import Model, Surface
from synth_data.option_checks import check_options
from synth_data.order import make_spec
from synth_data.sampling.environments import Environment, SoftBox, environment_image
from synth_data.sampling.finishes import sample_finish
from synth_data.sampling.lights import sample_lighting
from synth_data.sampling.panoramas import list_panoramas, load_panorama
from synth_data.sampling.sphere import HEIGHT, WIDTH, mean_radiance
from synth_data.sampling.viewpoints import UniformPrior
from synth_data.spec import view_spec
from tests.synth_data.objects import marked_model
from tests.synth_data.workers import in_blender, make_lit_ball, make_surrounded_ball
from vantage.errors import DataError, UserError

DARK = (0.0, 0.0, 0.0)


def sky_over_ground(height=64):
    """Return linear light: a bright sky over a dark ground, and one very bright patch at a quarter of the width."""
    image = np.full((height, 2 * height, 3), 0.2, np.float32)
    image[: height // 2] = (0.5, 0.8, 1.0)
    image[height // 8 : height // 4, height // 2 : height // 2 + 4] = 30.0
    return image


def write_exr(path, image):
    pixels = {name: np.ascontiguousarray(image[..., k]) for k, name in enumerate("RGB")}
    header = {"compression": OpenEXR.ZIP_COMPRESSION, "type": OpenEXR.scanlineimage}
    OpenEXR.File(header, pixels).write(str(path))


def rgbe(image):
    peak = np.maximum(image.max(-1), 1e-9)
    exponent = np.floor(np.log2(peak)) + 1
    scaled = image / np.exp2(exponent)[..., None] * 256
    return np.concatenate([scaled, exponent[..., None] + 128], -1).clip(0, 255).astype(np.uint8)


def write_hdr(path, image, coded):
    height, width = image.shape[:2]
    head = f"#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y {height} +X {width}\n".encode()
    body = b""
    for row in rgbe(image):
        if not coded:
            body += row.tobytes()
            continue
        body += bytes((2, 2, width >> 8, width & 255))
        for k in range(4):
            values, x = row[:, k], 0
            while x < width:
                run = 1
                while x + run < width and run < 127 and values[x + run] == values[x]:
                    run += 1
                body += bytes((128 + run, values[x])) if run > 1 else bytes((1, values[x]))
                x += run
    path.write_bytes(head + body)


def test_formats_of_linear_light_agree(tmp_path):
    image = sky_over_ground()
    write_exr(tmp_path / "a.exr", image)
    write_hdr(tmp_path / "b.hdr", image, coded=False)
    write_hdr(tmp_path / "c.hdr", image, coded=True)
    exr, flat, coded = (load_panorama(path) for path in list_panoramas(tmp_path))
    assert exr.shape == (HEIGHT, WIDTH, 3) and mean_radiance(exr).mean() == pytest.approx(1, abs=1e-3)
    np.testing.assert_allclose(flat, exr, rtol=0.02, atol=0.01)
    np.testing.assert_array_equal(flat, coded)
    assert exr[HEIGHT - 5, 100].mean() > 2 * exr[5, 100].mean()  # the last row is straight up
    assert np.unravel_index(exr.sum(-1).argmax(), exr.shape[:2])[1] in range(WIDTH // 4, WIDTH // 4 + 4)


def test_display_pictures_are_made_linear(tmp_path):
    pixels = np.full((64, 128, 3), 188, np.uint8)
    pixels[:8] = 255
    Image.fromarray(pixels).save(tmp_path / "sky.png")
    image = load_panorama(str(tmp_path / "sky.png"))
    assert image[-1, 0, 0] / image[0, 0, 0] == pytest.approx(8 / 0.503, rel=0.02)


@pytest.mark.parametrize("content", [b"nonsense", b"#?RADIANCE\n\n-Y 4 +X 8\n\x02\x02\x00\x08\x81", b""])
def test_what_cannot_be_read_is_named(tmp_path, content):
    for name in ("bad.hdr", "bad.exr", "bad.png"):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(DataError, match=name):
            load_panorama(str(tmp_path / name))


def test_folders_and_shapes_that_do_not_fit(tmp_path):
    with pytest.raises(UserError, match="no folder"):
        list_panoramas(tmp_path / "nowhere")
    with pytest.raises(UserError, match="holds no environment image"):
        list_panoramas(tmp_path)
    Image.new("RGB", (64, 64), (9, 9, 9)).save(tmp_path / "square.png")
    with pytest.raises(DataError, match="64 x 64; expected an equirectangular"):
        load_panorama(str(tmp_path / "square.png"))
    Image.new("RGB", (64, 32)).save(tmp_path / "black.png")
    with pytest.raises(DataError, match="holds no light"):
        load_panorama(str(tmp_path / "black.png"))


def test_a_folder_lights_a_set(tmp_path):
    write_exr(tmp_path / "a.exr", sky_over_ground())
    options = Render("unused", categories="chair", count=16, lights=f"folder:{tmp_path}")
    check_options(options)
    spec = make_spec(options, ["chair"], [], "")
    assert [path for path, _ in spec.environments] == [str(tmp_path / "a.exr")] and len(spec.environments[0][1]) == 64
    views = [view_spec(spec, UniformPrior(), index) for index in range(16)]
    assert {view.lighting.environment.picture for view in views} == {str(tmp_path / "a.exr")}
    assert len({view.lighting.environment.turn for view in views}) == 16
    assert environment_image(views[0].lighting.environment).shape == (HEIGHT, WIDTH, 3)


def test_pictures_do_not_move_other_draws():
    plain, lit = (sample_lighting(np.random.default_rng(3), pictures=pictures) for pictures in ((), ("x.exr",)))
    assert (plain.ground, plain.exposure) == (lit.ground, lit.exposure)


def test_surroundings_turn_towards_higher_azimuths():
    box = Environment(DARK, DARK, DARK, boxes=(SoftBox(0, 0, 40, 40, 5.0),))
    seen = in_blender(make_lit_ball, [box, replace(box, turn=45.0), replace(box, turn=180.0)], 32)
    first, eighth, half = (int(np.argmax(brightness)) for brightness in seen)
    assert (eighth - first) % 8 == 1 and (half - first) % 8 == 4


def test_surroundings_come_and_go_without_a_trace():
    """Held, changed, changed back, and changed twice before a picture: what was there before does not matter."""
    red, blue = (
        replace(Environment(DARK, DARK, DARK), zenith=color, horizon=color) for color in ((3, 0, 0), (0, 0, 1))
    )
    seen = in_blender(make_surrounded_ball, [[red], [red], [blue], [red], [blue, red], [blue], [red, blue]], 16)
    first, again, other, back, late, changed, twice = (picture.tobytes() for picture in seen)
    assert first == again == back == late != other
    assert other == changed == twice


def surfaces(kind, seed=1, model: Model | None = None):
    return sample_finish(np.random.default_rng(seed), kind).of(model or marked_model())


def test_own_materials_are_left_alone():
    assert sample_finish(np.random.default_rng(0), "own") is None


@pytest.mark.parametrize("kind", ["recoloured", "random"])
def test_other_materials_spare_what_shines(kind):
    model = marked_model()
    changed = surfaces(kind)
    assert set(changed) == {number for number, surface in enumerate(model.surfaces) if surface.emission == 0}
    assert changed[0].base_color != model.surfaces[0].base_color and all(0 <= c <= 1 for c in changed[0].base_color)
    assert surfaces(kind) == changed != surfaces(kind, 2)
    assert (changed[0].roughness == model.surfaces[0].roughness) == (kind == "recoloured")


def test_glass_stays_glass_and_one_name_changes_alike():
    model = marked_model()
    glass = Surface("glass", (0.1, 0.1, 0.1), roughness=0.03, alpha=0.3)
    twins = (Surface("paint", (1, 0, 0)), Surface("paint", (0, 1, 0)))
    found = surfaces("random", model=replace(model, surfaces=(glass, *twins, *model.surfaces[3:])))
    assert (found[0].alpha, found[0].roughness) == (0.3, 0.03)
    assert found[1].base_color == found[2].base_color


def test_unknown_materials_are_refused():
    with pytest.raises(UserError, match="--materials is 'gold'; expected one of own, recoloured, random"):
        check_options(Render("unused", materials="gold"))
