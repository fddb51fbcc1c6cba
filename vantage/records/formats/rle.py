"""COCO's run-length encoding of masks, as ``pycocotools.mask`` reads and writes it.

The pixels are taken column by column; runs of 0 and 1 alternate, 0 first. A compressed encoding is text: each length
(from the third run of its kind on, its difference from the one two before) in groups of five bits, lowest first, with
32 added while more follow and 48 to make it printable; the highest bit of the last group is the sign.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from vantage.errors import DataError

_EXPECTED = "a run-length encoding as COCO has it"


def encode_rle(mask: np.ndarray) -> dict[str, Any]:
    """Return ``{"size": [h, w], "counts": text}`` of a mask [h, w] whose object is not 0."""
    pixels = np.asarray(mask).astype(bool).ravel(order="F")
    edges = np.flatnonzero(np.diff(pixels)) + 1
    bounds = np.concatenate([[0], edges, [pixels.size]])
    runs = np.diff(bounds).tolist()
    if pixels.size and pixels[0]:
        runs = [0, *runs]
    return {"size": list(np.shape(mask)), "counts": compressed(runs)}


def decode_rle(encoding: Mapping[str, Any]) -> np.ndarray:
    """Return the mask, uint8 [h, w] of 0 and 255, of a compressed or an uncompressed encoding.

    Raises:
        DataError: no encoding, or one whose runs do not fill the size.
    """
    size, counts = encoding.get("size"), encoding.get("counts")
    if not isinstance(size, Sequence) or len(size) != 2 or not all(isinstance(n, int) and n > 0 for n in size):
        raise DataError(f"a mask has the size {size!r}", "height and width")
    runs = decompressed(counts) if isinstance(counts, str) else counts
    whole = isinstance(runs, Sequence) and all(isinstance(run, int) and run >= 0 for run in runs)
    if not whole or sum(runs) != size[0] * size[1]:
        raise DataError(f"a mask of {size[0]} x {size[1]} has runs that do not fill it", _EXPECTED)
    values = np.arange(len(runs)) % 2 * np.uint8(255)
    return np.repeat(values.astype(np.uint8), runs).reshape(size, order="F")


def compressed(runs: Sequence[int]) -> str:
    """Return the text of run lengths."""
    text = bytearray()
    for place, run in enumerate(runs):
        left = run - runs[place - 2] if place > 2 else run
        more = True
        while more:
            group = left & 31
            left >>= 5
            more = left != (-1 if group & 16 else 0)
            text.append(group + 48 + (32 if more else 0))
    return text.decode()


def decompressed(text: str) -> list[int]:
    """Return the run lengths of a text.

    Raises:
        DataError: other characters than the encoding has, or an unfinished length.
    """
    runs: list[int] = []
    value = shift = 0
    for code in text.encode():
        group = code - 48
        if not 0 <= group < 64:
            raise DataError(f"a run-length encoding has the character {chr(code)!r}", _EXPECTED)
        value |= (group & 31) << shift
        shift += 5
        if group & 32:
            continue
        if group & 16:
            value -= 1 << shift
        runs.append(value + runs[-2] if len(runs) > 2 else value)
        value = shift = 0
    if shift:
        raise DataError("a run-length encoding ends within a number", _EXPECTED)
    return runs
