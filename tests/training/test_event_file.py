"""TensorBoard's event files: TensorFlow reads what we write by hand."""

import struct

import pytest

from vantage.training.event_file import EventFile, masked_crc, scalar_event


def test_crc_of_the_standard_check_string():
    crc = 0xE3069283  # CRC-32C of "123456789" (RFC 3720, appendix B.4 has the same function)
    assert masked_crc(b"123456789") == ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF


def test_event_is_the_message_that_it_should_be():
    expected = (
        b"\x09" + struct.pack("<d", 2.0) + b"\x10\xac\x02" + b"\x2a\x0a\x0a\x08\x0a\x01a\x15" + struct.pack("<f", 1)
    )
    assert scalar_event(2.0, 300, {"a": 1.0}) == expected


def test_tensorflow_reads_it(tmp_path):
    tf = pytest.importorskip("tensorflow")
    file = EventFile(tmp_path / "events")
    file.write(20, {"loss": 1.5, "val_loss": 2.25})
    file.write(100_000, {"loss": 0.5})
    file.close()
    (path,) = (tmp_path / "events").glob("events.out.tfevents.*")
    events = list(tf.compat.v1.train.summary_iterator(str(path)))
    assert events[0].file_version == "brain.Event:2"
    found = [(event.step, {v.tag: v.simple_value for v in event.summary.value}) for event in events[1:]]
    assert found == [(20, {"loss": 1.5, "val_loss": 2.25}), (100_000, {"loss": 0.5})]
    assert events[1].wall_time > 1.6e9


def test_two_files_of_one_folder_do_not_collide(tmp_path):
    for _ in range(3):
        EventFile(tmp_path).close()
    assert len(list(tmp_path.iterdir())) == 3
