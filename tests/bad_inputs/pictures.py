"""Broken image files: what is in each, and the reason for which ``vantage predict`` passes it over."""

from __future__ import annotations

import io
import os
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

from tests.bad_inputs.broken import BrokenFile
from tests.toy_cars import toy_picture


def encoded(kind: str, **options) -> bytes:
    """Return a picture as a file's bytes."""
    buffer = io.BytesIO()
    toy_picture(30, 10, 64).save(buffer, kind, **options)
    return buffer.getvalue()


def _bytes(content: bytes) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(content)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def _png_of(width: int, height: int) -> bytes:
    """Return a PNG that announces a size and holds no pixels."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(b"")) + _chunk(b"IEND", b"")


def _float_tiff(path: Path) -> None:
    Image.fromarray(np.ones((8, 8), np.float32)).save(path)


PICTURES = (
    BrokenFile("no_bytes.jpg", _bytes(b""), "is empty (0 bytes)"),
    BrokenFile("text.jpg", _bytes(b"this is no picture\n" * 9), "is no image; expected one of JPEG"),
    BrokenFile("cut.jpg", _bytes(encoded("JPEG")[:-300]), "is damaged (image file is truncated"),
    BrokenFile("cut.png", _bytes(encoded("PNG")[:150]), "is damaged ("),
    BrokenFile("bomb.png", _bytes(_png_of(60_000, 60_000)), "is too large; expected at most 80"),
    BrokenFile("wide.png", _bytes(_png_of(12_000, 8_000)), "is too large (12000x8000); expected at most 80"),
    BrokenFile("float.tif", _float_tiff, "has floating-point pixels"),
    BrokenFile("pipe.png", lambda path: os.mkfifo(path), "is no plain file"),
    BrokenFile("link.png", lambda path: path.symlink_to("nowhere.png"), "does not exist"),
)
