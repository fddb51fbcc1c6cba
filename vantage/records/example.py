"""Records to bytes and back: ``tf.train.Example`` as TFDS stores it, without TensorFlow.

Images are PNG, float maps are zlib-compressed with their shape beside them (TFDS's dynamic tensors), everything else
is a plain list. The same record always gives the same bytes.
"""

from __future__ import annotations

import io
import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from typing import Any

import numpy as np
from google.protobuf.message import DecodeError
from PIL import Image

from vantage.errors import DataError
from vantage.records.example_proto import Example
from vantage.records.schema import ARRAYS, INTEGERS, JSONS, LATER, NAMES, TEXTS, Record

PNG = ("image", "mask", "albedo", "flow_valid")
"""Features stored as PNG."""

MAPS = ("depth", "normal", "object_coordinates", "instance", "part", "shading", "flow")
"""Features stored compressed. Maps of 16 bits are among them since TFDS reads no such PNG where OpenCV is absent."""

PNG_LEVEL = 4
ZLIB_LEVEL = 4


def encode_record(record: Record) -> bytes:
    """Return the serialised Example of a record that `schema.checked` has passed."""
    example = Example()
    features = example.features.feature
    for name, value in record.arrays().items():
        _encode_array(features, name, value)
    for name in TEXTS:
        _bytes(features, name, [getattr(record, name).encode()])
    for name in INTEGERS:
        features[name].int64_list.value.append(int(getattr(record, name)))
    for name in JSONS:
        _bytes(features, name, [to_json(getattr(record, name)).encode()])
    for name in NAMES:
        _bytes(features, name, [value.encode() for value in getattr(record, name)])
    return example.SerializeToString(deterministic=True)


def decode_record(data: bytes, names: Iterable[str] | None = None) -> dict[str, Any]:
    """Return the features of one serialised Example as a dict of arrays, strings, ints and dicts.

    Args:
        data: what `encode_record` returned.
        names: decode these only (all of them by default); images and maps cost most.

    Raises:
        DataError: where the bytes are no Example, or lack one of ``names``.
    """
    try:
        features = Example.FromString(data).features.feature
        wanted = _present(features) if names is None else names
        return {name: _decode(features, name) for name in wanted}
    except (DecodeError, zlib.error, OSError, ValueError, IndexError) as error:
        raise DataError(f"a record cannot be decoded ({error})", "a record that vantage wrote") from error


def to_json(value: Mapping[str, Any] | Sequence[Any]) -> str:
    """Return compact JSON with sorted keys (NumPy numbers and arrays become plain)."""
    value = dict(value) if isinstance(value, Mapping) else list(value)
    return json.dumps(value, sort_keys=True, separators=(",", ":"), default=lambda item: item.tolist())


def png(pixels: np.ndarray) -> bytes:
    """Return pixels as PNG: uint8 [H, W], [H, W, 3] or [H, W, 4], or uint16 [H, W]."""
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG", compress_level=PNG_LEVEL)
    return buffer.getvalue()


def _encode_array(features: Any, name: str, value: np.ndarray) -> None:
    """Store one array in its feature, or two where it is compressed."""
    if name in PNG:
        _bytes(features, name, [png(value)])
    elif name in MAPS:
        _bytes(features, f"{name}/value", [zlib.compress(value.tobytes(), ZLIB_LEVEL)])
        features[f"{name}/shape"].int64_list.value.extend(value.shape)
    elif value.dtype.kind == "u":
        _list(features, name, "int64_list", value)
    else:
        _list(features, name, "float_list", value)


def _bytes(features: Any, name: str, values: list[bytes]) -> None:
    _list(features, name, "bytes_list", values)


def _list(features: Any, name: str, kind: str, values: Any) -> None:
    """Fill one list; an empty one is still marked with its kind, which TFDS needs."""
    target = getattr(features[name], kind)
    target.SetInParent()
    target.value.extend(values.ravel().tolist() if isinstance(values, np.ndarray) else values)


def _present(features: Any) -> list[str]:
    """Return the names of the stored features."""
    names = {name.removesuffix("/value") for name in features if not name.endswith("/shape")}
    return [*(name for name in ARRAYS if name in names), *TEXTS, *INTEGERS, *JSONS, *NAMES]


def _decode(features: Any, name: str) -> Any:
    """Return one feature as Python or NumPy."""
    if name in MAPS:
        return _decode_map(features, name)
    if name not in features:
        if name in LATER:
            return copy(LATER[name])
        raise DataError(f"a record has no feature {name!r}", "a record that vantage wrote")
    feature = features[name]
    if name in PNG:
        with Image.open(io.BytesIO(feature.bytes_list.value[0])) as image:
            return np.asarray(image)
    if name in ARRAYS:
        return _decode_list(feature, name)
    if name in NAMES:
        return tuple(value.decode() for value in feature.bytes_list.value)
    if name in INTEGERS:
        return int(feature.int64_list.value[0])
    text = feature.bytes_list.value[0].decode()
    return json.loads(text) if name in JSONS else text


def _decode_list(feature: Any, name: str) -> np.ndarray:
    """Return a plain numeric feature with its dtype and shape."""
    spec = ARRAYS[name]
    values = feature.float_list.value if spec.dtype == "float32" else feature.int64_list.value
    shape = [size if isinstance(size, int) else -1 for size in spec.shape]
    return np.array(values, dtype=spec.dtype).reshape(shape)


def _decode_map(features: Any, name: str) -> np.ndarray:
    """Return a compressed map."""
    if f"{name}/value" not in features:
        raise DataError(f"a record has no feature {name!r}", "a record that holds it", "render the set again with it")
    shape = tuple(features[f"{name}/shape"].int64_list.value)
    data = zlib.decompress(features[f"{name}/value"].bytes_list.value[0])
    return np.frombuffer(data, ARRAYS[name].dtype).reshape(shape)
