"""OBJ and OFF files as other programs write them: what they say, and areas that prove how polygons are split."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from synth_data.cad import cad_file
from synth_data.cad.building import import_cad, import_noted
from synth_data.cad.obj_reader import read_obj
from synth_data.cad.off_reader import read_off
from synth_data.cad.polygons import ears, split_polygons
from synth_data.normals import face_normals
from vantage.errors import MeshError

HOOK = [(2, 1), (1, 1), (1, 2), (0, 2), (0, 0), (2, 0)]
"""An L of area 3; the triangles around its first corner cover more."""

QUAD = "v 0 0 0\nv 1 0 0\nv 1 1 0\nv 0 1 0\n"


def obj(folder: Path, text: str, name: str = "a.obj"):
    """Return the pieces and notes of an OBJ file with this text."""
    (folder / name).write_bytes(text.encode())
    return read_obj(cad_file(folder / name))


def off(folder: Path, text: str):
    """Return the piece of an OFF file with this text."""
    (folder / "a.off").write_bytes(text.encode())
    pieces, _ = read_off(cad_file(folder / "a.off"))
    return pieces[0]


def area(piece) -> float:
    """Return the sum of the areas of triangles, negative where they turn the other way, about z."""
    return float(face_normals(piece.vertices, piece.triangles)[:, 2].sum() / 2)


def unsigned(piece) -> float:
    return float(np.linalg.norm(face_normals(piece.vertices, piece.triangles), axis=1).sum() / 2)


@pytest.mark.parametrize("start", range(6))
@pytest.mark.parametrize("turn", [1, -1])
def test_hollow_polygons_have_their_area(start, turn, tmp_path):
    corners = (HOOK[start:] + HOOK[:start])[::turn]
    lines = "".join(f"v {x} {y} 0\n" for x, y in corners)
    piece = obj(tmp_path, lines + "f 1 2 3 4 5 6\n")[0][0]
    assert area(piece) == pytest.approx(3 * turn) and unsigned(piece) == pytest.approx(3)
    rows = "".join(f"{x} {y} 0\n" for x, y in corners)
    piece = off(tmp_path, f"OFF\n6 1 0\n{rows}6 0 1 2 3 4 5\n")
    assert area(piece) == pytest.approx(3 * turn) and unsigned(piece) == pytest.approx(3)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.floats(0.1, 3), min_size=4, max_size=30))
def test_stars_have_their_area(radii):
    angle = np.arange(len(radii)) * 2 * np.pi / len(radii)
    points = np.stack([np.cos(angle), np.sin(angle), angle * 0], 1) * np.array(radii)[:, None]
    rows, corners = split_polygons(points, np.arange(len(radii))[None])
    x, y = points[:, 0], points[:, 1]
    expected = (x * np.roll(y, -1) - y * np.roll(x, -1)).sum() / 2
    found = face_normals(points, corners)[:, 2] / 2
    assert (rows == 0).all() and len(corners) == len(radii) - 2
    assert found.sum() == pytest.approx(expected) and np.abs(found).sum() == pytest.approx(expected)


def test_an_outline_that_crosses_itself_ends():
    assert len(ears(np.array([(0, 0), (1, 1), (1, 0), (0, 1), (0.5, 3), (-2, 0.5)]))) == 4


@pytest.mark.parametrize("start", range(4))
def test_arrows_of_four_corners(start, tmp_path):
    arrow = [(0, 0), (2, 1), (0, 2), (0.5, 1)]
    arrow = arrow[start:] + arrow[:start]
    lines = "".join(f"v {x} {y} 0\n" for x, y in arrow)
    piece = obj(tmp_path, lines + "f 1 2 3 4\n")[0][0]
    assert area(piece) == pytest.approx(1.5) and unsigned(piece) == pytest.approx(1.5)


def test_polygons_of_one_size_are_split_together():
    points = np.array([(x, y, 0.0) for x, y in HOOK] + [(x + 5, y, 0.0) for x, y in HOOK])
    rows, corners = split_polygons(points, np.array([[4, 5, 0, 2, 3], [10, 11, 6, 8, 9]]))
    assert np.bincount(rows).tolist() == [3, 3] and corners.max() == 4


def test_indices_from_the_end_count_what_stands_above(tmp_path):
    text = QUAD + "vt 0 0\nvn 0 0 1\nf -4/-1/-1 -3/-1/-1 -2/-1/-1\n"
    text += QUAD.replace(" 0\n", " 7\n") + "vt 1 1\nvn 0 0 1\nf -4/-1/-1 -3/-1/-1 -2/-1/-1 -1/-1/-1\n"
    piece = obj(tmp_path, text)[0][0]
    assert area(piece) == pytest.approx(1.5)
    low = piece.vertices[piece.triangles][..., 2] == 0
    assert (piece.uv[low] == 0).all() and (piece.uv[~low] == 1).all() and (~low).sum() == 6


@pytest.mark.parametrize(
    "text",
    [
        QUAD.replace("\n", "\r\n") + "f 1 2 3 4\r\n",
        QUAD.replace("\n", "\r") + "f 1 2 3 4\r",
        QUAD.replace(" ", "\t") + "f\t1\t2\t3\t4",
        QUAD.replace("v ", "  v   ") + " f  1  2  3  4  \n",
        QUAD.replace("\n", " # a corner\n") + "f 1 2 3 4 # the face\n",
        QUAD + "f 1 2 3 \\\n 4\n",
        QUAD.replace(" 0\n", " 0 1.0\n") + "f 1 2 3 4\n",
        QUAD + "v 5 5 5 1 0 0\nf 1// 2// 3// 4//\n",
        QUAD + "f 1/9/9 2/9/9 3/9/9 4/9/9\n",
        QUAD + "vt 0.5\nf 1/1 2/1 3/1 4/1\np 1\nl 1 2\nf 1 2\n",
        "\ufeff" + QUAD + "f 1 2 3\nf 3 4 1\n",
        QUAD + "vn 0 0 1\nf 1//1 2//1 3//1\nf 1 3 4\n",
    ],
)
def test_ways_to_write_a_square(text, tmp_path):
    pieces, notes = obj(tmp_path, text)
    assert sum(map(area, pieces)) == pytest.approx(1) and not notes


def test_faces_of_six_numbers_keep_their_forms_apart(tmp_path):
    """Three corners with a texture each, and six corners without: as many numbers."""
    text = "".join(f"v {x} {y} 0\n" for x, y in HOOK) + "vt 0 0\nf 1 2 3 4 5 6\nf 1/1 2/1 3/1\n"
    assert sorted(round(unsigned(piece), 6) for piece in obj(tmp_path, text)[0]) == [0.5, 3]


def test_several_material_files_and_names_with_spaces(tmp_path):
    (tmp_path / "a b.mtl").write_text("newmtl deep  red\nKd 1 0 0\nd 0.5\n")
    (tmp_path / "c.mtl").write_text("newmtl blue\nKd 0 0 1\nd 0\n")
    text = f"mtllib a b.mtl c.mtl gone.mtl\n{QUAD}usemtl deep red\nf 1 2 3\nusemtl blue\nf 3 4 1\nusemtl odd\nf 1 2 3\n"
    pieces, notes = obj(tmp_path, text)
    found = {piece.surface.name: (piece.surface.base_color, piece.surface.alpha) for piece in pieces}
    assert found == {"deep red": ((1, 0, 0), 0.5), "blue": ((0, 0, 1), 1.0), "odd": ((0.6, 0.6, 0.6), 1.0)}
    assert notes == ("the material file gone.mtl is missing; its colour is plain",)


def test_names_of_western_languages_and_pictures(tmp_path):
    Image.new("RGB", (2, 2)).save(tmp_path / "wood.png")
    (tmp_path / "a.mtl").write_bytes("newmtl gr\xfcn\nmap_Kd WOOD.png\n".encode("latin-1"))
    text = f"mtllib a.mtl\n{QUAD}vt 0 0\nusemtl gr\xfcn\nf 1/1 2/1 3/1\n"
    (tmp_path / "a.obj").write_bytes(text.encode("latin-1"))
    pieces, _ = read_obj(cad_file(tmp_path / "a.obj"))
    assert pieces[0].image.size == (2, 2) and pieces[0].surface.name == "gr\xfcn"


def test_colours_of_vertices_are_linear(tmp_path):
    colored = "".join(f"v {x} {y} 0 1 0 0.5\n" for x, y in HOOK[:3])
    pieces, _ = obj(tmp_path, colored + "f 1 2 3\n")
    assert pieces[0].surface.vertex_colors and pieces[0].colors[0, 0] == pytest.approx([1, 0, 0.214, 1], abs=1e-3)


def test_neighbours_of_four_and_three_corners_are_smooth_together(tmp_path):
    text = QUAD + "v 2 0.5 0.2\nf 1 2 3 4\nf 2 5 3\n"
    (tmp_path / "a.obj").write_text(text)
    model = import_cad(cad_file(tmp_path / "a.obj"))
    assert len(np.unique(model.vertices[:, 0])) == 3 and len(model.vertices) == 5
    assert len(np.unique(np.round(model.normals.reshape(-1, 3), 5), axis=0)) > 2


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (QUAD + "f 1 2 nine\n", "faces such as 'f 1 2 nine' cannot be read"),
        (QUAD + "f 0 1 2\n", "a face of vertex 0, where there are 4"),
        (QUAD + "f 1 2 5\n", "a face of vertex 5, where there are 4"),
        (QUAD + "f -9 -2 -1\n", "a face of vertex -4, where there are 4"),
        ("v 0,5 1,5 0\nf 1 1 1\n", "damaged: could not convert string"),
        ("v 1 2\n" * 3 + "f 1 2 3\n", "vertices of 2 numbers"),
        ("v \n" * 3 + "f 1 2 3\n", "all triangles have no area"),
    ],
)
def test_damaged_obj_files(text, words, tmp_path):
    (tmp_path / "a.obj").write_text(text)
    with pytest.raises(MeshError, match=words):
        import_noted(cad_file(tmp_path / "a.obj"))


ROWS = "0 0 0\n1 0 0\n1 1 0\n0 1 0\n"


@pytest.mark.parametrize(
    "text",
    [
        f"OFF\n4 1 0\n{ROWS}4 0 1 2 3\n",
        f"OFF4 1 0\n{ROWS}4 0 1 2 3\n",
        f"OFF 4 1 0\r\n{ROWS}4 0 1 2 3",
        f"OFF 4 1\n{ROWS}4 0 1 2 3\n",
        f"# made by hand\n\nOFF # header\n# counts\n4 1 0 # so many\n{ROWS}\n4 0 1 2 3  # a face\n",
        f"OFF\n4 2 0\n{ROWS}3 0 1 2\n3 2 3 0\n",
        f"OFF\n4 3 0\n{ROWS}4 0 1 2 3 0.9\n2 0 1\n1 0\n",
        "NOFF\n4 1 0\n" + ROWS.replace("0\n", "0 0 0 1\n") + "4 0 1 2 3\n",
        "COFF\n4 1 0\n" + ROWS.replace("0\n", "0 255 0 0 255\n") + "4 0 1 2 3\n",
    ],
)
def test_ways_to_write_a_square_as_off(text, tmp_path):
    piece = off(tmp_path, text)
    assert area(piece) == pytest.approx(1)
    assert import_cad(cad_file(tmp_path / "a.off")).vertices.max() == pytest.approx(0.5 / 2**0.5)


def test_colours_of_off_files(tmp_path):
    piece = off(tmp_path, f"OFF\n4 2 0\n{ROWS}3 0 1 2 255 0 0\n3 2 3 0 0 0 255 255\n")
    assert piece.colors[:, 1].tolist() == [[1, 0, 0, 1], [0, 0, 1, 1]] and piece.surface.vertex_colors
    rows = ROWS.replace("0\n", "0 1.0 0.5 0.0\n")
    assert off(tmp_path, f"COFF\n4 1 0\n{rows}4 0 1 2 3\n").colors[0, 0] == pytest.approx([1, 0.214, 0, 1], abs=1e-3)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("OFFSHORE 4 1 0\n", "begin with OFF"),
        ("4OFF\n4 1 0\n", "points of other than three numbers"),
        ("OFF BINARY\n\0\0", "binary OFF file"),
        ("OFF\nthree one none\n", "the counts of vertices and faces are 'three one none'"),
        ("OFF\n", "the counts of vertices and faces are ''"),
        ("OFF\n-3 1 0\n", "-3 vertices"),
        (f"OFF\n4 2 0\n{ROWS}4 0 1 2 3\n", "cut short: 1 of the 2 faces"),
        (f"OFF\n4 1 0\n{ROWS}4 0 1 2\n", "faces that cannot be read"),
        (f"OFF\n4 1 0\n{ROWS}3 0 1 -7\n", "a face of vertex -6, where there are 4"),
        ("OFF\n2 0 0\n1 2\n3 4 5\n", "vertices that cannot be read"),
    ],
)
def test_damaged_off_files(text, words, tmp_path):
    (tmp_path / "a.off").write_text(text)
    with pytest.raises(MeshError, match=words):
        import_noted(cad_file(tmp_path / "a.off"))


def test_triangles_that_lie_on_each_other_are_one(tmp_path):
    """Both sides of a surface, the second with vertices of its own, in another order."""
    text = QUAD + QUAD + "v 0 0 1\nf 1 2 3\nf 7 6 5\nf 3 2 1\nf 1 3 4\nf 1 2 9\n"
    (tmp_path / "a.obj").write_text(text)
    model = import_cad(cad_file(tmp_path / "a.obj"))
    assert model.triangles.tolist() == [[0, 1, 2], [0, 2, 3], [0, 1, 8]] or len(model.triangles) == 3
    assert len(model.normals) == len(model.surface_of) == 3
