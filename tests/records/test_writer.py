"""Shards: equal bytes, whole or not at all; records checked before they are stored."""

import json
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from tests.records.samples import sample_record, write_dataset
from vantage.errors import DataError
from vantage.records.example import decode_record, encode_record
from vantage.records.schema import ARRAYS, check_viewpoint, checked
from vantage.records.writer import file_sha256, shard_name, write_metadata, write_shard


def assert_equal_records(left, right):
    left, right = left.as_dict(), right.as_dict()
    assert left.keys() == right.keys()
    for name, value in left.items():
        if name in ARRAYS:
            assert value.dtype == right[name].dtype
            np.testing.assert_array_equal(value, right[name], err_msg=name)
        else:
            assert value == right[name], name


@pytest.mark.parametrize("index", range(4))
def test_bytes_and_back(index):
    record = sample_record(index)
    found = decode_record(encode_record(checked(record)))
    assert_equal_records(type(record)(**found), record)


def test_optional_maps_and_no_keypoints():
    size = 16
    maps = {name: np.ones((size, size, 3), np.float32) * 0.5 for name in ("normal", "object_coordinates")}
    none = {"keypoints_2d": np.zeros((0, 2)), "keypoints_3d": np.zeros((0, 3)), "keypoint_names": ()}
    record = sample_record(size=size, keypoint_visibility=np.zeros(0, np.uint8), **none, **maps)
    found = decode_record(encode_record(checked(record)))
    np.testing.assert_array_equal(found["normal"], maps["normal"])
    assert found["keypoints_2d"].shape == (0, 2) and found["keypoint_names"] == ()


def test_chosen_features_only():
    data = encode_record(checked(sample_record()))
    assert set(decode_record(data, ["viewpoint", "category"])) == {"viewpoint", "category"}
    with pytest.raises(DataError, match="no feature 'normal'"):
        decode_record(data, ["normal"])
    with pytest.raises(DataError, match="cannot be decoded"):
        decode_record(b"\xff\xff nonsense")


def test_equal_records_give_equal_files(tmp_path):
    records = [sample_record(index) for index in range(3)]
    first = write_shard(tmp_path / "a" / "x", records)
    again = write_shard(tmp_path / "b" / "y", iter(records))
    assert first == again and first.count == 3
    assert (tmp_path / "a" / "x").read_bytes() == (tmp_path / "b" / "y").read_bytes()
    assert first.sha256 == file_sha256(tmp_path / "a" / "x")
    assert first.bytes == (tmp_path / "a" / "x").stat().st_size


def test_a_failing_writer_leaves_nothing_new(tmp_path):
    path = tmp_path / "shard"
    write_shard(path, [sample_record(0)])
    before = path.read_bytes()

    def failing():
        yield sample_record(1)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_shard(path, failing())
    with pytest.raises(DataError, match="empty"):
        write_shard(path, [])
    assert path.read_bytes() == before and list(tmp_path.iterdir()) == [path]


FULL_DISK = """
import resource, signal, sys
from tests.records.samples import sample_record
from vantage.errors import DataError
from vantage.records.writer import write_shard
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
try:
    write_shard(sys.argv[1], (sample_record(index) for index in range(30)))
except DataError as error:
    sys.exit(f"refused: {error}")
"""


def test_a_full_disk_is_a_named_error(tmp_path, root):
    command = [sys.executable, "-c", FULL_DISK, str(tmp_path / "shard")]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=120)
    assert "refused: " in done.stderr and "cannot be written" in done.stderr and "free space" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_workers_and_readers_do_without_tensorflow(root):
    code = "import sys, vantage.records.writer, vantage.records.reader; sys.exit('tensorflow' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=root, timeout=120).returncode == 0


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"mask": np.zeros((3, 3), np.uint8)}, "'mask' has shape"),
        ({"image": np.zeros((64, 64, 3), np.uint8)}, "'image' has shape"),
        ({"image": np.zeros((64, 64, 4))}, "'image' has dtype float64; expected uint8"),
        ({"depth": np.full((64, 64), np.inf)}, "'depth' holds values that are not finite"),
        ({"keypoints_3d": np.zeros((2, 3))}, "'keypoints_3d' has shape"),
        ({"keypoint_names": ("one",)}, "1 keypoint names"),
        ({"viewpoint": np.array([400, 0, 0, 1])}, "viewpoint"),
        ({"viewpoint": np.zeros(3)}, "'viewpoint' has shape"),
    ],
)
def test_records_are_checked(tmp_path, changes, message):
    with pytest.raises(DataError, match=message):
        write_shard(tmp_path / "shard", [replace(sample_record(), **changes)])
    assert list(tmp_path.iterdir()) == []


def test_double_precision_is_stored_as_single():
    record = checked(replace(sample_record(), depth=np.ones((64, 64))))
    assert record.depth.dtype == np.float32


@pytest.mark.parametrize("bad", [(361, 0, 0, 1), (-1, 0, 0, 1), (0, 91, 0, 1), (0, 0, -181, 1), (0, 0, 0, -1)])
def test_viewpoint_ranges(bad):
    with pytest.raises(DataError, match="here has the viewpoint"):
        check_viewpoint(np.array(bad), "here")
    with pytest.raises(DataError, match="finite"):
        check_viewpoint(np.array([np.nan, 0, 0, 1]), "here")
    check_viewpoint(np.array([360, -90, 180, 0]), "here")


def test_manifest_says_what_was_written(tmp_path):
    folder = write_dataset(tmp_path / "set")
    manifest = json.loads((folder / "manifest.json").read_text())
    assert [(entry["split"], entry["count"]) for entry in manifest["shards"]] == [
        ("train", 3),
        ("train", 2),
        ("val", 2),
    ]
    assert manifest["seed"] == 1 and set(manifest["files"]) == {"features.json", "dataset_info.json"}


def test_metadata_need_their_shards(tmp_path):
    info = write_shard(tmp_path / shard_name("train", 0, 2), [sample_record()])
    with pytest.raises(DataError, match="has no shard vantage_records-train"):
        write_metadata(tmp_path, {"train": [info, info]})
    with pytest.raises(DataError, match="no record was written"):
        write_metadata(tmp_path, {"train": []})
