"""What a report reads of a run: whole, in progress, or not a run at all."""

import json

import pytest

from vantage.errors import RunError
from vantage.report.run_files import read_history, read_run
from vantage.training.run_folder import create_run


def lines(path, *rows):
    path.write_text("".join(row if isinstance(row, str) else json.dumps(row) + "\n" for row in rows))
    return path


def test_curves_are_sorted_and_a_repeated_step_counts_once(tmp_path):
    path = lines(tmp_path / "m", {"step": 2, "loss": 3}, {"step": 1, "loss": 5}, {"step": 2, "loss": 4})
    assert read_history(path) == ("step", {"loss": ([1, 2], [5, 4])})


def test_a_cut_line_and_what_is_no_number_are_passed_over(tmp_path):
    rows = ({"step": 1, "loss": 2.0, "note": "x", "ok": True, "bad": float("nan")}, "[1]\n", "\n", '{"step": 2, "lo')
    assert read_history(lines(tmp_path / "m", *rows)) == ("step", {"loss": ([1], [2.0])})


def test_groups_are_flattened(tmp_path):
    path = lines(tmp_path / "m", {"epoch": 1, "val": {"loss": 1.0, "per_class": {"car": 2.0}}})
    assert read_history(path)[1] == {"val_loss": ([1], [1.0]), "val_per_class_car": ([1], [2.0])}


def test_without_a_counter_lines_are_counted(tmp_path):
    assert read_history(lines(tmp_path / "m", {"loss": 1}, {"loss": 2})) == ("entry", {"loss": ([0, 1], [1, 2])})


def test_no_metrics_yet(tmp_path):
    assert read_history(tmp_path / "missing")[1] == {}


def test_a_run_that_has_just_started(tmp_path):
    create_run(tmp_path / "run", "render4cnn", {"preset": "tiny"})
    run = read_run(tmp_path / "run")
    assert run.package == "render4cnn"
    assert (run.environment, run.history, run.evaluations, run.model_card) == ({}, {}, [], "")


def test_not_a_run(tmp_path):
    (tmp_path / "file").write_text("")
    (tmp_path / "empty").mkdir()
    for name in ("missing", "file", "empty"):
        with pytest.raises(RunError, match=name):
            read_run(tmp_path / name)


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"package": 3}', '{"package": "x", "format_version": 99}'])
def test_broken_configurations_are_named(tmp_path, text):
    (tmp_path / "config.json").write_text(text)
    with pytest.raises(RunError, match=str(tmp_path)):
        read_run(tmp_path)


def test_an_edited_configuration_is_refused(tmp_path):
    create_run(tmp_path / "run", "render4cnn", {"preset": "tiny"})
    path = tmp_path / "run" / "config.json"
    path.write_text(path.read_text().replace("tiny", "small"))
    with pytest.raises(RunError, match="edited"):
        read_run(tmp_path / "run")
