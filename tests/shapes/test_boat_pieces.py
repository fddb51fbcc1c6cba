"""What stands on boats, piece by piece: houses, rigs, oars, motors, loads."""

from dataclasses import replace

import numpy as np
import pytest

from synth_data.shapes.boat import build_boat, sample_boat_params
from synth_data.shapes.boat.houses import box_house, funnel, house_pieces
from synth_data.shapes.boat.hull import Hull
from synth_data.shapes.boat.load import containers, hatches, rails, thwarts
from synth_data.shapes.boat.params import STYLES
from synth_data.shapes.boat.rig import fin_pieces, motor_pieces, oar_pieces, rig_pieces
from synth_data.shapes.mesh import Material
from synth_data.shapes.primitives import merged
from tests.shapes.surfaces import part
from tests.shapes.test_vehicles import check_closed, solid

PLAIN = Material("plain", (0.5, 0.5, 0.5))


def hull_of(style, seed=1, **changes):
    """Return the hull of a style with changes."""
    return Hull(replace(sample_boat_params(np.random.default_rng(seed), style), **changes))


def whole(pieces):
    """Return all vertices of pieces."""
    return merged([mesh for mesh, _ in pieces])[0]


@pytest.mark.parametrize("style", list(STYLES))
def test_places_on_the_hull(style):
    hull = hull_of(style)
    p = hull.p
    half, edge, floor = hull.at(0.0)
    assert half <= p.beam * p.length / 2 + 1e-9
    assert edge == pytest.approx(p.depth * p.length, rel=0.2)
    assert 0 < floor <= edge
    rail = hull.rail(0.1, 0.9, 9, 1.0)
    assert (np.diff(rail[:, 1]) > 0).all() and (rail[:, 0] > 0).all()
    np.testing.assert_allclose(rail[4], (half, 0, edge), atol=1e-9)


def test_pointed_sterns_are_like_the_bow():
    hull = hull_of("rowing", pointed_stern=True)
    beam = hull.lines[1]
    np.testing.assert_allclose(beam[-1], beam[0])
    assert motor_pieces(replace(hull, p=replace(hull.p, motor="outboard"))) == []


@pytest.mark.parametrize("style", ["sailing", "cruiser", "fishing", "cargo", "liner"])
def test_houses_stand_on_the_deck_within_the_beam(style):
    hull = hull_of(style)
    vertices = whole(house_pieces(hull, PLAIN))
    _, edge, floor = hull.at(hull.p.y(hull.p.house_at + 0.5 * hull.p.house_length))
    assert vertices[:, 2].max() > edge
    assert vertices[:, 2].min() > min(floor, edge) - 0.6 * edge
    assert np.abs(vertices[:, 0]).max() < 0.65 * hull.p.beam * hull.p.length


def test_houses_lean_back_and_stay_closed():
    skin, front, back = box_house(1.0, -2.0, 2.0, 0.0, 1.5, 0.5, 0.2)
    check_closed(skin.mesh())
    zero = np.zeros(2)
    np.testing.assert_allclose(front(zero, np.array([0.0, 1.5])), (-2.0, -1.5))
    assert back(zero, np.array([0.0, 1.5]))[1] < 2.0


def test_short_houses_stay_in_order():
    skin, _, _ = box_house(2.0, 0.0, 0.4, 0.0, 3.0, 5.0, 5.0)
    body = check_closed(skin.mesh())
    assert body.bounds[0, 1] >= -1e-9 and body.bounds[1, 1] <= 0.4 + 1e-9


def test_funnels_have_a_dark_top():
    (body, _), (cap, dark) = funnel(hull_of("liner"), 3.0, 10.0, 5.0, PLAIN)
    assert cap[0][:, 2].mean() > body[0][:, 2].mean()
    assert max(dark.base_color) < 0.1


