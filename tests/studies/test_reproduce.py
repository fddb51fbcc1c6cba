"""The study of render4cnn: its steps are commands that there are, its tables hold what was scored."""

import dataclasses
import json

import pytest
import tyro

from benchmarks import reproduce_recipe as recipe
from benchmarks import reproduce_tables as tables
from benchmarks.reproduce_recipe import ROWS, TWELVE, Scale, Study, chosen_rows, run_of, score_of, unseen_classes
from benchmarks.reproduce_render4cnn import check, link_unseen, plan, reproduce
from benchmarks.study import Account
from render4cnn.commands import Adapt, Evaluate, Train
from synth_data.commands import Render
from synth_data.option_checks import check_options
from tests.toy_cars import write_toy_cars
from vantage.errors import UserError

COMMANDS = {"render": (Render, 1), "train": (Train, 2), "adapt": (Adapt, 2), "evaluate": (Evaluate, 2)}


@pytest.fixture
def cad(tmp_path):
    for name in ("airplane", "car", "table", "toaster"):
        (tmp_path / "cad" / name).mkdir(parents=True)
    return str(tmp_path / "cad")


@pytest.fixture
def study(tmp_path, cad):
    (tmp_path / "backgrounds").mkdir()
    photos = f"cars:{write_toy_cars(tmp_path / 'photos', 6, 2)}"
    return Study(photos, str(tmp_path / "backgrounds"), str(tmp_path / "out"), cad, seeds=2)


def parsed(step):
    kind, skip = COMMANDS[step.kind]
    return tyro.cli(kind, args=list(step.words[skip:]))


def test_every_step_is_a_command_that_can_be_parsed(study):
    steps = {step.name: step for step in plan(study)}
    options = {name: parsed(step) for name, step in steps.items()}
    once = [row for row in ROWS if row.once]
    assert len(options) == 3 + 2 * 2 * (len(ROWS) - len(once)) + 4 * len(once)
    cars = options["render/cars"]
    check_options(cars)
    assert (cars.procedural_fraction, cars.categories, cars.size) == (0.75, "car", 192) and str(cars.cad) == study.cad
    check_options(options["render/twelve"])
    assert options["render/twelve"].cad is None and options["render/unseen"].val_fraction == 0
    assert all(options[name].config() for name, step in steps.items() if step.kind == "train")
    for name, step in steps.items():
        assert set(step.after) <= set(steps) and step.units > 0, name


def test_rows_are_trained_on_what_they_say(study):
    options = {step.name: parsed(step) for step in plan(study)}
    alone, both = options["photos-500/seed1/train"], options["both-50/seed0/train"]
    assert (alone.data, alone.max_real, alone.seed, alone.backgrounds) == ((study.photos,), 500, 1, None)
    assert both.weight == (0.5, 0.5) and both.max_real == 50 and both.backgrounds == study.backgrounds
    assert (
        both.init == str(run_of(study, "no-image-160", 0)) and both.steps == 0.1 * options["no-image/seed0/train"].steps
    )
    assert (both.config().model.image_size, options["no-image/seed0/train"].config().model.image_size) == (160, 96)
    assert options["no-image/seed0/train"].backgrounds == study.backgrounds
    adapted = options["unlabelled/seed1/train"]
    assert adapted.unlabelled == study.photos and adapted.run_folder == str(run_of(study, "no-image-160", 1))
    assert study.photos not in adapted.data
    score = options["unlabelled/seed1/photos"]
    assert score.run_folder.endswith("unlabelled-seed1/round-2") and score.split == "val"


def test_shipped_weights_know_twelve_classes(study):
    options = {step.name: parsed(step) for step in plan(dataclasses.replace(study, rows=("cars",)))}
    synthetic, cars = options["synthetic/seed0/train"], options["cars/seed0/train"]
    data = [str(study.folder / "data" / name) for name in ("cars", "twelve")]
    assert (list(synthetic.data), synthetic.backgrounds) == (data, None)
    assert synthetic.init == str(run_of(study, "synthetic-160", 0)) and options["twelve/seed0/train"].init is None
    assert list(cars.data) == [*data, study.photos] and cars.init == str(run_of(study, "synthetic", 0))
    assert options["synthetic/seed0/shapes"].data == data[1]
    assert not any("seed1" in name for name in options) and "render/unseen" not in options


