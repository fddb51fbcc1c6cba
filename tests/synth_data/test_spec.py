"""What each index shows, and how models are split."""

from dataclasses import replace

import pytest

from synth_data.order import _tell_result
from synth_data.pipeline import summary
from synth_data.sampling.viewpoints import UniformPrior
from synth_data.shards import Job
from synth_data.spec import VIEWS_PER_RUN, ModelRef, Spec, procedural_models, view_spec
from synth_data.spec_differences import differences, in_words


def cad(name, category="car", group=None):
    return ModelRef(f"{category}/{name}", category, group or name, sha256=name)


@pytest.fixture
def spec():
    cars = [cad(f"{number}.glb", group=f"g{number // 3}") for number in range(30)]
    return Spec((*cars, *procedural_models("chair", 12, 0)), count=1000)


def test_views_are_independent_of_each_other(spec):
    prior = UniformPrior()
    views = [view_spec(spec, prior, index) for index in (5, 6, 905)]
    assert views == [view_spec(spec, prior, index) for index in (5, 6, 905)]
    assert len({view.direction for view in views}) == 3
    assert view_spec(replace(spec, seed=1), prior, 5).direction != views[0].direction


def test_splits_share_no_group(spec):
    groups = {split: {spec.model_of(index).group for index in indices} for split, indices in spec.splits.items()}
    assert not groups["train"] & groups["val"]
    assert {split: len(indices) for split, indices in spec.splits.items()} == {"train": 900, "val": 100}
    assert len(groups["val"]) >= 2


def test_every_model_and_category_has_its_share(spec):
    shown = [spec.model_of(index) for index in spec.splits["train"]]
    chairs = sum(model.category == "chair" for model in shown)
    assert abs(chairs - 450) <= VIEWS_PER_RUN
    counts = {model.model_id: 0 for model in shown}
    for model in shown:
        counts[model.model_id] += 1
    cars = [count for name, count in counts.items() if name.startswith("car")]
    assert max(cars) - min(cars) <= VIEWS_PER_RUN


def test_models_come_in_runs(spec):
    shown = [spec.model_of(index).model_id for index in range(80)]
    for start in range(0, 80, VIEWS_PER_RUN):
        assert len(set(shown[start : start + VIEWS_PER_RUN])) == 1


def test_shards_cover_each_index_once(spec):
    indices = [index for shard in spec.shards for index in range(shard.start, shard.stop)]
    assert indices == list(range(1000))
    assert {shard.total for shard in spec.shards if shard.split == "train"} == {15}


def test_both_kinds_of_models_are_mixed():
    models = (*(cad(f"{number}.glb") for number in range(20)), *procedural_models("car", 20, 0))
    spec = Spec(models, 2000, procedural_fraction=0.25)
    share = sum(spec.model_of(index).seed is not None for index in spec.splits["train"]) / 1800
    assert share == pytest.approx(0.25, abs=0.08)


def test_one_model_has_no_val_split():
    spec = Spec((cad("one.glb"),), 10)
    assert {split: len(indices) for split, indices in spec.splits.items()} == {"train": 10, "val": 0}
    assert [shard.split for shard in spec.shards] == ["train"]
    assert len(Spec((cad("a"), cad("b")), 10, val_fraction=0.0).splits["val"]) == 0


def test_only_vehicles_from_files_are_painted(spec):
    prior = UniformPrior()
    spec = replace(spec, recolour=1.0)
    for index in range(0, 64, 8):
        view = view_spec(spec, prior, index)
        assert (view.paint is not None) == (view.model.category == "car")


def test_procedural_models_differ_with_the_seed():
    first, second = ({model.model_id for model in procedural_models("car", 5, seed)} for seed in (0, 1))
    assert not first & second
    assert procedural_models("car", 2, 1)[1].seed == 1_000_001


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("uniform {'low': -10.0, 'tilt_std': 3.0}", "uniform (low -10.0, tilt std 3.0)"),
        ("grid {'azimuths': 12, 'elevations': (0.0, 20.0)} by category", None),
        ("prior.csv (sha256 {1})", "prior.csv (sha256 {1})"),
        (128, "128"),
        (None, "None"),
    ],
)
def test_values_are_told_as_people_write_them(value, words):
    assert in_words(value) == (words or "grid (azimuths 12, elevations (0.0, 20.0)) by category")


def test_differences_are_told_in_words(spec):
    stored = spec.as_json()
    assert differences(stored, spec.as_json()) == []
    found = differences(stored, replace(spec, size=64, models=spec.models[1:]).as_json())
    assert "size 128 there, 64 asked for" in found
    assert any("1 gone (car/0.glb)" in text for text in found)


def test_the_summary_counts_what_is_shown(spec, tmp_path):
    few = summary(Job(tmp_path, replace(spec, count=VIEWS_PER_RUN, val_fraction=0.0), UniformPrior()), {}, 0, 1.0)
    assert few["models"] == 1 and few["unseen"] in (["car"], ["chair"])
    assert summary(Job(tmp_path, spec, UniformPrior()), {}, 0, 1.0)["unseen"] == []


def test_what_is_told_names_unseen_categories_and_splits_where_there_are_any(capsys):
    told = {
        "folder": "out",
        "count": 8,
        "models": 1,
        "rendered": 0,
        "unseen": ["car", "chair"],
        "splits": {"train": 8, "val": 0},
    }
    _tell_result(told, ())
    captured = capsys.readouterr()
    assert captured.out == "out: 8 images (8 train) of 1 model, nothing left to render\n"
    assert "none shows car, chair: too few views" in captured.err
    _tell_result({**told, "unseen": [], "models": 2, "splits": {"images": 8}}, ())
    assert capsys.readouterr() == ("out: 8 images of 2 models, nothing left to render\n", "")
