from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from synth_data.normals import face_normals
from synth_data.shapes.furniture import ellipse, slab, trapezoid
from synth_data.shapes.mesh import normalised
from synth_data.shapes.table import BASES, CHOICES, STYLES, build_table, sample_table_params
from tests.shapes import furniture_checks as checks
from tests.shapes.surfaces import is_left_as_it_is
from vantage.errors import UserError
from vantage.geometry import Symmetry, rotation_z

NAMES = [f"top_{c}" for c in checks.CORNERS] + [f"leg_{c}" for c in checks.CORNERS]


@pytest.fixture(scope="module")
def tables():
    return checks.sampled(sample_table_params, build_table)


def test_hundred_seeds_hundred_tables(tables):
    checks.check_all_different(tables)
    assert {table.style for table in tables} == set(STYLES) == set(BASES)
    assert {table.params.top for table in tables} == set(CHOICES["top"])
    assert len({table.params.base for table in tables}) >= 10


def test_meshes(tables):
    checks.check_meshes(tables)
    checks.check_closed_and_outward(tables[::3])


def test_keypoints(tables):
    checks.check_keypoints(tables, NAMES)
    checks.check_on_the_floor(tables)
    checks.check_normalised(tables[:20])
    checks.check_mirror(tables)


def test_size_is_what_was_asked_for(tables):
    for table in tables:
        p = table.params
        top = next(part for part in table.parts if part.name == "top")
        np.testing.assert_allclose(np.ptp(top.vertices, axis=0), [p.width, p.depth, p.thickness], atol=1e-9)
        assert abs(table.bounds()[1, 2] - p.height) < 1e-6
        assert p.width >= p.depth


def test_corners_of_the_top_are_on_its_upper_rim(tables):
    for table in tables:
        p, reach = table.params, []
        for corner in checks.CORNERS:
            x, y, z = table.keypoints[f"top_{corner}"]
            assert z > p.height - 0.5 * p.thickness
            reach.append((2 * x / p.width) ** 2 + (2 * y / p.depth) ** 2)
        assert min(reach) > (0.8 if p.top in ("round", "oval") else 1.2), (table.style, p.top)


def test_drawers_look_to_the_front(tables):
    with_drawers = [table for table in tables if any(part.name == "drawers" for part in table.parts)]
    assert len(with_drawers) >= 5
    for table in with_drawers:
        drawers = next(part for part in table.parts if part.name == "drawers")
        handles = drawers.vertices[np.isin(np.arange(len(drawers.vertices)), drawers.faces[drawers.face_materials > 0])]
        assert drawers.vertices[:, 1].min() < -table.params.leg_place[1]
        if table.params.metal != table.params.frame and len(handles):
            assert handles[:, 1].max() < 0


def test_a_desk_with_one_block_is_asymmetric_to_the_right_side(tables):
    desk = next(table.params for table in tables if table.params.base == "cabinet")
    left, right = (build_table(replace(desk, side=side)) for side in (1, -1))
    assert not left.symmetry.mirror
    block = {name: checks.all_vertices(shape) for name, shape in (("left", left), ("right", right))}
    counts = {name: np.sign(v[v[:, 2] < 0.6 * desk.height, 0]).sum() for name, v in block.items()}
    assert counts["left"] > 0 > counts["right"]
    checks.check_mirror([build_table(replace(desk, side=0))])


FOLDS = [
    ({"top": "round", "base": "column"}, 0), ({"top": "round", "base": "pedestal"}, 4),
    ({"top": "round", "base": "splayed"}, 2), ({"top": "round", "base": "straight"}, 4),
    ({"top": "rectangular", "base": "straight"}, 4), ({"top": "rectangular", "base": "straight", "stretcher": 0.3}, 2),
    ({"top": "rectangular", "base": "column"}, 4), ({"top": "rectangular", "base": "trestle"}, 2),
    ({"top": "rectangular", "base": "straight", "drawers": 2, "apron": 0.1}, 1),
    ({"top": "squircle", "base": "hairpin"}, 4), ({"top": "rectangular", "base": "panels"}, 1),
    ({"top": "rectangular", "base": "straight", "width": 1.2}, 2), ({"top": "oval", "base": "column", "width": 1.1}, 2),
]  # fmt: skip


@pytest.mark.parametrize(("change", "fold"), FOLDS)
def test_the_fold_is_what_the_mesh_has_and_no_more(change, fold, tables):
    own = next(table.params for table in tables if table.style == "dining")
    square = replace(own, width=0.9, depth=0.9, overhang=0.02, drawers=0, shelf=0.0, stretcher=0.0, square_legs=True)
    shape = normalised(build_table(replace(square, **change)))[0]
    assert shape.symmetry == Symmetry(mirror=True, fold=fold)
    held = {n for n in (2, 4, 7) if is_left_as_it_is(shape, rotation_z(360.0 / n))}
    assert held == {0: {2, 4, 7}, 1: set(), 2: {2}, 4: {2, 4}}[fold]


@pytest.mark.parametrize("top", CHOICES["top"])
@pytest.mark.parametrize("base", CHOICES["base"])
def test_every_top_goes_with_every_base(top, base, tables):
    side = 1 if base == "cabinet" else 0
    table = build_table(replace(tables[0].params, top=top, base=base, splay_deg=8.0, side=side))
    checks.check_meshes([table])
    checks.check_keypoints([table], NAMES)
    checks.check_on_the_floor([table])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"width": 9.0}, "width"),
        ({"thickness": float("inf")}, "thickness"),
        ({"top": "star"}, "oval"),
        ({"drawers": 9}, "drawers"),
    ],
)
def test_wrong_parameters_are_refused_by_name(change, words, tables):
    with pytest.raises(UserError, match=words):
        replace(tables[0].params, **change)


@pytest.mark.parametrize("corner", [0.002, 0.004, 0.012, 0.05])
@pytest.mark.parametrize("outline", [lambda corner: trapezoid(0.9, 0.7, 0.6, corner), lambda corner: ellipse(0.9, 0.6)])
def test_round_edges_do_not_fold_over_sharp_corners(outline, corner):
    ring = outline(corner)
    for under in (None, 0.016):
        vertices, faces = slab(ring, 0.70, 0.74, 0.018, under=under)
        normals = face_normals(vertices, faces)
        middle = vertices[faces].mean(axis=1)
        assert (normals[middle[:, 2] > 0.7399][:, 2] > 0).all() and (normals[middle[:, 2] < 0.7001][:, 2] < 0).all()
        sides = (middle[:, 2] > 0.705) & (middle[:, 2] < 0.735)
        assert ((normals * middle)[sides][:, :2].sum(axis=1) > 0).all()
        assert np.ptp(vertices, axis=0)[2] == pytest.approx(0.04)
