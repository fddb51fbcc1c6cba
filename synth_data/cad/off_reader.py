"""OFF files as they occur: counts behind the header (ModelNet: ``OFF3514 3546 0``), comments, polygons, colours.

The text form of Geomview's format: ``[ST][C][N][4][n]OFF``, the counts, a line for each vertex (x y z, then normal,
colour, texture), a line for each face (count, vertices, colour).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from synth_data.cad.files import CadFile
from synth_data.cad.pieces import Piece, check_triangles
from synth_data.cad.polygons import split_polygons
from synth_data.develop import linear_from_srgb
from synth_data.models import Surface
from vantage.errors import MeshError

HEADER = re.compile(r"(ST)?(C)?(N)?(4)?(n)?OFF(?![A-Za-z])")


def read_off(file: CadFile) -> tuple[list[Piece], tuple[str, ...]]:
    """Return the one piece of a file, and no notes.

    Raises:
        MeshError: damaged, or of a kind that is not read.
    """
    text = file.path.read_bytes().decode("latin-1")
    header, counts, lines = _parts(text)
    vertices, colors = _vertices(lines[: counts[0]], header)
    faces = [line.split() for line in lines[counts[0] : counts[0] + counts[1]]]
    if len(faces) < counts[1]:
        raise MeshError(f"cut short: {len(faces)} of the {counts[1]} faces that it announces", do="copy it again")
    triangles, own_colors = _triangles(vertices, faces)
    if not len(triangles):
        return [], ()
    corner_colors = colors[triangles] if colors is not None else own_colors
    if corner_colors is None:
        return [Piece(vertices, triangles, Surface("plain", (0.6, 0.6, 0.6)))], ()
    surface = Surface("vertex colours" if colors is not None else "face colours", (1, 1, 1), vertex_colors=True)
    return [Piece(vertices, triangles, surface, colors=corner_colors)], ()


def _parts(text: str) -> tuple[re.Match, tuple[int, int], list[str]]:
    """Return the header, the counts of vertices and faces, and the lines behind them without comments."""
    text = re.sub(r"#[^\r\n]*", "", text) if "#" in text else text
    header = HEADER.match(text.lstrip("\ufeff\xef\xbb\xbf \t\r\n"))
    if header is None:
        raise MeshError("no OFF file: it does not begin with OFF", do="export it again")
    if header[4] or header[5]:
        raise MeshError(f"{header[0]} files have points of other than three numbers", do="export it as OFF")
    lines = [line for line in text[text.index(header[0]) + len(header[0]) :].splitlines() if line.strip()]
    words = lines[0].split() if lines else []
    if "BINARY" in words:
        raise MeshError("a binary OFF file, which is not read", do="export it as text")
    try:
        counts = int(words[0]), int(words[1])
    except (IndexError, ValueError) as error:
        found = f"damaged: the counts of vertices and faces are {' '.join(words)[:40]!r}"
        raise MeshError(found, do="export it again") from error
    if min(counts) < 0:
        raise MeshError(f"damaged: {min(counts)} vertices or faces", do="export it again")
    return header, counts, lines[1:]


def _vertices(lines: Sequence[str], header: re.Match) -> tuple[np.ndarray, np.ndarray | None]:
    """Return float64 [V, 3], and linear RGBA [V, 4] where the header says that vertices have colours."""
    rows = [line.split() for line in lines]
    try:
        vertices = np.array([row[:3] for row in rows], np.float64).reshape(-1, 3)
        if not header[2]:
            return vertices, None
        start = 6 if header[3] else 3
        colors = np.array([row[start : start + 3] for row in rows], np.float64).reshape(-1, 3)
    except ValueError as error:
        text = " ".join(str(error).split())[:100]
        raise MeshError(f"damaged: vertices that cannot be read ({text})", do="export it again") from error
    bright = np.nan_to_num(colors).max(initial=0) > 1 or not any("." in word for row in rows for word in row[start:])
    return vertices, _linear(colors / 255 if bright else colors)


def _linear(colors: np.ndarray) -> np.ndarray:
    """Return display colours [n, 3] as linear RGBA [n, 4]."""
    colors = linear_from_srgb(np.clip(np.nan_to_num(colors), 0, 1))
    return np.concatenate([colors, np.ones((len(colors), 1))], axis=1)


def _triangles(vertices: np.ndarray, faces: Sequence[Sequence[str]]) -> tuple[np.ndarray, np.ndarray | None]:
    """Return triangles [F, 3], and the colours of their corners [F, 3, 4] where all faces have one."""
    sizes: dict[int, list[int]] = {}
    try:
        for number, face in enumerate(faces):
            sizes.setdefault(int(face[0]), []).append(number)
        parts, owners = [np.zeros((0, 3), int)], [np.zeros(0, int)]
        for size, numbers in sorted(sizes.items()):
            if size < 3:
                continue
            polygons = np.array([faces[number][1 : size + 1] for number in numbers], np.int64).reshape(-1, size)
            check_triangles(vertices, polygons)
            rows, corners = split_polygons(vertices, polygons)
            parts.append(polygons[rows[:, None], corners])
            owners.append(np.array(numbers)[rows])
    except ValueError as error:
        text = " ".join(str(error).split())[:100]
        raise MeshError(f"damaged: faces that cannot be read ({text})", do="export it again") from error
    colors = _face_colors(faces)
    return np.concatenate(parts), None if colors is None else _repeated(colors[np.concatenate(owners)])


def _repeated(colors: np.ndarray) -> np.ndarray:
    return np.repeat(colors[:, None], 3, axis=1)


def _face_colors(faces: Sequence[Sequence[str]]) -> np.ndarray | None:
    """Return linear RGBA [n, 4] of faces that end in three or four numbers of a colour; None unless all do."""
    rest = [face[int(face[0]) + 1 :] for face in faces]
    if not rest or any(len(words) < 3 for words in rest):
        return None
    try:
        colors = np.array([words[:3] for words in rest], np.float64)
    except ValueError:
        return None
    whole = not any("." in word for words in rest for word in words[:3])
    return _linear(colors / 255 if whole else colors)
