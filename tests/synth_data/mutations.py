"""A seeded mutator of CAD files, and the small good files that it starts from."""

from __future__ import annotations

import io
import json
import re
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import trimesh
from PIL import Image

from tests.synth_data.objects import ball

KINDS = ("glb", "gltf", "obj", "ply", "ply_text", "stl", "stl_text", "off", "dae")
"""Formats; where a format has two forms, both."""

WORDS = (b"nan", b"inf", b"-1", b"0", b"1e308", b"-1e-320", b"99999999999999999999", b"4294967295", b"2147483648",
         b"1_0", b"", b"--1", b"0x7f", b"1e999", b"\xff\xfe", b"1.2.3")  # fmt: skip
NUMBERS = (0xFFFFFFFF, 0x7FFFFFFF, 0x80000000, 0x7FC00000, 0x7F800000, 0xFF7FFFFF, 0, 1, 0x00000001, 0x10000000)
"""As four bytes: huge and negative counts, NaN, infinities, the largest float."""


def good_files() -> dict[str, bytes]:
    """Return a small textured ball in every format, by kind."""
    vertices, faces = ball((0, 0, 0), 1.0, 4)
    pixels = np.random.default_rng(0).integers(0, 256, (16, 16, 3), dtype=np.uint8)
    material = trimesh.visual.material.PBRMaterial(baseColorTexture=Image.fromarray(pixels), name="paint")
    visual = trimesh.visual.TextureVisuals(uv=(vertices[:, :2] + 1) / 2, material=material)
    mesh = trimesh.Trimesh(vertices, faces, visual=visual, process=False)
    plain = trimesh.Trimesh(vertices, faces, process=False)
    return {
        "glb": mesh.scene().export(file_type="glb"),
        "gltf": _gltf(plain),
        "obj": b"mtllib model.mtl\nusemtl paint\n" + plain.export(file_type="obj").encode(),
        "ply": plain.export(file_type="ply"),
        "ply_text": plain.export(file_type="ply", encoding="ascii"),
        "stl": plain.export(file_type="stl"),
        "stl_text": plain.export(file_type="stl_ascii").encode(),
        "off": plain.export(file_type="off").encode(),
        "dae": plain.export(file_type="dae"),
    }


def _gltf(mesh: trimesh.Trimesh) -> bytes:
    """Return a glTF whose numbers are in the file itself."""
    import base64

    files = trimesh.exchange.gltf.export_gltf(mesh.scene())
    scene = json.loads(files["model.gltf"])
    for buffer in scene["buffers"]:
        buffer["uri"] = "data:application/octet-stream;base64," + base64.b64encode(files[buffer["uri"]]).decode()
    return json.dumps(scene).encode()


def suffix(kind: str) -> str:
    """Return the suffix of a file of ``kind``."""
    return "." + kind.partition("_")[0]


def write_mutants(folder: Path, count: int, seed: int) -> list[Path]:
    """Write ``count`` broken files, kinds in turn, into ``folder/ball``, and return their paths."""
    (folder / "ball").mkdir(parents=True)
    (folder / "ball" / "model.mtl").write_text("newmtl paint\nKd 1 0 0\nmap_Kd bomb.png\n")
    (folder / "ball" / "bomb.png").write_bytes(bomb(60_000))
    good, paths = good_files(), []
    for number in range(count):
        kind = KINDS[number % len(KINDS)]
        rng = np.random.default_rng([seed, number])
        paths.append(folder / "ball" / f"{number:04}{suffix(kind)}")
        paths[-1].write_bytes(mutated(good[kind], rng))
    return paths


def mutated(content: bytes, rng: np.random.Generator) -> bytes:
    """Return a file with one or two things wrong."""
    for _ in range(rng.integers(1, 3)):
        content = MUTATIONS[rng.integers(len(MUTATIONS))](content, rng)
    return content


def flip_bytes(content: bytes, rng: np.random.Generator) -> bytes:
    """Some bytes are others."""
    data = np.frombuffer(content, np.uint8).copy()
    if len(data):
        data[rng.integers(len(data), size=rng.integers(1, 20))] ^= rng.integers(1, 256, dtype=np.uint8)
    return data.tobytes()


def truncate(content: bytes, rng: np.random.Generator) -> bytes:
    """The end is missing."""
    return content[: rng.integers(len(content) + 1)]


def repeat_block(content: bytes, rng: np.random.Generator) -> bytes:
    """A block is there twice, or not at all."""
    start, end = np.sort(rng.integers(len(content) + 1, size=2))
    return content[:end] + (content[start:] if rng.random() < 0.5 else content[end + (end - start) :])


def edit_number(content: bytes, rng: np.random.Generator) -> bytes:
    """A number that is written out is another: a count, an index, a coordinate."""
    places = list(re.finditer(rb"(?<![\w.])-?\d+(\.\d+)?(e-?\d+)?", content[:200_000]))
    if not places:
        return content
    place = places[int(rng.integers(len(places)))]
    return content[: place.start()] + WORDS[rng.integers(len(WORDS))] + content[place.end() :]


