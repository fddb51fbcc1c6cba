"""Errors, progress and files that are whole or not there."""

from __future__ import annotations

import io
import json
import pickle
import stat

import numpy as np
import pytest
from rich.console import Console

from vantage import console
from vantage.errors import DataError, UserError, VantageError


def test_a_user_error_says_what_was_expected_and_what_to_do():
    assert str(UserError("x is empty", "a folder of images", "check the path")) == (
        "x is empty; expected a folder of images; check the path"
    )
    assert str(DataError("only this")) == "only this"
    assert isinstance(DataError("x"), VantageError)


def test_errors_cross_process_borders():
    error = pickle.loads(pickle.dumps(DataError("a", "b", "c")))
    assert (type(error), error.found, error.expected, error.do, str(error)) == (
        DataError,
        "a",
        "b",
        "c",
        "a; expected b; c",
    )


def test_atomic_write_makes_folders_and_leaves_nothing_else(tmp_path):
    path = tmp_path / "new" / "file.bin"
    with console.atomic_write(path) as file:
        file.write(b"abc")
        assert not path.exists()
    assert path.read_bytes() == b"abc"
    assert [p.name for p in path.parent.iterdir()] == ["file.bin"]
    assert stat.S_IMODE(path.stat().st_mode) & 0o400


def test_a_failing_writer_leaves_the_old_file(tmp_path):
    path = tmp_path / "file.txt"
    path.write_text("old")
    with pytest.raises(RuntimeError), console.atomic_write(path, "w") as file:
        file.write("half")
        raise RuntimeError
    assert path.read_text() == "old"
    assert len(list(tmp_path.iterdir())) == 1


def test_json_takes_numpy_and_has_no_nan(tmp_path):
    path = tmp_path / "x.json"
    value = {"a": np.float32(0.5), "b": np.arange(3), "c": (tmp_path, float("nan")), 4: np.array(np.inf)}
    console.write_json(path, value)
    assert json.loads(path.read_text()) == {"a": 0.5, "b": [0, 1, 2], "c": [str(tmp_path), None], "4": None}


def test_json_to_nowhere_is_nothing():
    console.write_json(None, {"a": object()})


@pytest.mark.parametrize("terminal", [True, False])
def test_progress_counts(monkeypatch, terminal):
    out = io.StringIO()
    monkeypatch.setattr(console, "console", Console(file=out, force_terminal=terminal, width=100))
    with console.progress(20, "Rendering", "images") as bar:
        for _ in range(10):
            bar.advance(2)
    assert "Rendering" in out.getvalue()
    assert "20/20" in out.getvalue()


def test_progress_lines_come_with_rate_and_time_left(monkeypatch):
    out = io.StringIO()
    monkeypatch.setattr(console, "console", Console(file=out, force_terminal=False, width=100))
    lines = console._Lines(100, "Rendering", "images")
    lines.done = 25
    lines.line(lines.start + 50)
    assert out.getvalue() == "Rendering: 25/100, 0.5 images/s, 2:30 left\n"


@pytest.mark.parametrize(("done", "seconds"), [(1, 9.0), (20, 0.01)])
def test_one_item_or_a_moment_says_nothing_of_the_rate(monkeypatch, done, seconds):
    clock, out = iter([0.0, 1.0, 1.0 + seconds]), io.StringIO()
    monkeypatch.setattr(console, "console", Console(file=out, force_terminal=False, width=100))
    monkeypatch.setattr(console.time, "monotonic", lambda: next(clock))
    lines = console._Lines(20, "predicting", "images")
    lines.advance(1)
    lines.done = done
    lines.line(1.0 + seconds)
    assert out.getvalue() == f"predicting: {done}/20\n"


def test_a_slow_start_says_nothing_of_the_rate(monkeypatch):
    clock, out = iter([0.0, 90.0, 100.0]), io.StringIO()
    monkeypatch.setattr(console, "console", Console(file=out, force_terminal=False, width=100))
    monkeypatch.setattr(console.time, "monotonic", lambda: next(clock))
    lines = console._Lines(101, "Rendering", "images")
    lines.advance(1)
    lines.advance(50)
    assert out.getvalue().splitlines()[-1] == "Rendering: 51/101, 5.0 images/s, 0:10 left"


@pytest.mark.parametrize(
    ("done", "seconds", "text"),
    [
        (0, 5.0, "- images/s"),
        (3, 0.0, "- images/s"),
        (1000, 7.0, "143 images/s"),
        (80, 7.0, "11.4 images/s"),
        (3, 7.0, "0.4 images/s"),
        (0.01, 1.0, "100 s each"),
    ],
)
def test_a_rate_is_never_told_as_nothing(done, seconds, text):
    assert console.rate_text(done, seconds, "images") == text


@pytest.mark.parametrize(("seconds", "text"), [(0, "0:00"), (61.4, "1:01"), (3725, "1:02:05")])
def test_clock(seconds, text):
    assert console._clock(seconds) == text
