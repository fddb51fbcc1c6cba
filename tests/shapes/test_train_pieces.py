"""Rolling stock piece by piece: bogies, coaches, wagons, couplings, pantographs, engines."""

from dataclasses import replace

import numpy as np
import pytest

from synth_data.shapes.primitives import merged
from synth_data.shapes.train import build_train, sample_train_params
from synth_data.shapes.train.leads import NOSE, faced, highspeed
from synth_data.shapes.train.params import STYLES
from synth_data.shapes.train.steam import CHIMNEYS, level, steam, tender
from synth_data.shapes.train.stock import bogie, bogies, coach, colors_of, coupling, pantograph, tail_end, wagon
from tests.shapes.surfaces import part
from tests.shapes.test_vehicles import check_closed, solid


def params_of(style, seed=1, **changes):
    """Return the parameters of a style with changes."""
    return replace(sample_train_params(np.random.default_rng(seed), style), **changes)


def whole(pieces):
    """Return all vertices of pieces."""
    return merged([mesh for mesh, _ in pieces])[0]


def named(pieces, name):
    """Return the vertices of the pieces whose material is ``name``."""
    return np.concatenate([mesh[0] for mesh, material in pieces if material.name == name])


def test_bogies_stand_on_the_rails():
    p = params_of("diesel")
    vertices = whole(bogie(p, 3.0))
    wheels = named(bogie(p, 3.0), "steel")
    assert wheels[:, 2].min() == pytest.approx(-0.06 * p.wheel, abs=0.02)
    np.testing.assert_allclose(
        [wheels[:, 1].min(), wheels[:, 1].max()], (3 - 1.25 - p.wheel, 3 + 1.25 + p.wheel), atol=0.05
    )
    assert np.abs(vertices[:, 0]).max() < p.half


def test_a_car_has_two_bogies():
    p = params_of("commuter")
    y = named(bogies(p, -10.0, 10.0), "steel")[:, 1]
    assert (y < -4).any() and (y > 4).any() and not ((y > -4) & (y < 4)).any()


@pytest.mark.parametrize("style", ["commuter", "highspeed", "tram", "steam"])
def test_windows_lie_in_the_sides_of_a_coach(style):
    p = params_of(style)
    pieces = coach(p, colors_of(p), -10.0, 10.0, last=False)
    glass = named(pieces, "glass")
    assert np.abs(glass[:, 0]).min() > 0.8 * p.half
    assert glass[:, 2].max() < p.belt + p.pane + 0.05
    assert np.abs(glass[:, 1]).max() < 10


def test_only_the_last_coach_has_lamps():
    p = params_of("commuter")
    for last in (True, False):
        names = {m.name for _, m in coach(p, colors_of(p), -10.0, 10.0, last)}
        assert ("tail light" in names) == last


@pytest.mark.parametrize("kind", ["box", "tank", "hopper"])
def test_wagons_stand_on_their_frame(kind):
    p = params_of("diesel", wagons=kind)
    pieces = wagon(p, colors_of(p), -8.0, 8.0, last=True)
    load = named(pieces, "second paint")
    assert load[:, 2].min() > p.under and load[:, 2].max() < p.height + 0.3
    assert np.abs(load[:, 0]).max() < 0.6 * p.width
    assert np.abs(load[:, 1]).max() <= 8.0


def test_buffers_come_in_pairs_and_knuckles_in_the_middle():
    p = params_of("diesel", buffers=True)
    assert np.abs(whole(coupling(p, 5.0, 1))[:, 0]).max() > 0.9
    assert np.abs(whole(coupling(replace(p, buffers=False), 5.0, 1))[:, 0]).max() < 0.3
    assert whole(coupling(p, 5.0, 1))[:, 1].max() > 5.2 > 4.8 > whole(coupling(p, 5.0, -1))[:, 1].min()


