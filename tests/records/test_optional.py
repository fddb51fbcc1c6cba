"""Optional features: bytes and back, by TFDS too; sets of an older version; what is refused."""

import json

import numpy as np
import pytest
from tensorflow_datasets.proto import tf_example_pb2

from tests.records.samples import sample_record
from vantage.errors import DataError
from vantage.records.example import decode_record, encode_record
from vantage.records.reader import open_records, verify_dataset
from vantage.records.schema import ARRAYS, LATER, Record, checked
from vantage.records.writer import shard_name, write_metadata, write_shard

OPTIONAL = tuple(name for name, spec in ARRAYS.items() if spec.optional)
SIZE = 16
CHAIR = {"name": "chair", "model_id": "procedural:chair:1", "category": "chair",
         "world_from_object": np.eye(4).tolist(), "symmetry": {"mirror": True, "fold": 1}}  # fmt: skip


def filled(index: int = 0, **changes) -> Record:
    """A record with every optional feature, its numbers as large as their type allows."""
    rng = np.random.default_rng(index)
    sizes = {"H": SIZE, "W": SIZE}
    maps = {}
    for name in OPTIONAL:
        spec = ARRAYS[name]
        values = rng.normal(size=[sizes.get(size, size) for size in spec.shape])
        top = 0 if spec.dtype == "float32" else np.iinfo(spec.dtype).max
        maps[name] = (values if not top else rng.integers(0, top, values.shape, endpoint=True)).astype(spec.dtype)
    maps["instance"] = np.minimum(maps["instance"], 1)
    maps["part"] = rng.integers(0, 300, (SIZE, SIZE), endpoint=True).astype(np.uint16)
    maps["part"][0, 0] = 300
    names = tuple(f"part {number}" for number in range(300))
    more = {"part_names": names, "symmetry": {"mirror": True, "fold": 0}, "instances": [CHAIR]}
    return sample_record(index, SIZE, **{**maps, **more, **changes})


def assert_same(found, record):
    for name in OPTIONAL:
        assert found[name].dtype == ARRAYS[name].dtype, name
        np.testing.assert_array_equal(found[name], getattr(record, name), err_msg=name)


def test_bytes_and_back():
    record = checked(filled())
    found = decode_record(encode_record(record))
    assert_same(found, record)
    assert found["part_names"] == record.part_names and found["part"].max() == 300
    assert found["symmetry"] == {"mirror": True, "fold": 0} and found["instances"] == [CHAIR]
    assert Record(**found).as_dict().keys() == record.as_dict().keys()


def test_tfds_reads_them_without_vantage(tmp_path):
    import tensorflow_datasets as tfds

    info = write_shard(tmp_path / shard_name("train", 0, 1), [filled(index) for index in range(2)])
    write_metadata(tmp_path, {"train": [info]}, optional=OPTIONAL)
    assert verify_dataset(tmp_path) == []
    for index, example in enumerate(tfds.builder_from_directory(tmp_path).as_data_source("train")):
        record = filled(index)
        assert_same({name: example[name].reshape(getattr(record, name).shape) for name in OPTIONAL}, record)
        assert [name.decode() for name in example["part_names"]] == list(record.part_names)
        assert json.loads(example["symmetry"]) == record.symmetry
        assert json.loads(example["instances"]) == [CHAIR]


def test_only_some_can_be_held(tmp_path):
    import tensorflow_datasets as tfds

    record = sample_record(size=SIZE, instance=np.ones((SIZE, SIZE), np.uint16))
    info = write_shard(tmp_path / shard_name("train", 0, 1), [record])
    write_metadata(tmp_path, {"train": [info]}, optional=("instance",))
    example = tfds.builder_from_directory(tmp_path).as_data_source("train")[0]
    assert example["instance"].dtype == np.uint16 and "normal" not in example
    assert open_records(tmp_path)[0].normal is None


def test_records_of_version_1_0_still_read():
    example = tf_example_pb2.Example.FromString(encode_record(checked(sample_record(1))))
    for name in LATER:
        del example.features.feature[name]
    data = example.SerializeToString()
    record = Record(**decode_record(data))
    assert record.symmetry == {"mirror": False, "fold": 1} and record.part_names == () and record.instances == []
    assert decode_record(data, ["symmetry", "index"]) == {"symmetry": {"mirror": False, "fold": 1}, "index": 1}
    record.symmetry["fold"] = 3
    assert LATER["symmetry"]["fold"] == 1


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"instance": np.ones((SIZE, SIZE), np.uint8)}, "'instance' has dtype uint8; expected uint16"),
        ({"part": np.ones((3, SIZE), np.uint16)}, "'part' has shape"),
        ({"part_names": ("seat",)}, "part number 300; expected at most 1"),
        ({"instance": np.full((SIZE, SIZE), 2, np.uint16)}, "instance number 2; expected at most 1"),
        ({"normal": np.full((SIZE, SIZE, 3), np.nan)}, "'normal' holds values that are not finite"),
        ({"bbox_amodal": np.zeros(5)}, "'bbox_amodal' has shape"),
        ({"symmetry": {"turns": 4}}, "a symmetry with turns"),
    ],
)
def test_they_are_checked(changes, message):
    with pytest.raises(DataError, match=message):
        checked(filled(**changes))
