"""glTF files that other programs read: without a scene, with cameras, cut short, with pictures that are not read."""

import base64
import io
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from synth_data.cad import cad_file
from synth_data.cad.building import import_cad, import_noted
from synth_data.cad.gltf_scenes import gltf_scene, gltf_stream
from synth_data.cad.textures import Beside
from tests.synth_data.objects import write_gltf
from vantage.errors import MeshError

MOVED = {"mesh": 0, "translation": [10, 0, 0]}
BOTH = ".gltf", ".glb"


def picture(kind: str = "PNG") -> bytes:
    stream = io.BytesIO()
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (8, 8, 3), dtype=np.uint8)).save(stream, kind)
    return stream.getvalue()


KTX2 = b"\xabKTX 20\xbb\r\n\x1a\n" + bytes(64)


def inside(content: bytes, kind: str) -> dict[str, str]:
    return {"uri": f"data:{kind};base64," + base64.b64encode(content).decode()}


def painted(path: Path, image: dict, texture: dict | None = None, **changes) -> Path:
    """Write the tetrahedron with one picture on it."""
    material = {"name": "wood", "pbrMetallicRoughness": {"baseColorTexture": {"index": 0}}}
    texture = {"source": 0} if texture is None else texture
    return write_gltf(path, materials=[material], textures=[texture], images=[image], **changes)


@pytest.mark.parametrize("suffix", BOTH)
@pytest.mark.parametrize("changes", [{"scene": None}, {"scene": None, "scenes": None}, {"scenes": []}])
def test_without_a_scene_all_roots_are_shown(tmp_path, suffix, changes):
    nodes = [{"mesh": 0, "children": [1]}, MOVED]
    model = import_cad(cad_file(write_gltf(tmp_path / f"a{suffix}", nodes, **changes)))
    assert len(model.triangles) == 8 and model.normalisation["offset"][0] == pytest.approx(6)


@pytest.mark.parametrize("suffix", BOTH)
def test_without_nodes_all_meshes_are_shown(tmp_path, suffix):
    path = write_gltf(tmp_path / f"a{suffix}", None, scene=None, scenes=None)
    assert len(import_cad(cad_file(path)).triangles) == 4


def test_the_scene_that_is_chosen_is_shown_alone(tmp_path):
    scenes = [{"nodes": [0]}, {"nodes": [1]}]
    for chosen, offset in ((None, 1), (0, 1), (1, 11)):
        path = write_gltf(tmp_path / "a.gltf", [{"mesh": 0}, MOVED], scenes=scenes, scene=chosen)
        assert import_cad(cad_file(path)).normalisation["offset"][0] == pytest.approx(offset)
    with pytest.raises(MeshError, match="it shows scene 2, and its scenes are 0 to 1"):
        import_cad(cad_file(write_gltf(tmp_path / "a.gltf", scenes=scenes, scene=2)))


def test_whole_files_are_read_as_they_are(tmp_path):
    for suffix in BOTH:
        path = write_gltf(tmp_path / f"a{suffix}")
        with gltf_stream(path, Beside(path)) as stream:
            assert stream.read() == path.read_bytes()
    assert gltf_scene(tmp_path / "a.glb")["nodes"] == [{"mesh": 0}]


@pytest.mark.parametrize("suffix", BOTH)
def test_what_hangs_on_a_camera_is_shown(tmp_path, suffix):
    nodes = [{"camera": 0, "children": [1]}, MOVED]
    cameras = [{"type": "perspective", "perspective": {"yfov": 1.0, "znear": 0.1}}]
    path = write_gltf(tmp_path / f"a{suffix}", nodes, cameras=cameras)
    assert import_cad(cad_file(path)).normalisation["offset"][0] == pytest.approx(11)


def with_bin(folder: Path, kept: int, name: str = "solid%20of%20it.bin", **changes) -> Path:
    """Write the tetrahedron with its numbers in a file of their own, of which some bytes are kept."""
    path = write_gltf(folder / "a.gltf")
    scene = json.loads(path.read_text())
    content = base64.b64decode(scene["buffers"][0]["uri"].partition("base64,")[2])
    (folder / "solid of it.bin").write_bytes(content[:kept])
    path.write_text(json.dumps({**scene, "buffers": [{"uri": name, "byteLength": len(content)}], **changes}))
    return path


def test_numbers_that_are_cut_short_are_counted(tmp_path):
    with pytest.raises(MeshError, match=r"cut short: solid of it.bin has 60 bytes; expected 104; copy or export it"):
        import_cad(cad_file(with_bin(tmp_path, 60)))
    assert len(import_cad(cad_file(with_bin(tmp_path, 104))).triangles) == 4
    assert len(import_cad(cad_file(with_bin(tmp_path, 104, "Solid of it.BIN"))).triangles) == 4
    with pytest.raises(MeshError, match=r"gone.bin, which it needs, is missing"):
        import_cad(cad_file(with_bin(tmp_path, 104, "gone.bin")))


