"""Pieces of walls and floors: holes, texture coordinates in metres, and the model that they become."""

from __future__ import annotations

import numpy as np
import pytest

from synth_data.composition import placement
from synth_data.models import Surface
from synth_data.normals import face_normals
from synth_data.scenes.pieces import block, model_of_pieces, moved_piece, quad, wall_blocks
from synth_data.scenes.textures import Finish

BRICKS = Finish("bricks", (0.6, 0.3, 0.2), (0.7, 0.7, 0.6), period=2.0, size=128)
PICTURE = Finish("poster", (0.6, 0.3, 0.2), (0.1, 0.7, 0.6), size=128)


def area(blocks) -> float:
    """The face of all blocks, square metres."""
    return sum((high[0] - low[0]) * (high[2] - low[2]) for low, high in blocks)


def test_a_wall_without_holes_is_one_block():
    assert list(wall_blocks(4.0, 2.5, 0.2, [])) == [((0.0, 0.0, 0.0), (4.0, 0.2, 2.5))]


def test_holes_are_left_out_of_a_wall():
    holes = [(0.5, 1.4, 0.0, 2.0), (2.0, 3.0, 0.9, 2.1)]
    blocks = list(wall_blocks(4.0, 2.5, 0.2, holes))
    assert area(blocks) == pytest.approx(4 * 2.5 - 0.9 * 2.0 - 1.0 * 1.2)
    for x0, x1, z0, z1 in holes:
        x, z = (x0 + x1) / 2, (z0 + z1) / 2
        assert not any(low[0] < x < high[0] and low[2] < z < high[2] for low, high in blocks)


def test_windows_above_each_other_share_a_column():
    blocks = list(wall_blocks(2.0, 6.0, 0.2, [(0.5, 1.5, 1.0, 2.0), (0.5, 1.5, 4.0, 5.0)]))
    assert area(blocks) == pytest.approx(10.0) and len(blocks) == 5


def test_coordinates_are_metres_over_the_period():
    model = model_of_pieces([block((0, 0, 0), (4, 1, 2), BRICKS)], "wall", "wall")
    facing = face_normals(model.vertices, model.triangles)
    front = facing[:, 1] < -0.5
    corners = model.vertices[model.triangles[front]]
    np.testing.assert_allclose(model.uv[front], corners[..., [0, 2]] / 2, atol=1e-6)
    assert len(model.textures) == 1 and model.surfaces[0].texture == 0


def test_textures_stand_upright_and_unmirrored_on_every_side():
    model = model_of_pieces([block((0, 0, 0), (1, 1, 1), BRICKS)], "box", "box")
    edges = np.diff(model.uv.astype(float), axis=1)
    turn = edges[:, 0, 0] * edges[:, 1, 1] - edges[:, 0, 1] * edges[:, 1, 0]
    assert (turn > 0).all()
    upright = np.abs(face_normals(model.vertices, model.triangles)[:, 2]) < 0.5
    np.testing.assert_allclose(model.uv[upright][..., 1], model.vertices[model.triangles[upright]][..., 2] / 2)


def test_a_fitted_texture_is_spread_once():
    model = model_of_pieces([block((2, 0, 1), (3, 0.02, 1.5), PICTURE, fitted=True)], "picture", "picture")
    assert model.uv.min() == pytest.approx(0) and model.uv.max() == pytest.approx(1)


def test_boards_can_run_the_other_way():
    along, across = (
        model_of_pieces([block((0, 0, 0), (4, 2, 0.1), BRICKS, turned=turned)], "floor", "floor").uv
        for turned in (False, True)
    )
    np.testing.assert_array_equal(along, across[..., ::-1])


def test_plain_surfaces_and_equal_covers_are_listed_once():
    white = Surface("white", (0.8, 0.8, 0.8))
    pieces = [block((0, 0, k), (1, 1, k + 0.5), cover) for k, cover in enumerate((BRICKS, white, BRICKS, white))]
    model = model_of_pieces(pieces, "stack", "stack")
    assert len(model.surfaces) == 2 and len(model.textures) == 1
    assert model.surface_of.tolist() == [0] * 12 + [1] * 12 + [0] * 12 + [1] * 12


def test_light_of_its_own_is_said_of_the_surface():
    pane = quad([(0, 0, 0), (1, 0, 0), (1, 0, 1), (0, 0, 1)], PICTURE, fitted=True, emission=1.5)
    model = model_of_pieces([pane], "pane", "pane")
    assert model.surfaces[0].emission == 1.5
    np.testing.assert_allclose(model.normals[0], np.tile((0, -1, 0), (3, 1)))


def test_a_moved_piece_keeps_its_cover():
    piece = moved_piece(block((0, 0, 0), (1, 1, 1), BRICKS, smooth=True), placement((5, 0, 0), 90))
    assert piece.smooth and piece.cover == BRICKS
    np.testing.assert_allclose(piece.mesh[0].min(axis=0), (4, 0, 0), atol=1e-12)
