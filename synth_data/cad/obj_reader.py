"""Wavefront OBJ files, as they are written by anything: indices from the end, polygons, several material files.

trimesh's reader takes an index from the end of the vertices so far (``f -3 -2 -1``) for one from the end of the file,
splits polygons with hollow corners wrongly, and reads no second material file.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import trimesh

from synth_data.cad.files import CadFile
from synth_data.cad.pieces import Piece, check_triangles, turned
from synth_data.cad.polygons import split_polygons
from synth_data.cad.textures import Beside
from synth_data.cad.trimesh_reader import material_surface
from synth_data.develop import linear_from_srgb
from synth_data.models import Surface
from vantage.errors import MeshError

_KINDS = ("v", "vt", "vn")
_PLAIN = 0.6
"""Grey of what has no material."""


@dataclass
class _Lines:
    """The lines of a file by what they say.

    Attributes:
        values: ``v``, ``vt``, ``vn`` -> their numbers, as text.
        faces: material -> form of a face (corners, slashes, two slashes together) -> lines of numbers.
        libraries: names of material files.
    """

    values: dict[str, list[str]] = field(default_factory=lambda: {kind: [] for kind in _KINDS})
    faces: dict[str, dict[tuple[int, int, bool], list[str]]] = field(default_factory=dict)
    libraries: list[str] = field(default_factory=list)


def read_obj(file: CadFile) -> tuple[list[Piece], tuple[str, ...]]:
    """Return the pieces of a file, one for each material, and notes on what it names and lacks.

    Raises:
        MeshError: damaged.
    """
    beside = Beside(file.path, file.root)
    lines = _sorted_lines(_decoded(file.path.read_bytes()))
    vertices, colors = _vertices(lines.values["v"])
    uv, normals = _table(lines.values["vt"], 2), _table(lines.values["vn"], 3)
    materials = _materials(lines.libraries, beside)
    pieces = []
    for name, forms in lines.faces.items():
        for triangles, uv_of, normal_of in _merged(vertices, forms):
            check_triangles(vertices, triangles)
            used, renumbered = np.unique(triangles, return_inverse=True)
            own = None if colors is None or name in materials else colors[triangles]
            surface, image = materials.get(name) or (_plain(name, own is not None), None)
            corner_uv, corner_normals = _looked_up(uv, uv_of), _looked_up(normals, normal_of)
            pieces.append(
                Piece(
                    vertices[used],
                    renumbered.reshape(-1, 3),
                    surface,
                    None if corner_normals is None else turned(corner_normals, np.eye(3)),
                    corner_uv,
                    own,
                    None if corner_uv is None else image,
                )
            )
    return pieces, beside.notes()


def _decoded(content: bytes) -> str:
    """Return the text of a file; one that is not UTF-8 was written in a western language, or has names alone in it."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def _sorted_lines(text: str) -> _Lines:
    """Take a text apart; a line that ends in a backslash goes on in the next."""
    found, material = _Lines(), ""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    for line in re.sub(r"\\[ \t]*\n", " ", text).split("\n"):
        key, _, rest = line.strip().replace("\t", " ").partition(" ")
        if key in found.values:
            found.values[key].append(rest.partition("#")[0])
        elif key in ("f", "fo"):
            _keep_face(found, material, rest.partition("#")[0])
        elif key == "usemtl":
            material = " ".join(rest.split())
        elif key == "mtllib":
            found.libraries += re.findall(r"\S.*?\.mtl(?!\S)", rest, re.IGNORECASE) or [rest.strip()]
    return found


def _keep_face(found: _Lines, material: str, rest: str) -> None:
    """Put a face to those of its form; an index from the end counts what stands above it."""
    if "-" in rest:
        counts = [len(found.values[kind]) for kind in _KINDS]
        rest = " ".join(_from_start(word, counts) for word in rest.split())
    words = rest.split()
    if len(words) < 3:  # a point or a line
        return
    first = words[0].rstrip("/")
    form = len(words), first.count("/"), "//" in first
    found.faces.setdefault(material, {}).setdefault(form, []).append(rest)


def _from_start(word: str, counts: Sequence[int]) -> str:
    """Return a corner such as ``-1/-1/-1`` with indices that count from the first; as it is where it is no such."""
    parts = zip(word.split("/"), counts)
    try:
        return "/".join([str(count + 1 + int(part)) if part[:1] == "-" else part for part, count in parts])
    except ValueError:
        return word