def test_chosen_rows_bring_what_they_begin_with(study):
    chosen = dataclasses.replace(study, rows=("unlabelled",))
    assert [row.key for row in chosen_rows(chosen)] == ["no-image", "no-image-128", "no-image-160", "unlabelled"]
    assert {step.kind for step in plan(chosen)} == {"render", "train", "adapt", "evaluate"}
    twelve = plan(dataclasses.replace(study, rows=("twelve",)))
    assert [step.name for step in twelve] == ["render/twelve", "render/unseen", *(
        f"twelve/seed0/{what}" for what in ("train", "photos", "shapes", "unseen"))]  # fmt: skip
    with pytest.raises(UserError, match="no row 'unlabeled'"):
        plan(dataclasses.replace(study, rows=("unlabeled",)))


def test_quick_has_every_row_once(study):
    full, quick = plan(study), plan(dataclasses.replace(study, quick=True))
    assert {step.name for step in quick} == {step.name for step in full if "seed1" not in step.name}
    assert sum(step.units for step in quick) < 0.2 * sum(step.units for step in full)


def test_every_class_has_a_run_of_eight_views_held_out_and_unseen():
    for scale in (recipe.FULL, recipe.QUICK):
        assert min(scale.held_out * scale.twelve_images, scale.unseen_images) >= 8 * len(TWELVE.split(","))


def test_unseen_models_get_the_names_of_our_classes(study):
    assert list(unseen_classes(study.cad)) == ["aeroplane", "car", "diningtable"] and unseen_classes(None) == {}
    study.folder.mkdir()
    link_unseen(study)
    link_unseen(study)
    links = sorted((study.folder / "unseen-cad").iterdir())
    assert [(link.name, link.resolve().name) for link in links] == [
        ("aeroplane", "airplane"), ("car", "car"), ("diningtable", "table"),
    ]  # fmt: skip
    words = next(step.words for step in plan(study) if step.name == "render/unseen")
    assert words[words.index("--categories") + 1] == "aeroplane,car,diningtable"
    without = plan(dataclasses.replace(study, cad=None))
    assert not any("unseen" in step.name for step in without)
    assert "--procedural-fraction" not in without[0].words


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"seeds": 0}, "--seeds is 0; expected 1 or more"),
        ({"backgrounds": "nowhere"}, "--backgrounds nowhere is no folder"),
        ({"cad": "nowhere"}, "--cad nowhere is no folder"),
        ({"photos": ""}, "--photos"),
        ({"photos": "cars:nowhere"}, "nowhere"),
        ({"backgrounds": ""}, "--backgrounds"),
    ],
)
def test_what_would_fail_after_hours_is_refused_at_once(study, changes, message):
    with pytest.raises(UserError, match=message):
        check(dataclasses.replace(study, **changes))
    check(study)


FIGURES = {"acc_pi_6": 0.93, "med_err_deg": 6.0, "azimuth_acc_30": 0.94, "front_back_flips": 0.05}


