"""Our class of ``tf.train.Example`` and the one of TFDS read and write the same bytes."""

import subprocess
import sys

import numpy as np
import pytest

from tests.records.samples import sample_record
from vantage.records.example import encode_record
from vantage.records.example_proto import Example
from vantage.records.schema import checked


@pytest.fixture
def other():
    from tensorflow_datasets.proto import tf_example_pb2

    return tf_example_pb2.Example


def filled(message, rng):
    """Fill every kind of list, an empty one too."""
    features = message.features.feature
    features["b"].bytes_list.value.extend([b"", bytes(rng.integers(0, 256, 20, dtype=np.uint8))])
    features["a"].float_list.value.extend(rng.normal(size=5).tolist())
    features["c"].int64_list.value.extend([0, -1, 2**62])
    features["empty"].float_list.SetInParent()
    return message


def test_both_write_the_same_bytes(other):
    ours, theirs = (filled(kind(), np.random.default_rng(0)) for kind in (Example, other))
    assert ours.SerializeToString(deterministic=True) == theirs.SerializeToString(deterministic=True)


def test_a_record_reads_alike(other):
    data = encode_record(checked(sample_record(2)))
    ours, theirs = Example.FromString(data), other.FromString(data)
    assert theirs.SerializeToString(deterministic=True) == data == ours.SerializeToString(deterministic=True)
    assert set(ours.features.feature) == set(theirs.features.feature)


def test_one_kind_takes_the_place_of_another():
    feature = Example().features.feature["a"]
    feature.float_list.value.append(1.0)
    feature.int64_list.value.append(1)
    assert feature.WhichOneof("kind") == "int64_list" and not feature.float_list.value


def test_render_workers_import_no_tfds():
    code = "import sys, synth_data.pipeline, synth_data.render; sys.exit('tensorflow_datasets' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