@pytest.mark.parametrize(("sails", "count"), [("none", 0), ("main", 1), ("sloop", 2), ("ketch", 3)])
def test_sails_by_rig(sails, count):
    pieces = rig_pieces(hull_of("sailing", sails=sails, boom_deg=10.0))
    assert sum(material.name == "sail" for _, material in pieces) == count
    for mesh, material in pieces:
        if material.name == "sail":
            assert solid(mesh).is_watertight


def test_masts_are_as_high_as_asked_for():
    hull = hull_of("sailing", mast=1.3)
    top = whole(rig_pieces(hull))[:, 2].max()
    assert top == pytest.approx(hull.at(hull.p.y(0.38))[1] + 1.3 * hull.p.length, rel=0.01)


def test_keels_hang_below_the_hull():
    hull = hull_of("sailing")
    for mesh, _ in fin_pieces(hull, PLAIN):
        check_closed(mesh)
    assert whole(fin_pieces(hull, PLAIN))[:, 2].min() < -0.08 * hull.p.length
    assert fin_pieces(hull_of("cargo"), PLAIN) == []


@pytest.mark.parametrize(("motor", "sides"), [("outboard", 1), ("twin", 2)])
def test_motors_hang_behind_the_stern(motor, sides):
    hull = hull_of("speed", motor=motor)
    cowl = solid(motor_pieces(hull)[0][0])
    assert len(cowl.split()) == sides
    assert cowl.vertices[:, 1].mean() > hull.p.length / 2


def test_oars_reach_out_on_both_sides_from_the_gunwale():
    hull = hull_of("rowing")
    shafts = whole(oar_pieces(hull)[:1])
    half, edge, _ = hull.at(hull.p.y(0.52))
    assert shafts[:, 0].max() == pytest.approx(-shafts[:, 0].min())
    assert shafts[:, 0].max() > 2 * half
    near = shafts[np.abs(np.abs(shafts[:, 0]) - half) < 0.1]
    assert np.abs(near[:, 2] - edge).max() < 0.2


def test_thwarts_cross_the_boat():
    hull = hull_of("rowing")
    seats = solid(thwarts(hull, PLAIN)[0][0]).split()
    assert len(seats) == 3
    for seat in seats:
        y = seat.vertices[:, 1].mean()
        half, edge, floor = hull.at(y)
        assert floor < seat.vertices[:, 2].mean() < edge
        assert np.abs(seat.vertices[:, 0]).max() < half


def test_containers_do_not_overlap_and_stay_on_deck():
    hull = hull_of("cargo", load="containers")
    boxes = np.array([[mesh[0].min(axis=0), mesh[0].max(axis=0)] for mesh, _ in containers(hull, PLAIN)])
    assert np.abs(boxes[..., 0]).max() < hull.p.beam * hull.p.length / 2
    for k, (low, high) in enumerate(boxes):
        others = np.delete(boxes, k, axis=0)
        apart = (others[:, 0] >= high - 1e-9) | (others[:, 1] <= low + 1e-9)
        assert apart.any(axis=1).all()


def test_hatches_lie_in_a_row():
    hull = hull_of("cargo", load="hatches", colors=1)
    covers = solid(hatches(hull, PLAIN)[0][0]).split()
    assert len(covers) == 5
    assert {material.name for _, material in hatches(hull, PLAIN)} >= {"crane"}


def test_rails_follow_the_bow():
    hull = hull_of("cruiser")
    vertices = whole(rails(hull))
    assert vertices[:, 1].min() < hull.p.y(0.03)
    assert vertices[:, 2].max() > hull.at(hull.p.y(0.05))[1]


def test_colours_of_containers_follow_their_number():
    params = replace(sample_boat_params(np.random.default_rng(0), "cargo"), load="containers")
    one, same, other = (part(build_boat(replace(params, colors=k)), "load") for k in (4, 4, 5))
    np.testing.assert_array_equal(one.vertices, same.vertices)
    assert one.vertices.shape != other.vertices.shape or not np.array_equal(one.vertices, other.vertices)
