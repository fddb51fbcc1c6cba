"""Scalars as a TensorBoard event file, written directly: any backend, and no TensorFlow or tensorboard needed.

An event file is a TFRecord file of ``Event`` messages. The few fields used here are encoded by hand:

    Event    1: wall_time (double)   2: step (varint)   3: file_version (text)   5: summary (message)
    Summary  1: value (message)      Value  1: tag (text)   2: simple_value (float)
"""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Mapping
from pathlib import Path

_POLYNOMIAL = 0x82F63B78
"""CRC-32C (Castagnoli), bits reversed."""


def _table() -> list[int]:
    """Return the CRC of every byte."""
    values = list(range(256))
    for _ in range(8):
        values = [value >> 1 ^ (_POLYNOMIAL if value & 1 else 0) for value in values]
    return values


_TABLE = _table()


def masked_crc(data: bytes) -> int:
    """Return the CRC-32C of ``data``, rotated and offset as TFRecord files have it."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc = _TABLE[(crc ^ byte) & 0xFF] ^ crc >> 8
    crc ^= 0xFFFFFFFF
    return ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF


def _varint(value: int) -> bytes:
    """Return a non-negative integer, seven bits a byte, the lowest first."""
    parts = []
    while value > 0x7F:
        parts.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*parts, value])


def _bytes_field(number: int, data: bytes) -> bytes:
    """Return a length-delimited field."""
    return _varint(number << 3 | 2) + _varint(len(data)) + data


def scalar_event(wall_time: float, step: int, values: Mapping[str, float]) -> bytes:
    """Return an ``Event`` with one scalar for each value."""
    scalars = (
        _bytes_field(1, name.encode()) + b"\x15" + struct.pack("<f", value)  # 0x15: field 2, four bytes
        for name, value in values.items()
    )
    summary = b"".join(_bytes_field(1, scalar) for scalar in scalars)
    return b"\x09" + struct.pack("<d", wall_time) + b"\x10" + _varint(step) + _bytes_field(5, summary)


class EventFile:
    """A new event file in ``folder``, which is made where it is missing."""

    def __init__(self, folder: str | Path):
        Path(folder).mkdir(parents=True, exist_ok=True)
        now = time.time()
        path = Path(folder) / f"events.out.tfevents.{int(now)}.{socket.gethostname()}.{time.time_ns() % 10**9}"
        self._file = open(path, "wb")  # noqa: SIM115 (open as long as the training)
        self._append(b"\x09" + struct.pack("<d", now) + _bytes_field(3, b"brain.Event:2"))

    def write(self, step: int, values: Mapping[str, float]) -> None:
        """Append scalars of one step."""
        self._append(scalar_event(time.time(), step, values))

    def _append(self, event: bytes) -> None:
        """Append one record: length, its CRC, data, their CRC."""
        length = struct.pack("<Q", len(event))
        crcs = struct.pack("<I", masked_crc(length)), struct.pack("<I", masked_crc(event))
        self._file.write(length + crcs[0] + event + crcs[1])
        self._file.flush()

    def close(self) -> None:
        """Close the file."""
        self._file.close()
