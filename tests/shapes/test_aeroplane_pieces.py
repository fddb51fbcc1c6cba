"""Wings, tails, engines and undercarriage of aeroplanes, piece by piece."""

from dataclasses import replace

import numpy as np
import pytest

from synth_data.shapes.aeroplane import build_aeroplane, sample_aeroplane_params
from synth_data.shapes.aeroplane.fuselage import LINES, fuselage
from synth_data.shapes.aeroplane.lift import (
    aerofoil,
    fin_points,
    fins,
    tail_sections,
    tail_tip,
    wing_root,
    wing_sections,
    wing_tip,
)
from synth_data.shapes.aeroplane.params import STYLES
from synth_data.shapes.aeroplane.power import engine_places, ground, nacelle, propeller, wheel_radius
from synth_data.shapes.mesh import Material
from tests.shapes.surfaces import part
from tests.shapes.test_vehicles import check_closed, solid

PLAIN = Material("plain", (0.5, 0.5, 0.5))


def params_of(style, seed=1, **changes):
    """Return the parameters of a style with changes."""
    return replace(sample_aeroplane_params(np.random.default_rng(seed), style), **changes)


def test_aerofoils_are_thickest_ahead_of_their_middle():
    foil = aerofoil(24)
    assert foil[:, 0].min() == 0 and foil[:, 0].max() == 1
    assert foil[np.abs(foil[:, 1]).argmax(), 0] < 0.5
    np.testing.assert_allclose(foil[1:] * (1, -1), foil[:0:-1], atol=1e-12)


@pytest.mark.parametrize("style", list(STYLES))
def test_wings_reach_their_span(style):
    p = params_of(style, winglet=0.0)
    sections = np.array(wing_sections(p, upper=p.wing == "double"))
    assert sections[-1, 0] == pytest.approx(p.span * p.length / 2)
    assert (np.diff(sections[:, 0]) > 0).all()
    assert wing_tip(p)[0] == pytest.approx(p.span * p.length / 2)


def test_sweep_and_dihedral_move_the_tip():
    flat, swept = (wing_tip(params_of("airliner", sweep=angle, dihedral=0)) for angle in (25, 35))
    assert swept[1] > flat[1] + 0.05 * params_of("airliner").length
    level, raised = (wing_tip(params_of("airliner", dihedral=angle)) for angle in (0, 6))
    half = params_of("airliner").span * params_of("airliner").length / 2
    assert raised[2] - level[2] == pytest.approx(half * np.tan(np.radians(6)), rel=0.05)


def test_winglets_turn_up():
    p = params_of("airliner", winglet=0.04)
    sections = np.array(wing_sections(p))
    assert sections[-1, 2] - sections[-2, 2] == pytest.approx(0.04 * p.length)


def test_wings_sit_low_high_or_both():
    body = params_of("light").body
    low, high = (wing_root(params_of("light", wing=level))[2] for level in ("low", "high"))
    assert low < -0.4 * body and high > 0.8 * body
    double = params_of("biplane")
    assert wing_root(double, upper=True)[2] > double.body > 0 > wing_root(double)[2]


def test_a_t_tail_is_on_top_of_the_fin():
    p = params_of("bizjet", tail="t")
    top, _ = fin_points(p)
    assert tail_tip(p)[2] == pytest.approx(top[2], abs=0.03 * p.length)
    assert tail_tip(replace(p, tail="low"))[2] < top[2] - 0.08 * p.length
    assert np.array(tail_sections(p))[:, 0].max() == pytest.approx(p.tail_span * p.length / 2)


def test_twin_fins_lean_outwards():
    p = params_of("fighter", tail="twin")
    bodies = solid(fins(p)).split()
    assert len(bodies) == 2
    for fin in bodies:
        top, foot = fin.vertices[fin.vertices[:, 2].argmax()], fin.vertices[fin.vertices[:, 2].argmin()]
        assert abs(top[0]) > abs(foot[0]) > 0
    assert len(solid(fins(replace(p, tail="low"))).split()) == 1


@pytest.mark.parametrize("style", list(LINES))
def test_fuselages_are_closed_and_as_wide_as_asked_for(style):
    p = params_of(style)
    body = check_closed(fuselage(p).mesh())
    assert np.ptp(body.vertices[:, 0]) == pytest.approx(2 * p.body, rel=0.06)
    assert body.bounds[0, 1] == pytest.approx(-p.length / 2)


@pytest.mark.parametrize(("engines", "count"), [("wing2", 1), ("wing4", 2)])
def test_engines_hang_on_the_leading_edge(engines, count):
    p = params_of("airliner", engines=engines)
    places = engine_places(p)
    assert len(places) == count
    sections = np.array(wing_sections(p))
    for place in places:
        assert place[1] == pytest.approx(np.interp(place[0], sections[:, 0], sections[:, 1]))


def test_nacelles_are_closed_and_dark_inside():
    pieces = nacelle(params_of("airliner"), np.array([5.0, 0, -2.0]), 1.0, 3.4, PLAIN)
    for mesh, _ in pieces:
        check_closed(mesh)
    cowl = pieces[0][0][0]
    assert cowl[:, 1].min() == pytest.approx(0, abs=0.11) and cowl[:, 1].max() == pytest.approx(0.9 * 3.4)
    assert "duct" in {material.name for _, material in pieces}


@pytest.mark.parametrize("blades", [2, 3, 6])
def test_propellers_turn_about_the_line_of_flight(blades):
    p = params_of("light", blades=blades, turn_deg=0.0)
    pieces = propeller(p, (0, 0, 0), 0.2, 1.0)
    found = solid(pieces[1][0]).split()
    assert len(found) == blades
    reach = np.hypot(*pieces[2][0][0][:, [0, 2]].T)
    assert reach.max() == pytest.approx(1.0, abs=0.02)
    assert np.ptp(pieces[1][0][0][:, 1]) < 0.2


@pytest.mark.parametrize("style", ["light", "biplane", "turboprop"])
def test_propellers_clear_the_ground(style):
    for seed in range(8):
        p = params_of(style, seed, gear="tail" if style == "biplane" else "nose")
        plane = build_aeroplane(p)
        assert part(plane, "engines").vertices[:, 2].min() > 0, (style, seed)


@pytest.mark.parametrize(
    ("style", "gear", "standing"), [("airliner", "nose", 3), ("biplane", "tail", 2), ("light", "nose", 3)]
)
def test_wheels_stand_on_the_ground(style, gear, standing):
    p = params_of(style, gear=gear)
    vertices = part(build_aeroplane(p), "gear").vertices
    touching = vertices[vertices[:, 2] < 0.02 * wheel_radius(p)]
    groups = {(np.sign(np.round(x, 1)), y > p.y(p.wing_at) - 0.02 * p.length) for x, y, _ in touching}
    assert len({side for side, _ in groups}) >= min(standing, 2)
    assert ground(p) < 0


def test_a_retracted_gear_is_not_there():
    assert "gear" not in {piece.name for piece in build_aeroplane(params_of("fighter", gear="up")).parts}


def test_missiles_hang_under_both_wings():
    with_, without = (part(build_aeroplane(params_of("fighter", missiles=armed)), "engines") for armed in (True, False))
    assert "missile" in {m.name for m in with_.materials} and "missile" not in {m.name for m in without.materials}
    number = [m.name for m in with_.materials].index("missile")
    x = with_.vertices[with_.faces[with_.face_materials == number]][..., 0]
    assert x.min() == pytest.approx(-x.max())
