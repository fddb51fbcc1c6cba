"""Labels of whole models on the disk: names that are safe, files that are checked, nothing outside the folder."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from vantage.errors import DataError
from vantage.records.models import (
    FOLDER,
    SIZES,
    ModelLabels,
    checked_entries,
    labels_file,
    load_labels,
    read_model_labels,
    save_labels,
)

IDS = ("procedural:chair:3", "car/a b.glb", "car/A b.glb", "../../etc/passwd", "/etc/passwd", "..", "", "\0\n", "車",
       "車輪", "CON", "a" * 5000, "c:\\x", "models/x.npz", "car/a.glb~12", "~")  # fmt: skip


@pytest.fixture
def labels(rng):
    voxels = {f"{kind}_{size}": rng.random((size,) * 3) < 0.3 for kind in ("solid", "surface") for size in SIZES}
    points = rng.random((2, 50, 3)).astype(np.float32)
    return ModelLabels("car/a.glb", "car", voxels, *points, ("nose", "tail"), rng.random((2, 3)), "f00", "CC0")


def test_names_are_safe_and_differ():
    names = [labels_file(model_id) for model_id in IDS]
    assert len({name.lower() for name in names}) == len(IDS)
    for name in names:
        folder, file = name.split("/")
        assert folder == FOLDER and len(file) < 100 and file.endswith(".npz")
        assert set(file) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.")
        assert file[0] not in ".-"


def test_labels_are_found_by_the_models_id(labels, tmp_path):
    for name in ("car/a.glb", "../x", "a" * 300):
        save_labels(tmp_path / labels_file(name), replace(labels, model_id=name))
        again = read_model_labels(tmp_path, name)
        assert again.model_id == name and again.keypoint_names == ("nose", "tail")
        for kind, grid in labels.voxels.items():
            np.testing.assert_array_equal(again.voxels[kind], grid)
    assert {path.parent.name for path in tmp_path.rglob("*.npz")} == {FOLDER}
    assert [path.name for path in tmp_path.parent.glob("*.npz")] == []


def test_equal_labels_are_equal_bytes(labels, tmp_path, monkeypatch):
    save_labels(tmp_path / "a.npz", labels)
    monkeypatch.setattr("time.time", lambda: 10**9)
    save_labels(tmp_path / "b.npz", labels)
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()


def test_a_model_without_labels_is_told(tmp_path):
    with pytest.raises(DataError, match="no labels of the model '../../x'.*--model-labels"):
        read_model_labels(tmp_path, "../../x")


def test_labels_of_another_model_are_refused(labels, tmp_path):
    save_labels(tmp_path / labels_file("car/b.glb"), labels)
    with pytest.raises(DataError, match="holds labels of 'car/a.glb'"):
        read_model_labels(tmp_path, "car/b.glb")


def rewritten(path: Path, **changes) -> None:
    """Write the arrays of an archive again, some of them changed."""
    with np.load(path) as data:
        arrays = {**dict(data), **changes}
    np.savez(path, **arrays)


def test_what_is_no_labels_is_refused(labels, tmp_path):
    path = tmp_path / labels_file("car/a.glb")
    for changes in ({"head": np.array([{"a": 1}], object)}, {"head": np.frombuffer(b"[]", np.uint8)},
                    {"head": np.frombuffer(b'{"model_id": "car/a.glb"}', np.uint8)},
                    {"solid_32": np.zeros(7, np.uint8)}, {"solid_64": np.zeros(4, object)},
                    {"points": np.zeros((3, 2), np.float32)}, {"keypoints": np.zeros((5, 3), bool)}):  # fmt: skip
        save_labels(path, labels)
        rewritten(path, **changes)
        with pytest.raises(DataError, match="holds no labels"):
            read_model_labels(tmp_path, "car/a.glb")


def test_a_single_array_is_no_archive(tmp_path):
    buffer = io.BytesIO()
    np.save(buffer, np.zeros(3))
    (tmp_path / "x.npz").write_bytes(buffer.getvalue())
    with pytest.raises(DataError, match="holds no labels"):
        load_labels(tmp_path / "x.npz")


def entry(**changes):
    return {"model_id": "car/a.glb", "file": labels_file("car/a.glb"), "bytes": 3, "sha256": "00", **changes}


def test_manifests_name_no_other_files():
    assert checked_entries({}) == [] and checked_entries({"model_labels": [entry()]}) == [entry()]
    for wrong in (entry(file="../x.npz"), entry(file="/etc/passwd"), entry(model_id="other"), entry(bytes="3"),
                  entry(sha256=None), entry(model_id=7), "text", None, {}):  # fmt: skip
        with pytest.raises(DataError, match="model_labels"):
            checked_entries({"model_labels": [wrong]})
    with pytest.raises(DataError, match="model_labels"):
        checked_entries({"model_labels": 7})
