"""Angles that are written down, and what the preset of them makes of a command line."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synth_data.cad import parse_axis
from synth_data.commands import Render
from synth_data.option_checks import check_options
from synth_data.order import make_prior, make_spec
from synth_data.presets import Angles, preset_asked_for
from synth_data.sampling.angles import AnglePrior, directions_of, file_stems, parse_values
from synth_data.sampling.cameras import Framing, frame_object, sample_framing
from synth_data.sampling.viewpoints import Direction
from synth_data.spec import view_spec
from vantage.cli import parse
from vantage.errors import UserError

CUBE = np.array([(x, y, z) for x in (-0.3, 0.3) for y in (-0.2, 0.2) for z in (-0.1, 0.1)])


def order(**changes):
    return Render.of(Angles(**changes), "unused")


def test_ranges_leave_out_their_end():
    assert parse_values("0:360:15", "--azimuth", -360, 360) == tuple(range(0, 360, 15))
    assert parse_values("30:-30:-20", "--azimuth", -360, 360) == (30, 10, -10)
    assert parse_values("0, 30,60", "--azimuth", -360, 360) == (0, 30, 60)
    assert parse_values("-7.5", "--azimuth", -360, 360) == (-7.5,)
    assert parse_values("0:1:0.1", "--azimuth", -360, 360)[3] == 0.3
    assert len(parse_values("0:1:0.1,90:92:1", "--azimuth", -360, 360)) == 12


@settings(deadline=None, max_examples=30)
@given(st.integers(-180, 180), st.integers(1, 60), st.integers(1, 40))
def test_a_range_has_as_many_values_as_pythons(start, count, step):
    text = f"{start}:{start + step * count}:{step}"
    assert parse_values(text, "--x", -5000, 5000) == tuple(range(start, start + step * count, step))


NO_ANGLES = ["", "a", "1:2", "0:360:0", "10:0:5", "1:2:3:4", "nan", "1,,2", "0:inf:1"]
UNDERSCORES = ["1_0", "0:3_60:90", "0:360/1_2", "0:360:1_5", "0,1_0", "\uff11\uff10", "0:360/0"]


@pytest.mark.parametrize("text", NO_ANGLES + UNDERSCORES)
def test_what_is_no_angle_is_refused(text):
    with pytest.raises(UserError, match="--azimuth"):
        parse_values(text, "--azimuth", -360, 360)


@pytest.mark.parametrize(
    ("text", "words"), [("0,95", "95; expected -90 to 90"), ("5,5", "twice"), ("0:1:1e-9", "most")]
)
def test_other_mistakes(text, words):
    with pytest.raises(UserError, match=words):
        parse_values(text, "--elevation", -90, 90)


@pytest.mark.parametrize("text", ["0,360", "-90,270", "0:360:90,360", "10,10.0000000001"])
def test_directions_that_have_one_file_are_refused(text):
    with pytest.raises(UserError, match="twice"):
        directions_of(text, "0")


def test_the_azimuth_of_a_direction_is_below_360():
    assert [direction.azimuth for direction in directions_of("-1e-20,-90,350.5", "0")] == [0, 270, 350.5]


@pytest.mark.parametrize("text", ["0:1:5e-324", "0:360:1e-300", "0:-360:-1e-9"])
def test_steps_too_small_are_told_in_one_line(text):
    with pytest.raises(UserError, match="at most") as caught:
        parse_values(text, "--azimuth", -360, 360)
    assert len(str(caught.value)) < 100


def test_all_combinations_azimuth_first():
    found = directions_of("0,90,-30", "10,20", "0", "1,2")
    assert len(found) == 12 and len(set(found)) == 12
    assert found[:4] == tuple(Direction(a, e, 0.0, 1.0) for a, e in ((0, 10), (90, 10), (330, 10), (0, 20)))
    with pytest.raises(UserError, match="at most"):
        directions_of("0:360:0.1", "0:90:0.1")


@settings(deadline=None, max_examples=30)
@given(st.lists(st.tuples(st.floats(0, 359), st.floats(-90, 90)), min_size=1, max_size=20, unique=True))
def test_names_differ_as_their_angles_do(pairs):
    pairs = sorted({(round(a, 3), round(e, 3)) for a, e in pairs})
    stems = file_stems([Direction(a + 0.0, e + 0.0) for a, e in pairs])
    assert len(set(stems)) == len(pairs)


def test_names_sort_by_azimuth():
    stems = file_stems(directions_of("0,7.5,90,270", "-5,20"))
    assert stems[:4] == ["a000_e-05_t000", "a007.5_e-05_t000", "a090_e-05_t000", "a270_e-05_t000"]
    assert stems[4] == "a000_e020_t000"
    assert file_stems(directions_of("15", "20", "-3", "2.5")) == ["a015_e020_t-03_d2.5"]


def test_angles_choose_the_preset():
    assert preset_asked_for(["--azimuth", "0:360:15"]) == "angles"
    assert preset_asked_for(["--elevation=5", "--out", "x"]) == "angles"
    assert preset_asked_for(["--preset", "default", "--azimuth", "3"]) == "default"
    assert preset_asked_for(["--preset=angles"]) == "angles"
    assert preset_asked_for(["--count", "4"]) == "default"


def test_every_model_has_every_angle():
    chosen = order(categories="chair,table", azimuth="0:360:90", elevation="0,30", models=2, seed=3)
    prior, words = make_prior(chosen)
    spec = make_spec(chosen, ["chair", "table"], [], words)
    assert (spec.count, spec.group_size) == (32, 8)
    assert spec.viewpoints == "angles azimuth 0:360:90, elevation 0,30, tilt 0"
    views = [view_spec(spec, prior, index) for index in range(spec.count)]
    seen = {(view.model.model_id, view.direction) for view in views}
    assert len(seen) == 32 and len({model for model, _ in seen}) == 4
    assert "procedural:chair:3" in {model for model, _ in seen}
    assert len({view.framing for view in views}) == 1 and len({view.lighting for view in views}) == 1
    assert [(view.group, view.place) for view in views[7:9]] == [(0, 7), (1, 0)]
    assert len({view.sampling_seed for view in views}) == 32


def test_a_count_that_contradicts_is_refused():
    with pytest.raises(UserError, match="--count 10 beside 24 angles; expected --count 24 for each model, or none"):
        check_options(order(categories="car", azimuth="0:360:15", elevation="20", count=10))
    with pytest.raises(UserError, match="--count 48 beside 24 angles of 1 model; expected --count 24, or none"):
        make_spec(order(categories="car", azimuth="0:360:15", count=48), ["car"], [], "")
    with pytest.raises(UserError, match="24 angles of 3 models; expected --count 72, fewer --models, or none"):
        make_spec(order(categories="car", azimuth="0:360:15", count=24, models=3), ["car"], [], "")
    assert make_spec(order(categories="car", azimuth="0:360:15", count=24), ["car"], [], "").count == 24


def test_images_need_angles():
    with pytest.raises(UserError, match="--images name their files"):
        check_options(Render("unused", images=True))
    with pytest.raises(UserError, match="neither images nor records"):
        check_options(Render("unused", records=False))


@pytest.mark.parametrize("direction", AnglePrior(directions_of("0:360:50", "-20,30", "0,12")).directions)
def test_the_object_fills_the_frame_equally(direction):
    _, camera = frame_object(direction, Framing(30, 0.9), CUBE, 200)
    points, _ = camera.project(CUBE)
    assert np.ptp(points, axis=0).max() == pytest.approx(180, abs=0.01)
    np.testing.assert_allclose((points.min(0) + points.max(0)) / 2, 100, atol=0.01)


def test_a_given_distance_keeps_the_axis_in_the_middle():
    spec_optics = make_spec(order(categories="car", distance="2"), ["car"], [], "").optics
    framing = sample_framing(np.random.default_rng(0), 0.0, spec_optics)
    viewpoint, camera = frame_object(Direction(40, 20, 5, 2.0), framing, CUBE, 100)
    assert viewpoint.distance == 2.0 and framing.straight
    np.testing.assert_allclose(camera.intrinsics[:2, 2], 50)
    np.testing.assert_allclose(camera.project(np.zeros((1, 3)))[0], [[50, 50]], atol=1e-9)


def test_elevations_of_a_grid_have_no_underscores_either():
    with pytest.raises(UserError, match="--grid-elevations is '1_0'"):
        make_prior(Render("unused", viewpoints="grid", grid_elevations="1_0"))


@pytest.mark.parametrize("words", [("--front", "-y"), ("--front=-y",), ("--front", "y-"), ("--front", "-Y")])
def test_an_axis_with_a_minus_is_a_word_of_its_own(words):
    command = parse(Render, "vantage render", ["--out", "x", *words, "--up", "z"])
    assert parse_axis(command.front, "--front") == "-y" and command.up == "z"


@pytest.mark.parametrize("text", ["-10", "-10,20", "-30:30:20", "-.5,0", "-90:90/3"])
def test_angles_may_begin_with_a_minus(text):
    command = parse(Render, "vantage render", ["--out", "x", "--elevation", text, "--count", "0"])
    assert command.elevation == text and command.viewpoints == "angles"


def test_slips_are_still_told():
    for words, told in ((("--strict", "-szie"), "unknown option -szie"), (("--front", "-w"), "--front")):
        with pytest.raises(UserError, match=told):
            parse(Render, "vantage render", ["--out", "x", *words])
