"""Labels of the models of a set: which, how they fit the pictures, that they are made once, whatever comes between."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from dataclasses import replace

import numpy as np
import pytest

from synth_data.importing import Note
from synth_data.labelling import label_entries, label_set
from synth_data.model_labels import label_model
from synth_data.models import model_from_shape
from synth_data.order import make_prior, make_spec
from synth_data.pool import Limits
from synth_data.shapes.registry import sample_shape
from synth_data.spec import ModelRef, shown_models
from tests.synth_data.conftest import SMALL, command, shards_of
from tests.synth_data.test_robustness import gone, workers_of
from tests.synth_data.test_set import options, wait_for
from vantage.cli import main
from vantage.errors import DataError
from vantage.geometry.cameras import Camera
from vantage.records.models import labels_file, read_model_labels, save_labels
from vantage.records.reader import open_records, read_manifest, verify_dataset

RIFLE = "procedural:rifle:3"


@pytest.fixture(scope="module")
def labelled(small_set, tmp_path_factory):
    """A finished set that got its labels later: labelling was killed, and the command given again."""
    folder = tmp_path_factory.mktemp("labelled") / "set"
    shutil.copytree(small_set, folder)
    (folder / "models").mkdir()
    (folder / "models" / ".half.npz.tmp-1").write_bytes(b"left behind")
    ask = ("render", "--out", folder, *SMALL, "--model-labels", "--workers", "1")
    process = subprocess.Popen(command(*ask), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait_for(lambda: list(folder.glob("models/*.npz")) or process.poll() is not None)
    workers = workers_of(process)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert gone(workers), "a worker ends with its parent, or at its next report"
    early = {path.name: path.stat().st_mtime_ns for path in folder.glob("models/*.npz")}
    assert "model_labels" not in read_manifest(folder)
    assert main([str(word) for word in ask]) == 0
    return folder, early


def spec_of(**changes):
    chosen = options(**changes)
    return make_spec(chosen, ["table", "chair"], [], make_prior(chosen)[1])


def models_of(*refs):
    """Return a spec of whose models all are shown, in groups."""
    return replace(spec_of(), models=refs, count=8 * len(refs), group_size=8, val_fraction=0.0)


def test_a_killed_run_goes_on_where_it_was(labelled):
    folder, early = labelled
    entries = read_manifest(folder)["model_labels"]
    assert 1 <= len(early) < len(entries)
    assert all((folder / "models" / name).stat().st_mtime_ns == stamp for name, stamp in early.items())
    assert verify_dataset(folder) == [] and not list(folder.glob("models/.*"))


def test_every_record_has_labels_and_nothing_else_does(labelled, small_set):
    folder, _ = labelled
    assert shards_of(folder) == shards_of(small_set)
    shown = {record.model_id for split in ("train", "val") for record in open_records(folder, split)}
    assert shown == {entry["model_id"] for entry in read_manifest(folder)["model_labels"]}


def test_the_solid_covers_what_the_mask_covers(labelled):
    folder, _ = labelled
    shared = []
    records = open_records(folder, "train")
    for record in (records[place] for place in range(0, len(records), 4)):
        solid = read_model_labels(folder, record.model_id).voxels["solid_64"]
        mask = record.mask > 0
        mixed_up = (solid.transpose(1, 0, 2), solid.transpose(0, 2, 1), solid[..., ::-1])
        shared.append([overlap(silhouette(grid, record), mask) for grid in (solid, *mixed_up)])
    right, *wrong = np.mean(shared, axis=0)
    assert right > 0.7 and max(wrong) < 0.6
    assert np.min(shared, axis=0)[0] > 0.4, "thin boards seen from the side, at 40 px"


def overlap(first, second):
    return (first & second).sum() / (first | second).sum()


def silhouette(solid, record):
    """Return which pixels see a solid, bool [h, w]."""
    index = np.argwhere(solid)[:, None] + (np.argwhere(np.ones((2, 2, 2))) + 0.5) / 2
    points = index.reshape(-1, 3) / len(solid) - 0.5
    camera = Camera(record.intrinsics.astype(float), record.camera_from_world.astype(float), *record.mask.shape[::-1])
    x, y = np.floor(camera.project(points)[0]).astype(int).T
    seen = (x >= 0) & (y >= 0) & (x < camera.width) & (y < camera.height)
    drawn = np.zeros(record.mask.shape, bool)
    drawn[y[seen], x[seen]] = True
    return drawn


def test_keypoints_and_points_are_in_the_frame_of_the_record(labelled):
    folder, _ = labelled
    record = open_records(folder, "val")[0]
    labels = read_model_labels(folder, record.model_id)
    assert labels.keypoint_names == record.keypoint_names and labels.category == record.category
    np.testing.assert_allclose(labels.keypoints, record.keypoints_3d, atol=1e-6)
    camera = Camera(record.intrinsics.astype(float), record.camera_from_world.astype(float), 40, 40)
    points, _ = camera.project(labels.points.astype(float))
    low, high = record.bbox[:2] - 1, record.bbox[2:] + 1
    assert ((points >= low) & (points <= high)).all()


def test_any_process_writes_the_same_bytes(labelled, tmp_path):
    folder, _ = labelled
    name = read_manifest(folder)["model_labels"][0]["model_id"]
    model = model_from_shape(sample_shape(name.split(":")[1], int(name.split(":")[2])), name)
    save_labels(tmp_path / "m.npz", label_model(model, "procedural, made by Vantage"))
    assert (tmp_path / "m.npz").read_bytes() == (folder / labels_file(name)).read_bytes()


def test_a_finished_set_is_left_alone(labelled, run_vantage):
    folder, _ = labelled
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file() and path.name != "lock"}
    for asked in ([], ["--model-labels"]):
        assert run_vantage("render", "--out", folder, *SMALL, *asked)[0] == 0
        assert before == {path: path.stat().st_mtime_ns for path in before}
        assert "model_labels" in read_manifest(folder)


def test_verify_looks_at_labels(labelled, tmp_path, run_vantage):
    folder = shutil.copytree(labelled[0], tmp_path / "set")
    changed, cut, gone = sorted(folder.glob("models/*.npz"))[:3]
    data = bytearray(changed.read_bytes())
    data[len(data) // 2] ^= 1
    changed.write_bytes(data)
    os.truncate(cut, 100)
    gone.unlink()
    shutil.copy(changed, folder / "models" / "stray.npz")
    status, told, _ = run_vantage("verify", folder)
    assert status == 1 and "4 problems" in told
    for words in (f"{changed.name} was changed", f"{cut.name} is truncated", f"{gone.name} is missing",
                  "models/stray.npz is not listed"):  # fmt: skip
        assert words in told


def test_models_that_cannot_be_labelled_are_noted_and_the_rest_is_done(tmp_path):
    missing = ModelRef("car/gone.obj", "car", "gone", "hash")
    spec = models_of(ModelRef(RIFLE, "rifle", RIFLE), missing)
    made, notes = label_set(tmp_path, spec, {missing.model_id: tmp_path / "gone.npz"}, 1)
    assert made == 1 and [note.file for note in notes] == ["car/gone.obj"] and isinstance(notes[0], Note)
    assert "FileNotFoundError" in notes[0].note
    assert [entry["model_id"] for entry in label_entries(tmp_path, spec)] == [RIFLE]


def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "models").write_text("a file")
    with pytest.raises(DataError, match="cannot be written"):
        label_set(tmp_path, models_of(ModelRef(RIFLE, "rifle", RIFLE)), {}, 1, Limits())


@pytest.mark.parametrize("changes", [{}, {"viewpoints": "angles", "azimuth": "0,90", "count": 0},
                                     {"group_size": 10, "held": "direction", "path": "factors"}])  # fmt: skip
def test_the_models_that_are_shown(changes):
    spec = spec_of(**changes)
    shown = [ref.model_id for ref in shown_models(spec)]
    assert sorted(shown) == sorted({spec.model_of(index).model_id for index in range(spec.count)})


@pytest.mark.parametrize("asked", [("--images", "--no-records", "--azimuth", "0"), ("--preset", "scenes")])
def test_labels_without_records_of_models_are_refused(tmp_path, run_vantage, asked):
    status, _, told = run_vantage("render", "--out", tmp_path / "set", "--category", "chair", "--model-labels", *asked)
    assert status == 2 and "--model-labels" in told and len(told.strip().splitlines()) == 1