def test_buffers_inside_the_file_may_be_short_too(tmp_path):
    path = write_gltf(tmp_path / "a.gltf")
    scene = json.loads(path.read_text())
    scene["buffers"][0]["uri"] = scene["buffers"][0]["uri"][:-40]
    path.write_text(json.dumps(scene))
    with pytest.raises(MeshError, match=r"cut short: its buffer has \d+ bytes; expected 104"):
        import_cad(cad_file(path))
    views = [{"buffer": 0, "byteOffset": 0, "byteLength": 5000}]
    with pytest.raises(MeshError, match=r"cut short: its buffer has 104 bytes; expected 5,000"):
        import_cad(cad_file(write_gltf(tmp_path / "a.glb", bufferViews=views)))


def test_numbers_beyond_their_part_of_a_buffer(tmp_path):
    accessors = [{"bufferView": 0, "componentType": 5126, "count": 5, "type": "VEC3"}]
    with pytest.raises(MeshError, match="accessor 0 reads 60 bytes of buffer view 0, which has 48"):
        import_cad(cad_file(write_gltf(tmp_path / "a.glb", accessors=accessors)))


@pytest.mark.parametrize("suffix", BOTH)
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_pictures_that_are_read(tmp_path, suffix, kind):
    texture = {"extensions": {"EXT_texture_webp": {"source": 0}}} if kind == "WEBP" else None
    (tmp_path / "wood.pic").write_bytes(picture(kind))
    for image in (inside(picture(kind), "image/x"), {"uri": "wood.pic"}):
        model, notes = import_noted(cad_file(painted(tmp_path / f"a{suffix}", image, texture)))
        assert len(model.textures) == 1 and notes == ()


BASIS = {"extensions": {"KHR_texture_basisu": {"source": 0}}}
KTX_WORDS = "is KTX2, which is not read (PNG, JPEG and WebP are); its colour is plain"


@pytest.mark.parametrize("suffix", BOTH)
@pytest.mark.parametrize(
    ("image", "texture", "words"),
    [
        (inside(KTX2, "image/ktx2"), BASIS, f"the texture of wood {KTX_WORDS}"),
        (inside(KTX2, "image/ktx2"), {"source": 0}, f"the texture of wood {KTX_WORDS}"),
        ({"uri": "maps/w%C3%B6od.ktx2", "mimeType": "image/ktx2"}, BASIS, f"texture wöod.ktx2 of wood {KTX_WORDS}"),
        ({"uri": "gone.ktx2", "mimeType": "image/ktx2"}, BASIS, "texture gone.ktx2 is missing; its colour is plain"),
        ({"uri": "gone.webp"}, {"source": 0}, "texture gone.webp is missing; its colour is plain"),
        (
            inside(picture()[:9], "image/png"),
            {"source": 0},
            "the texture of wood is damaged, or in a format that is not read; its colour is plain",
        ),
        (inside(picture(), "image/png"), {}, "the texture of wood names no picture; its colour is plain"),
        (inside(picture(), "image/x"), {"extensions": {"EXT_x": {"source": 0}}}, "the texture of wood needs EXT_x,"),
    ],
)
def test_pictures_that_are_not_read_leave_a_note(tmp_path, suffix, image, texture, words):
    (tmp_path / "maps").mkdir()
    (tmp_path / "maps" / "wöod.ktx2").write_bytes(KTX2)
    model, notes = import_noted(cad_file(painted(tmp_path / f"a{suffix}", image, texture)))
    assert model.textures == () and len(model.triangles) == 4
    assert len(notes) == 1 and notes[0].startswith(words)


def test_a_picture_in_the_binary_chunk(tmp_path):
    """It lies where the texture coordinates do, and so is no picture."""
    path = painted(tmp_path / "a.glb", {"bufferView": 2, "mimeType": "image/png"})
    model, notes = import_noted(cad_file(path))
    assert model.textures == () and len(notes) == 1 and "is damaged" in notes[0]


def test_colours_of_glossy_materials_are_noted_too(tmp_path):
    glossy = {"KHR_materials_pbrSpecularGlossiness": {"diffuseTexture": {"index": 0}}}
    path = painted(tmp_path / "a.gltf", inside(KTX2, "image/ktx2"), BASIS)
    scene = json.loads(path.read_text())
    path.write_text(json.dumps({**scene, "materials": [{"name": "gloss", "extensions": glossy}, *scene["materials"]]}))
    assert import_noted(cad_file(path))[1] == (f"the texture of gloss {KTX_WORDS}", f"the texture of wood {KTX_WORDS}")
