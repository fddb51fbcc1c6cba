"""Pieces of vehicles: rings, skins and the plates on them, ends, wheels, lamps, pairs of points."""

import numpy as np
import pytest

from synth_data.shapes.mesh import Material, Part
from synth_data.shapes.primitives import cross, enclosed, grid_faces, tube_faces
from synth_data.shapes.vehicles import (
    Skin,
    arch,
    body_section,
    end_panel,
    lamp,
    long_body,
    on_side,
    oval,
    plate,
    rings,
    sample_bright,
    sided,
    wheel,
)
from tests.shapes.surfaces import distance, mesh_of

PLAIN = Material("plain", (0.5, 0.5, 0.5))


def solid(mesh):
    """Return a mesh as a trimesh."""
    return mesh_of(Part("piece", *mesh, PLAIN))


def check_closed(mesh):
    """The mesh is watertight and its faces look outwards."""
    body = solid(mesh)
    assert body.is_watertight and body.is_winding_consistent and body.volume > 0
    return body


@pytest.fixture
def barrel():
    """A skin that is thickest in its middle."""
    y = np.linspace(-2, 2, 9)
    return Skin(rings(y, 1.2 - 0.1 * y**2, 0.5, 2.5 - 0.2 * y**2, 2.5, 4.0, count=24))


@pytest.fixture
def box_body():
    """A body of 2 x 8 x 2 with bowed ends."""
    section = body_section(1.0, 0.5, 2.5, 8, 12)
    return long_body(section, lambda x, z: -4 + 0.2 * x**2, lambda x, z: 4 - 0.1 * x**2, (-3.4, 3.4), (0.15, 0.1))


@pytest.mark.parametrize("power", [1.0, 2.0, 6.0])
def test_oval_starts_at_the_bottom_and_goes_up_on_the_right(power):
    ring = oval(16, power, power)
    np.testing.assert_allclose(ring[[0, 4, 8, 12]], [(0, -1), (-1, 0), (0, 1), (1, 0)], atol=1e-9)
    np.testing.assert_allclose((np.abs(ring) ** power).sum(axis=1), 1, atol=1e-9)


def test_oval_is_its_own_mirror_image():
    ring = oval(20, 3.0, 7.0)
    np.testing.assert_allclose(ring[1:] * (-1, 1), ring[:0:-1], atol=1e-12)


def test_rings_span_what_was_asked_for():
    found = rings([0.0, 1.0], [1.0, 2.0], [0.0, 0.5], [2.0, 3.0], 2.0, 4.0, waist=0.3, count=32)
    assert found.shape == (2, 32, 3)
    for ring, half, low, high in zip(found, (1.0, 2.0), (0.0, 0.5), (2.0, 3.0)):
        np.testing.assert_allclose(ring[:, 0].max(), half)
        np.testing.assert_allclose([ring[:, 2].min(), ring[:, 2].max()], [low, high])
        assert ring[ring[:, 0].argmax(), 2] == pytest.approx(low + 0.3 * (high - low))


def test_skins_are_closed_and_face_outwards(barrel, box_body):
    for skin in (barrel, box_body):
        check_closed(skin.mesh())


def test_places_on_a_skin_lie_on_it(barrel):
    body = solid(barrel.mesh())
    points = np.concatenate([barrel.side(y, np.linspace(0.8, 1.9, 4)) for y in (-1.3, 0.0, 0.7)])
    points = np.concatenate([points, *(barrel.top(np.linspace(-0.5, 0.5, 3), y) for y in (-1.0, 0.4))])
    assert distance(body.triangles, points).max() < 0.01
    assert (points[:12, 0] > 0).all()