def _numbers(lines: Sequence[str], kind: type) -> np.ndarray | None:
    """Return the numbers of lines that all have as many, [n, m]; None where they do not."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", DeprecationWarning)  # text that is no number
        try:
            values = np.fromstring(" ".join(lines), dtype=kind, sep=" ")
        except (DeprecationWarning, ValueError):
            return None
    width = len(lines[0].split())
    return values.reshape(-1, width) if width and len(values) == width * len(lines) else None


def _rows(lines: Sequence[str], width: int) -> list[list[float]]:
    """Return the first ``width`` numbers of each line, zeros where there are fewer; the slow way.

    Raises:
        MeshError: a word that is no number.
    """
    try:
        return [([float(word) for word in line.split()[:width]] + [0.0] * width)[:width] for line in lines]
    except ValueError as error:
        raise MeshError(f"damaged: {error}", do="export it again") from error


def _vertices(lines: Sequence[str]) -> tuple[np.ndarray, np.ndarray | None]:
    """Return float64 [V, 3], and linear RGBA [V, 4] where all vertices have a colour behind their place."""
    if not lines:
        return np.zeros((0, 3)), None
    values = _numbers(lines, np.float64)
    if values is None:
        colored = min(len(line.split()) for line in lines) >= 6
        values = np.array(_rows(lines, 6 if colored else 3))
    if values.shape[1] < 3:
        raise MeshError(f"vertices of {values.shape[1]} numbers", "x, y and z", "export it again")
    if values.shape[1] < 6:
        return values[:, :3], None
    colors = np.nan_to_num(values[:, 3:6])
    colors = linear_from_srgb(np.clip(colors / 255 if colors.max() > 1 else colors, 0, 1))
    return values[:, :3], np.concatenate([colors, np.ones((len(colors), 1))], axis=1)


def _table(lines: Sequence[str], width: int) -> np.ndarray | None:
    """Return float64 [n, width] of ``vt`` or ``vn`` lines; None without any."""
    if not lines:
        return None
    values = _numbers(lines, np.float64)
    return np.array(_rows(lines, width)) if values is None or values.shape[1] < width else values[:, :width]


def _merged(vertices: np.ndarray, forms: dict) -> Iterator[tuple[np.ndarray, np.ndarray | None, np.ndarray | None]]:
    """Yield triangles [F, 3] with their ``vt`` and ``vn`` numbers, those with the same kinds of numbers in one."""
    kinds: dict[tuple[bool, bool], list[tuple[np.ndarray, ...]]] = {}
    for form, lines in forms.items():
        indices = _corners(form, lines)
        polygons = indices[..., 0]
        if len(polygons) and not (polygons.min() >= 0 and polygons.max() < len(vertices)):
            check_triangles(vertices, polygons)
        rows, places = split_polygons(vertices, polygons)
        slashes, without_uv = form[1:]
        kind = slashes > 0 and not without_uv, slashes > 1
        kinds.setdefault(kind, []).append(indices[rows[:, None], places])
    for (has_uv, has_normals), parts in kinds.items():
        indices = np.concatenate(parts)
        yield indices[..., 0], indices[..., 1] if has_uv else None, indices[..., -1] if has_normals else None


def _corners(form: tuple[int, int, bool], lines: Sequence[str]) -> np.ndarray:
    """Return what the corners of faces of one form are made of, from 0 on, int [n, corners, numbers].

    Raises:
        MeshError: a face that cannot be read.
    """
    count, slashes, together = form
    width = slashes + 1 - together
    values = _numbers([line.replace("/", " ") for line in lines], np.int64)
    if values is None or values.shape[1] != count * width:
        raise MeshError(f"damaged: faces such as 'f {lines[0].strip()[:60]}' cannot be read", do="export it again")
    return values.reshape(-1, count, width) - 1


def _looked_up(table: np.ndarray | None, indices: np.ndarray | None) -> np.ndarray | None:
    """Return rows of a table; None where either is missing, or a number leads out of the table."""
    if table is None or indices is None or indices.min() < 0 or indices.max() >= len(table):
        return None
    return table[indices]


def _materials(libraries: Sequence[str], beside: Beside) -> dict:
    """Return material -> surface and picture, of all material files that are found."""
    found = {}
    for name in libraries:
        path = beside.find(name)
        if path is not None:
            values = trimesh.exchange.obj.parse_mtl(_decoded(path.read_bytes()), _Pictures(beside))
            for key, value in values.items():
                found[key] = material_surface(trimesh.visual.material.SimpleMaterial(**value), False)
    return found


class _Pictures:
    """Gives trimesh's reader of material files the pictures that `Beside` finds."""

    def __init__(self, beside: Beside):
        self._beside = beside

    def get(self, name: str) -> bytes:
        """Return the bytes of a picture."""
        path = self._beside.find(name)
        if path is None:
            raise FileNotFoundError(name)
        return path.read_bytes()


def _plain(name: str, has_colors: bool) -> Surface:
    return Surface(name or "plain", (1, 1, 1) if has_colors else (_PLAIN,) * 3, vertex_colors=has_colors)
