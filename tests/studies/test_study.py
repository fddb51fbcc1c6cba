"""Studies: order, threads, account, what stops them and how they go on; the commands are played by a shell."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from benchmarks import study as module
from benchmarks.study import Account, Step, carry_out, measure_input_wait, opened
from vantage.errors import UserError
from vantage.termination import Terminated


@pytest.fixture(autouse=True)
def shell(monkeypatch):
    """Let the second word of a step be a line for the shell."""
    monkeypatch.setattr(Step, "command", lambda step, workers: ["sh", "-c", step.words[1]])
    monkeypatch.setattr(module, "LOOK_SECONDS", 0.01)


def make_step(out, name, line="true", kind="evaluate", **changes):
    result = out / "results" / name
    return Step(name, (kind, f"{line} && touch {result}"), result, **changes)


def do(out, steps, jobs=1):
    with opened(out, steps) as account:
        carry_out(account, steps, jobs)
    return json.loads((out / "steps.json").read_text())


def test_steps_wait_for_those_before_them_and_are_done_once(tmp_path, capfd):
    out, order = tmp_path / "out", tmp_path / "order"
    steps = [
        make_step(out, "score", f"echo score >> {order}", after=("train",), units=5),
        make_step(out, "train", f"echo train >> {order}", after=("render",)),
        make_step(out, "render", f"echo render >> {order}", alone=True),
    ]
    noted = do(out, steps, jobs=2)
    assert order.read_text().split() == ["render", "train", "score"]
    assert all(entry["finished"] and entry["seconds"] > 0 for entry in noted.values())
    assert "[3 of 3] score" in capfd.readouterr().err
    assert do(out, steps) == noted and len(order.read_text().split()) == 3


def test_only_jobs_side_by_side_have_one_thread(tmp_path):
    for jobs, expected in ((1, "[]"), (2, "[1]")):
        out, told = tmp_path / str(jobs), tmp_path / f"told{jobs}"
        do(out, [make_step(out, "a", f'echo "[$OMP_NUM_THREADS]" > {told}')], jobs)
        assert told.read_text().strip() == expected or os.environ.get("OMP_NUM_THREADS")


def test_nothing_runs_beside_a_step_that_takes_all_cores(tmp_path):
    out, log = tmp_path / "out", tmp_path / "log"
    line = f"echo begin >> {log}; sleep 0.1; echo end >> {log}"
    do(out, [make_step(out, name, line, alone=name == "b") for name in "abc"], jobs=2)
    assert log.read_text().split() == ["begin", "end"] * 3


def test_folders_of_runs_are_left_for_the_commands_to_make(tmp_path):
    out, run = tmp_path / "out", tmp_path / "out" / "run"
    line = f"test ! -e {run} && mkdir -p {run}/round-2 && touch {run}/round-2/card"
    step = Step("a", ("adapt", line, "--out", str(run)), run / "round-2" / "card", units=9)
    assert do(out, [step])["a"]["finished"]
    (run / "round-1").mkdir()
    for number in (1, 2):
        (run / f"round-{number}" / "metrics.jsonl").write_text('{"step": 4}\n')
    assert step.units_done() == 8


def test_processor_time_is_told_by_step(tmp_path):
    out, burn = tmp_path / "out", f"{sys.executable} -c 'sum(range(10**7))'"
    noted = do(out, [make_step(out, "busy", burn), make_step(out, "idle", "sleep 0.1")], jobs=2)
    assert noted["busy"]["processor"] > 0.1 > noted["idle"]["processor"]


def test_a_failure_ends_the_others_and_names_the_log(tmp_path):
    out = tmp_path / "out"
    steps = [make_step(out, "a/bad", "echo because >&2; false"), make_step(out, "long", "exec sleep 30")]
    begin = time.monotonic()
    with pytest.raises(SystemExit, match=r"a/bad ended with status 1; see .*a-bad.txt:\nbecause"):
        do(out, steps, jobs=2)
    assert time.monotonic() - begin < 10
    noted = json.loads((out / "steps.json").read_text())
    assert noted["long"]["finished"] is None
    silent = Step("silent", ("evaluate", "true"), out / "never")
    with pytest.raises(SystemExit, match="ended with no .*never"):
        do(out, [silent])


def test_stopped_it_ends_what_is_at_work_and_goes_on(tmp_path):
    out = tmp_path / "out"
    line = f"trap 'touch {tmp_path}/saved; exit 143' TERM; kill -TERM {os.getpid()}; sleep 2 & wait"
    steps = [make_step(out, "first"), make_step(out, "second", line)]
    with pytest.raises(Terminated, match="the same command goes on"):
        do(out, steps)
    assert (tmp_path / "saved").exists() and (out / "results" / "first").exists()
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL
    noted = json.loads((out / "steps.json").read_text())
    assert noted["first"]["finished"] and not noted["second"]["finished"]


def test_commands_of_a_call_that_was_killed_keep_the_folder(tmp_path):
    out = tmp_path / "out"
    with opened(out, []), pytest.raises(UserError, match="another call is at work"), opened(out, []):
        pass
    with opened(out, []) as account:
        child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, pass_fds=account.held)
    with pytest.raises(UserError, match="another call is at work"), opened(out, []):
        pass
    child.communicate(b"\n")
    with opened(out, []):
        pass


def test_other_options_and_foreign_folders_are_refused(tmp_path):
    out = tmp_path / "out"
    do(out, [make_step(out, "a")])
    other = Step("a", ("evaluate", "echo --steps 7"), out / "results" / "a")
    with pytest.raises(UserError, match="a was begun with .*now it has echo --steps 7"):
        do(out, [other])
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    (foreign / "letter.txt").write_text("dear")
    with pytest.raises(UserError, match="holds something else"):
        do(foreign, [])


def test_time_left_is_worked_out_from_what_was_measured(tmp_path):
    steps = [make_step(tmp_path, name, kind="train", units=100) for name in "ab"]
    steps = [Step(s.name, (*s.words, "--out", str(tmp_path / s.name)), s.result, units=100) for s in steps]
    account = Account(tmp_path / "steps.json")
    assert account.seconds_left(steps, {}, 1) == pytest.approx(2 * (100 * module.SECONDS["train"] + module.STARTING))
    account.begin(steps[0])
    account.spent(steps[0], module.STARTING + 300, finished=True)
    steps[0].result.parent.mkdir()
    steps[0].result.touch()
    assert account.seconds_left(steps, {}, 2) == pytest.approx((300 + module.STARTING) / 2)
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "metrics.jsonl").write_text('{"step": 20}\n{"step": 40}\n')
    assert account.seconds_left(steps, {steps[1]: 50.0}, 1) == pytest.approx(180 + module.STARTING)


def test_a_training_that_was_begun_is_resumed(tmp_path, monkeypatch):
    monkeypatch.undo()
    words = ("train", "render4cnn", "--out", str(tmp_path / "run"), "--steps", "9")
    step = Step("a", words, tmp_path / "run" / "model_card.md")
    assert step.command(2)[2:] == ["vantage", *words]
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "config.json").write_text("{}")
    assert step.command(2)[2:] == ["vantage", *words[:4], "--resume"]
    render = Step("r", ("render", "--out", "x"), tmp_path / "manifest.json")
    assert render.command(3)[-2:] == ["--workers", "3"] and render.run is None and render.units_done() == 0


def test_input_wait_is_the_mean_over_time_without_the_first_row(tmp_path):
    rows = [
        {"step": 20, "input_wait": 0.9, "steps_per_second": 1.0},
        {"step": 40, "input_wait": 0.1, "steps_per_second": 2.0},
        {"step": 40, "val_loss": 1.0},
        {"step": 50, "input_wait": 0.4, "steps_per_second": 1.0},
    ]
    (tmp_path / "metrics.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert measure_input_wait(tmp_path) == pytest.approx((10 * 0.1 + 10 * 0.4) / 20)
    assert measure_input_wait(tmp_path / "none") != measure_input_wait(tmp_path / "none")
