"""A folder of records is a plain TFDS data set."""

import json

import numpy as np
import pytest

from tests.records.samples import sample_record


@pytest.fixture(scope="module")
def train(dataset):
    import tensorflow_datasets as tfds

    return tfds.builder_from_directory(dataset).as_data_source("train")


def test_tfds_reads_every_feature(train):
    assert len(train) == 5
    for index, example in enumerate(train):
        record = sample_record(index)
        for name, value in record.arrays().items():
            expected = value[..., None] if name == "mask" else value
            assert example[name].dtype == value.dtype, name
            np.testing.assert_array_equal(example[name], expected, err_msg=name)
        assert [name.decode() for name in example["keypoint_names"]] == list(record.keypoint_names)
        assert json.loads(example["factors"]) == record.factors
        assert json.loads(example["normalisation"]) == record.normalisation
        for name in ("category", "model_id", "scene_id"):
            assert example[name].decode() == getattr(record, name)
        for name in ("view_id", "index", "seed"):
            assert example[name] == getattr(record, name)


def test_tfds_knows_the_splits(dataset):
    import tensorflow_datasets as tfds

    builder = tfds.builder_from_directory(dataset)
    assert {name: split.num_examples for name, split in builder.info.splits.items()} == {"train": 5, "val": 2}
    assert builder.info.name == "vantage_records"
