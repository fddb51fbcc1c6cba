"""The page of a run: everything in it, in progress, and with names that look like HTML."""

import json
import re
from dataclasses import replace

import numpy as np
import pytest

from render4cnn import published
from render4cnn.report import build_report
from vantage.commands.report import write_report
from vantage.errors import RunError, UserError
from vantage.metrics.viewpoint import evaluation_summary, rotation_errors_deg
from vantage.report.evaluations import store_evaluation, store_precision
from vantage.report.renders import Renders
from vantage.report.run_files import read_run
from vantage.training.run_folder import create_run

EVIL = "<script>x</script>"


def make_run(folder, classes=("car", "chair"), package="render4cnn"):
    data = [{"spec": f"/data/{EVIL}", "weight": None, "limit": None, "views": 10}]
    settings = {"preset": "tiny", "seed": 3, "classes": list(classes), "data": data, "config": {}}
    create_run(folder, package, settings)
    environment = {"command": f"vantage train {EVIL}", "cores": 2, "versions": {"keras": "3.15"}}
    (folder / "environment.json").write_text(json.dumps(environment))
    (folder / "metrics.jsonl").write_text('{"step": 1, "loss": 3.0}\n{"step": 2, "loss": 2.0, "val_loss": 2.5}\n{"st')
    return folder


def add_evaluation(folder, data, name="val", classes=("car", "chair"), count=40, further=None, **extra):
    rng = np.random.default_rng(0)
    true = np.stack([rng.uniform(0, 360, count), rng.uniform(-10, 60, count), np.zeros(count)], axis=1)
    predicted = true + rng.normal(0, 8, true.shape)
    predicted[0, 0] += 180
    categories = np.array(classes)[np.arange(count) % len(classes)]
    summary = {**evaluation_summary(predicted, true, categories), "data": data, "split": "val", **extra}
    names = [f"{EVIL}{i}.jpg" for i in range(count)]
    errors = rotation_errors_deg(predicted, true)
    picture = np.full((32, 32, 3), 120, np.uint8)
    truth = (predicted, true, categories, names, errors)
    store_evaluation(folder, name, summary, *truth, lambda index: picture, **(further or {}))
    return summary


