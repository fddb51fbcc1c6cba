"""The study of renders against photographs: one change a row, a development split, and the page."""

import dataclasses
import json

import pytest
import tyro

from benchmarks import sim2real
from benchmarks.sim2real import ROWS, Row, Study, changed, chosen_rows, plan
from render4cnn.commands import Train
from synth_data.commands import Render
from synth_data.option_checks import check_options
from tests.toy_cars import write_toy_cars
from vantage.benchmarks import open_views
from vantage.errors import DataError, UserError


@pytest.fixture
def study(tmp_path):
    for name in ("backgrounds", "cad"):
        (tmp_path / name).mkdir()
    photos = f"cars:{write_toy_cars(tmp_path / 'photos', 8, 2)}"
    return Study(photos, str(tmp_path / "backgrounds"), str(tmp_path / "out"), str(tmp_path / "cad"), seeds=2)


def test_a_change_takes_the_place_of_the_option_and_of_its_opposite():
    assert changed("--size 128 --tones --deform 0.4", "--size 192 --no-tones") == [
        "--size",
        "192",
        "--no-tones",
        "--deform",
        "0.4",
    ]
    found = changed("--augment noise=0.1 --steps 5", "--augment noise=0 --augment jpeg=1")
    assert found == ["--augment", "noise=0", "--steps", "5", "--augment", "jpeg=1"]
    assert changed("--fov-low 12", "") == ["--fov-low", "12"]


def test_every_row_is_a_command_that_can_be_parsed_and_differs_from_the_base(study):
    base, steps = None, {step.name: step for step in plan(study)}
    for row in ROWS:
        options = tyro.cli(Render, args=["--out", "x", *sim2real.render_words(study, row)])
        check_options(options)
        train = steps[f"{row.key}/seed0/train"]
        config = tyro.cli(Train, args=list(train.words[2:]))
        told = (options, config.config(), config.backgrounds)
        base = base or told
        assert row is ROWS[0] or told != base, row.key


def test_rows_with_the_same_renders_share_them(study):
    steps = plan(dataclasses.replace(study, rows=("no-ground", "no-noise", "no-jpeg")))
    names = [step.name for step in steps]
    assert [name for name in names if name.startswith("render")] == ["render/base", "render/no-ground"]
    trained = next(step for step in steps if step.name == "no-jpeg/seed1/train")
    assert trained.after == ("render/base",) and trained.words[trained.words.index("--augment") + 1] == "jpeg=0"
    assert len(steps) == 2 + 4 * 2 * 3
    assert all(set(step.after) <= set(names) for step in steps)


def test_rows_about_cad_models_need_them(study):
    without = dataclasses.replace(study, cad=None)
    assert not any(row.cad for row in chosen_rows(without)) and any(row.cad for row in chosen_rows(study))
    with pytest.raises(UserError, match="no row 'cad-only'"):
        plan(dataclasses.replace(without, rows=("cad-only",)))
    assert "--cad" not in plan(without)[0].words


def test_the_development_split_is_every_third_of_train(study):
    sim2real.write_development(study)
    views = open_views(sim2real.development(study), "development")
    assert len(views) == 3
    whole = open_views(study.photos, "train")
    for index, view in enumerate(views[number] for number in range(3)):
        assert view["viewpoint"][:2] == pytest.approx(whole[3 * index]["viewpoint"][:2], abs=1e-3)
        assert view["category"] == "car"


def played(study, key, seed, accuracy):
    for what in ("development", "val"):
        path = study.folder / "scores" / f"{key}-seed{seed}-{what}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        overall = {"acc_pi_6": accuracy, "med_err_deg": 6.0, "front_back_flips": 0.1}
        path.write_text(json.dumps({"overall": overall}))


def test_the_table_tells_the_gain_over_the_base_of_the_same_seed(study, tmp_path, capsys, root):
    page = tmp_path / "page.md"
    page.write_text((root / "docs" / "sim2real.md").read_text(encoding="utf-8"))
    study = dataclasses.replace(study, page=str(page), rows=("no-ground", "backgrounds-procedural", "no-jpeg"))
    sim2real.write_results(study)
    assert not (study.folder / "table.md").exists()
    for seed, accuracy in ((0, 0.80), (1, 0.90)):
        played(study, "base", seed, accuracy)
        played(study, "no-ground", seed, accuracy - 0.05)
    played(study, "backgrounds-procedural", 0, 0.81)
    for _ in range(2):
        sim2real.write_results(study)
        text = page.read_text()
        assert "| base |  |  | 0.850 ± 0.071 |  | 6.00 ± 0.00 |" in text
        assert "| no-ground | the car hovers | `--ground 0` | 0.800 ± 0.071 | -0.050 ± 0.000 |" in text
        assert "`no --backgrounds` | 0.810 | +0.010 |" in text and "no-jpeg" not in text
        assert text.count(sim2real.END) == 1 and "2 seeds" in text and "Not measured yet" not in text
    assert "no-ground" in capsys.readouterr().out
    page.write_text("no marks")
    with pytest.raises(DataError, match="has no marks"):
        sim2real.write_results(study)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"steps": 0}, "--steps is 0"),
        ({"backgrounds": "nowhere"}, "--backgrounds nowhere is no folder"),
        ({"page": "nowhere.md"}, "--page nowhere.md does not exist"),
        ({"photos": "csv:x.csv"}, "cars:DIR, of which a development split can be cut"),
        ({"photos": "cars:nowhere"}, "nowhere"),
    ],
)
def test_what_would_fail_later_is_refused_at_once(study, changes, message):
    with pytest.raises(UserError, match=message):
        sim2real.check(dataclasses.replace(study, **changes))
    sim2real.check(study)


def test_keys_of_rows_are_unique_and_the_first_is_the_base():
    assert len({row.key for row in ROWS}) == len(ROWS) and ROWS[0] == Row("base", "")
