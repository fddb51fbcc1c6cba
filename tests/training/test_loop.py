"""The training loop: what it writes, and that an interrupted run ends as an uninterrupted one."""

import dataclasses
import os
import signal

import numpy as np
import pytest

from tests.training.toy_training import OPTIONS, ToyStream, loop, new_run, rows_without_times
from vantage.errors import RunError
from vantage.training.checkpoint import model_arrays, read_arrays


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory):
    run = new_run(tmp_path_factory.mktemp("whole") / "run")
    trained = loop(run)
    return run, trained.fit(), model_arrays(trained.model)


class Killed(BaseException):
    """Stands for kill -9: nothing is saved on the way out."""


def kill():
    raise Killed


def interrupt():
    os.kill(os.getpid(), signal.SIGINT)


def assert_same_end(run, trained, uninterrupted):
    """Compare weights and metrics with the uninterrupted run's."""
    for name, value in model_arrays(trained.model).items():
        np.testing.assert_array_equal(value, uninterrupted[2][name], err_msg=name)
    assert rows_without_times(run) == rows_without_times(uninterrupted[0])


def test_rows_and_files(uninterrupted):
    run, result, _ = uninterrupted
    rows = rows_without_times(run)
    assert [row["step"] for row in rows if "loss" in row] == [2, 4, 6, 8, 10, 12]
    assert [row["step"] for row in rows if "val_error" in row] == [5, 10, 12]
    assert rows[0]["epoch"] == 0.5
    assert rows[0]["learning_rate"] == pytest.approx(0.01)
    assert (result.step, result.interrupted) == (12, False)
    assert result.validation == {"val_error": rows[-1]["val_error"]}
    assert result.best == min(row["val_error"] for row in rows if "val_error" in row)
    assert run.last.exists()
    assert run.best.exists()
    assert any(run.tensorboard.iterdir())


def test_equal_seeds_give_equal_weights(tmp_path, uninterrupted):
    run = new_run(tmp_path / "run")
    trained = loop(run)
    trained.fit()
    assert_same_end(run, trained, uninterrupted)


@pytest.mark.parametrize("number", [1, 4, 7, 11])
def test_interrupt_finishes_the_step_and_resumes_exactly(tmp_path, uninterrupted, number):
    run = new_run(tmp_path / "run")
    result = loop(run, ToyStream({number: interrupt})).fit()
    assert (result.step, result.interrupted, result.signal) == (number + 1, number + 1 < 12, signal.SIGINT)
    again = loop(run)
    again.resume()
    assert again.step == number + 1
    assert not again.fit().interrupted
    assert_same_end(run, again, uninterrupted)


@pytest.mark.parametrize("number", [2, 5, 8, 11])
def test_kill_resumes_from_the_last_checkpoint_exactly(tmp_path, uninterrupted, number):
    run = new_run(tmp_path / "run")
    with pytest.raises(Killed):
        loop(run, ToyStream({number: kill})).fit()
    again = loop(run)
    again.resume()
    assert again.step <= number
    again.fit()
    assert_same_end(run, again, uninterrupted)


def test_resume_without_a_checkpoint_starts_anew(tmp_path, uninterrupted):
    run = new_run(tmp_path / "run")
    again = loop(run)
    again.resume()
    assert again.step == 0
    again.fit()
    assert_same_end(run, again, uninterrupted)


def test_resume_of_a_finished_run_changes_nothing(uninterrupted):
    run, result, weights = uninterrupted
    again = loop(run)
    again.resume()
    assert again.fit().validation == result.validation
    for name, value in model_arrays(again.model).items():
        np.testing.assert_array_equal(value, weights[name])


def test_best_weights_are_those_of_the_best_validation(tmp_path):
    run = new_run(tmp_path / "run")
    trained = loop(run)
    scores, kept = iter([3.0, 1.0, 2.0]), []

    def validate():
        kept.append(model_arrays(trained.model))
        return {"val_error": next(scores)}

    trained.validate = validate
    assert trained.fit().best == 1.0
    best = read_arrays(run.best)
    np.testing.assert_array_equal(best["first/kernel"], kept[1]["first/kernel"])


def test_without_validation_there_is_no_best(tmp_path):
    run = new_run(tmp_path / "run")
    trained = loop(run)
    trained.validate = dict
    assert trained.fit().best is None
    assert not run.best.exists()


def test_infinite_loss_stops_with_advice(tmp_path):
    class Broken(ToyStream):
        def __next__(self):
            x, y = super().__next__()
            return x, y * np.float32("inf")

    with pytest.raises(RunError, match=r"not finite at step 1.*--learning-rate"):
        loop(new_run(tmp_path / "run"), Broken()).fit()


def test_checkpoints_by_time(tmp_path):
    run = new_run(tmp_path / "run")
    options = dataclasses.replace(OPTIONS, checkpoint_every=0, checkpoint_seconds=0.0, validate_every=100)
    with pytest.raises(Killed):
        loop(run, ToyStream({4: kill}), options).fit()
    again = loop(run)
    again.resume()
    assert again.step == 4
