"""Ctrl-C and SIGTERM at every stage of a render: what is kept is said, and that the same command goes on."""

from __future__ import annotations

import signal
import subprocess
from types import SimpleNamespace

import pytest

from synth_data import importing, labelling, order
from synth_data.cad import CadFile
from synth_data.commands import Render
from synth_data.pool import Outcome
from tests.synth_data.conftest import command
from tests.synth_data.test_set import wait_for
from vantage.records.models import labels_file
from vantage.termination import Terminated


def stopping_pool(after, done):
    """Return a pool that does ``done`` with the first ``after`` tasks, and is stopped then."""

    class Stopping:
        def __init__(self, *args):
            pass

        def run(self, payloads, on_items=lambda n: None):
            for payload in payloads[:after]:
                done(payload)
                yield Outcome(payload)
            raise Terminated

    return Stopping


def test_pictures_that_are_there_are_counted(tmp_path):
    out = tmp_path / "car"
    args = command(
        "render", "--category", "table", "--azimuth", "0:360:1", "--size", "24", "--samples", "1", "--out", out
    )
    process = subprocess.Popen(args, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    wait_for(lambda: len(list(out.glob("*.png"))) >= 4 or process.poll() is not None)
    process.send_signal(signal.SIGTERM)
    _, told = process.communicate(timeout=60)
    assert process.returncode == 143
    kept = len(list(out.glob("*.png")))
    assert told.splitlines()[-1] == (
        f"vantage: stopped; {kept} of 360 images are kept, the same command goes on from there"
    )


def test_imported_cad_files_are_counted(tmp_path, monkeypatch):
    files = [CadFile(tmp_path / f"{n}.off", f"{n}.off", "car", "", str(n), "", "+z", "-y") for n in range(3)]
    monkeypatch.setattr(importing, "Pool", stopping_pool(2, lambda payload: payload[1].write_bytes(b"")))
    with pytest.raises(Terminated, match="^2 of 3 imported CAD files are kept, the same command goes on from there$"):
        importing.import_folder(files, tmp_path / "cache")


def test_labelled_models_are_counted(tmp_path, monkeypatch):
    models = [SimpleNamespace(model_id=name) for name in "abc"]

    def label(model):
        path = tmp_path / labels_file(model.model_id)
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"")

    monkeypatch.setattr(labelling, "shown_models", lambda spec: models)
    monkeypatch.setattr(labelling, "Pool", stopping_pool(1, label))
    with pytest.raises(Terminated, match="^all 8 images and 1 of 3 labelled models are kept, the same command goes on"):
        labelling.label_set(tmp_path, SimpleNamespace(count=8), {}, 1)


def test_a_stop_between_the_stages_says_to_go_on(tmp_path, monkeypatch):
    def stopped(options):
        raise KeyboardInterrupt

    monkeypatch.setattr(order, "check_options", stopped)
    with pytest.raises(KeyboardInterrupt, match="^the same command goes on$"):
        order.carry_out(Render(tmp_path))
