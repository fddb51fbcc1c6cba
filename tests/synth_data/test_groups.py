"""Sets made of groups of views: what is held, what varies, and that splits and files keep groups whole."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import tyro

from synth_data.commands import Render
from synth_data.option_checks import check_options
from synth_data.order import make_prior, make_spec
from synth_data.presets import PRESETS, Chairs, DcIgn, Preset, Ptn, Rotator, find_preset
from synth_data.sampling.environments import Environment, SoftBox, environment_image
from synth_data.sampling.factors import FACTORS
from synth_data.sampling.lights import SOFT, lamp_irradiance, turned
from synth_data.spec import ModelRef, deformed_copies, view_spec
from vantage.errors import UserError


def views_of(preset, indices=None):
    """Return spec and views of a preset."""
    options = Render.of(preset, "unused")
    check_options(options)
    prior, words = make_prior(options)
    spec = make_spec(options, [name for name in preset.categories.split(",") if name] or ["chair"], [], words)
    return spec, [view_spec(spec, prior, index) for index in indices or range(spec.count)]


def different(views, part):
    return len({repr(part(view)) for view in views})


def parts(views):
    """Count the different values of all that a view is made of."""
    return {
        "azimuth": different(views, lambda view: view.direction.azimuth),
        "elevation": different(views, lambda view: view.direction.elevation),
        "light": different(views, lambda view: view.lighting),
        "shape": different(views, lambda view: view.model.model_id),
        "rest": different(views, lambda view: (view.framing, view.development, view.direction.tilt, view.paint)),
    }


def test_a_factor_batch_varies_one_thing_and_nothing_else():
    _, views = views_of(replace(DcIgn(), count=160))
    for group in range(8):
        batch = views[20 * group : 20 * group + 20]
        varying = FACTORS[group % 4]
        found = parts(batch)
        assert found.pop(varying) > 5 and set(found.values()) == {1}, varying
        assert all(dict(view.factors)[f"varies_{name}"] == (name == varying) for view in batch for name in FACTORS)
        assert {view.group for view in batch} == {group} and [view.place for view in batch] == list(range(20))
        assert different(batch, lambda view: view.sampling_seed) == 20


def test_batches_differ_from_each_other():
    _, views = views_of(replace(DcIgn(), count=160), range(0, 160, 20))
    assert parts(views)["azimuth"] == 8 and parts(views)["light"] == 8


def test_repeated_factors_have_more_batches():
    spec, _ = views_of(replace(DcIgn(), count=200, factors="shape,light,shape"), [0])
    assert [spec.factor_of(20 * group) for group in range(6)] == ["shape", "light", "shape"] * 2


def test_the_rotator_steps_one_way_or_the_other():
    _, views = views_of(replace(Rotator(), count=17 * 12))
    signs = set()
    for group in range(12):
        sequence = views[17 * group : 17 * group + 17]
        found = parts(sequence)
        assert found.pop("azimuth") == 17 and set(found.values()) == {1}
        steps = np.diff([view.direction.azimuth for view in sequence])
        steps = (steps + 180) % 360 - 180
        sign = dict(sequence[1].factors)["action"]
        np.testing.assert_allclose(steps, sign * 360 / 31)
        assert dict(sequence[0].factors)["action"] == 0
        signs.add(sign)
    assert signs == {1, -1}
    assert {view.direction.elevation for view in views} == {20, 30}


def test_turntables_have_every_model_at_every_angle():
    spec, views = views_of(replace(Ptn(), models=5))
    assert spec.count == 120 and {view.direction.elevation for view in views} == {30}
    seen = {(view.model.model_id, round(view.direction.azimuth)) for view in views}
    assert len(seen) == 120 and {azimuth for _, azimuth in seen} == set(range(0, 360, 15))
    assert {view.direction.distance for view in views} == {2.0}


def test_rendered_chairs_have_62_views():
    spec, views = views_of(replace(Chairs(), models=2))
    assert spec.group_size == 62 and spec.count == 124
    azimuths = sorted({view.direction.azimuth for view in views})
    assert len(azimuths) == 31
    np.testing.assert_allclose(np.diff(azimuths), 360 / 31, atol=1e-6)


@pytest.mark.parametrize("preset", [Ptn(models=7), replace(DcIgn(), count=400), replace(Rotator(), count=170)])
def test_splits_and_files_hold_whole_groups(preset):
    spec, _ = views_of(preset, [0])
    train, val = spec.splits["train"], spec.splits["val"]
    assert len(train) % spec.group_size == 0 and len(val) % spec.group_size == 0 and len(val)
    assert all(shard.start % spec.group_size == 0 for shard in spec.shards)
    models = [{spec.model_of(index).model_id for index in split} for split in (train, val)]
    assert not models[0] & models[1]


def test_any_view_alone_is_that_view_of_the_set():
    preset = replace(DcIgn(), count=80)
    _, views = views_of(preset)
    _, alone = views_of(preset, [63, 5])
    assert alone == [views[63], views[5]]


@pytest.mark.parametrize("name", PRESETS)
def test_presets_pass_their_own_check(name):
    preset = PRESETS[name]()
    assert isinstance(preset, Preset) and PRESETS[name].__doc__
    if name != "angles":  # which needs a model
        spec, views = views_of(preset, [0])
        assert spec.count > 0 and views[0].index == 0
    else:
        check_options(Render.of(preset, "unused"))


def test_a_preset_of_the_command_line_has_its_values():
    options = Render.default_for(["--preset", "ptn", "--models", "3"])
    assert (options.azimuth, options.size, str(options.out), options.preset) == ("0:360:15", 64, "renders/ptn", "ptn")
    assert Render.default_for(["--count", "3"]).size == 128
    named = {name: Render.default_for([f"--preset={name}"]).out for name in PRESETS}
    assert named == {name: Path("renders", name) for name in PRESETS}, "each needs nothing but its name"
    assert Render.default_for([]).out is Render.default_for(["--azimuth", "0"]).out is tyro.MISSING


def test_a_file_is_a_preset(tmp_path):
    path = tmp_path / "mine.json"
    path.write_text('{"preset": "ptn", "models": 10, "fov_low": 25, "smooth": false}')
    options = Render.default_for([f"--preset={path}"])
    assert (options.models, options.fov_low, options.smooth, options.azimuth) == (10, 25, False, "0:360:15")
    assert str(options.out) == "renders/mine" and find_preset("ptn") == Ptn()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "cannot be read"),
        ("[1]", "holds no fields"),
        ('{"preset": "nothing"}', "preset is 'nothing'"),
        ('{"sise": 3}', "no field 'sise'"),
        ('{"samples": "3"}', "samples is '3'; expected of type int"),
        ('{"size": true}', "size is True"),
        ('{"size": null}', "size is null"),
        ('{"categories": ["car"]}', "of type str"),
    ],
)
def test_a_file_that_is_none_is_told(tmp_path, text, words):
    path = tmp_path / "mine.json"
    path.write_text(text)
    with pytest.raises(UserError, match=words):
        find_preset(str(path))
    with pytest.raises(UserError, match="cannot be read"):
        find_preset(str(tmp_path / "nowhere.json"))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"count": 4}, "--count 4 is no multiple of the 20 views of a group; expected 20"),
        ({"count": 30}, "--count 30 is no multiple of the 20 views of a group; expected 20 or 40"),
        ({"held": "light"}, "--path factors without groups"),
        ({"held": "lights"}, "--held names lights"),
        ({"factors": "size"}, "--factors names size"),
        ({"factors": ""}, "--path factors without --factors"),
        ({"path": "round"}, "--path is 'round'"),
        ({"distance": "1,2"}, "one distance"),
    ],
)
def test_mistakes(changes, words):
    with pytest.raises(UserError, match=words):
        views_of(replace(DcIgn(), **changes), [0])


def test_light_turns_as_a_whole():
    quarter = turned(SOFT, 90)
    assert quarter.lights[0].position == pytest.approx((3.0, 2.5, 3.5))
    assert lamp_irradiance(quarter.lights[0]) == pytest.approx(lamp_irradiance(SOFT.lights[0]))
    back = turned(quarter, 270)
    assert back.environment == SOFT.environment
    grey = (0.5, 0.5, 0.5)
    image = environment_image(Environment(grey, grey, grey, boxes=(SoftBox(90, 40, 30, 20, 3.0),), turn=45))
    plain = environment_image(Environment(grey, grey, grey, boxes=(SoftBox(90, 40, 30, 20, 3.0),)))
    np.testing.assert_array_equal(np.roll(image, 16, axis=1), plain)


def test_deformed_copies_stay_in_the_group():
    model = ModelRef("car/a.glb", "car", "g1", "hash", "CC0")
    copies = deformed_copies([model], 3, 2)
    assert [copy.model_id for copy in copies] == ["car/a.glb~1", "car/a.glb~2", "car/a.glb~3"]
    assert {copy.group for copy in copies} == {"g1"} and len({copy.bend for copy in copies}) == 3
    assert all(copy.base == "car/a.glb" and copy.seed is None for copy in copies)