def played(study, key, seed, views, shift=0.0, what="photos", classes=("car",)):
    """Leave behind what training and scoring would have."""
    figures = {name: value + shift for name, value in FIGURES.items()}
    summary = {"overall": figures, "mean": figures, "per_class": dict.fromkeys(classes, figures)}
    score = score_of(study, key, seed, what)
    score.parent.mkdir(parents=True, exist_ok=True)
    score.write_text(json.dumps({**summary, "calibration": {"expected_calibration_error": 0.01}}))
    run = run_of(study, key, seed)
    run.mkdir(parents=True, exist_ok=True)
    data = [
        {"spec": "renders", "views": 1000, "validation": 100},
        {"spec": "pseudo:x.json", "views": 9, "validation": 0},
        {"spec": study.photos, "views": views - views // 20, "validation": views // 20},
    ]
    (run / "config.json").write_text(json.dumps({"data": data}))
    (run / "environment.json").write_text(json.dumps({"git_revision": "abc", "cores": 2, "versions": {"keras": "3"}}))
    rows = [{"step": step, "input_wait": 0.02, "steps_per_second": 4.0} for step in (20, 40)]
    (run / "metrics.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))


def test_tables_hold_means_deviations_and_what_is_asked(study, capsys):
    for seed in (0, 1):
        played(study, "no-image-160", seed, 0, 0.01 * seed)
        played(study, "photos-50", seed, 50)
        played(study, "both-50", seed, 50, 0.02)
    for key, what in (("twelve", "shapes"), ("synthetic", "shapes"), ("twelve", "unseen"), ("synthetic", "unseen")):
        played(study, key, 0, 0, 0.01 * (key == "twelve"), what, classes=TWELVE.split(","))
    account = Account(study.folder / "steps.json")
    account.begin(plan(study)[0])
    tables.write_tables(study, account)
    page = (study.folder / "table.md").read_text()
    assert page.strip() in capsys.readouterr().out
    assert "| no real image, then 160 pixels, as all below | 0 | 0.935 ± 0.007 | 6.00 ± 0.01 |" in page.replace(
        "6.01", "6.00"
    )
    assert "at least 0.92, at most 6.5: reached |" in page
    assert "at least 0.96, at most 5.5: not reached |" in page
    assert "| 500 labelled photographs alone | – | – |" in page
    assert "0.88 and 6 degrees; mean of the classes 0.82 and 11.7. Source: Su et al., ICCV 2015" in page
    assert "2.0% passed in waiting for images" in page and "as asked" in page
    assert page.count("| class | `twelve` | `synthetic` |") == 2
    assert page.count("| tvmonitor | 0.940, 6.01 | 0.930, 6.00 |") == 2
    assert "| car | 0.940, 6.01 | 0.930, 6.00 |" in page and "| car | 0.940, 6.01 | – |" in page
    assert "`synthetic` on held-out shapes: at least 0.90, at most 8: reached." in page
    found = json.loads((study.folder / "table.json").read_text())
    assert [item["labels"] for item in found["photographs"]["photos-50"]] == [50, 50]
    assert found["revisions"] == ["abc"]
    assert (study.folder / "curve.png").read_bytes().startswith(b"\x89PNG")
    told = (study.folder / "provenance.md").read_text()
    assert "revision: abc\n" in told and "keras 3" in told
    assert "vantage render --out OUT/data/cars" in told and "--cad CAD" in told and str(study.folder) not in told


def test_folders_of_this_machine_are_named_by_their_variables():
    study = Study("cars:/data/cars", "/data/backgrounds", "out")
    words = [
        "render",
        "--out",
        "out/runs/a",
        "--data",
        "cars:/data/cars",
        "--backgrounds",
        "/data/backgrounds",
        "outer",
    ]
    told = "render --out OUT/runs/a --data PHOTOS --backgrounds BACKGROUNDS outer"
    assert tables._public(study, words) == told


def test_nothing_scored_writes_nothing(study, capsys):
    tables.write_tables(study, Account(study.folder / "steps.json"))
    assert not study.folder.exists() and capsys.readouterr().out == ""


def test_a_verdict_for_each_figure_where_they_differ():
    asked = recipe.Asked(0.9, 5.0)
    assert tables._asked(asked, [FIGURES]).endswith("reached, not reached")
    assert tables._asked(asked, []) == "at least 0.90, at most 5" and tables._asked(None, [FIGURES]) == ""
    assert tables.spread([1.0], 1) == "1.0" and tables.spread([1.0, 2.0], 1) == "1.5 ± 0.7"


@pytest.mark.slow
def test_renders_trainings_adaptation_and_tables_on_toy_photographs(study, monkeypatch, tmp_path):
    monkeypatch.setattr(recipe, "QUICK", Scale(16, 192, 16, 48, 48, 0.5, 4, 1, 2, 8, "tiny"))
    source = next((tmp_path / "photos" / "images").iterdir())
    for number in range(3):
        (tmp_path / "backgrounds" / f"{number}.png").write_bytes(source.read_bytes())
    rows = ("unlabelled", "photos-50", "twelve")
    study = dataclasses.replace(study, cad=None, quick=True, rows=rows)
    reproduce(study)
    page = (study.folder / "table.md").read_text()
    assert "quick form" in page and page.count("| – |") == 0
    assert all(f"| {row.title} | " in page for row in chosen_rows(study)) and "| tvmonitor | " in page
    before = (study.folder / "steps.json").read_text()
    (study.folder / "table.md").unlink()
    reproduce(study)
    assert (study.folder / "steps.json").read_text() == before and (study.folder / "table.md").exists()
