"""The files through which Blender hands over pictures do not pile up."""

import os
import subprocess
import sys

from synth_data import handover


def test_what_killed_workers_left_is_removed(tmp_path, monkeypatch):
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    mine, left = (tmp_path / handover.picture_name(number) for number in (os.getpid(), ended.pid))
    other = tmp_path / "picture-1.exr"
    for path in (mine, left, other):
        path.touch()
    monkeypatch.setattr(handover, "Path", lambda *_: tmp_path)
    assert handover.picture_folder() == tmp_path
    assert mine.exists()
    assert other.exists()
    assert not left.exists()