def test_pantographs_stand_on_the_roof():
    p = params_of("tram")
    vertices = whole(pantograph(p, 2.0))
    assert vertices[:, 2].min() < p.height + 0.05 and vertices[:, 2].max() > p.height + 1.0
    for style in STYLES:
        train = build_train(params_of(style, pantograph=style == "tram", cars=1))
        tall = part(train, "lead").vertices[:, 2].max() > train.params.height + 0.9
        assert tall == (style == "tram") or style == "steam", style


def test_the_rear_lamps_look_back():
    p = params_of("commuter")
    red = named(tail_end(p, 7.0), "tail light")
    assert red[:, 1].max() == pytest.approx(7.05) and np.abs(red[:, 0]).min() > 0.5


def test_faces_are_raked_and_bowed():
    p = params_of("tram", rake=0.8, bow=0.4)
    skin, front, first = faced(p, -6.0, 6.0)
    check_closed(skin.mesh())
    heights = front(np.zeros(3), np.array([p.under, p.belt, p.height]))
    assert heights[0] == pytest.approx(-6) and (np.diff(heights) >= 0).all() and heights[2] == pytest.approx(-5.2)
    assert front(np.array(p.half), np.array(p.under)) == pytest.approx(-5.6)
    assert first > -6 + 1.2


def test_a_fast_nose_grows_to_the_section():
    t, wide, low, high = (np.array(line) for line in NOSE)
    assert (np.diff(t) > 0).all() and (np.diff(wide) > 0).all() and (np.diff(high) > 0).all()
    assert wide[-1] == high[-1] == 1 and low[-1] == 0
    p = params_of("highspeed")
    pieces, heads = highspeed(p, colors_of(p), -12.0, 12.0, last=True)
    body = solid(pieces[0][0])
    assert body.is_watertight
    ahead = body.vertices[body.vertices[:, 1] < -12 + 0.1 * p.nose]
    assert ahead[:, 2].max() < p.under + 0.5 * (p.height - p.under)
    assert heads["top"][2] > heads["bottom"][2] and heads["crown"][0] == 0


@pytest.mark.parametrize("chimney", list(CHIMNEYS))
def test_chimneys_rise_above_the_boiler(chimney):
    p = params_of("steam", chimney=chimney)
    pieces, heads = steam(p, colors_of(p), -6.0, -6.0 + p.lead, last=True)
    top = whole(pieces)[:, 2].max()
    assert top > level(p) + p.boiler + 0.3
    assert heads["crown"][2] == pytest.approx(level(p) + 1.02 * p.boiler)


@pytest.mark.parametrize("drivers", [2, 3, 4])
def test_driving_wheels_do_not_touch_each_other(drivers):
    p = params_of("steam", drivers=drivers)
    pieces, _ = steam(p, colors_of(p), -6.0, -6.0 + p.lead, last=True)
    wheels = next(mesh for mesh, material in pieces if material.name == "second paint" and mesh[0][:, 2].min() < 0.1)
    left = wheels[0][wheels[0][:, 0] > 0]
    assert left[:, 2].min() == pytest.approx(0, abs=0.05)
    hubs = np.unique(np.round(left[np.abs(left[:, 2] - 0.5 * left[:, 2].max()) < 0.02][:, 1], 1))
    assert len(hubs) >= drivers


def test_a_tender_carries_coal():
    p = params_of("steam")
    pieces = tender(p, colors_of(p), 3.0, 9.0, last=True)
    coal, tank = named(pieces, "coal"), named(pieces, "paint")
    assert coal[:, 2].max() > tank[:, 2].max() - 0.2
    assert np.abs(coal[:, 0]).max() < p.half
    assert whole(pieces)[:, 1].min() > 2.9


def test_a_cowcatcher_reaches_down_before_the_beam():
    p = params_of("steam", catcher=True)
    with_, without = (build_train(replace(p, catcher=given, cars=1)) for given in (True, False))
    low = [part(train, "lead").vertices for train in (with_, without)]
    start = with_.params.spans[0][0]
    found = [v[(v[:, 1] < start + 0.1) & (v[:, 2] < 0.5)] for v in low]
    assert len(found[0]) and not len(found[1])
