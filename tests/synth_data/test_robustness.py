"""Whatever ends a run or a process of it: nothing is lost, no process stays, and the bytes are equal."""

from __future__ import annotations

import shutil
import signal
import subprocess
import time

import numpy as np
import psutil
import pytest

from tests.synth_data.conftest import SMALL, command, shards_of
from tests.synth_data.test_set import wait_for
from vantage.records.reader import verify_dataset

KILLS = 10


def started(folder, *more) -> subprocess.Popen:
    """Begin the small set in ``folder``."""
    args = command("render", "--out", folder, *SMALL, *more)
    return subprocess.Popen(args, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def workers_of(process) -> list[psutil.Process]:
    """Return the render workers of a run."""
    children = psutil.Process(process.pid).children()
    return [child for child in children if "spawn_main" in " ".join(child.cmdline())]


def rendering(process, folder) -> list[psutil.Process]:
    """Wait for a first shard and return the workers, which render the next."""
    wait_for(lambda: shards_of(folder) or process.poll() is not None)
    assert process.poll() is None, "the run was over before it could be disturbed"
    return workers_of(process)


def gone(workers, seconds=10.0) -> bool:
    """Whether all workers end soon."""
    _, alive = psutil.wait_procs(workers, timeout=seconds)
    return not alive


def test_sigterm_ends_the_workers_at_once_and_says_how_to_go_on(tmp_path):
    process = started(tmp_path / "set", "--workers", "2")
    workers = rendering(process, tmp_path / "set")
    assert workers
    process.send_signal(signal.SIGTERM)
    _, told = process.communicate(timeout=20)
    assert process.returncode == 143
    assert gone(workers, 1.0)
    assert "of 40 images are kept, the same command goes on from there" in told.splitlines()[-1]
    assert "Traceback" not in told
    assert not list((tmp_path / "set").glob(".*.tmp-*"))


@pytest.mark.slow
def test_workers_end_when_their_parent_is_killed(tmp_path):
    process = started(tmp_path / "set", "--workers", "2")
    workers = rendering(process, tmp_path / "set")
    process.kill()
    process.wait()
    assert workers and gone(workers)


@pytest.mark.slow
def test_a_worker_that_the_system_kills_for_memory_is_replaced(small_set, tmp_path):
    process = started(tmp_path / "set", "--workers", "2")
    for worker in rendering(process, tmp_path / "set"):
        worker.kill()
    _, told = process.communicate(timeout=280)
    assert process.returncode == 0, told
    assert shards_of(tmp_path / "set") == shards_of(small_set)


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_kills_at_random_moments_change_no_byte(small_set, tmp_path):
    rng, folder, kills = np.random.default_rng(0), tmp_path / "set", 0
    begin = time.monotonic()
    subprocess.run(command("render", "--out", folder, *SMALL, "--workers", "2"), check=True, capture_output=True)
    whole = time.monotonic() - begin
    shutil.rmtree(folder)
    while kills < KILLS:
        process = started(folder, "--workers", str(1 + kills % 2))
        try:
            process.communicate(timeout=float(rng.uniform(0.05, 1.1) * whole))
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            kills += 1
        else:  # it was done before its time came: the next begins anew
            assert process.returncode == 0
            assert shards_of(folder) == shards_of(small_set)
            shutil.rmtree(folder)
    done = subprocess.run(command("render", "--out", folder, *SMALL), capture_output=True, text=True, timeout=280)
    assert done.returncode == 0, done.stderr
    assert shards_of(folder) == shards_of(small_set)
    assert verify_dataset(folder) == []
    assert not list(folder.glob(".*.tmp-*"))