def text_of(page):
    """The page's words without mark-up, styles and figures."""
    page = re.sub(r"<(style|svg).*?</\1>", " ", page, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_a_finished_run_shows_everything(tmp_path):
    run = make_run(tmp_path / "run")
    summary = add_evaluation(run, "/data/renders", "renders-val")
    add_evaluation(run, "cars:/data/cars", "cars-val", classes=("car",))
    (run / "model_card.md").write_text(f"# Card\n\n{EVIL} trained for fun")
    page = write_report(run).read_text(encoding="utf-8")
    text = text_of(page)
    for words in ("vantage train", "Seed 3", "keras 3.15", "Beside published figures", "trained for fun", "π/6"):
        assert words in text
    assert f"{summary['overall']['acc_pi_6']:.3f}" in text
    assert f"{summary['per_class']['chair']['med_err_deg']:.1f}°" in text
    assert page.count("<svg") == 1 + (4 + 2) + 4
    assert page.count("<img") > 2 * 12
    assert "<script" not in page


def known(count):
    """What an evaluation of this version keeps beyond the angles."""
    return {
        "confidence": np.linspace(0.1, 1.0, count),
        "folds": np.where(np.arange(count) % 2, 2, 1),
        "sizes": np.linspace(20, 200, count),
    }


class Painter:
    """Draws a grey square for each viewpoint."""

    def __init__(self):
        self.classes = []

    def __call__(self, category, viewpoints):
        self.classes.append(category)
        return [np.full((32, 32, 4), 200, np.uint8)] * len(viewpoints)


def test_what_is_known_of_each_view_is_drawn(tmp_path):
    run = make_run(tmp_path / "run")
    calibration = {"expected_calibration_error": 0.0421}
    add_evaluation(run, "/data/renders", further=known(40), calibration=calibration)
    painter = Painter()
    page = build_report(read_run(run), Renders(None, painter)).render()
    text = text_of(page)
    assert painter.classes == ["car", "chair"]
    for words in (
        "20 views, 1 front-back flip ",
        "20 views, 0 front",
        "mean of classes",
        "1 (5.0%)",
        "Beside each stands a model",
    ):
        assert words in text, words
    assert page.count("<svg") == 1 + 6 + 2
    assert 'class="pictures wide"' in page
    assert "ECE" in page


def test_objects_as_published_stand_apart(tmp_path):
    run = make_run(tmp_path / "run")
    easy = {"overall": {"count": 7, "acc_pi_6": 0.777}, "per_class": {"car": {"count": 7, "acc_pi_6": 0.777}}}
    add_evaluation(run, "pascal3d:/data/p", easy=easy)
    text = text_of(build_report(read_run(run)).render())
    assert "neither truncated nor occluded nor difficult, as published figures" in text
    assert text.count("0.777") >= 3, "in its own table and beside the published rows"


def test_precision_of_detections_is_shown(tmp_path):
    run = make_run(tmp_path / "run")
    row = {"objects": 3, "detections": 9, "ap": 0.123, "avp_4": 0.1, "avp_8": None}
    result = {"per_class": {"car": row}, "mean": row, "mean_with_bottle": row, "notes": [f"counted {EVIL}"]}
    store_precision(
        run, "pascal3d val", {**result, "data": "pascal3d:/data/p", "detections": "/x/boxes.json", "run": None}
    )
    page = build_report(read_run(run)).render()
    text = text_of(page)
    for words in (
        "Detections in pascal3d:p",
        "boxes.json",
        "viewpoints from the file itself",
        "0.123",
        "AVP-24",
        "[2]",
    ):
        assert words in text, words
    assert EVIL not in page


def test_tilt_is_explained_for_photographs_only(tmp_path):
    run = make_run(tmp_path / "run")
    add_evaluation(run, "/data/renders")
    assert "have no tilt" not in build_report(read_run(run)).render()
    add_evaluation(run, "cars:/data/cars", "cars", classes=("car",))
    assert "have no tilt" in build_report(read_run(run)).render()


def test_a_run_in_progress_has_a_page(tmp_path):
    page = write_report(make_run(tmp_path / "run"), tmp_path / "page.html").read_text(encoding="utf-8")
    assert "Not evaluated yet" in page
    assert "held out" in page
    assert "Beside published figures" not in page


def test_the_curves_of_every_source_are_drawn(tmp_path):
    run = make_run(tmp_path / "run")
    config = json.loads((run / "config.json").read_text())
    rows = [
        {"step": step, "loss": 3.0, "val_loss": 2.5, "val_renders_loss": 2.0, "val_cars_loss": 4.0} for step in (1, 2)
    ]
    (run / "metrics.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    files = replace(read_run(run), config={**config, "data": [{"spec": "/a/renders"}, {"spec": "cars:/b/photos"}]})
    page = build_report(files).render()
    assert page.count("<svg") == 1
    assert "held out of renders" in page and "held out of photos" in page


def test_a_run_that_has_only_begun_has_a_page(tmp_path):
    run = make_run(tmp_path / "run")
    (run / "metrics.jsonl").unlink()
    (run / "environment.json").unlink()
    assert "No metrics have been written yet" in build_report(read_run(run)).render()


def test_evaluations_of_other_weights_are_named(tmp_path):
    run = make_run(tmp_path / "run")
    add_evaluation(run, "cars:/data/cars", classes=("car",))
    (tmp_path / "other").mkdir()
    add_evaluation(tmp_path / "other", "cars:/data/cars", classes=("car",), run="/x/weights/small")
    text = text_of(build_report(read_run(run, [tmp_path / "other"])).render())
    assert "with the weights “small”" in text


def test_a_summary_without_predictions_still_has_its_table(tmp_path):
    run = make_run(tmp_path / "run")
    add_evaluation(run, "/data/renders")
    next(run.glob("*.npz")).unlink()
    text = text_of(build_report(read_run(run)).render())
    assert "were not stored" in text
    assert "front-back flips" in text


def test_what_is_no_run_is_refused(tmp_path, run_vantage):
    make_run(tmp_path / "alien", package="alien")
    (tmp_path / "empty").mkdir()
    for name in ("missing", "empty", "alien"):
        status, _, error = run_vantage("report", tmp_path / name)
        assert status == 2
        assert name in error
        assert len(error.strip().splitlines()) == 1


def test_out_may_not_be_a_folder_and_beside_must_hold_evaluations(tmp_path):
    run = make_run(tmp_path / "run")
    with pytest.raises(UserError, match="folder"):
        write_report(run, tmp_path)
    (tmp_path / "empty").mkdir()
    with pytest.raises(RunError, match="no evaluation"):
        write_report(run, None, [tmp_path / "empty"])


def test_the_command_prints_where_the_page_is(tmp_path, run_vantage):
    run = make_run(tmp_path / "run")
    status, out, _ = run_vantage("report", run, "--out", tmp_path / "deep" / "x.html", "--no-render")
    assert status == 0
    assert out.strip() == str(tmp_path / "deep" / "x.html")


def test_published_figures_are_complete_and_their_means_agree():
    for row in (*published.ACCURACY, *published.MEDIAN_ERROR):
        assert set(row.per_class) == set(published.CLASSES)
        assert row.source
        mean = np.mean(list(row.per_class.values()))
        assert mean == pytest.approx(row.mean, rel=0.01)