def test_side_panels_cover_the_skin(barrel):
    panel = barrel.side_panel(np.linspace(-0.5, 0.5, 3), (1.0, 1.8), lift=0.02, depth=0.03)
    body = check_closed(panel)
    middle = barrel.side(0.0, [1.4])[0]
    face = panel[0][: len(panel[0]) // 2]
    assert (face[:, 0] > middle[0] - 0.2).all()
    assert body.bounds[0, 1] == pytest.approx(-0.5, abs=0.02) and body.bounds[1, 1] == pytest.approx(0.5, abs=0.02)
    outside = [x for y in (-0.4, 0.0, 0.4) for x in barrel.side(y, [1.1, 1.5])[:, 0]]
    assert face[:, 0].max() > max(outside)


def test_a_panel_of_two_heights_bends_with_the_skin(box_body):
    few = box_body.side_panel([-1, 1], (0.7, 1.5))
    many = box_body.side_panel([-1, 1], (0.7, 2.45))
    assert len(many[0]) > len(few[0])


def test_top_panels_look_up(barrel):
    panel = barrel.top_panel(np.linspace(-0.4, 0.4, 5), [-0.5, 0.0, 0.5], lift=0.02)
    check_closed(panel)
    face = panel[0][: len(panel[0]) // 2]
    for point in face:
        assert point[2] > barrel.top([np.clip(point[0], -0.4, 0.4)], float(np.clip(point[1], -0.5, 0.5)))[0, 2] - 1e-6


def test_plates_are_as_thick_as_asked_for():
    u, v = np.meshgrid(np.linspace(0, 2, 4), np.linspace(0, 1, 3))
    flat = np.stack([u, v, 0 * u], -1)
    body = check_closed(plate(flat, 0.1, 0.3))
    np.testing.assert_allclose(body.bounds, [[0, 0, -0.3], [2, 1, 0.1]], atol=1e-12)
    assert body.volume == pytest.approx(0.8)


@pytest.mark.parametrize(("back", "sign"), [(False, -1), (True, 1)])
def test_end_panels_look_to_their_end(back, sign):
    panel = end_panel(lambda x, z: sign * (3 - 0.1 * x**2), np.linspace(-1, 1, 5), [1, 2], 0.05, 0.1, back)
    check_closed(panel)
    face = panel[0][: len(panel[0]) // 2]
    assert (sign * face[:, 1] > 2.9).all()


def test_long_body_has_its_ends_and_section(box_body):
    points = box_body.points.reshape(-1, 3)
    np.testing.assert_allclose(np.ptp(points, axis=0), (2, 8, 2), atol=0.03)
    assert points[:, 1].min() == pytest.approx(-4, abs=0.02)
    middle = box_body.ring(0.0)
    np.testing.assert_allclose([middle[:, 0].max(), middle[:, 2].min(), middle[:, 2].max()], [1, 0.5, 2.5])


def test_tumble_draws_the_roof_in_and_leaves_the_floor():
    straight, leaning = body_section(1.0, 0, 2, 9, 9), body_section(1.0, 0, 2, 9, 9, tumble=0.1)
    low = straight[:, 1] <= 1
    np.testing.assert_allclose(straight[low], leaning[low])
    assert np.abs(leaning[~low, 0]).max() < 1 and (np.abs(leaning[:, 0]) <= np.abs(straight[:, 0]) + 1e-12).all()


def test_wheels_are_closed_and_look_to_the_left():
    tyre, rim = wheel(0.5, 0.25)
    for mesh in (tyre, rim):
        check_closed(mesh)
    assert np.ptp(tyre[0][:, 2]) == pytest.approx(1.0, abs=0.02)
    assert np.ptp(tyre[0][:, 0]) == pytest.approx(0.25)
    assert rim[0][:, 0].min() > 0


def test_arches_are_cut_off_below():
    mesh = arch(0.6, (1.2, 3.0, 0.5), 0.3)
    body = check_closed(mesh)
    np.testing.assert_allclose(body.bounds, [[1.1, 2.4, 0.3], [1.2, 3.6, 1.1]], atol=0.02)
    assert arch(0.6, (1.2, 3.0, 0.5), 0.9)[0][:, 2].min() < 0.5


@pytest.mark.parametrize(("back", "sign"), [(False, -1), (True, 1)])
def test_lamps_look_forwards_or_back(back, sign):
    mesh = lamp((0.3, sign * 2.0, 1.0), 0.1, back=back)
    check_closed(mesh)
    tip = mesh[0][np.argmax(sign * mesh[0][:, 1])]
    np.testing.assert_allclose(tip, (0.3, sign * 2.0, 1.0), atol=1e-9)


def test_sided_points_come_in_pairs():
    found = sided({"wheel": (1, 2, 3), "lamp": (4, 5, 6)}, "{name}_{side}")
    assert list(found) == ["wheel_left", "wheel_right", "lamp_left", "lamp_right"]
    np.testing.assert_array_equal(found["lamp_right"], (-4, 5, 6))


def test_on_side_mirrors_to_the_right():
    mesh = plate(np.stack([*np.meshgrid([1.0, 2.0], [0.0, 1.0]), np.zeros((2, 2))], -1), 0.1, 0.1)
    assert on_side(mesh, True)[0][:, 0].min() > 0 > on_side(mesh, False)[0][:, 0].max()
    check_closed(on_side(mesh, False))


def test_bright_colours_are_colours():
    rng = np.random.default_rng(0)
    drawn = np.array([sample_bright(rng) for _ in range(200)])
    assert drawn.min() >= 0 and drawn.max() <= 1
    assert 0.1 < np.mean(np.ptp(drawn, axis=1) < 1e-6) < 0.45


def test_cross_is_that_of_numpy():
    a, b = np.random.default_rng(0).normal(size=(2, 4, 5, 3))
    np.testing.assert_allclose(cross(a, b), np.cross(a, b))


def test_enclosed_is_closed_between_its_grids():
    u, v = np.meshgrid(np.linspace(0, 3, 5), np.linspace(0, 2, 3))
    front = np.stack([u, v, 1 + 0.1 * u], -1)
    body = check_closed(enclosed(front, front * (1, 1, 0)))
    assert body.volume == pytest.approx(6 * 1.15)


def test_shared_triangles_cannot_be_written():
    for faces in (grid_faces(3, 4), tube_faces(3, 5), enclosed(*np.zeros((2, 3, 3, 3)))[1]):
        with pytest.raises(ValueError, match="read-only"):
            faces[0] = 0
