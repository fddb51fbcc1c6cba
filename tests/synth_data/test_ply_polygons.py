"""Binary PLY files of triangles, quads and hollow polygons together, as modelling programs write them."""

import struct
from itertools import product

import numpy as np
import pytest

from synth_data.cad import cad_file
from synth_data.cad.building import import_cad
from synth_data.cad.ply_polygons import ply_stream
from synth_data.cad.trimesh_reader import read_with_trimesh
from vantage.errors import MeshError

HOOK = [(2, 1), (1, 1), (1, 2), (0, 2), (0, 0), (2, 0)]
VERTICES = [(x, y, z) for z in (0, 1) for x, y in HOOK]
FACES = [tuple(range(6)), tuple(range(11, 5, -1)), *((i, i + 6, (i + 1) % 6 + 6, (i + 1) % 6) for i in range(5))]
FACES += [(5, 11, 6), (5, 6, 0)]
"""A prism of volume 3 over an L: two polygons, five quads, two triangles."""


def write_ply(path, faces=FACES, order="<", sizes="uchar", indices="int", colors=False, more=""):
    word = {"<": "little", ">": "big"}[order]
    color = "".join(f"property uchar {name}\n" for name in ("red", "green", "blue")) if colors else ""
    head = (
        f"ply\nformat binary_{word}_endian 1.0\ncomment by hand\nelement vertex {len(VERTICES)}\n"
        "property float x\nproperty float y\nproperty double z\n"
        f"element face {len(faces)}\n{color}property list {sizes} {indices} vertex_indices\n{more}end_header\n"
    )
    letters = {"uchar": "B", "int": "i", "uint": "I", "ushort": "H"}
    body = b"".join(struct.pack(order + "ffd", *vertex) for vertex in VERTICES)
    for number, face in enumerate(faces):
        body += bytes((25 * number, 0, 255)) if colors else b""
        body += struct.pack(f"{order}{letters[sizes]}{len(face)}{letters[indices]}", len(face), *face)
    path.write_bytes(head.encode() + body + (struct.pack(f"{order}ii", 0, 1) if more else b""))
    return path


@pytest.mark.parametrize(
    ("order", "sizes", "indices"), list(product("<>", ("uchar", "int", "ushort"), ("int", "uint", "ushort")))
)
def test_the_prism_has_its_volume(tmp_path, order, sizes, indices):
    path = write_ply(tmp_path / "a.ply", order=order, sizes=sizes, indices=indices)
    (piece,), _ = read_with_trimesh(cad_file(path))
    corners = piece.vertices[piece.triangles]
    volume = np.einsum("fc,fc->f", corners[:, 0], np.cross(corners[:, 1], corners[:, 2])).sum() / 6
    area = np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1).sum() / 2
    assert abs(volume) == pytest.approx(3) and area == pytest.approx(2 * 3 + 8) and len(corners) == 20


def test_edges_behind_the_faces_are_left_out_and_colours_follow(tmp_path):
    more = "element edge 1\nproperty int vertex1\nproperty int vertex2\n"
    (piece,), _ = read_with_trimesh(cad_file(write_ply(tmp_path / "a.ply", colors=True, more=more)))
    assert len(piece.triangles) == 20 and piece.surface.vertex_colors
    reds = (piece.colors[:, 0, 0] > 0).tolist()
    assert reds == [False] * 4 + [True] * 16 and len(np.unique(piece.colors[:, 0, 0])) == len(FACES)
    assert len(import_cad(cad_file(tmp_path / "a.ply")).triangles) == 20


@pytest.mark.parametrize("faces", [FACES[2:7], FACES[7:]])
def test_faces_of_one_size_are_read_as_they_are(tmp_path, faces):
    path = write_ply(tmp_path / "a.ply", faces)
    with ply_stream(path) as stream:
        assert stream.read() == path.read_bytes()
    (piece,), _ = read_with_trimesh(cad_file(path))
    assert len(piece.triangles) == sum(len(face) - 2 for face in faces)


def test_faces_without_area_in_their_number_are_left_out(tmp_path):
    (piece,), _ = read_with_trimesh(cad_file(write_ply(tmp_path / "a.ply", [(0, 1), (2,), (), *FACES])))
    assert len(piece.triangles) == 20


def test_damaged_files_are_refused(tmp_path):
    path = write_ply(tmp_path / "a.ply")
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(MeshError, match="damaged: ValueError: cut short: 6 of the 9 faces"):
        import_cad(cad_file(path))
    with pytest.raises(MeshError, match="a face of vertex 13, where there are 12"):
        import_cad(cad_file(write_ply(path, [*FACES, (0, 1, 12)])))
    with pytest.raises(MeshError):
        import_cad(cad_file(write_ply(path, [(0, 1)])))
