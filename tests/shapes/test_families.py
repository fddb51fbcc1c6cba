"""What holds for the shapes of every category: reproducible, varied, normalised, closed, with keypoints that belong
to them, and with the symmetry that they claim. Tests of one category hold what is its own."""

from __future__ import annotations

import hashlib
import time

import numpy as np
import pytest

from synth_data.shapes import CATEGORIES, sample_shape
from synth_data.shapes.mesh import PATTERNS
from tests.shapes.furniture_checks import check_closed_and_outward
from tests.shapes.surfaces import corners, is_left_as_it_is, near, winding
from vantage.geometry import rotation_z

SEEDS = range(6)

MOST_TRIANGLES = {"car": 34_000, "sofa": 22_000, "chair": 21_000}
"""Of categories that may have more than 12,000."""

ONE_SIDED = {"car", "bus", "aeroplane", "bicycle", "boat", "motorbike", "train"}
"""Vehicles, whose steering wheels, chains, doors and exhausts are left out of their mirror symmetry."""

OFTEN = [name for name in CATEGORIES if name not in ONE_SIDED and name not in ("chair", "table", "sofa")]
"""Categories without a test of their own for hundreds of seeds."""


def digest(shape) -> str:
    """Return a hash of everything that a renderer reads."""
    mark = hashlib.sha256()
    for part in shape.parts:
        for array in (part.vertices, part.faces, part.face_materials):
            mark.update(np.ascontiguousarray(array).tobytes())
        mark.update(repr((part.name, part.materials, part.smooth, part.sharp_angle_deg)).encode())
    mark.update(repr([(name, tuple(point)) for name, point in shape.keypoints.items()]).encode())
    return mark.hexdigest()


@pytest.fixture(scope="module", params=list(CATEGORIES))
def shapes(request):
    return [sample_shape(request.param, seed) for seed in SEEDS]


def test_built_twice_is_equal(shapes):
    assert digest(sample_shape(shapes[0].category, 5)) == digest(shapes[5])


def test_building_does_not_change_the_parameters(shapes):
    build = CATEGORIES[shapes[0].category].build
    assert digest(build(shapes[0].params)) == digest(build(shapes[0].params))


def test_shapes_of_different_seeds_differ(shapes):
    assert len({digest(shape) for shape in shapes}) == len(shapes)


@pytest.mark.parametrize("category", [name for name in CATEGORIES if name not in OFTEN])
def test_three_hundred_seeds_differ(category):
    kind = CATEGORIES[category]
    drawn = {repr(kind.sample(np.random.default_rng([seed, 0]))) for seed in range(300)}
    assert len(drawn) == 300


def check_seeds_differ(category: str, count: int) -> None:
    """Check that ``count`` seeds give as many different shapes, of several styles."""
    kind, outlines, styles = CATEGORIES[category], set(), set()
    for seed in range(count):
        shape = kind.build(kind.sample(np.random.default_rng(seed)))
        outline = np.sort(np.concatenate([part.vertices for part in shape.parts]), axis=0)
        outlines.add(hashlib.sha256(outline.tobytes()).digest())
        styles.add(shape.style)
    assert len(outlines) == count
    assert len(styles) >= (4 if category == "table" else 5)


@pytest.mark.parametrize("category", OFTEN)
def test_two_hundred_seeds_give_two_hundred_outlines(category):
    check_seeds_differ(category, 200)


@pytest.mark.slow
@pytest.mark.parametrize("category", [*OFTEN, "chair", "table", "sofa", "car"])
def test_a_thousand_seeds_give_a_thousand_outlines(category):
    check_seeds_differ(category, 1000)


def test_normalised_and_upright(shapes):
    for shape in shapes:
        low, high = shape.bounds()
        assert np.linalg.norm(high - low) == pytest.approx(1)
        np.testing.assert_allclose(low + high, 0, atol=1e-12)
        height = shape.normalisation.undo(low)[2]
        assert abs(height) < (0.06 if shape.category in ONE_SIDED else 0.004), "stands on the ground"