def edit_count(content: bytes, rng: np.random.Generator) -> bytes:
    """A count of the header is huge."""
    pattern = rb'(element \w+ |count="?"?:? ?|byteLength"?:? ?|OFF\n|stride="|byteOffset"?:? ?|children"?:? ?\[)(\d+)'
    places = list(re.finditer(pattern, content))
    if not places:
        return content[:80] + struct.pack("<I", NUMBERS[rng.integers(len(NUMBERS))]) + content[84:]
    place = places[int(rng.integers(len(places)))]
    return content[: place.start(2)] + str(int(10 ** rng.uniform(1, 12))).encode() + content[place.end(2) :]


def edit_word(content: bytes, rng: np.random.Generator) -> bytes:
    """Four bytes are a number that hurts."""
    start = int(rng.integers(max(len(content) // 4, 1))) * 4
    return content[:start] + struct.pack("<I", NUMBERS[rng.integers(len(NUMBERS))]) + content[start + 4 :]


def nest(content: bytes, rng: np.random.Generator) -> bytes:
    """Something refers to itself, or is nested ten thousand deep."""
    if content[:4] == b"glTF" or content[:1] == b"{":
        deep = b'"extras": ' + b"[" * 10_000 + b"]" * 10_000 + b", "
        choices = [(rb'"nodes": ?\[\{', b'"nodes":[{"children":[0, 1],'), (rb"\{", b"{" + deep)]
        pattern, new = choices[rng.integers(2)]
        return _with_length(re.sub(pattern, lambda _: new, content, count=1))
    deep = b"<node>" * 10_000
    choices = [(rb"<node ", deep + b"<node "), (rb"</node>", b'<instance_node url="#node0"/></node>')]
    pattern, new = choices[rng.integers(2)]
    return re.sub(pattern, lambda _: new, content, count=1)


def _with_length(content: bytes) -> bytes:
    """Return a GLB whose header and first chunk tell the true lengths again, so that what is inside is read."""
    if content[:4] != b"glTF" or len(content) < 20:
        return content
    end = content.rfind(b"BIN\0") - 4
    end = end if end > 20 else len(content)
    scene = content[20:end].rstrip(b" ")
    scene += b" " * (-len(scene) % 4)
    rest = content[end:]
    return struct.pack("<4sIIII", b"glTF", 2, 20 + len(scene) + len(rest), len(scene), 0x4E4F534A) + scene + rest


def swell_picture(content: bytes, rng: np.random.Generator) -> bytes:
    """A picture inside says that it is enormous."""
    place = content.find(b"IHDR")
    if place < 0:
        return content
    side = int(rng.choice([9_000, 60_000, 2**31 - 1]))
    head = b"IHDR" + struct.pack(">II", side, side) + content[place + 12 : place + 17]
    return content[:place] + head + struct.pack(">I", zlib.crc32(head)) + content[place + 21 :]


def bomb(side: int) -> bytes:
    """Return a small PNG file of ``side`` by ``side`` black pixels."""
    buffer = io.BytesIO()
    Image.new("1", (8, 8)).save(buffer, "PNG")
    return swell_picture(buffer.getvalue(), _Always(side))


class _Always:
    """Stands for a generator that draws one number."""

    def __init__(self, value: int):
        self.value = value

    def choice(self, _):
        return self.value


MUTATIONS: tuple[Callable[[bytes, np.random.Generator], bytes], ...] = (
    *(flip_bytes, truncate, repeat_block, edit_number, edit_number, edit_number),
    *(edit_count, edit_count, edit_word, edit_word, nest, swell_picture),
)


def endless_dae(levels: int = 60) -> bytes:
    """Return a COLLADA file of some kilobytes in which every node shows the one below twice: 2^levels balls."""
    text = good_files()["dae"].decode()
    shown = re.search(r"<instance_geometry.*?</instance_geometry>|<instance_geometry[^>]*/>", text, re.DOTALL)[0]
    nodes = [f'<node id="level0">{shown}</node>']
    twice = '<node id="level{}"><instance_node url="#level{}"/><instance_node url="#level{}"/></node>'
    nodes += [twice.format(level, level - 1, level - 1) for level in range(1, levels)]
    library = f"<library_nodes>{''.join(nodes)}</library_nodes>"
    text = text.replace("<library_visual_scenes", library + "<library_visual_scenes", 1)
    return (
        text.replace(shown, f'<instance_node url="#level{levels - 1}"/>', 2)
        .replace(f'<node id="level0"><instance_node url="#level{levels - 1}"/>', f'<node id="level0">{shown}', 1)
        .encode()
    )


def greedy_gltf() -> bytes:
    """Return a glTF of some hundred bytes that announces 700 million vertices, all zero, and needs no file for them."""
    accessor = {"componentType": 5126, "count": 700_000_000, "type": "VEC3"}
    scene = {
        "asset": {"version": "2.0"}, "scene": 0, "scenes": [{"nodes": [0]}], "nodes": [{"mesh": 0}],
        "meshes": [{"primitives": [{"attributes": {"POSITION": 0}}]}], "accessors": [accessor],
    }  # fmt: skip
    return json.dumps(scene).encode()
