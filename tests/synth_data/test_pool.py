"""Workers that die, hang, eat memory or talk."""

import os
import time

import pytest

from synth_data.pool import GIVE_UP, Limits, Outcome, Pool, rest_done
from synth_data.shards import on_one_core
from synth_data.spec import ModelRef, Spec
from tests.synth_data.workers import in_blender, make_renderer_probe, make_troubled
from vantage.errors import UserError, VantageError


def outcomes(words, tmp_path, count=1, **limits):
    found = Pool(make_troubled, (tmp_path,), count, Limits(**limits)).run(words)
    return {outcome.payload: outcome for outcome in found}


def test_work_is_done_and_counted(tmp_path):
    told = []
    pool = Pool(make_troubled, (tmp_path,), 2)
    results = [outcome.result.split()[0] for outcome in pool.run(["a", "b", "c", "d"], told.append)]
    assert sorted(results) == ["a", "b", "c", "d"]
    assert told == [1, 1, 1, 1]


def test_a_dead_worker_is_replaced_and_its_task_tried_again(tmp_path):
    found = outcomes(["die once", "x"], tmp_path)
    assert found["die once"].result.startswith("die once")
    assert found["x"].result


def test_a_task_that_kills_twice_is_told_with_its_reason(tmp_path):
    found = outcomes(["die", "x"], tmp_path)
    assert "SIGKILL" in found["die"].failure and "memory" in found["die"].failure
    assert found["x"].result


def test_a_hanging_task_is_stopped_and_the_others_go_on(tmp_path):
    start = time.monotonic()
    found = outcomes(["hang", "x"], tmp_path, seconds=2.0)
    assert found["hang"].failure == "it took longer than 2 s"
    assert found["x"].result
    assert time.monotonic() - start < 40


def test_a_task_that_tells_of_progress_is_not_hanging(tmp_path):
    """Four steps of 0.8 s each under a limit of 2 s."""
    assert outcomes(["steps"], tmp_path, seconds=2.0)["steps"].result


def test_the_rest_is_done_before_a_failure_is_told():
    done = [Outcome("a", 1), Outcome("b", failure="it died"), Outcome("c", 3), Outcome("d", failure="it hung")]
    kept = rest_done(done, told)
    assert [next(kept).result, next(kept).result] == [1, 3]
    with pytest.raises(VantageError, match="^b: it died$"):
        next(kept)


def test_where_everything_fails_it_is_told_soon():
    asked = iter([Outcome(name, failure="no Blender") for name in "abcdefgh"])
    with pytest.raises(VantageError, match="^a: no Blender$"):
        list(rest_done(asked, told))
    assert len(list(asked)) == 8 - GIVE_UP


def test_a_user_s_error_is_told_at_once():
    asked = iter([Outcome("a", error=UserError("no space left")), Outcome("b", 2)])
    with pytest.raises(UserError, match="no space left"):
        list(rest_done(asked, told))
    assert len(list(asked)) == 1


def told(outcome):
    return VantageError(f"{outcome.payload}: {outcome.failure}")


def test_memory_is_limited(tmp_path):
    found = outcomes(["greedy", "x"], tmp_path, memory=4 * 2**30)
    assert "memory" in found["greedy"].failure
    assert found["x"].result


def test_errors_are_told_apart(tmp_path):
    found = outcomes(["mistake", "defect"], tmp_path)
    assert str(found["mistake"].error) == "a mistake; expected none"
    assert found["defect"].failure == "ValueError: a defect"


def test_workers_are_recycled(tmp_path):
    found = outcomes(["a", "b", "c", "d"], tmp_path, recycle_after=2)
    pids = [found[word].result.split()[1] for word in "abcd"]
    assert pids[0] == pids[1] != pids[2] == pids[3]


def test_workers_are_silent(tmp_path, capfd):
    assert outcomes(["chatter"], tmp_path)["chatter"].result
    captured = capfd.readouterr()
    assert "noise" not in captured.out + captured.err


def test_a_worker_has_one_thread_for_linear_algebra_and_may_use_every_core(monkeypatch):
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "7")
    spec = Spec((ModelRef("procedural:car:0", "car", "a"),), 1)
    assert in_blender(make_renderer_probe, [0], spec) == [("1", True, True)]
    assert os.environ["OPENBLAS_NUM_THREADS"] == "7"


def test_one_core_is_seen_inside_the_block_only():
    cores = os.sched_getaffinity(0)
    with pytest.raises(ZeroDivisionError), on_one_core():
        assert len(os.sched_getaffinity(0)) == 1
        raise ZeroDivisionError
    assert os.sched_getaffinity(0) == cores


def test_closing_the_iterator_stops_the_workers(tmp_path):
    results = Pool(make_troubled, (tmp_path,), 2).run(["x", "hang", "hang"])
    assert next(results).result
    start = time.monotonic()
    results.close()
    assert time.monotonic() - start < 10


def test_a_handler_that_cannot_be_made_is_a_failure(tmp_path):
    found = list(Pool(make_troubled, (1, 2, 3)).run(["x"]))
    assert found[0].failure


@pytest.mark.parametrize("count", [1, 3])
def test_no_task_no_process(tmp_path, count):
    assert list(Pool(make_troubled, (tmp_path,), count).run([])) == []
