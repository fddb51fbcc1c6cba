"""A disk that is full or read-only: one line, what was finished stays whole, and the same command goes on later.

The disk is a small file system in memory, which only root can mount.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.bad_inputs.table import Place, contents
from vantage.training.checkpoint import read_arrays

pytestmark = pytest.mark.filterwarnings("error::pytest.PytestUnraisableExceptionWarning")


class Disk:
    """A small file system.

    Args:
        path: where it is mounted.
    """

    def __init__(self, path: Path):
        self.path = path

    def change(self, options: str) -> None:
        """Mount it anew with other options; the files stay."""
        subprocess.run(["mount", "-o", f"remount,{options}", self.path], check=True)

    def fill(self, left: int) -> None:
        """Leave only so many bytes."""
        status = os.statvfs(self.path)
        (self.path / "ballast").write_bytes(bytes(status.f_bavail * status.f_frsize - left))


@pytest.fixture
def disk(tmp_path):
    """Mount a disk of 256 KiB."""
    path = tmp_path / "disk"
    path.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "none", path], capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"no file system can be mounted here ({done.stderr.strip()})")
    yield Disk(path)
    subprocess.run(["umount", "--lazy", path], check=True)


def refused(run_vantage: Callable, command: str, *says: str) -> None:
    """Run a command that must end with one clear line."""
    status, _, err = run_vantage(*command.split())
    last = err.splitlines()[-1]
    assert status == 2, err
    assert "Traceback" not in err
    assert last.startswith("vantage: error: ")
    assert all(part in last for part in says), last


def half_written(folder: Path) -> list[str]:
    """Return the files below ``folder`` that have a temporary name."""
    return [name for name in contents(folder) if "tmp-" in Path(name).name]


def test_full_disk_while_rendering(disk, place: Place, run_vantage):
    out = disk.path / "set"
    order = f"render --out {out} --categories table --count 12 --size 48 --samples 1 --shard-size 2 --workers 1"
    refused(run_vantage, order, "no space left", "free some")
    shards = {name: digest for name, digest in contents(out).items() if ".array_record" in name}
    assert shards, "the disk is too small for one shard"
    assert not half_written(out)
    disk.change("size=4m")
    status, _, err = run_vantage(*order.split(), "--json", place.root / "summary.json")
    assert status == 0, err
    assert json.loads((place.root / "summary.json").read_text())["reused"] == 2 * len(shards)
    assert {name: contents(out)[name] for name in shards} == shards
    assert run_vantage("verify", out)[0] == 0


def test_full_disk_while_inspecting(disk, place: Place, run_vantage):
    disk.fill(left=8192)
    order = f"inspect {place.goods.renders} --no-sheet --out {disk.path / 'page.html'}"
    refused(run_vantage, order, "no space left", "free some")
    assert not half_written(disk.path) and not (disk.path / "page.html").exists()
    disk.change("size=8m")
    assert run_vantage(*order.split())[0] == 0


def test_full_disk_while_training(disk, place: Place, run_vantage):
    disk.change("size=1600k")
    out = disk.path / "run"
    order = f"train render4cnn --out {out} --preset tiny --data cars:{place.goods.cars} --steps 4 --checkpoint-every 1"
    refused(run_vantage, order, "no space left", "free some")
    assert not half_written(out)
    state = json.loads(read_arrays(out / "checkpoints/last.npz")["state"].tobytes())
    assert 1 <= state["step"] < 4
    disk.change("size=64m")
    status, _, err = run_vantage("train", "render4cnn", "--out", out, "--resume")
    assert status == 0, err


def test_full_disk_while_predicting(disk, place: Place, run_vantage):
    disk.fill(left=8192)
    order = f"predict render4cnn {place.goods.photo} --run {place.goods.run} --out {disk.path / 'out'} --no-render"
    refused(run_vantage, order, "no space left", "free some")
    assert not half_written(disk.path)


READ_ONLY = {
    "render": "render --count 4 --out {disk}/new",
    "train": "train render4cnn --preset tiny --data cars:{cars} --out {disk}/new",
    "evaluate": "evaluate render4cnn --run {run} --data cars:{cars} --json {disk}/figures.json",
    "predict": "predict render4cnn {photo} --run {run} --out {disk}/new --no-render",
    "report": "report {run} --out {disk}/page.html",
    "demo": "demo --out {disk}/new",
    "verify": "verify {renders} --json {disk}/problems.json",
}


@pytest.mark.parametrize("command", READ_ONLY)
def test_read_only_disk(command, disk, place: Place, run_vantage):
    disk.change("ro")
    goods = {name: getattr(place.goods, name) for name in ("run", "cars", "photo", "renders")}
    refused(run_vantage, READ_ONLY[command].format(disk=disk.path, **goods), "read-only", "choose another")
