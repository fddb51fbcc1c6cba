"""Opening, reading and verifying data sets, whole and damaged."""

import json
import shutil
from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest

from tests.records.samples import sample_record, write_dataset
from vantage.errors import DataError
from vantage.records.example import encode_record
from vantage.records.reader import open_records, read_manifest, splits_of, verify_dataset
from vantage.records.schema import Record
from vantage.records.sources import RecordViews

SECOND = "vantage_records-train.array_record-00001-of-00002"


@pytest.fixture
def copy(dataset, tmp_path):
    """A copy of the data set that a test may damage."""
    return shutil.copytree(dataset, tmp_path / "copy")


def test_records_in_order(dataset):
    records = open_records(dataset, "train")
    assert len(records) == 5 and splits_of(dataset) == {"train": 5, "val": 2}
    for index, record in enumerate(records):
        assert isinstance(record, Record)
        np.testing.assert_array_equal(record.depth, sample_record(index).depth)
    assert records[-1].index == 4 and open_records(dataset, "val")[0].index == 5
    with pytest.raises(IndexError):
        records[5]


def test_chosen_features(dataset):
    found = open_records(dataset, "train").only("viewpoint", "bbox")[3]
    assert set(found) == {"viewpoint", "bbox"}
    np.testing.assert_array_equal(found["bbox"], sample_record(3).bbox)


def test_views(dataset):
    views = RecordViews(open_records(dataset, "train"), ("mask", "keypoints_2d"))
    view, record = views[1], sample_record(1)
    assert view["real"] is False and view["category"] == "car" and view["index"] == 1 and len(views) == 5
    for name in ("image", "mask", "viewpoint", "bbox", "keypoints_2d"):
        np.testing.assert_array_equal(view[name], getattr(record, name))


def test_a_whole_set_has_no_problem(dataset):
    assert verify_dataset(dataset) == []


def refused(folder, *words, split="train"):
    with pytest.raises(DataError) as caught:
        open_records(folder, split)
    message = str(caught.value)
    assert "\n" not in message and str(folder) in message
    for word in words:
        assert word in message


def test_unknown_split(dataset):
    refused(dataset, "no split 'test'", "train, val", split="test")


def test_no_folder(tmp_path):
    refused(tmp_path / "absent", "does not exist")
    (tmp_path / "file").write_text("x")
    refused(tmp_path / "file", "is no folder")


def test_empty_folder(tmp_path):
    refused(tmp_path, "is no data set")


def test_unfinished_set(copy):
    (copy / "manifest.json").unlink()
    refused(copy, "shards but no manifest.json", "run its vantage render again")
    with pytest.raises(DataError, match="no manifest"):
        verify_dataset(copy)


@pytest.mark.parametrize("name", ["../secret", "/secret", "a/../../secret", "folder/secret", "..", "", 7, None])
def test_names_in_a_manifest_cannot_leave_its_folder(copy, name):
    manifest = json.loads((copy / "manifest.json").read_text())
    shutil.copy(copy / manifest["shards"][0]["file"], copy.parent / "secret")
    manifest["shards"][0]["file"] = name
    (copy / "manifest.json").write_text(json.dumps(manifest))
    for look in (open_records, splits_of, verify_dataset):
        with pytest.raises(DataError, match="lists .*; expected names of files beside it"):
            look(copy, "train") if look is open_records else look(copy)


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"shards": [{}], "format_version": "1.0.0"}', "null"])
def test_broken_manifest(copy, text):
    (copy / "manifest.json").write_text(text)
    refused(copy, "manifest.json cannot be read")


def test_other_format_version(copy):
    edit_manifest(copy, format_version="2.0.0")
    refused(copy, "format version 2.0.0", "1.1.0")


def test_no_shards_listed(copy):
    edit_manifest(copy, shards=[])
    refused(copy, "lists no shard")


def test_truncated_shard(copy):
    data = (copy / SECOND).read_bytes()
    (copy / SECOND).write_bytes(data[:-1000])
    refused(copy, SECOND, "truncated")
    (problem,) = verify_dataset(copy)
    assert SECOND in problem and "truncated" in problem


def test_missing_shard(copy):
    (copy / SECOND).unlink()
    refused(copy, f"{SECOND} is missing")
    assert verify_dataset(copy) == [f"{SECOND} is missing"]


def test_changed_bytes(copy):
    data = bytearray((copy / SECOND).read_bytes())
    for place in range(70_000, 70_400):
        data[place] ^= 0xFF
    (copy / SECOND).write_bytes(bytes(data))
    (problem,) = verify_dataset(copy)
    assert SECOND in problem and "was changed" in problem


def test_a_shard_of_noise_is_a_named_error(copy):
    size = (copy / SECOND).stat().st_size
    (copy / SECOND).write_bytes(np.random.default_rng(0).bytes(size))
    refused(copy, "damaged shard", "vantage verify")


@pytest.mark.parametrize("name", ["features.json", "dataset_info.json"])
def test_edited_metadata(copy, name):
    (copy / name).write_text((copy / name).read_text() + " ")
    (problem,) = verify_dataset(copy)
    assert problem.startswith(f"{name} was changed")
    (copy / name).unlink()
    assert verify_dataset(copy) == [f"{name} is missing"]


def test_wrong_count(copy):
    shards = read_manifest(copy)["shards"]
    shards[1]["count"] = 7
    edit_manifest(copy, shards=shards)
    assert verify_dataset(copy) == [f"{SECOND} has 2 records, manifest.json says 7"]


def test_stray_shard(copy):
    stray = "vantage_records-train.array_record-00002-of-00003"
    shutil.copy(copy / SECOND, copy / stray)
    assert verify_dataset(copy) == [f"{stray} is not listed in manifest.json"]


def test_all_problems_are_listed(copy):
    (copy / "features.json").unlink()
    (copy / SECOND).unlink()
    assert len(verify_dataset(copy)) == 2


@pytest.mark.parametrize("bad", [(np.nan, 0, 0, 1), (400, 0, 0, 1)])
def test_viewpoints_are_checked_when_read(tmp_path, monkeypatch, bad):
    import vantage.records.writer as writer

    def unchecked(record):
        return encode_record(replace(record, viewpoint=np.array(bad, np.float32)))

    monkeypatch.setattr(writer, "encode_record", unchecked)
    records = open_records(write_dataset(tmp_path / "set", MappingProxyType({"train": (1,)})), "train")
    with pytest.raises(DataError, match="record 0 of split 'train' has the viewpoint"):
        records[0]


def edit_manifest(folder, **changes):
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps({**manifest, **changes}))
