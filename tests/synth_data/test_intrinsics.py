"""Albedo and shading: of panels whose base colours are known, and their product against the picture."""

from dataclasses import replace

import numpy as np
import pytest

from synth_data.develop import linear_from_srgb
from synth_data.models import Model, Surface
from synth_data.passes import intrinsic_passes
from synth_data.sampling.viewpoints import UniformPrior
from synth_data.spec import Spec, procedural_models, view_spec
from tests.synth_data.workers import in_blender, make_panel_shots, make_records

CHECKER = np.array([[(250, 20, 20, 255), (20, 20, 250, 255)], [(20, 250, 20, 255), (128, 128, 128, 255)]], np.uint8)
SURFACES = (
    Surface("matt", (0.2, 0.5, 0.1), roughness=1.0),
    Surface("metal", (0.9, 0.6, 0.2), metallic=1.0, roughness=0.2),
    Surface("image", (1.0, 1.0, 1.0), texture=0),
    Surface("painted", (1.0, 0.5, 1.0), vertex_colors=True),
    Surface("glass", (0.1, 0.3, 0.3), alpha=0.3, roughness=0.1),
    Surface("coated", (0.6, 0.05, 0.05), coat=1.0, metallic=0.5, roughness=0.4),
)


def panels() -> Model:
    """Return six squares side by side in the plane y = 0, each of another surface, seen from the front."""
    square = np.array([(0, 0, 0), (1, 0, 0), (1, 0, 1), (0, 0, 1)], float)
    count = len(SURFACES)
    vertices = np.concatenate([square + (k % 3 - 1.5, 0, k // 3 - 1) for k in range(count)]) / 3
    triangles = np.concatenate([np.array([(0, 1, 2), (0, 2, 3)]) + 4 * k for k in range(count)]).astype(np.int32)
    uv = np.tile(np.array([[(0, 0), (1, 0), (1, 1)], [(0, 0), (1, 1), (0, 1)]], np.float32), (count, 1, 1))
    normals = np.tile(np.float32((0, -1, 0)), (2 * count, 3, 1))
    colors = np.tile(np.float32((0.5, 0.5, 0.25, 1)), (2 * count, 3, 1))
    image = CHECKER.repeat(8, axis=0).repeat(8, axis=1)
    surface_of = np.repeat(np.arange(count, dtype=np.int32), 2)
    return Model("panels", "panel", vertices, triangles, normals, surface_of, SURFACES, uv, colors, (image,))


@pytest.fixture(scope="module")
def shots():
    """What `make_panel_shots` gives."""
    return in_blender(make_panel_shots, [3], 48, 64)[0]


@pytest.fixture(scope="module")
def shot(shots):
    """The panels in light that is 1 from everywhere: picture, albedo, the picture of a stage without albedo; 48 px."""
    return shots[:3]


def middle(picture, place, off=(0.5, 0.5)):
    """Return the pixel of a panel at a fraction of its width and height (from its lower left corner)."""
    column, row = place % 3, place // 3
    return picture[int(24 + 16 - 16 * (row + off[1])), int(16 * (column + off[0]))]


def test_albedo_is_the_base_color(shot):
    _, albedo, _ = shot
    np.testing.assert_allclose(albedo[10:38, 2:46, 3], 1, atol=1e-6)
    for place, surface in enumerate(SURFACES):
        if surface.texture < 0:
            scale = (0.5, 0.5, 0.25) if surface.vertex_colors else (1, 1, 1)
            expected = np.array(surface.base_color) * scale
            np.testing.assert_allclose(middle(albedo, place)[:3], expected, atol=1e-5, err_msg=surface.name)


def test_albedo_has_the_texture_in_it(shot):
    _, albedo, _ = shot
    for row, column in np.ndindex(2, 2):
        found = middle(albedo, 2, ((column + 0.5) / 2, (1 - row + 0.5) / 2))
        np.testing.assert_allclose(found[:3], linear_from_srgb(CHECKER[row, column, :3] / 255), atol=0.03)


def test_the_picture_is_the_same_with_and_without(shot):
    linear, _, plain = shot
    np.testing.assert_array_equal(linear, plain)


def test_scenes_have_the_same_albedo(shots):
    linear, albedo, _, scene, scene_albedo = shots
    np.testing.assert_allclose(scene_albedo, albedo, atol=0.05)
    inside = albedo[..., 3] == 1
    assert np.median(np.abs(scene[inside] - linear[inside])) < 0.03 and (scene[..., 3] == 1).all()


def test_shading_in_even_light_is_about_one(shot):
    linear, albedo, _ = shot
    shading = intrinsic_passes(("shading",), linear, albedo)["shading"]
    for place in (0, 1, 2, 3):
        # a dielectric's highlights are white, which counts for more where the base colour is dark
        assert np.abs(middle(shading, place) - 1).max() < 0.35, SURFACES[place].name
    assert np.abs(middle(shading, 1) - 1).max() < 0.12


def test_the_product_is_the_picture(shot):
    linear, albedo, _ = shot
    found = intrinsic_passes(("albedo", "shading"), linear, albedo)
    assert found["albedo"].dtype == np.uint8 and found["shading"].dtype == np.float32
    product = linear_from_srgb(found["albedo"] / 255) * found["shading"]
    seen = (linear[..., 3:] > 0) & (found["albedo"] > 0)
    straight = linear[..., :3] / np.maximum(linear[..., 3:], 1e-4)
    np.testing.assert_allclose(product[seen], straight[seen], rtol=1e-5)
    outside = albedo[..., 3] == 0
    assert outside.any() and not found["albedo"][outside].any() and not found["shading"][outside].any()
    assert set(intrinsic_passes(("albedo",), linear, albedo)) == {"albedo"}


def test_black_has_no_shading():
    linear, albedo = np.ones((1, 1, 4), np.float32), np.array([[[0, 0.5, 1, 1]]], np.float32)
    found = intrinsic_passes(("albedo", "shading"), linear, albedo)
    assert found["albedo"].tolist() == [[[0, 188, 255]]]
    np.testing.assert_allclose(found["shading"], [[[0, 1 / linear_from_srgb(188 / 255), 1]]], rtol=1e-5)


def test_records_hold_albedo_and_shading_of_their_picture():
    spec = Spec(tuple(procedural_models("sofa", 2, 3)), 2, size=64, samples=4, passes=("albedo", "shading"), ground=0.0)
    record = in_blender(make_records, [1], spec, UniformPrior(), {})[0]
    plain = replace(spec, passes=())
    np.testing.assert_array_equal(in_blender(make_records, [1], plain, UniformPrior(), {})[0].image, record.image)
    how = view_spec(spec, UniformPrior(), 1).development
    assert how.shoulder == 0
    display = record.image[..., :3] / 255
    light = linear_from_srgb(display ** (1 / how.gamma)) / how.balance
    product = linear_from_srgb(record.albedo / 255) * record.shading
    clear = (record.image[..., 3:] == 255) & (display > 0.1) & (display < 0.85) & (record.albedo > 3)
    gains = light[clear] / product[clear]
    assert clear.sum() > 500 and np.percentile(gains, 95) / np.percentile(gains, 5) < 1.05
    seen = record.mask > 0
    assert (record.albedo[seen].max(axis=-1) > 0).mean() > 0.99