def test_meshes_are_clean_and_closed(shapes):
    for shape in shapes:
        for part in shape.parts:
            assert np.isfinite(part.vertices).all()
            assert part.faces.min() >= 0 and part.faces.max() < len(part.vertices)
            assert part.face_materials.max() < len(part.materials)
            a, b, c = part.vertices[part.faces].transpose(1, 0, 2)
            assert np.linalg.norm(np.cross(b - a, c - a), axis=1).min() > 1e-10, part.name
    if shapes[0].category != "car":  # its cabin and trim are open sheets
        check_closed_and_outward(shapes[:3])


def test_part_names_are_unique_and_sizes_are_sane(shapes):
    for shape in shapes:
        names = [part.name for part in shape.parts]
        assert len(set(names)) == len(names)
        assert 100 < shape.triangle_count() <= MOST_TRIANGLES.get(shape.category, 12_000)


def test_materials_are_in_range(shapes):
    for material in {m for shape in shapes for part in shape.parts for m in part.materials}:
        assert min(material.base_color) >= 0 and max(material.base_color) <= 1
        assert material.pattern is None or (material.pattern in PATTERNS and material.pattern_scale > 0)


def test_keypoints_have_the_same_names_and_edges_join_them(shapes):
    names = list(shapes[0].keypoints)
    assert len(names) >= 4
    for shape in shapes:
        assert list(shape.keypoints) == names
        assert shape.edges == shapes[0].edges
        assert all(a in names and b in names and a != b for a, b in shape.edges)


def test_keypoints_lie_on_the_surface_or_inside(shapes):
    for shape in shapes[:4]:
        triangles, points = corners(shape), np.array(list(shape.keypoints.values()))
        assert all(point.shape == (3,) for point in shape.keypoints.values())
        odd = ~near(triangles, points, 0.012)
        odd[odd] = winding(triangles, points[odd]) < 0.5
        assert not odd.any(), (shape.style, np.array(list(shape.keypoints))[odd])


def test_left_keypoints_are_at_positive_x_and_front_ones_ahead(shapes):
    for shape in shapes:
        for name, point in shape.keypoints.items():
            if name.startswith("left") or "_left" in name:
                assert point[0] > shape.keypoints[name.replace("left", "right")][0], name
            other = shape.keypoints.get(name.replace("front", "back"), point)
            assert point[1] < other[1] or "front" not in name or other is point, name


def test_keypoints_are_mirror_images_where_the_shape_is(shapes):
    for shape in (shape for shape in shapes if shape.symmetry.mirror and shape.category not in ONE_SIDED):
        points = np.array(list(shape.keypoints.values()))
        for name, point in shape.keypoints.items():
            if "left" in name:
                other = shape.keypoints[name.replace("left", "right")][None]
            else:
                other = points
            assert np.linalg.norm(other - point * (-1, 1, 1), axis=1).min() < 5e-3, (shape.style, name)


def test_the_symmetry_really_holds(shapes):
    for shape in shapes:
        fold = shape.symmetry.fold
        turns = [360.0 / fold] if fold > 1 else [51.3, 90.0] if fold == 0 else []
        assert all(is_left_as_it_is(shape, rotation_z(turn)) for turn in turns), (shape.style, shape.symmetry)
        if shape.symmetry.mirror and shape.category not in ONE_SIDED:
            assert is_left_as_it_is(shape, np.diag([-1.0, 1.0, 1.0])), shape.style


def test_building_is_quick(shapes):
    build, limit = CATEGORIES[shapes[0].category].build, 0.12 if shapes[0].category == "car" else 0.03
    for shape in shapes[:3]:
        times = []
        for _ in range(4):
            start = time.process_time()
            build(shape.params)
            times.append(time.process_time() - start)
        assert min(times) < limit, shape.style
