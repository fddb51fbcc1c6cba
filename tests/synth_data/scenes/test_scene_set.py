"""Scenes rendered by the command line: groups, passes, and the same bytes however many workers there are."""

from __future__ import annotations

import numpy as np
import pytest

from synth_data.commands import Render
from synth_data.option_checks import check_options
from synth_data.order import make_prior, make_spec
from synth_data.presets import Scenes
from synth_data.spec import view_spec
from tests.synth_data.conftest import run, shards_of
from vantage.errors import UserError
from vantage.records.reader import open_records

SMALL = ("--preset", "scenes", "--categories", "room", "--count", "6", "--group-size", "3", "--size", "24",
         "--samples", "1", "--seed", "2", "--shard-size", "3", "--passes", "instance,flow")  # fmt: skip


def spec_of(**changes):
    """The spec of the preset with ``changes``, and the view at any index of it."""
    options = Render.of(Scenes(**changes), "unused")
    prior, words = make_prior(options)
    spec = make_spec(options, options.categories.split(","), [], words)
    return spec, lambda index: view_spec(spec, prior, index)


def test_a_group_is_one_scene_one_rig_one_light_one_lens():
    spec, view = spec_of(count=48)
    assert spec.count == 48 and {model.category for model in spec.models} == {"room", "street"}
    for group in range(4):
        views = [view(12 * group + place) for place in range(12)]
        for name in ("model", "rig", "lighting", "framing"):
            assert len({repr(getattr(item, name)) for item in views}) == 1, name
        assert [item.place for item in views] == list(range(12))
        assert len({item.sampling_seed for item in views}) == 12
    rigs = [view(12 * group).rig for group in range(4)]
    assert len({rig.seed for rig in rigs}) == 4 and all(rig.count == 12 and rig.name in spec.rigs for rig in rigs)


def test_all_rigs_come_up():
    spec, view = spec_of(count=1200)
    assert {view(12 * group).rig.name for group in range(100)} == {"grid", "drive", "orbit", "walk", "stereo"}
    assert len(spec.models) == 100


def test_incomplete_groups_are_refused():
    with pytest.raises(UserError, match="multiple of the 12"):
        check_options(Render.of(Scenes(count=50), "unused"))


@pytest.mark.slow
def test_scenes_are_the_same_however_they_are_made(tmp_path):
    one, two = tmp_path / "one", tmp_path / "two"
    for folder, workers in ((one, 1), (two, 2)):
        done = run("render", *SMALL, "--workers", workers, "--out", folder)
        assert done.returncode == 0, done.stderr
    assert shards_of(one) == shards_of(two)
    records = [record for split in ("train", "val") for record in open_records(one, split)]
    assert sorted((record.scene_id, record.view_id) for record in records) == [
        (f"{group:08d}", place) for group in range(2) for place in range(3)
    ]
    for record in records:
        assert record.image.shape == (24, 24, 4) and (record.image[..., 3] == 255).all()
        assert 20 < record.image[..., :3].mean() < 220 and record.image[..., :3].std() > 8
        assert len(np.unique(record.instance)) > 2 and {item["name"] for item in record.instances} >= {"floor", "wall"}
        assert record.flow_valid.any() == (record.view_id < 2)
