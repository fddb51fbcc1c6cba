"""What holds for every category: reproducible, varied, normalised, clean meshes, keypoints with fixed names."""

import hashlib

import numpy as np
import pytest

from synth_data.shapes import CATEGORIES, sample_shape
from synth_data.shapes.mesh import PATTERNS
from vantage.errors import UserError

SEEDS = range(12)


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
    for seed in (0, 5):
        assert digest(sample_shape(shapes[0].category, seed)) == digest(shapes[seed])


def test_building_does_not_change_the_parameters(shapes):
    shape = shapes[0]
    build = CATEGORIES[shape.category].build
    assert digest(build(shape.params)) == digest(build(shape.params))


@pytest.mark.parametrize("category", list(CATEGORIES))
def test_three_hundred_seeds_differ(category):
    kind = CATEGORIES[category]
    drawn = {repr(kind.sample(np.random.default_rng([seed, 0]))) for seed in range(300)}
    assert len(drawn) == 300


def test_shapes_of_different_seeds_differ(shapes):
    assert len({digest(shape) for shape in shapes}) == len(shapes)


def test_normalised_and_upright(shapes):
    for shape in shapes:
        low, high = shape.bounds()
        assert np.linalg.norm(high - low) == pytest.approx(1)
        np.testing.assert_allclose(low + high, 0, atol=1e-12)
        height = shape.normalisation.undo(low)[2]
        assert abs(height) < 0.06, "stands on the ground before it is normalised"


def test_meshes_are_clean(shapes):
    for shape in shapes:
        for part in shape.parts:
            assert np.isfinite(part.vertices).all()
            assert part.faces.min() >= 0 and part.faces.max() < len(part.vertices)
            assert part.face_materials.max() < len(part.materials)
            corners = part.vertices[part.faces]
            area = np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1)
            assert area.min() > 1e-10, part.name


def test_part_names_are_unique_and_sizes_are_sane(shapes):
    for shape in shapes:
        names = [part.name for part in shape.parts]
        assert len(set(names)) == len(names)
        assert 100 < shape.triangle_count() < 34_000


def test_materials_are_in_range(shapes):
    for material in {m for shape in shapes for part in shape.parts for m in part.materials}:
        assert min(material.base_color) >= 0 and max(material.base_color) <= 1
        assert material.pattern is None or (material.pattern in PATTERNS and material.pattern_scale > 0)


def test_keypoints_have_the_same_names_and_lie_within_the_box(shapes):
    names = list(shapes[0].keypoints)
    assert len(names) >= 4
    for shape in shapes:
        assert list(shape.keypoints) == names
        low, high = shape.bounds()
        for point in shape.keypoints.values():
            assert point.shape == (3,) and (point >= low - 0.01).all() and (point <= high + 0.01).all()


def test_left_keypoints_are_at_positive_x(shapes):
    for shape in shapes:
        for name, point in shape.keypoints.items():
            if name.startswith("left") or "_left" in name:
                assert point[0] > 0, name
            if name.startswith("right") or "_right" in name:
                assert point[0] < 0, name


def test_unknown_category_lists_the_known_ones():
    with pytest.raises(UserError, match="unknown category 'dragon'; expected one of car, chair, table, sofa"):
        sample_shape("dragon", 0)


def test_negative_seed_is_refused():
    with pytest.raises(UserError, match="seed -1"):
        sample_shape("car", -1)


def test_categories_draw_from_different_streams():
    assert sample_shape("table", 3).params != sample_shape("sofa", 3).params
