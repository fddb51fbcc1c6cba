"""What glTF allows and trimesh does not know gives the model that the plain way of writing it gives."""

import base64
import io
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from synth_data.cad import cad_file
from synth_data.cad.building import import_cad
from synth_data.cad.gltf_arrays import transformed
from synth_data.cad.gltf_scenes import gltf_stream
from synth_data.cad.textures import Beside
from synth_data.cad.trimesh_reader import read_with_trimesh
from tests.synth_data.objects import TETRAHEDRON, TETRAHEDRON_FACES, write_gltf
from vantage.errors import MeshError

UV = np.array([[0, 0], [1, 0], [0, 1], [1, 1]], np.float32)
HALF = UV / 2
SQUARE = np.array([[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]], np.float32)
FACES = TETRAHEDRON_FACES.reshape(-1).astype(np.uint16)
TYPES = {np.dtype(np.uint8): 5121, np.dtype(np.int16): 5122, np.dtype(np.uint16): 5123, np.dtype(np.float32): 5126}


def picture() -> dict[str, str]:
    """Return noise, which is no palette."""
    stream = io.BytesIO()
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)).save(stream, "PNG")
    return {"uri": "data:image/png;base64," + base64.b64encode(stream.getvalue()).decode()}


def written(path: Path, arrays: list, part: dict, texture: dict | None = None, **changes) -> Path:
    """Write a file of one primitive whose accessors are ``arrays``: numbers, or (numbers, more of the accessor)."""
    blob, views, accessors = b"", [], []
    for item in arrays:
        values, more = item if isinstance(item, tuple) else (item, {})
        rows = values.reshape(len(values), -1)
        padded = np.zeros((len(rows), -(-rows.shape[1] * rows.itemsize // 4) * 4 // rows.itemsize), rows.dtype)
        padded[:, : rows.shape[1]] = rows
        odd = padded.shape != rows.shape and rows.shape[1] > 1
        data = (padded if odd else rows).tobytes()
        data += bytes(-len(data) % 4)
        stride = {"byteStride": padded.shape[1] * rows.itemsize} if odd else {}
        views.append({"buffer": 0, "byteOffset": len(blob), "byteLength": len(data), **stride})
        kind = "SCALAR" if rows.shape[1] == 1 else f"VEC{rows.shape[1]}"
        accessors.append({"bufferView": len(views) - 1, "componentType": TYPES[rows.dtype], "count": len(rows),
                          "type": kind, **more})  # fmt: skip
        blob += data
    material = {"pbrMetallicRoughness": {"baseColorTexture": {"index": 0, **(texture or {})}}}
    uri = "data:application/octet-stream;base64," + base64.b64encode(blob).decode()
    entries = {"accessors": accessors, "bufferViews": views, "buffers": [{"byteLength": len(blob), "uri": uri}]}
    paint = {"materials": [material], "textures": [{"source": 0}], "images": [picture()]}
    return write_gltf(path, meshes=[{"primitives": [{"material": 0, **part}]}], **{**entries, **paint, **changes})


def solid(folder: Path, arrays: list, uv: int = 2, texture: dict | None = None, **changes):
    """Return the model of the tetrahedron, whose positions and faces are the first two of ``arrays``."""
    attributes = {"POSITION": 0, **{f"TEXCOORD_{number - 2}": number for number in range(2, 2 + max(uv - 1, 1))}}
    part = {"attributes": attributes, "indices": 1}
    return import_cad(cad_file(written(folder / "a.gltf", arrays, part, texture, **changes)))


def same(one, other) -> None:
    np.testing.assert_allclose(one.vertices[one.triangles], other.vertices[other.triangles], atol=1e-4)
    np.testing.assert_allclose(one.uv, other.uv, atol=3e-3)
    assert len(one.textures) == len(other.textures) == 1


@pytest.fixture
def plain(tmp_path):
    return solid(tmp_path, [TETRAHEDRON.astype(np.float32), FACES, UV])


@pytest.mark.parametrize("kind", [np.uint8, np.uint16])
def test_texture_coordinates_of_whole_numbers(tmp_path, plain, kind):
    whole = (UV * np.iinfo(kind).max).astype(kind)
    same(solid(tmp_path, [TETRAHEDRON.astype(np.float32), FACES, (whole, {"normalized": True})]), plain)


def test_positions_of_whole_numbers(tmp_path, plain):
    whole = (TETRAHEDRON / 4 * 32767).astype(np.int16)
    found = solid(tmp_path, [(whole, {"normalized": True}), FACES, UV], nodes=[{"mesh": 0, "scale": [4, 4, 4]}])
    same(found, plain)
    assert found.normalisation["scale"] == pytest.approx(plain.normalisation["scale"], rel=1e-3)


def test_sparse_positions(tmp_path, plain):
    places = np.array([1, 3], np.uint16)
    flat = TETRAHEDRON.astype(np.float32)
    changed = flat[places]
    flat = np.where(np.isin(np.arange(4), places)[:, None], np.float32(7), flat)
    sparse = {"count": 2, "indices": {"bufferView": 3, "componentType": 5123}, "values": {"bufferView": 4}}
    same(solid(tmp_path, [(flat, {"sparse": sparse}), FACES, UV, places, changed]), plain)
    whole = {**sparse, "count": 4, "indices": {"bufferView": 3, "componentType": 5123}, "values": {"bufferView": 0}}
    zeros = {"componentType": 5126, "count": 4, "type": "VEC3", "sparse": whole}
    path = written(tmp_path / "b.gltf", [TETRAHEDRON.astype(np.float32), FACES, UV, np.arange(4, dtype=np.uint16)], {})
    scene = json.loads(path.read_text())
    scene["accessors"].append(zeros)
    scene["meshes"][0]["primitives"][0] |= {"attributes": {"POSITION": 4, "TEXCOORD_0": 2}, "indices": 1}
    path.write_text(json.dumps(scene))
    same(import_cad(cad_file(path)), plain)


def test_other_texture_coordinates_than_the_first(tmp_path, plain):
    arrays = [TETRAHEDRON.astype(np.float32), FACES, HALF, UV]
    same(solid(tmp_path, arrays, 3, {"texCoord": 1}), plain)
    same(solid(tmp_path, arrays, 3, {"extensions": {"KHR_texture_transform": {"texCoord": 1}}}), plain)


def test_texture_transforms(tmp_path, plain):
    moved = {"scale": [2, 2], "offset": [0.0, 0.0]}
    arrays = [TETRAHEDRON.astype(np.float32), FACES, HALF]
    same(solid(tmp_path, arrays, 2, {"extensions": {"KHR_texture_transform": moved}}), plain)


def test_transforms_scale_then_turn_then_move():
    points = np.array([[1.0, 0.0], [0.0, 1.0]])
    np.testing.assert_allclose(transformed(points, {}), points)
    np.testing.assert_allclose(transformed(points, {"offset": [0.5, -1]}), points + (0.5, -1))
    turned = transformed(points, {"rotation": np.pi / 2, "scale": [2, 3]})
    np.testing.assert_allclose(turned, [[0, -2], [3, 0]], atol=1e-6)


@pytest.mark.parametrize("indexed", [True, False])
def test_fans_are_triangles(tmp_path, indexed):
    part = {"attributes": {"POSITION": 0}, "mode": 6, **({"indices": 1} if indexed else {})}
    model = import_cad(cad_file(written(tmp_path / "a.gltf", [SQUARE, np.arange(4, dtype=np.uint16)], part)))
    corners = model.vertices[model.triangles] / model.normalisation["scale"]
    area = np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1).sum() / 2
    assert len(corners) == 2 and area == pytest.approx(1)


def test_binary_files_are_mended_too(tmp_path):
    view = {"bufferView": 2, "componentType": 5126, "count": 4, "type": "VEC2"}
    accessors = [
        {"bufferView": 0, "componentType": 5126, "count": 4, "type": "VEC3"},
        {"bufferView": 1, "componentType": 5123, "count": 12, "type": "SCALAR"},
        view,
    ]
    transform = {"KHR_texture_transform": {"offset": [0.25, 0.5]}}
    texture = {"index": 0, "extensions": transform}
    changes = {
        "materials": [{"pbrMetallicRoughness": {"baseColorTexture": texture}}],
        "textures": [{"source": 0}],
        "images": [picture()],
    }
    path = write_gltf(tmp_path / "a.glb", accessors=accessors, **changes)
    pieces, _ = read_with_trimesh(cad_file(path))
    shift = pieces[0].uv[..., 0].min(), pieces[0].uv[..., 1].max()
    assert shift == pytest.approx((0.25, 0.5)) and len(pieces[0].triangles) == 4


def test_plain_files_stay_as_they_are(tmp_path):
    path = written(tmp_path / "a.gltf", [TETRAHEDRON.astype(np.float32), FACES, UV], {"attributes": {"POSITION": 0}})
    with gltf_stream(path, Beside(path)) as stream:
        assert stream.read() == path.read_bytes()


@pytest.mark.parametrize(
    "sparse",
    [{}, [], {"count": 9}, {"count": 10**9, "indices": {"bufferView": 3, "componentType": 5123}, "values": {}},
     {"count": 2, "indices": {"bufferView": 99, "componentType": 5123}, "values": {"bufferView": 0}}],
)  # fmt: skip
def test_damaged_sparse_accessors_are_refused(tmp_path, sparse):
    arrays = [(TETRAHEDRON.astype(np.float32), {"sparse": sparse}), FACES, UV, np.array([99], np.uint16)]
    with pytest.raises(MeshError, match="damaged"):
        solid(tmp_path, arrays)
