"""Textured pieces that walls, floors, roads and houses are made of, and the model that they become, in metres.

A texture lies on a piece as if it had been projected from the side that each triangle faces: walls of any direction
have upright textures, floors are seen from above, and neighbours match at their seams.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from synth_data.image_textures import box_coordinates
from synth_data.models import Model, Surface
from synth_data.normals import corner_normals, face_normals
from synth_data.scenes.textures import Finish, texture
from synth_data.shapes.primitives import Mesh, box

Cover = Finish | Surface
"""What a piece is covered with: a texture, or a plain surface."""


@dataclass(frozen=True, eq=False)
class Piece:
    """A mesh in metres and what covers it.

    Attributes:
        mesh: vertices [V, 3], faces [F, 3].
        cover: texture or plain surface.
        fitted: stretch the texture once over each side of the piece's box, instead of repeating it.
        emission: strength of its own light.
        smooth: interpolate normals.
        turned: exchange the texture's axes (boards that run the other way).
    """

    mesh: Mesh
    cover: Cover
    fitted: bool = False
    emission: float = 0.0
    smooth: bool = False
    turned: bool = False


def block(low: Sequence[float], high: Sequence[float], cover: Cover, **options) -> Piece:
    """Return the box between two corners [3]."""
    low, high = np.asarray(low, np.float64), np.asarray(high, np.float64)
    return Piece(box(high - low, (low + high) / 2), cover, **options)


def quad(corners, cover: Cover, **options) -> Piece:
    """Return a rectangle of four corners [4, 3], counter-clockwise from where it is seen."""
    return Piece((np.asarray(corners, np.float64), np.array([[0, 1, 2], [0, 2, 3]])), cover, **options)


def moved_piece(piece: Piece, transform: np.ndarray) -> Piece:
    """Return a piece under a rigid transform [4, 4]."""
    vertices, faces = piece.mesh
    mesh = (vertices @ transform[:3, :3].T + transform[:3, 3], faces)
    return Piece(mesh, piece.cover, piece.fitted, piece.emission, piece.smooth, piece.turned)


def wall_blocks(length: float, height: float, thickness: float, openings: Iterable[Sequence[float]]):
    """Yield low and high corners of the blocks of a wall with rectangular holes.

    The wall stands along x from 0 to ``length``, its face at y = 0, its body behind it up to y = ``thickness``.

    Args:
        length, height, thickness: metres.
        openings: (x0, x1, z0, z1) each, apart from each other.
    """
    openings = list(openings)
    cuts = sorted({0.0, length, *(edge for x0, x1, _, _ in openings for edge in (x0, x1))})
    for start, end in pairwise(cuts):
        middle, bottom = (start + end) / 2, 0.0
        holes = sorted((z0, z1) for x0, x1, z0, z1 in openings if x0 < middle < x1)
        for z0, z1 in [*holes, (height, height)]:
            if z0 > bottom + 1e-9:
                yield (start, 0.0, bottom), (end, thickness, z0)
            bottom = z1


def model_of_pieces(pieces: Sequence[Piece], model_id: str, category: str) -> Model:
    """Return one model, in metres, not normalised."""
    starts = np.cumsum([0] + [len(piece.mesh[0]) for piece in pieces[:-1]])
    vertices = np.concatenate([piece.mesh[0] for piece in pieces])
    triangles = np.concatenate([piece.mesh[1] + start for piece, start in zip(pieces, starts)]).astype(np.int32)
    counts = [len(piece.mesh[1]) for piece in pieces]
    images: dict[Finish, int] = {}
    surfaces: dict[Surface, int] = {}
    numbers = [surfaces.setdefault(_surface(piece, images), len(surfaces)) for piece in pieces]
    angles = np.repeat([35.0 if piece.smooth else 0.0 for piece in pieces], counts)
    return Model(
        model_id,
        category,
        vertices,
        triangles,
        corner_normals(vertices, triangles, angles),
        np.repeat(numbers, counts).astype(np.int32),
        tuple(surfaces),
        uv=np.concatenate([_coordinates(piece) for piece in pieces]).astype(np.float32),
        textures=tuple(texture(finish) for finish in images),
    )


def _surface(piece: Piece, images: dict[Finish, int]) -> Surface:
    """Return the surface of a piece; its texture's number is added to ``images``."""
    if isinstance(piece.cover, Surface):
        return piece.cover
    number = images.setdefault(piece.cover, len(images))
    return Surface(piece.cover.kind, (1.0, 1.0, 1.0), roughness=piece.cover.roughness, texture=number,
                   emission=piece.emission)  # fmt: skip


def _coordinates(piece: Piece) -> np.ndarray:
    """Return texture coordinates [F, 3, 2] by projection from the side that each triangle faces."""
    vertices, faces = piece.mesh
    corners, normals = vertices[faces], face_normals(vertices, faces)
    if piece.fitted:
        low, high = vertices.min(axis=0), vertices.max(axis=0)
        corners = (corners - low) / np.maximum(high - low, 1e-9) - 0.5
    uv = box_coordinates(corners, normals)
    uv = uv[..., ::-1] if piece.turned else uv
    if piece.fitted:
        return uv + 0.5
    return uv / (piece.cover.period if isinstance(piece.cover, Finish) else 1.0)
